"""Time zones: as the systems write them, and as a place determines them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

DAYS = 400
"""How far ahead the clocks of two zones are compared: over every change of the coming year."""


class Places(Protocol):
    """What is known of places and their time zones."""

    @property
    def aliases(self) -> dict[str, str]:
        """Old or second name of a zone → the zone."""

    def zones_of(self, code: str) -> frozenset[str]:
        """The zones in which people of a place live."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beyond the export."""

    places: Places
    is_opt_out: Callable[[str | None], bool]
    """Whether a status code says that the person asked not to be called again."""


def read_zone(text: str, places: Places) -> str | None:
    """The IANA zone that a system names, in HubSpot's spelling or in IANA's; None if there is no such zone.

    HubSpot writes `us_slash_central` and `america_slash_port_hyphen_au_hyphen_prince`.
    """
    name = text.strip().replace("_slash_", "/").replace("_hyphen_", "-").replace("_plus_", "+")
    zone = _zones().get(name.casefold().replace(" ", "_"))
    return None if zone is None else places.aliases.get(zone, zone)


@cache
def _zones() -> dict[str, str]:
    names = (files("tzdata") / "zones").read_text("utf-8").split()
    of_places = (name for name in names if not name.startswith("Etc/") and not name.isupper())
    return {name.casefold(): name for name in of_places}


def zone_of_place(code: str, places: Places, now: datetime) -> str | None:
    """The zone of a place that has only one clock; None where it has several, or none is known.

    Two zones have one clock when they show the same time on each of the coming DAYS days.
    """
    zones = sorted(places.zones_of(code))
    if not zones:
        return None
    clocks = {_clock(zone, now.date().isoformat()) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


@cache
def _clock(zone: str, day: str) -> tuple[timedelta | None, ...]:
    start, info = datetime.fromisoformat(f"{day}T12:00:00+00:00"), ZoneInfo(zone)
    return tuple((start + timedelta(days=n)).astimezone(info).utcoffset() for n in range(DAYS))
