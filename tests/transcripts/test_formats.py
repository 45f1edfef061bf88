"""Each format as its vendor writes it on a bad day: what is missing, null, late, twice, cut off or wrong."""

# ruff: noqa: E501  (rows of vendors' files are long)

from __future__ import annotations

import json
from typing import Any

import pytest
from heard import lines, read

from precall_cli.errors import BadInput

T0 = 1_800_000_000  # 2027-01-15T08:00:00Z


def _iso(seconds: float) -> str:
    return f"2027-01-15T08:{int(seconds) // 60:02d}:{seconds % 60:06.3f}Z"


# --- Vapi ---------------------------------------------------------------------------------------------


def vapi(*messages: dict[str, Any], **body: Any) -> dict[str, Any]:
    head = {"type": "end-of-call-report", "startedAt": _iso(0), "call": {"id": "v-1"}}
    return {"message": head | {"artifact": {"messages": list(messages)}} | body}


def _said(
    role: str, words: str | None, at: float, length: float | None = None, **more: Any
) -> dict[str, Any]:
    row: dict[str, Any] = {"role": role, "message": words, "time": (T0 + at) * 1000, "secondsFromStart": at}
    if length is not None:
        row |= {"endTime": (T0 + at + length) * 1000, "duration": length * 1000}
    return row | more


def test_vapi_takes_the_end_from_the_clock_and_keeps_tool_calls_in_place() -> None:
    call = read(
        vapi(
            _said("system", "You are Ava.", 0),
            _said("assistant", "Hello, this is Ava.", 0.5, 2.0),
            _said("bot", "", 3.0, 0.1),
            _said("user", "Hi.", 3.5, 0.5),
            {
                "role": "tool_calls",
                "secondsFromStart": 4.2,
                "toolCalls": [
                    {"id": "a", "function": {"name": "find_slot", "arguments": '{"day": "Tue"}'}},
                    {"id": "b", "function": {"name": "look_up", "arguments": {"id": 7}}},
                ],
            },
            {
                "role": "tool_call_result",
                "toolCallId": "b",
                "result": {"found": True},
                "secondsFromStart": "4.9",
            },
            _said("bot", "Tuesday?", 5.0, 1.0),
            endedReason="assistant-ended-call",
        )
    )
    assert lines(call) == [
        "system 0-? You are Ava.",
        "agent 0.5-2.5 Hello, this is Ava.",
        "contact 3.5-4 Hi.",
        'tool 4.2-? find_slot({"day": "Tue"})',
        'tool 4.2-? look_up({"id": 7})',
        'tool 4.9-? look_up -> {"found": true}',
        "agent 5-6 Tuesday?",
    ]
    assert (call.call_id, call.source, call.ended_by) == ("v-1", "vapi", "agent")
    assert call.started_at == "2027-01-15T08:00:00Z"
    assert call.gaps == ("empty_turns",)


def test_vapi_counts_from_the_start_where_seconds_are_missing_and_sorts_rows() -> None:
    late = {"role": "user", "message": "Second.", "time": (T0 + 4) * 1000, "endTime": (T0 + 5) * 1000}
    call = read(vapi(late, _said("bot", "First.", 1.0, 1.0), {"role": "user", "message": "Whenever."}))
    assert lines(call) == ["agent 1-2 First.", "contact - Whenever.", "contact 4-5 Second."]
    assert {"out_of_order", "some_times_missing"} <= set(call.gaps)


def test_vapi_prefers_the_artifact_and_falls_back_to_the_plain_text() -> None:
    both = vapi(_said("bot", "From the artifact.", 1.0), messages=[_said("bot", "Deprecated.", 1.0)])
    assert lines(read(both)) == ["agent 1-? From the artifact."]
    call = read(vapi(artifact={"transcript": "AI: Hello.\nUser: Hi: who is it?\n"}))
    assert lines(call) == ["agent - Hello.", "contact - Hi: who is it?"]
    assert "fallback_text" in call.gaps


def test_vapi_call_from_the_api_that_nobody_answered_has_no_turns() -> None:
    call = read({"id": "v-2", "assistantId": "a", "artifact": {}, "endedReason": "customer-did-not-answer"})
    assert (call.call_id, call.turns, call.ended_by, call.gaps) == ("v-2", (), "system", ("no_turns",))


def test_vapi_filtered_message_is_redacted_and_unknown_roles_are_events() -> None:
    call = read(
        vapi(
            _said("user", "My card is gone", 1.0, isFiltered=True, originalMessage="My card is 42"),
            _said("voicemail-detector", "human", 1.5),
        )
    )
    assert lines(call) == ["contact 1-? My card is gone", "system 1.5-? human"]
    assert {"redacted", "unknown_roles"} <= set(call.gaps)


def test_vapi_plan_id_is_found_among_the_variables() -> None:
    body = vapi(
        _said("bot", "Hi.", 1.0),
        call={"id": "v", "assistantOverrides": {"variableValues": {"plan_id": "p1"}}},
    )
    assert read(body).plan_id == "p1"


# --- Retell -------------------------------------------------------------------------------------------


def _words(text: str, start: float) -> list[dict[str, Any]]:
    return [
        {"word": f"{word} ", "start": start + i * 0.5, "end": start + i * 0.5 + 0.4}
        for i, word in enumerate(text.split())
    ]


def retell(*rows: dict[str, Any], **call: Any) -> dict[str, Any]:
    head = {"call_id": "r-1", "start_timestamp": T0 * 1000, "transcript_with_tool_calls": list(rows)}
    return {"event": "call_analyzed", "call": head | call}


