"""Cases with a judge: played back run by run from recordings, and held to how far its runs may differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from precall_cli.check.case import JUDGE, Case
from precall_cli.errors import BadInput, Unavailable
from precall_cli.records.check import JudgedCase
from precall_cli.records.expect import Expect, ExpectedJudge

if TYPE_CHECKING:
    from precall_cli.audit.examination import Examination
    from precall_cli.check.compare import Difference
    from precall_cli.check.observe import Observation
    from precall_cli.planning import Planned
    from precall_cli.records.audit import Audit
    from precall_cli.records.outcome import DeviationReason
    from precall_cli.records.transcript import Transcript


def judged_call(
    case: Case,
    wanted: ExpectedJudge,
    made: Planned,
    call: Transcript,
    log: Sequence[DeviationReason],
    *,
    asks: bool,
) -> tuple[Audit, Examination]:
    """The audit of a case with what is open settled from its recordings.

    Raises BadInput, naming case and file, where one is missing; when it `asks`, Unavailable where the judge
    gave no answer to record.
    """
    from precall_cli.judge import DEFAULT_MODEL, Judge, Recordings, judge_call

    judge = Judge(
        model=wanted.model or DEFAULT_MODEL,
        runs=wanted.runs,
        recordings=Recordings(case.file(JUDGE), asks=asks),
    )
    try:
        audit, examination = judge_call(made.plan, call, log, made.policy, judge=judge)
    except BadInput as error:
        raise BadInput(
            f"case {case.name}: {error.problem}",
            place=error.place,
            hint=f"{error.hint} `precall check --record-judge --case {case.name}` records what is missing.",
        ) from None
    finally:
        judge.close()
    if asks and audit.judge is not None and audit.judge.faults:
        fault = audit.judge.faults[0]
        raise Unavailable(f"case {case.name}: the judge gave no answer: {fault}", place=str(case.file(JUDGE)))
    return audit, examination


def judge_facts(audit: Audit) -> dict[str, Any]:
    """What the baseline holds of a judge: how far its runs agreed; nothing of what it cost."""
    judge = audit.judge
    if judge is None:
        return {}
    return {
        "judge": {
            "model": judge.model,
            "runs": judge.runs,
            "asked": judge.asked,
            "decided": judge.decided,
            "flipped": judge.flipped,
            "flip_rate": judge.flip_rate,
        }
    }


def judged_case(name: str, observation: Observation, expect: Expect) -> JudgedCase | None:
    """How far the judge of a case agrees with itself; None where it has none, or no call."""
    found = (observation.audit or {}).get("judge")
    if expect.judge is None or found is None:
        return None
    return JudgedCase(
        case=name,
        model=found["model"],
        runs=found["runs"],
        asked=found["asked"],
        flipped=found["flipped"],
        flip_rate=found["flip_rate"],
        max_flip_rate=expect.judge.max_flip_rate,
    )


def flips(judged: JudgedCase | None) -> Iterator[Difference]:
    """The finding that a judge's runs differ more than its case allows, or that none gave an answer."""
    from precall_cli.check.compare import Difference

    if judged is None or not judged.asked:
        return
    wanted = f"at most {judged.max_flip_rate}"
    if judged.flip_rate is None:
        yield Difference("rules", "broke", None, "max_flip_rate", None, "no run gave an answer", wanted)
    elif judged.flip_rate > judged.max_flip_rate:
        yield Difference("rules", "broke", None, "max_flip_rate", None, judged.flip_rate, wanted)
