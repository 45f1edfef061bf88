"""JSON as precall reads and writes it: strict on the way in, canonical on the way out.

Strict means that what two readers could understand differently is refused: duplicate keys, NaN and
infinities, lone surrogates, numbers beyond a double. Canonical is RFC 8785, the base of all digests.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, NoReturn, TypeAlias

import rfc8785

from precall_cli.errors import BadInput
from precall_cli.records.limits import DEFAULTS, limits, split_hint

MAX_BYTES = DEFAULTS.max_bytes
MAX_DEPTH = DEFAULTS.max_depth
MAX_DIGITS = DEFAULTS.max_digits

Json: TypeAlias = Any
"""A parsed JSON value: str, int, float, bool, None, list or dict of these."""


class _Refused(ValueError):
    """Raised inside a parser hook, where the place in the file is not known."""


def decode_utf8(data: bytes, source: str, *, max_bytes: int | None = None) -> str:
    """The text of `data`; a UTF-8 byte order mark is dropped.

    Raises BadInput, naming `source`, when the data is larger than `max_bytes` bytes (else than the limits
    allow) or not UTF-8.
    """
    most = limits().max_bytes if max_bytes is None else max_bytes
    if len(data) > most:
        problem = f"{len(data):,} bytes is over the limit of {most:,}"
        raise BadInput(problem, place=source, hint=split_hint(max_bytes))
    for mark, name in ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16")):
        if data.startswith(mark):
            raise BadInput(f"is {name}, expected UTF-8", place=source, hint="Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            place=source,
            hint="Save it as UTF-8.",
        ) from None


def parse_json(
    data: bytes | str, source: str, *, max_bytes: int | None = None, nan_as_null: bool = False
) -> Json:
    """The value of one JSON document.

    `source` names the document in messages (a file name, or `file:line`). Raises BadInput for anything
    that is not JSON, and for duplicate keys, NaN, infinities, lone surrogates, nesting deeper or a number of
    more digits than the limits allow. With `nan_as_null`, NaN and the infinities become
    null: speech recognisers write them as the score of a word.
    """
    text = decode_utf8(data, source, max_bytes=max_bytes) if isinstance(data, bytes) else data
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_as_null if nan_as_null else _no_constant,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except json.JSONDecodeError as error:
        what, mend = _syntax_problem(text, error)
        raise BadInput(what, place=f"{source}:{error.lineno}:{error.colno}", hint=mend) from None
    except RecursionError:
        raise BadInput(f"is nested deeper than {limits().max_depth} levels", place=source) from None
    except _Refused as error:
        raise BadInput(str(error), place=source) from None
    # An escape can give one anywhere; what was bytes has none besides.
    suspect = "\\u" in text or not (isinstance(data, bytes) or text.isascii())
    if _is_deep(value) or (suspect and _MAY_HOLD_SURROGATES.search(text)):
        _check_depth_and_text(value, source)
    return value


# What a text that is not JSON tends to be, by what stands where reading stopped; the parser's own words
# differ from one Python to the next.
_SYNTAX_MENDS = (
    (r"'", "JSON puts strings and keys in double quotes."),
    (r"//|/\*|#", "JSON has no comments: delete it."),
    (r"(None|True|False|undefined)\b", "Write null, true or false."),
    (r"[}\]]", "Write what is missing before it, or open what it closes."),
    (r"\Z", "It looks cut off: save or export it again."),
    (r"[A-Za-z]", "A string stands in double quotes."),
    (r"<", "It looks like HTML or XML: save the JSON itself."),
)


def _syntax_problem(text: str, error: json.JSONDecodeError) -> tuple[str, str]:
    """What is wrong where reading stopped, and how to mend it."""
    if not text.strip():
        return "is empty", "Expected one JSON document."
    said, stopped = error.msg.lower(), error.pos
    if said.startswith("extra data"):
        return "is not JSON: more follows the first value", "For one document a line use a .jsonl file."
    if said.startswith("unterminated"):
        return "is not JSON: this string never ends", "Close it with a double quote."
    if said.startswith("invalid control"):
        return "is not JSON: a raw control character in a string", "Write it escaped, a line break as \\n."
    if "escape" in said:
        return "is not JSON: a \\ that escapes nothing", "Write a backslash as two."
    if "trailing comma" in said:
        stopped += 1
    if at := re.compile(r"\S").search(text, stopped):
        stopped, found = at.start(), repr(at[0])
    else:
        stopped, found = len(text), "the end"
    mend = next((m for pattern, m in _SYNTAX_MENDS if re.compile(pattern).match(text, stopped)), "")
    if found in ("'}'", "']'") and text[:stopped].rstrip().endswith(","):
        mend = "Delete the comma before it."
    expected = (
        "a comma or the end"
        if "delimiter" in said and "','" in said
        else "a colon"
        if "':'" in said
        else "a key in double quotes"
        if "property name" in said or "end of object" in said
        else "a value"
    )
    return f"is not JSON: expected {expected}, found {found}", mend


_MAY_HOLD_SURROGATES = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _is_deep(value: Json) -> bool:
    """Whether a value is nested too deep: level by level, since the place matters only when it is."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limits().max_depth + 1):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Refused(f"the key {key!r} stands twice in one object; keep one of them")
            seen.add(key)
    return found


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is not a JSON number; write null or a finite number")


