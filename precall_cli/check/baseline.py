"""The blessed baseline: one file of sorted JSON, made to be read in a diff; no times, no machine names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

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
    if not isinstance(shared, dict) or not all(isinstance(each, str) for each in shared.values()):
        raise BadInput("/grounds: must be an object of digests", place=str(path), hint=hint)
    found = {name: _observation(name, each, path, hint) for name, each in cases.items()}
    return {name: replace(each, grounds={**shared, **(each.grounds or {})}) for name, each in found.items()}


class _Item(TypedDict):
    key: str
    id: str
    kind: str
    says: dict[str, Any]
    rests: str
    because: NotRequired[str | None]
    rule: NotRequired[str | None]


class _Audit(TypedDict):
    items: dict[str, dict[str, str | None]]
    deviations: NotRequired[list[_Deviation] | None]
    verdict: NotRequired[str | None]
    compliance: NotRequired[str | None]
    outcome: NotRequired[str | None]
    call_id: NotRequired[str | None]
    adherence: NotRequired[float | None]
    deviation_rate: NotRequired[float | None]
    unexplained_deviation_rate: NotRequired[float | None]


class _Deviation(TypedDict):
    type: str
    logged: str
    item: NotRequired[str | None]


class _Case(TypedDict):
    gate: str
    agent: NotRequired[str | None]
    rules: NotRequired[str | None]
    items: NotRequired[list[_Item] | None]
    instructions: NotRequired[dict[str, str] | None]
    audit: NotRequired[_Audit | None]
    grounds: NotRequired[dict[str, str] | None]
    broken: NotRequired[list[str] | None]


@cache
def _shape() -> TypeAdapter[Any]:
    return TypeAdapter(_Case)


def _observation(name: str, document: Json, path: Path, hint: str) -> Observation:
    try:
        _shape().validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = "".join(f"/{step}" for step in first["loc"])
        raise BadInput(
            f"/cases/{name}{at}: is not what a baseline holds: {first['msg']}", place=str(path), hint=hint
        ) from None
    if (document.get("audit") or {}).get("deviations", ()) is None:
        document = document | {"audit": document["audit"] | {"deviations": []}}
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
