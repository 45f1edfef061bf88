"""Files laid over one another: the values that result, and the file and line that each came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from precall_cli.records.json_text import Json, escape_token
from precall_cli.records.toml_text import TomlDocument


@dataclass(frozen=True, slots=True)
class Layered:
    """Several files as one document. A table is merged key by key; any other value replaces the one below."""

    value: dict[str, Json]
    sources: dict[str, TomlDocument]
    """Pointer → the file that set it last."""

    def under(self, document: TomlDocument) -> Layered:
        """The same with one more file on top."""
        value, sources = dict(self.value), dict(self.sources)
        _lay(value, document.value, "", document, sources)
        return Layered(value, sources)

    def place(self, pointer: str) -> str:
        """`file:line` of a pointer; of what no file sets, where the last file would set it."""
        source = self.sources.get(pointer) or self.sources.get("")
        return source.place(pointer) if source else ""


def _lay(
    below: dict[str, Json],
    above: dict[str, Json],
    pointer: str,
    document: TomlDocument,
    sources: dict[str, TomlDocument],
) -> None:
    sources[pointer] = document
    for key, value in above.items():
        at = f"{pointer}/{escape_token(key)}"
        if isinstance(value, dict):
            inner = dict(below[key]) if isinstance(below.get(key), dict) else {}
            below[key] = inner
            _lay(inner, value, at, document, sources)
        else:
            below[key] = value
            sources[at] = document


def leaves(value: Json, pointer: str = "") -> Iterator[str]:
    """The pointer of every value that is no table, in the order of the document."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, f"{pointer}/{escape_token(key)}")
    else:
        yield pointer


def dotted(pointer: str) -> str:
    """A pointer as TOML names the key: `/planning/budget_ms` → `planning.budget_ms`."""
    return pointer.removeprefix("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
