"""Plain text in the shapes that people paste."""

# ruff: noqa: E501  (data)

from __future__ import annotations

import pytest
from heard import lines, read

SHAPES = {
    "name": ("Ava: Hello.\nDana Roe: Hi, who is it?\nAva: Ava.\nDana Roe: Oh.\n", ["-", "-", "-", "-"]),
    "square": ("[00:01] Ava: Hello.\n[01:02] Dana Roe: Hi, who is it?\n[1:00:03] Ava: Ava.\n[1:00:04] Dana Roe: Oh.\n",
               ["1-?", "62-?", "3603-?", "3604-?"]),
    "round": ("(0:00:01) Ava: Hello.\n(0:01:02) Dana Roe: Hi, who is it?\n(1:00:03) Ava: Ava.\n(1:00:04) Dana Roe: Oh.",
              ["1-?", "62-?", "3603-?", "3604-?"]),
    "behind": ("Ava (00:01): Hello.\nDana Roe (01:02): Hi, who is it?\nAva (1:00:03): Ava.\nDana Roe (1:00:04): Oh.",
               ["1-?", "62-?", "3603-?", "3604-?"]),
    "bare": ("00:01 Ava: Hello.\n01:02 Dana Roe: Hi, who is it?\n1:00:03 Ava: Ava.\n1:00:04 - Dana Roe: Oh.",
             ["1-?", "62-?", "3603-?", "3604-?"]),
    "range": ("[00:01.5 --> 00:02.25] Ava: Hello.\n[01:02 - 01:03] Dana Roe: Hi, who is it?\n"
              "[1:00:03,5 -> 1:00:04] Ava: Ava.\n[1:00:04] Dana Roe: Oh.",
              ["1.5-2.25", "62-63", "3603.5-3604", "3604-?"]),
    "below": ("[00:01] Ava\nHello.\n\n[01:02] Dana Roe\nHi,\nwho is it?\n\n[1:00:03] Ava\nAva.\n\n[1:00:04] Dana Roe\nOh.",
              ["1-?", "62-?", "3603-?", "3604-?"]),
    "above": ("Ava (00:01)\nHello.\n\nDana Roe (01:02)\nHi, who is it?\n\nAva (1:00:03)\nAva.\n\nDana Roe (1:00:04)\nOh.",
              ["1-?", "62-?", "3603-?", "3604-?"]),
    "arrows": (">> Ava: Hello.\n>> Dana Roe: Hi, who\nis it?\n>> Ava: Ava.\n>> Dana Roe: Oh.", ["-", "-", "-", "-"]),
    "marked": ("**Ava:** Hello.\n**Dana Roe:** Hi, who is it?\n**Ava:** Ava.\n**Dana Roe:** Oh.", ["-", "-", "-", "-"]),
    "windows": ("\ufeffAva: Hello.\r\n\r\nDana Roe: Hi, who\r\nis it?\r\n\r\nAva: Ava.\r\n\r\nDana Roe: Oh.\r\n", ["-"] * 4),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    text, times = SHAPES[shape]
    call = read(text, f"{shape}.txt", agent="AVA", contact="dana roe")
    sides, words = ["agent", "contact"] * 2, ["Hello.", "Hi, who is it?", "Ava.", "Oh."]
    assert lines(call) == [f"{s} {t} {w}" for s, t, w in zip(sides, times, words, strict=True)]


@pytest.mark.parametrize(
    ("agent", "contact"), [("Agent", "User"), ("AI", "Customer"), ("bot", "lead"), ("Rep", "Caller"), ("ASSISTANT", "Contact")]
)  # fmt: skip
def test_names_that_are_plain_need_no_flag(agent: str, contact: str) -> None:
    assert lines(read(f"{agent}: Hello.\n{contact}: Hi.", "c.txt")) == ["agent - Hello.", "contact - Hi."]


def test_a_flag_wins_over_a_plain_name() -> None:
    assert lines(read("Agent: Hello.\nCaller: Hi.", "c.txt", agent="caller", contact="agent")) == [
        "contact - Hello.",
        "agent - Hi.",
    ]


def test_a_colon_in_a_sentence_makes_no_speaker() -> None:
    text = "Ava: Three things.\nNote: bring the badge.\nOne more: at 10:30: sharp.\nhttps://x.example: no\nDana: Fine.\nAva: Bye.\nDana: Bye."
    assert lines(read(text, "c.txt", agent="Ava", contact="Dana")) == [
        "agent - Three things. Note: bring the badge. One more: at 10:30: sharp. https://x.example: no",
        "contact - Fine.",
        "agent - Bye.",
        "contact - Bye.",
    ]


def test_one_line_of_a_third_person_with_a_full_name_is_theirs() -> None:
    text = "Ava: Hello.\nDana: Hi.\nMarcus Bell: I'm here, too.\nAva: Good.\nDana: Go on."
    assert lines(read(text, "c.txt", agent="Ava", contact="Dana"))[2] == "unknown - I'm here, too."


def test_two_lines_with_two_names_are_two_speakers() -> None:
    assert lines(read("Ava: Hello.\nDana: Hi.", "c.txt", agent="Ava")) == ["agent - Hello.", "unknown - Hi."]


def test_a_lower_case_label_counts_when_it_was_given() -> None:
    text = "dana r: hi\nava: hello\ndana r: so: what is it?"
    assert lines(read(text, "c.txt", agent="ava", contact="dana r")) == [
        "contact - hi",
        "agent - hello",
        "contact - so: what is it?",
    ]


def test_text_without_any_head_is_of_unknown_speakers_a_turn_per_paragraph() -> None:
    call = read("Hello, this is Ava.\nDo you have a minute?\n\nNo.", "c.txt")
    assert lines(call) == ["unknown - Hello, this is Ava. Do you have a minute?", "unknown - No."]
    assert set(call.gaps) == {"no_times", "no_sides"}


def test_times_without_names_are_unknown_and_after_a_name_go_on_with_it() -> None:
    assert lines(read("[00:01] Hello.\n[00:05] Hi.", "c.txt")) == ["unknown 1-? Hello.", "unknown 5-? Hi."]
    call = read("[00:01] Ava: Hello.\n[00:05] Are you there?\n>> Yes.", "c.txt", agent="Ava")
    assert lines(call) == ["agent 1-? Hello.", "agent 5-? Are you there?", "unknown - Yes."]


def test_a_title_is_no_speech() -> None:
    call = read("Call of 15 January\nDuration: 3:20\n\nAgent: Hello.\nUser: Hi.", "c.txt")
    assert lines(call) == ["system - Call of 15 January Duration: 3:20", "agent - Hello.", "contact - Hi."]


def test_full_width_colons() -> None:
    assert lines(read("客服：您好。\n客户：你好。\n客服：再见。\n客户：再见。", "c.txt", agent="客服"))[
        :2
    ] == [
        "agent - 您好。",
        "unknown - 你好。",
    ]


def test_silence_is_an_event_and_markup_goes() -> None:
    call = read(
        "Agent: Hello <break time='1s'/> there <soon>.\nUser: ...\nUser: [silence]\nUser:\nUser: Ok", "c.txt"
    )
    assert lines(call) == [
        "agent - Hello there <soon>.",
        "system - ...",
        "system - [silence]",
        "contact - Ok",
    ]
    assert set(call.gaps) == {"no_times", "silence_marked", "empty_turns"}


def test_a_turn_that_is_too_long_is_split_at_spaces_and_joins_to_the_same_words() -> None:
    words = " ".join(f"word{i}" for i in range(6_000))
    call = read(f"[00:05] Agent: {words}\nUser: Stop.", "c.txt")
    assert " ".join(turn.text for turn in call.turns[:-1]) == words
    assert max(len(turn.text) for turn in call.turns) <= 20_000
    assert [turn.start_s for turn in call.turns][:2] == [5.0, None]
    assert "long_turns_split" in call.gaps


@pytest.mark.parametrize(
    "words", ["I am [NAME]", "at [PHONE_NUMBER_1]", "card ####", "[REDACTED]", "code ****"]
)
def test_redactions_are_kept_and_said(words: str) -> None:
    call = read(f"Agent: Go on.\nUser: {words}", "c.txt")
    assert (call.turns[1].text, "redacted" in call.gaps) == (words, True)
    assert "redacted" not in read("Agent: Go on.\nUser: [inaudible] *sigh* [ok]", "c.txt").gaps
