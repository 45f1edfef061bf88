"""All cases: observed in parallel, compared, gathered into one report that every output is made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from precall_cli.check.baseline import read_baseline
from precall_cli.check.cache import Cache, code_digest
from precall_cli.check.case import Case, find_cases, read_expect
from precall_cli.check.compare import Difference, compare, count_known_misses
from precall_cli.check.configure import CheckConfig, read_config
from precall_cli.check.facts import facts_of
from precall_cli.check.judged import flips, judged_case
from precall_cli.check.observe import Observation, observation_key, observe
from precall_cli.check.place import place_of, shown_path
from precall_cli.check.play import World
from precall_cli.check.rules import breaches
from precall_cli.errors import BadInput
from precall_cli.records.check import CheckFinding, CheckReport, JudgedCase, Quarantined

FEW = 8
"""So few cases are not worth another process."""


@dataclass(frozen=True, slots=True)
class Run:
    """The cases of a folder, or some of them, and what became of each."""

    root: Path
    whole: bool
    """Whether it is every case of the folder, so that a blessed one that is missing is gone."""
    cases: tuple[Case, ...]
    observed: Mapping[str, Observation]
    redone: int
    """How many were not in the cache."""


def observe_all(
    root: Path,
    world: World,
    *,
    only: Sequence[str] = (),
    workers: int | None = None,
    cache: Path | None = None,
) -> Run:
    """Observes every case under `root`, or `only` those named.

    `workers` None takes all cores, `cache` None keeps nothing. Raises NothingCollected where there is no
    case, BadInput for a name that no case has, and for the first case that cannot be used.
    """
    cases = _named(find_cases(root), only)
    kept = Cache(cache)
    code = code_digest() if cache else ""
    keys = {case.name: observation_key(case, world, code) for case in cases} if cache else {}
    found = {name: known for name, key in keys.items() if (known := kept.load(key)) is not None}
    missing = [case for case in cases if case.name not in found]
    for case, observation in zip(missing, _observe(missing, world, workers), strict=True):
        found[case.name] = observation
        if cache:
            kept.save(keys[case.name], observation)
    return Run(root, not only, tuple(cases), {case.name: found[case.name] for case in cases}, len(missing))


def _observe(cases: Sequence[Case], world: World, workers: int | None) -> Iterable[Observation]:
    count = min(workers or os.cpu_count() or 1, len(cases))
    if count <= 1 or len(cases) <= FEW:
        return [observe(case, world) for case in cases]
    with ProcessPoolExecutor(max_workers=count) as pool:
        return list(pool.map(observe, cases, [world] * len(cases), chunksize=4))


def check(
    run: Run, world: World, *, baseline: Path, today: date, config: CheckConfig | None = None
) -> CheckReport:
    """What differs from the baseline. `today` says which quarantines have run out."""
    config = config or read_config(run.root)
    blessed = read_baseline(baseline)
    findings: list[CheckFinding] = []
    judged: list[JudgedCase] = []
    misses = facts = labels = 0
    for case in run.cases:
        after = run.observed[case.name]
        expect, _ = read_expect(case)
        before = (blessed or {}).get(case.name)
        differences = compare(before, after, expect)
        differences += [
            Difference("rules", "broke", b.item, b.rule, None, b.found, b.wanted)
            for b in breaches(after, expect)
        ]
        if (one := judged_case(case.name, after, expect)) is not None:
            judged.append(one)
            differences += flips(one)
        facts += sum(1 for _ in facts_of(after))
        misses += count_known_misses(after, expect)
        labels += len(expect.items)
        findings += [_finding(each, case, run.root, world, before, after, config) for each in differences]
    findings += [_gone(name, config) for name in blessed or {} if run.whole and name not in run.observed]
    bound = config.known_miss_rate_max
    if bound is not None and labels and misses / labels > bound:
        findings.append(_over_bound(misses, labels, bound, run.root, config))
    findings, aside = _set_aside(findings, config.quarantine, today, run.root)
    return CheckReport(
        cases=len(run.cases),
        facts=facts,
        findings=tuple(sorted(findings, key=lambda f: f.case)),
        known_misses=misses,
        gates=config.gates,
        informs=config.informs,
        quarantined=tuple(aside),
        blessed=blessed is not None,
        judged=tuple(judged),
    )


def _finding(
    difference: Difference,
    case: Case,
    root: Path,
    world: World,
    before: Observation | None,
    after: Observation,
    config: CheckConfig,
) -> CheckFinding:
    file, line = place_of(difference, case, world, after)
    ids = {item["key"]: item["id"] for each in (before, after) if each for item in each.items}
    item, plan_item = difference.item, ids.get(difference.item or "")
    return CheckFinding(
        case=case.name,
        check=difference.check,
        change=difference.change,
        item=item or None,
        plan_item=plan_item,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        expected=difference.expected,
        causes=difference.causes,
        gates=difference.check in config.gates,
        file=shown_path(Path(file)),
        line=line,
        next=_next(difference, case, root),
    )


def _next(difference: Difference, case: Case, root: Path) -> str:
    """The command that shows more, or that blesses."""
    if difference.change in ("fixed", "added"):
        return "precall bless"
    return f"precall check {shown_path(root)} --case {case.name} --show"


def _gone(name: str, config: CheckConfig) -> CheckFinding:
    return CheckFinding(
        case=name, check="expect", change="gone", field="case", before="a case", after=None, causes=("case",),
        gates="expect" in config.gates, next="precall bless",
    )  # fmt: skip


def _over_bound(misses: int, labels: int, bound: float, root: Path, config: CheckConfig) -> CheckFinding:
    return CheckFinding(
        case="all cases", check="rules", change="broke", field="known_miss_rate_max",
        after=f"{misses} of {labels} labels missed", expected=f"at most {bound:.0%}",
        gates="rules" in config.gates, file=str(root / "check.toml"), line=1, next="precall check --json",
    )  # fmt: skip


def _set_aside(
    findings: list[CheckFinding], entries: Sequence[Quarantined], today: date, root: Path
) -> tuple[list[CheckFinding], list[Quarantined]]:
    """Findings without those in quarantine; an entry that has run out sets nothing aside and is named."""
    kept: list[CheckFinding] = []
    used: list[Quarantined] = []
    for finding in findings:
        entry = next((e for e in entries if e.case == finding.case and e.item in (None, finding.item)), None)
        if entry is None or finding.change in ("fixed", "added"):
            kept.append(finding)
        elif date.fromisoformat(entry.expires) <= today:
            note = f"quarantine of {entry.owner} ran out on {entry.expires}: {entry.reason}"
            kept.append(finding.model_copy(update={"note": note}))
        else:
            used.append(entry)
    named = {finding.note for finding in kept}
    for entry in entries:
        if date.fromisoformat(entry.expires) <= today and not any(entry.reason in note for note in named):
            kept.append(_ran_out(entry, root))
    return kept, list(dict.fromkeys(used))


def _ran_out(entry: Quarantined, root: Path) -> CheckFinding:
    """An entry past its day fails even where nothing is found any more: it has to be taken out."""
    return CheckFinding(
        case=entry.case, check="rules", change="broke", item=entry.item, field="quarantine",
        after=f"ran out on {entry.expires}", expected="taken out, or given another day", causes=("case",),
        gates=True, file=shown_path(root / "check.toml"), line=1,
        note=f"quarantine of {entry.owner}: {entry.reason}",
    )  # fmt: skip


def _named(cases: list[Case], only: Sequence[str]) -> list[Case]:
    if unknown := sorted(set(only) - {case.name for case in cases}):
        near = ", ".join(case.name for case in cases[:5])
        raise BadInput(f"no such case: {', '.join(unknown)}", place="--case", hint=f"There are: {near} …")
    return [case for case in cases if not only or case.name in only]
