"""Policies through the command: who signed what, who switched whom off, and what a change is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import NOW, brief, write
from tests.cli.inside import run

SIGNERS = (("Product", "Ada Park"), ("Engineering", "Bo Lind"), ("Founder", "Cy Moss"))


def team(cwd: Path, text: str = "[limits]\nquestions = 2\n", agent: str = "inbound") -> Path:
    """A folder with a team's own version of an agent, and the settings that name it."""
    (cwd / "policies").mkdir(exist_ok=True)
    (cwd / "policies" / f"{agent}.toml").write_text(f'agent = "{agent}"\n{text}')
    (cwd / "precall.toml").write_text('policies = "policies"\n')
    write(cwd / "b.json", brief())
    return cwd


def adoption(cwd: Path, agent: str = "inbound") -> dict[str, object]:
    listed = run("policy", "list", "--json", cwd=cwd).document
    found: dict[str, object] = next(each["adoption"] for each in listed if each["agent"] == agent)
    return found


def create(cwd: Path, *args: str, code: int = 0) -> str:
    done = run("plan", "create", "b.json", "--now", NOW, *args, cwd=cwd)
    assert done.code == code, done.err
    return done.out + done.err


def test_what_came_with_precall_is_adopted_and_so_is_an_untouched_copy(tmp_path: Path) -> None:
    assert adoption(tmp_path) == {"state": "adopted", "by_release": True, "signed": [],
                                  "missing": ["Product", "Engineering", "Founder"],
                                  "withdrawn": []}  # fmt: skip
    assert run("init", ".", cwd=tmp_path).code == 0
    write(tmp_path / "b.json", brief())
    assert adoption(tmp_path)["by_release"] is True
    create(tmp_path)


def test_a_changed_version_goes_live_only_when_every_role_has_signed_it(tmp_path: Path) -> None:
    team(tmp_path)
    said = create(tmp_path, code=2)
    assert "Proposed: Product, Engineering, Founder have not signed" in said
    assert "policy sign inbound --role Product" in said and "allow_unadopted = true" in said
    assert run("plan", "list", "--json", cwd=tmp_path).document == [], "nothing was stored"
    for number, (role, who) in enumerate(SIGNERS, start=1):
        done = run(
            "policy",
            "sign",
            "inbound",
            "--role",
            role.lower(),
            "--who",
            who,
            "--now",
            NOW,
            "--json",
            cwd=tmp_path,
        )
        assert (done.code, done.document["sign_off"]["role"]) == (0, role), done.err
        assert len(done.document["adoption"]["signed"]) == number
    assert [s["who"] for s in adoption(tmp_path)["signed"]] == [who for _, who in SIGNERS]  # type: ignore[attr-defined]
    create(tmp_path)
    shown = run("policy", "show", "inbound", cwd=tmp_path).out
    assert f"Founder signed by Cy Moss at {NOW}" in shown and "planning.model = not set  default" in shown
    assert run("db", "info", "--json", cwd=tmp_path).document["rows"]["sign_off"] == 3
    assert run("verify", cwd=tmp_path).code == 0
    team(tmp_path, "[limits]\nquestions = 1\n")
    create(tmp_path, code=2)


def test_who_signs_and_whether_it_matters_are_settings(tmp_path: Path) -> None:
    team(tmp_path)
    settings = (tmp_path / "precall.toml").read_text()
    (tmp_path / "precall.toml").write_text(settings + '[rollout]\nroles = ["Legal"]\n')
    assert run("policy", "sign", "inbound", "--role", "Founder", "--who", "Cy", cwd=tmp_path).code == 2
    assert run("policy", "sign", "inbound", "--role", "legal", "--who", "  ", cwd=tmp_path).code == 2
    assert "Legal has not signed" in run("policy", "list", cwd=tmp_path).out
    (tmp_path / "precall.toml").write_text(settings + "[rollout]\nallow_unadopted = true\n")
    create(tmp_path)
    assert "goes live all the same" in run("policy", "list", cwd=tmp_path).err


def test_a_signature_is_taken_back_by_a_row_of_its_own(tmp_path: Path) -> None:
    team(tmp_path)
    seconds = iter(range(10, 60))

    def sign(role: str, who: str, *flags: str, code: int = 0) -> str:
        args = ("--role", role, "--who", who, "--now", f"2026-10-06T18:22:{next(seconds)}Z", *flags)
        done = run("policy", "sign", "inbound", *args, cwd=tmp_path)
        assert done.code == code, done.err
        return done.out + done.err

    for role, who in SIGNERS:
        sign(role, who)
    create(tmp_path)
    assert "Founder has not signed; Cy Moss took back that of Founder" in sign(
        "founder", "Cy Moss", "--withdraw"
    )
    assert "no signature of Founder stands" in sign("Founder", "Cy Moss", "--withdraw", code=2)
    create(tmp_path, code=2)
    assert "Adopted" in sign("Founder", "Cy Moss")
    assert adoption(tmp_path)["state"] == "adopted"
    assert run("db", "info", "--json", cwd=tmp_path).document["rows"]["sign_off"] == 5
    assert run("verify", cwd=tmp_path).code == 0


