"""Which time zones a place has, and which places a time zone has.

Countries are read from the time zone database itself (zone.tab: one row per country and zone;
zone1970.tab: zones that several countries share), states and provinces from `data/zones.json`.
An alias such as US/Pacific stands for the zone it links to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """Zones by place and the aliases between zones."""

    by_country: dict[str, frozenset[str]]
    """ISO 3166-1 code → zones; a country without people has none."""
    by_part: dict[str, frozenset[str]]
    """ISO 3166-2 code → zones, for the countries whose parts we know."""
    aliases: dict[str, str]
    """Alias → zone that has a row of its own."""

    def is_country(self, code: str) -> bool:
        """Whether ISO 3166-1 has the code."""
        return code in self.by_country

    def knows_parts_of(self, country: str) -> bool:
        """Whether all states or provinces of this country are known here."""
        return any(part.startswith(country + "-") for part in self.by_part)

    def is_place(self, code: str) -> bool:
        """Whether such a place exists, as far as can be known: parts of most countries are not listed."""
        country, _, part = code.partition("-")
        if not self.is_country(country):
            return False
        return not part or not self.knows_parts_of(country) or code in self.by_part

    def zones_of(self, code: str) -> frozenset[str]:
        """The zones of a place; those of the whole country where its parts are not known."""
        country, _, part = code.partition("-")
        if part and code in self.by_part:
            return self.by_part[code]
        return self.by_country.get(country, frozenset())

    def belongs(self, zone: str, code: str) -> bool:
        """Whether somebody in this place can be in this time zone."""
        return self.aliases.get(zone, zone) in self.zones_of(code)

    def parts_in(self, country: str, zone: str | None) -> tuple[str, ...]:
        """The known parts of a country, of those in `zone` if one is given, in order of code."""
        parts = sorted(part for part in self.by_part if part.startswith(country + "-"))
        return tuple(part for part in parts if zone is None or self.belongs(zone, part))

    def countries_in(self, zone: str) -> tuple[str, ...]:
        """The countries that use a zone, in order of code."""
        own = self.aliases.get(zone, zone)
        return tuple(sorted(code for code, zones in self.by_country.items() if own in zones))


@cache
def read_zones() -> ZoneMap:
    """The map as shipped with the `tzdata` package and with precall."""
    database = files("tzdata") / "zoneinfo"
    by_country: dict[str, set[str]] = {}
    for code, *_ in _rows(database.joinpath("iso3166.tab").read_text("utf-8")):
        by_country[code] = set()
    named: set[str] = set()
    for code, _, zone, *_ in _rows(database.joinpath("zone.tab").read_text("utf-8")):
        by_country[code].add(zone)
        named.add(zone)
    for codes, _, zone, *_ in _rows(database.joinpath("zone1970.tab").read_text("utf-8")):
        for code in codes.split(","):
            by_country[code].add(zone)
    data = json.loads((files("precall_cli") / "data" / "zones.json").read_text("utf-8"))
    return ZoneMap(
        {code: frozenset(zones) for code, zones in by_country.items()},
        {part: frozenset(zones) for part, zones in data["zones"].items()},
        _aliases(database.joinpath("tzdata.zi").read_text("utf-8"), named),
    )


def _rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]


def _aliases(source: str, named: set[str]) -> dict[str, str]:
    """Alias → zone, from the database's link lines: `L TARGET ALIAS`."""
    pairs = [line.split()[1:3] for line in source.splitlines() if line.startswith("L ")]
    links = {alias: target for target, alias in pairs if alias not in named}
    found: dict[str, str] = {}
    for alias in links:
        own = alias
        while own in links:
            own = links[own]
        found[alias] = own
    return found
