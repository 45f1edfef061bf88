"""When a plan is out of date: what moved in the brief, in the policy, or with the time."""

from precall_cli.refresh.moved import Move, find_moves, find_policy_moves
from precall_cli.refresh.standing import Staleness, find_staleness, has_expired

__all__ = ["Move", "Staleness", "find_moves", "find_policy_moves", "find_staleness", "has_expired"]
