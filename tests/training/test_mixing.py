"""Sales calls varied for training: what is left after a change still says what its labels say."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from training.data import Dialogue, Labelled, read_calls
from training.mixing import OtherObjection, Swap, objected_otherwise, swapped, taken_out

CALLS = read_calls([Path("training/calls") / f"{hand}.jsonl" for hand in ("bo", "t")])


def said(d: Dialogue, query: Labelled) -> list[str]:
    return [d.turns[i][0] for i in query.positive]


def query_of(d: Dialogue, item: str, relation: str) -> Labelled:
    return next(q for q in d.queries if q.item == item and q.relation == relation)


@pytest.mark.parametrize("seed", range(3))
def test_a_question_taken_out_is_neither_asked_nor_told_and_all_else_stays(seed: int) -> None:
    rng, changed = random.Random(seed), 0
    for d in CALLS:
        made = taken_out(d, rng)
        lost = {
            q.item for q, p in zip(d.queries, made.queries, strict=True) if len(p.positive) < len(q.positive)
        }
        changed += bool(lost)
        assert len(lost) <= 1
        for before, after in zip(d.queries, made.queries, strict=True):
            if before.item in lost and before.relation in ("asks", "answers"):
                assert not after.positive
            else:
                assert said(d, before) == said(made, after)
        assert len(d.turns) - len(made.turns) == (2 if lost else 0)
        assert all(i < len(made.turns) for values in made.acts.values() for i in values)
    assert changed > len(CALLS) / 2


def test_a_neighbour_asked_in_place_or_besides_never_counts_as_the_question() -> None:
    rng, kinds = random.Random(4), set()
    for d in CALLS:
        asked = [
            q for q in d.queries if q.relation == "asks" and q.status == "asked" and len(q.positive) == 1
        ]
        for query in asked:
            swap = Swap(query.item, ["another way"], [("its neighbour", "what is said to that")])
            made = swapped(d, swap, rng)
            texts = [t[0] for t in made.turns]
            asks = query_of(made, query.item, "asks")
            answers = query_of(made, query.item, "answers")
            if "another way" in texts:
                kinds.add("way")
                assert said(made, asks) == ["another way"]
                assert said(made, answers) == said(d, query_of(d, query.item, "answers"))
            elif "its neighbour" in texts:
                kinds.add("besides" if asks.positive else "in place")
                assert texts.index("its neighbour") in asks.hard - set(asks.positive)
                assert texts.index("what is said to that") in answers.hard - set(answers.positive)
                assert said(made, asks) in ([], said(d, query))
            for before, after in zip(d.queries, made.queries, strict=True):
                if before.item != query.item:
                    assert len(after.positive) == len(before.positive)
    assert kinds == {"way", "in place", "besides"}


def test_an_objection_in_other_words_is_the_same_and_its_neighbours_are_not() -> None:
    rng, kinds = random.Random(5), set()
    other = OtherObjection(
        "",
        ["the same in other words"],
        "another reason",
        "no reason",
        {"handled": "as planned", "differently": "otherwise", "ignored": "past it"},
    )
    for d in CALLS * 4:
        for query in [q for q in d.queries if q.relation == "objects" and len(q.positive) == 1]:
            made = objected_otherwise(d, replace(other, item=query.item), rng)
            at = query.positive[0]
            raised, answer = made.turns[at][0], made.turns[at + 1][0]
            objects, handles = (query_of(made, query.item, name) for name in ("objects", "handles"))
            assert (objects.positive == [at]) == (raised not in ("another reason", "no reason"))
            assert objects.positive or at in objects.hard
            if raised != d.turns[at][0]:
                kinds.add(raised)
                assert made.acts["objection"][at] == (raised != "no reason")
            if answer != d.turns[at + 1][0] and objects.positive:
                kinds.add(answer)
                assert handles.positive == ([at + 1] if answer == "as planned" else [])
            if not objects.positive:
                assert not handles.positive and at + 1 in handles.unknown
    assert kinds == {"the same in other words", "another reason", "no reason", *other.answers.values()}
