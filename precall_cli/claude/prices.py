"""What tokens cost: a dated table that a team may replace, and the usage of a plan priced by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json, canonical_bytes
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import parse_toml

_MILLION = Decimal(1_000_000)
Price = Annotated[float, Field(ge=0, le=100_000)]


class ModelPrice(BaseModel):
    """Price of a million tokens of each kind."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    input: Price
    output: Price
    cache_write_5m: Price
    cache_write_1h: Price
    cache_read: Price


class Prices(BaseModel):
    """The table."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    dated: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    source: str = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    batch: Annotated[float, Field(gt=0, le=1)]
    models: Mapping[str, ModelPrice]

    def of(self, model: str) -> ModelPrice | None:
        """The price of a model, found by its name with or without a date behind it."""
        return self.models.get(model) or self.models.get(re.sub(r"-\d{8}$", "", model))


def load_prices(path: Path | None = None) -> Prices:
    """The table at `path`, else the built-in one. Raises BadInput, naming file and place."""
    if path is None:
        data, name = (files("precall_cli") / "claude" / "prices.toml").read_bytes(), "built-in prices.toml"
    else:
        data, name = read_regular(path), str(path)
    document = parse_toml(data, name)
    try:
        return Prices.model_validate_json(canonical_bytes(document.value))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        pointer = "".join(f"/{step}" for step in fault["loc"])
        raise BadInput(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][0].lower()}{fault['msg'][1:]}",
            place=document.place(pointer),
            hint="The built-in table in precall_cli/claude/prices.toml shows what is expected.",
        ) from None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or several requests to one model."""

    model: str
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    unanswered: int = 0
    """Requests that were given up, or failed: what they cost, if anything, nobody told us."""

    def __add__(self, other: Usage) -> Usage:
        counts = {
            name: getattr(self, name) + getattr(other, name) for name in self.__slots__ if name != "model"
        }
        return Usage(model=other.model or self.model, **counts)

    def document(self, prices: Prices, *, batch: bool) -> dict[str, Any]:
        """As it stands in `planner.usage`: tokens by kind, and what they cost by the table."""
        counts = {name: getattr(self, name) for name in self.__slots__ if name != "model"}
        price = prices.of(self.model) if self.requests else None
        cost = (
            None if price is None else _cost(self, price, Decimal(str(prices.batch)) if batch else Decimal(1))
        )
        return {
            "model": self.model,
            **counts,
            "batch": batch,
            "cost": None if cost is None else {"amount": cost, "currency": prices.currency},
            "prices_dated": None if cost is None else prices.dated,
        }


def _cost(usage: Usage, price: ModelPrice, factor: Decimal) -> float:
    pairs = (
        (usage.input_tokens, price.input),
        (usage.output_tokens, price.output),
        (usage.cache_read_tokens, price.cache_read),
        (usage.cache_write_5m_tokens, price.cache_write_5m),
        (usage.cache_write_1h_tokens, price.cache_write_1h),
    )
    total = (
        sum((Decimal(tokens) * Decimal(str(each)) for tokens, each in pairs), Decimal(0)) * factor / _MILLION
    )
    return float(round(total, 6))


def usage_of(message: Json, asked: str) -> Usage:
    """The usage that a message states; what is missing or no count is 0."""
    found = message if isinstance(message, dict) else {}
    stated = found.get("usage")
    stated = stated if isinstance(stated, dict) else {}
    written = stated.get("cache_creation")
    by_ttl = written if isinstance(written, dict) else {}
    long = _count(by_ttl.get("ephemeral_1h_input_tokens"))
    short = max(0, _count(stated.get("cache_creation_input_tokens")) - long)
    model = found.get("model")
    return Usage(
        model=model if isinstance(model, str) and re.fullmatch(r"[\w.:\-]{1,80}", model) else asked,
        requests=1,
        input_tokens=_count(stated.get("input_tokens")),
        output_tokens=_count(stated.get("output_tokens")),
        cache_read_tokens=_count(stated.get("cache_read_input_tokens")),
        cache_write_5m_tokens=short,
        cache_write_1h_tokens=long,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
