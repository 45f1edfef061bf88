"""Audits as the command line makes them: transcripts, the plan of each, the runtime's log, the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.cli.calls import sides_of
from precall_cli.cli.files import collect, read_bytes
from precall_cli.cli.told import Told, find_told
from precall_cli.cli.unaudited import SUFFIXES, Unaudited
from precall_cli.errors import BadInput, IntegrityError
from precall_cli.records.audit import Audit, failing, reaches_rate
from precall_cli.records.outcome import CallOutcome, DeviationReason, parse_reasons
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import parse_time
from precall_cli.records.transcript import Transcript
from precall_cli.report.audit_view import Heading
from precall_cli.report.facts import Facts
from precall_cli.report.typed import typed

if TYPE_CHECKING:
    from precall_cli.audit.examination import Examination
    from precall_cli.judge import Judge
    from precall_cli.records.policy import Policy
    from precall_cli.settings import Settings
    from precall_cli.store import Store
    from precall_cli.transcripts import Sides


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for."""

    transcripts: tuple[Path, ...]
    """Files, and folders of them."""
    plan: str | None
    log: Path | None
    format_name: str | None
    parties: Path | None
    repeat: int
    keep: bool
    judge: Judge | None = None
    """Who settles what is undecided; None: nobody."""
    judge_required: bool = False
    """Whether an audit without the judge's answer is none."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One call's audit with what it was made from."""

    plan: CallPlan
    transcript: Transcript
    audit: Audit
    examination: Examination
    heading: Heading
    facts: Facts | None
    """The brief behind the plan, where a store has it."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """The plan of a call, with what the store knows of it."""

    plan: CallPlan
    policy: Policy | None
    sealed_at: str | None
    facts: Facts | None = None


@dataclass(slots=True)
class AuditRun:
    """What came of all calls that were named."""

    audited: list[Audited] = field(default_factory=list)
    left: list[Unaudited] = field(default_factory=list)


def audit_files(
    request: Request, settings: Settings, ready: Callable[[Sequence[Audited]], None] | None = None
) -> AuditRun:
    """Audits every call of the files and folders named. What a store has sealed is kept, all or nothing.

    Of several files one that cannot be used is left, with its reason; raises BadInput where that leaves
    nothing, and for the log. `ready` sees the audits before anything is kept and may raise. Raises
    IntegrityError when repeated runs differ.
    """
    files = collect(request.transcripts, SUFFIXES)
    sides = sides_of(settings.agent_speaker, settings.contact_speaker, request.parties)
    given = _plan_from_file(request.plan)
    logged = read_log(request.log) if request.log else ()
    store = _open_store(settings.db, needed=given is None, writing=request.keep)
    run = AuditRun()
    errors: list[BadInput] = []
    try:
        for path in files:
            name = "standard input" if str(path) == "-" else str(path)
            for call in _calls_of(path, name, sides, request, settings, errors):
                try:
                    planned = given or _plan_for(call, request.plan, store, name)
                    run.audited.append(
                        _audit_one(call, planned, logged, store, settings, request.repeat, request)
                    )
                except BadInput as error:
                    errors.append(error)
        if errors and (len(files) == 1 or not run.audited):
            raise _first_of(errors)
        run.left.extend(Unaudited(error.place, error.problem) for error in errors)
        if ready is not None:
            ready(run.audited)
        if store is not None and request.keep:
            _keep(run.audited, store, datetime.now(UTC))
        return run
    finally:
        if store is not None:
            store.close()


def _calls_of(
    path: Path, name: str, sides: Sides, request: Request, settings: Settings, errors: list[BadInput]
) -> list[Transcript]:
    """The calls of a file; none, and one error more, where it cannot be used."""
    from precall_cli.transcripts import read_transcripts

    try:
        data = read_bytes(path)
        calls = read_transcripts(
            data, name, format=request.format_name, sides=sides,
            max_turns=settings.max_turns,
        )  # fmt: skip
        return list(calls)
    except BadInput as error:
        errors.append(error)
        return []


def _first_of(errors: list[BadInput]) -> BadInput:
    """The first of the errors that left nothing to audit; its hint says how many there are."""
    first = errors[0]
    if len(errors) == 1:
        return first
    more = f"{len(errors) - 1:,} more could not be audited either."
    return BadInput(
        first.problem, place=first.place, hint=f"{first.hint} {more}".strip(), problems=first.problems
    )


def audit_afresh(last: Audit, log: Path | None, store: Store, settings: Settings) -> Audit:
    """A stored call audited anew, by this version, under the policy that applies today; nothing is kept."""
    logged = read_log(log) if log else ()
    stored = store.load_plan(last.plan_id or "")
    planned = _Planned(stored.plan, None, stored.sealed_at)
    return _audit_one(store.load_transcript(last.call_id), planned, logged, store, settings, 1).audit


def _keep(results: list[Audited], store: Store, now: datetime) -> None:
    """Stores what belongs to sealed plans, in one transaction; an opt-out that was heard latches."""
    from precall_cli.audit.log_in_call import take_log
    from precall_cli.audit.optout import find_opt_out

    with store.writing():
        for result in results:
            if not (result.plan.plan_id and store.has_plan(result.plan.plan_id)):
                continue
            store.save_transcript(result.transcript, now=now)
            store.save_audit(result.audit, now=now)
            if entries := take_log(result.plan, result.transcript).entries:
                logged = CallOutcome(
                    call_id=result.audit.call_id, plan_id=result.plan.plan_id, plan_deviation_reasons=entries
                )
                store.save_outcome(logged, now=now)
            turn = find_opt_out(result.plan, result.transcript, result.audit)
            if turn is not None:
                contact = store.load_plan(result.plan.plan_id).brief.contact
                store.latch_opt_out(contact.contact_id, contact.phone, result.audit.call_id, turn, now=now)


def reaches(audit: Audit, threshold: str | float | None) -> bool:
    """Whether an audit has a deviation at or above a severity, or a deviation rate at or above a rate."""
    if isinstance(threshold, str):
        return bool(failing(audit, threshold))
    return threshold is not None and reaches_rate(audit, threshold)


def read_log(path: Path) -> tuple[DeviationReason, ...]:
    """The runtime's reasons: a JSON list of them, one a line, or an outcome record that holds them."""
    return parse_reasons(read_bytes(path), str(path), lines=path.suffix == ".jsonl")


