"""Options and arguments that several commands share."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.errors import InvalidQuery

from ..settings import Settings, load_settings

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the documents and the index (MUHOJIR_HOME).", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print the body of the HTTP contract.")]
Server = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help="Ask a running service instead of this machine.", show_default=False),
]
Count = Annotated[int, typer.Option("-k", "--k", metavar="N", help="How many passages, 1 to 50.")]
Explain = Annotated[bool, typer.Option("--explain", help="Show why each passage is there.")]
QuestionArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION", help="The question; read from standard input when left out or '-'."),
]
Filters = dict[str, Any]

# By the contract's names, in the order of --help.
_FILTERS: dict[str, Any] = {
    "published_from": Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Published in 2011, 2011-08 ... or later.")
    ],
    "published_to": Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Published in 2011, 2011-08 ... or earlier.")
    ],
    "publisher": Annotated[list[str] | None, typer.Option("--publisher", help="Only this publisher; may be repeated.")],
    "source_type": Annotated[list[str] | None, typer.Option("--type", help="Only this source type; may be repeated.")],
    "topic": Annotated[list[str] | None, typer.Option("--topic", help="Only this topic; may be repeated.")],
    "language": Annotated[
        list[str] | None, typer.Option("--language", help="Only documents in en, ru or tg; repeatable.")
    ],
    "document_id": Annotated[
        list[str] | None, typer.Option("--document", metavar="ID", help="Only this document; repeatable.")
    ],
}
_FILTER_PARAMETERS = [
    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
    for name, option in _FILTERS.items()
]


def filtering(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the filter options in place of its keyword `filters`, which gets those in use."""

    @functools.wraps(command)
    def filtered(context: typer.Context, **values: Any) -> None:
        given = {name: value for name in _FILTERS if (value := values.pop(name))}
        command(context, **values, filters=given)

    signature = inspect.signature(command, eval_str=True)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        parameters += _FILTER_PARAMETERS if parameter.name == "filters" else [parameter]
    filtered.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    filtered.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return filtered


def settings_of(context: typer.Context, home: Path | None) -> Settings:
    """The settings, with the home of this command, else the one given before the command's name."""
    return load_settings(home or context.obj)


def question_of(words: list[str] | None) -> str:
    """The words as one line, or standard input. Raises InvalidQuery when input is missing or no UTF-8."""
    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise InvalidQuery("question", "write it after the command or send it on standard input")
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise InvalidQuery("question", "standard input is no UTF-8; convert it first (iconv -t utf-8)") from error
