"""Which format a file is of, how many calls it holds, who is who, and what is said when that fails."""

# ruff: noqa: E501  (data)

from __future__ import annotations

import json
from typing import Any

import pytest
from heard import lines, read

from precall_cli.errors import BadInput
from precall_cli.transcripts import (
    GAPS,
    Sides,
    detect_format,
    explain_gap,
    formats,
    read_transcript,
    read_transcripts,
)

CHAT = {"messages": [{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Hi."}]}
RETELL = {"call_id": "r-1", "transcript_object": [{"role": "agent", "content": "Hello.", "words": []}]}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (CHAT, "openai_chat"),
        (CHAT["messages"][0], "openai_chat"),
        ([{"role": "user", "content": "Hi.", "timestamp": "2027-01-15T08:00:00Z"}], "pipecat"),
        ({"items": [{"type": "message", "role": "user", "content": ["Hi."]}]}, "livekit"),
        ({"items": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi."}]}]}, "openai_realtime_items"),
        ([{"type": "response.done", "response": {}}], "openai_realtime_events"),
        ({"segments": [{"start": 0, "end": 1, "text": "Hi."}], "text": "Hi."}, "whisper"),
        ({"segments": [{"start": 0, "end": 1, "text": "Hi.", "speaker": "A"}], "text": "Hi."}, "whisperx"),
        ({"callTranscripts": []}, "gong"),
        (RETELL, "retell"),
    ],
)  # fmt: skip
def test_detection_goes_by_content_not_by_name(value: Any, name: str) -> None:
    assert detect_format(_json(value), "call.vtt") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi.", "vtt"),
        ("\n1\n00:00:01,000 --> 00:00:02,000\nHi.", "srt"),
        ("Ava  0:01\nHello.\n\nDana  0:03\nHi.\n", "otter"),
        ("[00:01] Ava: Hello.", "text"),
        ("{inaudible} hello", "text"),
        ("[crosstalk] hello", "text"),
    ],
)
def test_text_formats_are_told_apart(text: str, name: str) -> None:
    assert detect_format(text.encode(), "call.json") == name


def test_a_tie_names_the_candidates_and_the_flag() -> None:
    both = {**RETELL, "callTranscripts": []}
    with pytest.raises(BadInput, match="could be retell or gong") as tie:
        detect_format(_json(both), "both.json")
    assert "--format" in tie.value.hint
    assert read_transcript(_json(both), "both.json", format="retell").source == "retell"


@pytest.mark.parametrize(
    "value", [{}, {"a": 1}, [], [{"a": 1}], {"messages": "none"}, {"messages": [{"role": 3}]}]
)
def test_what_is_of_no_format_says_how_to_go_on(value: Any) -> None:
    with pytest.raises(BadInput, match="no format that precall knows") as unknown:
        read_transcript(_json(value), "odd.json")
    assert unknown.value.place == "odd.json"
    assert "transcript formats" in unknown.value.hint


def test_a_format_that_does_not_exist_lists_those_that_do() -> None:
    with pytest.raises(BadInput, match="'wav' is no format") as wrong:
        read_transcript(b"x", "x", format="wav")
    assert "retell" in wrong.value.hint


@pytest.mark.parametrize("name", [info.name for info in formats()])
def test_every_format_refuses_what_is_not_its_own_in_one_error(name: str) -> None:
    for data in (b'{"k": 1}', b"[]", b'[{"k": 1}, null]'):
        with pytest.raises(BadInput):
            read_transcript(data, "x.json", format=name)


def test_formats_are_listed_with_their_manual() -> None:
    known = formats()
    assert len({info.name for info in known}) == len(known) >= 22
    for info in known:
        assert info.title
        assert len(info.manual) > 100, info.name


@pytest.mark.parametrize("shape", ["list", "lines"])
def test_several_calls_in_one_file(shape: str) -> None:
    calls = [RETELL, {**RETELL, "call_id": "r-2"}]
    data = _json(calls) if shape == "list" else b"\n".join(_json(call) for call in calls)
    assert [call.call_id for call in read_transcripts(data, "calls.json")] == ["r-1", "r-2"]
    with pytest.raises(BadInput, match="holds several calls") as several:
        read_transcript(data, "calls.json")
    assert "'r-1' and 'r-2'" in several.value.hint


def test_conversations_by_line_get_ids_of_their_own() -> None:
    data = b"\n".join([_json(CHAT), b"", _json(CHAT)])
    ids = [call.call_id for call in read_transcripts(data, "dir/My calls.jsonl")]
    assert len(set(ids)) == 2
    assert all(found.startswith("My-calls-") for found in ids)


def test_gong_with_two_calls_is_two_transcripts() -> None:
    rows = [{"callId": str(n), "transcript": [{"speakerId": "1", "sentences": [{"start": 0, "end": 9, "text": "Hi."}]}]} for n in (1, 2)]  # fmt: skip
    assert [call.call_id for call in read_transcripts(_json({"callTranscripts": rows}), "g.json")] == [
        "1",
        "2",
    ]


def test_a_call_id_that_is_given_wins() -> None:
    assert read(RETELL, call_id="mine").call_id == "mine"


def test_the_same_bytes_give_the_same_id_wherever_they_lie() -> None:
    one, two = (read_transcript(_json(CHAT), name).call_id for name in ("/a/x.json", "b/x.json"))
    assert one == two
    assert read(CHAT, "x.json", call_id=None).call_id == read_transcript(_json(CHAT), "x.json").call_id


def test_precall_json_is_read_as_it_stands() -> None:
    call = read(RETELL)
    assert read_transcript(_json(call.full_document()), "c.json") == call
    with pytest.raises(BadInput, match="/turns/0/i"):
        read_transcript(
            _json({**call.full_document(), "turns": [{"i": 4, "speaker": "agent", "text": "x"}]}), "c"
        )


def test_a_label_that_nobody_has_lists_who_is_there() -> None:
    with pytest.raises(BadInput, match="no speaker of this file") as nobody:
        read("Ava: Hi.\nDana: Hi.\nAva: Bye.\nDana: Bye.", "c.txt", agent="Eva")
    assert "'Ava', 'Dana'" in nobody.value.hint
    assert lines(read(CHAT, agent="Eva")) == ["agent - Hello.", "contact - Hi."]


def test_a_label_on_both_sides_is_refused() -> None:
    with pytest.raises(BadInput, match="as the agent and as the contact"):
        read("Ava: Hi.\nAva: Bye.", "c.txt", agent="Ava", contact="ava")


def test_limits_are_errors() -> None:
    with pytest.raises(BadInput, match="over the limit"):
        read_transcript(b"x" * 100, "x", max_bytes=99)
    with pytest.raises(BadInput, match="more than 1 turns"):
        read_transcript(_json(CHAT), "x", max_turns=1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"Agent: h\x00i", "NUL"),
        (b"\xff\xfeA\x00", "UTF-16"),
        (b"Agent: caf\xe9", "not UTF-8"),
        (b'{"a": 1', "not JSON"),
        (b'{"messages": [], "messages": []}', "twice"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "nested deeper"),
        (b'{"a":"\\ud800"}', "surrogate"),
        (b'{"a": 1}\n{"b": 2\n', "not JSON"),
    ],
)
def test_broken_files_say_what_and_where(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as broken:
        read_transcript(data, "bad.json")
    assert broken.value.place.startswith("bad.json")


def test_a_broken_line_of_json_lines_is_named() -> None:
    with pytest.raises(BadInput) as broken:
        read_transcript(b'{"role": "user", "content": "Hi."}\n\n{"role": \n', "log.jsonl")
    assert broken.value.place.startswith("log.jsonl:3")


def test_a_started_at_that_is_no_time_is_refused() -> None:
    with pytest.raises(BadInput, match="is no time"):
        read(CHAT, started_at="yesterday")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (-0.4, 1.0, "0-1"),
        (-9.0, 1.0, "?-1"),
        (5.0, 4.0, "5-?"),
        (1e9, 2.0, "?-2"),
        ("7", "7.5", "7-7.5"),
        (True, [], "-"),
        (None, "soon", "-"),
    ],
)
def test_times_that_cannot_be(start: Any, end: Any, told: str) -> None:
    data = {"segments": [{"start": start, "end": end, "text": "Hi.", "speaker": "A"}]}
    call = read(data, agent="A")
    assert lines(call) == [f"agent {told} Hi."]
    assert ("bad_times" in call.gaps) == (told in ("?-1", "5-?", "?-2"))


def test_every_gap_of_every_reader_has_a_sentence() -> None:
    assert explain_gap("no_times") == GAPS["no_times"]
    assert explain_gap("of_a_later_version") == "of_a_later_version"
    assert all(text.endswith(".") for text in GAPS.values())


def test_sides_are_empty_by_default() -> None:
    assert not Sides()
    assert Sides(agent=("A",))
