"""Roll-out: may this version of a policy go live, and is its agent switched on?

A version is Proposed until every role has signed its digest, then Adopted; a signature that was taken back
counts no more. One person may sign in several roles unless the settings ask for distinct signers: names are
what people say they are, so that separating roles is a convention of the team. The versions that come with
precall are adopted by the release; a changed one is a new version. "Disabled" wins wherever it stands, in a
file or in the store, and needs no signature: a version that differs from an adopted one only in
`enabled = false` is as adopted as that one, since all it does is to fall back to the trivial plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from precall_cli.errors import BadInput
from precall_cli.policies.loading import load_policies
from precall_cli.records.plan import CallPlan
from precall_cli.records.policy import Policy
from precall_cli.records.rollout import SignOff, Switch


@dataclass(frozen=True, slots=True)
class Adoption:
    """How far a version of a policy has come."""

    state: Literal["adopted", "proposed"]
    by_release: bool
    """It came with precall."""
    signed: tuple[SignOff, ...]
    """The sign-off that stands for each role, in the order of the roles."""
    missing: tuple[str, ...]
    """Roles that have not signed."""
    withdrawn: tuple[SignOff, ...] = ()
    """Of these, the ones whose signature was taken back."""

    @property
    def words(self) -> str:
        """In a few words: `Proposed: Engineering, Founder have not signed`."""
        if self.by_release:
            return "Adopted by the release"
        if self.state == "adopted":
            return "Adopted: " + ", ".join(f"{each.role} {each.who}" for each in self.signed)
        verb = "has" if len(self.missing) == 1 else "have"
        back = "".join(f"; {each.who} took back that of {each.role}" for each in self.withdrawn)
        return f"Proposed: {', '.join(self.missing)} {verb} not signed{back}"

    def document(self) -> dict[str, object]:
        """As JSON."""
        return {
            "state": self.state,
            "by_release": self.by_release,
            "signed": [{"role": s.role, "who": s.who, "at": s.at, "note": s.note} for s in self.signed],
            "missing": list(self.missing),
            "withdrawn": [{"role": s.role, "who": s.who, "at": s.at, "note": s.note} for s in self.withdrawn],
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
    distinct_signers: bool = False
    """Whether nobody may sign one version in two roles."""

    def adoption(self, policy: Policy) -> Adoption:
        """How far this version has come."""
        digests = [policy.digest()]
        if not policy.enabled:
            digests.append(policy.model_copy(update={"enabled": True}).digest())
        standing = self._standing(digests)
        signed = tuple(standing[_plain(r)] for r in self.roles if _signs(standing.get(_plain(r))))
        missing = tuple(role for role in self.roles if not _signs(standing.get(_plain(role))))
        withdrawn = tuple(standing[_plain(role)] for role in missing if _plain(role) in standing)
        by_release = any(digest in released_digests() for digest in digests)
        state: Literal["adopted", "proposed"] = "adopted" if by_release or not missing else "proposed"
        return Adoption(state, by_release, signed, missing, withdrawn)

    def _standing(self, digests: Collection[str]) -> dict[str, SignOff]:
        """What stands for each role: its first sign-off since the last withdrawal, or that one."""
        standing: dict[str, SignOff] = {}
        for each in self.sign_offs:
            role = _plain(each.role)
            if each.policy_digest not in digests:
                continue
            before = standing.get(role)
            if each.action == "withdraw":
                if before is not None:
                    standing[role] = each
            elif not _signs(before) and not self._has_signed(each.who, standing):
                standing[role] = each
        return standing

    def _has_signed(self, who: str, standing: Mapping[str, SignOff]) -> bool:
        """Whether somebody's name stands for another role already, where the settings forbid that."""
        roles = {_plain(role) for role in self.roles} & standing.keys() if self.distinct_signers else set()
        return any(_signs(standing[role]) and _plain(standing[role].who) == _plain(who) for role in roles)

    def check_sign_off(self, sign_off: SignOff, policy: Policy) -> None:
        """Raises BadInput where a row would count for nothing: nothing to take back, or a name used twice."""
        adoption = self.adoption(policy)
        role = _plain(sign_off.role)
        if sign_off.action == "withdraw":
            if role not in {_plain(each.role) for each in adoption.signed}:
                raise BadInput(
                    f"no signature of {sign_off.role} stands for this version of {policy.agent}",
                    place="--withdraw",
                    hint=f"`precall policy show {policy.agent}` names those that stand.",
                )
            return
        others = {_plain(each.role): each for each in adoption.signed if _plain(each.role) != role}
        if self._has_signed(sign_off.who, others):
            raise BadInput(
                f"{sign_off.who} has signed this version in another role",
                place="--who",
                hint="Each role needs another person: distinct_signers = true under [rollout] says so.",
            )

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

    def bars_dial(self, plan: CallPlan, policy: Policy | None) -> tuple[str, ...]:
        """What forbids a call with a plan that was made before: its agent's switch, its version. In words.

        A trivial plan stands while the agent is off: it is what that agent gets. `policy` is the version that
        the plan was made under, None where it is not known.
        """
        trivial = plan.planner is not None and plan.planner.depth == "trivial"
        off = None if trivial else self.switched_off(plan.agent)
        found = [off] if off else []
        if policy is not None and not self.allow_unadopted:
            adoption = self.adoption(policy)
            if adoption.state == "proposed":
                found.append(f"its policy version {policy.digest()[7:19]} is {adoption.words}")
        return tuple(found)


def _signs(sign_off: SignOff | None) -> bool:
    return sign_off is not None and sign_off.action == "sign"


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
