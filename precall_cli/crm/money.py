"""Amounts: a number is no money until the record or the mapping says its currency."""

from __future__ import annotations

import re
from collections.abc import Sequence

from precall_cli.crm.fields import Fields
from precall_cli.crm.source import Context


def money(row: Fields, name: str, currencies: Sequence[str], context: Context) -> dict[str, object] | None:
    """`{amount, currency}` of the field `name`, its currency from one of the fields `currencies`."""
    amount = row.number(name)
    if amount is None:
        return None
    said = row.line(*currencies)
    currency = str(said.value).upper() if said is not None else context.mapping.currency
    if currency is None or not re.fullmatch(r"[A-Z]{3}", currency, re.ASCII):
        row.fault(name, "an amount without its currency is left out", "Say `currency` in --mapping.")
        return None
    return {"amount": amount, "currency": currency}
