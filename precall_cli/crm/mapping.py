"""`--mapping FILE.toml`: what no export says by itself.

country = "US"            # of records that name none
currency = "USD"          # of amounts that name none
seller = "US-CA"          # where we call from

[hubspot.dnc]             # also [salesforce.dnc], [apollo.dnc]
field = "do_not_call"     # a property of the contact that our own people made
listed = ["blocked"]      # further values that mean: listed
not_listed = ["clear"]
checked_at = "dnc_checked"    # a property with the time of the check
registry = "National DNC"     # which list was checked

[hubspot.consent]
recording = "recording_ok"
ai_voice = "ai_voice_ok"
obtained_at = "consent_date"

[hubspot.contact]
persona = "buyer_persona"
timezone = "time_zone_override"

[hubspot.owners.1001]
name = "Sam Ortiz"
email = "sam@northwind.example"
calendar_url = "https://cal.example/sam"

[hubspot.labels]          # ids that mean nothing by themselves: stages, call outcomes
"17b4" = "Contract sent"
"""

from __future__ import annotations

from pydantic import Field, ValidationError

from precall_cli.errors import BadInput, Problem
from precall_cli.records.json_text import escape_token
from precall_cli.records.record import JurisdictionCode, Line, Part, describe
from precall_cli.records.toml_text import parse_toml


class DncMapping(Part):
    """The field that says whether a contact may be called."""

    field: Line
    """Its name; dotted for a nested one."""
    listed: tuple[str, ...] = ()
    """Values that mean listed, beside true, yes and 1."""
    not_listed: tuple[str, ...] = ()
    """Values that mean not listed, beside false, no and 0."""
    checked_at: Line | None = None
    """Field with the time of the check."""
    registry: Line | None = None
    """Which list was checked, in words."""


class ConsentMapping(Part):
    """The fields that say what a contact agreed to."""

    recording: Line | None = None
    """Field: agreed to be recorded."""
    ai_voice: Line | None = None
    """Field: agreed to be called by an artificial voice."""
    obtained_at: Line | None = None
    """Field with the time of the consent."""


class ContactMapping(Part):
    """Fields of our own that stand for fields of the contact."""

    persona: Line | None = None
    """Field with the kind of buyer."""
    timezone: Line | None = None
    """Field with the time zone; it goes before the system's own."""


class OwnerMapping(Part):
    """Somebody on our side, by the id that the system has for them."""

    name: Line
    """Full name as it should be said."""
    email: Line | None = None
    """E-mail address."""
    calendar_url: Line | None = None
    """Where to book."""


class SourceMapping(Part):
    """What is to be known of one system."""

    dnc: DncMapping | None = None
    """Do-not-call."""
    consent: ConsentMapping = ConsentMapping()
    """Consent."""
    contact: ContactMapping = ContactMapping()
    """The contact's own fields."""
    owners: dict[str, OwnerMapping] = Field(default_factory=dict)
    """Id of an owner → who it is."""
    labels: dict[str, Line] = Field(default_factory=dict)
    """Id of a stage or a call outcome → its name."""


class Mapping(Part):
    """The whole mapping file."""

    country: JurisdictionCode | None = None
    """ISO 3166-1 code of the country of records that name none."""
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    """ISO 4217 code of amounts that name none."""
    seller: JurisdictionCode | None = None
    """ISO 3166 code of the place we call from."""
    hubspot: SourceMapping = SourceMapping()
    """HubSpot."""
    salesforce: SourceMapping = SourceMapping()
    """Salesforce."""
    apollo: SourceMapping = SourceMapping()
    """Apollo."""

    def of(self, source: str) -> SourceMapping:
        """The part for one system, by its name."""
        return {"hubspot": self.hubspot, "salesforce": self.salesforce, "apollo": self.apollo}[source]


def read_mapping(data: bytes, source: str) -> Mapping:
    """The mapping that a TOML file holds. Raises BadInput with every problem, each with its line."""
    document = parse_toml(data, source)
    try:
        mapping = Mapping.model_validate_json(_json(document.value))
    except ValidationError as error:
        problems = []
        for fault in error.errors(include_url=False, include_input=False):
            pointer = "".join("/" + escape_token(str(step)) for step in fault["loc"])
            problem = fault["msg"].removeprefix("Value error, ")
            if fault["type"] == "extra_forbidden":
                problem = "is no key of a mapping"
            place = document.place(pointer).removeprefix(source).lstrip(":")
            where = f"line {place}, " if place else ""
            problems.append(Problem(f"{where}{pointer}", problem))
        raise BadInput(
            describe(problems),
            place=source,
            problems=tuple(problems),
            hint="`precall brief build --help` shows a mapping.",
        ) from None
    if mapping.country is not None and "-" in mapping.country:
        raise BadInput("must be a country alone, like US", place=f"{document.place('/country')}: country")
    return mapping


def _json(value: object) -> bytes:
    from precall_cli.records.json_text import canonical_bytes

    return canonical_bytes(value)
