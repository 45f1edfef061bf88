"""The frame of every page: templates with everything escaped, one style, one script, one strict policy.

Outside text reaches a page only through the templates' `{{ }}`: there it is first made inert (control and
bidirectional characters show as escapes) and then escaped. Style and script are constants of ours, allowed
by their hashes; a page carries no other, loads nothing and sends nothing.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from precall_cli import __version__
from precall_cli.report.audit_view import in_words
from precall_cli.report.inert import inert
from precall_cli.report.layout import count

if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = '<meta name="generator" content="precall '
"""Stands near the beginning of every page of ours, so that a report overwrites nothing else."""


def render_page(template: str, **context: object) -> bytes:
    """The page that a template makes of a context, as UTF-8. The same context gives the same bytes."""
    text = _environment().get_template(f"{template}.html.j2").render(context)
    return "\n".join(row.rstrip() for row in text.splitlines() if row.strip()).encode() + b"\n"


def is_ours(beginning: bytes) -> bool:
    """Whether a file that begins so is a page that was made here."""
    return beginning[:5].lower() == b"<!doc" and GENERATOR.encode() in beginning


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("precall_cli.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _constant("style.css"), _constant("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    environment.globals |= {
        "style": _trusted(style),
        "script": _trusted(script),
        "content_security_policy": policy,
        "generator": _trusted(GENERATOR + __version__ + '">'),
        "version": __version__,
        "count": count,
    }
    environment.filters["in_words"] = in_words
    return environment


def _inert(value: object) -> object:
    """What a template prints of a value: our own markup as it is, other text without what acts."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return inert(value)
    return "" if value is None else value


def _constant(name: str) -> str:
    """A file of this package, in the form in which it stands within a page."""
    text = (files("precall_cli.report.html") / name).read_text(encoding="utf-8")
    return "\n".join(row.strip() for row in text.splitlines() if row.strip())


def _trusted(text: str) -> str:
    from markupsafe import Markup

    return Markup(text)  # a constant of this package, nothing from outside


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
