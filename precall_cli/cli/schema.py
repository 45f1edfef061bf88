"""`precall schema`: JSON Schemas of the records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


class RecordName(StrEnum):
    """The published records, and the files that a team writes."""

    brief = "brief"
    policy = "policy"
    playbook = "playbook"
    layer = "layer"
    plan = "plan"
    refusal = "refusal"
    instructions = "instructions"
    transcript = "transcript"
    outcome = "outcome"
    audit = "audit"
    review = "review"
    rate = "rate"
    agreement = "agreement"
    sign_off = "sign_off"
    switch = "switch"
    erasure = "erasure"
    expect = "expect"
    check = "check"
    mix = "mix"


_MODULES = {
    "playbook": "planner.playbook",
    "layer": "compose.layer_file",
    "mix": "simulate.mix",
    "sign_off": "records.rollout",
    "switch": "records.rollout",
}
"""Where a record stands that is not in the module of its name."""


@app.command()
def schema(record: Annotated[RecordName, typer.Argument(help="Which record.", metavar="RECORD")]) -> None:
    """Print the JSON Schema (2020-12) of a record, every field described.

    \b
    RECORD is brief, policy, playbook, layer, plan, refusal, instructions, transcript, outcome, audit,
    review, rate, agreement, sign_off, switch, erasure, expect, check or
    mix.
    Example: precall schema brief > brief.schema.json
    """
    from importlib import import_module

    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import Record, json_schema
    from precall_cli.report.console import write_text

    import_module(f"precall_cli.{_MODULES.get(record, f'records.{record}')}")
    models = {model.record_name: model for model in Record.__subclasses__() if hasattr(model, "record_name")}
    write_text(readable_json(json_schema(models[record])))
