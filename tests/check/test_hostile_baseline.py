"""A baseline that was damaged is refused in one message, whatever stands where."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

from precall_cli.check.baseline import read_baseline
from precall_cli.check.case import find_cases, read_expect
from precall_cli.check.compare import compare
from precall_cli.errors import BadInput

BLESSED = Path(__file__).parent.parent.parent / "fixtures" / "baseline.json"
VALUES: list[Any] = [None, True, 0, -1.5, "", "x", [], {}, [[]], {"a": {}}, [None], ["x"] * 5, {"x": "y"}]


def places(node: Any) -> list[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    found = [(node, key) for key in keys]
    for key in keys:
        if isinstance(node[key], dict | list):
            found += places(node[key])
    return found


def test_a_damaged_baseline_is_taken_or_refused(tmp_path: Path) -> None:
    whole = json.loads(BLESSED.read_text("utf-8"))
    name = "inbound-skipped-question"
    expect, _ = read_expect(find_cases(BLESSED.parent / name)[0])
    document = whole | {"cases": {name: whole["cases"][name]}}
    (tmp_path / "b.json").write_text(json.dumps(document), "utf-8")
    kept = read_baseline(tmp_path / "b.json")
    assert kept is not None
    chance, refused = random.Random(9), 0
    for _ in range(400):
        changed = copy.deepcopy(document)
        node, key = chance.choice(places(changed["cases"]))
        node[key] = copy.deepcopy(chance.choice(VALUES))
        (tmp_path / "b.json").write_text(json.dumps(changed), "utf-8")
        try:
            found = read_baseline(tmp_path / "b.json")
        except BadInput as error:
            assert error.problem.startswith("/cases")
            refused += 1
        else:
            assert found is not None
            compare(found.get(name), kept[name], expect)
    assert 100 < refused < 400
