"""A decided call as a case for `precall check`: redacted, played as a check would, and then written."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precall_cli.audit.score import breached, score, verdict
from precall_cli.cli.files import write_file
from precall_cli.errors import BadInput, PrecallError
from precall_cli.records.audit import Audit
from precall_cli.records.json_text import Json, readable_json
from precall_cli.records.regular_file import make_folders
from precall_cli.review.decisions import correct, standing
from precall_cli.review.redaction import Redactor, leftovers

if TYPE_CHECKING:
    from precall_cli.check.play import World
    from precall_cli.records.outcome import DeviationReason
    from precall_cli.records.policy import Judging
    from precall_cli.records.review import Review
    from precall_cli.records.transcript import Transcript
    from precall_cli.store import Store
    from precall_cli.store.reading import StoredPlan

SALTS = 6
"""So many sets of stand-ins are tried before a call is called impossible to redact."""

OTHERWISE = "a check would plan it otherwise: another policy, playbook or planner made its plan"


@dataclass(frozen=True, slots=True)
class Exported:
    """A case that was written."""

    folder: Path
    items: int
    known_misses: int
    """Labels that the audit does not reach today."""
    look_over: tuple[str, ...]
    """Capitalised words that are still in it."""


@dataclass(frozen=True, slots=True)
class _Source:
    """All that a case is made from."""

    stored: StoredPlan
    transcript: Transcript
    log: tuple[DeviationReason, ...]
    audit: Audit
    """The reading that was decided on."""
    label: Audit
    """The same with the decisions that stand."""
    reviews: tuple[Review, ...]


def export_case(store: Store, call_id: str, parent: Path, world: World, also: Iterable[str]) -> Exported:
    """Writes the case into a new folder of `parent`; all of it or nothing.

    Raises BadInput when the call is not decided, when a check would plan it otherwise, or when no stand-ins
    leave the audit as it was.
    """
    source = _read(store, call_id)
    name = f"{source.stored.plan.agent}-review-{blake2b(call_id.encode(), digest_size=4).hexdigest()}"
    folder = parent / name
    if folder.exists():
        raise BadInput("exists already", place=str(folder), hint="Remove it, or name another folder.")
    wanted = _said(_audit(source))
    differing = ""
    for salt in range(SALTS):
        redactor = Redactor(source.stored.brief.document(), salt, tuple(also))
        with tempfile.TemporaryDirectory(prefix="precall-case-") as scratch:
            files = _files(source, redactor)
            draft = Path(scratch) / name
            draft.mkdir()
            for file, text in files.items():
                write_file(draft / file, text.encode())
            heard = _play(draft, world)
        said = _said(heard)
        differing = OTHERWISE if set(wanted) != set(said) else _difference(wanted, said)
        if not differing:
            expect = _expect(source, redactor, heard)
            return _write(folder, files | {"expect.toml": expect}, source, heard, redactor)
    if differing == OTHERWISE:
        raise BadInput(
            differing,
            place=f"call {call_id}",
            hint="Nothing was written. A case needs a plan that the offline planner makes again today.",
        )
    raise BadInput(
        f"cannot be redacted without changing what the audit hears: {differing}",
        place=f"call {call_id}",
        hint="Nothing was written. Write the case by hand: fixtures/README.md says how.",
    )


def _read(store: Store, call_id: str) -> _Source:
    audit = store.load_audit(call_id)
    reviews = tuple(r for _, _, r in store.load_reviews(call_id=call_id) if r.audit_id == audit.audit_id)
    held = standing(reviews)
    if not held or any(review.decision == "dispute" for review in held.values()):
        problem = "something in it is disputed" if held else "nobody has decided on its last audit"
        raise BadInput(problem, place=f"call {call_id}", hint="`precall review decide` decides.")
    outcome = store.load_outcome(call_id)
    return _Source(
        store.load_plan(audit.plan_id or ""),
        store.load_transcript(call_id),
        outcome.plan_deviation_reasons if outcome else (),
        audit,
        correct(audit, reviews).audit,
        reviews,
    )


def _audit(source: _Source) -> Audit:
    """What today's audit says of the call before anything was replaced."""
    from precall_cli.audit import audit_call

    return audit_call(source.stored.plan, source.transcript, source.log, source.stored.policy)


def _play(draft: Path, world: World) -> Audit:
    """What a check makes of the case."""
    from precall_cli.check.case import find_cases
    from precall_cli.check.play import play

    (draft / "expect.toml").write_text(_toml_line("title", "draft") + (draft / "now").read_text(), "utf-8")
    try:
        played = play(find_cases(draft)[0], world)
    except PrecallError as error:
        raise BadInput(f"a check could not play it: {error.problem}", place=error.place) from None
    if played.audit is None:
        raise BadInput("the gate refuses it once it is redacted", place=draft.name)
    return played.audit


