"""The playbook file: what it accepts, and how its problems are told: at once, with key path and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from precall_cli.errors import BadInput
from precall_cli.planner import default_playbook_text, load_playbook


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = default_playbook_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "playbook.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_text_gives_the_built_in_playbook(tmp_path: Path) -> None:
    path = changed(tmp_path)
    assert load_playbook(path) == load_playbook() and load_playbook(path).digest() == load_playbook().digest()


def test_an_edit_changes_digest_and_label(tmp_path: Path) -> None:
    mine = load_playbook(changed(tmp_path, ('company = "Northwind"', 'company = "Tidewater"')))
    assert mine.seller.company == "Tidewater"
    assert mine.digest() != load_playbook().digest() and mine.label != load_playbook().label
    assert mine.label.startswith("2026.1 (")


def test_all_problems_are_told_at_once_with_their_key_paths(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        (
            'question = "What made you get in touch with us now?"',
            'question = "What made you get in touch, {firstname}?"',
        ),
        ('leads_for = ["operations"]', 'leads_for = ["operation"]'),
        ('topics = ["attendees", "preparation"]', 'topics = ["attendees", "preparations"]'),
        ('id = "wrong_person"', 'id = "opt_out"'),
    )
    with pytest.raises(BadInput) as caught:
        load_playbook(path)
    assert caught.value.place == str(path)
    found = {p.pointer: f"{p.problem} {p.mend}" for p in caught.value.problems}
    assert "{firstname} is no placeholder here" in found["questions[0] (why_now).question"]
    assert "{first}" in found["questions[0] (why_now).question"]
    assert "no group 'operation'" in found["questions[7] (calls_today).leads_for"]
    assert "no question has the topic 'preparations'" in found["agendas[0] (meeting).topics[1]"]
    assert "stands twice" in found["stops[1] (opt_out).id"]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ('version = "2026.1"', "version = 2026-01-01", "version", "date"),
        ('version = "2026.1"', "version = 1.5", "version", "whole number"),
        (
            "trivial = true\ncondition",
            "trivial = 1\ncondition",
            "stops[0] (opt_out).trivial",
            "true or false",
        ),
        ('id = "opt_out"', 'id = "opt_out"\nseverity = 3', "stops[0] (opt_out).severity", "no field"),
        ("deep = {", "profound = {", "depths", "deep"),
        (
            'statement = "Find out what {name} needs',
            'statement = "Find {ae} what {name} needs',
            "objectives[16] (any)",
            "{ae}",
        ),
        ('handling = "take_up_again"', 'handling = "Take Up"', "raised_before.handling", "match"),
        ('company = "Northwind"', 'company = "North}wind"', "", "ok"),
    ],
)
def test_each_fault_names_its_place(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    path = changed(tmp_path, (old, new))
    if what == "ok":
        assert load_playbook(path).seller.company == "North}wind"
        return
    with pytest.raises(BadInput) as caught:
        load_playbook(path)
    problems = [f"{p.pointer}: {p.problem} {p.mend}" for p in caught.value.problems]
    assert any(where in p and what in p for p in problems), problems


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = ", b"a = 1\na = 2", b"\x00", b"[x]\n"])
def test_what_is_no_playbook_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load_playbook(path)
    assert str(path) in str(caught.value)


def test_a_folder_or_nothing_is_no_playbook(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.toml"):
        with pytest.raises(BadInput, match=r"is a folder|no such file"):
            load_playbook(path)
