"""Features of plans that are a bare list: the same few, whatever the relation."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.features.shared import flags, lead_of, margin_of, once_a_call, turns_of
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import Item


def plain(
    reading: Reading, item: Item, relation: str, text: str, others: list[str]
) -> tuple[list[int], Features]:
    """Whether each agent turn realises an item of a bare list; the same few features for every relation."""
    turns = turns_of(reading, agent=True)
    row = reading.table.row(item.id, relation)[turns]
    rest = reading.table.rows(others, relation)[:, turns]
    wanted = content(text)
    words = np.array([shared(wanted, reading.heard[t]) for t in turns])
    features: Features = {
        "net": row,
        "margin": margin_of(row, rest),
        "lead": lead_of(row),
        "words": words,
        "exact": (words > 0.99).astype(float),
        "confirm": np.full(len(turns), float(text.lower().startswith("confirm"))),
        "done": np.full(len(turns), float(text.lower().startswith("tell the"))),
        **_of_turns(reading),
    }
    return turns, features


@once_a_call
def _of_turns(reading: Reading) -> Features:
    """What each agent turn is like, whatever the item."""
    turns = turns_of(reading, agent=True)
    return {
        "question": flags(reading, turns, "question"),
        "act_question": np.clip(reading.table.question[turns], -8, 4),
        "act_offer": np.clip(reading.table.offer[turns], -8, 4),
        "farewell": flags(reading, turns, "farewell"),
        "place": np.array([reading.place(t) for t in turns]),
    }
