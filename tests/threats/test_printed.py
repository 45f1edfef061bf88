"""What is printed in bulk: no line of it is a command to a CI runner, and much of it is printed in time."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from precall_cli.report.console import line, make_console
from precall_cli.report.layout import hanging, split
from tests.cli.inside import run


@pytest.mark.parametrize(
    "key", ["\r\n::error::x", "\n \t::set-output name=a::b", "::warning::x", "a ##[error]x"]
)
def test_no_line_of_many_is_a_command(capsys: pytest.CaptureFixture[str], key: str) -> None:
    shown = list(hanging(line("error   "), line((key, "cyan")), 8, 80))
    console = make_console(width=80)
    console.print(*shown, sep="\n")
    console.print(line("a\n", (" ", "red"), (key.strip(), "cyan")))
    rows = capsys.readouterr().out.splitlines()
    assert not [row for row in rows if row.lstrip().startswith("::") or "##[" in row]


def test_a_key_of_a_campaign_is_no_command(tmp_path: Path) -> None:
    campaigns = tmp_path / "policies" / "campaigns"
    campaigns.mkdir(parents=True)
    (campaigns / "x.toml").write_text('agents = ["inbound"]\n"\\r\\n::error::x" = "x"\n', "utf-8")
    done = run("policy", "check", "policies", cwd=tmp_path)
    assert "error::x" in done.out
    assert not [row for row in done.out.splitlines() if row.lstrip().startswith("::")], done.out


@pytest.mark.parametrize(
    "text", ["", " ", "a ", "exactly 20 cells now", "more than 20 cells in it", "a\nb", "a\tb"]
)
def test_what_fits_is_split_as_by_wrapping(text: str) -> None:
    from rich.console import Console

    wrapped = [part.plain.rstrip() for part in Text(text).wrap(Console(width=20), 20)]
    assert [part.plain for part in split(Text(text), 20)] == wrapped
