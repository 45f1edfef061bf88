"""Planners: from a brief, a policy and a playbook to a call plan.

`rules` is the offline planner: deterministic, without a key, in milliseconds. `playbook` is the data
that a sales lead edits, `playbook_file` reads it; the built-in one stands in `precall_cli/playbook/`.
"""

from precall_cli.planner.explain import explain_playbook
from precall_cli.planner.playbook import Playbook
from precall_cli.planner.playbook_file import default_playbook_text, load_playbook
from precall_cli.planner.rules import make_plan, trivial_plan

__all__ = [
    "Playbook",
    "default_playbook_text",
    "explain_playbook",
    "load_playbook",
    "make_plan",
    "trivial_plan",
]
