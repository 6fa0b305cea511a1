"""The documentation names every command, option, route, setting and error, and nothing that is not there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from api.app import create_app
from api.cli import app
from api.errors import BY_STATUS, TABLE
from api.settings import Settings

ROOT = Path(__file__).parent.parent
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
HTTP = (ROOT / "docs" / "http-api.md").read_text(encoding="utf-8")


def commands() -> dict[str, Any]:
    root = cast(Any, typer.main.get_command(app))
    found: dict[str, Any] = {}
    for name, command in root.commands.items():
        children = getattr(command, "commands", None)
        found |= {f"{name} {child}": one for child, one in children.items()} if children else {name: command}
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_in_the_documentation(name: str) -> None:
    assert f"`muhojir {name}" in CLI
    for parameter in commands()[name].params:
        longest = max(parameter.opts, key=len)
        if longest.startswith("--") and longest != "--help":
            assert longest in CLI or f"--no-{longest[2:]}" in CLI, longest


def test_the_documentation_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `muhojir ([a-z]+(?: [a-z]+)?)", CLI, re.MULTILINE))
    assert named == set(commands())


def routes() -> dict[str, set[str]]:
    app = create_app(cast(Any, None), cast(Any, None), max_body_bytes=1, changes=cast(Any, object()))
    paths = app.openapi()["paths"]
    return {path: {method.upper() for method in methods} for path, methods in paths.items()}


def test_the_documented_routes_are_the_routes() -> None:
    titles = re.findall(r"^## (.+)$", HTTP, re.MULTILINE)
    documented = {pair for title in titles for pair in re.findall(r"(GET|POST|DELETE) (/\S+)", title)}
    assert documented == {(method, path) for path, methods in routes().items() for method in methods}


def test_every_error_class_and_problem_is_in_the_documentation() -> None:
    for cls, problem in TABLE.items():
        row = f"| `{problem.slug}` | {problem.status} | {problem.exit_code} | `{cls.__name__}`"
        assert row in HTTP, row
    for status, problem in BY_STATUS.items():
        assert f"| `{problem.slug}` | {status} |" in HTTP, problem.slug


def test_every_setting_is_in_the_documentation_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        row = next(line for line in CLI.splitlines() if line.startswith(f"| `MUHOJIR_{name.upper()}` |"))
        assert str(field.description) in row
        if field.default_factory is None and str(field.default):
            assert f"`{field.default}`" in row, name


def test_the_changelog_names_the_version_of_the_package() -> None:
    declared = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    latest = re.search(r"^## (?!Unreleased)(\S+)(?: - (\S+))?$", changelog, re.MULTILINE)
    assert latest
    assert latest.group(1) == declared.group(1)
    assert latest.group(2) is None or date.fromisoformat(latest.group(2))


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
