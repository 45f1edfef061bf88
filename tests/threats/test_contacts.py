"""Every command over a brief and a call in which people name phones and addresses: who is shown them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.inside import run
from tests.threats.test_walk import NASTY, WALK, make_scene

SPOKEN = " ring +1 555-0142, +15550142, (555) 0142, 555.0142, 1-555-0142, mail dana.canary@ferry.example "
PLANTED = re.compile(r"555[\s.()-]*0142|canary", re.IGNORECASE)
NUMBER = re.compile(r"555[\s.()-]*0142")
OF_THE_BRIEF = re.compile(r"210\W*555\W*0147")
"""The contact's own phone, which stands in a field: no view shows it."""
VIEWS = {
    "plan create", "plan show", "account show", "audit", "audit-diff", "audit-pairs", "why", "review next",
    "review show", "outcome list", "transcript convert",
}  # fmt: skip
"""They show the record itself, to whoever may read it, word for word; all others show nothing of it."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_scene(tmp_path_factory.mktemp("spoken"), SPOKEN, {"detail", "summary", "value"}, "plain name")


@pytest.mark.parametrize("command", WALK)
def test_phones_and_addresses_stay_in_the_record(scene: Path, command: str) -> None:
    for arguments in WALK[command]:
        if any(NASTY[:20] in argument for argument in arguments):
            continue
        for further in ([], ["--json"]):
            done = run(*command.split(), *arguments, *further, cwd=scene)
            what = (command, arguments, further)
            assert not PLANTED.search(done.err), (what, done.err)
            assert not OF_THE_BRIEF.search(done.out + done.err), what
            if command == "compose":
                assert not NUMBER.search(done.out), (what, done.out)
            elif command not in VIEWS:
                assert not PLANTED.search(done.out), (what, done.out)


def test_what_a_build_or_another_is_handed_has_none(scene: Path) -> None:
    commands = (
        ["audit", "call.json", "--log", "log.json", "--junit", "audits.xml"],
        ["review", "decide", "call_1", "--who", "me", "--confirm"],
        ["review", "export-fixture", "call_1", "cases"],
        ["db", "export", "--to", "masked", "--redact"],
    )
    for command in commands:
        done = run(*command, cwd=scene)
        # A call whose audit hears the numbers is refused as a fixture, and then nothing is written.
        assert done.code in (0, 1) or (command[1] == "export-fixture" and "Nothing was written" in done.err)
    files = [scene / "audits.xml", *(scene / "masked").iterdir(), *(scene / "cases").rglob("*.*")]
    assert len(files) > 15
    for file in files:
        assert not OF_THE_BRIEF.search(file.read_text("utf-8")), file
    for file in (scene / "audits.xml", *(scene / "masked").iterdir()):
        assert not PLANTED.search(file.read_text("utf-8")), file
    assert "[phone]" in (scene / "audits.xml").read_text("utf-8")
    for file in (scene / "cases").rglob("*.*"):
        assert not re.search(r"dana\.canary|555-0142", file.read_text("utf-8")), file


def test_messages_of_a_crm_name_no_number(tmp_path: Path) -> None:
    person = {"firstname": "Dana", "lastname": "Reyes", "phone": "(210) 555-0142", "company": "Ferry Lane"}
    export = {"results": [{"id": "1", "properties": person}]}
    (tmp_path / "crm.json").write_text(json.dumps(export), "utf-8")
    done = run("brief", "build", "crm.json", "--from", "hubspot", cwd=tmp_path)
    assert "has no country code" in done.err and "'[phone]'" in done.err, done
    assert "555-0142" not in done.out + done.err
