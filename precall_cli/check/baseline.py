"""The blessed baseline: one file of sorted JSON, made to be read in a diff; no times, no machine names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from precall_cli.check.observe import Observation
from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, parse_json, readable_json
from precall_cli.records.regular_file import read_regular

FILE_NAME = "baseline.json"
SCHEMA = "precall.baseline/1"


def read_baseline(path: Path) -> dict[str, Observation] | None:
    """Case → what was blessed; None where nothing was. Raises BadInput where the file is no baseline."""
    if not path.exists():
        return None
    data = read_regular(path)
    document = parse_json(data, str(path))
    hint = "`precall bless` writes it anew; look at the difference in git before you commit it."
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadInput(f"is no baseline: its schema is not {SCHEMA}", place=str(path), hint=hint)
    cases = document.get("cases")
    if not isinstance(cases, dict):
        raise BadInput("/cases: must be an object", place=str(path), hint=hint)
    shared = document.get("grounds", {})
    if not isinstance(shared, dict):
        raise BadInput("/grounds: must be an object", place=str(path), hint=hint)
    found = {name: _observation(name, each, path, hint) for name, each in cases.items()}
    return {name: replace(each, grounds={**shared, **(each.grounds or {})}) for name, each in found.items()}


def _observation(name: str, document: Json, path: Path, hint: str) -> Observation:
    shape = {"items": list, "instructions": dict, "audit": dict, "grounds": dict, "broken": list}
    if not isinstance(document, dict) or not isinstance(document.get("gate"), str):
        raise BadInput(f"/cases/{name}: is no blessed case", place=str(path), hint=hint)
    for key, kind in shape.items():
        if document.get(key) is not None and not isinstance(document[key], kind):
            raise BadInput(f"/cases/{name}/{key}: is not what a baseline holds", place=str(path), hint=hint)
    for number, item in enumerate(document.get("items") or ()):
        if not isinstance(item, dict) or not {"key", "id", "kind", "says", "rests"} <= item.keys():
            raise BadInput(f"/cases/{name}/items/{number}: is no item", place=str(path), hint=hint)
    audit = document.get("audit")
    if audit is not None and not (
        isinstance(audit.get("items"), dict) and isinstance(audit.get("deviations", []), list)
    ):
        raise BadInput(f"/cases/{name}/audit: is no audit", place=str(path), hint=hint)
    return Observation.from_document(document)


def baseline_text(observed: Mapping[str, Observation]) -> str:
    """The file for these cases: keys sorted, lists in the order of the plan, the same bytes anywhere."""
    shared = _shared_grounds(list(observed.values()))
    cases = {}
    for name in sorted(observed):
        document = observed[name].document()
        grounds = {key: value for key, value in (document["grounds"] or {}).items() if key not in shared}
        cases[name] = _sorted(document | {"grounds": grounds})
    return readable_json({"schema": SCHEMA, "grounds": _sorted(shared), "cases": cases})


def same(one: Observation, other: Observation) -> bool:
    """Whether the two are the same in a baseline."""
    return bool(_sorted(one.document()) == _sorted(other.document()))


def _shared_grounds(observed: Sequence[Observation]) -> dict[str, str]:
    """What every case rests on alike, such as the playbook: it stands once, at the head of the file."""
    first, *rest = [dict(each.grounds or {}) for each in observed] or [{}]
    return {key: value for key, value in first.items() if all(each.get(key) == value for each in rest)}


def _sorted(value: Json) -> Json:
    """Keys in order, without what is empty."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value) if value[key] not in (None, "", [], ())}
    return [_sorted(each) for each in value] if isinstance(value, list | tuple) else value
