"""Reads a page as a browser would, far enough to say what is in it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "main",
        "footer",
        "section",
        "div",
    ),
    *("h1", "h2", "h3", "p", "span", "a", "ol", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead"),
    *("tbody", "tr", "th", "td", "mark", "q", "blockquote", "details", "summary", "code", "time", "kbd"),
    *("strong", "i", "svg", "g", "line", "rect", "path", "circle", "polyline", "polygon", "text"),
}
VOID = {"meta"}
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


@dataclass
class Element:
    """One element with its attributes and the text within it, children included."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page:
    """The elements of a page in order, and all its visible text."""

    source: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def by_tag(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def by_id(self, id_: str) -> Element:
        return next(element for element in self.elements if element.attributes.get("id") == id_)

    def links_in(self, id_: str) -> set[str]:
        """The fragments that an element's own links lead to."""
        start = self.source.index(f'id="{id_}"')
        end = self.source.index("</li>", start)
        return set(re.findall(r'href="#([^"]+)"', self.source[start:end]))


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.page = Page(source)
        self.open: list[Element] = []
        self.feed(source)
        self.close()
        assert not self.open, [element.tag for element in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag in ("td", "th", "dd"):  # cells are read apart
            self.handle_data(" ")
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data
        if not self.open or self.open[-1].tag not in ("style", "script"):
            self.page.text += data


def read_page(data: bytes) -> Page:
    """The page, held to what every page of ours promises.

    Well nested, of known elements; one style and one script, the very ones that its policy allows; nothing of
    inline style or handlers; ids that stand once and fragments that lead somewhere; no address outside; no
    character that acts.
    """
    source = data.decode("utf-8")
    assert not ACTING.search(source.replace("\n", ""))
    page = _Reader(source).page
    policy = next(
        e.attributes["content"]
        for e in page.by_tag("meta")
        if e.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    assert "base-uri 'none'" in policy and "form-action 'none'" in policy
    for tag in ("style", "script"):
        (element,) = page.by_tag(tag)
        assert not element.attributes
        digest = b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    for element in page.elements:
        for name, value in element.attributes.items():
            assert not name.startswith("on") and name not in (
                "style",
                "src",
                "srcset",
                "action",
                "formaction",
            )
            if name in ("href", "xlink:href"):
                assert re.fullmatch(r"#[^#]+|[A-Za-z0-9._~%/-]+\.html", value), value
                assert not value.startswith(("/", "//")) and ":" not in value
                assert not value.startswith("#") or unquote(value[1:]) in ids, value
            if name in ("aria-labelledby", "aria-describedby"):
                assert set(value.split()) <= set(ids)
    assert page.by_tag("html")[0].attributes["lang"] == "en"
    assert (
        len(page.by_tag("h1")) == 1 and len(page.by_tag("main")) == 1 and page.by_tag("title")[0].text.strip()
    )
    return page
