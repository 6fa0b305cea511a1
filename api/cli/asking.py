"""muhojir ask, muhojir search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import EXIT_NOTHING
from ..ports import Asking
from ..schemas import AskRequest, SearchRequest
from ..wire import parse
from ..wiring import ensure_index, local_answers, remote_library
from . import options as o
from .console import out, print_lines, reporting, watch, width, write_file
from .text import answer_lines, passage_lines

Mode = Annotated[str, typer.Option("--mode", help="extractive, passages or written.")]

ASK_EXAMPLES = """Examples:

  muhojir ask "How many Tajiks were held at Vnukovo airport in April 2024?"

  muhojir ask --from 2024 --publisher Reuters "Why was migration law tightened?"

  echo "Сколько граждан удерживали во Внукове?" | muhojir ask --json

Exit code 0: answered. 3: declined, with the reason and the nearest passages."""

SEARCH_EXAMPLES = """Examples:

  muhojir search "re-entry bans" -k 10

  muhojir search --topic remittances --from 2020 --json "share of GDP"

Exit code 0: found. 3: nothing found."""


@o.filtering
def ask(
    context: typer.Context,
    *,
    question: o.QuestionArgument = None,
    k: o.Count = 5,
    mode: Mode = "extractive",
    explain: o.Explain = False,
    filters: o.Filters,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", metavar="FILE", help="Also write a dossier: FILE.html or FILE.md.")
    ] = None,
    cite: Annotated[
        str | None, typer.Option("--cite", metavar="FORMAT", help="Print the sources: bibtex, ris, csl-json, refworld.")
    ] = None,
    as_json: o.Json = False,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """Answer a question with the documents' own sentences, each cited, or decline."""
    with reporting(as_json):
        values = {"question": o.question_of(question), "k": k, "mode": mode, "explain": explain, "filters": filters}
        request = parse(AskRequest, values)
        asking = asking_of(context, home, server)
        body = asking.ask(request)
        if dossier:
            write_file(dossier, asking.printed(request, "dossier-md" if dossier.suffix == ".md" else "dossier").text)
        if cite:
            out(asking.printed(request, cite).text.rstrip("\n"))
    if not cite:
        print_lines([body.json_text(indent=2)] if as_json else answer_lines(body, width(), explain))
    nothing = body.answer.status == "abstained" or not body.passages
    raise typer.Exit(EXIT_NOTHING if nothing else 0)


@o.filtering
def search(
    context: typer.Context,
    *,
    question: o.QuestionArgument = None,
    k: o.Count = 5,
    explain: o.Explain = False,
    filters: o.Filters,
    as_json: o.Json = False,
    server: o.Server = None,
    home: o.Home = None,
) -> None:
    """List the passages nearest to a question, without an answer."""
    with reporting(as_json):
        values = {"question": o.question_of(question), "k": k, "explain": explain, "filters": filters}
        request = parse(SearchRequest, values)
        body = asking_of(context, home, server).search(request)
    print_lines([body.json_text(indent=2)] if as_json else passage_lines(body, width(), explain))
    raise typer.Exit(0 if body.passages else EXIT_NOTHING)


def asking_of(context: typer.Context, home: Path | None, server: str | None) -> Asking:
    """The service at `server`, else this machine's home, which is made from the library when there is none."""
    settings = o.settings_of(context, home)
    if server:
        return remote_library(settings, server)
    watch(ensure_index(settings), "Indexing the library")
    return local_answers(settings)