def _as_null(_: str) -> None:
    return None


def _parse_int(digits: str) -> int:
    if len(digits) > (most := limits().max_digits):
        raise _Refused(f"a number has {len(digits):,} digits; at most {most} are read")
    return int(digits)


def _parse_float(digits: str) -> float:
    value = float(digits) if len(digits) <= 4 * limits().max_digits else math.inf
    if not math.isfinite(value):
        raise _Refused(f"the number {digits[:20]}… is out of range")
    return value


def _check_depth_and_text(value: Json, source: str) -> None:
    stack: list[tuple[Json, str, int]] = [(value, "", 1)]
    while stack:
        node, pointer, depth = stack.pop()
        if depth > (most := limits().max_depth) + 1:
            raise BadInput(f"is nested deeper than {most} levels", place=f"{source}: {pointer[:80]}")
        if isinstance(node, str):
            _check_text(node, source, pointer)
        elif isinstance(node, dict):
            for key, child in node.items():
                _check_text(key, source, pointer)
                stack.append((child, f"{pointer}/{escape_token(key)}", depth + 1))
        elif isinstance(node, list):
            stack.extend((child, f"{pointer}/{index}", depth + 1) for index, child in enumerate(node))


def _check_text(text: str, source: str, pointer: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput("a lone surrogate is no character", place=f"{source}: {pointer or '/'}") from None


def escape_token(token: str) -> str:
    """One key as it stands in a JSON Pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def resolve_pointer(document: Json, pointer: str) -> Json:
    """The value that an RFC 6901 pointer names in `document`; raises KeyError when there is none."""
    if pointer == "":
        return document
    if not pointer.startswith("/"):
        raise KeyError(pointer)
    node = document
    for raw in pointer[1:].split("/"):
        token = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isdecimal() and token.isascii() and _is_index(token, node):
            node = node[int(token)]
        else:
            raise KeyError(pointer)
    return node


def _is_index(token: str, items: list[Json]) -> bool:
    return len(token) < 9 and (token == "0" or token[0] != "0") and int(token) < len(items)


def canonical_bytes(value: Json) -> bytes:
    """The RFC 8785 form of a JSON value: the bytes that digests are taken of.

    Raises BadInput for an integer that no double holds exactly, since two readers would differ on it.
    """
    try:
        return _COMPACT.encode(plain(value)).encode()
    except (NotPlain, UnicodeEncodeError, RecursionError):
        pass  # rarer values: the reference does them, or says what is wrong
    try:
        return rfc8785.dumps(value)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_as_doubles(value))


_COMPACT = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
)
"""Writes RFC 8785 in a tenth of the time, for what `plain` lets through."""


class NotPlain(Exception):
    """A value that the standard library may write in another form than RFC 8785."""


def plain(value: Json) -> Json:
    """The value with whole floats as integers; raises NotPlain where the two forms could part.

    They part in the order of keys beyond the basic plane (UTF-16 there, code points here), and in numbers
    that one of them writes with an exponent.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        for key in value:
            if type(key) is not str or not (key.isascii() or max(key) < "\ud800"):
                raise NotPlain
        return {key: child if type(child) is str else plain(child) for key, child in value.items()}
    if kind is list or kind is tuple:
        return [child if type(child) is str else plain(child) for child in value]
    if kind is float:
        if value.is_integer() and abs(value) < 2**53:
            return int(value)
        if 1e-4 <= abs(value) < 1e15:
            return value
    elif kind is int and abs(value) < 2**53:
        return value
    raise NotPlain


def _as_doubles(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _as_doubles(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_as_doubles(child) for child in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        # A large double is written with the shortest digits that name it, which need not be its value.
        if int(float(value)) != value and rfc8785.dumps(float(value)) != str(value).encode():
            raise BadInput(f"the number {value} is too large to be exact", hint="Write it as a string.")
        return float(value)
    return value


def digest(value: Json) -> str:
    """`sha256:` and the hex digest of the canonical form."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()


def readable_json(value: Json) -> str:
    """Indented JSON with a fixed layout, for `--json` and for files that people read in a diff.

    Letters of all scripts stay as they are; what could act on a terminal (C1, bidi, zero width, tags) is
    escaped as JSON has it, so that the text is inert and still the same value.
    """
    return inert_json(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def inert_json(text: str) -> str:
    """A JSON text that is the same value, with what could act on a terminal escaped as JSON has it.

    >>> inert_json('"\\u202e"') == '"\\\\u202e"'
    True
    """
    return text if text.isascii() and "\x7f" not in text else _ACTING.sub(_escape, text)


_ACTING = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
    "\ud800-\udfff]"  # lone ones: they are no text, and no encoding holds them
)


def _escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
