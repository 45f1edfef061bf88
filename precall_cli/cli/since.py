"""A stretch of the past as people name it: `30d`, `12h`, a day, or a moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from precall_cli.errors import BadInput
from precall_cli.records.record import parse_time

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parse_since(text: str | None, now: datetime) -> datetime | None:
    """The moment from which on; None for no limit. Raises BadInput for what names none."""
    if text is None:
        return None
    if found := re.fullmatch(r"(\d{1,5})([hdw])", text, re.ASCII):
        try:
            return now - int(found[1]) * _UNITS[found[2]]
        except OverflowError:
            return None
    day = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)
    try:
        return parse_time(f"{text}T00:00:00Z" if day else text)
    except ValueError:
        raise BadInput(
            f"{text[:40]!r} is no stretch of time",
            place="--since",
            hint="Write 30d, 12h, 4w, a day or a time.",
        ) from None
