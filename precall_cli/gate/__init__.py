"""The gate: may this contact be called at all? Code over typed fields, never a model, closed on any doubt."""

from precall_cli.gate.decision import decide

__all__ = ["decide"]
