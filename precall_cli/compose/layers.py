"""The layers above the plan: platform, company, agent role, campaign, from built-in files or a team's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from precall_cli.compose.layer_file import LayerFile
from precall_cli.compose.rules import Limit, Rules, Topic, find_conflicts, tightest
from precall_cli.compose.words import count_tokens, plain
from precall_cli.errors import BadInput, Problem
from precall_cli.records.policy import AGENTS
from precall_cli.records.regular_file import read_regular
from precall_cli.records.toml_text import TomlDocument, parse_toml

TITLES = {"L1": "Platform", "L2": "Company", "L3": "Agent", "L4": "Campaign"}
MAX_BYTES = 200_000
_LIMIT_WORDS = {
    "max_call_minutes": "Minutes on the call: at most {}.",
    "max_questions": "Qualifying questions: at most {}.",
    "max_sentences_per_turn": "Sentences in one turn: at most {}; then let the contact speak.",
    "max_asks_after_no": "Further asks after a no: at most {}.",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as it was read."""

    name: str
    """`L1` to `L4`."""
    source: str
    """The file it stands in."""
    instructions: tuple[str, ...]
    say: tuple[str, ...]
    rules: Rules
    max_tokens: int
    """Budget of its own text."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The four layers above the plan, which contradict each other nowhere."""

    agent: str
    layers: tuple[Layer, ...]

    @property
    def forbidden(self) -> tuple[Topic, ...]:
        """Every topic that a layer forbids, the first layer's first."""
        return tuple(topic for layer in self.layers for topic in layer.rules.forbid)

    def limit(self, name: str) -> Limit | None:
        """The bound that holds: the lowest that any layer sets."""
        return tightest(name, [layer.rules for layer in self.layers])

    def text(self, layer: Layer) -> str:
        """What the agent reads of one layer, without what a later layer narrows; empty if it says nothing."""
        lines = [*layer.instructions, *(f"Where it fits, say: “{words}”" for words in layer.say)]
        open_topics = [
            t.name for t in layer.rules.allow if not any(b.is_told_by(t.name) for b in self.forbidden)
        ]
        if open_topics:
            lines.append(f"You may go into: {_listed(open_topics)}.")
        if layer.rules.forbid:
            topics = _listed([topic.name for topic in layer.rules.forbid])
            lines.append(f"Never go into, whoever brings it up: {topics}. Say that you cannot, and move on.")
        lines += [
            _LIMIT_WORDS[limit.name].format(limit.value)
            for limit in layer.rules.limits
            if limit.name in _LIMIT_WORDS and self.limit(limit.name) == limit
        ]
        if not lines:
            return ""
        head = f"# {layer.name} {TITLES[layer.name]}"
        return "\n".join([head, "", *(f"- {plain(each)}" for each in lines)]) + "\n\n"


def _listed(topics: list[str]) -> str:
    return "; ".join(dict.fromkeys(topic.replace("_", " ") for topic in topics))


def load_layers(directory: Path | None, agent: str) -> Layers:
    """The layers for one agent: the built-in files, a file of the same name in `directory` in place of each.

    A built-in layer gives way where a team's own one above it is stricter; the strictest holds in any case.
    Raises BadInput with every problem of every file at once: keys, values, layers that contradict each
    other, a text over its budget, file names that are none.
    """
    names = _file_names(agent)
    own = _read_folder(directory) if directory else {}
    problems: list[Problem] = [*_strange_names(own, directory)]
    found: list[Layer] = []
    for name, file in names.items():
        data = own.get(file)
        source = str(directory / file) if directory and data is not None else f"built-in {file}"
        try:
            text = _built_in(file, agent) if data is None else data
            layer = _read_layer(name, parse_toml(text, source, max_bytes=MAX_BYTES), problems)
            found.append(replace(layer, rules=replace(layer.rules, yields=data is None)))
        except BadInput as error:
            problems.append(Problem(error.place, error.problem, error.hint))
    layers = Layers(agent, tuple(found))
    problems += find_conflicts([layer.rules for layer in found])
    problems += _too_long(layers)
    if problems:
        raise bad_layers(problems, str(directory or "layers"))
    return layers


