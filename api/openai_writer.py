"""A language model behind any OpenAI-compatible endpoint (POST {url}/chat/completions). It may stall, err or lie: time
and size are bounded here, and what it says is checked by `qa.writing`.

Only the question and the answer's own sentences are sent. The key travels in one header to the address that was
configured: redirects are refused, since they would carry both elsewhere. The key and the reply are never logged.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from qa.errors import WriterFailed
from qa.writing.ports import Prompt

MAX_REPLY_BYTES = 256 << 10  # a reply to this prompt has about 2 KB; the rest is room for a model's own fields
_MAX_TOKENS = 800  # a short sentence for each of an answer's few sentences, in Cyrillic
_AT_ONCE = 8  # requests; each waits in one of the 40 threads that answer all questions (Starlette's default)


@dataclass(frozen=True)
class OpenAIWriter:
    """Implements Writer. `seconds` bounds the wait for the reply's first byte and then, anew, for all of it."""

    client: httpx.Client
    url: str
    model: str
    key: str = field(repr=False)
    seconds: float
    clock: Callable[[], float]
    _free: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE), init=False, repr=False, compare=False
    )

    def reply(self, prompt: Prompt) -> str:
        if not self._free.acquire(blocking=False):
            raise WriterFailed("the writer is busy with other questions")
        try:
            return _words_of(self._body(prompt))
        except httpx.TimeoutException as error:
            raise WriterFailed(f"the writer did not answer within {self.seconds:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WriterFailed(f"the writer cannot be reached ({type(error).__name__})") from error
        finally:
            self._free.release()

    def _body(self, prompt: Prompt) -> bytes:
        """The raw reply. Raises WriterFailed when its status, coding, size or time is wrong."""
        address = f"{self.url.rstrip('/')}/chat/completions"
        until = self.clock() + self.seconds
        with self.client.stream(
            "POST", address, json=self._request(prompt), headers=self._headers(), timeout=self.seconds,
            follow_redirects=False,
        ) as response:  # fmt: skip
            if response.status_code != httpx.codes.OK:
                raise WriterFailed(f"the writer answered with status {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise WriterFailed("the writer answered in a compressed form, which was not asked for")
            return self._bounded(response, until)

    def _bounded(self, response: httpx.Response, until: float) -> bytes:
        read = bytearray()
        for part in response.iter_raw():
            read += part
            if len(read) > MAX_REPLY_BYTES:
                raise WriterFailed(f"the writer's answer is longer than {MAX_REPLY_BYTES} bytes")
            if self.clock() > until:
                raise WriterFailed(f"the writer did not answer within {self.seconds:g} seconds")
        return bytes(read)

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        messages = [{"role": "system", "content": prompt.instructions}, {"role": "user", "content": prompt.data}]
        return {"model": self.model, "messages": messages, "temperature": 0, "max_tokens": _MAX_TOKENS}

    def _headers(self) -> dict[str, str]:
        """No compression: a small body could unfold to a huge one."""
        plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
        return {**plain, "Authorization": f"Bearer {self.key}"} if self.key else plain


def _words_of(body: bytes) -> str:
    """`choices[0].message.content` of a chat completion. Raises WriterFailed when it is none."""
    try:
        words = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise WriterFailed("the writer's answer is no chat completion") from error
    if not isinstance(words, str):
        raise WriterFailed("the writer's answer holds no text")
    return words
