"""Raw text -> canonical text, the text that every offset of the product refers to.

Pure, idempotent, linear in the length of the text. It never adds a word and never drops a visible one.
"""

from __future__ import annotations

import re
import unicodedata

# Breaks: next line, line and paragraph separator, vertical tab, form feed.
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# The Hangul fillers that have a width, and the empty Braille cell, show as blanks too.
_BLANKS = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0]")
# Invisible: controls, lone surrogates, and what Unicode calls Default_Ignorable_Code_Point, so joiners, bidi controls,
# tags and variation selectors: text can be hidden in any of them. A selector changes a shape, never a word.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MARKS_MAX = 30  # marks on one letter, UAX #15 "Stream-Safe Text Format"; sorting longer runs takes square time
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed\u0730-\u074a"
    "\u07eb-\u07f3\u0816-\u082d\u0859-\u085b\u0898-\u08ff\u093c-\u094d\u0e38-\u0ecb\u0f18-\u0fc6"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\ua6f1\ufb1e\ufe20-\ufe2f"
    "\U000101fd-\U00010f85\U0001d165-\U0001d244\U0001e000-\U0001e94a]{31,}"
)
_BLANK_LINES = re.compile("\n{4,}")


def clean(text: str) -> str:
    """NFC text with `\\n` line ends, plain spaces, no invisible characters, at most two blank lines in a row.

    Lines have no trailing blanks and the text no surrounding white space. Nothing visible left gives "".
    """
    text = _INVISIBLE.sub("", _BLANKS.sub(" ", _BREAKS.sub("\n", text)))
    text = _compose(text)
    text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n\n", text).strip()


def _compose(text: str) -> str:
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", _MARKS.sub(_first_marks, text))
    return _MARKS.sub(_first_marks, composed)


def _first_marks(run: re.Match[str]) -> str:
    return run.group()[:_MARKS_MAX]
