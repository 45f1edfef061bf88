"""What the demo plays, and the words between the acts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from rich.text import Text

from precall_cli.audit import audit_call
from precall_cli.cli.audited import read_log
from precall_cli.cli.calls import read_call
from precall_cli.cli.planned import plan_and_save
from precall_cli.compose import Instructions, compose, load_layers
from precall_cli.planner import Playbook, load_playbook
from precall_cli.policies import Policies, load_policies
from precall_cli.records.brief import Brief
from precall_cli.records.plan import CallPlan
from precall_cli.records.record import parse_time
from precall_cli.records.toml_text import parse_toml
from precall_cli.records.transcript import Transcript
from precall_cli.report.audit_text import render_audit
from precall_cli.report.audit_view import Heading
from precall_cli.report.console import line
from precall_cli.report.layout import hanging
from precall_cli.report.plan_text import render_plan
from precall_cli.report.refusal_text import render_refusal
from precall_cli.report.verify_text import render_verification
from precall_cli.store import Store

CASES = (
    "inbound-clinic-form",
    "intent_event-known-budget",
    "cold_list-opt-out",
    "cold_list-dnc-listed",
    "concierge-confirmed",
)
SHORT = CASES[:2]
SHOWN_INSTRUCTIONS = 9


def shipped_cases() -> Path:
    """The folder of cases that comes with precall."""
    inside = Path(str(files("precall_cli"))) / "fixtures"
    return inside if inside.is_dir() else inside.parent.parent / "fixtures"


def play(db: Path, width: int, *, short: bool) -> Iterator[list[Text]]:
    """The demo, a block of lines at a time; stores what it makes in `db`."""
    policies, playbook = load_policies(None), load_playbook(None)
    yield [
        line(
            ("A voice agent is about to dial. ", "bold"),
            "It has data; precall gives it a plan, and a record of it.",
        ),
    ]
    calls: list[str] = []
    with Store.open(db) as store:
        for number, name in enumerate(SHORT if short else CASES, start=1):
            yield from _case(store, shipped_cases() / name, policies, playbook, number, width, calls)
        yield [
            Text(),
            _title("The seal"),
            *render_verification(store.verify(), "the store of this demo", width),
        ]
    yield _next_steps(db, calls, width)


def _case(
    store: Store,
    folder: Path,
    policies: Policies,
    playbook: Playbook,
    number: int,
    width: int,
    calls: list[str],
) -> Iterator[list[Text]]:
    expect = parse_toml((folder / "expect.toml").read_bytes(), f"{folder.name}/expect.toml").value
    now = parse_time(expect["now"])
    brief = Brief.from_json((folder / "brief.json").read_bytes(), f"{folder.name}/brief.json")
    yield [
        Text(),
        _title(f"{number}. {expect['title']}"),
        *hanging(line(), line((expect["story"], "italic")), 0, width),
    ]
    saved = plan_and_save(store, brief, policies, playbook, now=now)
    if saved.refusal is not None:
        yield [Text(), *render_refusal(saved.refusal, saved.status, width)]
        return
    if saved.plan is None:
        return
    yield [Text(), *render_plan(saved.plan, saved.status, width)]
    transcript_file = next((path for path in sorted(folder.glob("transcript.*"))), None)
    if transcript_file is None:
        return
    if number == 1:
        told = compose(saved.plan, brief, load_layers(None, saved.plan.agent))
        yield [Text(), _act("what the agent is told"), *_instructions(told, width)]
    call = read_call(transcript_file, agents=expect.get("agent_speaker"))
    yield [Text(), _act("the call"), *_excerpt(call, width)]
    log_file = folder / "log.json"
    logged = read_log(log_file) if log_file.is_file() else ()
    audit = audit_call(saved.plan, call, logged, policies.get(saved.plan.agent))
    store.save_transcript(call, now=now)
    store.save_audit(audit, now=now)
    calls.append(call.call_id)
    heading = Heading(_plan_words(saved.plan))
    yield [Text(), _act("the audit"), *render_audit(saved.plan, call, audit, heading, width)]


def _instructions(told: Instructions, width: int) -> Iterator[Text]:
    """The beginning of the plan's block, and how much stands around it."""
    block = next(block for block in told.blocks if block.layer == "L4.5")
    rows = [row for row in block.text.splitlines() if row.strip()]
    for row in rows[:SHOWN_INSTRUCTIONS]:
        yield from hanging(line("  "), line((row, "dim" if row.startswith("#") else "")), 6, width)
    rest = f"… {len(rows) - SHOWN_INSTRUCTIONS} more lines; with platform, company, role and brief"
    yield from hanging(
        line("  "), line((f"{rest} about {told.tokens:,} tokens: `precall compose PLAN`", "dim")), 4, width
    )


def _excerpt(call: Transcript, width: int) -> Iterator[Text]:
    """The first turns of a call."""
    spoken = [turn for turn in call.turns if turn.speaker in ("agent", "contact")]
    for turn in spoken[:4]:
        yield from hanging(line((f"  #{turn.i} {turn.speaker}  ", "dim")), line(turn.text), 6, width)
    if len(spoken) > 4:
        yield line((f"  … {len(spoken) - 4} more turns", "dim"))


def _plan_words(plan: CallPlan) -> str:
    engine = plan.planner.engine if plan.planner else ""
    return f"{plan.plan_id} ({plan.agent}, {engine}, sealed before the dial)"


def _title(text: str) -> Text:
    return line((text, "bold underline"))


def _act(text: str) -> Text:
    return line((text, "bold"))


def _next_steps(db: Path, calls: list[str], width: int) -> list[Text]:
    call = calls[0] if calls else "CALL"
    commands = (
        (f"export PRECALL_DB={db}", "the store of this demo"),
        (f"precall why {call} --item q1", "why the agent asked, down to the facts of the brief"),
        ("precall plan list", "the plans; `precall plan show PLAN --why` for one"),
        ("precall init calls", "start your own: policies and playbook to edit, an empty store"),
    )
    rows: list[Text] = [Text(), _title("What to type next")]
    for command, what in commands:
        rows += hanging(line("  ", (command, "cyan"), "  "), line((what, "dim")), 6, width)
    return rows
