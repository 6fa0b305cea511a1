"""Ask the writer and keep what its sources bear out; whatever it does, the verbatim answer stands."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.glossary import Glossary

from ..answer import Writing
from ..errors import WriterFailed
from .guard import Source, check
from .ports import Writer
from .prompt import claims_in, prompt_for


def write(
    writer: Writer, question: str, sources: Sequence[Source], glossary: Glossary
) -> tuple[dict[int, str], Writing]:
    """What may be shown for each source, by its number from 1, and what came of asking; a writer's failure included."""
    try:
        reply = writer.reply(prompt_for(question, [source.text for source in sources]))
    except WriterFailed as error:
        return {}, Writing(writer.model, problem=str(error))
    checked = check(claims_in(reply), sources, glossary)
    return checked.kept, Writing(writer.model, checked.dropped)
