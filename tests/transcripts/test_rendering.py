"""A transcript written and read again is the same transcript."""

# ruff: noqa: E501  (data)

from __future__ import annotations

import pytest
from heard import read
from hypothesis import given
from hypothesis import strategies as st

from precall_cli.errors import BadInput
from precall_cli.records.transcript import Transcript, Turn
from precall_cli.transcripts import read_transcript, render_json, render_text, render_vtt

_times = st.none() | st.integers(0, 4 * 3600 * 1000).map(lambda ms: ms / 1000)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n<>&-:'\" "), max_size=60)  # fmt: skip


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    turns = []
    for index in range(draw(st.integers(0, 6))):
        start, end = draw(_times), draw(_times)
        if start is not None and end is not None and end < start:
            start, end = end, start
        speaker = draw(st.sampled_from(["agent", "contact", "tool", "system", "unknown"]))
        cut = draw(st.sampled_from([None, True, False]))
        turns.append(
            Turn(i=index, speaker=speaker, text=draw(_texts), start_s=start, end_s=end, interrupted=cut)
        )
    return Transcript(
        call_id=draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)),
        plan_id=draw(st.none() | st.just("pln_1")),
        started_at=draw(st.none() | st.just("2027-01-15T08:00:00.250Z")),
        ended_by=draw(st.sampled_from(["agent", "contact", "system", "unknown"])),
        source=draw(st.none() | st.just("retell")),
        turns=tuple(turns),
        gaps=draw(st.sampled_from([(), ("no_times", "no_sides")])),
    )


@given(transcripts())
def test_webvtt_keeps_everything(call: Transcript) -> None:
    again = read_transcript(render_vtt(call).encode(), "again.vtt")
    assert again.full_document() == call.full_document()
    assert render_vtt(again) == render_vtt(call)


@given(transcripts())
def test_json_keeps_everything(call: Transcript) -> None:
    assert read_transcript(render_json(call).encode(), "again.json") == call


def test_webvtt_as_a_player_sees_it() -> None:
    call = read("[00:01.5 --> 00:02] Agent: Hello <you> --> there\nUser: Hi.\n[1:00:00] Agent: Bye.", "c.txt")
    text = render_vtt(call)
    assert text.split("\n\n")[0] == "WEBVTT - precall.transcript/1"
    assert "\n\n0\n00:00:01.500 --> 00:00:02.000\n<v Agent>Hello &lt;you&gt; --&gt; there\n" in text
    assert "\n\n1 no-start no-end\n00:00:02.000 --> 00:00:02.000\n<v Contact>Hi.\n" in text
    assert text.endswith("\n\n2 no-end\n01:00:00.000 --> 01:00:00.000\n<v Agent>Bye.\n")


def test_webvtt_times_are_whole_milliseconds() -> None:
    turn = Turn(i=0, speaker="agent", text="Hi.", start_s=1.0004999, end_s=59.9999)
    assert "00:00:01.000 --> 00:01:00.000" in render_vtt(Transcript(call_id="c", turns=(turn,)))


def test_webvtt_that_was_edited_out_of_shape_is_refused_in_words() -> None:
    text = render_vtt(read("Agent: Hi.\nUser: Ho.", "c.txt"))
    for broken, said in (
        (text.replace("NOTE precall", "NOTE"), "NOTE"),
        (text.replace("<v Agent>", ""), "voice"),
    ):
        with pytest.raises(BadInput, match=said):
            read_transcript(broken.encode(), "c.vtt")


def test_text_for_people() -> None:
    call = Transcript(
        call_id="c",
        turns=(
            Turn(i=0, speaker="agent", text="Hello,\nI was", start_s=61.9, interrupted=True),
            Turn(i=1, speaker="contact", text="Stop.", start_s=3723.0),
            Turn(i=2, speaker="tool", text="book()"),
        ),
    )
    assert render_text(call) == "[01:01] Agent: Hello, I was —\n[1:02:03] Contact: Stop.\nTool: book()\n"
