"""`precall init`: the files that a team edits, and an empty store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None)

SETTINGS_TEXT = """\
# Settings of precall in this folder; `precall settings` shows what holds and why.
# Order: built-in defaults < this file < environment (PRECALL_DB, …) < flags.

db = "precall.db"            # the store
policies = "policies"        # folder of the agents' policies
playbook = "playbook.toml"   # questions, objections, ladders
layers = "layers"            # what agents are told above the plan: platform, company, agent, campaign

[transcripts]
# agent_speaker = ["Ava", "channel 1"]   # labels that mean the agent

[planning]
# engine = "claude"          # in place of what each policy says; needs ANTHROPIC_API_KEY

[claude]
# prices = "prices.toml"     # what models cost, in place of the built-in table
# record = "replies"         # keep the model's replies in this folder,
# replay = "replies"         # or play them back from it: no key, and the same bytes each time

[rollout]
# roles = ["Product", "Engineering", "Founder"]   # who has to sign a changed policy: precall policy sign
# allow_unadopted = true     # let a version go live that they have not all signed
# distinct_signers = true    # nobody may sign one version in two roles

[audit]
# fail_on = "critical"       # exit code 1 from this severity, or from a rate such as 0.2, on
"""


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to; made if it is not there.")
    ] = Path(),
) -> None:
    """Write precall.toml, the five agents' policies, a playbook, the layers, and an empty store.

    \b
    A file that is there already is left as it is.
    Example: precall init calls && cd calls && precall policy list
    """
    from precall_cli.cli.files import write_file
    from precall_cli.compose import built_in_texts as layer_texts
    from precall_cli.errors import Unavailable
    from precall_cli.planner import default_playbook_text
    from precall_cli.policies import built_in_texts
    from precall_cli.records.regular_file import make_folders
    from precall_cli.report.console import line, make_console, note
    from precall_cli.store import Store

    files = {
        "precall.toml": SETTINGS_TEXT,
        "playbook.toml": default_playbook_text(),
        **{f"policies/{name}": text for name, text in built_in_texts().items()},
        **{f"layers/{name}": text for name, text in layer_texts().items()},
    }
    console = make_console()
    for name in ("policies", "layers"):
        try:
            make_folders(folder / name)
        except OSError as error:
            raise Unavailable(error.strerror or "cannot be made", place=str(folder / name)) from None
    for name, text in files.items():
        path = folder / name
        if path.exists():
            console.print(line(("kept     ", "dim"), str(path)))
            continue
        write_file(path, text.encode())
        console.print(line(("wrote    ", "green"), str(path)))
    store = folder / "precall.db"
    existed = store.exists()
    Store.open(store).close()
    console.print(line(("kept     ", "dim") if existed else ("wrote    ", "green"), str(store)))
    note(("next: ", "dim"), "edit playbook.toml, then precall plan create BRIEF.json")
