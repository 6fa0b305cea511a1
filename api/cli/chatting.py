"""muhojir chat."""

from __future__ import annotations

import sys
from typing import Any

import typer

from qa.answer import MAX_HISTORY
from qa.errors import InvalidQuery

from ..schemas import AskRequest
from ..wire import parse
from . import options as o
from .asking import asking_of
from .console import note, out, print_lines, reporting, width
from .text import answer_lines

CHAT_EXAMPLES = """Examples:

  muhojir chat

  printf 'Who was held at Vnukovo?\\nAnd how many were students?\\n' | muhojir chat

An empty line or the end of the input ends it."""


@o.filtering
def chat(
    context: typer.Context,
    *,
    k: o.Count = 5,
    filters: o.Filters,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """Ask one question after the other; later ones may lean on earlier ones."""
    with reporting():
        asking = asking_of(context, home, server)
        earlier: list[str] = []
        while question := _next_question():
            history = [{"question": one} for one in earlier[-MAX_HISTORY:]]
            values: dict[str, Any] = {"question": question, "k": k, "history": history}
            try:
                body = asking.ask(parse(AskRequest, values | {"filters": filters}))
            except InvalidQuery as error:  # the next question may be better
                note(f"muhojir: {error}")
                continue
            print_lines(answer_lines(body, width(), explain=False))
            out()
            earlier.append(question)


def _next_question() -> str:
    if sys.stdin.isatty():
        typer.echo("? ", nl=False, err=True)
    return sys.stdin.readline().strip()
