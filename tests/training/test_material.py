"""The written material of the training: whole, and turned into exchanges whose labels can stand."""

from __future__ import annotations

import random

import pytest

from precall_cli.audit.model import allowed
from training.material import draw, entries, read_entries
from training.mixing import of_exchanges, told_besides

KEYS = {
    "asks": ("question", "other", "ways", "near", "aside", "answers", "unasked", "not_answers"),
    "objections": ("objection", "other", "said", "look_alike", "rival", "response", "handled", "differently",
                   "ignored"),
    "stops": ("condition", "other", "said", "look_alike", "action", "honoured", "violated"),
    "offers": ("step", "ask", "other", "ways", "near", "off_ladder", "accepted", "declined", "open"),
    "withheld": ("text", "other", "said", "look_alike", "contact"),
    "known": ("topic", "answer", "asked_again", "confirmed", "near"),
    "openings": ("hook", "other", "industry", "said", "changed", "later", "reply"),
    "talk": ("kind", "turns"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_every_entry_is_whole(name: str) -> None:
    found = read_entries(name)
    assert found
    for entry in found:
        for key in KEYS[name]:
            assert entry[key], (key, entry)
            said = entry[key] if isinstance(entry[key], list) else [entry[key]]
            texts = [text for each in said for text in (each if isinstance(each, list) else [each])]
            assert all(isinstance(text, str) and text.strip() for text in texts), entry


def test_what_follows_does_not_tell_a_hit_from_a_near_miss() -> None:
    for kind in ("asks", "objections", "offers", "stops", "known"):
        for entry in entries()[kind]:
            after = []
            for group in (entry.hits, entry.misses):
                first = [e for e in group if e.queries[0][1] == 0 and e.queries[0][0].relation != "answers"]
                after.append({e.turns[1][1] for e in first})
            assert len(after[0] & after[1]) >= 2, (kind, entry.hits[0])


def test_labels_stand_on_turns_whose_speaker_can() -> None:
    for kind in entries().values():
        for entry in kind:
            for exchange in (*entry.hits, *entry.misses):
                speakers = [speaker for speaker, _ in exchange.turns]
                assert set(speakers) <= {"agent", "contact"}
                for query, place, realised in exchange.queries:
                    assert not realised or allowed(query.relation, speakers[place]), (query, exchange)
                for act, place, _ in exchange.acts:
                    assert (speakers[place] == "agent") == (act in ("question", "offer")), exchange


def test_the_same_seed_draws_the_same() -> None:
    first, second = random.Random(4), random.Random(4)
    assert [draw(first) for _ in range(50)] == [draw(second) for _ in range(50)]


def test_a_made_up_call_carries_the_labels_of_its_exchanges() -> None:
    rng = random.Random(7)
    for _ in range(100):
        call = of_exchanges(rng, lambda a, b: 0.0)
        assert len(call.speakers) == len(call.turns) >= 4
        assert all(a != b for a, b in zip(call.speakers, call.speakers[1:], strict=False))
        for query in call.queries:
            assert set(query.positive) <= query.hard and not query.unknown & query.hard
            assert all(allowed(query.relation, call.speakers[i]) for i in query.positive)
        openings = [q for q in call.queries if q.relation == "opens"]
        assert all(q.hard == {0} for q in openings)


def test_what_is_alike_is_unknown_to_each_other() -> None:
    rng = random.Random(8)
    calls = [of_exchanges(rng, lambda a, b: 1.0) for _ in range(50)]
    asked = [q for call in calls for q in call.queries if q.relation == "asks"]
    assert any(q.unknown for q in asked)
    for call in calls:
        asks = [q for q in call.queries if q.relation == "asks"]
        for one in asks:
            assert all(other.hard <= one.unknown for other in asks if other is not one)


def test_what_a_reply_also_tells_was_not_asked_before_it() -> None:
    rng, told = random.Random(5), 0
    for _ in range(60):
        call = of_exchanges(rng, lambda a, b: 0.0)
        more = told_besides(call, rng, lambda a, b: 0.0)
        if more is call:
            continue
        told += 1
        asks, answers = more.queries[-2:]
        (at,) = answers.positive
        assert asks.positive == []
        assert asks.hard == {at - 1}
        assert more.speakers[at] == "contact"
        assert call.turns[at][0] in more.turns[at][0]
        assert len(more.turns[at][0]) > len(call.turns[at][0])
        assert any(at - 1 in q.positive for q in call.queries if q.relation == "asks")
        assert told_besides(call, rng, lambda a, b: 1.0) is call
    assert told > 30
