from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import clean
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.readers.base import TextBuilder
from corpus.readers.markdown import read_markdown
from corpus.readers.plain import read_plain
from corpus.readers.registry import reader_for

LONG = "The migrants who had come from Tajikistan in the spring were told to leave Moscow before the end of the year."


def shown(source: str) -> str:
    return read_markdown(source.encode(), "a.md").text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Soft\nline", "Soft line"),
        ("hard  \nline", "hard\nline"),
        ("hard\\\nline", "hard\nline"),
        ("**bold**, *slanted*, __bold__, _slanted_, ***both***", "bold, slanted, bold, slanted, both"),
        ("**over a\nline break**", "over a line break"),
        ("**outer *inner* outer**", "outer inner outer"),
        ("~~struck~~ and `code_x_y`", "struck and code_x_y"),
        ("a_b_c, 2 * 3 * 4, \\*kept\\*", "a_b_c, 2 * 3 * 4, *kept*"),
        ('[words](https://a.b/c_(d) "title") and ![picture](p.png)', "words and picture"),
        ("[words][ref] and <https://a.b>\n\n[ref]: https://a.b", "words and https://a.b"),
        ("AT&amp;T &lt;b&gt; 5 < 6", "AT&T <b> 5 < 6"),
        ("<b>bold</b><br/> <!-- gone -->kept", "bold kept"),
        ("* one\n  goes on\n+ two\n- [x] three\n1. four", "- one goes on\n- two\n- three\n1. four"),
        ("> quoted\n> words\nplain", "quoted words\nplain"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"),
        ("```py\nx = *1*\n\ny\n```\nafter", "x = *1*\n\ny\n\nafter"),
        ("~~~\nnever closed", "never closed"),
        ("one\n\n***\n\ntwo", "one\n\ntwo"),
        ("Word.[^1]\n\n[^1]: The note.", "Word.[1]\n\n[1] The note."),
        ("миг\u00adрант\u00a0ушёл", "мигрант ушёл"),
        ("#hashtag", "#hashtag"),
    ],
)
def test_markdown_becomes_the_text_that_a_person_reads(source: str, text: str) -> None:
    assert shown(source) == text


def test_markdown_headings_of_both_kinds_are_found_where_they_stand() -> None:
    raw = read_markdown(b"# One *a* #\ntext\n## C#\n\nTwo\nlines\n---\n\nThree\n===\n####\nend", "a.md")
    assert [(heading.level, heading.title) for heading in raw.headings] == [
        (1, "One a"), (2, "C#"), (2, "Two lines"), (1, "Three"),
    ]  # fmt: skip
    assert all(heading.span.slice(raw.text) == heading.title for heading in raw.headings)


def test_markdown_takes_its_title_from_front_matter_or_else_from_the_first_heading() -> None:
    assert read_markdown(b"---\ntitle: A\n---\n# B\n\ntext", "a.md").metadata["title"] == "A"
    assert read_markdown(b"# B\n\ntext", "a.md").metadata == {"title": "B"}
    assert read_markdown(b"## B\n\ntext", "a.md").metadata == {}


def test_markdown_gives_the_language_of_its_front_matter_as_a_hint() -> None:
    assert read_markdown(b"---\nlang: tg\n---\nwords", "a.md").language == "tg"


MARKS = st.lists(st.sampled_from([*"#*_`~[]()<>!|-+\\\n 1.=:ҳ", "---\n", "```", "<!--", "-->", "e\u0301", "👩‍👩‍👧"]))


@given(MARKS.map("".join))
def test_any_markdown_gives_canonical_text_with_headings_in_place(source: str) -> None:
    raw = read_markdown(f"words\n\n{source}".encode(), "a.md")
    assert clean(raw.text) == raw.text
    assert all(heading.span.slice(raw.text) == heading.title for heading in raw.headings)


