"""What import-linter does not see: hidden imports, who reads the environment, names that mean nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("corpus", "index", "qa", "api")
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
MAY_IMPORT_INSIDE = {"corpus/readers/registry.py", "index/backends.py"}
WIRING = "api/wiring/"  # a command loads what it uses
MEANINGLESS = {"utils", "util", "helpers", "common", "misc", "manager", "managers", "types", "http"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def hidden_imports(tree: ast.Module) -> Iterator[int]:
    """Lines of imports of our own inside functions."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] in FLOORS):
                    yield node.lineno
                if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in FLOORS for alias in node.names):
                    yield node.lineno


def test_own_imports_stand_at_the_head_of_a_file(trees: dict[str, ast.Module]) -> None:
    hidden = {name: lines for name, tree in trees.items() if (lines := list(hidden_imports(tree)))}
    assert {name for name in hidden if not name.startswith(WIRING)} <= MAY_IMPORT_INSIDE, hidden


def reads_environment(tree: ast.Module) -> bool:
    """Setting a variable, or its default, for a library that reads it at import is no reading."""
    written = set()
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=named, ctx=ast.Store()):
                written.add(id(named))
            case ast.Expr(ast.Call(ast.Attribute(named, "setdefault"))):  # a call whose value is not used
                written.add(id(named))
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and id(node) not in written
        for node in ast.walk(tree)
    )


def test_only_the_settings_read_the_environment(trees: dict[str, ast.Module]) -> None:
    assert [name for name, tree in trees.items() if reads_environment(tree)] == ["api/settings.py"]


def test_nothing_is_pickled(trees: dict[str, ast.Module]) -> None:
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                assert not {"pickle", "joblib", "shelve", "marshal"} & set(names), name


def test_every_file_has_a_name_that_says_what_it_holds() -> None:
    assert [name_of(path) for path in SOURCES if path.stem in MEANINGLESS] == []


def test_no_file_and_no_function_is_too_long(trees: dict[str, ast.Module]) -> None:
    for name, tree in trees.items():
        assert (ROOT / name).read_text(encoding="utf-8").count("\n") <= 400, name
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{name}: {node.name}"


def test_tests_are_no_packages_that_would_hide_ours() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_the_architecture_names_only_what_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:corpus|index|qa|api|tests|docs)/[\w./-]*)`", text)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
