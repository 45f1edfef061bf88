"""Fireflies: a transcript from its GraphQL API, or the sentences of a JSON export.

| field | meaning |
|---|---|
| `data.transcript.sentences[]` | `text` (not `raw_text`), `speaker_name`, `speaker_id`, `start_time`, `end_time` in seconds, as numbers or strings |
| `.index` | the order |
| `.speakers[{id, name}]` | the name where a sentence has only the id |
| `date` | start of the call, epoch ms (`dateString` in ISO 8601); `duration` is in minutes |

Labels are names and ids; no side is told. Sentences of one speaker that follow one another are one turn. In an
export the keys are `sentence`, `startTime`, `endTime`. An answer with `errors` and no data is refused in
its own words.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json
from precall_cli.transcripts.draft import (
    Draft,
    Row,
    ascending,
    clock_seconds,
    epoch,
    first_text,
    number,
    objects,
    part,
    plan_of,
    string,
)
from precall_cli.transcripts.reader import NO, SURE, Tells, not_this
from precall_cli.transcripts.source import Source

NAME = "fireflies"
TITLE = "Fireflies transcript"
TELLS = Tells(starts=True, ends=True)


def matches(source: Source) -> int:
    """By sentences with speaker names or ids."""
    sentences = _sentences(source.value)
    if any(row.keys() & {"speaker_name", "speaker_id"} for row in sentences):
        return SURE
    return SURE if "sentences" in part(source.value, "data", "transcript") else NO


def _body(value: Json) -> dict[str, Json]:
    top = value if isinstance(value, dict) else {}
    return part(top, "data", "transcript") or part(top, "transcript") or top


def _sentences(value: Json) -> list[dict[str, Json]]:
    return list(objects(value if isinstance(value, list) else _body(value).get("sentences")))


def read(source: Source) -> Iterator[Draft]:
    """One call."""
    body, rows = _body(source.value), _sentences(source.value)
    if "sentences" not in body and not any(row.keys() & {"sentence", "text"} for row in rows):
        for error in objects(body.get("errors")):
            raise BadInput(
                f"holds an error of Fireflies: {string(error.get('message'))[:300]}",
                place=source.name,
                hint="Ask for the transcript again.",
            )
        raise not_this(source, "`sentences`")
    names = {string(one.get("id")): string(one.get("name")) for one in objects(body.get("speakers"))}
    draft = Draft(
        [],
        call_id=first_text(body.get("id")),
        plan_id=plan_of(body.get("meeting_info"), body.get("metadata"), body),
        began=_began(body),
        joins=True,
    )
    places = [place for row in rows if (place := number(row.get("index"))) is not None]
    if len(places) == len(rows):
        if not ascending(places):
            draft.gaps.add("out_of_order")
        rows = [rows[index] for index in sorted(range(len(rows)), key=places.__getitem__)]
    else:
        draft.by_time = True
    draft.rows = [_row(row, names) for row in rows]
    yield draft


def _began(body: dict[str, Json]) -> float | None:
    return epoch(body.get("dateString")) or epoch(body.get("date"))


def _row(row: dict[str, Json], names: dict[str, str]) -> Row:
    identity = string(row.get("speaker_id"))
    name = string(row.get("speaker_name")).strip() or names.get(identity, "")
    text = string(row.get("text") or row.get("sentence") or row.get("raw_text"))
    start = _seconds(row.get("start_time", row.get("startTime")))
    end = _seconds(row.get("end_time", row.get("endTime")))
    labels = (name, identity, f"speaker {identity}" if identity else "")
    return Row(text, None, tuple(label for label in labels if label), start, end)


def _seconds(value: Json) -> float | None:
    """Seconds as a number, a string of one, or a clock time."""
    found = number(value)
    return found if found is not None or not isinstance(value, str) else clock_seconds(value)
