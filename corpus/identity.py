"""How a document and its version are named. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

SLUG_MAX = 80  # characters; keeps ids readable in a citation and legal as a file name
_CYRILLIC = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэҳқғӣӯ", "abvgdeziyklmnoprstufyehqgiu", strict=True)),
        **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"},
        **{"ҷ": "j", "ъ": "", "ь": ""},
    }
)


def slug(name: str) -> str:
    """Lower-case ASCII words of `name` joined by "-", Cyrillic transliterated, suffix dropped; "document" if none."""
    path = PurePosixPath(name)
    stem = str(path.with_suffix("")) if path.suffix and path.stem else name
    latin = unicodedata.normalize("NFC", stem).lower().translate(_CYRILLIC)
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].strip("-") or "document"


def new_document_id(name: str, first_bytes: bytes) -> str:
    """The id of a document that brings none: slug of its name, "-", 8 hex digits of the sha256 of its bytes."""
    return f"{slug(name)}-{hashlib.sha256(first_bytes).hexdigest()[:8]}"


def version_of(text: str) -> str:
    """First 12 hex digits of the sha256 of the canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
