from __future__ import annotations

import codecs
import random

import pytest

from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.ingest import library_files

RUSSIAN = "В Москве задержали трудовых мигрантов из Таджикистана."
TAJIK = "Муҳоҷирони меҳнатӣ аз Тоҷикистон дар Русия кор мекунанд."
ENGLISH = "Migrants said – “we left” – in Dushanbe’s café."


@pytest.mark.parametrize("text", [RUSSIAN, TAJIK, ENGLISH, "Привет", "plain ascii"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_reads_unicode_encodings_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_reads_utf16_by_its_big_endian_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"), "a.txt") == RUSSIAN


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "iso8859-5"])
@pytest.mark.parametrize(
    "text",
    [RUSSIAN, "Москва", "привет", "Сколько мигрантов?", "МИГРАНТЫ", "FMS: депортация 57 человек in 2011"],
)
def test_tells_the_russian_encodings_apart_on_a_line(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
def test_tells_the_russian_encodings_apart_on_pieces_of_the_library(encoding: str) -> None:
    pieces = [
        draft.text[at : at + 40]
        for _, draft in library_files()
        if draft.language == "ru"
        for at in range(0, len(draft.text) - 40, 150)
    ]
    encoded = [piece.encode(encoding, errors="ignore") for piece in pieces]
    right = sum(decode(data, "a.txt") == data.decode(encoding) for data in encoded)
    assert len(pieces) > 90
    assert right == len(pieces)


def test_reads_tajik_in_its_own_eight_bit_encoding() -> None:
    assert decode(TAJIK.encode("koi8-t"), "a.txt") == TAJIK


def test_reads_western_text_with_curly_quotes() -> None:
    assert decode(ENGLISH.encode("cp1252"), "a.txt") == ENGLISH


def test_one_broken_byte_does_not_turn_utf8_into_gibberish() -> None:
    data = RUSSIAN.encode() + b"\xff" + RUSSIAN.encode()
    assert decode(data, "a.txt") == f"{RUSSIAN}\ufffd{RUSSIAN}"


def test_a_text_cut_inside_a_letter_is_still_utf8() -> None:
    assert decode(RUSSIAN.encode()[:-2], "a.txt").startswith(RUSSIAN[:-2])


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF8 + b" \n", codecs.BOM_UTF16_LE])
def test_an_empty_file_is_named_as_such(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.txt: the file is empty"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"text \x00 text", "byte 5 is NUL"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"PK\x03\x04....", "a ZIP container"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xfea\x00\x00", "announces utf-16 but byte 4 breaks it"),
        (bytes(range(1, 32)) * 20, "control characters"),
    ],
)
def test_a_binary_file_is_refused_with_its_cause(data: bytes, cause: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.txt: .*" + cause):
        decode(data, "a.txt")


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_refused(seed: int) -> None:
    with pytest.raises(UnreadableDocument):
        decode(random.Random(seed).randbytes(3000), "a.txt")
