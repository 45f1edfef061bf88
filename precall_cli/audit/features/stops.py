# ruff: noqa: E501  (a pattern is read whole)
"""Features of stop conditions: what sounds like one, and what follows it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from precall_cli.audit import phrases
from precall_cli.audit.features.shared import after, lead_of, margin_of, once
from precall_cli.audit.match import Array
from precall_cli.audit.reading import Features, Reading
from precall_cli.audit.situations import Situation, situations_of
from precall_cli.audit.wording import Wording
from precall_cli.audit.words import content, shared
from precall_cli.records.plan import StopCondition


def stop_heard(reading: Reading, turn: int) -> float:
    """Whether a turn sounds like one of the plan's stop conditions, which is no objection."""
    known = (s for c in reading.plan.stop_conditions for s in situations_of(c.condition))
    return float(any(hears(reading, s, turn) for s in known))


def hears(reading: Reading, situation: Situation, turn: int) -> bool:
    """Whether a turn sounds like a situation; looked at once for all stop conditions that speak of it."""
    store: dict[tuple[str, int], bool] = reading.__dict__.setdefault("_heard_situations", {})
    if (situation.name, turn) not in store:
        store[situation.name, turn] = situation.hears(reading.turns[turn].text)
    return store[situation.name, turn]


@once
def triggers(reading: Reading, item: StopCondition) -> tuple[list[int], Features]:
    """Whether each turn of the other side triggers a stop condition. Machines and gatekeepers count here."""
    turns = [t.i for t in reading.turns if t.speaker not in ("agent", "tool") and t.clauses]
    table = reading.table
    known = situations_of(item.condition)
    wanted = content(item.condition + " " + " ".join(item.cues))
    opt_out = float(any(s.name == "opt_out" for s in known))
    live = np.array([float(t >= reading.start) for t in turns])
    heard = np.array(
        [
            float(any((s.off_line or t >= reading.start) and hears(reading, s, t) for s in known))
            for t in turns
        ]
    )
    unlike = np.array(
        [
            float(
                any(
                    s.unlike is not None and s.unlike.search(reading.turns[t].text) is not None for s in known
                )
            )
            for t in turns
        ]
    )
    act = table.opt_out[turns]
    row = table.row(item.id, "triggers")[turns]
    signs = _signs(reading, turns)
    broke = signs["broke_off"]
    agents = _spoken(reading, "agent")
    honours = table.row(item.id, "honours")

    def best_after(turn: int, row: Array) -> float:
        """The best of the agent's next two turns."""
        return max((float(row[a]) for a in after(agents, turn, 2)), default=-8.0)

    others = [s for s in reading.plan.stop_conditions if s.id != item.id]
    rest = table.rows([s.id for s in others], "triggers")[:, turns]
    rivals = [s for o in others for s in situations_of(o.condition) if s not in known]
    rival = np.array([float(any(hears(reading, s, t) for s in rivals)) for t in turns])
    features: Features = {
        "net": row,
        "lead": lead_of(row),
        "margin": margin_of(row, rest),
        "heard": heard,
        "rival": rival * (1 - heard),
        "unlike": unlike,
        "act": act * opt_out,
        "opt_out": np.full(len(turns), opt_out),
        "no_situation": np.full(len(turns), float(not known)),
        "net_alone": row * float(not known),
        "words": np.array([shared(wanted, reading.heard[t]) for t in turns]),
        "live": live,
        "broke_margin": broke * margin_of(row, rest),
        "broke_net": broke * (row + 8) / 8,
        "broke_lead": broke * (row >= row.max(initial=-8.0) - 1e-9),
        "honoured": np.clip(np.array([best_after(t, honours) for t in turns]), -8, 4),
        **signs,
        "removed": signs["removed"] * opt_out,
    }
    return turns, features


def _signs(reading: Reading, turns: list[int]) -> Features:
    """What follows each turn, and what it is like: the same for every stop condition, so looked at once."""
    store: dict[str, Features] = reading.__dict__.setdefault("_stop_signs", {})
    if not store:
        agents, agent = _spoken(reading, "agent"), reading.agent
        contacts = _spoken(reading, "contact", "unknown")
        nothing_offered = not any(reading.offers_best[t] > 0 for t in agents)
        store["all"] = {
            "broke_off": np.array(
                [float(nothing_offered and _broke_off(reading, after(agents, t, 3))) for t in turns]
            ),
            "stops": np.array([float(_stops(reading, after(agents, t))) for t in turns]),
            "removed": np.array([float(_removed(reading, after(agents, t))) for t in turns]),
            "protests": np.array([_protests(reading, after(contacts, t, 3)) for t in turns]),
            "left": np.array([len(after(agent, t, 8)) / 8 for t in turns]),
            "question": np.array([float("?" in reading.turns[t].text) for t in turns]),
        }
    return store["all"]


def _spoken(reading: Reading, *speakers: str) -> list[int]:
    return [t.i for t in reading.turns if t.speaker in speakers and t.clauses]


def _broke_off(reading: Reading, following: Sequence[int]) -> bool:
    """Whether the call ends with the agent's next turn or two, and they ask nothing."""
    return 1 <= len(following) <= 2 and not any("?" in reading.turns[t].text for t in following)


def _stops(reading: Reading, following: Sequence[int]) -> bool:
    """Whether the agent's next turn takes leave, apologises or confirms a removal, and asks nothing."""
    return any(
        reading.turns[t].does("apology", "removal", "farewell")
        and not reading.turns[t].does("question")
        and "?" not in reading.turns[t].text
        for t in following
    )


def _removed(reading: Reading, following: Sequence[int]) -> bool:
    """Whether the agent's next turn confirms a removal, as he does only when he was asked for one."""
    return any(
        "?" not in reading.turns[t].text and phrases.REMOVED.search(reading.turns[t].text) for t in following
    )


PROTEST = Wording(
    r"\b(?:i|like i|as i) (?:just |already )?(?:said|told)\b|\bwhat did i (?:just )?(?:say|tell)|\b(?:didn'?t|did not) (?:you )?(?:hear|listen)|\bare you (?:deaf|listening|hearing)|\bdid you hear\b|"
    r"\b(?:good ?bye|hang(?:ing)? up|putting the phone down|cut(?:ting)? the call|end of (?:story|conversation))\b|^\W*no[.!,]|\bunbelievable\b|\bseriously\b|\bafter saying\b|\bi say\b|\blast time i\b|\bsame answer\b|\bstill no\b"
)
"""A contact who was talked past."""


def _protests(reading: Reading, following: Sequence[int]) -> float:
    """The share of the contact's next three turns in which he protests at being talked past."""
    return sum(bool(PROTEST.search(reading.turns[t].text)) for t in following) / 3
