"""E-mail (.eml) -> its text, plain part before HTML part; the sender's lines are the record, quotes stay."""

from __future__ import annotations

import re
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.readers.base import RawText, TextBuilder
from corpus.readers.html import read_html

_SIGNATURE = re.compile(r"(?m)^--[ ]?\r?$")  # RFC 3676, 4.3


def read_eml(data: bytes, name: str) -> RawText:
    """Raises UnreadableDocument."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        body = message.get_body(preferencelist=("plain", "html"))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise UnreadableDocument(f"{name}: no e-mail that can be parsed ({error}); save the message again") from error
    if not isinstance(body, EmailMessage) or not message.keys():
        raise UnreadableDocument(f"{name}: no message with a text in it; save it again, or add its attachments")
    payload = body.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    metadata = _metadata(message)
    if body.get_content_type() == "text/html":
        raw = read_html(content, name)
        return RawText(raw.text, raw.headings, raw.pages, raw.hidden, {**raw.metadata, **metadata}, raw.language)
    text, _, signature = _split(_text(body, content, name))
    builder = TextBuilder()
    builder.paragraph(text)
    builder.boilerplate(signature)
    return builder.build(metadata)


def _text(body: EmailMessage, content: bytes, name: str) -> str:
    charset = body.get_content_charset() or "utf-8"
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(content, name)


def _split(text: str) -> tuple[str, str, str]:
    """Text, mark and signature (RFC 3676: below a line of two hyphens)."""
    marks = list(_SIGNATURE.finditer(text))
    if not marks:
        return text, "", ""
    return text[: marks[-1].start()], marks[-1].group(), text[marks[-1].end() :]


def _metadata(message: EmailMessage) -> dict[str, object]:
    """Subject, sender and day; the day of sending is what the message states as its own."""
    found: dict[str, object] = {"title": " ".join(str(message.get("subject", "")).split())}
    sender = message.get("from")
    names = [address.display_name or address.addr_spec for address in getattr(sender, "addresses", ())]
    found["author"] = [one for one in names if one]
    try:
        sent = parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (ValueError, TypeError):
        sent = ""  # a broken date line states nothing
    if sent:
        found |= {"published": sent, "published_basis": "stated"}
    return {key: value for key, value in found.items() if value}
