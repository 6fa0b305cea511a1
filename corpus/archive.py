"""ZIP files (and the formats that are ZIP files inside) -> their members, never more than fits.

Sizes are counted while a member is unpacked; what the archive's own index claims is only a first look.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from corpus.errors import UnreadableDocument

MEMBERS_MAX = 10_000  # files; an archive of a newsroom's year has fewer
UNPACKED_MAX = 200 * 2**20  # bytes; four times the largest single file that is read
RATIO_MAX = 200  # text packs about 4 to 10 times, XML of Office files up to 100; bombs a thousand times and more
_CHUNK = 2**16
_ENTRY = b"PK\x01\x02"  # opens each entry of the index (APPNOTE.TXT 4.3.12)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others are rare, and an LZMA head may claim 4 GB of memory
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, OSError, ValueError, LookupError)


class Archive:
    """A ZIP file in memory. Names keep the order of the archive."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises UnreadableDocument for broken, encrypted and bomb-like archives."""
        self._name = name
        self._left = UNPACKED_MAX
        if data.count(_ENTRY) > MEMBERS_MAX:  # before the index is read: each entry of it takes memory
            raise UnreadableDocument(f"{name}: more than {MEMBERS_MAX:,} files; split the archive")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except BROKEN as error:
            raise UnreadableDocument(f"{name}: a broken or cut-off ZIP archive ({error}); pack it again") from error
        self._refuse_bomb(len(data))

    def names(self) -> list[str]:
        return [entry.filename for entry in self._zip.infolist() if entry.filename and not entry.is_dir()]

    def read(self, member: str, limit: int) -> bytes:
        """The member's bytes, at most `limit`. Raises UnreadableDocument when it is missing, longer or broken."""
        try:
            return b"".join(self._chunks(member, limit))
        except KeyError as error:
            raise UnreadableDocument(f"{self._name}: the archive has no {member}; export the file again") from error
        except BROKEN as error:
            raise UnreadableDocument(f"{self._name}: {member} cannot be unpacked ({error}); pack it again") from error

    def _chunks(self, member: str, limit: int) -> Iterator[bytes]:
        read = 0
        with self._zip.open(member) as file:
            while chunk := file.read(_CHUNK):
                read += len(chunk)
                self._left -= len(chunk)
                if read > limit or self._left < 0:
                    size = (limit if read > limit else UNPACKED_MAX) / 2**20
                    raise UnreadableDocument(
                        f"{self._name}: {member} unpacks to more than {size:g} MB; split the archive"
                    )
                yield chunk

    def _refuse_bomb(self, packed: int) -> None:
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        if total > UNPACKED_MAX or total > RATIO_MAX * max(packed, _CHUNK):
            raise UnreadableDocument(
                f"{self._name}: would unpack to {total / 2**20:,.0f} MB from {packed / 2**20:.1f} MB; "
                f"at most {UNPACKED_MAX / 2**20:g} MB and {RATIO_MAX} times are taken: unpack it and add the files"
            )
        if any(entry.compress_type not in _METHODS for entry in entries):
            raise UnreadableDocument(f"{self._name}: packed by a rare method; pack it again as a plain ZIP file")
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableDocument(f"{self._name}: the archive is encrypted; save it without password")


def is_document_name(member: str) -> bool:
    """Whether a member is one that a person put there: no path out of the archive, no shadow file of a system."""
    path = PurePosixPath(member.replace("\\", "/"))
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return bool(path.parts) and not (path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or hidden)
