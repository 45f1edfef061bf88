"""What a judge was asked, settled and cost, in one line."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.records.audit import AuditJudge
from precall_cli.report.layout import count, percent


def judge_in_words(found: Sequence[AuditJudge]) -> str:
    """`judge claude-sonnet-5-5: 2 of 3 open items settled, flip rate …`, over all calls."""
    asked, decided = sum(each.asked for each in found), sum(each.decided for each in found)
    head = f"judge {found[0].model}: "
    if not asked:
        return f"{head}nothing was undecided, nothing was asked"
    parts = [f"{decided} of {count(asked, 'open item')} settled"]
    if discarded := sum(len(each.discarded) for each in found):
        parts.append(f"{count(discarded, 'verdict')} discarded")
    answered = [each for each in found if each.flip_rate is not None]
    if answered and answered[0].runs > 1:
        flipped, over = sum(each.flipped for each in answered), sum(each.asked for each in answered)
        parts.append(f"flip rate {percent(flipped / over)} over {count(answered[0].runs, 'run')}")
    if faults := [fault for each in found for fault in each.faults]:
        parts.append(f"{count(len(faults), 'run')} without an answer ({faults[0]})")
    parts.append(_cost(found))
    return head + ", ".join(part for part in parts if part)


def _cost(found: Sequence[AuditJudge]) -> str:
    """What all of it cost by the table of prices; nothing where it has no price."""
    costs = [each.usage["cost"] for each in found if each.usage and each.usage["cost"]]
    if not costs:
        return ""
    return f"{sum(cost['amount'] for cost in costs):.4f} {costs[0]['currency']}"