def _files(source: _Source, redactor: Redactor) -> dict[str, str]:
    transcript = {k: v for k, v in source.transcript.document().items() if k not in ("plan_id", "schema")}
    files = {
        "brief.json": readable_json(redactor.document(source.stored.brief.document())),
        "transcript.json": readable_json({"schema": "precall.transcript/1", **redactor.document(transcript)}),
        "now": _toml_line("now", _planned_at(source)) + _toml_line("agent", source.stored.plan.agent),
    }
    if source.log:
        rows = [entry.model_dump(mode="json", exclude_none=True) for entry in source.log]
        files["log.json"] = readable_json([redactor.document(row) for row in rows])
    return files


def _planned_at(source: _Source) -> str:
    return source.stored.plan.created_at or source.stored.sealed_at


def _said(audit: Audit) -> dict[str, Any]:
    """What an audit says, without words: statuses with turns, deviations."""
    said: dict[str, Any] = {i.item: (i.kind, i.status, i.result, i.turns) for i in audit.items}
    return said | {"deviations": sorted((d.type, d.item or "", d.turns, d.logged) for d in audit.deviations)}


def _difference(wanted: dict[str, Any], found: dict[str, Any]) -> str:
    return next(
        (f"{key} was {wanted[key]}, is {found[key]}" for key in wanted if wanted[key] != found[key]), ""
    )


def _expect(source: _Source, redactor: Redactor, heard: Audit) -> str:
    """The labels: what the reviewers decided; where the audit differs today stands under `known_misses`."""
    judging = source.stored.policy.audit
    label = _judged(source.label, judging)
    lines = [
        _toml_line("title", _title(source.label)),
        _toml_line("story", _story(source, redactor)),
        (f"now = {_quoted(_planned_at(source))}\n"),
        _toml_line("agent", source.stored.plan.agent),
        _toml_line("verdict", label["verdict"]),
        _toml_line("compliance", label["compliance"]),
    ]
    lines += _table("items", label["items"]) + _table("results", label["results"])
    for row in label["deviations"]:
        lines += _deviation("deviations", row)
    lines += _misses(label, _judged(heard, judging))
    return "".join(lines)


def _judged(audit: Audit, judging: Judging) -> dict[str, Any]:
    scores = score(audit.items, audit.deviations, judging)
    return {
        "verdict": verdict(scores, audit.deviations, judging),
        "compliance": "breached" if breached(audit.deviations) else "clean",
        "items": {item.item: item.status for item in audit.items},
        "results": {i.item: i.result for i in audit.items if i.result and i.status == "offered"},
        "deviations": [(d.type, d.item, d.logged) for d in audit.deviations],
    }


def _misses(label: dict[str, Any], heard: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    own = "".join(
        _toml_line(key, heard[key]) for key in ("verdict", "compliance") if label[key] != heard[key]
    )
    if own:
        lines.append("\n[known_misses]\n" + own)
    for key in ("items", "results"):
        names = sorted(set(label[key]) | set(heard[key]))
        lines += _table(
            f"known_misses.{key}",
            {n: heard[key].get(n, "") for n in names if label[key].get(n) != heard[key].get(n)},
        )
    one, other = Counter(label["deviations"]), Counter(heard["deviations"])
    for name, rows in (("missing", one - other), ("extra", other - one)):
        for row in sorted(rows.elements(), key=str):
            lines += _deviation(f"known_misses.{name}", row)
    return lines


def _title(audit: Audit) -> str:
    types = dict.fromkeys(d.type.replace("_", " ") for d in audit.deviations if d.logged != "unconfirmed")
    return f"A reviewed call: {', '.join(types) or 'clean'}"


def _story(source: _Source, redactor: Redactor) -> str:
    reasons = [r.reason.strip().rstrip(".") for r in source.reviews if r.decision == "overturn" and r.reason]
    said = "; ".join(redactor.text(reason) for reason in reasons)
    return f"Overturned by reviewers: {said}." if said else "Confirmed by reviewers."


def _write(
    folder: Path, files: dict[str, str], source: _Source, heard: Audit, redactor: Redactor
) -> Exported:
    """Writes the case beside its place, then moves it there."""
    files = {name: text for name, text in files.items() if name != "now"}
    make_folders(folder.parent)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in files.items():
            write_file(draft / name, text.encode())
        draft.rename(folder)
    except OSError:
        for file in draft.iterdir():
            file.unlink()
        draft.rmdir()
        raise
    statuses = {item.item: item.status for item in heard.items}
    missed = sum(statuses[item.item] != item.status for item in source.label.items)
    texts = [redactor.text(turn.text) for turn in source.transcript.turns]
    return Exported(folder, len(statuses), missed, leftovers(texts, redactor))


def _table(name: str, rows: dict[str, str]) -> list[str]:
    return [f"\n[{name}]\n", *(_toml_line(key, value) for key, value in rows.items())] if rows else []


def _deviation(name: str, row: tuple[str, str | None, str]) -> list[str]:
    type_, item, logged = row
    parts = [f"\n[[{name}]]\n", _toml_line("type", type_)]
    return [*parts, *([_toml_line("item", item)] if item else []), _toml_line("logged", logged)]


def _toml_line(key: str, value: Json) -> str:
    name = key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _quoted(key)
    return f"{name} = {_quoted(value)}\n"


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