def test_each_role_needs_another_person_where_the_settings_say_so(tmp_path: Path) -> None:
    team(tmp_path)
    for role, _ in SIGNERS:
        assert run("policy", "sign", "inbound", "--role", role, "--who", "Ada Park", cwd=tmp_path).code == 0
    assert adoption(tmp_path)["state"] == "adopted", "one person may wear every hat, unless told otherwise"
    with (tmp_path / "precall.toml").open("a") as file:
        file.write("[rollout]\ndistinct_signers = true\n")
    assert adoption(tmp_path)["missing"] == ["Engineering", "Founder"]
    again = run("policy", "sign", "inbound", "--role", "Founder", "--who", "ada  park", cwd=tmp_path)
    assert again.code == 2 and "has signed this version in another role" in again.err
    assert run("policy", "sign", "inbound", "--role", "Founder", "--who", "Cy", cwd=tmp_path).code == 0
    assert adoption(tmp_path)["missing"] == ["Engineering"]


def test_a_file_can_be_signed_before_it_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text('agent = "inbound"\n[limits]\nquestions = 2\n')
    for role, who in SIGNERS:
        assert run("policy", "sign", "new.toml", "--role", role, "--who", who, cwd=tmp_path).code == 0
    team(tmp_path)
    assert adoption(tmp_path)["state"] == "adopted"
    create(tmp_path)


