"""`precall schema`: JSON Schemas of the records."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)


class RecordName(StrEnum):
    """The published records."""

    brief = "brief"
    policy = "policy"
    plan = "plan"
    refusal = "refusal"
    transcript = "transcript"
    outcome = "outcome"
    audit = "audit"


@app.command()
def schema(record: Annotated[RecordName, typer.Argument(help="Which record.", metavar="RECORD")]) -> None:
    """Print the JSON Schema (2020-12) of a record, every field described.

    \b
    RECORD is brief, policy, plan, refusal, transcript, outcome or audit.
    Example: precall schema brief > brief.schema.json
    """
    from importlib import import_module

    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import Record, json_schema
    from precall_cli.report.console import write_text

    import_module(f"precall_cli.records.{record}")
    models = {model.record_name: model for model in Record.__subclasses__() if hasattr(model, "record_name")}
    write_text(readable_json(json_schema(models[record])))