@pytest.mark.slow  # it looks at a clock
@pytest.mark.parametrize(
    "unit", ["a\n", "*a", "[a](b", "[", "`a", "<!--", "_a ", "<a", "a\n=\n", "- \n", "# ", "| a\n", "\\", "[a]: "]
)
def test_hostile_markdown_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        read_markdown((unit * (length // len(unit)) + "x").encode(), "a.md")
        return time.process_time() - start

    assert seconds(40_000) < 40 * max(seconds(5_000), 0.005)


def test_plain_text_keeps_every_line_and_finds_its_title() -> None:
    source = f"Wednesday, 4 September 2013\n\nRussia Ramps up Pressure\n\nBy a Person\n\n{LONG}\n"
    raw = read_plain(source.encode(), "a.txt")
    assert raw.text == source.strip()
    assert raw.metadata == {"title": "Russia Ramps up Pressure"}
    assert raw.headings == ()


@pytest.mark.parametrize("text", [LONG, f"{LONG}\n\n{LONG}", "One line only", "It ended there.\n\nSo it did."])
def test_plain_text_without_a_title_line_has_no_title(text: str) -> None:
    assert read_plain(text.encode(), "a.txt").metadata == {}


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("Efforts of the authorities", True),
        ("1. Background", True),
        ("Press contacts:", False),
        ("It was late.", False),
        ("By a Person, 4 September 2013", False),
        ("someone@example.org", False),
        ("lower case line", False),
    ],
)
def test_plain_text_takes_only_a_plain_label_between_paragraphs_for_a_heading(line: str, is_heading: bool) -> None:
    for gap in ("\n\n", "\n"):
        paragraphs = f"{LONG} {LONG}", line, f"{LONG} {LONG}"
        raw = read_plain(gap.join(paragraphs).encode(), "a.txt")
        assert [heading.title for heading in raw.headings] == ([line] if is_heading else [])
        assert all(heading.span.slice(raw.text) == heading.title for heading in raw.headings)


def test_a_builder_notes_where_headings_pages_and_boilerplate_stand() -> None:
    builder = TextBuilder()
    builder.page()
    builder.heading(" A\n heading ", 2)
    builder.paragraph("one\r\ntwo ")
    assert len(builder.paragraph(" \u200b ")) == 0
    builder.page()
    builder.boilerplate("Home | About")
    builder.paragraph("three")
    raw = builder.build()
    assert raw.text == "A heading\n\none\ntwo\n\nHome | About\n\nthree"
    assert [(heading.level, heading.span.slice(raw.text)) for heading in raw.headings] == [(2, "A heading")]
    assert [span.slice(raw.text) for span in raw.hidden] == ["Home | About"]
    assert [raw.text[page:][:4] for page in raw.pages] == ["A he", "Home"]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_a_builder_s_text_is_canonical_and_its_spans_hold_the_cleaned_blocks(blocks: list[str]) -> None:
    builder = TextBuilder()
    spans = [builder.paragraph(block) for block in blocks]
    text = builder.build().text
    assert clean(text) == text
    assert [span.slice(text) for span in spans] == [clean(block) for block in blocks]


@pytest.mark.parametrize(
    ("name", "media_type", "reader"),
    [
        ("a.txt", "", read_plain),
        ("A.MD", "", read_markdown),
        ("a", "text/markdown; charset=utf-8", read_markdown),
        ("a.md", "text/plain", read_plain),
        ("a.md", "application/octet-stream", read_markdown),
    ],
)
def test_the_media_type_goes_before_the_suffix(name: str, media_type: str, reader: object) -> None:
    assert reader_for(name, media_type) is reader


@pytest.mark.parametrize(("name", "media_type"), [("a.xyz", ""), ("a", ""), ("a.xyz", "image/png")])
def test_an_unknown_format_is_refused_with_the_known_ones(name: str, media_type: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.md .*\.txt"):
        reader_for(name, media_type)


@pytest.mark.parametrize("read", [read_plain, read_markdown])
def test_a_binary_file_is_refused_by_every_text_reader(read: type) -> None:
    with pytest.raises(UnreadableDocument, match="NUL"):
        read(b"a\x00b", "a.txt")
