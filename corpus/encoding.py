"""Bytes of a text file -> text. Which encoding is it?

UTF-8 is believed when it decodes. Old Russian pages come in cp1251, koi8-r or cp866 without a label; a
judge of letters and letter pairs tells them apart, on a single word as well as on a page.
"""

from __future__ import annotations

import codecs
import math
import re

from corpus.errors import UnreadableDocument

BOMS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP container (DOCX, EPUB, XLSX ...)",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Microsoft Office file",
    b"\x89PNG\r\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"\x1f\x8b\x08": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x7fELF": "a program",
    b"SQLite format 3\x00": "an SQLite database",
}
CANDIDATES = ("cp1251", "koi8-r", "cp866", "iso8859-5", "koi8-t", "cp1252")  # earlier wins a tie
SAMPLE = 20_000  # bytes; the judge needs a few words, more only costs time
PLAUSIBLE = -1.5  # 200-character pieces of the library score above .59, a lone "ФМС" -1.1, random bytes below -2.1

# Letters per thousand and the hundred most frequent pairs, counted on the six Russian digests of the library.
_LETTERS = "оиаетнсрвлдкмпгуызябжчьхйцюшщёфэъ"
_SHARES = "103 91 90 69 61 60 59 55 51 40 37 34 29 27 24 21 19 18 16 14 14 12 11 10 8 6 6 5 3 3 2 2 1"
_PER_MILLE = dict(zip(_LETTERS, map(int, _SHARES.split()), strict=True))
_LETTER = {letter: math.log(share / 30) for letter, share in _PER_MILLE.items()}
_TAJIK = frozenset("ҳқғӣӯҷ")
_FREQUENT_PAIRS = (
    "ра ст ан та ов ни го пр да на но ро ос то по ен ли од ре ал ко ик во ис ки ск ад ми гр ор жи от ва ло за ти ер ил "
    "ны не ка си ав ел дж сс ла ве те ри де ол ле нт тр ог ль ие он ии до ин ме ом бо со ес ит ам вы ат из аз ем об ет "
    "ия ак ть ви сл ок ас че ру чи их нн ед аб иг ой ци тв мо бе ся ег жд же"
)
_PAIRS = frozenset(_FREQUENT_PAIRS.split())
_PUNCTUATION = frozenset("«»„“”‘’–—…№•§©®°±\xa0")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, name: str) -> str:
    """The text of `data`. Raises UnreadableDocument when it is empty, binary or in no known encoding."""
    if not data.strip():
        raise UnreadableDocument(f"{name}: the file is empty; add one that holds text")
    _refuse_binary(data, name)
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _checked(_strict(data, encoding, name), name)
    wide = _utf16_without_mark(data)
    if wide:
        return _checked(_strict(data, wide, name), name)
    if b"\x00" in data:
        raise UnreadableDocument(
            f"{name}: byte {data.index(0)} is NUL, so this is no text file; export the document as UTF-8 text"
        )
    return _checked(_narrow(data, name), name)


def _refuse_binary(data: bytes, name: str) -> None:
    for mark, kind in MAGIC.items():
        if data.startswith(mark):
            raise UnreadableDocument(f"{name}: this is {kind}, not text; give it the suffix of its format")


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"{name}: announces {encoding} but byte {error.start} breaks it; save it again as UTF-8"
        raise UnreadableDocument(message) from error


def _checked(text: str, name: str) -> str:
    """One control character in a hundred is noise in a text; more is a binary file."""
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise UnreadableDocument(f"{name}: control characters all over, so this is no text file; export it as UTF-8")
    if not text.strip("\ufeff \t\r\n"):
        raise UnreadableDocument(f"{name}: the file is empty; add one that holds text")
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    """In UTF-16 of Latin or Cyrillic text every second byte is 0, 4 or 0x20 (punctuation); in UTF-8 none is."""
    if len(data) % 2 or len(data) < 4:
        return None
    sample = data[:SAMPLE]
    half = len(sample) // 2
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if (high.count(0) + high.count(4)) >= 0.8 * half:
            return encoding
    return None


def _narrow(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    if broken * 20 <= len(_NOT_ASCII.findall(mended)):
        return mended  # UTF-8 with a few broken bytes; any other reading is gibberish throughout
    encoding = _best_single_byte(data[:SAMPLE]) or _rare_encoding(data[:SAMPLE])
    if encoding is None:
        raise UnreadableDocument(f"{name}: in no encoding that makes sense; save it as UTF-8")
    return data.decode(encoding, errors="replace")


def _rare_encoding(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # rarely needed, and every start of the program would pay for it

    guess = from_bytes(sample).best()
    return guess.encoding if guess else None


def _best_single_byte(sample: bytes) -> str | None:
    scored = [(_plausibility(sample.decode(codec, errors="replace")), codec) for codec in CANDIDATES]
    best = max(scored, key=lambda pair: pair[0])
    return best[1] if best[0] > PLAUSIBLE else None


def _plausibility(text: str) -> float:
    """Mean weight of the characters beyond ASCII: about 0 for real text, far below for a wrong reading."""
    total = 0.0
    found = 0
    previous = " "
    padded = text + " "
    for index, character in enumerate(text):
        if character > "\x7f":
            found += 1
            total += _weight(previous, character, padded[index + 1])
        previous = character
    return total / found if found else 0.0


def _weight(previous: str, character: str, following: str) -> float:
    lower = character.lower()
    if lower in _LETTER:
        weight = _LETTER[lower] + (1.0 if previous.lower() + lower in _PAIRS else 0.0)
        if character != lower:
            weight -= 3.0 if previous.islower() else 0.6
        return weight - (4.0 if _is_ascii_letter(previous) or _is_ascii_letter(following) else 0.0)
    if lower in _TAJIK:
        return 0.0
    if character in _PUNCTUATION:
        return 0.0
    if character.isalpha() and character < "\u0180":
        return 0.5 if _is_ascii_letter(previous) or _is_ascii_letter(following) else -4.0
    return -4.0


def _is_ascii_letter(character: str) -> bool:
    return character < "\x80" and character.isalpha()
