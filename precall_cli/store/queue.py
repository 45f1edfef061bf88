"""What waits for review, from columns. A call waits while nobody has decided on its last audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from precall_cli.store.store import Store

_DECIDED = """SELECT 1 FROM audits AS a JOIN reviews AS r ON r.audit_id = a.audit_id
  WHERE a.seq = c.audit_seq AND (r.decision <> 'skip' OR ?1 IS NULL OR r.who = ?1)"""
_MINE = """SELECT 1 FROM audits AS a JOIN reviews AS r ON r.audit_id = a.audit_id
  WHERE a.seq = c.audit_seq AND r.who = ?1"""
_CLEAN = "c.critical = 0 AND c.uncertain = 0 AND c.silent = 0"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits, with what makes it worth a look."""

    call_id: str
    critical: int
    """Critical deviations."""
    uncertain: int
    """Undecided items."""
    silent: int
    """Places that deviate without a logged reason."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many calls wait, each in the first group that it belongs to."""

    critical: int
    uncertain: int
    silent: int
    clean: int
    decided: int
    """Calls whose last audit somebody has decided on, or has skipped."""


class Queue:
    """The calls of an open store that wait for a reviewer; `who` skips for nobody else."""

    def __init__(self, store: Store, who: str | None = None, agent: str | None = None) -> None:
        self._database = store._database
        self._who = who
        self._agent = agent

    def riskiest(self) -> Waiting | None:
        """The call that comes first by risk; None when only clean ones wait."""
        return next(
            self._waiting(
                f"NOT ({_CLEAN}) AND NOT EXISTS ({_DECIDED})",
                "ORDER BY c.critical DESC, c.uncertain DESC, c.silent DESC, c.audit_seq LIMIT 1",
            ),
            None,
        )

    def clean(self) -> Iterator[Waiting]:
        """Every clean call that waits."""
        return self._waiting(f"{_CLEAN} AND NOT EXISTS ({_DECIDED})", "ORDER BY c.audit_seq")

    def for_second(self) -> Iterator[Waiting]:
        """Calls that others have decided on and `who` has not looked at yet."""
        others = "SELECT a.seq FROM reviews AS r JOIN audits AS a USING (audit_id) WHERE r.decision <> 'skip'"
        return self._waiting(f"c.audit_seq IN ({others}) AND NOT EXISTS ({_MINE})", "ORDER BY c.audit_seq")

    def counts(self) -> QueueCounts:
        """What waits, by the first of the reasons to look at it."""
        groups = (
            "coalesce(sum(c.critical > 0), 0), coalesce(sum(c.critical = 0 AND c.uncertain > 0), 0), "
            "coalesce(sum(c.critical = 0 AND c.uncertain = 0 AND c.silent > 0), 0), "
            f"coalesce(sum({_CLEAN}), 0)"
        )
        of_agent = "AND (?2 IS NULL OR c.agent = ?2)" if self._agent else ""
        values = (self._who, self._agent) if self._agent else (self._who,)
        everything = self._database.one(
            f"SELECT {groups} FROM call_figures AS c WHERE ?1 IS ?1 {of_agent}", values
        )
        looked_at = self._database.one(
            f"""SELECT {groups} FROM call_figures AS c WHERE c.audit_seq IN (
  SELECT a.seq FROM reviews AS r JOIN audits AS a USING (audit_id)
  WHERE r.decision <> 'skip' OR ?1 IS NULL OR r.who = ?1) {of_agent}""",
            values,
        )
        assert everything is not None
        assert looked_at is not None
        left = [int(a) - int(b) for a, b in zip(everything, looked_at, strict=True)]
        critical, uncertain, silent, clean = left
        return QueueCounts(critical, uncertain, silent, clean, decided=sum(map(int, looked_at)))

    def _waiting(self, where: str, order: str) -> Iterator[Waiting]:
        of_agent = "AND c.agent = ?2" if self._agent else ""
        values = (self._who, self._agent) if self._agent else (self._who,)
        for call_id, *counts in self._database.rows(
            f"SELECT c.call_id, c.critical, c.uncertain, c.silent FROM call_figures AS c "
            f"WHERE ?1 IS ?1 AND {where} {of_agent} {order}",
            values,
        ):
            critical, uncertain, silent = map(int, counts)
            yield Waiting(str(call_id), critical, uncertain, silent)
