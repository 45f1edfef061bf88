"""The agents' policies: five built in as TOML beside this file, overridable from a folder of the user's."""

from precall_cli.policies.files import built_in_texts, read_sources
from precall_cli.policies.finding import Finding
from precall_cli.policies.loading import Examined, Policies, examine_policies, load_policies
from precall_cli.policies.rollout import Adoption, Rollout, role_named

__all__ = [
    "Adoption",
    "Examined",
    "Finding",
    "Policies",
    "Rollout",
    "built_in_texts",
    "examine_policies",
    "load_policies",
    "read_sources",
    "role_named",
]
