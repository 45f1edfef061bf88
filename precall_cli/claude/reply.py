"""What came back: the JSON of one message, read as strictly as anything from outside."""

from __future__ import annotations

from dataclasses import dataclass

from precall_cli.claude.draft import PlanDraft, read_draft
from precall_cli.errors import BadInput
from precall_cli.records.json_text import Json

MAX_TEXT = 200_000
"""Most characters of a draft; a plan has a few thousand."""
_STOPPED = {
    "refusal": "the model declined to answer",
    "max_tokens": "the answer was cut off at planning.max_tokens",
    "model_context_window_exceeded": "the brief is too long for the model",
    "pause_turn": "the model paused instead of answering",
    "tool_use": "the model called a tool instead of answering",
    "stop_sequence": "the answer was cut off",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and the text that it was read from."""

    draft: PlanDraft
    text: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a message holds no draft, in words that repeat nothing of it."""

    reason: str


def read_text(message: Json) -> str | Unusable:
    """The one text of a complete message; `Unusable` for anything else, never an error."""
    if not isinstance(message, dict) or message.get("type") != "message":
        return Unusable("the server sent something that is no message")
    stopped = message.get("stop_reason")
    if stopped != "end_turn":
        return Unusable(_STOPPED.get(str(stopped), "the message does not say that it is complete"))
    content = message.get("content")
    if not isinstance(content, list) or not all(isinstance(block, dict) for block in content):
        return Unusable("the message has no content")
    blocks = [block for block in content if block.get("type") not in ("thinking", "redacted_thinking")]
    if any(block.get("type") != "text" for block in blocks):
        return Unusable("the model used a tool or another kind of answer instead of text")
    if len(blocks) != 1 or not isinstance(text := blocks[0].get("text"), str):
        return Unusable(f"the message has {len(blocks)} texts instead of one")
    if len(text) > MAX_TEXT:
        return Unusable(f"the answer has {len(text):,} characters; at most {MAX_TEXT:,} are read")
    return text


def read_reply(message: Json) -> Drafted | Unusable:
    """The draft in a message as the Messages API gives it; `Unusable` for anything else, never an error."""
    text = read_text(message)
    if isinstance(text, Unusable):
        return text
    try:
        return Drafted(read_draft(text), text)
    except BadInput as error:
        what = "is not JSON" if error.place.startswith("reply") else f"{error.place} {error.problem}"
        return Unusable(f"the answer is no plan: {what}")
