"""People, companies, phones, e-mails and ids replaced, each by the same stand-in wherever it comes up.

What is replaced is what a brief names in its fields, and whatever looks like an e-mail address, a web
address or a phone number. A name that stands in no field, only in speech, is not known to be one:
`leftovers` lists the capitalised words that are still there, for a person to look over, and `also` takes
further names.
Stand-ins come from the content alone, so that the same call gives the same fixture.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from precall_cli.records.json_text import Json

FIRST = (
    "Alba", "Bruno", "Carla", "Dario", "Edda", "Fabio", "Greta", "Hanno", "Ilse", "Jonah", "Kira", "Lorenz",
    "Mira", "Nadir", "Odile", "Pavel", "Quinn", "Rosa", "Stellan", "Tilda", "Ulrike", "Vito", "Wanda", "Yara",
)  # fmt: skip
LAST = (
    "Abendroth", "Birkholm", "Castellan", "Dunmore", "Eastlake", "Fairbairn", "Grunewald", "Hollis", "Ibarra",
    "Jessop", "Kestrel", "Lindqvist", "Marlowe", "Norwood", "Oakes", "Pemberton", "Quist", "Rowntree",
    "Selwyn", "Thackeray", "Underhill", "Vance", "Whitlock", "Yarrow",
)  # fmt: skip
COMPANY = (
    "Alder", "Basalt", "Cinder", "Dovetail", "Ember", "Flint", "Garnet", "Hazel", "Indigo", "Juniper",
    "Keystone", "Larch", "Meridian", "Nimbus", "Onyx", "Pinnacle", "Quarry", "Russet", "Sable", "Tundra",
)  # fmt: skip
TRADE = (
    "Works", "Supply", "Partners", "Services", "Systems", "Trading", "Foods", "Clinic", "Freight", "Studio",
)  # fmt: skip
_LEGAL_FORMS = "inc llc ltd gmbh ag sa srl plc co corp limited group holding the and of"
_LEGAL = frozenset(_LEGAL_FORMS.split())
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_URL = re.compile(r"https?://[^\s\"'<>)]{1,500}")
_PHONE = re.compile(r"(?<![\w-])\+?\(?\d(?:[\d ().-]{5,22})\d(?![\w-])")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_STRUCTURE = (
    "schema timezone jurisdiction kind registry basis at assembled_at fetched_at told_at checked_at "
    "obtained_at last_contact_at close_date created_at started_at currency persona agent "
    "brief_digest policy_digest"
)
_KEPT_KEYS = frozenset(_STRUCTURE.split())
_ID_KEYS = {
    "contact_id": "con", "account_id": "acc", "call_id": "call", "brief_id": "brf", "opportunity_id": "opp",
}  # fmt: skip


@dataclass(slots=True)
class Redactor:
    """One call's stand-ins. `salt` gives others, where one set would change what the audit hears."""

    brief: Mapping[str, Json]
    salt: int = 0
    also: tuple[str, ...] = ()
    _map: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        for name in _people(self.brief):
            self._person(name)
        for name in _companies(self.brief):
            self._company(name)
        for name in self.also:
            self._put(name, COMPANY, name)
        for key, value in _ids(self.brief):
            self._id(key, value)
        words = sorted(self._map, key=lambda word: (-len(word), word))
        if words:
            joined = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
            self._pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)

    def document(self, node: Json, key: str = "") -> Json:
        """A JSON value with every string replaced that is not structure."""
        if isinstance(node, dict):
            return {name: self.document(child, name) for name, child in node.items()}
        if isinstance(node, list):
            return [self.document(child, key) for child in node]
        if not isinstance(node, str) or key in _KEPT_KEYS:
            return node
        if key in _ID_KEYS:
            return self._id(key, node)
        if key == "phone":
            return self._phone(node)
        if key == "domain":
            return self._domain(node)
        return self.text(node)

    def text(self, text: str) -> str:
        """Running text with names, addresses and numbers replaced."""
        text = _URL.sub(lambda found: "https://example.example/" + _hash(found[0], 0)[:8], text)
        text = _EMAIL.sub(lambda found: self._email(found[0]), text)
        if self._pattern is not None:
            text = self._pattern.sub(self._named, text)
        return _PHONE.sub(_spoken_phone, text)

    def _named(self, found: re.Match[str]) -> str:
        said = found[0]
        plain = " ".join(said.split())
        word = next(word for word in self._map if word.lower() == plain.lower())
        stand_in = self._map[word]
        # One short word in small letters may be a word like any other: Will, Mark, May.
        if said.islower():
            return stand_in.lower() if " " in word or len(word) > 4 else said
        return stand_in.upper() if said.isupper() and len(said) > 1 else stand_in

    def _person(self, name: str) -> None:
        parts = [part for part in name.split() if part.rstrip(".").lower() not in ("dr", "mr", "mrs", "ms")]
        if not parts:
            return
        first = self._put(parts[0], FIRST, parts[0])
        for part in parts[1:]:
            self._put(part, LAST, part)
        last = " ".join(self._map[part] for part in parts[1:])
        self._map[" ".join(parts)] = f"{first} {last}".strip()

    def _company(self, name: str) -> None:
        telling = [part for part in re.findall(r"[\w'’&-]+", name) if part.lower() not in _LEGAL]
        if not telling:
            return
        first = self._put(telling[0], COMPANY, name)
        trade = TRADE[int(_hash(name, self.salt), 16) % len(TRADE)]
        self._map[name] = f"{first} {trade}"
        self._map[" ".join(telling)] = f"{first} {trade}"
        for end in range(2, len(telling)):
            self._map[" ".join(telling[:end])] = f"{first} {trade}"

    def _put(self, word: str, pool: tuple[str, ...], seed: str) -> str:
        """The stand-in of a word: the first of its pool, from a place of its own, that is not taken."""
        if word not in self._map:
            start = int(_hash(seed.lower(), self.salt), 16)
            taken = set(self._map.values())
            free = [pool[(start + step) % len(pool)] for step in range(len(pool))]
            self._map[word] = next((name for name in free if name not in taken), f"{pool[0]}{len(taken)}")
        return self._map[word]

    def _id(self, key: str, value: str) -> str:
        if value not in self._ids:
            self._ids[value] = f"{_ID_KEYS[key]}_{_hash(value, 0)[:8]}"
        return self._ids[value]

    def _email(self, address: str) -> str:
        local, _, domain = address.partition("@")
        return f"person-{_hash(local.lower(), self.salt)[:6]}@{self._domain(domain)}"

    def _domain(self, domain: str) -> str:
        return f"company-{_hash(domain.lower(), self.salt)[:6]}.example"

    def _phone(self, number: str) -> str:
        """A number that nobody has, of the same country, where the country keeps some free for fiction."""
        last = int(_hash(number, self.salt), 16)
        if number.startswith("+1") and len(number) == 12:
            return f"{number[:5]}55501{last % 100:02d}"
        for prefix, free in (("+44", "+447700900"), ("+61", "+61491570"), ("+49", "+4930231250")):
            if number.startswith(prefix):
                return f"{free}{last % 1000:03d}"
        return f"+120255501{last % 100:02d}"


