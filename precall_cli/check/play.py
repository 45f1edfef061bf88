"""One case played: gated, planned and, where there is a call, audited, with the files that a team uses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from precall_cli.check.case import BRIEF, POLICY, Case, read_expect, read_file
from precall_cli.check.judged import judged_call
from precall_cli.planning import Planned, Refused, plan_brief
from precall_cli.records.audit import Audit
from precall_cli.records.brief import Brief
from precall_cli.records.expect import Expect
from precall_cli.records.outcome import parse_reasons
from precall_cli.records.record import parse_time
from precall_cli.records.transcript import Transcript

if TYPE_CHECKING:
    from precall_cli.audit.examination import Examination
    from precall_cli.compose import Layers
    from precall_cli.planner import Playbook
    from precall_cli.policies import Policies


@dataclass(frozen=True, slots=True)
class World:
    """What every case is judged with: files of a team, or what comes with precall."""

    policies: Path | None = None
    playbook: Path | None = None
    layers: Path | None = None
    ask_judge: bool = False
    """Whether a judge's answers that are not recorded are asked for, and recorded."""

    def files(self) -> list[Path]:
        """Every file of it, for knowing whether one has changed."""
        found = [self.playbook] if self.playbook else []
        for folder in (self.policies, self.layers):
            if folder is not None:
                found += sorted(path for path in folder.rglob("*.toml") if path.is_file())
        return found


@dataclass(frozen=True, slots=True)
class Played:
    """A case with all that precall makes of it."""

    case: Case
    expect: Expect
    brief: Brief
    made: Planned | Refused
    policies: Policies
    call: Transcript | None = None
    audit: Audit | None = None
    examination: Examination | None = None


def play(case: Case, world: World) -> Played:
    """Gates, plans and audits one case. Raises BadInput where a file of it cannot be used."""
    expect, _ = read_expect(case)
    brief = Brief.from_json(read_file(case.file(BRIEF)), str(case.file(BRIEF)))
    policies = _policies(world.policies, case.file(POLICY) if case.has(POLICY) else None)
    made = plan_brief(brief, policies, playbook_of(world), now=parse_time(expect.now), agent=expect.agent)
    if isinstance(made, Refused) or case.transcript is None:
        return Played(case, expect, brief, made, policies)
    from precall_cli.audit import examine_call
    from precall_cli.transcripts import Sides, read_transcript

    sides = Sides(agent=expect.agent_speaker, contact=expect.contact_speaker)
    call = read_transcript(read_file(case.transcript), str(case.transcript), sides=sides)
    log = case.log
    reasons = parse_reasons(read_file(log), str(log), lines=log.suffix == ".jsonl") if log else ()
    if expect.judge is not None:
        audit, examination = judged_call(case, expect.judge, made, call, reasons, asks=world.ask_judge)
    else:
        audit, examination = examine_call(made.plan, call, reasons, made.policy)
    return Played(case, expect, brief, made, policies, call, audit, examination)


@lru_cache(maxsize=8)
def _policies(folder: Path | None, own: Path | None) -> Policies:
    from precall_cli.policies import load_policies

    return load_policies(folder, instead=(own,) if own else ())


@lru_cache(maxsize=2)
def _playbook(path: Path | None) -> Playbook:
    from precall_cli.planner import load_playbook

    return load_playbook(path)


def playbook_of(world: World) -> Playbook:
    """The playbook that applies. Raises BadInput where it cannot be used."""
    return _playbook(world.playbook)


@lru_cache(maxsize=16)
def _layers(folder: Path | None, agent: str) -> Layers:
    from precall_cli.compose import load_layers

    return load_layers(folder, agent)


def layers_of(world: World, agent: str) -> Layers:
    """The layers above the plan. Raises BadInput where they contradict each other."""
    return _layers(world.layers, agent)
