"""Options and arguments that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.errors import InvalidQuery

from ..schemas import FiltersIn
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
DateFrom = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Published in 2011, 2011-08 ... or later.")
]
DateTo = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Published in 2011, 2011-08 ... or earlier.")]
Publisher = Annotated[list[str] | None, typer.Option("--publisher", help="Only this publisher; may be repeated.")]
SourceType = Annotated[list[str] | None, typer.Option("--type", help="Only this source type; may be repeated.")]
Topic = Annotated[list[str] | None, typer.Option("--topic", help="Only this topic; may be repeated.")]
Language = Annotated[list[str] | None, typer.Option("--language", help="Only documents in en, ru or tg; repeatable.")]
DocumentId = Annotated[
    list[str] | None, typer.Option("--document", metavar="ID", help="Only this document; repeatable.")
]


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


def filters_of(context: typer.Context) -> dict[str, Any]:
    """The filters given to this command, by the contract's names."""
    return {name: context.params[name] for name in FiltersIn.model_fields if context.params.get(name)}
