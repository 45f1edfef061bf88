"""The audit's model: shapes, sameness, independence, and a few things that must be clear to it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from precall_cli.audit.model import ACTS, RELATIONS, Query, Utterance, load
from tests.growth import grows_linearly

CALL = [
    Utterance(
        "agent",
        "Hi Rosa, I'm an AI assistant from Tallow and this call is recorded. You asked for a demo.",
    ),
    Utterance("contact", "Oh, right. Go ahead."),
    Utterance("agent", "How many people work in your warehouse?"),
    Utterance("contact", "About forty, across two shifts."),
    Utterance("agent", "And which scanner software do you use today?"),
    Utterance("contact", "Something called Boxwise. Honestly it's too expensive for what it does."),
    Utterance("agent", "Would Thursday at ten work for a half-hour demo with Karl?"),
    Utterance("contact", "Thursday's fine."),
    Utterance("agent", "Great, you'll get the invite. Bye, Rosa."),
]
PLAN = [
    Query("asks", "How big is the warehouse team?", topic="headcount"),
    Query("asks", "Which scanning software do you have?", topic="current_tool"),
    Query("asks", "When does your lease on the building end?", topic="lease"),
    Query("discloses", "I'm an AI assistant and this call is recorded"),
    Query("offers", "Half-hour demo with Karl. Would Thursday or Friday work?"),
    Query("triggers", "The contact asks not to be called again"),
]


def test_shapes_ranges_and_speakers() -> None:
    model = load()
    p, acts = model.score(PLAN, CALL), model.acts(CALL)
    assert p.shape == (len(PLAN), len(CALL)) and p.dtype == np.float32
    assert acts.shape == (len(CALL), len(ACTS)) and acts.dtype == np.float32
    assert ((p >= 0) & (p <= 1)).all() and ((acts >= 0) & (acts <= 1)).all()
    for query, row in zip(PLAN, p, strict=True):
        for turn, value in zip(CALL, row, strict=True):
            if (query.relation == "triggers") == (turn.speaker == "agent"):
                assert value == 0


def test_what_is_clear() -> None:
    p = load().score(PLAN, CALL)
    assert int(p[0].argmax()) == 2 and p[0, 2] > 0.5
    assert int(p[1].argmax()) == 4 and p[1, 4] > 0.5
    assert p[2].max() < 0.5
    assert int(p[3].argmax()) == 0 and p[3, 0] > 0.5
    assert int(p[4].argmax()) == 6 and p[4, 6] > 0.5
    assert p[5].max() < 0.5


def test_a_stop_and_its_look_alike() -> None:
    stop = Query("triggers", "The contact asks not to be called again")
    said = load().score(
        [stop], [*CALL[:7], Utterance("contact", "No. Take me off your list and don't ring me again.")]
    )
    alike = load().score(
        [stop], [*CALL[:7], Utterance("contact", "Don't ring before nine, the yard's too loud.")]
    )
    assert said[0, -1] > alike[0, -1]


def test_the_same_twice_and_whatever_came_before() -> None:
    model = load()
    once = model.score(PLAN, CALL)
    model.score([Query("asks", "Colour of the roof")], [Utterance("agent", "Quixotic zebras?"), *CALL])
    assert np.array_equal(once, model.score(PLAN, CALL))


def test_the_order_of_queries_does_not_matter() -> None:
    model = load()
    straight, turned = model.score(PLAN, CALL), model.score(PLAN[::-1], CALL)[::-1]
    assert np.abs(straight - turned).max() <= 2e-4


def test_scores_and_acts_in_one_reading() -> None:
    model = load()
    p, acts = model.read(PLAN, CALL)
    assert np.array_equal(p, model.score(PLAN, CALL)) and np.abs(acts - model.acts(CALL)).max() <= 2e-4


@pytest.mark.parametrize(
    "turns",
    [
        [],
        [Utterance("agent", "")],
        [Utterance("tool", "…"), Utterance("unknown", "\u200b😀")],
        [Utterance("agent", "word " * 3000)],
    ],
)
def test_odd_turns(turns: list[Utterance]) -> None:
    p = load().score([Query(r, "") for r in RELATIONS], turns)
    assert p.shape == (len(RELATIONS), len(turns)) and np.isfinite(p).all()


def test_no_queries() -> None:
    assert load().score([], CALL).shape == (0, len(CALL))


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(ValueError):
        load().score([Query("sings", "a song")], CALL)


def test_digest() -> None:
    assert len(load().digest) == 16 and load() is load()


def test_loads_without_what_it_was_trained_with() -> None:
    code = (
        "import sys; from precall_cli.audit.model import load; load();"
        "print(sorted({'torch', 'wordllama', 'tokenizers', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_work_grows_with_the_turns() -> None:
    model = load()
    assert grows_linearly(lambda size: model.score(PLAN, (CALL * size)[:size]), 25)