def test_retell_mixes_speech_tools_and_events_in_the_order_of_the_list() -> None:
    call = read(
        retell(
            {"role": "agent", "content": "Hello there.", "words": _words("Hello there.", 0.2)},
            {"role": "user", "content": "Uh-huh.", "words": [], "metadata": {"is_backchannel": True}},
            {"role": "dtmf", "digit": "1"},
            {"role": "tool_call_invocation", "tool_call_id": "t", "name": "book", "arguments": '{"n": 1}'},
            {"role": "tool_call_result", "tool_call_id": "t", "content": "no slot", "successful": False},
            {"role": "node_transition", "former_node_name": "intro", "new_node_name": "close"},
            {"role": "sms", "content": "call me", "time_sec": 9.5},
            {"role": "transfer_target", "content": "Sales desk.", "words": _words("Sales desk.", 10)},
            {"role": "hologram", "content": "waves"},
            disconnection_reason="user_hangup",
            retell_llm_dynamic_variables={"precall_plan_id": "p9"},
        )
    )
    assert lines(call) == [
        "agent 0.2-1.1 Hello there.",
        "contact - Uh-huh.",
        "system - dtmf 1",
        'tool - book({"n": 1})',
        "tool - book -> failed: no slot",
        "system - node_transition intro -> close",
        "system 9.5-? sms call me",
        "unknown 10-10.9 Sales desk.",
        "system - hologram waves",
    ]
    assert (call.ended_by, call.plan_id, call.started_at) == ("contact", "p9", "2027-01-15T08:00:00Z")
    assert set(call.gaps) == {"some_times_missing", "some_sides_unknown", "unknown_roles"}


def test_retell_reads_the_scrubbed_twin_when_only_that_is_left() -> None:
    scrubbed = [
        {"role": "user", "content": "I am [NAME].", "words": [{"word": "I", "start": None, "end": None}]}
    ]
    call = read(retell(scrubbed_transcript_with_tool_calls=scrubbed, transcript_object=None))
    assert lines(call) == ["contact - I am [NAME]."]
    assert "redacted" in call.gaps


def test_retell_falls_back_from_empty_lists_to_the_text() -> None:
    call = read(retell(transcript_object=[], transcript="Agent: Hello.\nUser: Yes?\n"))
    assert lines(call) == ["agent - Hello.", "contact - Yes?"]
    assert "fallback_text" in call.gaps


def test_retell_call_that_is_still_on_is_partial_and_a_busy_line_has_no_turns() -> None:
    assert "partial" in read(retell(call_status="ongoing")).gaps
    call = read(
        {"call_id": "r", "agent_id": "a", "call_status": "ended", "disconnection_reason": "dial_busy"}
    )
    assert (call.turns, call.ended_by) == ((), "system")


# --- ElevenLabs ---------------------------------------------------------------------------------------


def elevenlabs(*turns: dict[str, Any], **body: Any) -> dict[str, Any]:
    return {"conversation_id": "e-1", "agent_id": "a", "status": "done", "transcript": list(turns)} | body


def test_elevenlabs_speech_tools_silence_and_events() -> None:
    call = read(
        elevenlabs(
            {"role": "agent", "message": "Hello, I was", "original_message": "Hello, I was wondering if…",
             "time_in_call_secs": 0, "interrupted": True},
            {"role": "user", "message": "...", "time_in_call_secs": 4},
            {"role": "user", "message": "mhm", "time_in_call_secs": 4, "ignored_as_backchannel": True},
            {"role": "user", "message": None, "time_in_call_secs": 5, "platform_event": "user_turn_timeout"},
            {"role": "agent", "message": "One moment.", "time_in_call_secs": 5,
             "tool_calls": [{"request_id": "q", "tool_name": "look", "params_as_json": "{}",
                             "tool_has_been_called": False}]},
            {"role": "agent", "message": None, "time_in_call_secs": "6", "tool_results": [
                {"request_id": "q", "result_value": "down", "is_error": True}]},
            {"role": "agent", "message": None, "time_in_call_secs": 7,
             "multivoice_message": {"parts": [{"text": "Two"}, {"text": "voices."}]}},
            metadata={"start_time_unix_secs": T0, "termination_reason": "Client disconnected: 1000"},
            conversation_initiation_client_data={"dynamic_variables": {"plan_id": "p2"}},
        )
    )  # fmt: skip
    assert lines(call) == [
        "agent 0-?! Hello, I was",
        "system 4-? ...",
        "contact 4-? mhm",
        "system 5-? user_turn_timeout",
        "agent 5-? One moment.",
        "tool 5-? look({}) not made",
        "tool 6-? look -> failed: down",
        "agent 7-? Two voices.",
    ]
    assert (call.ended_by, call.plan_id, call.started_at) == ("contact", "p2", "2027-01-15T08:00:00Z")
    assert set(call.gaps) == {"no_end_times", "whole_seconds", "silence_marked"}


@pytest.mark.parametrize(
    ("reason", "who"),
    [
        ("end_call tool was called", "agent"),
        ("Call ended by remote party", "contact"),
        ("Max duration exceeded", "system"),
        ("", "unknown"),
    ],
)
def test_elevenlabs_says_in_words_who_ended_it(reason: str, who: str) -> None:
    assert read(elevenlabs(metadata={"termination_reason": reason})).ended_by == who


