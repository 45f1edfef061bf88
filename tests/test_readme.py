"""Every command of the README runs, in its order, on what is here."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from tests.cli.inside import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Arguments of each `precall …` line, as a shell would part them."""
    text = "\n".join(blocks("sh")).replace("\\\n", " ")
    return [shlex.split(line, comments=True)[1:] for line in text.splitlines() if line.startswith("precall ")]


def lay_out(folder: Path) -> None:
    """What the README speaks of as a file of one's own."""
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    (folder / "tests").symlink_to(ROOT / "tests")
    (folder / "new.toml").write_text(blocks("toml")[0])
    (folder / "outcomes.jsonl").write_text('{"call_id": "call_2001", "disposition": "meeting_booked"}\n')
    brief = json.loads((ROOT / "fixtures" / "cold_list-gatekeeper" / "brief.json").read_text())
    (folder / "tonight.jsonl").write_text(json.dumps(brief) + "\n")
    skipped = ROOT / "fixtures" / "inbound-skipped-question"
    made = run("plan", "create", skipped / "brief.json", "--now", "2026-11-19T10:15:40Z", "--json",
               "--db", "other.db", cwd=folder)  # fmt: skip
    (folder / "plan.json").write_text(made.out)
    pair = {"id": "one", "plan": made.document}
    pair["transcript"] = json.loads((skipped / "transcript.json").read_text())
    (folder / "pairs.jsonl").write_text(json.dumps(pair) + "\n")


def test_every_command_runs_as_it_is_written(tmp_path: Path) -> None:
    lay_out(tmp_path)
    said = []
    for line in commands():
        words = [part for word in line for part in (_matching(word) if "*" in word else [word])]
        words = ["3000" if word == "1000000" else word for word in words]
        done = run(*words, cwd=tmp_path)
        assert done.code in (0, 1), f"{shlex.join(line)}: {done.code}\n{done.err}"
        said.append(done.out)
    shown = " ".join("".join(said).split())
    for quoted in ("pln_6aa3c9b170ac7c30c083 · inbound · offline, lightweight, at call", "verdict PASS",
                   "live plan 20 ms of 4,000 ms · dial after 16.2 s of 60 s · cost 0 USD"):  # fmt: skip
        assert quoted in README and quoted in shown


def _matching(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
