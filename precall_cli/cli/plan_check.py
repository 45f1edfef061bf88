"""`precall plan check`: plan files, all problems in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli.options import AsJson


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Plan files, folders of them, or -.")],
    as_json: AsJson = False,
) -> None:
    """Report every problem of each plan file in one pass: where, what, and how to mend it.

    \b
    A plan that names its plan_id must have the content that the id is made from.
    Exit code 0: all can be used; 2: some cannot.
    Example: precall plan check plans/
    """
    from precall_cli.cli.examined import Examined, report_examined, unreadable
    from precall_cli.cli.files import collect, read_bytes
    from precall_cli.errors import BadInput, Problem
    from precall_cli.records.json_text import parse_json
    from precall_cli.records.plan import CallPlan, plan_id_of

    results: list[Examined] = []
    for path in collect(files, (".json",)):
        try:
            document = parse_json(read_bytes(path), str(path))
        except BadInput as error:
            results.append(unreadable(str(path), error))
            continue
        plan, problems = CallPlan.examine(document)
        if plan is not None and plan.plan_id:
            wanted = (plan.content_id(), plan_id_of(document))
            if plan.plan_id not in wanted:
                mend = "Leave plan_id out, or restore the plan as it was sealed."
                problems.append(Problem("/plan_id", f"the content gives {wanted[0]}", mend))
        name = plan.plan_id or "without an id" if plan else None
        results.append(Examined(str(path), name, tuple(problems)))
    report_examined(results, "plan", "plan_id", as_json=as_json)
