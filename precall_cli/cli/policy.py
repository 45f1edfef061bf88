"""`precall policy`: what applies to each agent, what is wrong with it, and what a change would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from precall_cli.cli import policy_simulate, trials
from precall_cli.cli import rollout as rolling
from precall_cli.cli.options import AsJson, Campaign, Db

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Policies: how each agent plans, what it must say, how its calls are judged."""


@app.command("list")
def list_policies(campaign: Campaign = None, db: Db = None, as_json: AsJson = False) -> None:
    """List the agents: how they plan, who signed.

    \b
    Adopted: all roles have signed it, or it came with precall. Proposed: those
    who are missing are named, and it does not go live.
    Example: precall policy list
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.policies import load_policies
    from precall_cli.policies.files import read_sources
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.layout import hanging
    from precall_cli.report.policy_text import Row, render_list

    settings = settings_for(db=db)
    policies = load_policies(settings.policies, campaign=campaign)
    rollout = rolling.stored_rollout(settings)
    rows, documents = [], []
    for each in policies:
        adoption, off = rollout.adoption(each), rollout.switched_off(each.agent) or ""
        if not each.enabled:
            off = f"enabled = false in {policies.origin(each.agent, '/enabled')}" + (
                f"; {off}" if off else ""
            )
        rows.append(Row(each, adoption.words, adoption.state == "adopted", off))
        documents.append(
            each.full_document()
            | {"digest": each.digest(), "adoption": adoption.document(), "switched_off": off or None}
        )
    if as_json:
        write_text(readable_json(documents))
        return
    console = make_console()
    console.print(*render_list(rows, console.width), sep="\n")
    if campaigns := read_sources(settings.policies).campaigns:
        names = ", ".join(f"{name} (on top)" if name == campaign else name for name in campaigns)
        console.print(*hanging(line(("campaigns     ", "bold")), line(names), 14, console.width), sep="\n")
    proposed = [row.policy.agent for row in rows if not row.adopted]
    if proposed:
        live = (
            "goes live all the same: allow_unadopted = true"
            if settings.allow_unadopted
            else "does not go live"
        )
        note(("note: ", "yellow"), f"what is Proposed {live}")
        note(("next: ", "dim"), f"precall policy diff {proposed[0]}")


@app.command()
def show(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="Name of the agent, such as inbound.")],
    campaign: Campaign = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show one policy: each value, its file and line.

    \b
    Files lie over one another: built-in defaults, built-in agent, your defaults,
    your agent, the campaign. Above them: who signed this version, and when.
    Example: precall policy show inbound
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.policies import load_policies
    from precall_cli.policies.layers import dotted, leaves
    from precall_cli.records.json_text import readable_json, resolve_pointer
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.report.policy_text import render_standing, render_values

    settings = settings_for(db=db)
    policies = load_policies(settings.policies, campaign=campaign)
    found = policies.get(agent)
    if as_json:
        write_text(readable_json(found.full_document()))
        return
    rollout = rolling.stored_rollout(settings)
    adoption = rollout.adoption(found)
    off = "" if found.enabled else f"enabled = false in {policies.origin(agent, '/enabled')}"
    console = make_console()
    console.print(line((found.agent, "bold"), f"  {found.title}  ", (found.digest(), "dim")))
    console.print(*render_standing(adoption, rollout.switch(agent), off, console.width), sep="\n")
    document = found.full_document()
    values = {dotted(at): resolve_pointer(document, at) for at in leaves(document) if at != "/schema"}
    origins = {dotted(at): policies.origin(agent, at) for at in leaves(document)}
    console.print(*render_values(values, origins, console.width), sep="\n")
    if campaign and found.digest() == load_policies(settings.policies).get(agent).digest():
        note(("note: ", "yellow"), f"the campaign {campaign} changes nothing for {agent}")


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE|DIR]…", help="Folders of policies or single files; else what applies."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Name every problem of policies, with the mend.

    \b
    All in one pass: file, line, key, what is wrong, how to mend it.
    Reads built-in and own files, every campaign, and the playbook: a budget above
    the SLA, a ladder without an AE, limits that the depth never fills, and
    whatever else contradicts.
    Exit code 0: no errors; 2: errors, or warnings with --strict;
    3: a folder without policies.
    Example: precall policy check policies
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.policy_check import check_paths
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import make_console, write_text
    from precall_cli.report.policy_text import render_findings

    findings, looked_at = check_paths(paths or [], settings_for())
    if as_json:
        write_text(readable_json([finding.document() for finding in findings]))
    else:
        console = make_console()
        console.print(*render_findings(findings, looked_at, console.width), sep="\n")
    if any(finding.level == "error" or strict for finding in findings):
        raise typer.Exit(2)


@app.command()
def diff(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A", help="An agent, `built-in:AGENT`, `AGENT@CAMPAIGN`, a file, a digest or a plan."
        ),
    ],
    after: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="The other one; without it A is compared with the built-in."),
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of a policy value by value.

    \b
    Each value with where it comes from, each change with what it affects.
    Example: precall policy diff built-in:inbound policies/inbound.toml
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.cli.versions import find_version
    from precall_cli.policies.comparing import EFFECTS, compare_policies, effects_of
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import hanging
    from precall_cli.report.policy_text import render_changes

    settings = settings_for(db=db)
    new = find_version(after or before, settings)
    old = find_version(before if after else f"built-in:{new.policy.agent}", settings)
    changes = compare_policies(old.policy, new.policy)
    effects = effects_of(changes)
    origins = [(c, old.origin(c.pointer), new.origin(c.pointer)) for c in changes]
    if as_json:
        document = {
            "before": {"name": old.name, "digest": old.policy.digest()},
            "after": {"name": new.name, "digest": new.policy.digest()},
            "effects": effects,
            "changes": [
                {
                    "key": c.pointer, "before": c.before, "before_origin": was, "after": c.after,
                    "after_origin": becomes, "effect": c.effect,
                }
                for c, was, becomes in origins
            ],
        }  # fmt: skip
        write_text(readable_json(document))
        return
    console = make_console()
    for mark, style, each in (("- ", "red", old), ("+ ", "green", new)):
        console.print(line((mark, style), each.name, (f"  {each.policy.digest()[7:19]}", "dim")))
    if not changes:
        console.print(line("the two are the same version"))
        return
    console.print()
    console.print(*render_changes(origins, EFFECTS, console.width), sep="\n")
    only = "only " if len(effects) == 1 else ""
    total = line(f"\n{only}{' and '.join(effects)}: another version, so its plans have other ids")
    console.print(*hanging(line(), total, 0, console.width), sep="\n")


app.command()(rolling.enable)
app.command()(rolling.disable)
app.command()(rolling.sign)
app.command("dry-run")(trials.dry_run)
app.command()(trials.replay)
app.command()(policy_simulate.simulate)
