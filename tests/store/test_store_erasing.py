"""Words erased: gone from the file to the last byte, the chain whole, every other change still caught."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import NOW, fill, make_audit, make_brief, make_outcome, make_plan, make_policy, tamper

from precall_cli.errors import BadInput
from precall_cli.records.brief import Brief
from precall_cli.records.record import parse_time
from precall_cli.records.wordless import ERASED, without_words
from precall_cli.store import Store, migrate_store
from precall_cli.store.erasing import Erased, Wanted, erase_words

OF_ONE = Wanted("con_1", None, "Ana Bell", "she asked")
ALL = Wanted(None, NOW + timedelta(days=1), "Ana Bell", "two years are over")


def erase(path: Path, wanted: Wanted = OF_ONE, *, dry_run: bool = False) -> Erased:
    with Store.open(path) as store:
        return erase_words(store, wanted, now=NOW + timedelta(hours=1), dry_run=dry_run)


def verified(path: Path) -> tuple[bool, int]:
    with Store.inspect(path) as store:
        found = store.verify()
        return found.ok, found.erased


def test_words_are_gone_from_the_file_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path)
    with Store.open(path) as store:
        store.save_outcome(make_outcome(1, summary="they sell kayaks"), now=NOW + timedelta(minutes=1))
        figures = store.info().rows
    done = erase(path)
    assert done.records == {"audit": 1, "brief": 1, "outcome": 2, "plan": 1, "refusal": 1, "transcript": 1}
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for words in (b"Dana 1", b"no. 1", b"kayaks", b'calm","plan_id":"' + str(make_plan(1).plan_id).encode()):
        assert words not in data, words
    assert b"Dana 2" in data
    with Store.open(path, read_only=True) as store:
        assert store.info().rows == figures | {"erasure": 1}
        assert store.load_transcript("call_1").turns[1].text == ERASED
        assert store.load_transcript("call_2").turns[1].text == "About forty."
        audit = store.load_audit("call_1")
        assert audit.items[1].quote == ERASED
        assert audit.scores == make_audit(1).scores
        stored = store.load_plan(str(make_plan(1).plan_id))
        assert (stored.plan.objective.statement, stored.brief.contact.phone) == (ERASED, None)
        assert "con_1" in store.opted_out()
    assert verified(path) == (True, 7)
    assert erase(path).records == {}
    assert verified(path) == (True, 7)


def test_looking_first_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path)
    before = path.read_bytes()
    assert erase(path, dry_run=True).records["transcript"] == 1
    assert path.read_bytes() == before
    assert not erase(path, Wanted("nobody", None, "a", "b"), dry_run=True).known
    for wanted in (Wanted("con_1", None, " ", "b"), Wanted("con_1", None, "a", "")):
        with pytest.raises(BadInput, match="who erases and why"):
            erase(path, wanted)


def test_all_of_a_time(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path)
    early = Wanted(None, NOW + timedelta(seconds=2), "a", "b")
    assert set(erase(path, early).records.values()) == {1}
    assert set(erase(path, ALL).records.values()) == {2}
    assert verified(path) == (True, 18)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transcripts SET transcript_json = replace(transcript_json, '[erased]', 'Yes.') WHERE seq = 3",
        "UPDATE plans SET contact_name = 'Nobody' WHERE seq = 1",
        "UPDATE briefs SET brief_json = replace(brief_json, '[erased]', 'Somebody') WHERE contact_id = 'con_1'",  # noqa: E501
        "UPDATE erased_records SET digest = 'sha256:00' WHERE kind = 'audit'",
        "UPDATE erasures SET who = 'Somebody else'",
        "DELETE FROM erased_records",
        "UPDATE transcripts SET transcript_json = replace(transcript_json, 'forty', 'fifty') WHERE call_id = 'call_2'",  # noqa: E501
    ],
)
def test_any_other_change_is_still_caught(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "p.db"
    fill(path, 2)
    erase(path)
    assert verified(path)[0]
    tamper(path, statement)
    assert not verified(path)[0]


def test_an_erasure_that_nobody_sealed_covers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 2)
    erase(path)
    with closing(sqlite3.connect(path)) as connection:
        cell = connection.execute(
            "SELECT transcript_json FROM transcripts WHERE call_id = 'call_2'"
        ).fetchone()
    from precall_cli.store.seal import text_digest

    forged = cell[0].replace("forty", "fifty")
    tamper(
        path,
        f"UPDATE transcripts SET transcript_json = '{forged.replace(chr(39), chr(39) * 2)}' WHERE call_id = 'call_2'",  # noqa: E501
        "INSERT INTO erased_records SELECT max(seq), 99, 'transcript', (SELECT transcript_id FROM transcripts "  # noqa: E501
        f"WHERE call_id = 'call_2'), '{text_digest(forged.encode())}' FROM erasures",
    )
    assert not verified(path)[0]


def test_nobody_plans_on_what_was_erased(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    erase(path)
    with Store.open(path) as store, pytest.raises(BadInput, match="erased"):
        store.save_plan(make_plan(1), make_brief(1), make_policy(), now=NOW)


def test_what_colleagues_were_told_goes_too(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    fill(path, 1)
    document = make_brief(2).document() | {
        "engaged_contacts": [
            {"contact_id": "con_1", "name": "Dana 1", "facts": [{"topic": "budget", "value": "40k euros"}]},
            {"contact_id": "con_9", "name": "Lee", "facts": [{"topic": "team_size", "value": "nine"}]},
        ]
    }
    brief = Brief.from_document(document, "brief")
    with Store.open(path) as store:
        plan = make_plan(2).model_copy(update={"brief_digest": brief.digest(), "plan_id": None})
        known = {"id": "k1", "topic": "budget", "answer": "40k euros", "told_by": "Dana 1",
                 "because": ["/engaged_contacts/0/facts/0"]}  # fmt: skip
        plan = type(plan).from_document(plan.document() | {"coordination": {"known": [known]}}, "plan")
        saved = store.save_plan(plan, brief, make_policy(), now=NOW)
    erase(path)
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"40k euros" not in data and b"Dana 1" not in data
    with Store.open(path, read_only=True) as store:
        kept = store.load_plan(saved.id)
        assert kept.plan.objective.statement == "Book a call, no. 2"
        assert [each.name for each in kept.brief.engaged_contacts] == [ERASED, "Lee"]
    assert verified(path)[0]


def test_a_runtimes_own_columns_lose_their_words(tmp_path: Path) -> None:
    path = tmp_path / "runtime.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE outcomes (call_id TEXT, contact_id TEXT, summary TEXT, minutes REAL)"
        )
        connection.execute("INSERT INTO outcomes VALUES ('c1', 'con_1', 'likes kayaks', 3.5)")
        connection.execute("INSERT INTO outcomes VALUES ('c2', 'con_2', 'likes boats', 2.0)")
        connection.commit()
    report = migrate_store(path, now=NOW)
    assert report.backup is not None
    report.backup.unlink()
    erase(path)
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"kayaks" not in data and b"boats" in data
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT call_id, contact_id, summary, minutes FROM outcomes").fetchall() == [  # noqa: E501
            ("c1", "con_1", ERASED, 3.5), ("c2", "con_2", "likes boats", 2.0),
        ]  # fmt: skip
    assert verified(path)[0]
    with Store.open(path) as store:
        assert store.seal_runtime_rows(now=NOW).sealed == 0


SAID = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False)),
    lambda child: st.one_of(
        st.lists(child, max_size=3),
        st.dictionaries(
            st.sampled_from(["text", "name", "at", "topic", "phone", "note", "x"]), child, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(
        ["brief", "plan", "refusal", "transcript", "outcome", "audit", "review", "instructions"]
    ),
    said=st.dictionaries(
        st.sampled_from(["text", "name", "contact", "turns", "note", "at"]), SAID, max_size=5
    ),
)
def test_no_word_survives_and_twice_is_once(kind: str, said: dict[str, object]) -> None:
    left = without_words(kind, said)
    assert without_words(kind, left) == left

    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for child in value.values() for text in texts(child)]
        if isinstance(value, list):
            return [text for child in value for text in texts(child)]
        return [value] if isinstance(value, str) else []

    for text in texts(left):
        if text != ERASED and not text.replace("_", "a").isidentifier():
            parse_time(text)
