from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import ChunkPolicy, Windows, chunk
from corpus.clean import clean
from corpus.document import Document, Heading, Passage, Span
from corpus.identity import version_of
from corpus.readers.markdown import read_markdown

POLICY = ChunkPolicy()


def document(
    text: str, headings: tuple[Heading, ...] = (), hidden: tuple[Span, ...] = (), pages: tuple[int, ...] = ()
) -> Document:
    return Document("doc", version_of(text), "doc.txt", "en", text, headings=headings, hidden=hidden, pages=pages)


def markdown(source: str) -> Document:
    raw = read_markdown(source.encode(), "doc.md")
    return document(raw.text, raw.headings)


def sentences(passage: Passage) -> list[str]:
    return [span.slice(passage.text) for span in passage.sentences]


def prose(words: int, name: str = "word") -> str:
    """Ten-word sentences."""
    return " ".join(f"{name.capitalize()} {' '.join([name] * 9)}." for _ in range(words // 10))


def test_a_short_document_is_one_passage_with_its_id() -> None:
    passage = chunk(document("One thing. Another thing."), POLICY)[0]
    assert passage.id == f"doc@{version_of('One thing. Another thing.')}:0-25"
    assert sentences(passage) == ["One thing.", "Another thing."]


def test_a_passage_never_crosses_a_heading_of_any_level() -> None:
    passages = chunk(markdown("# A\nOne.\n## B\nTwo.\n### C\nThree.\n## D\nFour.\n# E\nFive."), POLICY)
    assert [(passage.heading, passage.text) for passage in passages] == [
        (("A",), "One."),
        (("A", "B"), "Two."),
        (("A", "B", "C"), "Three."),
        (("A", "D"), "Four."),
        (("E",), "Five."),
    ]


def test_a_document_of_headings_alone_has_them_as_passages() -> None:
    passages = chunk(markdown("# First line\n\n## Second line"), POLICY)
    assert [sentence for passage in passages for sentence in sentences(passage)] == ["First line", "Second line"]


@pytest.mark.parametrize("text", ["", "\n"])
def test_a_document_without_text_has_no_passages(text: str) -> None:
    assert chunk(document(text), POLICY) == []


def test_a_hidden_stretch_is_in_no_passage_and_parts_its_neighbours() -> None:
    text = "Kept one. Hidden words here. Kept two."
    passages = chunk(document(text, hidden=(Span(10, 28),)), POLICY)
    assert [passage.text for passage in passages] == ["Kept one.", "Kept two."]


def test_overlapping_hidden_stretches_hide_all_that_any_of_them_hides() -> None:
    text = "Kept one. Hidden words here. Kept two."
    passages = chunk(document(text, hidden=(Span(10, 28), Span(12, 14), Span(27, 31))), POLICY)
    assert [passage.text for passage in passages] == ["Kept one.", "pt two."]


def test_a_hidden_stretch_inside_a_sentence_cuts_it() -> None:
    text = "Kept words [advert] more kept words."
    passages = chunk(document(text, hidden=(Span(11, 19),)), POLICY)
    assert [passage.text for passage in passages] == ["Kept words", "more kept words."]


def test_all_hidden_gives_no_passages() -> None:
    assert chunk(document("All of it.", hidden=(Span(0, 10),)), POLICY) == []


def test_passages_end_where_paragraphs_end() -> None:
    text = "\n\n".join(prose(60, name) for name in ("one", "two", "three", "four"))
    assert [len(passage.text.split()) for passage in chunk(document(text), POLICY)] == [120, 120]


def test_single_line_breaks_part_the_paragraphs_of_an_unwrapped_text() -> None:
    text = "\n".join(prose(60, name) for name in ("one", "two", "three"))
    passages = chunk(document(text), POLICY)
    assert [passage.text.count("\n") for passage in passages] == [1, 0]


def test_a_long_paragraph_is_parted_evenly_at_sentences() -> None:
    lengths = [len(passage.text.split()) for passage in chunk(document(prose(450)), POLICY)]
    assert sum(lengths) == 450
    assert len(lengths) == 4
    assert min(lengths) >= 90


def test_a_tiny_last_paragraph_joins_the_one_before() -> None:
    passages = chunk(document(f"{prose(140)}\n\nSource: a paper."), POLICY)
    assert [passage.text.endswith("Source: a paper.") for passage in passages] == [True]


def test_a_long_word_run_stays_within_the_limit_of_characters() -> None:
    assert max(len(passage.text) for passage in chunk(document("x" * 10_000), POLICY)) <= POLICY.max_characters


def test_the_language_is_the_passage_s_own_and_the_document_s_in_doubt() -> None:
    doc = markdown("# A\n\nThe migrants left for home.\n\n# B\n\nМигранты уехали домой.\n\n# C\n\n2011: 57.")
    assert [passage.language for passage in chunk(doc, POLICY)] == ["en", "ru", "en"]


def test_the_page_is_the_one_on_which_the_passage_begins() -> None:
    text = f"{prose(140)}\n\n{prose(140)}"
    middle = text.index("\n\n") + 2
    passages = chunk(document(text, pages=(0, middle)), POLICY)
    assert [passage.page for passage in passages] == [1, 2]
    assert chunk(document(text), POLICY)[0].page is None


@pytest.mark.parametrize(
    ("windows", "expected"),
    [("singles", ["One.", "Two.", "Six."]), ("pairs", ["One. Two.", "Two. Six."]),
     ("both", ["One.", "Two.", "Six.", "One. Two.", "Two. Six."])],
)  # fmt: skip
def test_windows_are_single_sentences_and_neighbouring_pairs(windows: Windows, expected: list[str]) -> None:
    passage = chunk(document("One. Two. Six."), ChunkPolicy(windows=windows))[0]
    assert [window.slice(passage.text) for window in passage.windows] == expected


def test_a_lone_sentence_is_a_window_even_among_pairs() -> None:
    passage = chunk(document("One."), ChunkPolicy(windows="pairs"))[0]
    assert passage.windows == passage.sentences


def test_policies_that_differ_have_different_ids() -> None:
    policies = [ChunkPolicy(), ChunkPolicy(target_words=90), ChunkPolicy(max_words=300), ChunkPolicy(windows="pairs")]
    assert len({policy.id for policy in policies}) == len(policies)


BLOCKS = st.lists(
    st.sampled_from(["# Заголовок\n", "## ҳаёт\n", "\n", "Mr. X left! ", "- item\n", "x" * 300 + " "])
    | st.just("Слово e\u0301 👩‍👩‍👧 ҳаст. ")
    | st.text(max_size=8),
    max_size=40,
).map("".join)


@given(BLOCKS, st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=3))
def test_every_offset_leads_back_to_the_document(source: str, stretches: list[tuple[int, int]]) -> None:
    raw = read_markdown(clean(f"a\n\n{source}").encode(), "doc.md")
    ends = sorted((min(start, len(raw.text)), min(start + size, len(raw.text))) for start, size in stretches)
    doc = document(raw.text, raw.headings, tuple(Span(*pair) for pair in ends))
    policy = ChunkPolicy(target_words=8, max_words=12, max_characters=400)
    passages = chunk(doc, policy)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    last = 0
    for passage in passages:
        assert doc.text[passage.span.start : passage.span.end] == passage.text == passage.text.strip()
        assert last <= passage.span.start
        last = passage.span.end
        assert set(passage.sentences) <= set(passage.windows)
        assert passage.sentences[0].start == 0
        assert passage.sentences[-1].end == len(passage.text)
        assert all(window.slice(passage.text).strip() for window in passage.windows)
        shown = set(range(passage.span.start, passage.span.end))
        assert not any(shown & set(range(span.start, span.end)) for span in doc.hidden)


@given(BLOCKS)
def test_no_visible_word_outside_headings_is_lost(source: str) -> None:
    doc = document(clean(source))
    found = "".join("".join(passage.text for passage in chunk(doc, POLICY)).split())
    assert found == "".join(doc.text.split())
