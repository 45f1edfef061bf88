"""What the agent logs within a call: read from tool calls and marks, never taken for speech."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import precall_cli
from precall_cli.audit.log_in_call import take_log, whole_log
from precall_cli.compose.deviation_log import REASONS, TOOL, deviation_lines
from precall_cli.errors import BadInput
from precall_cli.records.deviation_mark import find_marks
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import parse_time
from precall_cli.records.transcript import Transcript
from precall_cli.store import Store
from precall_cli.transcripts import read_transcript
from tests.cli.command import CALL, NOW, PLAN, brief, write
from tests.cli.inside import run as precall

ENTRY = {"item": "q2", "reason": "contact_volunteered", "note": "said it [unasked]"}
PLAN_RECORD = CallPlan.from_document(PLAN, "plan")


def call(*turns: tuple[str, str]) -> Transcript:
    rows = [{"i": i, "speaker": speaker, "text": text} for i, (speaker, text) in enumerate(turns)]
    return Transcript.from_document({"call_id": "c", "turns": rows}, "call")


def vapi(entry: dict[str, Any]) -> dict[str, Any]:
    function = {"name": TOOL, "arguments": entry}
    return {"message": {"type": "end-of-call-report", "artifact": {"messages": [
        {"role": "bot", "message": "Hello.", "secondsFromStart": 1.0},
        {"role": "tool_calls", "toolCalls": [{"id": "t", "function": function}], "secondsFromStart": 2.0},
        {"role": "user", "message": "Hi.", "secondsFromStart": 3.0},
    ]}}}  # fmt: skip


def retell(entry: dict[str, Any]) -> dict[str, Any]:
    return {"call_id": "c", "transcript_with_tool_calls": [
        {"role": "agent", "content": "Hello.", "words": []},
        {"role": "tool_call_invocation", "tool_call_id": "t", "name": TOOL, "arguments": json.dumps(entry)},
        {"role": "user", "content": "Hi.", "words": []},
    ]}  # fmt: skip


def chat(entry: dict[str, Any]) -> dict[str, Any]:
    tool = {"id": "t", "type": "function", "function": {"name": TOOL, "arguments": json.dumps(entry)}}
    return {"messages": [
        {"role": "assistant", "content": "Hello.", "tool_calls": [tool]},
        {"role": "tool", "tool_call_id": "t", "content": "ok"},
        {"role": "user", "content": "Hi."},
    ]}  # fmt: skip


def realtime(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"object": "realtime.item", "type": "message", "role": "assistant",
         "content": [{"type": "output_audio", "transcript": "Hello."}]},
        {"object": "realtime.item", "type": "function_call", "call_id": "t", "name": TOOL,
         "arguments": json.dumps(entry)},
        {"object": "realtime.item", "type": "message", "role": "user",
         "content": [{"type": "input_audio", "transcript": "Hi."}]},
    ]  # fmt: skip


def livekit(entry: dict[str, Any]) -> dict[str, Any]:
    return {"items": [
        {"type": "message", "role": "assistant", "content": ["Hello."]},
        {"type": "function_call", "call_id": "t", "name": TOOL, "arguments": json.dumps(entry)},
        {"type": "message", "role": "user", "content": ["Hi."]},
    ]}  # fmt: skip


def events(entry: dict[str, Any]) -> list[dict[str, Any]]:
    def said(identity: str, role: str, text: str) -> dict[str, Any]:
        content = [{"type": "output_audio" if role == "assistant" else "input_audio", "transcript": text}]
        item = {"id": identity, "type": "message", "role": role, "content": content}
        return {"type": "conversation.item.created", "event_id": f"e{identity}", "item": item}

    call = {"id": "t", "type": "function_call", "call_id": "t", "name": TOOL, "arguments": json.dumps(entry)}
    return [
        said("a", "assistant", "Hello."),
        {"type": "conversation.item.created", "event_id": "et", "item": call},
        said("b", "user", "Hi."),
    ]


@pytest.mark.parametrize("shape", [vapi, retell, chat, realtime, events, livekit])
def test_a_tool_call_of_any_runtime_is_a_log_entry(shape: Any) -> None:
    heard = read_transcript(json.dumps(shape(ENTRY)).encode(), "call.json")
    taken = take_log(PLAN_RECORD, heard)
    assert [(e.item, e.reason, e.note, e.turn) for e in taken.entries] == [
        ("q2", "contact_volunteered", "said it [unasked]", 1)
    ]
    assert taken.refused == ()


def test_the_mark_that_the_agent_is_told_to_write_is_understood_in_every_way_it_may_come() -> None:
    told = next(line for line in deviation_lines("q1") if line.startswith("[["))
    forms = [told, told.replace('"', "”"), "[[log_deviation item=q1 reason=contact_volunteered]]",
             "[[precall item: q1, reason: contact_volunteered, note: 'x y']]"]  # fmt: skip
    for form in forms:
        (mark,) = find_marks(f"Fine. {form} Next?", 4)
        assert mark.entry is not None, form
        assert (mark.entry.item, mark.entry.reason, mark.entry.turn) == ("q1", "contact_volunteered", 4)
    assert set(REASONS) >= {"contact_volunteered", "other"}


def test_marks_are_not_said_and_only_the_agent_logs() -> None:
    mark = '[[log_deviation {"item": "q2", "reason": "time_constraint"}]]'
    heard = call(
        ("agent", f"{mark} So"), ("contact", mark), ("agent", f"one {mark} two. {mark}"), ("agent", mark)
    )
    taken = take_log(PLAN_RECORD, heard)
    assert [turn.text for turn in taken.transcript.turns] == ["So", mark, "one ... two.", ""]
    assert [entry.turn for entry in taken.entries] == [0, 2, 2, 3]
    assert len(whole_log((), taken.entries)) == 3
    assert whole_log(taken.entries, taken.entries) == whole_log((), taken.entries)


def test_an_entry_for_no_item_is_refused_naming_the_ids_of_the_plan() -> None:
    heard = call(
        ("agent", '[[log_deviation {"item": "q9", "reason": "other"}]]'),
        ("tool", 'mcp__precall__log_deviation({"item": "q1", "reason": "bored"})'),
        ("agent", "[[log_deviation {"),
    )
    taken = take_log(PLAN_RECORD, heard)
    assert taken.entries == () and len(taken.refused) == 3
    assert "turn 0" in taken.refused[0] and "q1, q2" in taken.refused[0]
    assert "reason" in taken.refused[1]


@given(st.text(st.sampled_from('[]{}":, log_deviationprecallqx1='), max_size=300))
def test_no_text_breaks_the_reading_of_marks(text: str) -> None:
    at = 0
    for mark in find_marks(text, 0):
        assert at <= mark.start < mark.end <= len(text)
        assert (mark.entry is None) == bool(mark.problem)
        at = mark.end


def test_the_audit_takes_the_log_of_the_call_and_the_store_keeps_it(tmp_path: Path) -> None:
    lines = [
        *CALL.splitlines()[:2],
        'Agent: [[log_deviation {"item": "q1", "reason": "time_constraint", "note": "two minutes"}]] '
        "Would Thursday suit you for half an hour with Sam?",
        "Customer: Yes, Thursday works for me.",
        "Agent: Great, Thursday it is. Goodbye.",
        "Customer: Bye.",
    ]  # fmt: skip
    write(tmp_path / "call_1.txt", "\n".join(lines) + "\n")
    write(tmp_path / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    first = precall("audit", "call_1.txt", "--plan", plan["plan_id"], "--json", cwd=tmp_path)
    assert first.code == 0, first.err
    found = first.document
    skipped = [d for d in found["deviations"] if d["item"] == "q1"]
    assert [(d["type"], d["logged"], d["logged_reason"]) for d in skipped] == [
        ("question_skipped", "explained", "time_constraint")
    ]
    assert not any("log_deviation" in (item.get("quote") or "") for item in found["items"])
    with Store.open(tmp_path / "precall.db", read_only=True) as store:
        outcome = store.load_outcome(found["call_id"])
    assert outcome is not None
    assert outcome.plan_deviation_reasons == (
        DeviationReason(item="q1", reason="time_constraint", note="two minutes", turn=2),
    )
    again = precall("audit", "call_1.txt", "--plan", plan["plan_id"], "--json", cwd=tmp_path)
    assert again.out == first.out


def test_the_function_for_runtimes_logs_what_the_command_logs(tmp_path: Path) -> None:
    write(tmp_path / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    db, at = tmp_path / "precall.db", parse_time(NOW)
    log = precall_cli.log_deviation
    with pytest.raises(BadInput, match="which plan"):
        log("call_9", "other", db=db, now=at)
    assert log("call_9", "contact_volunteered", item="q1", turn=7, plan_id=plan["plan_id"], db=db, now=at)
    assert not log("call_9", "contact_volunteered", item="q1", turn=7, db=str(db), now=at)
    run = precall(
        "outcome",
        "log",
        "call_9",
        "--item",
        "q1",
        "--reason",
        "contact_volunteered",
        "--turn",
        "7",
        cwd=tmp_path,
    )
    assert "already logged" in run.out
    with pytest.raises(BadInput) as caught:
        log("call_9", "other", item="q99", db=db, now=at)
    assert "q99" in str(caught.value) and "q1, q2" in str(caught.value)
    with pytest.raises(BadInput, match="reason"):
        log("call_9", "bored", db=db, now=at)
