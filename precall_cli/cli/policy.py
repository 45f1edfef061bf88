"""`precall policy`: what applies to each agent, and where each value comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from precall_cli.cli.options import AsJson

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Policies: how each agent plans, what it must say, how its calls are judged."""


@app.command("list")
def list_policies(as_json: AsJson = False) -> None:
    """List the agents with how they plan.

    \b
    Example: precall policy list
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import fill, hanging

    policies = load_policies(settings_for().policies)
    if as_json:
        write_text(readable_json([p.full_document() | {"digest": p.digest()} for p in policies]))
        return
    console = make_console()
    for each in policies:
        planning = each.planning
        budget = (
            f"at most {planning.budget_ms / 1000:g} s live" if planning.budget_ms else "nothing planned live"
        )
        sla = f" inside {planning.sla_s:g} s" if planning.sla_s else ""
        how = f"{planning.mode.replace('_', ' ')}, {planning.depth}, {planning.engine}; {budget}{sla}"
        state = "" if each.enabled else "DISABLED  "
        head = line((fill(each.agent, 14), "bold"), (state, "bold yellow"))
        body = line(f"{each.title}: {how}", (f"  {each.digest()[7:19]}", "dim"))
        console.print(*hanging(head, body, 14, console.width), sep="\n")


@app.command()
def show(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="Name of the agent, such as inbound.")],
    as_json: AsJson = False,
) -> None:
    """Show one agent's policy, each value with the file and line that it comes from.

    \b
    Example: precall policy show inbound
    """
    from precall_cli.cli.options import settings_for
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import canonical_bytes, readable_json, resolve_pointer
    from precall_cli.report.console import line, make_console, write_text
    from precall_cli.report.layout import hanging

    policies = load_policies(settings_for().policies)
    found = policies.get(agent)
    if as_json:
        write_text(readable_json(found.full_document()))
        return
    console = make_console()
    console.print(line((found.agent, "bold"), f"  {found.title}  ", (found.digest(), "dim")))
    document = found.document()
    for pointer in policies.origins[agent]:
        value = resolve_pointer(document, pointer)
        shown = value if isinstance(value, str) else canonical_bytes(value).decode()
        head = line("  ", (pointer[1:].replace("/", "."), "cyan"), " = ")
        body = line(shown, (f"  {policies.origin(agent, pointer)}", "dim"))
        console.print(*hanging(head, body, 6, console.width), sep="\n")
