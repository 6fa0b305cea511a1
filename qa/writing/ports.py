"""What a writer promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """`instructions` are ours alone; `data` is JSON that holds the question and the quotations, and no instruction."""

    instructions: str
    data: str


class Writer(Protocol):
    """A language model. Thread safe. Nothing that it says is trusted."""

    @property
    def model(self) -> str:
        """Its name, as shown beside what it wrote."""
        ...

    def reply(self, prompt: Prompt) -> str:
        """Its words, within a bound of time and size. Raises WriterFailed with a cause that a reader may see."""
        ...
