"""Roll-out: may this version of a policy go live, and is its agent switched on?

A version is Proposed until every role has signed its digest, then Adopted. The versions that come with
precall are adopted by the release; a changed one is a new version. "Disabled" wins wherever it stands, in a
file or in the store, and needs no signature: a version that differs from an adopted one only in
`enabled = false` is as adopted as that one, since all it does is to fall back to the trivial plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from precall_cli.errors import BadInput
from precall_cli.policies.loading import load_policies
from precall_cli.records.policy import Policy
from precall_cli.records.rollout import SignOff, Switch


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far a version of a policy has come."""

    state: Literal["adopted", "proposed"]
    by_release: bool
    """It came with precall."""
    signed: tuple[SignOff, ...]
    """The first sign-off of each role, in the order of the roles."""
    missing: tuple[str, ...]
    """Roles that have not signed."""

    @property
    def words(self) -> str:
        """In a few words: `Proposed: Engineering, Founder have not signed`."""
        if self.by_release:
            return "Adopted by the release"
        if self.state == "adopted":
            return "Adopted: " + ", ".join(f"{each.role} {each.who}" for each in self.signed)
        return f"Proposed: {', '.join(self.missing)} {'has' if len(self.missing) == 1 else 'have'} not signed"

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "state": self.state,
            "by_release": self.by_release,
            "signed": [{"role": s.role, "who": s.who, "at": s.at, "note": s.note} for s in self.signed],
            "missing": list(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Rollout:
    """What the settings ask for and what the store has on record."""

    roles: tuple[str, ...]
    """Who has to sign."""
    allow_unadopted: bool
    """Whether a version that nobody adopted may go live."""
    sign_offs: tuple[SignOff, ...] = ()
    """In the order in which they were sealed."""
    switches: tuple[Switch, ...] = ()
    """In the order in which they were sealed; the last one of an agent holds."""

    def adoption(self, policy: Policy) -> Adoption:
        """How far this version has come."""
        digests = [policy.digest()]
        if not policy.enabled:
            digests.append(policy.model_copy(update={"enabled": True}).digest())
        signed = tuple(
            found for role in self.roles if (found := _first(self.sign_offs, digests, role)) is not None
        )
        roles = {_plain(each.role) for each in signed}
        missing = tuple(role for role in self.roles if _plain(role) not in roles)
        by_release = any(digest in released_digests() for digest in digests)
        state: Literal["adopted", "proposed"] = "adopted" if by_release or not missing else "proposed"
        return Adoption(state, by_release, signed, missing)

    def switch(self, agent: str) -> Switch | None:
        """The switch that holds for an agent; None where it was never switched."""
        return next((each for each in reversed(self.switches) if each.agent == agent), None)

    def switched_off(self, agent: str) -> str | None:
        """Why an agent is switched off, in words for `fallback_reason`; None where it is not."""
        last = self.switch(agent)
        if last is None or last.enabled:
            return None
        why = f": {last.why}" if last.why else ""
        return f"the agent {agent} was switched off by {last.who} at {last.at}{why}"

    def check_live(self, policy: Policy) -> None:
        """Raises BadInput, naming who has to sign, where this version may not go live."""
        adoption = self.adoption(policy)
        if adoption.state == "adopted" or self.allow_unadopted:
            return
        raise BadInput(
            f"its version {policy.digest()[7:19]} is {adoption.words}; only an adopted version goes live",
            place=f"policy {policy.agent}",
            hint=f"Sign it: precall policy sign {policy.agent} --role {adoption.missing[0]} --who NAME. "
            "Or let unadopted versions go live: allow_unadopted = true under [rollout] in precall.toml.",
        )


def _first(sign_offs: Sequence[SignOff], digests: Sequence[str], role: str) -> SignOff | None:
    return next((s for s in sign_offs if s.policy_digest in digests and _plain(s.role) == _plain(role)), None)


def _plain(role: str) -> str:
    return " ".join(role.casefold().split())


def role_named(name: str, roles: Iterable[str]) -> str:
    """The role as the settings write it. Raises BadInput, naming the roles, for one that does not sign."""
    for role in roles:
        if _plain(role) == _plain(name):
            return role
    raise BadInput(
        f"{name[:60]!r} is no role that signs",
        place="--role",
        hint=f"Roles are: {', '.join(roles)}; `roles` under [rollout] in precall.toml sets them.",
    )


@cache
def released_digests() -> frozenset[str]:
    """The versions that come with this precall."""
    return frozenset(policy.digest() for policy in load_policies(None))
