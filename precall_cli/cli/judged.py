"""The judge as a command asks it: made of options and settings, and told of in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.audit import Audit

if TYPE_CHECKING:
    from precall_cli.audit.examination import Examination
    from precall_cli.judge import Judge
    from precall_cli.records.instructions import ToldInstructions
    from precall_cli.records.outcome import DeviationReason
    from precall_cli.records.plan import CallPlan
    from precall_cli.records.policy import Policy
    from precall_cli.records.transcript import Transcript
    from precall_cli.settings import Settings


def make_judge(settings: Settings, model: str | None, runs: int, budget_ms: int | None) -> Judge:
    """The judge with the recordings and the prices of the settings. BadInput where these contradict."""
    from precall_cli.claude import load_prices
    from precall_cli.judge import BUDGET_MS, DEFAULT_MODEL, Judge, Recordings

    if settings.record and settings.replay:
        place = f"{settings.origins.get('record')}, {settings.origins.get('replay')}"
        raise BadInput("replies are either recorded or played back", place=place, hint="Name one of them.")
    folder = settings.replay or settings.record
    return Judge(
        model=model or DEFAULT_MODEL,
        runs=runs,
        recordings=Recordings(folder, asks=settings.replay is None) if folder else None,
        prices=load_prices(settings.prices),
        budget_ms=budget_ms or BUDGET_MS,
    )


def settle_open(
    plan: CallPlan,
    call: Transcript,
    log: Sequence[DeviationReason],
    policy: Policy | None,
    told: ToldInstructions | None,
    judge: Judge,
    *,
    required: bool,
) -> tuple[Audit, Examination]:
    """The audit with what was open settled. Unavailable where an answer is required and there is none."""
    from precall_cli.judge import judge_call

    audit, examination = judge_call(plan, call, log, policy, judge=judge, told=told)
    if required and audit.judge is not None and audit.judge.faults:
        raise Unavailable(
            f"the judge gave no answer: {audit.judge.faults[0]}",
            place=call.call_id,
            hint="Nothing was kept. Without --judge-required what it would have settled stays undecided.",
        )
    return audit, examination


def tell_judged(audits: Sequence[Audit]) -> None:
    """One line on what the judge was asked, settled and cost."""
    from precall_cli.report.console import note
    from precall_cli.report.judge_text import judge_in_words

    found = [audit.judge for audit in audits if audit.judge is not None]
    if found:
        note(judge_in_words(found))