def test_elevenlabs_webhook_of_a_failed_call_is_partial() -> None:
    call = read(
        {"type": "post_call_transcription", "event_timestamp": T0, "data": elevenlabs(status="failed")}
    )
    assert set(call.gaps) == {"no_turns", "whole_seconds", "partial"}


# --- Bland --------------------------------------------------------------------------------------------


def bland(*rows: dict[str, Any], **call: Any) -> dict[str, Any]:
    return {
        "call_id": "b-1",
        "started_at": _iso(0),
        "created_at": _iso(-60 + 60),
        "transcripts": list(rows),
    } | call


def test_bland_sorts_by_time_then_id_and_tells_tools_from_other_actions() -> None:
    call = read(
        bland(
            {"id": 3, "created_at": _iso(2.5), "text": "Yes?", "user": "user"},
            {"id": 2, "created_at": _iso(0.4), "text": "this is Ava.", "user": "assistant"},
            {"id": 1, "created_at": _iso(0.4), "text": "Hello,", "user": "assistant"},
            {"id": 4, "created_at": _iso(3), "text": 'Calling tool: book {"n": 1}', "user": "agent-action"},
            {"id": 5, "created_at": None, "text": "Pressed 1", "user": "agent-action"},
            {"id": 6, "created_at": _iso(9), "text": "Ended call", "user": "agent-action"},
            call_ended_by="ASSISTANT",
        )
    )
    assert lines(call) == [
        "agent 0.4-? Hello,",
        "agent 0.4-? this is Ava.",
        "contact 2.5-? Yes?",
        'tool 3-? Calling tool: book {"n": 1}',
        "system - Pressed 1",
        "system 9-? Ended call",
    ]
    assert call.ended_by == "agent"
    assert set(call.gaps) == {"no_end_times", "out_of_order"}


def test_bland_without_a_start_counts_back_from_the_end() -> None:
    row = {"id": 1, "created_at": _iso(12), "text": "Hi.", "user": "user"}
    call = read(bland(row, started_at=None, end_at=_iso(60), call_length=0.9, corrected_duration=None))
    assert lines(call) == ["contact 6-? Hi."]


def test_bland_joined_text_is_a_last_resort() -> None:
    call = read(
        {
            "call_id": "b",
            "concatenated_transcript": " user: Hello? \n assistant: Hi. \n agent-action: Ended call",
        }
    )
    assert lines(call) == ["contact - Hello?", "agent - Hi.", "system - Ended call"]
    assert {"no_times", "fallback_text"} <= set(call.gaps)


# --- Twilio -------------------------------------------------------------------------------------------


def _sentence(index: Any, channel: Any, words: str, start: Any, end: Any) -> dict[str, Any]:
    return {
        "media_channel": channel,
        "sentence_index": index,
        "transcript": words,
        "start_time": start,
        "end_time": end,
    }


def test_twilio_sentences_go_by_index_and_take_missing_times_from_words() -> None:
    bare = _sentence("2", "2", "Who is it?", None, None) | {
        "words": [{"word": "Who", "start_time": "3.0", "end_time": "3.2"}, {"word": "it?", "end_time": 3.9}]
    }
    data = {"sentences": [bare, _sentence(0, 1, "Hello.", "0.40", "1.00"), _sentence(1, 1, "Ava here.", 1.1, 2.0)],
            "meta": {"key": "sentences", "next_page_url": None}}  # fmt: skip
    call = read(data, agent="channel 1", contact="2")
    assert lines(call) == ["agent 0.4-2 Hello. Ava here.", "contact 3-3.9 Who is it?"]
    assert call.gaps == ("out_of_order",)


def test_twilio_sentences_with_no_hint_are_unknown_and_a_page_alone_says_so() -> None:
    page = {"sentences": [_sentence(0, 1, "Hello.", 0, 1)], "meta": {"next_page_url": "https://x.example/2"}}
    assert set(read(page).gaps) == {"no_sides", "pages_missing"}


def test_twilio_pages_are_merged() -> None:
    one = {"sentences": [_sentence(0, 1, "Hello.", 0, 1)], "meta": {"next_page_url": "https://x.example/2"}}
    two = {"sentences": [_sentence(1, 2, "Hi.", 2, 3)], "meta": {"next_page_url": None}}
    for pages in ([two, one], (one, two)):
        call = read(pages, agent="1", contact="2")
        assert lines(call) == ["agent 0-1 Hello.", "contact 2-3 Hi."]
        assert "pages_missing" not in call.gaps


def test_twilio_sides_come_from_the_transcript_s_participants() -> None:
    parties = {"channel": {"participants": [{"channel_participant": 1, "role": "Agent"},
                                            {"channel_participant": 2, "role": "Customer"}]}}  # fmt: skip
    data = {"sentences": [_sentence(0, 1, "Hello.", 0, 1), _sentence(1, 2, "Hi.", 2, 3)]}
    assert lines(read(data, parties=parties)) == ["agent 0-1 Hello.", "contact 2-3 Hi."]


def _event(sequence: Any, track: str | None, words: Any, at: float, final: Any = "true") -> dict[str, Any]:
    data = words if not isinstance(words, str) else json.dumps({"transcript": words, "confidence": 0.9})
    return {"CallSid": "CA1", "TranscriptionEvent": "transcription-content", "SequenceId": str(sequence),
            "Track": track, "Final": final, "TranscriptionData": data, "Timestamp": _iso(at)}  # fmt: skip


