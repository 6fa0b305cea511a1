import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.bulk_folder import full_tokenizer
from index.prepared import query_folder
from index.unigram import UnigramTokenizer, well_formed
from index.weights import Vocabulary, find_wheel_weights, read_weights

TEXTS = [
    "",
    "   ",
    "How many Tajik citizens were deported in 2024?",
    "Сколько граждан Таджикистана выдворили из России в 2024 году?",
    "Чанд нафар шаҳрванди Тоҷикистон аз Русия бадарға шуд? Ғӯҷаи ӣ ҳамин ҷост.",
    "query: муҳоҷир, мигрант & migrant — “quoted”, 57 % …",
    "ё and е\N{COMBINING DIAERESIS}, a\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}",
    "one\u00a0two\u3000three\u200bfour\u2028five\x85six\x1cseven\ttab",
    "👩‍👩‍👧 🇹🇯 🤝",
    "العربية ﷺ 中文 日本語 ไทย",
    "𓀀𓀁𓀂 known 𓀀b𓀀𓀀",
    "NUL \x00 inside \x00\x00",
    "lone \ud83d surrogate",
    "<s> </s> <pad> <unk> <mask> a<s>b <x>",
    "\uff1cs\uff1e full width",
    "▁lower one eighth block",
    "ﷺ" * 2000,
    "word " * 2000,
    "слово" * 3000,
]
ALPHABET = "abcxyz АБВЯабвгдеёжўюяғӣқӯҳҷ0123456789.,;:!?-—«»“”()%№'\"/\n\t\u00a0\u200b\u0301"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_weights(find_wheel_weights()).vocabulary


@pytest.fixture(scope="module")
def full(vocabulary: Vocabulary) -> Any:
    tokenizer = full_tokenizer(vocabulary)
    tokenizer.enable_truncation(512)
    return tokenizer


@pytest.fixture(scope="module")
def fast(model_cache: Path) -> UnigramTokenizer:
    return UnigramTokenizer(query_folder(model_cache))


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:20]))
def test_gives_the_ids_of_the_full_tokenizer(text: str, fast: UnigramTokenizer, full: Any) -> None:
    assert fast.encode(text, 512) == full.encode(well_formed(text)).ids


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(ALPHABET, max_size=200), st.text(max_size=60)))
def test_gives_the_ids_of_the_full_tokenizer_for_any_text(text: str, fast: UnigramTokenizer, full: Any) -> None:
    assert fast.encode(text, 512) == full.encode(well_formed(text)).ids


def test_library_tokens_are_those_of_the_full_tokenizer(fast: UnigramTokenizer, full: Any) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path("corpus/library").glob("2024*.md"))]
    assert len(texts) > 10
    assert [fast.encode(text, 512) for text in texts] == [found.ids for found in full.encode_batch(texts)]


def test_every_character_of_a_piece_is_a_piece_itself(vocabulary: Vocabulary) -> None:
    assert set("".join(vocabulary.pieces[4:-1])) - set(vocabulary.pieces) == set()


@pytest.mark.slow  # it looks at a clock
@pytest.mark.parametrize("text", ["a" * 1_000_000, "мир " * 250_000, "𓀀" * 1_000_000, " " * 1_000_000])
def test_a_million_characters_are_cut_in_seconds(text: str, fast: UnigramTokenizer) -> None:
    start = time.process_time()
    assert 2 <= len(fast.encode(text, 512)) <= 512
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain текст", "plain текст"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        ("</s><mask>", "< /s>< mask>"),
        ("<section> < s>", "<section> < s>"),
    ],
)
def test_well_formed_text_has_no_surrogates_and_no_special_tokens(text: str, expected: str) -> None:
    assert well_formed(text) == expected
