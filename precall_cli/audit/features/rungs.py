"""Features of the ladder: whether a turn of the agent offers a step."""

from __future__ import annotations

import numpy as np

from precall_cli.audit.features.shared import flags, lead_of, margin_of, once, once_a_call, turns_of
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import NextStep


@once
def offers(reading: Reading, item: NextStep, rank: int, others: list[str]) -> tuple[list[int], Features]:
    """Whether each agent turn offers a rung."""
    turns = turns_of(reading, agent=True)
    table = reading.table
    row = table.row(item.id, "offers")[turns]
    rest = table.rows(others, "offers")[:, turns]
    wanted = content(f"{item.step} {item.ask} " + " ".join(item.cues))
    only = wanted - frozenset().union(
        *(content(f"{n.step} {n.ask}") for n in reading.plan.next_steps if n.id != item.id)
    )
    features: Features = {
        "net": row,
        "margin": margin_of(row, rest),
        "lead": lead_of(row),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "own_words": np.array([shared(only, reading.heard[t]) for t in turns]),
        "rank": float(rank),
        **_of_turns(reading),
    }
    return turns, features


@once_a_call
def _of_turns(reading: Reading) -> Features:
    """What each agent turn is like, whatever the rung."""
    turns = turns_of(reading, agent=True)
    return {
        "act": reading.table.offer[turns],
        "offer": flags(reading, turns, "offer"),
        "question": flags(reading, turns, "question"),
        "scheduling": flags(reading, turns, "scheduling"),
        "closes": flags(reading, turns, "closes"),
        "farewell": flags(reading, turns, "farewell"),
        "apology": flags(reading, turns, "apology", "removal"),
        "place": np.array([reading.place(t) for t in turns]),
        "opening": np.array([float(k == 0) for k in range(len(turns))]),
        "asks": np.clip(reading.asks_best[turns], -8, 4),
        "handles": np.clip(reading.handles_best[turns], -8, 4),
        "answered": np.array(
            [
                float(any(reading.turns[r].does("yes", "no", "hedge", "time") for r in reading.replies(t)))
                for t in turns
            ]
        ),
        "silent": np.array([float(not reading.reply_text(t)) for t in turns]),
    }
