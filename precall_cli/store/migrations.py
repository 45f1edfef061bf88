"""The versions of a store's tables, in order. Only ever added to; see version_1.py and version_2.py.

A version is a list of SQL statements. sqlite-utils runs those that are pending and records each; an open
store is compared with what the same statements give (see schema.py). A statement once released stays.

`chain` is append-only, and so are the tables of records: triggers refuse every UPDATE and DELETE, and every
INSERT that would replace a row. `outcomes` alone is rewritten: it holds one row for each call, merged from
`outcome_versions`. `said_plan_id` is the plan that a record names; `plan_id` is the same once that plan is
stored here, and null before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from precall_cli.store.version_1 import OUTCOMES_TABLE, first_version
from precall_cli.store.version_2 import second_version

if TYPE_CHECKING:
    from sqlite_utils import Migrations

APPLICATION_ID = 0x70726331
"""`prc1` in the header of the file: a store of ours."""

VERSIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("first_release", first_version()),
    ("reviews_and_rollout", second_version()),
)
"""Each version with its name and its statements, the oldest first; `user_version` counts them."""


def make_migrations(*, adopted: bool = False) -> Migrations:
    """The versions as sqlite-utils runs them.

    `adopted`: the file already holds a table `outcomes` with a `call_id`, made before there were plans; it
    keeps all it has, and our columns are added to it.
    """
    from sqlite_utils import Database, Migrations

    migrations = Migrations("precall")

    def register(version: int, name: str, statements: tuple[str, ...]) -> None:
        @migrations(name=name)
        def apply(db: Database) -> None:
            for statement in statements:
                if adopted and statement == OUTCOMES_TABLE:
                    _adopt(db)
                else:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {version}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    for version, (name, statements) in enumerate(VERSIONS, start=1):
        register(version, name, statements)
    return migrations


OUTCOME_COLUMNS = ("plan_id", "plan", "plan_deviation_reasons", "outcome_json")
"""What is added to a table of outcomes."""


def _adopt(db: object) -> None:
    from sqlite_utils import Database

    assert isinstance(db, Database)
    for column in OUTCOME_COLUMNS:
        reference = " REFERENCES plans (plan_id)" if column == "plan_id" else ""
        db.execute(f"ALTER TABLE outcomes ADD COLUMN {column} TEXT{reference}")
    # Not UNIQUE: a runtime may keep several rows for a call, and its writers go on.
    db.execute("CREATE INDEX outcomes_call_id ON outcomes (call_id)")
