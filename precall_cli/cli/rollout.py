"""What the store has on record about roll-out, and the commands that put it there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from precall_cli.cli.options import AsJson, Campaign, Db, Now
from precall_cli.errors import BadInput

if TYPE_CHECKING:
    from precall_cli.policies import Policies, Rollout
    from precall_cli.records.brief import Brief
    from precall_cli.settings import Settings
    from precall_cli.store import Store

Agent = Annotated[str, typer.Argument(metavar="AGENT", help="Name of the agent, such as inbound.")]
Who = Annotated[str, typer.Option("--who", metavar="NAME", help="Who does it.")]
Why = Annotated[
    str, typer.Option("--why", metavar="TEXT", help="Why; it stands in the plans that fall back.")
]


def rollout_of(store: Store | None, settings: Settings) -> Rollout:
    """The sign-offs and switches of a store, with what the settings ask for; no store has none."""
    from precall_cli.policies import Rollout

    return Rollout(
        settings.roles,
        settings.allow_unadopted,
        tuple(store.load_sign_offs()) if store else (),
        tuple(store.load_switches()) if store else (),
        settings.distinct_signers,
    )


def stored_rollout(settings: Settings) -> Rollout:
    """The same from the store of the settings, which need not be there."""
    from precall_cli.store import Store

    if not settings.db.exists() or settings.db.stat().st_size == 0:
        return rollout_of(None, settings)
    with Store.open(settings.db, create=False, read_only=True) as store:
        return rollout_of(store, settings)


def check_adopted(
    briefs: Iterable[Brief], policies: Policies, rollout: Rollout, agent: str | None = None
) -> None:
    """Raises BadInput, before anything is stored, where the version of an agent may not go live."""
    from precall_cli.planning import policy_for

    checked: set[str] = set()
    for brief in briefs:
        policy = policy_for(brief, policies, agent)
        if policy.agent not in checked:
            rollout.check_live(policy)
            checked.add(policy.agent)


def enable(
    agent: Agent, who: Who, why: Why = "", now: Now = None, db: Db = None, as_json: AsJson = False
) -> None:
    """Switch an agent's planning on again, at once.

    \b
    A row of the sealed chain says who and why. An agent that a file disables
    stays disabled: "off" wins wherever it stands.
    Example: precall policy enable inbound --who "Ada Park" --why "mended"
    """
    _switch(agent, True, who, why, now, db, as_json)


def disable(
    agent: Agent, who: Who, why: Why, now: Now = None, db: Db = None, as_json: AsJson = False
) -> None:
    """Switch an agent's planning off, at once.

    \b
    Its calls get the trivial plan, which says so. It needs no signature; a row of
    the sealed chain says who, when and why.
    Example: precall policy disable inbound --who "Ada Park" --why "wrong prices"
    """
    _switch(agent, False, who, why, now, db, as_json)


def _switch(
    agent: str, enabled: bool, who: str, why: str, now: str | None, db: Path | None, as_json: bool
) -> None:
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.policies import load_policies
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import format_time
    from precall_cli.records.rollout import Switch
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.store import Store

    settings, at = settings_for(db=db), moment(now)
    policy = load_policies(settings.policies).get(agent)
    switch = Switch(
        agent=agent, enabled=enabled, who=_said(who, "--who"), why=_said(why, "--why") if why else "",
        at=format_time(at),
    )  # fmt: skip
    switch = switch.model_copy(update={"switch_id": switch.content_id()})
    with Store.open(settings.db) as store:
        saved = store.save_switch(switch, now=at)
        if (rollout_of(store, settings).switched_off(agent) is None) is not enabled:
            raise BadInput(
                "the same switch was sealed at this very second, and another one after it",
                place="--now",
                hint="Run it again in a second.",
            )
    if as_json:
        write_text(readable_json(switch.full_document()))
        return
    state = "on" if enabled else "off"
    style = "bold green" if enabled else "bold yellow"
    console = make_console()
    console.print(
        line(f"{agent} is switched ", (state, style), f" by {switch.who}, sealed as row {saved.seq}")
    )
    if enabled and not policy.enabled:
        note(("note: ", "yellow"), f"its file says enabled = false, which wins: {agent} still falls back")
    if not enabled:
        note(("next: ", "dim"), f"precall policy enable {agent} --who NAME")


def sign(
    name: Annotated[
        str, typer.Argument(metavar="AGENT|FILE", help="The agent, or the file of a version to be.")
    ],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="In which role, such as Engineering.")],
    who: Who,
    remark: Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark.")] = "",
    withdraw: Annotated[
        bool,
        typer.Option("--withdraw", help="Take back this role's signature, whoever gave it; its row stays."),
    ] = False,
    campaign: Campaign = None,
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Sign one version of a policy in a role.

    \b
    A row of the sealed chain says who, when, in which role, and which digest.
    A version is Proposed until all roles have signed, then Adopted, and Proposed
    again once one is taken back. Under [rollout] in precall.toml stand the roles,
    whether an unadopted version may go live, and whether each role needs another
    person (distinct_signers; names are not checked). What comes with precall is
    adopted by the release; a changed value makes another version.
    Example: precall policy sign inbound --role Engineering --who "Ada Park"
    """
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.cli.versions import find_version
    from precall_cli.policies import role_named
    from precall_cli.records.json_text import readable_json
    from precall_cli.records.record import format_time
    from precall_cli.records.rollout import SignOff
    from precall_cli.report.console import line, make_console, note, write_text
    from precall_cli.store import Store

    settings, at = settings_for(db=db), moment(now)
    version = find_version(name, settings, campaign=campaign)
    policy = version.policy
    sign_off = SignOff(
        action="withdraw" if withdraw else "sign", agent=policy.agent,
        policy_digest=policy.digest(), role=role_named(role, settings.roles),
        who=_said(who, "--who"), note=remark, at=format_time(at),
    )  # fmt: skip
    sign_off = sign_off.model_copy(update={"sign_off_id": sign_off.content_id()})
    with Store.open(settings.db, create=not withdraw) as store:
        rollout_of(store, settings).check_sign_off(sign_off, policy)
        seq = store.save_sign_off(sign_off, policy, now=at).seq
        adoption = rollout_of(store, settings).adoption(policy)
    if (sign_off.role in adoption.missing) is not withdraw:
        raise BadInput(
            "the same row was sealed at this very second, and another one after it",
            place="--now",
            hint="Run it again in a second.",
        )
    if as_json:
        document = {"sign_off": sign_off.full_document(), "adoption": adoption.document()}
        write_text(readable_json(document))
        return
    console = make_console()
    done = "signature taken back" if withdraw else "signed"
    console.print(
        line(
            (policy.agent, "bold"), f" {sign_off.policy_digest[7:19]} {done} as {sign_off.role} by "
            f"{sign_off.who}, sealed as row {seq}",
        )
    )  # fmt: skip
    console.print(line((adoption.words, "green" if adoption.state == "adopted" else "yellow")))
    if adoption.missing and not adoption.by_release:
        note(("next: ", "dim"), f"precall policy sign {name} --role {adoption.missing[0]} --who NAME")


def _said(text: str, flag: str) -> str:
    if not text.strip():
        raise BadInput("must not be blank", place=flag)
    return text.strip()
