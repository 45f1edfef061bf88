# ruff: noqa: E501  (a call is read turn by turn)
"""Who is on the line: the contact, somebody who is put between, or nobody who can be asked."""

from __future__ import annotations

import pytest

from precall_cli.audit import audit_call
from tests.audit.calls import SPOKEN, call, plan

Turns = list[tuple[str, str]]
HELLO = "Hi, could I speak to Dana, please? It's Ava from Northwind."

NOBODY: dict[str, Turns] = {
    "a colleague who never says away": [
        ("contact", "Whitfield Freight, this is Priya."),
        ("agent", "Hi Priya, this is Ava with Northwind, an AI assistant. Is Dana around?"),
        ("contact", "She took her boy to the dentist."),
        ("agent", "I hope it's nothing bad. When is she back at her desk?"),
        ("contact", "Not before three, and then she's got the drivers in."),
        ("agent", "Then I'll try her in the morning. Thanks, Priya."),
        ("contact", "Sure, bye."),
    ],
    "no such person": [
        ("contact", "Hello?"),
        ("agent", "Hi, I'm looking for Dana at Whitfield Freight."),
        ("contact", "No Dana here, hon. This is a bakery."),
        ("agent", "Oh, then I have the wrong number. Sorry to have troubled you."),
        ("contact", "Don't worry, it happens every week. You want a pie?"),
        ("agent", "Another time. Bye."),
    ],
    "a mailbox that is no speaker": [
        ("system", "You have reached Dana Whitfield. Please leave a message after the tone."),
        ("agent", "Hi Dana, it's Ava from Northwind, an AI assistant. I wondered how many reps you have on the phones and if Thursday works for half an hour with Sam."),
        ("system", "Message saved."),
    ],
    "a desk, then the mailbox": [
        ("contact", "Front desk, Marco speaking."),
        ("agent", HELLO),
        ("contact", "What's it about?"),
        ("agent", "About the call routing, she asked on our site."),
        ("contact", "I can give you her mailbox, hold on."),
        ("system", "This is Dana Whitfield's mailbox. Leave a message after the beep."),
        ("agent", "Hi Dana, Ava from Northwind, an AI. Would Thursday or Friday work for half an hour with Sam? I'll try again."),
    ],
}  # fmt: skip
SOMEBODY: dict[str, Turns] = {
    "fetched by a colleague": [
        ("contact", "Whitfield Freight, Priya speaking."),
        ("agent", HELLO),
        ("contact", "She's out in the yard. Dana! Somebody called Ava! She's coming."),
        ("contact", "Dana here, sorry about that."),
    ],
    "put through": [
        ("contact", "Whitfield Freight, how can I help?"),
        ("agent", HELLO),
        ("contact", "One moment, I'll put you through."),
        ("contact", "Hello, this is Dana."),
    ],
}


@pytest.mark.parametrize("turns", NOBODY.values(), ids=NOBODY)
def test_nothing_is_due_where_the_contact_was_not_met(turns: Turns) -> None:
    found = audit_call(plan(), call(turns))
    assert {
        i.status for i in found.items if i.kind in ("qualification", "next_step", "opening", "disclosure")
    } == {"not_reached"}
    assert not [d for d in found.deviations if d.owner == "agent"]


@pytest.mark.parametrize("before", SOMEBODY.values(), ids=SOMEBODY)
def test_a_call_that_reaches_the_contact_is_judged_from_there(before: Turns) -> None:
    found = audit_call(plan(), call([*before, *SPOKEN]))
    status = {i.item: i.status for i in found.items}
    assert [status[q] for q in ("q1", "q2", "q3", "q4")] == ["asked"] * 4
    assert status["opening"] == "followed"
    assert status["d1"] == "given"