_STARTED = {
    "TranscriptionEvent": "transcription-started",
    "SequenceId": "1",
    "Timestamp": _iso(0),
    "CallSid": "CA1",
}


def test_twilio_callbacks_are_put_in_sequence_once_each_without_interim_results() -> None:
    call = read(
        (
            _STARTED,
            _event(10, "inbound_track", "Ten.", 12),
            _event(2, "outbound_track", "Hel", 1, "false"),
            _event(3, "outbound_track", "Hello.", 2),
            _event(3, "outbound_track", "Hello.", 2),
            _event(4, None, {"transcript": "Who?"}, 3),
            {"TranscriptionEvent": "transcription-error", "SequenceId": "11", "Timestamp": _iso(13)},
        )
    )
    assert lines(call) == ["agent ?-2 Hello.", "unknown ?-3 Who?", "contact ?-12 Ten."]
    assert set(call.gaps) == {
        "no_start_times", "out_of_order", "some_sides_unknown", "partial", "partial_results_dropped",
    }  # fmt: skip


def test_twilio_tracks_turn_round_on_a_call_that_came_in() -> None:
    rows = (_STARTED, _event(2, "inbound_track", "Ava here.", 2), _event(3, "outbound_track", "Hi.", 3))
    assert lines(read(rows, agent="inbound_track")) == ["agent ?-2 Ava here.", "contact ?-3 Hi."]


def test_twilio_form_posts_are_read_line_by_line() -> None:
    text = (
        "TranscriptionEvent=transcription-content&SequenceId=2&Track=inbound_track&Final=true"
        "&TranscriptionData=%7B%22transcript%22%3A%22Hi+there%22%7D&Timestamp=2027-01-15T08%3A00%3A02Z\n"
    )
    assert lines(read(text)) == ["contact ?-0 Hi there"]


# --- LiveKit, Pipecat ---------------------------------------------------------------------------------


def _item(role: str, *content: Any, spoke: tuple[float, float] | None = None, **more: Any) -> dict[str, Any]:
    metrics = {"started_speaking_at": T0 + spoke[0], "stopped_speaking_at": T0 + spoke[1]} if spoke else {}
    return {"type": "message", "role": role, "content": list(content), "metrics": metrics} | more


def test_livekit_history_without_timestamps_counts_from_the_second_of_the_first_word() -> None:
    call = read(
        {
            "items": [
                _item("developer", "You are Ava."),
                _item(
                    "assistant",
                    '<expr type="expression" label="warm"/>Hello, ',
                    "Dana.",
                    spoke=(0.4, 2.4),
                    interrupted=True,
                ),
                _item("user", {"type": "image_content"}, "Yes?"),
                {"type": "function_call", "call_id": "c", "name": "book", "arguments": '{"n": 1}'},
                {
                    "type": "function_call_output",
                    "call_id": "c",
                    "name": "",
                    "output": "full",
                    "is_error": True,
                },
                {"type": "agent_handoff", "old_agent_id": None, "new_agent_id": "closer"},
                {"type": "agent_config_update", "instructions": "Be brief."},
            ]
        }
    )
    assert lines(call) == [
        "system - You are Ava.",
        "agent 0.4-2.4! Hello, Dana.",
        "contact - Yes?",
        'tool - book({"n": 1})',
        "tool - book -> failed: full",
        "system - agent_handoff -> closer",
        "system - agent_config_update Be brief.",
    ]
    assert set(call.gaps) == {"some_times_missing", "clock_start_assumed"}


def test_livekit_instructions_made_before_the_call_do_not_move_its_zero() -> None:
    items = [
        _item("system", "Prompt", created_at=T0 - 30),
        _item("user", "Hi.", spoke=(1.5, 2), created_at=T0 + 3),
    ]
    assert lines(read({"items": items})) == ["system - Prompt", "contact 0.5-1 Hi."]


def test_livekit_report_knows_its_start_and_created_at_stands_in_for_metrics() -> None:
    report = {
        "job_id": "lk-1",
        "started_at": T0 - 2.0,
        "close_reason": "CR_PARTICIPANT_DISCONNECTED",
        "chat_history": {
            "items": [
                _item("system", "Prompt", created_at=T0 - 60),
                _item("user", "Hi.", created_at=T0 + 1.5),
            ]
        },
    }
    call = read(report)
    assert lines(call) == ["system - Prompt", "contact 3.5-? Hi."]
    assert (call.call_id, call.ended_by, call.gaps) == ("lk-1", "contact", ("no_end_times",))


def test_pipecat_turns_are_sorted_and_a_missing_role_is_told_by_the_fields() -> None:
    rows = [
        {"content": "Second.", "timestamp": _iso(5.5), "user_id": None},
        {"content": "First, I", "timestamp": _iso(1.25), "interrupted": True},
        {"role": "user", "content": None, "timestamp": _iso(7)},
        {"content": "Whose?", "timestamp": _iso(8)},
    ]
    for data in (rows, tuple(rows), {"turns": rows}):
        call = read(data)
        assert lines(call) == ["agent 0.25-?! First, I", "contact 4.5-? Second.", "unknown 7-? Whose?"]
        assert call.started_at == "2027-01-15T08:00:01Z"
        assert {"clock_start_assumed", "empty_turns", "out_of_order"} <= set(call.gaps)


def test_a_start_that_is_given_is_the_zero_of_clock_times() -> None:
    call = read([{"role": "user", "content": "Hi.", "timestamp": _iso(5.5)}], started_at=_iso(3))
    assert (lines(call), call.started_at) == (["contact 2.5-? Hi."], "2027-01-15T08:00:03Z")
    assert "clock_start_assumed" not in call.gaps