def test_an_agent_is_switched_off_and_on_at_once_and_on_the_record(tmp_path: Path) -> None:
    write(tmp_path / "b.json", brief())
    who = ("--who", "Ada Park", "--now", NOW)
    assert run("policy", "disable", "inbound", "--why", "wrong prices", *who, cwd=tmp_path).code == 0
    off = run("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    assert off["planner"]["depth"] == "trivial" and off["qualification"] == []
    assert off["planner"]["fallback_reason"].startswith("the agent inbound was switched off by Ada Park")
    assert off["planner"]["fallback_reason"].endswith("wrong prices")
    listed = run("policy", "list", "--json", cwd=tmp_path).document[0]
    assert listed["enabled"] and "Ada Park" in listed["switched_off"]
    assert run("policy", "enable", "inbound", *who, cwd=tmp_path).code == 0
    on = run("plan", "create", "b.json", "--now", "2026-10-06T18:23:00Z", "--json", cwd=tmp_path).document
    assert on["planner"]["depth"] == "lightweight" and on["policy_digest"] == off["policy_digest"]
    assert run("db", "info", "--json", cwd=tmp_path).document["rows"]["switch"] == 2
    # The very same switch in the very same second is stored already: that it has no effect is said.
    again = run("policy", "disable", "inbound", "--why", "wrong prices", *who, cwd=tmp_path)
    assert again.code == 2 and "Run it again in a second" in again.err
    assert run("verify", cwd=tmp_path).code == 0


def test_off_wins_wherever_it_stands_and_needs_no_signature(tmp_path: Path) -> None:
    team(tmp_path, "enabled = false\n")
    assert adoption(tmp_path)["state"] == "adopted"
    assert "disabled by its policy" in create(tmp_path)
    done = run("policy", "enable", "inbound", "--who", "Ada", cwd=tmp_path)
    assert done.code == 0 and "enabled = false, which wins" in done.err
    assert "disabled by its policy" in create(tmp_path)
    team(tmp_path, "enabled = false\n[limits]\nquestions = 2\n")
    create(tmp_path, code=2)


def test_a_batch_heeds_switches_and_signatures_too(tmp_path: Path) -> None:
    team(tmp_path)
    write(tmp_path / "all.jsonl", json.dumps(brief()) + "\n")
    refused = run("plan", "batch", "all.jsonl", "--now", NOW, cwd=tmp_path)
    assert refused.code == 1 and "Proposed" in refused.out + refused.err
    (tmp_path / "precall.toml").write_text("")
    assert (
        run("policy", "disable", "inbound", "--who", "Ada", "--why", "x", "--now", NOW, cwd=tmp_path).code
        == 0
    )
    assert run("plan", "batch", "all.jsonl", "--now", NOW, cwd=tmp_path).code == 0
    assert run("plan", "list", "--json", cwd=tmp_path).document[0]["depth"] == "trivial"


def test_a_campaign_makes_a_version_of_its_own(tmp_path: Path) -> None:
    team(tmp_path, "")
    campaigns = tmp_path / "policies" / "campaigns"
    campaigns.mkdir()
    (campaigns / "spring.toml").write_text('agents = ["inbound"]\n[limits]\nquestions = 1\n')
    create(tmp_path)
    assert "Proposed" in create(tmp_path, "--campaign", "spring", code=2)
    for role, who in SIGNERS:
        args = ("--role", role, "--who", who, "--campaign", "spring")
        assert run("policy", "sign", "inbound", *args, cwd=tmp_path).code == 0
    done = run("plan", "create", "b.json", "--now", NOW, "--campaign", "spring", "--json", cwd=tmp_path)
    assert len(done.document["qualification"]) == 1
    shown = run("policy", "show", "inbound", "--campaign", "spring", cwd=tmp_path).out
    assert "campaigns/spring.toml:3" in "".join(shown.split())
    assert (
        "changes nothing for dormant"
        in run("policy", "show", "dormant", "--campaign", "spring", cwd=tmp_path).err
    )
    assert "spring" in run("policy", "list", cwd=tmp_path).out
    diff = run("policy", "diff", "inbound", "inbound@spring", "--json", cwd=tmp_path).document
    assert [c["key"] for c in diff["changes"]] == ["/limits/questions"]


def test_two_versions_are_compared_however_they_are_named(tmp_path: Path) -> None:
    team(tmp_path, "[planning]\nbudget_ms = 3000\n")
    (tmp_path / "precall.toml").write_text('policies = "policies"\n[rollout]\nallow_unadopted = true\n')
    plan = run("plan", "create", "b.json", "--now", NOW, "--json", cwd=tmp_path).document
    new = tmp_path / "policies" / "inbound.toml"
    for name in ("inbound", str(new), plan["plan_id"], plan["policy_digest"], plan["policy_digest"][7:19]):
        diff = run("policy", "diff", "built-in:inbound", name, "--json", cwd=tmp_path)
        assert diff.code == 0, diff.err
        [change] = diff.document["changes"]
        assert (change["key"], change["before"], change["after"]) == ("/planning/budget_ms", 4000, 3000)
        assert change["before_origin"] == "built-in inbound.toml:10"
        assert diff.document["effects"] == ["timing"]
        assert diff.document["after"]["digest"] == plan["policy_digest"]
    assert "only timing" in run("policy", "diff", "inbound", cwd=tmp_path).out
    assert "the same version" in run("policy", "diff", "dormant", cwd=tmp_path).out
    for name in ("postman", "abcdef0123", "nowhere.toml", "built-in:postman"):
        assert run("policy", "diff", name, "inbound", cwd=tmp_path).code == 2


def test_check_says_error_or_warning_by_its_exit_code(tmp_path: Path) -> None:
    assert run("policy", "check", cwd=tmp_path).code == 0
    team(tmp_path, "[limits]\nquestions = 9\n")
    warned = run("policy", "check", cwd=tmp_path)
    assert warned.code == 0 and "0 errors, 1 warning" in warned.out
    assert run("policy", "check", "--strict", cwd=tmp_path).code == 2
    team(tmp_path, "[planning]\nbudget_ms = 90000\n")
    found = run("policy", "check", "policies/inbound.toml", "--json", cwd=tmp_path)
    assert found.code == 2
    assert [(f["level"], f["place"], f["key"]) for f in found.document] == [
        ("error", "policies/inbound.toml:3", "planning.budget_ms")
    ]
    assert run("policy", "check", "policies/dormant.toml", cwd=tmp_path).code == 2, "no such file"
    (tmp_path / "fine.toml").write_text('agent = "dormant"\n[limits]\nquestions = 3\n')
    assert run("policy", "check", "fine.toml", cwd=tmp_path).code == 0, "only what is about dormant"


@pytest.mark.parametrize("width", ["60", "80"])
def test_what_policies_say_fits_the_terminal(tmp_path: Path, width: str) -> None:
    team(tmp_path, "[limits]\nquestions = 30\n[planning]\nbudget_ms = 9\n")
    for args in (("list",), ("show", "inbound"), ("check",), ("diff", "inbound")):
        done = run("policy", *args, cwd=tmp_path, COLUMNS=width)
        assert max(map(len, done.out.splitlines())) <= int(width), args
        assert "\x1b" not in done.out and done.out


def test_a_folder_without_policies_is_not_called_right(tmp_path: Path) -> None:
    (tmp_path / "polices").mkdir()
    done = run("policy", "check", "polices", cwd=tmp_path)
    assert done.code == 3 and "holds no policy" in done.err and not done.out
