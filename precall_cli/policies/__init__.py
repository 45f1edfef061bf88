"""The agents' policies: five built in as TOML beside this file, overridable from a folder of the user's."""

from precall_cli.policies.files import built_in_texts, read_sources
from precall_cli.policies.finding import Finding
from precall_cli.policies.loading import Examined, Policies, examine_policies, load_policies

__all__ = [
    "Examined",
    "Finding",
    "Policies",
    "built_in_texts",
    "examine_policies",
    "load_policies",
    "read_sources",
]
