"""The agents' policies: five built in as TOML beside this file, overridable from a folder of the user's."""

from precall_cli.policies.loading import Policies, built_in_texts, load_policies

__all__ = ["Policies", "built_in_texts", "load_policies"]
