"""What a model is asked: the prompt, the setting and one brief behind a fence, as the Messages API takes it.

The prompt and the setting come first and are the same for every call of an agent, so that they are read from
the prompt cache. The brief comes last, as JSON in which no character can close the fence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from precall_cli.claude.draft import draft_schema
from precall_cli.claude.prompt import load_prompt
from precall_cli.claude.task import Task
from precall_cli.claude.visible import visible_brief
from precall_cli.claude.withheld import find_kept_back
from precall_cli.records.fenced import as_data
from precall_cli.records.json_text import Json, digest
from precall_cli.records.plan import CallPlan, Depth
from precall_cli.records.policy import Policy

OPEN, CLOSE = "<call_data>", "</call_data>"
MODELS: dict[Depth, tuple[str, str]] = {
    "trivial": ("claude-haiku-5-5", "low"),
    "lightweight": ("claude-haiku-5-5", "low"),
    "standard": ("claude-sonnet-5-5", "medium"),
    "deep": ("claude-opus-5-5", "medium"),
}
"""Model and effort where the policy names none: what answers within the time that each depth has."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the Messages API, without stream."""

    params: dict[str, Any]
    """What `messages.create` and the `params` of a batch entry take; plain JSON."""
    digest: str
    """`sha256:…` over the parameters, how they are cached left aside: what a cassette is found by."""
    custom_id: str
    """Name of the entry in a batch: stable, and another for each brief."""

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.params["model"])


def model_for(policy: Policy) -> tuple[str, str]:
    """Model and effort: what the policy says, else what fits its depth."""
    model, effort = MODELS[policy.planning.depth]
    return policy.planning.model or model, policy.planning.effort or effort


def build_request(task: Task, *, ttl: Literal["5m", "1h"] = "5m") -> Request:
    """The request for one task; the same task gives the same bytes. `ttl`: how long the prompt is cached."""
    model, effort = model_for(task.policy)
    params: dict[str, Any] = {
        "model": model,
        "max_tokens": task.policy.planning.max_tokens,
        "system": [
            {"type": "text", "text": load_prompt().text},
            {
                "type": "text",
                "text": f"The setting\n\n{as_data(_setting(task))}",
                "cache_control": {"type": "ephemeral", "ttl": ttl},
            },
        ],
        "messages": [{"role": "user", "content": _data_message(task)}],
        "output_config": {"effort": effort, "format": {"type": "json_schema", "schema": draft_schema()}},
    }
    return _sealed(params, task)


def repair_request(
    request: Request, task: Task, reply: str, complaints: Sequence[tuple[str, str, str]]
) -> Request:
    """The request that asks once for what was wrong: each complaint is place, rule and what."""
    rows = "\n".join(f"- {place}: {rule}: {what}" for place, rule, what in complaints)
    asked = (
        "A program checked this draft against the rules. These places break them:\n"
        f"{rows}\n"
        "Write the whole object once more. Mend these places or leave the items out; keep all else as it is."
    )
    messages = [
        *request.params["messages"],
        {"role": "assistant", "content": reply},
        {"role": "user", "content": asked},
    ]
    return _sealed({**request.params, "messages": messages}, task)


def _sealed(params: dict[str, Any], task: Task) -> Request:
    system = [
        {key: value for key, value in part.items() if key != "cache_control"} for part in params["system"]
    ]
    found = digest({**params, "system": system})
    name = hashlib.sha256(f"{task.brief.digest()} {found}".encode()).hexdigest()
    return Request(params, found, f"plan_{name[:40]}")


def _setting(task: Task) -> Json:
    """What is the same for every call of an agent."""
    seller, limits = task.seller, task.limits
    return {
        "agent": task.policy.title,
        "depth": task.policy.planning.depth,
        "seller": {
            "company": seller.company,
            "voice_agent": seller.agent,
            "product": seller.product,
            "what_it_does_for_a_customer": seller.offer,
            "what_can_be_sent": seller.guide,
        },
        "at_most": {
            "qualification": limits.questions,
            "objections": limits.objections,
            "next_steps": limits.next_steps,
        },
    }


def _data_message(task: Task) -> str:
    document = task.brief.document()
    zone = ZoneInfo(task.brief.contact.timezone or "UTC")
    data = {
        "today": task.now.astimezone(zone).strftime("%Y-%m-%d"),
        "brief": visible_brief(task, find_kept_back(task.frame, document)),
        "frame": _frame(task.frame),
    }
    return f"{OPEN}\n{as_data(data)}\n{CLOSE}\nPlan this call."


def _frame(plan: CallPlan) -> Json:
    """The offline planner's plan, without what the model has no use for; nothing that is kept back."""
    known = plan.coordination.known if plan.coordination else ()
    return {
        "objective": {"type": plan.objective.type, "statement": plan.objective.statement},
        "opening": plan.opening.line if plan.opening else None,
        "disclosures": [{"id": d.id, "text": d.text} for d in plan.disclosures],
        "questions": [{"topic": q.topic, "question": q.question} for q in plan.qualification],
        "objections": [{"objection": o.objection, "response": o.response} for o in plan.objections],
        "ladder": [{"id": n.id, "step": n.step, "ask": n.ask} for n in plan.next_steps],
        "stop_conditions": [
            {"id": s.id, "condition": s.condition, "action": s.action} for s in plan.stop_conditions
        ],
        "known": [
            {"id": k.id, "topic": k.topic, "answer": k.answer, "told_by": k.told_by, "told_at": k.told_at}
            for k in known
        ],
    }
