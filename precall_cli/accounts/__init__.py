"""Account coordination: what one contact told us is known to the next plan; one objective, one plan."""

from precall_cli.accounts.locks import EXCLUSIVE, OpenPlan, find_holder, make_held_refusal
from precall_cli.accounts.picture import Picture, make_picture
from precall_cli.accounts.story import Heard, Story, heard_in_brief, heard_in_outcome, make_story

__all__ = [
    "EXCLUSIVE",
    "Heard",
    "OpenPlan",
    "Picture",
    "Story",
    "find_holder",
    "heard_in_brief",
    "heard_in_outcome",
    "make_held_refusal",
    "make_picture",
    "make_story",
]
