"""The title of a page among the lines above its text, and the kind of text that such lines announce. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corpus.blocks import Block
from corpus.findings import Finding
from corpus.imprint import is_office, organisation, statement_title
from corpus.page_parts import PageParts
from corpus.record_lines import is_names_line, stated_in

TITLE_MAX = 200  # characters; the longest title of the library has 190

PRESS_RELEASE = re.compile(
    r"(?:joint |media |совместн\w+ )?(?:press[ -]?release|news release|press[ -]statement|"
    r"пресс-релиз|сообщение для печати|заявление для прессы|пресс-релизи|изҳороти матбуотӣ|"
    r"баёнияи матбуотӣ|хабари матбуотӣ)\b[\s:–—-]*(?P<by>.*)", re.IGNORECASE
)  # fmt: skip
ACADEMIC = re.compile(
    r"(?:doi|issn|e-issn|удк|udc|abstract|аннотация|аннотатсия|резюме|keywords|key words|ключевые слова|калидвожаҳо)\b",
    re.IGNORECASE,
)


def title_of(page: PageParts, _: Mapping[str, Finding]) -> Iterator[Finding]:
    """What is below "Press Release ...", "Statement on ..." below an office's name, else the first line of the head
    that is no record and no menu.
    """
    statement = statement_of(page)
    if statement:
        yield Finding("title", statement, "line of a statement")
        return
    lines = [block for block in page.head[:12] if not stated_in(block.text) and not PRESS_RELEASE.fullmatch(block.text)]
    at = next((index for index, block in enumerate(page.head) if PRESS_RELEASE.match(block.text)), None)
    after = [block for block in page.head[at + 1 :] if block in lines] if at is not None else []
    for block in [*after, *sorted(lines, key=lambda block: bool(organisation(block.text)))]:
        if _is_title(block) and len(page.visible) > 1:
            yield Finding("title", " ".join(block.text.split()), "first line of its own")
            return


def statement_of(page: PageParts) -> str:
    """The title of an office's statement; without an office only one that a line break tears."""
    following = [*(block.text for block in page.head[1:]), ""]
    for block, below in zip(page.head[:12], following, strict=False):
        title = statement_title(block.text, below)
        if title and (office_of(page) or title != block.text):
            return title
    return ""


def office_of(page: PageParts) -> str:
    return next((line for line in page.opening if is_office(line)), "")


def _is_title(block: Block) -> bool:
    text = block.text
    letters = any(character.isalpha() for character in text)
    ends = text.rstrip("»”\"'")[-1:] in ".,;:"
    lone_word = block.words < 2
    return (
        letters
        and len(text) <= TITLE_MAX
        and not ends
        and not lone_word
        and not is_names_line(text)
        and not ACADEMIC.match(text)
    )