def _plan_from_file(name: str | None) -> _Planned | None:
    """The plan of `--plan FILE`; None when a store has to be asked."""
    if name is None or not (name == "-" or name.endswith(".json") or Path(name).is_file()):
        return None
    return _Planned(CallPlan.from_json(read_bytes(Path(name)), name), None, None)


def _open_store(path: Path, *, needed: bool, writing: bool) -> Store | None:
    from precall_cli.store import Store

    if not path.exists():
        if needed:
            raise BadInput(
                "no plan is given and there is no store here",
                place=str(path),
                hint="Name the plan with --plan FILE, or the store with --db.",
            )
        return None
    return Store.open(path, create=False, read_only=not writing)


def _plan_for(call: Transcript, named: str | None, store: Store | None, source: str) -> _Planned:
    if store is None:  # a store was asked for before: it is there
        raise BadInput("no store to find the plan in", place=source)
    plan_id = named or call.plan_id or store.find_plan_for_call(call.call_id)
    if plan_id is None:
        raise BadInput(
            f"nothing says which plan call {call.call_id!r} was dialled with",
            place=source,
            hint="Name it with --plan, or import the call's outcome with its plan_id.",
        )
    stored = store.load_plan(plan_id)
    made_at = parse_time(stored.plan.created_at or stored.sealed_at)
    return _Planned(stored.plan, stored.policy, stored.sealed_at, Facts(stored.brief.document(), made_at))


def _audit_one(
    call: Transcript,
    planned: _Planned,
    logged: Sequence[DeviationReason],
    store: Store | None,
    settings: Settings,
    repeat: int,
    request: Request | None = None,
) -> Audited:
    from precall_cli.audit import examine_call

    plan = planned.plan
    policy = planned.policy or policy_of(plan, settings)
    outcome = store.load_outcome(call.call_id) if store is not None and not logged else None
    reasons = tuple(logged) or (outcome.plan_deviation_reasons if outcome else ())
    told = find_told(store, plan.plan_id, call) if store is not None else Told(None, ())
    audit, examination = examine_call(plan, call, reasons, policy, told=told.instructions)
    for _ in range(repeat - 1):
        again, _ = examine_call(plan, call, reasons, policy, told=told.instructions)
        if again.canonical() != audit.canonical():
            raise IntegrityError("two audits of the same call differ", place=call.call_id)
    if request is not None and request.judge is not None:
        from precall_cli.cli.judged import settle_open

        audit, examination = settle_open(
            plan, call, reasons, policy, told.instructions, request.judge, required=request.judge_required
        )
    heading = _heading(plan, call, audit, planned.sealed_at, told.caveats)
    return Audited(plan, call, audit, examination, heading, planned.facts)


def policy_of(plan: CallPlan, settings: Settings) -> Policy | None:
    """The policy of the plan's agent as it is today, where a store does not say which one applied."""
    from precall_cli.policies import load_policies

    return load_policies(settings.policies).by_agent.get(plan.agent)


def _heading(
    plan: CallPlan, call: Transcript, audit: Audit, sealed_at: str | None, told: tuple[str, ...]
) -> Heading:
    from precall_cli.transcripts import explain_gap

    facts = [plan.agent, plan.planner.engine if plan.planner else "", _sealed(sealed_at, call.started_at)]
    shown = f"{plan.plan_id or 'without an id'} ({', '.join(fact for fact in facts if fact)})"
    unsealed = "no store has sealed this plan: nothing proves that it came before the call"
    caveats = (*(() if sealed_at else (unsealed,)), *map(explain_gap, call.gaps), *told)
    silent = [d for d in audit.deviations if d.turns and d.logged == "unlogged" and d.owner == "agent"]
    steps = [f"precall why {typed(call.call_id)} --turn {silent[0].turns[0]}"] if silent and sealed_at else []
    return Heading(shown, tuple(steps), caveats)


def _sealed(sealed_at: str | None, started_at: str | None) -> str:
    if sealed_at is None:
        return "not sealed"
    if started_at is None:
        return f"sealed {sealed_at}"
    seconds = (parse_time(started_at) - parse_time(sealed_at)).total_seconds()
    if seconds < 0:
        return f"sealed {-seconds:,.0f} s AFTER the dial"
    return f"sealed {seconds:,.0f} s before the dial" if seconds < 600 else f"sealed {sealed_at}"
