"""Plans by Claude: a stronger model plans once, inside a budget; code checks every word of it.

How it is used, from the outside in:

- `Task` is one brief that the gate let through, with the offline planner's plan: the frame that the model
  works within, and the fallback. `planning.prepare` makes it.
- `ClaudePlanner.plan(task, budget_ms=…)` is one plan at call: always a `CallPlan`, within the budget.
  One planner serves many briefs, from several threads at once.
- For batches: `build_request(task, ttl="1h")` gives a `Request` whose `params` go into
  `client.messages.batches.create(requests=[{"custom_id": request.custom_id, "params": request.params}])`;
  `settle(task, request, message, prices=…, batch=True)` turns the JSON of a message that came back into the
  plan: checked by the guard, with usage and price, or the offline plan with its `fallback_reason`.
  `fall_back(task, reason)` is the plan where no message came at all (expired, canceled, errored).
- `version_of(frame_version)` is the `planner.version` that a plan by Claude carries, `fallback_version_of`
  that of the offline plan in its place; `model_for(policy)` is the model and effort that will be asked.
- `Cassettes` keeps replies by request digest and plays them back; `load_prices` reads the price table.

None of these raises for anything that a server says or does. Nothing here imports the SDK before a request
is made.
"""

from precall_cli.claude.cassettes import Cassettes
from precall_cli.claude.ledger import Ledger
from precall_cli.claude.live import ClaudePlanner
from precall_cli.claude.prices import Prices, load_prices
from precall_cli.claude.request import Request, build_request, model_for
from precall_cli.claude.settle import fall_back, fallback_version_of, settle, version_of
from precall_cli.claude.task import Seller, Task

__all__ = [
    "Cassettes",
    "ClaudePlanner",
    "Ledger",
    "Prices",
    "Request",
    "Seller",
    "Task",
    "build_request",
    "fall_back",
    "fallback_version_of",
    "load_prices",
    "model_for",
    "settle",
    "version_of",
]