# --- OpenAI -------------------------------------------------------------------------------------------

_CHAT = [
    {"role": "developer", "content": "You are Ava."},
    {"role": "assistant", "content": [{"type": "text", "text": "Hello,"}, {"type": "output_text", "text": "Dana."}]},
    {"role": "user", "content": None, "audio": {"transcript": "Yes?"}},
    {"role": "assistant", "content": "Let me look.", "tool_calls": [
        {"id": "x", "function": {"name": "find", "arguments": '{"a": 1}'}},
        {"id": "y", "type": "custom", "custom": {"name": "note", "input": "hm"}}]},
    {"role": "tool", "tool_call_id": "x", "content": [{"type": "text", "text": "none"}]},
    {"role": "function", "name": "old", "content": {"ok": False}},
    {"role": "assistant", "content": None, "function_call": {"name": "legacy", "arguments": "{}"}},
    {"role": "assistant", "content": [{"type": "tool_use", "id": "z", "name": "push", "input": {"b": 2}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "z", "content": "done"}]},
    {"role": "narrator", "content": "aside"},
    {"role": "assistant", "content": ""},
]  # fmt: skip
_CHAT_LINES = [
    "system - You are Ava.",
    "agent - Hello, Dana.",
    "contact - Yes?",
    "agent - Let me look.",
    'tool - find({"a": 1})',
    "tool - note(hm)",
    "tool - find -> none",
    'tool - old -> {"ok": false}',
    "tool - legacy({})",
    'tool - push({"b": 2})',
    "tool - push -> done",
    "system - aside",
]


@pytest.mark.parametrize("data", [_CHAT, tuple(_CHAT), {"messages": _CHAT, "metadata": {"plan_id": "p3"}}])
def test_openai_chat_in_its_three_shapes(data: Any) -> None:
    call = read(data)
    assert lines(call) == _CHAT_LINES
    assert set(call.gaps) == {"no_times", "merged_turns", "empty_turns", "unknown_roles"}
    assert call.plan_id == ("p3" if isinstance(data, dict) else None)


def _rt(kind: str, role: str, status: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": kind,
        "object": "realtime.item",
        "type": "message",
        "role": role,
        "status": status,
        "content": list(parts),
    }


def test_openai_realtime_items() -> None:
    items = [
        _rt(
            "1",
            "assistant",
            "incomplete",
            {"type": "output_audio", "transcript": "Hello Dana, I was going to"},
        ),
        _rt("2", "user", "completed", {"type": "input_audio", "transcript": None}),
        _rt("3", "user", "completed", {"type": "input_text", "text": "Typed."}),
        {"type": "mcp_call", "name": "find", "arguments": "{}", "output": "[]", "error": None},
        {"type": "mcp_list_tools", "name": "srv"},
        {"type": "function_call", "call_id": "f", "name": "book", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "f", "output": "ok"},
        _rt("4", "assistant", "completed", {"type": "audio", "transcript": "Older shape."}),
    ]
    call = read(items)
    assert lines(call) == [
        "agent -! Hello Dana, I was going to",
        "contact - Typed.",
        "tool - find({})",
        "tool - find -> []",
        "system - mcp_list_tools srv",
        "tool - book({})",
        "tool - book -> ok",
        "agent - Older shape.",
    ]
    assert call.source == "openai_realtime_items"
    assert set(call.gaps) == {"no_times", "empty_turns", "truncated_text"}


def test_openai_realtime_events_go_by_the_first_appearance_of_an_item() -> None:
    call = read(
        (
            {"type": "session.created", "session": {"id": "s-1"}},
            {"type": "conversation.item.added", "item": {"id": "a1", "type": "message", "role": "assistant", "content": []}},
            {"type": "response.audio_transcript.delta", "item_id": "a1", "delta": "Hel"},
            {"type": "response.audio_transcript.done", "item_id": "a1", "transcript": "Hello."},
            {"type": "conversation.item.truncated", "item_id": "a1", "audio_end_ms": 300},
            {"type": "input_audio_buffer.speech_started", "item_id": "u1", "audio_start_ms": 1500},
            {"type": "input_audio_buffer.speech_stopped", "item_id": "u1", "audio_end_ms": 2500},
            {"type": "input_audio_buffer.speech_started", "item_id": "u2", "audio_start_ms": 2600},
            {"type": "conversation.item.added", "item": {"id": "f1", "type": "function_call", "name": "book", "call_id": "c"}},
            {"type": "response.function_call_arguments.done", "item_id": "f1", "call_id": "c", "arguments": "{}"},
            {"type": "conversation.item.created", "item": {"id": "o1", "type": "function_call_output", "call_id": "c", "output": "ok"}},
            {"type": "response.output_audio_transcript.delta", "item_id": "a2", "delta": "Cut "},
            {"type": "response.output_audio_transcript.delta", "item_id": "a2", "delta": "off"},
            {"type": "response.done", "response": {"status": "cancelled", "output": [
                {"id": "a2", "type": "message", "role": "assistant", "status": "incomplete", "content": []}]}},
            {"type": "conversation.item.input_audio_transcription.completed", "item_id": "u1", "transcript": "Late.\n"},
            {"type": "conversation.item.input_audio_transcription.failed", "item_id": "u2", "error": {}},
            {"type": "rate_limits.updated"},
        )
    )  # fmt: skip
    assert lines(call) == [
        "agent -! Hello.",
        "contact 1.5-2.5 Late.",
        "tool - book({})",
        "tool - book -> ok",
        "agent -! Cut off",
    ]
    assert call.call_id == "s-1"
    assert {"empty_turns", "partial", "truncated_text", "some_times_missing"} == set(call.gaps)


