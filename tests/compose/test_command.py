"""`precall compose` as it is typed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from tests.cli.command import NOW, brief, precall, write
from tests.compose.small_calls import CALLS


def test_a_stored_plan_becomes_the_text_whose_bytes_have_the_digest(tmp_path: Path) -> None:
    write(tmp_path / "b.json", brief())
    plan = precall("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    run = precall("compose", plan["plan_id"][:9], cwd=tmp_path)
    assert run.code == 0
    digest = "sha256:" + hashlib.sha256(run.out.encode()).hexdigest()
    assert digest in run.err
    first = precall("compose", plan["plan_id"], "--as", "json", cwd=tmp_path)
    again = precall(
        "compose", plan["plan_id"], "--json", cwd=tmp_path, PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C"
    )
    assert first.out == again.out
    document = first.document
    assert document["schema"] == "precall.instructions/1"
    assert (document["text"], document["digest"]) == (run.out, digest)
    assert [block["layer"] for block in document["blocks"]] == ["L1", "L2", "L3", "L4", "L4.5", "L5"]


def test_files_work_without_a_store_and_the_wrong_brief_is_refused(tmp_path: Path) -> None:
    plan, known = CALLS["inbound"]
    write(tmp_path / "b.json", known.document())
    write(tmp_path / "p.json", plan.document() | {"brief_digest": known.digest()})
    write(tmp_path / "other.json", known.document() | {"brief_id": "brf_other"})
    run = precall("compose", "p.json", "--brief", "b.json", "--budget", "1000", "--as", "json", cwd=tmp_path)
    assert run.code == 0 and run.document["tokens"] <= 1000
    assert run.document["dropped"] and run.document["brief_id"] == "brf_1"
    wrong = precall("compose", "p.json", "--brief", "other.json", cwd=tmp_path)
    assert (wrong.code, wrong.out) == (2, "") and "other.json" in wrong.err
    alone = precall("compose", "p.json", cwd=tmp_path)
    assert alone.code == 0 and "no brief was given" in alone.err
    assert not list(tmp_path.glob("*.db"))


def test_a_conflict_of_layers_is_exit_2_with_both_lines(tmp_path: Path) -> None:
    write(tmp_path / "p.json", json.dumps(CALLS["inbound"][0].document()))
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine" / "l2_company.toml", 'forbid = ["pricing"]\n')
    write(tmp_path / "mine" / "l4_campaign.toml", '\n\nallow = ["pricing \u202e"]\n')
    run = precall("compose", "p.json", "--layers", "mine", cwd=tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "mine/l4_campaign.toml:3" in run.err and "mine/l2_company.toml:1" in run.err
    assert "\u202e" not in run.err
