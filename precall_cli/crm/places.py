"""Places as people write them into an address, as ISO 3166 codes.

Countries by their code or English name; states and provinces of the United States, Canada and Australia by
code or name. A state without a country counts only where its full name is found in one of the three. What
is not in these tables is not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ALSO = {
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "gbr": "GB",
    "can": "CA",
    "aus": "AU",
    "deu": "DE",
    "deutschland": "DE",
    "fra": "FR",
    "esp": "ES",
    "españa": "ES",
    "ita": "IT",
    "italia": "IT",
    "irl": "IE",
    "republic of ireland": "IE",
    "nld": "NL",
    "the netherlands": "NL",
    "holland": "NL",
    "österreich": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "south korea": "KR",
    "republic of korea": "KR",
    "north korea": "KP",
    "czechia": "CZ",
    "turkiye": "TR",
    "türkiye": "TR",
    "turkey": "TR",
    "viet nam": "VN",
    "russian federation": "RU",
    "hong kong sar": "HK",
    "macedonia": "MK",
    "ivory coast": "CI",
    "american samoa": "AS",
    "samoa": "WS",
    "british virgin islands": "VG",
    "myanmar": "MM",
    "burma": "MM",
    "eswatini": "SZ",
    "united arab emirates": "AE",
    "uae": "AE",
    "saint lucia": "LC",
}
_PARTS = {
    "US": """AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut,
        DE Delaware, DC District of Columbia, DC Washington DC, FL Florida, GA Georgia, HI Hawaii, ID Idaho,
        IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland,
        MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska,
        NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina,
        ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island,
        SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia,
        WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam,
        MP Northern Mariana Islands, PR Puerto Rico,
        UM United States Minor Outlying Islands, VI Virgin Islands, VI U.S. Virgin Islands""",
    "CA": """AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador,
        NL Newfoundland, NT Northwest Territories, NS Nova Scotia, NU Nunavut, ON Ontario,
        PE Prince Edward Island, QC Quebec, QC Québec, SK Saskatchewan, YT Yukon, YT Yukon Territory""",
    "AU": """ACT Australian Capital Territory, NSW New South Wales, NT Northern Territory, QLD Queensland,
        SA South Australia, TAS Tasmania, VIC Victoria, WA Western Australia""",
}
_OF_ITS_OWN = {"PR": "US-PR", "GU": "US-GU", "VI": "US-VI", "AS": "US-AS", "MP": "US-MP"}
"""Territories that also have a country code; their law is found under the United States."""


@dataclass(frozen=True, slots=True)
class Address:
    """What an address told: a code, or why there is none."""

    code: str | None
    country: str | None
    problem: str = ""


def read_address(country: str, state: str, default_country: str | None) -> Address:
    """The place that a country and a state name; `default_country` stands in for an empty country.

    >>> read_address("United States", "Texas", None).code, read_address("", "tx", "US").code
    ('US-TX', 'US-TX')
    >>> read_address("", "Texas", None).code, read_address("", "WA", None).code
    ('US-TX', None)
    """
    country, state = country.strip(), state.strip()
    if not country and not default_country:
        return _by_state_alone(state)
    nation = country_code(country) if country else default_country
    if nation is None:
        return Address(None, None, f"the country {country[:60]!r} is not known")
    if nation in _OF_ITS_OWN:
        return Address(_OF_ITS_OWN[nation], nation)
    parts = _parts().get(nation)
    if parts is None or not state:
        return Address(nation, nation)
    short = state.upper().removeprefix(f"{nation}-")
    part = short if short in parts.values() else parts.get(_plain(state))
    if part is None:
        return Address(nation, nation, f"the state {state[:60]!r} of {nation} is not known")
    return Address(f"{nation}-{part}", nation)


def _by_state_alone(state: str) -> Address:
    if not state:
        return Address(None, None)
    found = [(nation, parts[_plain(state)]) for nation, parts in _parts().items() if _plain(state) in parts]
    if len(found) != 1:
        return Address(None, None, f"the state {state[:60]!r} stands without a country")
    return Address("-".join(found[0]), found[0][0])


def country_code(text: str) -> str | None:
    """The ISO 3166-1 code of a country's code or English name; None where it is not known."""
    name = _plain(text)
    if len(text.strip()) == 2 and name.upper() in _countries().values():
        return name.upper()
    return _ALSO.get(name) or _countries().get(name)


@cache
def _countries() -> dict[str, str]:
    """Plain English name → code, from the time zone database's list."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {_plain(name): code for code, name in rows}


@cache
def _parts() -> dict[str, dict[str, str]]:
    """Country → plain name of a part → its code within the country."""
    found: dict[str, dict[str, str]] = {}
    for nation, listed in _PARTS.items():
        rows = [row.split(maxsplit=1) for row in listed.split(",")]
        found[nation] = {_plain(name): code for code, name in rows}
    return found


def _plain(name: str) -> str:
    """Lower case, no dots, `&` as a word, single blanks."""
    return re.sub(r"\s+", " ", name.casefold().replace(".", "").replace("&", " and ")).strip()