def leftovers(texts: Iterable[str], redactor: Redactor) -> tuple[str, ...]:
    """Capitalised words inside sentences that are no stand-in: names perhaps. The most frequent first."""
    known = {part.lower() for name in redactor._map.values() for part in name.split()}
    found: Counter[str] = Counter()
    for text in texts:
        for match in re.finditer(r"(?<=[a-z,;] )[A-Z][a-z]{2,}", text):
            if match[0].lower() not in known:
                found[match[0]] += 1
    return tuple(word for word, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _people(brief: Mapping[str, Json]) -> Iterator[str]:
    for part in ("contact", "ae"):
        yield from _texts(brief.get(part), "name")
    for part, key in (
        ("prior_calls", "contact_name"),
        ("opportunities", "owner"),
        ("engaged_contacts", "name"),
    ):
        for entry in brief.get(part) or ():
            yield from _texts(entry, key)


def _companies(brief: Mapping[str, Json]) -> Iterator[str]:
    yield from _texts(brief.get("account"), "name")


def _ids(node: Json) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            if key in _ID_KEYS and isinstance(child, str):
                yield key, child
            else:
                yield from _ids(child)
    elif isinstance(node, list):
        for child in node:
            yield from _ids(child)


def _texts(entry: Json, key: str) -> Iterator[str]:
    value = entry.get(key) if isinstance(entry, Mapping) else None
    if isinstance(value, str) and value.strip():
        yield value.strip()


def _spoken_phone(found: re.Match[str]) -> str:
    said = found[0]
    digits = sum(letter.isdigit() for letter in said)
    if digits < 7 or _DATE.search(said):
        return said
    stand_in = iter(("5550100" + "0" * digits)[:digits])
    return "".join(next(stand_in) if letter.isdigit() else letter for letter in said)


def _hash(text: str, salt: int) -> str:
    return blake2b(f"{salt}:{text}".encode(), digest_size=8).hexdigest()
