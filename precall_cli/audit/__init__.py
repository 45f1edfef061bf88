"""The audit: a plan against the transcript of the call, item by item, with evidence.

A pure function of plan, transcript, log, policy and matcher: the same input gives the same bytes on every
machine.
Numpy and the trained matcher are loaded when the first call is audited, not when this package is imported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from precall_cli.records.audit import Audit
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.outcome import DeviationReason
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.transcript import Transcript

if TYPE_CHECKING:
    from precall_cli.audit.examination import Examination
    from precall_cli.audit.match import Matcher

# One thread for numpy's small matrices: less CPU per call, sums in one order on every machine, and cores left
# for other calls. It has to be said before numpy is loaded; who sets it otherwise is heeded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_loaded: list[Matcher] = []


def load_matcher() -> Matcher:
    """The trained matcher that ships with the package, loaded once per process."""
    if not _loaded:
        from precall_cli.audit.model import load

        _loaded.append(cast("Matcher", load()))
    return _loaded[0]


def audit_call(
    plan: CallPlan,
    transcript: Transcript,
    log: Sequence[DeviationReason] = (),
    policy: Policy | None = None,
    *,
    matcher: Matcher | None = None,
    told: ToldInstructions | None = None,
) -> Audit:
    """The audit of one call. Without a policy every weight is 1 and the review threshold is the default."""
    return examine_call(plan, transcript, log, policy, matcher=matcher, told=told)[0]


def examine_call(
    plan: CallPlan,
    transcript: Transcript,
    log: Sequence[DeviationReason] = (),
    policy: Policy | None = None,
    *,
    matcher: Matcher | None = None,
    told: ToldInstructions | None = None,
) -> tuple[Audit, Examination]:
    """The audit of one call together with the examination that it is a view of."""
    from precall_cli.audit.engine import make_audit

    return make_audit(plan, transcript, log, policy, matcher or load_matcher(), told=told)


def audit_pair(line: bytes, source: str, *, matcher: Matcher | None = None) -> bytes:
    """One line of pairs in, one line of audits out (without line end); see `precall_cli.audit.pairs`."""
    from precall_cli.audit.pairs import audit_line

    return audit_line(line, source, matcher or load_matcher())
