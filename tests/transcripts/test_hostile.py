"""Any bytes give a transcript or one clear error, and soon."""

# ruff: noqa: E501  (data)

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Transcript
from precall_cli.transcripts import formats, read_transcript, read_transcripts, render_vtt
from precall_cli.transcripts.readers import READERS
from precall_cli.transcripts.source import open_source
from tests.growth import grows_linearly

NAMES = [info.name for info in formats()]


def _survives(data: bytes, **given_: Any) -> None:
    try:
        calls = list(read_transcripts(data, "any.bin", **given_))
    except BadInput as error:
        assert error.problem
        return
    for call in calls:
        assert Transcript.from_document(call.full_document(), "again") == call
        render_vtt(call).encode()


@given(st.binary(max_size=300))
@example(b"[00:00]")
@example(b">>")
@example(b"WEBVTT\n\n00:00.000 --> 00:00.000\n<v >")
@example(b"1\n00:00:00,000 --> 99:99:99,999")
@example(b"TranscriptionEvent=")
def test_any_bytes(data: bytes) -> None:
    _survives(data)


@given(st.text(st.sampled_from(list("Aa:1 0[]()<>-.,\n\t>&;vWEBVTT{}\"é\u2028\x1b")), max_size=200), st.sampled_from([None, *NAMES]))  # fmt: skip
def test_any_text_of_the_marks_that_matter(text: str, name: str | None) -> None:
    _survives(text.encode(), format=name)


_KEYS = [
    "role",
    "content",
    "message",
    "messages",
    "transcript",
    "transcripts",
    "text",
    "user",
    "words",
    "word",
    "start",
    "end",
    "speaker",
    "speaker_id",
    "speaker_name",
    "items",
    "type",
    "data",
    "call",
    "call_id",
    "status",
    "results",
    "channels",
    "alternatives",
    "utterances",
    "segments",
    "sentences",
    "callTranscripts",
    "speakerId",
    "metadata",
    "artifact",
    "toolCalls",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "metrics",
    "item",
    "item_id",
    "event_id",
    "object",
    "chat_history",
    "media_channel",
    "sentence_index",
    "time",
    "secondsFromStart",
    "timestamp",
    "TranscriptionEvent",
    "TranscriptionData",
    "SequenceId",
    "audio_url",
    "audio_duration",
    "transcript_object",
    "transcript_with_tool_calls",
    "meta",
    "conversation_id",
    "agent_id",
    "time_in_call_secs",
    "created_at",
    "id",
    "index",
    "paragraphs",
    "schema",
    "turns",
    "concatenated_transcript",
]
_VALUES = st.sampled_from(
    ["agent", "user", "message", "Hi.", "", "realtime.item", "end-of-call-report", "post_call_transcription",
     "transcription-content", "response.done", "2027-01-15T08:00:00Z", "1e3", "-5", None, True, 0, -3, 1.5, 1e300, 10**30]
)  # fmt: skip
_json = st.recursive(
    _VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6),
    max_leaves=25,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_json, st.sampled_from([None, *NAMES]))
def test_any_json_of_the_keys_that_matter(value: Any, name: str | None) -> None:
    _survives(json.dumps(value).encode(), format=name)


@given(st.sampled_from(READERS), _json)
def test_asking_a_reader_whether_a_file_is_its_own_never_fails(reader: Any, value: Any) -> None:
    assert 0 <= reader.matches(open_source(json.dumps([value]).encode(), "x").only(value, "")) <= 3


_SPRAY = [" ", ":", "[", "]", "(", "1", "a", "A", "-", ">", "<", "\n", "\t", "&", '"', ".", "*", "1:", ": ", "A: ",
          "A: b\n", "A\n", "[0", "[00:01] ", "1:11 ", "(1:00)", ">> ", "-->", "<v ", "<v a>", "&amp;", "&#", "<expr ",
          "[A_A", "{", "[{", "Name  0:01\n", "00:00:01,000 --> 00:00:02,000\n", "[00:01] Bob\nhi\n", "é", "\u2028"]  # fmt: skip
_HEADS = [
    "",
    "Agent: hi\n",
    "[00:01] ",
    "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    "1\n00:00:01,000 --> 00:00:02,000\n",
]


@pytest.mark.parametrize("spray", _SPRAY)
def test_time_grows_no_faster_than_the_text(spray: str) -> None:
    for head in _HEADS:

        def read(size: int, head: str = head) -> None:
            with suppress(BadInput):
                read_transcript((head + spray * (size // len(spray.encode()))).encode(), "spray.txt")

        assert grows_linearly(read, 10_000), head


@pytest.mark.parametrize("depth", [50, 70, 100_000])
def test_deep_json(depth: int) -> None:
    for opened, closed in (("[", "]"), ('{"messages":', "}")):
        _survives((f"[{opened * depth}1{closed * depth}]").encode())


def test_ten_thousand_turns() -> None:
    rows = [{"role": "agent" if n % 2 else "user", "content": f"Turn {n}, and so on and on.", "words": [
        {"word": "Turn", "start": n * 1.4, "end": n * 1.4 + 1}]} for n in range(10_000)]  # fmt: skip
    data = json.dumps({"call_id": "long", "transcript_object": rows}).encode()
    call = read_transcript(data, "long.json")
    assert (len(call.turns), call.turns[-1].start_s) == (10_000, 13_998.6)
