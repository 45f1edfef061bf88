"""What the agent was not told was not due: a plan item that gave way to a budget, a layer or a limit."""

from __future__ import annotations

from dataclasses import replace

from precall_cli.audit.examination import Examination, Judgement
from precall_cli.records.instructions import ToldInstructions


def leave_out_untold(found: Examination, told: ToldInstructions) -> Examination:
    """The examination with every item that the agent was not told as `not_reached`, with the reason.

    It stands so even where the agent did it all the same: nothing was asked of it.
    """
    untold = {each.item: each for each in told.dropped if each.layer == "L4.5"}
    gone = [item for item in told.not_due if item in found.judgements]
    if not gone:
        return found

    def judged(judgement: Judgement) -> Judgement:
        if judgement.item not in gone:
            return judgement
        why = untold.get(judgement.item)
        reason = f"{why.reason}: {why.because}" if why else "left out"
        return Judgement(
            judgement.item,
            judgement.kind,
            "not_reached",
            why=f"not due, the agent was not told it ({reason})",
        )

    return replace(
        found,
        judgements={item: judged(judgement) for item, judgement in found.judgements.items()},
        asked_order=tuple(item for item in found.asked_order if item not in gone),
        loose=tuple(each for each in found.loose if each.item not in gone),
        turns=tuple(
            replace(turn, items=tuple(item for item in turn.items if item not in gone))
            for turn in found.turns
        ),
    )
