"""`precall account`: one account, one story."""

from __future__ import annotations

from typing import Annotated

import typer

from precall_cli.cli.options import AsJson, Db, Now

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def account() -> None:
    """Accounts: who is to be called for what, and what each contact told us."""


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="Its id, the beginning of it, or part of its name.")
    ],
    now: Now = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show one account: contacts, owner, open objectives and who holds them, what was told, what is withheld.

    \b
    An objective is locked while its plan is open: not superseded, no call recorded with it, not lapsed. It
    lapses at its expiry; one made at call, which has none, a day after its seal.
    Example: precall account show acc_7
    """
    from precall_cli.accounts import make_picture
    from precall_cli.batch.run import read_story
    from precall_cli.cli.options import moment, settings_for
    from precall_cli.errors import BadInput
    from precall_cli.records.json_text import readable_json
    from precall_cli.report.account_text import render_account
    from precall_cli.report.console import make_console, note, write_text
    from precall_cli.store import Store
    from precall_cli.store.account_rows import find_accounts, load_account_briefs
    from precall_cli.store.standing import load_standing, open_plans

    settings = settings_for(db=db)
    with Store.open(settings.db, create=False, read_only=True) as store:
        found = find_accounts(store, name)
        if len(found) != 1:
            several = ", ".join(f"{account_id} ({title})" for account_id, title in found[:5])
            raise BadInput(
                "means several accounts" if found else "no stored brief is of this account",
                place=f"account {name}",
                hint=f"{several}." if found else "`precall plan list` shows what is stored.",
            )
        account_id = found[0][0]
        picture = make_picture(
            account_id,
            load_account_briefs(store, account_id),
            read_story(store, account_id, []),
            [
                (each, load_standing(store, each.plan_id).plan)
                for each in open_plans(store, now=moment(now), account_id=account_id)
            ],
        )
    if as_json:
        write_text(readable_json(picture.document()))
        return
    console = make_console()
    console.print(*render_account(picture.document(), console.width), sep="\n")
    if picture.objectives:
        note(("next: ", "dim"), f"precall plan show {picture.objectives[0].plan_id} --why")
