"""What the agent was told for a call: found in the store, checked, and laid beside the transcript."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from precall_cli.errors import IntegrityError
from precall_cli.records.instructions import ToldInstructions
from precall_cli.records.transcript import Transcript

if TYPE_CHECKING:
    from precall_cli.store import Store

_PLAN_HEAD = "# L4.5 Plan"


@dataclass(frozen=True, slots=True)
class Told:
    """The instructions that an audit goes by, and what is to be said of them."""

    instructions: ToldInstructions | None
    caveats: tuple[str, ...]


def find_told(store: Store, plan_id: str | None, call: Transcript) -> Told:
    """What was composed last before the call began.

    A system turn that holds composed instructions is compared with them: where it is another text, the agent
    was told something else, and nothing is taken as left out. Raises IntegrityError where the stored text
    does not give its digest.
    """
    told = store.load_instructions(plan_id, before=call.started_at) if plan_id else None
    if told is None:
        late = plan_id is not None and store.load_instructions(plan_id) is not None
        said = (
            "the instructions kept for this plan were composed after the call began: none of them were told"
        )
        return Told(None, (said,) if late else ())
    if "sha256:" + hashlib.sha256(told.text.encode()).hexdigest() != told.digest_:
        raise IntegrityError(
            f"the instructions {told.instructions_id} do not give their digest", place=str(store.path)
        )
    heard = _system_words(call)
    if _PLAN_HEAD in heard and " ".join(told.text.split()) not in heard:
        said = f"the transcript's instructions are not those that were kept ({told.digest_[:19]}…)"
        return Told(None, (f"{said}: what the agent was told is not known",))
    shown = f"told {told.tokens:,} tokens, {told.digest_[:19]}…"
    if told.not_due:
        shown += f"; left out, so not due: {', '.join(told.not_due)}"
    return Told(told, (shown,))


def _system_words(call: Transcript) -> str:
    turns = (turn.text for turn in call.turns if turn.speaker == "system")
    return " ".join(" ".join(text.split()) for text in turns)