# --- recognisers --------------------------------------------------------------------------------------


def _utterance(words: str, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    return {"transcript": words, "start": start, "end": end} | more


def test_deepgram_utterances_are_joined_by_speaker_and_a_missing_speaker_is_unknown() -> None:
    data = {"metadata": {"request_id": "d-1"}, "results": {"utterances": [
        _utterance("Hello.", 0.4, 1.0, speaker=0, channel=0), _utterance("Ava here.", 1.5, 2.0, speaker=0, channel=0),
        _utterance("Hm?", "2.5", "2.75", channel=0), _utterance("Dana.", 9.0, 8.0, speaker=1, channel=0),
    ]}}  # fmt: skip
    call = read(data, agent="0", contact="speaker 1")
    assert lines(call) == ["agent 0.4-2 Hello. Ava here.", "unknown 2.5-2.75 Hm?", "contact 9-? Dana."]
    assert set(call.gaps) == {"some_sides_unknown", "bad_times"}


def test_deepgram_takes_the_speaker_of_most_words() -> None:
    words = [
        {"word": "a", "speaker": 1},
        {"word": "b", "speaker": 0},
        {"word": "c", "speaker": 1},
        {"word": "d"},
    ]
    data = {"results": {"utterances": [_utterance("A b c d.", 0, 1) | {"words": words}]}}
    assert lines(read(data, agent="1")) == ["agent 0-1 A b c d."]


def test_deepgram_channels_are_laid_over_one_another() -> None:
    def channel(*paragraphs: tuple[float, float, str]) -> dict[str, Any]:
        rows = [{"start": a, "end": b, "sentences": [{"text": t}]} for a, b, t in paragraphs]
        return {"alternatives": [{"paragraphs": {"paragraphs": rows}, "words": []}]}

    data = {"metadata": {"channels": 2},
            "results": {"channels": [channel((0, 1, "Hello."), (4, 9, "So, I was")), channel((2, 3, "Hi."), (5, 6, "mhm"))]}}  # fmt: skip
    assert lines(read(data, agent="channel 0", contact="channel 1")) == [
        "agent 0-1 Hello.",
        "contact 2-3 Hi.",
        "agent 4-9 So, I was",
        "contact 5-6 mhm",
    ]


def test_deepgram_words_are_the_last_but_one_resort() -> None:
    words = [
        {"word": "hi", "punctuated_word": "Hi", "start": 0.0, "end": 0.2, "speaker": 0},
        {"word": "42"},
        {"word": "yes", "punctuated_word": "Yes.", "start": 1.0, "end": 1.2, "speaker": 1},
    ]
    data = {"results": {"channels": [{"alternatives": [{"words": words}]}, {"alternatives": []}][:1]}}
    assert lines(read(data, agent="0", contact="1")) == ["agent 0-0.2 Hi 42", "contact 1-1.2 Yes."]
    flat = {"results": {"channels": [{"alternatives": [{"transcript": "all of it"}]}]}}
    assert (lines(read(flat)), read(flat).gaps) == (
        ["unknown - all of it"],
        ("no_times", "no_sides", "fallback_text"),
    )


def assembly(**body: Any) -> dict[str, Any]:
    return {
        "id": "as-1",
        "audio_url": "https://x.example/a.mp3",
        "status": "completed",
        "audio_duration": 9,
    } | body


def test_assemblyai_counts_in_milliseconds_and_sorts() -> None:
    rows = [{"speaker": "B", "text": "Hi.", "start": 2000, "end": "2500"},
            {"speaker": "A", "text": "Hello.", "start": 400, "end": 1000},
            {"speaker": None, "text": "Eh?", "start": 7000, "end": 7100}]  # fmt: skip
    call = read(assembly(utterances=rows), agent="A", contact="speaker b")
    assert lines(call) == ["agent 0.4-1 Hello.", "contact 2-2.5 Hi.", "unknown 7-7.1 Eh?"]
    assert set(call.gaps) == {"some_sides_unknown", "out_of_order"}


def test_assemblyai_falls_back_to_words_then_text_and_refuses_what_is_not_finished() -> None:
    words = [
        {"text": "Hi", "start": 0, "end": 100, "speaker": "A"},
        {"text": "Yes", "start": 200, "end": 300, "speaker": "B"},
    ]
    assert lines(read(assembly(utterances=None, words=words), agent="A")) == [
        "agent 0-0.1 Hi",
        "unknown 0.2-0.3 Yes",
    ]
    assert lines(read(assembly(utterances=None, words=None, text="All."))) == ["unknown - All."]
    with pytest.raises(BadInput, match="Download error") as failed:
        read(assembly(status="error", error="Download error, file not found"))
    assert failed.value.place == "call.json: /status"
    with pytest.raises(BadInput, match="'error'"):
        read(assembly(status="error", utterances=[{"speaker": "A", "text": "Stale.", "start": 0, "end": 1}]))
    with pytest.raises(BadInput, match="processing"):
        read(assembly(status="processing"))


def test_assemblyai_multichannel_label_is_the_channel() -> None:
    rows = [{"speaker": "1", "channel": "1", "text": "Hello.", "start": 0, "end": 5}]
    assert lines(read(assembly(utterances=rows), agent="channel 1")) == ["agent 0-0.005 Hello."]


def test_whisper_has_no_speakers_and_what_it_doubts_is_no_speech() -> None:
    data = {"text": "…", "segments": [
        {"start": 0.5, "end": 1.5, "text": " Hello.", "no_speech_prob": 0.1, "avg_logprob": -0.3},
        {"start": 2, "end": 3, "text": " Right.", "no_speech_prob": 0.65, "avg_logprob": -0.4},
        {"start": 30, "end": 32, "text": " Thanks for watching!", "no_speech_prob": 0.93, "avg_logprob": -0.4},
        {"start": 40, "end": 41, "text": " [BLANK_AUDIO]", "no_speech_prob": float("nan")},
    ]}  # fmt: skip
    call = read(data)
    assert lines(call) == [
        "unknown 0.5-1.5 Hello.",
        "unknown 2-3 Right.",
        "system 30-32 Thanks for watching!",
        "system 40-41 [BLANK_AUDIO]",
    ]
    assert set(call.gaps) == {"no_sides", "likely_hallucinated", "silence_marked"}


def test_whisperx_takes_what_a_segment_lacks_from_its_words() -> None:
    data = {"segments": [
        {"text": " We pay $40k.", "speaker": "SPEAKER_01", "start": 5.0, "end": 6.0, "words": [{"word": "$40k"}]},
        {"text": " Hello.", "words": [{"word": "Hello.", "start": 0.4, "end": 0.9, "speaker": "SPEAKER_00"}, {"word": "1"}]},
        {"text": " Hm.", "start": 9.0, "end": 9.5},
    ], "word_segments": []}  # fmt: skip
    call = read(data, agent="speaker_00", contact="SPEAKER_01;SPEAKER_07")
    assert lines(call) == ["agent 0.4-0.9 Hello.", "contact 5-6 We pay $40k.", "unknown 9-9.5 Hm."]


def test_whisperx_words_alone_are_grouped_by_speaker() -> None:
    words = [{"word": "Hello.", "start": 0.4, "end": 0.9, "speaker": "S0"}, {"word": "1"},
             {"word": "Hi.", "start": 1.0, "end": 1.2, "speaker": "S1"}]  # fmt: skip
    assert lines(read({"word_segments": words}, agent="S0", contact="S1")) == [
        "agent 0.4-0.9 Hello. 1",
        "contact 1-1.2 Hi.",
    ]


def test_speech_without_a_role_is_of_an_unknown_speaker() -> None:
    for data in (
        vapi({"message": "Who?", "secondsFromStart": 1}, _said("bot", "Me.", 2)),
        retell({"content": "Who?"}, {"role": "agent", "content": "Me."}),
        elevenlabs({"message": "Who?", "time_in_call_secs": 1}, {"role": "agent", "message": "Me."}),
        bland({"text": "Who?", "user": None}, {"text": "Me.", "user": "assistant"}),
        {"items": [_item("", "Who?"), _item("assistant", "Me.")]},
        [{"role": None, "content": "Who?"}, {"role": "assistant", "content": "Me."}],
        [
            _rt("1", "", "completed", {"type": "input_text", "text": "Who?"}),
            _rt("2", "assistant", "completed", {"type": "output_text", "text": "Me."}),
        ],
    ):
        call = read(data)
        assert [(turn.speaker, turn.text) for turn in call.turns] == [("unknown", "Who?"), ("agent", "Me.")]
        assert "some_sides_unknown" in call.gaps


# --- meeting tools ------------------------------------------------------------------------------------

_GONG = {"callTranscripts": [{"callId": "g-1", "transcript": [
    {"speakerId": "11", "topic": None, "sentences": [{"start": 9000, "end": 9900, "text": "Bye."}]},
    {"speakerId": "11", "topic": "Intro", "sentences": [{"start": 400, "end": 1000, "text": "Hello."},
                                                      {"start": 1000, "end": None, "text": "Ava here."}]},
    {"speakerId": "22", "sentences": [{"start": 2000, "end": 3000, "text": "Hi."}]},
    {"speakerId": None, "sentences": [{"start": 4000, "end": 4500, "text": "Cough."}]},
    {"speakerId": "33", "sentences": [{"start": 5000, "end": 5500, "text": "Odd one."}]},
    {"speakerId": "44", "sentences": []},
]}]}  # fmt: skip
_PARTIES = {"calls": [
    {"metaData": {"id": "g-0"}, "parties": [{"speakerId": "22", "affiliation": "Internal"}]},
    {"metaData": {"id": "g-1", "started": "2027-01-15T09:00:00+01:00"}, "parties": [
        {"speakerId": "11", "name": "Ava", "affiliation": "Internal"},
        {"speakerId": "22", "name": "Dana Roe", "affiliation": "External"},
        {"speakerId": None, "name": "Silent", "affiliation": "External"},
        {"speakerId": "33", "name": "Lee Poe", "affiliation": "Unknown"}]},
]}  # fmt: skip


def test_gong_with_its_parties() -> None:
    call = read(_GONG, parties=_PARTIES)
    assert lines(call) == [
        "agent 0.4-1 Hello. Ava here.",
        "contact 2-3 Hi.",
        "unknown 4-4.5 Cough.",
        "unknown 5-5.5 Odd one.",
        "agent 9-9.9 Bye.",
    ]
    assert call.started_at == "2027-01-15T08:00:00Z"
    assert set(call.gaps) == {"some_sides_unknown", "empty_turns", "out_of_order"}
    assert lines(read(_GONG, parties=_PARTIES, contact="lee poe"))[3] == "contact 5-5.5 Odd one."


def test_gong_without_parties_goes_by_id() -> None:
    call = read(_GONG, agent="11", contact="22")
    assert [turn.speaker for turn in call.turns] == ["agent", "contact", "unknown", "unknown", "agent"]


def test_fireflies_sentences() -> None:
    rows = [
        {
            "index": 2,
            "text": "Not yet.",
            "start_time": "3.5",
            "end_time": "4",
            "speaker_id": 1,
            "speaker_name": None,
        },
        {
            "index": 0,
            "text": "Hello.",
            "start_time": 0.5,
            "end_time": 1,
            "speaker_id": 0,
            "speaker_name": "Ava",
        },
        {
            "index": 1,
            "text": "Ready?",
            "start_time": 1.5,
            "end_time": 2,
            "speaker_id": 0,
            "speaker_name": "Ava",
        },
        {"index": 3, "text": "", "raw_text": "hm", "start_time": None, "end_time": None, "speaker_id": None},
    ]
    body = {
        "id": "f-1",
        "date": T0 * 1000,
        "duration": 1.2,
        "speakers": [{"id": 1, "name": "Dana Roe"}],
        "sentences": rows,
    }
    call = read({"data": {"transcript": body}}, agent="Ava", contact="dana roe")
    assert lines(call) == ["agent 0.5-2 Hello. Ready?", "contact 3.5-4 Not yet.", "unknown - hm"]
    assert (call.call_id, call.started_at) == ("f-1", "2027-01-15T08:00:00Z")
    export = [
        {"sentence": "Hi.", "startTime": "00:05", "endTime": "00:06", "speaker_name": "Ava", "speaker_id": 0}
    ]
    assert lines(read(export, agent="Ava")) == ["agent 5-6 Hi."]


def test_fireflies_passes_on_the_error_of_the_service() -> None:
    with pytest.raises(BadInput, match="not found"):
        read({"data": None, "errors": [{"message": "Transcript not found"}]}, format="fireflies")


def test_otter_export() -> None:
    text = "Kick-off call\nKeywords: docks, fees\n\nAva  0:03  \nHello Dana.\nAnything new?\n\nUnknown Speaker  1:02:05\nNo: nothing.\n\nAva  1:02:09\nBye.\n\nTranscribed by https://otter.ai\n"
    call = read(text, "call.txt", agent="ava")
    assert lines(call) == [
        "system - Kick-off call Keywords: docks, fees",
        "agent 3-? Hello Dana. Anything new?",
        "unknown 3725-? No: nothing.",
        "agent 3729-? Bye.",
    ]
    assert call.source == "otter"


# --- subtitles ----------------------------------------------------------------------------------------


def test_zoom_vtt_names_go_on_until_the_next_one() -> None:
    text = """WEBVTT

1
00:00:00.400 --> 00:00:01.000
Ava: Hello Dana.

2
00:00:01.200 --> 00:00:02.000
This is Ava &amp; team.

NOTE a note
of two lines

3
00:00:05.000 --> 00:00:06.500 align:start
Dana Roe: Q&amp;A at 10:30?
<i>Really</i> &lt;soon&gt;.

4
00:20.000 --> 00:21.000
Ava: One thing: price.
"""
    call = read(text, "z.vtt", agent="Ava", contact="Dana Roe")
    assert lines(call) == [
        "agent 0.4-2 Hello Dana. This is Ava & team.",
        "contact 5-6.5 Q&A at 10:30? Really <soon>.",
        "agent 20-21 One thing: price.",
    ]


def test_teams_vtt_voices_two_in_a_cue_and_cues_out_of_order() -> None:
    text = (
        "\ufeffWEBVTT\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nguid/2\r\n00:00:06.000 --> 00:00:09.000\r\n"
        "<v Ava (AI)>So, </v><v.loud Dana Roe>wait</v>\r\n\r\nguid/1\r\n00:00:01.000 --> 00:00:02.000\r\n"
        "<v Ava (AI)>Hello\r\nDana.</v>\r\n\r\nbroken --> cue\r\nlost\r\n"
    )
    call = read(text.encode(), "t.vtt", agent="ava (ai)", contact="Dana Roe")
    assert lines(call) == ["agent 1-2 Hello Dana.", "agent 6-9 So,", "contact 6-9 wait"]
    assert call.gaps == ("out_of_order",)


def test_srt_of_several_makes() -> None:
    text = (
        "2\r\n00:00:04.000 --> 00:00:05,5\r\n[SPEAKER_01]: Yes\r\n\r\nstill me\r\n\r\n"
        "7\r\n00:00:01,000 --> 00:00:02,000\r\n[SPEAKER_00]: <i>Hello</i> <name>.\r\n\r\n"
        "00:00:02,500 --> 00:00:03,000\r\n[SPEAKER_00]: Ava here.\r\n\r\n9\r\n00:00:07,000 --> 00:00:08,000\r\n[SPEAKER_01]: Bye.\r\n"
    )
    call = read(text.encode(), "x.srt", agent="SPEAKER_00", contact="SPEAKER_01")
    assert lines(call) == ["agent 1-3 Hello <name>. Ava here.", "contact 4-8 Yes still me Bye."]
    assert call.gaps == ("out_of_order",)
