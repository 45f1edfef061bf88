"""Coverage-guided fuzzing of the readers: transcripts, JSON, TOML, logs, runtime databases' rows.

    pip install atheris
    python benchmarks/fuzz.py --seconds 300            all targets in turn
    python benchmarks/fuzz.py --target transcript -- -max_len=4096

Whatever bytes come, a reader gives a record or one PrecallError, within two seconds. What atheris finds is
written to `crash-…` here and ends the run: make a test of it. The seeds are the shipped cases.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def transcript(data: bytes) -> None:
    from precall_cli.transcripts import read_transcripts

    for call in read_transcripts(data, "fuzz"):
        call.canonical()


def brief(data: bytes) -> None:
    from precall_cli.records.brief import Brief

    Brief.from_json(data, "fuzz").canonical()


def log(data: bytes) -> None:
    from precall_cli.records.outcome import parse_reasons

    parse_reasons(data, "fuzz", lines=data[:1] == b"{")


def toml(data: bytes) -> None:
    from precall_cli.records.toml_text import parse_toml

    parse_toml(data, "fuzz")


def mark(data: bytes) -> None:
    from precall_cli.records.deviation_mark import find_marks, read_tool_call

    text = data.decode("utf-8", "replace")
    list(find_marks(text, 1))
    read_tool_call(text, 1)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "transcript": transcript, "brief": brief, "log": log, "toml": toml, "mark": mark,
}  # fmt: skip
SEEDS = {
    "transcript": ["fixtures/*/transcript.*", "tests/transcripts/**/*.json", "tests/transcripts/**/*.vtt"],
    "brief": ["fixtures/*/brief.json"], "log": ["fixtures/*/log.json*"], "toml": ["fixtures/*/expect.toml"],
    "mark": [],
}  # fmt: skip


def fuzz(name: str, further: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["precall_cli", "webvtt", "srt"]):
        import precall_cli.transcripts  # noqa: F401 - loaded here to be instrumented
        from precall_cli.errors import PrecallError

    def once(data: bytes) -> None:
        try:
            TARGETS[name](data)
        except PrecallError as error:
            assert str(error).strip()

    atheris.Setup([sys.argv[0], *further], once)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", choices=[*TARGETS])
    parser.add_argument("--seconds", type=int, default=300, help="in all, shared by the targets")
    parser.add_argument("further", nargs="*", help="after --: arguments of libFuzzer")
    given = parser.parse_args()
    if given.target:
        fuzz(given.target, given.further)
        return
    shares = {name: 0.6 if name == "transcript" else 0.1 for name in TARGETS}
    for name, share in shares.items():
        with tempfile.TemporaryDirectory() as corpus:
            found = [path for pattern in SEEDS[name] for path in ROOT.glob(pattern)]
            for number, path in enumerate(found):
                (Path(corpus) / f"{number}").write_bytes(path.read_bytes()[:20_000])
            seconds = max(5, int(given.seconds * share))
            print(f"== {name}: {len(found)} seeds, {seconds} s", flush=True)
            command = [sys.executable, __file__, "--target", name, "--", corpus,
                       f"-max_total_time={seconds}", "-max_len=8000", "-timeout=10", "-print_final_stats=1"]  # fmt: skip
            if subprocess.run(command, check=False).returncode:
                sys.exit(f"{name}: found something")


if __name__ == "__main__":
    main()
