"""Settings: which of four places wins, where each value came from, and every fault at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.settings import Settings, parse_fail_on, read_settings

FILE = """\
db = "data/calls.db"
policies = "policies"

[transcripts]
agent_speaker = ["Ava", "channel 1"]

[limits]
max_turns = 500

[audit]
fail_on = "major"

[planning]
engine = "claude"
"""


def problems_of(cwd: Path, environ: dict[str, str], **flags: object) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read_settings(cwd, environ, flags)
    return [f"{p.pointer} | {p.problem}" for p in caught.value.problems]


def test_out_of_the_box(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {}, {})
    assert settings == Settings(db=tmp_path / "precall.db")
    assert {origin for name, _, origin in settings.rows() if name != "api_key"} == {"default"}


def test_flags_beat_the_environment_which_beats_the_file_which_beats_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "precall.toml").write_text(FILE)
    environ = {
        "PRECALL_DB": "env.db",
        "PRECALL_AGENT_SPEAKER": "Bot, SPEAKER_01",
        "PRECALL_PLAYBOOK": "/etc/playbook.toml",
        "PRECALL_POLICIES": "",
    }
    settings = read_settings(tmp_path, environ, {"db": Path("flag.db"), "fail_on": None, "agent_speaker": []})
    assert settings.db == tmp_path / "flag.db"
    assert settings.policies == tmp_path / "policies"
    assert settings.playbook == Path("/etc/playbook.toml")
    assert settings.agent_speaker == ("Bot", "SPEAKER_01")
    assert (settings.max_turns, settings.fail_on, settings.engine) == (500, "major", "claude")
    assert {name: origin for name, _, origin in settings.rows()} == {
        "db": "--db",
        "policies": "precall.toml:2",
        "playbook": "environment PRECALL_PLAYBOOK",
        "agent_speaker": "environment PRECALL_AGENT_SPEAKER",
        "contact_speaker": "default",
        "max_bytes": "default",
        "max_depth": "default",
        "max_digits": "default",
        "max_turns": "precall.toml:8",
        "fail_on": "precall.toml:11",
        "engine": "precall.toml:14",
        "record": "default",
        "replay": "default",
        "prices": "default",
        "layers": "default",
        "roles": "default",
        "allow_unadopted": "default",
        "distinct_signers": "default",
        "api_key": "environment ANTHROPIC_API_KEY",
    }


def test_another_file_can_be_named_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "team.toml").write_text(FILE)
    (tmp_path / "precall.toml").write_text("nonsense")
    settings = read_settings(tmp_path, {}, {"config": "etc/team.toml"})
    assert settings.db == tmp_path / "etc" / "data" / "calls.db"
    assert settings.origins["db"] == "etc/team.toml:1"
    with pytest.raises(BadInput, match="is no file") as caught:
        read_settings(tmp_path, {}, {"config": "absent.toml"})
    assert caught.value.place == "absent.toml"


def test_every_fault_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "precall.toml").write_text(
        'db = 3\n[limits]\nmax_bytes = "big"\nmax_turns = true\nmax_words = 9\n[audit]\nfail_on = 1.5\n'
    )
    assert problems_of(tmp_path, {"PRECALL_ENGINE": "gpt"}, max_turns=0) == [
        "precall.toml:1: db | must be a path",
        "precall.toml:3: limits.max_bytes | must be a whole number above 0",
        "precall.toml:4: limits.max_turns | must be a whole number above 0",
        "precall.toml:7: audit.fail_on | must be critical, major, minor, info, a rate like 0.2"
        " or a percentage like 20%",
        "precall.toml:5: limits.max_words | is no setting",
        "environment PRECALL_ENGINE | must be offline or claude",
        "--max-turns | must be a whole number above 0",
    ]


def test_a_file_that_is_no_toml_or_no_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "precall.toml"
    path.write_text("db = 'x'\nfail_on =\n")
    with pytest.raises(BadInput) as caught:
        read_settings(tmp_path, {}, {})
    assert caught.value.place == "precall.toml:2:10"
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(BadInput, match="is no file"):
        read_settings(tmp_path, {}, {})


def test_the_key_is_only_ever_set_or_not_set(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"ANTHROPIC_API_KEY": "sk-canary"}, {})
    assert settings.api_key_set
    assert settings.rows()[-1] == ("api_key", "set", "environment ANTHROPIC_API_KEY")
    assert "canary" not in f"{settings!r}{settings.rows()}"
    assert read_settings(tmp_path, {}, {}).rows()[-1][1] == "not set"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("critical", "critical"),
        ("info", "info"),
        ("0.2", 0.2),
        ("20%", 0.2),
        ("100%", 1.0),
        (0, 0.0),
        ("1", 1.0),
    ],
)
def test_a_threshold_is_a_severity_or_a_rate(text: object, value: object) -> None:
    assert parse_fail_on(text) == value


@pytest.mark.parametrize("text", ["", "worst", "1.1", "101%", "-1", "nan", "٣%", True, None, "20"])
def test_anything_else_is_no_threshold(text: object) -> None:
    with pytest.raises(ValueError, match="must be critical"):
        parse_fail_on(text)


def test_who_signs_and_whether_unadopted_versions_go_live(tmp_path: Path) -> None:
    (tmp_path / "precall.toml").write_text("[rollout]\nroles = ['Legal']\nallow_unadopted = true\n")
    settings = read_settings(tmp_path, {"PRECALL_ALLOW_UNADOPTED": "false"}, {})
    assert (settings.roles, settings.allow_unadopted) == (("Legal",), False)
    assert read_settings(tmp_path, {"PRECALL_ROLES": "Sales, Legal"}, {}).roles == ("Sales", "Legal")
    (tmp_path / "precall.toml").write_text("[rollout]\nroles = []\nallow_unadopted = 'yes'\n")
    assert [line.rpartition(" | ")[2] for line in problems_of(tmp_path, {})] == [
        'must be a list of roles, like ["Product", "Engineering"]',
        "must be true or false",
    ]
