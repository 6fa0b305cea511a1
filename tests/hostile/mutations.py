"""Whole files -> broken ones, by a seed: flipped bits, cuts, repeats, numbers that are edges, and parts of other files.

Containers are mended again after a change inside a member, so that what is broken reaches the parser inside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.hostile.samples import members_of, zip_of

NUMBERS = [
    b"\x00" * 4,
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"-1",
    b"2147483648",
    b"99999999999999",
    b"0",
]
MARKS = [
    b"<", b">", b"</", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [", b"&#x0;", b"&#1114112;", b"&amp;", b"<table>", b"<td colspan=99999>",
    b"obj", b"endobj", b"stream\n", b"endstream", b"<<", b">>", b"[", b"]", b"/Kids [2 0 R]", b"/Parent 2 0 R", b"/Length 99999999",
    b"---\n", b"```", b"\n\n\n", b"\r", b"\x00", b"\xe2\x80\xae", b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xcc\x81" * 50,
    b"=?utf-8?b?", b"Content-Type: text/html; charset=utf-7\n", b"Content-Transfer-Encoding: base64\n", b"--x", b"PK\x05\x06", b"PK\x01\x02",
]  # fmt: skip

Mutation = Callable[[Random, bytes], bytes]


def mutations(whole: dict[str, bytes], seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """`count` broken files of each of `whole`, one format after the other in turn."""
    for number in range(count):
        for name, data in whole.items():
            random = Random(f"{seed}:{number}:{name}")
            yield name, _broken(random, name, data, list(whole.values()))


def _broken(random: Random, name: str, data: bytes, others: list[bytes]) -> bytes:
    if name.endswith((".docx", ".epub")) and random.random() < 0.75:
        members = members_of(data)
        inside = random.choice(sorted(members))
        return zip_of(members | {inside: _several(random, members[inside], others)})
    return _several(random, data, others)


def _several(random: Random, data: bytes, others: list[bytes]) -> bytes:
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        data = random.choice(MUTATIONS)(random, data) if random.random() < 0.95 else _spliced(random, data, others)
    return data


def _flipped(random: Random, data: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :] if at < len(data) else data


def _cut(random: Random, data: bytes) -> bytes:
    return data[: _place(random, data)]


def _removed(random: Random, data: bytes) -> bytes:
    start = _place(random, data)
    return data[:start] + data[start + random.randrange(1, 200) :]


def _repeated(random: Random, data: bytes) -> bytes:
    start = _place(random, data)
    piece = data[start : start + random.randrange(1, 200)]
    return data[:start] + piece * random.choice((2, 3, 50, 500)) + data[start:]


def _overwritten(random: Random, data: bytes) -> bytes:
    at, words = _place(random, data), random.choice(NUMBERS)
    return data[:at] + words + data[at + len(words) :]


def _inserted(random: Random, data: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice(MARKS) * random.choice((1, 1, 3, 300)) + data[at:]


def _noisy(random: Random, data: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + random.randbytes(random.randrange(1, 60)) + data[at:]


def _spliced(random: Random, data: bytes, others: list[bytes]) -> bytes:
    other = random.choice(others)
    return data[: _place(random, data)] + other[_place(random, other) :]


def _place(random: Random, data: bytes) -> int:
    return random.randrange(len(data) + 1)


MUTATIONS: tuple[Mutation, ...] = (_flipped, _cut, _removed, _repeated, _overwritten, _inserted, _noisy)
