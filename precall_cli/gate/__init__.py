"""The gate: may this contact be called at all? Code over typed fields, never a model, closed on any doubt."""

from precall_cli.gate.decision import decide
from precall_cli.gate.explain import explain_disclosures, explain_gate

__all__ = ["decide", "explain_disclosures", "explain_gate"]
