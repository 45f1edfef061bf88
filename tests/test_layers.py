"""The direction of imports: a module may use what stands before it, never what stands beside or after."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "precall_cli"

LAYERS = [
    {"errors"},
    {"records"},
    {"settings", "policies"},
    {
        "gate",
        "planner",
        "compose",
        "crm",
        "transcripts",
        "audit",
        "store",
        "report",
        "claude",
        "accounts",
        "refresh",
        "rates",
        "review",
    },
    {"planning", "policy_trace", "runtime_log", "lines", "judge"},
    {"batch", "pairs", "simulate", "check"},
    {"cli", "pytest_plugin"},
    {"__main__"},
]
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
HEAVY = {
    "anthropic",
    "numpy",
    "sqlite_utils",
    "tokenizers",
    "wordllama",
    "holidays",
    "rapidfuzz",
    "webvtt",
    "srt",
    "jinja2",
    "pyarrow",
    "textual",
}


def part_of(module: str) -> str:
    """The part of the package that a dotted module name belongs to."""
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> list[tuple[str, bool]]:
    """Every module that a file imports, and whether it does so when it is itself imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(function, ast.If) and "TYPE_CHECKING" in ast.dump(function.test))
        for node in ast.walk(function)
    }
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) not in late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            above = (
                (PACKAGE.parent / path).relative_to(PACKAGE.parent).parts[: -node.level] if node.level else ()
            )
            module = ".".join((*above, node.module))
            found += [(f"{module}.{alias.name}", id(node) not in late) for alias in node.names]
    return found


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for module, _ in imports(path):
        if not module.startswith("precall_cli.") or part_of(module) in ("__version__", "data"):
            continue
        used = part_of(module)
        assert used in RANK, f"{path}: {used} has no layer"
        assert used == own or RANK[used] < RANK[own], f"{path} imports {module}"


def test_the_heavy_libraries_are_not_imported_by_the_command_line_itself() -> None:
    for path in [*PACKAGE.glob("*.py"), *(PACKAGE / "cli").glob("*.py"), *(PACKAGE / "records").glob("*.py")]:
        for module, at_import in imports(path):
            assert not (at_import and module.split(".")[0] in HEAVY), f"{path} imports {module} when loaded"
