"""Every detector of the audit against pairs of calls: one that keeps the plan and one that breaks it.

The calls stand in `tests/audit/detectors/`, a TOML file for each deviation type and `statuses.toml` for what
has no deviation of its own; the package's docstring explains how they are written. The first pair of a file
plays the `Kept` and `Broken` examples of the detector's manual page.

Labels come from reading the calls. Where the engine is wrong, the call stays as it is and gets a mark,
`miss.kept = "…"` or `miss.broken = "…"`, which says what the audit says instead; a marked call that turns out
right fails here, so that a mend is noticed. After a change of the engine or its weights:

    python -m tests.audit.detectors            # how many are right; marks to add, drop or reword
    python -m tests.audit.detectors --write    # renew the marks; then read the difference
"""

from __future__ import annotations

import re

import pytest

from precall_cli.audit.deviations import KINDS, manual, name_of
from precall_cli.records.audit import STATUSES
from tests.audit.detectors import FOLDER, NO_DEVIATION, Case, paths, read_cases
from tests.audit.detectors.__main__ import renewed

CASES = [case for path in paths() for case in read_cases(path)]
TYPES = [name_of(kind) for kind in KINDS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_detector(case: Case) -> None:
    instead = case.instead()
    if case.miss is None:
        assert instead is None, (
            f"{case.why} Expected: {case.expected or 'nothing'}; the audit says: {instead}"
        )
    else:
        assert instead is not None, "right now: drop the mark (python -m tests.audit.detectors --write)"


def test_every_deviation_type_has_a_file_and_every_file_a_type() -> None:
    assert sorted(path.stem for path in paths()) == sorted([*TYPES, NO_DEVIATION])


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_file_holds_four_short_pairs_that_differ_little(path: object) -> None:
    cases = [case for case in CASES if case.path == path]
    assert len(cases) >= 8
    for case in cases:
        assert 6 <= len(case.transcript.turns) <= 14, case.name
        assert 0 < case.differing <= 10, case.name
        assert case.why.endswith("."), case.name


def test_labels_name_items_and_statuses_that_exist() -> None:
    for case in CASES:
        kinds = {item.id: kind for kind, item in case.plan.items()}
        for fact in case.expected:
            item, what = fact.split(maxsplit=1)
            assert item in kinds or item == "-", case.name
            if not what.startswith("at "):
                assert what.split()[0] in STATUSES[kinds[item]], case.name


@pytest.mark.parametrize("name", TYPES)
def test_the_first_pair_plays_the_examples_of_the_manual_page(name: str) -> None:
    page = " ".join(manual(name).split())
    examples = dict(zip(("kept", "broken"), re.split(r"Kept: |Broken: |No stop: ", page)[1:3], strict=True))
    for case in [case for case in CASES if case.path.stem == name and case.pair == 1]:
        words = [turn.text for turn in case.transcript.turns] + [
            item.words() for _, item in case.plan.items()
        ]
        words += [objection.response for objection in case.plan.objections]
        spoken = _plain(" / ".join(words))
        for quoted in re.findall(r'"([^"]+)"', examples[case.side]):
            assert _plain(quoted) in spoken, (case.name, quoted)


def test_the_look_alikes_of_the_manual_page_are_played() -> None:
    calls = [case for case in CASES if case.path.stem == NO_DEVIATION and "s1 not_triggered" in case.expected]
    spoken = [_plain(turn.text) for case in calls for turn in case.transcript.turns]
    for quoted in re.findall(r'"([^"]+)"', manual("stop_ignored").split("No stop: ")[1]):
        assert any(_plain(quoted) in text for text in spoken), quoted


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[\w'/]+", text.lower()))


def test_renewing_marks_touches_nothing_else() -> None:
    text = (FOLDER / "stop_ignored.toml").read_text(encoding="utf-8")
    bare = renewed(text, {})
    assert bare == "".join(line for line in text.splitlines(True) if not line.startswith("miss."))
    marked = renewed(bare, {(2, "broken"): 'says "nothing"', (2, "kept"): "s1 at 4"})
    assert [line for line in marked.splitlines() if line not in bare.splitlines()] == [
        'miss.broken = "says \\"nothing\\""',
        'miss.kept = "s1 at 4"',
    ]
    assert renewed(marked, {}) == bare
