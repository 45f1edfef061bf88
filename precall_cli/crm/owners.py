"""Who takes the meeting: an owner's id as a person, from owner records and the mapping."""

from __future__ import annotations

from collections.abc import Sequence

from precall_cli.crm.collected import Collected
from precall_cli.crm.entries import Fault, Origin, Owner
from precall_cli.crm.mapping import Mapping


def resolve_owner(owner: Owner, collected: Collected, mapping: Mapping) -> dict[str, str] | None:
    """The brief's `ae`; None where the owner is only an id that nothing names."""
    known = collected.owners.get((owner.source, owner.owner_id))
    said = owner.name or (known.name if known is not None else None)
    name = "" if said is None else str(said.value)
    listed = mapping.of(owner.source).owners
    mapped = next((listed[key] for key in (owner.owner_id, name) if key and key in listed), None)
    email = owner.email or (known.email if known is not None else None)
    found = {} if email is None else {"email": str(email.value)}
    if mapped is not None:
        return found | {key: value for key, value in mapped.model_dump().items() if value is not None}
    return {"name": name} | found if name else None


def choose_owner(
    owners: Sequence[tuple[Owner, Origin]], collected: Collected, mapping: Mapping, faults: list[Fault]
) -> tuple[dict[str, str], Origin] | None:
    """The first owner that has a name, and the record that names them; the best record comes first."""
    for owner, origin in owners:
        found = resolve_owner(owner, collected, mapping)
        if found is not None:
            return found, origin
        key = f'[{owner.source}.owners."{owner.owner_id}"]'
        faults.append(
            Fault(
                owner.source,
                "owner",
                f"the owner {owner.owner_id} has no name, so there is nobody to take the meeting",
                f"Give the export of owners too, or write {key} in --mapping.",
            )
        )
    return None
