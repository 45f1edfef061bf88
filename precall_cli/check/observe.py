"""What precall makes of a case today: gate, plan, instructions and audit, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precall_cli import __version__
from precall_cli.check.case import Case, read_file
from precall_cli.check.judged import judge_facts
from precall_cli.check.keys import item_keys
from precall_cli.check.play import Played, World, layers_of, play, playbook_of
from precall_cli.planning import Refused
from precall_cli.policy_trace import explain_policy
from precall_cli.records.brief import Brief
from precall_cli.records.json_text import Json, canonical_bytes, digest, resolve_pointer

if TYPE_CHECKING:
    from precall_cli.compose import Layers
    from precall_cli.records.audit import Audit
    from precall_cli.records.plan import CallPlan, Item
    from precall_cli.records.trace import RuleTrace

NOT_SAID = frozenset({"id", "because", "rule", "rejected"})
"""Fields of a plan item that no agent hears."""
SHORT = 16


@dataclass(frozen=True, slots=True)
class Observation:
    """The facts of one case; plain JSON, so that it can be kept."""

    agent: str
    """Whose policy applied."""
    gate: str
    """`allowed`, or the refusal and the pointer that decided it."""
    items: tuple[Mapping[str, Any], ...] = ()
    """`key`, `id`, `kind`, `says`, `because`, digest of what it `rests` on, `rule`; in the plan's order."""
    instructions: Mapping[str, str] | None = None
    """Block → digest of what the agent reads; `left out` → what it does not read."""
    audit: Mapping[str, Any] | None = None
    """Statuses and results by item, deviations, scores; None without a call."""
    grounds: Mapping[str, str] | None = None
    """What all of it rests on: name → digest. `policy/…` and `playbook/…` stand for their sections."""
    rules: str = ""
    """Rules of the policy that shaped the plan, by name."""
    broken: tuple[str, ...] = ()
    """Pointers of the plan that do not resolve in the brief."""

    def document(self) -> Json:
        """As plain JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Observation:
        """From what `document` gave, perhaps by way of a file."""
        return cls(
            agent=str(document.get("agent", "")),
            gate=document["gate"],
            items=tuple(document.get("items") or ()),
            instructions=document.get("instructions"),
            audit=document.get("audit"),
            grounds=document.get("grounds"),
            rules=str(document.get("rules") or ""),
            broken=tuple(document.get("broken") or ()),
        )


def observe(case: Case, world: World) -> Observation:
    """Plans, composes and audits one case. Raises BadInput where a file of it cannot be used."""
    return observation_of(play(case, world), world)


def observation_of(played: Played, world: World) -> Observation:
    """The facts of a case that was played."""
    grounds = _grounds(played, world)
    made = played.made
    if isinstance(made, Refused):
        return Observation(
            made.policy.agent, f"refused {made.refusal.code} at {made.refusal.pointer}", grounds=grounds
        )
    keys = item_keys(made.plan)
    document = played.brief.document()
    broken: list[str] = []
    items = tuple(_item(kind, item, keys, document, broken) for kind, item in made.plan.items())
    layers = layers_of(world, made.plan.agent)
    grounds |= {f"layers/{layer.name}": _short(_hash(layers.text(layer).encode())) for layer in layers.layers}
    grounds |= _planner(made.plan)
    if played.audit is not None:
        grounds["audit"] = _audit_engine(played.audit)
    return Observation(
        agent=made.policy.agent,
        gate="allowed",
        items=items,
        instructions=_instructions(made.plan, played.brief, layers),
        audit=_audit_facts(played.audit, keys) if played.audit else None,
        grounds=grounds,
        rules=" ".join(rule.rule for rule in policy_rules(played, world) if rule.fired),
        broken=tuple(broken),
    )


def policy_rules(played: Played, world: World) -> list[RuleTrace]:
    """Every rule of the policy that applied, fired or not; none where the gate refused."""
    if isinstance(played.made, Refused):
        return []
    plan, policy = played.made.plan, played.made.policy
    off = (plan.planner.fallback_reason or "") if plan.planner and not policy.enabled else ""
    return explain_policy(played.brief, policy, played.policies, playbook_of(world), plan, off)


def _grounds(played: Played, world: World) -> dict[str, str]:
    """What gate and planner rest on, by section."""
    case, expect = played.case, played.expect
    found = {
        "brief": _short(played.brief.digest()),
        "case": _short(digest({"now": expect.now, "agent": expect.agent})),
        "version": __version__,
    }
    policy = played.made.policy.full_document()
    found |= {f"policy/{name}": _short(digest(value)) for name, value in policy.items()}
    found |= {f"playbook/{name}": _short(text) for name, text in _playbook_sections(world.playbook)}
    if case.transcript is not None:
        parties = [list(expect.agent_speaker), list(expect.contact_speaker)]
        found["transcript"] = _short(digest([_hash(read_file(case.transcript)), parties]))
    if case.log is not None:
        found["log"] = _short(_hash(read_file(case.log)))
    return found


@lru_cache(maxsize=2)
def _playbook_sections(path: Path | None) -> tuple[tuple[str, str], ...]:
    document = playbook_of(World(playbook=path)).model_dump(mode="json")
    return tuple((name, digest(value)) for name, value in document.items())


def _hash(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _short(text: str) -> str:
    return text.removeprefix("sha256:")[:SHORT]


def _planner(plan: CallPlan) -> dict[str, str]:
    """Planner and prompt by version; the playbook in it has grounds of its own."""
    planner = plan.planner
    parts = [part.strip() for part in (planner.version or "").split(";")] if planner else []
    prompt = [part for part in parts if part.startswith("prompt")]
    made = "; ".join(part for part in parts if not part.startswith(("playbook", "prompt")))
    engine = f"{planner.engine} {planner.model or ''} {made}".strip() if planner else ""
    return {"engine": engine, **({"prompt": prompt[0]} if prompt else {})}


def _item(kind: str, item: Item, keys: Mapping[str, str], brief: Json, broken: list[str]) -> dict[str, Any]:
    rests = []
    for pointer in item.because:
        try:
            rests.append([pointer, resolve_pointer(brief, pointer)])
        except KeyError:
            broken.append(f"{keys[item.id]} {pointer}")
    document = item.model_dump(mode="json")
    document["cues"] = " | ".join(item.cues)  # one line of the baseline, not one a cue
    return {
        "key": keys[item.id],
        "id": item.id,
        "kind": kind,
        "says": {name: value for name, value in document.items() if name not in NOT_SAID and value},
        "because": " ".join(item.because),
        "rests": _short(digest(rests)),
        "rule": document.get("rule") or "",
    }


def _instructions(plan: CallPlan, brief: Brief, layers: Layers) -> dict[str, str]:
    """Digest of each block, without the plan's id; of the brief's block only what was left out of it."""
    from precall_cli.compose import compose

    told = compose(plan, brief, layers)
    found = {
        block.layer: _short(_hash(block.text.replace(told.plan_id, "PLAN").encode()))
        for block in told.blocks
        if block.layer != "L5"
    }
    left = [f"{each.layer} {each.item}: {each.reason}" for each in told.dropped]
    return {**found, "left out": "; ".join(sorted(left))}


def _audit_engine(audit: Audit) -> str:
    """The signature without what has a ground of its own."""
    return " ".join(part for part in audit.signature.split() if not part.startswith(("policy:", "precall:")))


def _audit_facts(audit: Audit, keys: Mapping[str, str]) -> dict[str, Any]:
    scores = audit.scores
    return {
        "items": {
            keys[item.item]: {"status": item.status, "result": item.result, "turns": _numbers(item.turns)}
            for item in audit.items
        },
        "deviations": [
            {"type": d.type, "item": keys.get(d.item or ""), "logged": d.logged, "turns": _numbers(d.turns)}
            for d in audit.deviations
        ],
        "verdict": audit.verdict,
        "compliance": audit.compliance,
        "outcome": f"{audit.outcome.objective}, {audit.outcome.rung and keys[audit.outcome.rung]} "
        f"{audit.outcome.result}",
        "adherence": _rounded(scores.adherence),
        "deviation_rate": _rounded(scores.deviation_rate),
        "unexplained_deviation_rate": _rounded(scores.unexplained_deviation_rate),
        "call_id": audit.call_id,
        **judge_facts(audit),
    }


def _numbers(turns: Sequence[int]) -> str:
    return " ".join(map(str, turns))  # one line of the baseline, not one a turn


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def observation_key(case: Case, world: World, code: str) -> str:
    """Digest of everything that the observation of a case rests on: its files, the team's, the code."""
    parts = [[path.name, _hash(read_file(path))] for path in case.files]
    parts += [[str(path), _hash(read_file(path))] for path in world.files()]
    return _hash(canonical_bytes([code, *parts]))
