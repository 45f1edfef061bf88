"""precall: call plans for AI voice agents, committed before the dial and audited after it.

For runtimes in Python there is one function here, `log_deviation`; all else is the command `precall`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike

__version__ = "0.1.0"


def log_deviation(
    call_id: str,
    reason: str,
    *,
    item: str | None = None,
    type: str | None = None,  # noqa: A002  (named as in the record)
    note: str | None = None,
    turn: int | None = None,
    plan_id: str | None = None,
    db: str | PathLike[str] | None = None,
    now: datetime | None = None,
) -> bool:
    """Logs why the agent left the plan, as `precall outcome log` does. False when it was logged before.

    `reason` is contact_volunteered, contact_refused, contact_ended, contact_redirected, time_constraint,
    new_information, stop_condition or other; `item` the id of the plan item, None for the call as a whole.
    `plan_id` is needed once, for a call of which nothing is stored yet. `db` is the store, else what
    PRECALL_DB or precall.toml names. `now` is an aware time, the clock's if not given.

    Raises `precall_cli.errors.BadInput`, naming the ids of the plan, for an item that it does not have, and
    `precall_cli.errors.Unavailable` where the store cannot be written. Safe to call from several processes.

        from precall_cli import log_deviation
        log_deviation("call_88", "contact_volunteered", item="q2", turn=7, plan_id="pln_9f2c…")
    """
    import os
    from datetime import UTC, datetime
    from pathlib import Path

    from precall_cli.runtime_log import log_reason
    from precall_cli.settings import read_settings

    store = Path(db) if db is not None else read_settings(Path.cwd(), os.environ, {}).db
    entry = {"item": item, "type": type, "reason": reason, "note": note, "turn": turn}
    return log_reason(store, call_id, entry, plan_id, now or datetime.now(UTC))
