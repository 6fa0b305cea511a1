"""Segments that are open in this process, shared by the snapshots that hold them.

A new snapshot mostly holds the segments of the one before it: only what is new is opened, and what the others have
read and remembered stays.
"""

from __future__ import annotations

from pathlib import Path
from weakref import WeakValueDictionary

from .manifest import SegmentInfo
from .segment import Segment


class OpenSegments:
    """Keeps nothing open by itself. Thread safe: two threads may open the same segment, and both objects answer."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[tuple[object, ...], Segment] = WeakValueDictionary()

    def open(self, folder: Path, info: SegmentInfo, dimension: int) -> Segment:
        """The segment in `folder`. Files that were replaced or written to since are opened anew. Raises OSError."""
        looks = ((folder / name).stat() for name in sorted(info.files))
        key = (folder, dimension, *((look.st_ino, look.st_mtime_ns) for look in looks))
        held = self._held.get(key)
        if held is None:
            self._held[key] = held = Segment(folder, dimension)
        return held