def bad_layers(problems: list[Problem], place: str) -> BadInput:
    """All problems as one error, each with its own place."""
    lines = [" ".join(p for p in (f"{each.pointer}: {each.problem}", each.mend) if p) for each in problems]
    text = (
        lines[0] if len(lines) == 1 else f"{len(lines)} problems\n" + "\n".join("  " + one for one in lines)
    )
    hint = "A file of the folder takes the place of the built-in one of its name; precall ships all of them."
    return BadInput(text, place=place, hint=hint, problems=tuple(problems))


def built_in_texts() -> dict[str, str]:
    """The built-in files as they are written, by file name: what a team starts from."""
    names = dict.fromkeys(file for agent in AGENTS for file in _file_names(agent).values())
    return {
        name: (files("precall_cli") / "layers" / name).read_text(encoding="utf-8") for name in sorted(names)
    }


def _file_names(agent: str) -> dict[str, str]:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", agent):
        raise BadInput(
            f"{agent[:60]!r} is no name of an agent", place="agent", hint="Use letters, digits, - and _."
        )
    return {
        "L1": "l1_platform.toml",
        "L2": "l2_company.toml",
        "L3": f"l3_{agent}.toml",
        "L4": "l4_campaign.toml",
    }


def _built_in(file: str, agent: str) -> bytes:
    path = files("precall_cli") / "layers" / file
    if not path.is_file():
        raise BadInput(
            f"there is no layer for the agent {agent!r}",
            place=file,
            hint="Add this file to the --layers folder.",
        )
    return path.read_bytes()


def _read_folder(directory: Path) -> dict[str, bytes]:
    try:
        paths = sorted(path for path in directory.iterdir() if path.suffix == ".toml")
        return {path.name: read_regular(path) for path in paths}
    except OSError as error:
        place = str(error.filename or directory)
        hint = "Give a folder of layer files, such as l2_company.toml."
        raise BadInput(f"cannot be read: {error.strerror or error}", place=place, hint=hint) from None


def _strange_names(own: dict[str, bytes], directory: Path | None) -> Iterator[Problem]:
    for file in own:
        if not re.fullmatch(
            r"l1_platform|l2_company|l3_[A-Za-z0-9_-]+|l4_campaign", file.removesuffix(".toml")
        ):
            mend = "Name it l1_platform, l2_company, l3_<agent> or l4_campaign, or move it elsewhere."
            yield Problem(f"{directory}/{file}", "is no layer.", mend)


def _read_layer(name: str, document: TomlDocument, problems: list[Problem]) -> Layer:
    """The layer that a file holds; what is wrong with it is added to `problems`."""
    file, found = LayerFile.examine(document.value)
    for each in found:
        key = each.pointer.removeprefix("/").replace("/", ".")
        problems.append(Problem(f"{document.place(each.pointer)}: {key}", each.problem + ".", each.mend))
    if file is None:
        return Layer(name, document.source, (), (), Rules(), LayerFile().max_tokens)
    for key in ("instructions", "say", "allow", "forbid"):
        problems += [
            Problem(
                document.place(f"/{key}"),
                f"{key}: line {number} holds nothing that can be read.",
                "Remove it.",
            )
            for number, text in enumerate(getattr(file, key), start=1)
            if not re.search(r"[^\W_]", plain(text))
        ]
    limits = file.limits.model_dump(exclude_none=True)
    rules = Rules(
        allow=tuple(Topic(topic, document.place("/allow")) for topic in file.allow),
        forbid=tuple(Topic(topic, document.place("/forbid")) for topic in file.forbid),
        limits=tuple(Limit(key, value, document.place(f"/limits/{key}")) for key, value in limits.items()),
    )
    return Layer(name, document.source, file.instructions, file.say, rules, file.max_tokens)


def _too_long(layers: Layers) -> Iterator[Problem]:
    for layer in layers.layers:
        tokens = count_tokens(layers.text(layer))
        if tokens > layer.max_tokens:
            problem = f"is about {tokens:,} tokens, over its budget of {layer.max_tokens:,}."
            yield Problem(layer.source, problem, "Shorten it, or raise max_tokens in it.")
