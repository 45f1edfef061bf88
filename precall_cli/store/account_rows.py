"""What a store holds of one account: its people's latest briefs, and what runtimes recorded of its calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from precall_cli.records.brief import Brief
from precall_cli.records.outcome import CallOutcome
from precall_cli.records.record import parse_time
from precall_cli.records.wordless import ERASED
from precall_cli.store.reading import read_record
from precall_cli.store.store import Store


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """What a runtime said of one call with somebody at the account."""

    outcome: CallOutcome
    contact_id: str
    contact_name: str
    plan_id: str
    sealed_at: str
    """When it was stored first."""


def find_accounts(store: Store, name: str) -> list[tuple[str, str]]:
    """Ids and names of the accounts that `name` means: an id, the beginning of one, or part of a name."""
    rows = store._database.rows(
        "SELECT account_id, max(account_name) FROM briefs WHERE account_id = ? OR account_id LIKE ? || '%' "
        "OR account_name LIKE '%' || ? || '%' GROUP BY account_id ORDER BY account_id LIMIT 6",
        (name, name, name),
    )
    found = [(str(account), str(title)) for account, title in rows]
    exact = [pair for pair in found if pair[0] == name]
    return exact or found


def load_account_briefs(store: Store, account_id: str, *, but: Collection[str] = ()) -> list[Brief]:
    """The latest brief of each contact of an account, by contact id; none of the contacts in `but`."""
    database = store._database
    latest: dict[str, tuple[float, str]] = {}
    for contact, digest, at in database.rows(
        "SELECT contact_id, brief_digest, assembled_at FROM briefs WHERE account_id = ?", (account_id,)
    ):
        rank = (_seconds(at), str(digest))
        latest[str(contact)] = max(latest.get(str(contact), rank), rank)
    found: list[Brief] = []
    for contact in sorted(set(latest) - set(but)):
        digest = latest[contact][1]
        row = database.one("SELECT CAST(brief_json AS BLOB) FROM briefs WHERE brief_digest = ?", (digest,))
        if row:
            brief = read_record(database, "briefs", digest, row[0], Brief)
            if brief.contact.name != ERASED:
                found.append(_without_erased(brief))
    return found


def _without_erased(brief: Brief) -> Brief:
    """The brief without the colleagues whose words were erased: nothing can be told of them."""
    engaged = tuple(each for each in brief.engaged_contacts if each.name != ERASED)
    calls = tuple(each for each in brief.prior_calls if each.contact_name != ERASED)
    return brief.model_copy(update={"engaged_contacts": engaged, "prior_calls": calls})


def _seconds(at: object) -> float:
    """A stored time; what is none counts as the oldest."""
    try:
        return parse_time(str(at)).timestamp()
    except ValueError:
        return 0.0


def load_account_calls(store: Store, account_id: str) -> Iterator[RecordedCall]:
    """Every recorded call that was dialled with a plan of the account, in the order of the records."""
    for call_id, cell, contact, name, plan_id, at in store._database.rows(
        "SELECT o.call_id, CAST(o.outcome_json AS BLOB), p.contact_id, p.contact_name, p.plan_id, "
        "(SELECT min(v.sealed_at) FROM outcome_versions AS v WHERE v.call_id = o.call_id) "
        "FROM plans AS p JOIN outcomes AS o ON o.plan_id = p.plan_id "
        "WHERE p.account_id = ? AND o.outcome_json IS NOT NULL ORDER BY o.call_id",
        (account_id,),
    ):
        outcome = read_record(store._database, "outcomes", call_id, cell, CallOutcome)
        yield RecordedCall(outcome, str(contact), str(name), str(plan_id), str(at))
