"""Every command over a hostile brief, call, outcome and store: nothing that acts on a terminal comes out."""

# ruff: noqa: E501 - tables of commands read best a command a line

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer.main

from precall_cli.cli.app import COMMANDS
from tests.cli.command import BRIEF, CALL, NOW, Run
from tests.cli.inside import run

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
NASTY = (
    "\x1b]52;c;aGk=\x07\x1b[2J\x1b]0;title\x07\r\x9b31m\u202egnp\u2066x\u200b\U000e0041\x7f\x85\u2028"
    "[/nope][link=https://evil.example]x[/link] :smile: </script><script>alert(1)</script> "
    '" onmouseover="x javascript:alert(1) =HYPERLINK(A1)\n::error file=x::boo'
)
ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
TEXTS = {
    "name", "title", "detail", "industry", "summary", "value", "domain", "region", "source", "stage", "history",
    "outcome", "contact_name", "owner", "lifecycle_stage", "persona", "calendar_url", "brief_id", "topic",
}  # fmt: skip


def nasty(value: Any, word: str, keys: Collection[str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: nasty(child, word, keys, name) for name, child in value.items()}
    if isinstance(value, list):
        return [nasty(child, word, keys, key) for child in value]
    return f"{value} {word}"[:190] if isinstance(value, str) and key in keys else value


def leaves() -> set[str]:
    """Every command that does something, by its words."""
    found: set[str] = set()

    def visit(command: Any, words: str) -> None:
        children = getattr(command, "commands", None)
        for name, child in (children or {}).items():
            visit(child, f"{words} {name}")
        if not children:
            found.add(words)

    for name, entry in COMMANDS.items():
        visit(typer.main.get_command(import_module(f"precall_cli.cli.{entry.module}").app), name)
    return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with hostile files, and a store of what came of them."""
    return make_scene(tmp_path_factory.mktemp("scene"), NASTY, TEXTS, NASTY)


def make_scene(folder: Path, word: str, keys: Collection[str], name: str) -> Path:
    """The scene with `word` planted in the texts under `keys`, in turns and log; `name` in ids and kinds."""
    brief = copy.deepcopy(BRIEF) | {
        "prior_calls": [{"call_id": "c0", "at": "2026-10-01T10:00:00Z", "contact_id": "con_9", "outcome": "stalled",
                         "contact_name": "Lee", "summary": "They talked", "facts": [
                             {"topic": "budget", "value": "40k", "told_at": "2026-10-01T10:00:00Z"}]}],
        "engaged_contacts": [{"contact_id": "con_9", "name": "Lee", "title": "CFO", "facts": [
            {"topic": "budget", "value": "40k", "told_at": "2026-10-01T10:00:00Z"}]}],
        "activity": [{"at": "2026-10-01T10:00:00Z", "kind": "page_view", "detail": "pricing"}],
    }  # fmt: skip
    hostile = nasty(brief, word, keys)
    for file, document in (
        ("brief.json", hostile),
        ("second.json", hostile | {"brief_id": f"brf_2 {name}"[:190]}),
    ):
        (folder / file).write_text(json.dumps(document), "utf-8")
    (folder / "briefs.jsonl").write_text(json.dumps(hostile) + '\n{"\x1b[2J": 1}\n', "utf-8")
    (folder / "bad.json").write_text(json.dumps(hostile | {f"x{word}": 1, "dnc": {"listed": word}}), "utf-8")
    calls = CALL.replace("About twelve.", f"About twelve. {word}".replace("\n", " ").replace("\r", " "))
    (folder / "call.txt").write_text(
        calls.replace("By January.", "By \x1b[31mJanuary \u202e."), "utf-8", newline=""
    )
    made = run("plan", "create", "brief.json", "--now", NOW, "--json", cwd=folder)
    assert made.code == 0, made.err
    (folder / "plan.json").write_text(made.out, "utf-8")
    plan = made.document["plan_id"]
    turns = [{"i": i, "speaker": "contact" if i % 2 else "agent", "text": line.partition(": ")[2] + word}
             for i, line in enumerate(CALL.splitlines())]  # fmt: skip
    transcript = {"schema": "precall.transcript/1", "call_id": "call_1", "plan_id": plan, "turns": turns,
                  "started_at": "2026-10-06T18:23:00Z", "source": name[:40]}  # fmt: skip
    (folder / "call.json").write_text(json.dumps(transcript), "utf-8")
    log = {"call_id": "call_1", "plan_id": plan, "note": word, "plan_deviation_reasons": [
        {"item": "q1", "reason": "other", "note": word, "type": f"odd {name}"[:80]}]}  # fmt: skip
    (folder / "log.json").write_text(json.dumps(log), "utf-8")
    (folder / "outcomes.jsonl").write_text(
        json.dumps(log) + "\n" + json.dumps({"call_id": name[:60]}), "utf-8"
    )
    pair = {"id": name[:40], "plan": made.document, "transcript": transcript}
    (folder / "pairs.jsonl").write_text(json.dumps(pair) + "\n" + json.dumps({"id": name}) + "\n", "utf-8")
    (folder / "playbook.toml").write_text('title = "\\u001b[2J"\n[seller]\ncompany = "\\u009b31m"\n', "utf-8")
    (folder / "bad_policy").mkdir()
    (folder / "bad_policy" / "inbound.toml").write_text('"\\u001b[2J" = 1\ntitle = "\\u202e"\n', "utf-8")
    assert run("outcome", "import", "outcomes.jsonl", "--now", NOW, cwd=folder).code == 0
    assert run("audit", "call.json", "--log", "log.json", cwd=folder).code == 0
    shutil.copytree(FIXTURES / "triggers", folder / "triggers")
    return folder


WALK: dict[str, list[list[str]]] = {
    "demo": [["--short"]], "init": [["made"]], "settings": [[], ["--config", "bad.json"]], "schema": [["brief"]],
    "brief check": [["brief.json", "bad.json", "no\x1b[2J\u202e.json"]],
    "brief build": [["brief.json", "--from", "hubspot"]],
    "plan create": [["brief.json", "--now", NOW], ["bad.json"], ["brief.json", "--agent", NASTY],
                    ["brief.json", "--now", "2026-10-06T04:00:00Z"], ["brief.json", "--now", NASTY]],
    "plan batch": [["briefs.jsonl", "--now", NOW]], "plan refresh": [["--briefs", "briefs.jsonl", "--now", NOW]],
    "plan costs": [[]], "plan check": [["plan.json", "bad.json"]],
    "plan show": [["pln_", "--why"], [NASTY]], "plan list": [[]], "plan diff": [["plan.json", "plan.json"]],
    "account show": [["acc_100"], [NASTY]], "compose": [["plan.json", "--no-store"], [NASTY]],
    "playbook check": [["playbook.toml"]], "policy list": [[]], "policy show": [["inbound"], [NASTY]],
    "policy check": [["bad_policy"]], "policy diff": [["inbound", "bad_policy/inbound.toml"]],
    "policy enable": [["inbound", "--who", NASTY]], "policy disable": [["inbound", "--who", NASTY, "--why", NASTY]],
    "policy sign": [["inbound", "--role", "Product", "--who", NASTY, "--note", NASTY]],
    "policy unsign": [["inbound", "--role", "Product", "--who", NASTY, "--why", NASTY]],
    "policy dry-run": [["triggers", "--now", NOW]], "policy replay": [["--now", NOW]],
    "policy simulate": [["--contacts", "5"]],
    "audit": [["call.json", "--log", "log.json"], ["call.txt", "--plan", "plan.json"], ["bad.json"]],
    "audit-diff": [["call_1"], ["call_1", "--fresh"], [NASTY]],
    "audit-pairs": [["pairs.jsonl", "-o", "-"], ["pairs.jsonl", "-o", "out.jsonl"]],
    "why": [["call_1", "--turn", "4"], ["call_1", "how many"], [NASTY, NASTY]],
    "review next": [["--who", "me", "--plain", "--now", NOW]], "review show": [["call_1"], [NASTY]],
    "review decide": [["call_1", "--who", NASTY[:60], "--confirm", "--now", NOW]],
    "review dispute": [["call_1", "--who", "me", "--item", "q1", "--reason", NASTY, "--now", NOW]],
    "review agreement": [[]], "review export-fixture": [["call_1", "exported"]],
    "rate": [["--now", NOW], ["--by", "type", "--now", NOW]],
    "outcome log": [["call_1", "--reason", "other", "--note", NASTY, "--now", NOW]],
    "outcome list": [[]], "outcome import": [["outcomes.jsonl", "--now", NOW], ["bad.json"]],
    "transcript convert": [["call.json", "--to", "text"], ["call.txt", "--to", "vtt"], ["call.txt"]],
    "transcript formats": [[]], "check": [[str(FIXTURES), "--case", "concierge-moved", "--no-cache"], ["bad_policy"]],
    "bless": [["bad_policy"]], "verify": [[], ["--since", NASTY]], "db info": [[]],
    "db migrate": [["--now", NOW]], "db backup": [["copy.db"], ["copy\x1b[2J.db"]],
    "db export": [["--to", "out", "--redact"]], "db import": [["out.jsonl", "--now", NOW]],
    "db forget": [["--contact", NASTY, "--who", "a", "--why", "b"], ["--contact", "con_100", "--who", NASTY[:60],
                                                                    "--why", NASTY, "--now", NOW]],
}  # fmt: skip


@pytest.mark.parametrize("how", ["csv", "jsonl"])
def test_no_table_acts_on_standard_output_or_in_a_file(scene: Path, tmp_path: Path, how: str) -> None:
    wanted = ("db", "export", "--format", how, "--db", str(scene / "precall.db"))
    assert run(*wanted, "--to", "all", cwd=tmp_path).code == 0
    found = sorted((tmp_path / "all").iterdir())
    assert len(found) > 15
    seen = ""
    for file in found:
        text = file.read_bytes().decode()
        checked(Run(0, text, ""), (how, file.name))
        seen += text
        printed = run(*wanted, "--to", "-", "--table", file.stem, cwd=tmp_path)
        assert printed.code == 0
        assert printed.out == text, file.name
    assert NASTY.partition(" ")[0] not in seen
    assert "\\x1b]52;c;aGk=" in seen if how == "csv" else "\\u001b]52;c;aGk=" in seen


def test_forms_for_standard_output_are_inert(scene: Path) -> None:
    kinds = run("schema", "nope", cwd=scene).err.partition("one of")[2]
    names = [word.strip(" '.\n") for word in kinds.split(",")] or ["brief"]
    export = {"results": [{"id": "1", "properties": {"firstname": NASTY, "lastname": NASTY, "phone": NASTY,
                           "email": NASTY, "company": NASTY, "notes": NASTY}}]}  # fmt: skip
    (scene / "crm.json").write_text(json.dumps(export), "utf-8")
    (scene / "crm.csv").write_text(
        "Record ID,First Name,Last Name,Phone Number,Email,Notes\n1," + ",".join(
            '"' + NASTY.replace('"', '""').replace("\r", "") + '"' for _ in range(5)) + "\n", "utf-8", newline="",
    )  # fmt: skip
    commands: list[list[str]] = [
        *(["schema", name] for name in names if name.isidentifier()),
        *(["transcript", "convert", "call.json", "--to", to, "-o", "-"] for to in ("json", "text", "vtt")),
        *(["rate", "--csv", "--by", by, "--now", NOW] for by in ("agent", "type", "item")),
        *(["brief", "build", name, "--from", "hubspot", *json_flag] for name in ("crm.json", "crm.csv")
          for json_flag in ([], ["--json"])),
        ["compose", "plan.json", "--brief", "brief.json", "--as", "json"], ["compose", "plan.json", "--as", "text"],
        ["check", str(FIXTURES), "--case", "concierge-moved", "--no-cache", "--github"],
    ]  # fmt: skip
    for command in commands:
        done = run(*command, cwd=scene)
        assert done.code in (0, 1, 2), (command, done)
        checked(done, command)
        assert not (scene / "-").exists(), command
    for command in (
        ["rate", "--html", "-"],
        ["audit", "call.json", "--html", "-"],
        ["audit", "call.json", "--junit", "-"],
        ["check", str(FIXTURES), "--junit", "-"],
    ):
        done = run(*command, cwd=scene)
        assert (done.code, "no file name" in done.err) == (2, True), (command, done)
        assert not (scene / "-").exists(), command


def test_the_walk_knows_every_command() -> None:
    assert set(WALK) >= leaves(), f"add to WALK: {leaves() - set(WALK)}"


def checked(done: Run, what: object) -> None:
    for stream in (done.out, done.err):
        found = ACTS.search(stream)
        assert found is None, (what, found, stream[max(0, found.start() - 80) : found.end() + 20])
        assert not re.search(r"^::(?!stop-commands|add-mask)", stream, re.M) or "--github" in str(what), what
    assert "Traceback" not in done.err and "internal error" not in done.err, (what, done.err)


@pytest.mark.parametrize("command", WALK)
def test_nothing_that_acts_comes_out(scene: Path, command: str) -> None:
    for arguments in WALK[command]:
        for further in ([], ["--json"]):
            done = run(*command.split(), *arguments, *further, cwd=scene)
            assert done.code in (0, 1, 2, 3, 4, 5), (command, arguments, done)
            checked(done, (command, arguments, further))
