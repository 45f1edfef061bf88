"""What it costs to start: CPU of `precall` against `python -c pass` and a bare Typer command, as ratios.

    .venv/bin/python benchmarks/start_up.py [--runs 15]

Each command runs in turn with its yardstick; the median of the paired ratios counts. The audited call has
25 plan items and 1 or 100 turns, made here: the first is what the model's load costs, the rest is the work.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TOPICS = (
    "team size", "budget", "timeline", "current vendor", "decision maker", "number of sites", "call volume",
    "contract end", "main problem", "integrations", "after-hours calls", "missed calls",
)  # fmt: skip
BARE = "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None: print('done')\napp()"


def cpu_of(command: list[str], cwd: Path) -> float:
    """CPU seconds, user and system, of one run of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def ratio(command: list[str], yardstick: list[str], cwd: Path, runs: int) -> tuple[float, float]:
    """Median of the paired ratios, and the command's median CPU seconds."""
    pairs = [(cpu_of(command, cwd), cpu_of(yardstick, cwd)) for _ in range(runs + 1)][1:]
    return statistics.median(a / b for a, b in pairs), statistics.median(a for a, _ in pairs)


def items(kind: str, texts: tuple[str, ...], **words: str) -> list[dict[str, str]]:
    """Plan items of one kind, a field for each of `words` with the text put into it."""
    return [
        {"id": f"{kind}{number}", **{field: words[field].format(text) for field in words}}
        for number, text in enumerate(texts)
    ]


def write_call(folder: Path, turns: int) -> None:
    """A plan of 25 items and a call of `turns` turns that asks some of it."""
    plan = {
        "schema": "precall.plan/1",
        "agent": "inbound",
        "objective": {"id": "objective", "type": "book_meeting", "statement": "Book a call with Sam Ortiz"},
        "opening": {
            "id": "opening",
            "strategy": "trigger",
            "line": "You asked about call routing on our site.",
        },
        "disclosures": [{"id": "d1", "text": "I'm an AI assistant and this call is recorded"}],
        "qualification": items("q", TOPICS, question="Could you tell me about the {}?"),
        "objections": items("o", TOPICS[:4], objection="We worry about the {}", response="Ask about the {}"),
        "next_steps": items("n", ("a call", "a guide", "a trial"), step="{}", ask="Shall we do {}?"),
        "stop_conditions": items(
            "s", ("opts out", "drives", "is a child"), condition="Contact {}", action="End"
        ),
    }
    said = [
        ("agent", f"Could you tell me about the {TOPICS[i % len(TOPICS)]}?")
        if i % 2 == 0
        else ("contact", f"Well, about {i} or so, since spring.")
        for i in range(turns)
    ]
    spoken = [{"i": i, "speaker": who, "text": text} for i, (who, text) in enumerate(said)]
    call = {"schema": "precall.transcript/1", "call_id": "bench", "turns": spoken}
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "call.json").write_text(json.dumps(call))


def main() -> None:
    """Prints the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=15)
    runs = options.parse_args().runs
    precall, nothing, bare = (
        [str(Path(sys.executable).with_name("precall"))],
        [sys.executable, "-c", "pass"],
        [sys.executable, "-c", BARE],
    )
    audit = [*precall, "audit", "call.json", "--plan", "plan.json", "--json"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"Python {sys.version.split()[0]}, {runs} paired runs, medians of CPU\n")
        print("| command | against | ratio | CPU s |\n|---|---|---|---|")
        for shown, command, against, yardstick in (
            ("precall --version", [*precall, "--version"], "python -c pass", nothing),
            ("precall --help", [*precall, "--help"], "python -c pass", nothing),
            ("a bare Typer command", bare, "python -c pass", nothing),
        ):
            times, seconds = ratio(command, yardstick, folder, runs)
            print(f"| {shown} | {against} | {times:.2f} | {seconds:.3f} |")
        for turns in (1, 100):
            write_call(folder, turns)
            times, seconds = ratio(audit, bare, folder, runs)
            print(
                f"| audit of 25 items × {turns} turns | a bare Typer command | {times:.2f} | {seconds:.3f} |"
            )


if __name__ == "__main__":
    main()
