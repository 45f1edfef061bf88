"""What plans cost, summed. Made, not read: no file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CostRow:
    """Plans of one agent that were planned with one model and talked with one, summed."""

    agent: str
    planned_with: str
    """The model that was asked, else the engine."""
    talked_with: str | None
    """The model that held the calls, where outcomes name one."""
    plans: int
    fell_back: int
    """Plans for which a model was asked in vain."""
    priced: int
    """Plans whose usage has a price; the others with usage are in no sum of money."""
    unpriced: int
    """Plans with usage for which the table had no price."""
    requests: int
    unanswered: int
    """Requests that were given up: what they cost, nobody told us."""
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost: float
    currency: str | None
