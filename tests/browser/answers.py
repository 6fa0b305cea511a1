"""Bodies of the HTTP contract, written for these tests: three languages, a refusal, and a hostile document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EMOJI = "😀👩‍👧"
RTL_OVERRIDE = "\u202e"
LONG_WORD = "м" * 10_000


@dataclass(frozen=True)
class Source:
    id: str
    title: str
    language: str
    text: str
    quotes: tuple[str, ...]
    publisher: str = "Harbour Gazette"
    published: str | None = "2024-04-29"
    basis: str = "stated"
    url: str | None = "https://example.org/article"
    digest: bool = True
    headings: tuple[str, ...] = field(default=())

    version = "0123456789ab"

    def record(self) -> dict[str, Any]:
        published = self.published and {"value": self.published, "precision": "day", "basis": self.basis}
        dates = {"published": published or None, "modified": None, "event": None, "accessed": None}
        return {
            "id": self.id, "version": self.version, "title": self.title, "author": [], "publisher": self.publisher,
            "dates": dates, "url": self.url, "source_type": "news", "language": self.language,
            "source_language": self.language, "topics": ["airport-standoffs"], "digest": self.digest, "parallel": [],
        }  # fmt: skip

    def document(self) -> dict[str, Any]:
        headings = [{"start": self.text.index(title), "end": self.text.index(title) + len(title), "level": 2,
                     "title": title} for title in self.headings]  # fmt: skip
        return {
            "schema": 1, **self.record(), "name": f"{self.id}.md", "label": self.label(), "cite_as": self.label(),
            "text": self.text, "headings": headings, "pages": [], "hidden": [], "versions": [self.version],
        }  # fmt: skip

    def label(self) -> str:
        return f"digest of {self.publisher}, {self.published}"

    def span(self, quote: str) -> tuple[int, int]:
        start = self.text.index(quote)
        return start, start + len(quote)


ENGLISH = Source(
    "harbour-en", "Counting the people at gate nine", "en",
    f"{EMOJI} At the gate\n\nOn 27 April the harbour held 954 travellers. {EMOJI} Some of them were students of the "
    "polytechnic. Nobody told them how long they would wait.\n\nLater that week most were let through.",
    ("On 27 April the harbour held 954 travellers.", "Some of them were students of the polytechnic."),
    headings=(f"{EMOJI} At the gate",),
)  # fmt: skip
RUSSIAN = Source(
    "harbour-ru", "Сколько людей у девятых ворот", "ru",
    "У ворот\n\n27 апреля в порту удерживали 954 пассажира. Среди них были студенты политехникума.",
    ("27 апреля в порту удерживали 954 пассажира.", "Среди них были студенты политехникума."),
    publisher="Портовый вестник", published="2024-04", basis="inferred", headings=("У ворот",),
)  # fmt: skip
TAJIK = Source(
    "harbour-tg", "Дар назди дарвозаи нӯҳум чанд кас аст", "tg",
    "Дар назди дарвоза\n\n27 апрел дар бандар 954 мусофирро нигоҳ медоштанд. Дар байни онҳо донишҷӯён ҳам буданд.",
    ("27 апрел дар бандар 954 мусофирро нигоҳ медоштанд.", "Дар байни онҳо донишҷӯён ҳам буданд."),
    publisher="Паёми бандар", published="2024", basis="given", headings=("Дар назди дарвоза",),
)  # fmt: skip
HOSTILE = Source(
    "hostile", f"<img src=x onerror=\"document.title='owned'\"> {RTL_OVERRIDE}desrever", "en",
    f"<script>document.title='owned'</script> A marked sentence. {RTL_OVERRIDE}txet desrever\n\n{LONG_WORD}\n\n"
    "[a link](javascript:document.title='owned') stands here.",
    ("<script>document.title='owned'</script> A marked sentence.", "[a link](javascript:document.title='owned')"),
    publisher="<b>Bold</b> & Sons", published=None, url="javascript:document.title='owned'", digest=False,
)  # fmt: skip

SOURCES = {source.id: source for source in (ENGLISH, RUSSIAN, TAJIK, HOSTILE)}

QUESTIONS = {
    "How many travellers did the harbour hold?": ENGLISH,
    "Сколько пассажиров удерживали в порту?": RUSSIAN,
    "Дар бандар чанд мусофирро нигоҳ медоштанд?": TAJIK,
    "What does the hostile page say?": HOSTILE,
}
EN_QUESTION, RU_QUESTION, TG_QUESTION, HOSTILE_QUESTION = QUESTIONS
UNANSWERABLE = "How deep is the harbour?"
LEFT_OPEN = "how deep is the harbour"  # a second part of any question, to which there is no answer


def answer(question: str, standalone: str | None = None) -> dict[str, Any]:
    """The body of /v1/ask: answered for a question above, refused with the nearest passage for any other."""
    source = QUESTIONS.get(question.removesuffix(f" And {LEFT_OPEN}?"))
    shown = source or ENGLISH
    body = {
        "schema": 1, "id": "answer-1",
        "snapshot": {"id": "aaaaaaaaaaaa", "documents": 4, "passages": 4, "created": "2026-11-01T12:00:00+00:00"},
        "question": {"text": question, "language": shown.language, "standalone": standalone or question,
                     "expansions": [{"found": "harbour", "aliases": ["порт", "бандар"]}]},
        "filters": {"matching_documents": 4, "undated": 1},
        "passages": [_passage(shown)], "documents": {shown.id: shown.record()},
        "timing_ms": {"encode": 1.0, "search": 2.0, "answer": 0.5, "total": 3.5},
    }  # fmt: skip
    return {**body, **(_answered(source, question.endswith(f"{LEFT_OPEN}?")) if source else _refused())}


def _answered(source: Source, in_part: bool) -> dict[str, Any]:
    sentences, citations = [], []
    for number, quote in enumerate(source.quotes, start=1):
        start, end = source.span(quote)
        place = {"passage_id": _passage(source)["id"], "document_id": source.id, "start": start, "end": end}
        sentences.append({"text": quote, **place, "citations": [number]})
        permalink = f"/v1/passages/{source.id}@{source.version}:{start}-{end}"
        citations.append({"number": number, **place, "version": source.version, "quote": quote,
                          "label": source.label(), "cite_as": source.label(), "url": source.url,
                          "permalink": permalink})  # fmt: skip
    text = " ".join(f"{quote} [{number}]" for number, quote in enumerate(source.quotes, start=1))
    said = {"status": "answered", "mode": "extractive", "reason": None, "text": text, "confidence": 0.94,
            "sentences": sentences, "unanswered": [LEFT_OPEN] if in_part else []}  # fmt: skip
    return {"answer": said, "citations": citations}


def _refused() -> dict[str, Any]:
    said = {"status": "abstained", "mode": "extractive", "reason": "not_in_corpus", "text": "", "confidence": 0.12,
            "sentences": [], "unanswered": []}  # fmt: skip
    return {"answer": said, "citations": []}


def _passage(source: Source) -> dict[str, Any]:
    start, end = source.span(source.quotes[0])
    return {
        "rank": 1, "id": f"{source.id}@{source.version}:{start}-{end}", "document_id": source.id,
        "version": source.version, "text": source.quotes[0], "start": start, "end": end,
        "heading": list(source.headings), "page": None, "score": 0.8,
        "scores": {"lexical": 4.1, "dense": 0.87, "windows": 0.9}, "ranks": {"lexical": 1, "dense": None},
        "highlights": [[start, start + 4]],
    }  # fmt: skip


def coverage() -> dict[str, Any]:
    counted = {
        "years": [("2023", 0), ("2024", 3)],
        "publishers": [("Harbour Gazette", 1), ("Портовый вестник", 1), ("Паёми бандар", 1)],
        "source_types": [("news", 4)],
        "topics": [("airport-standoffs", 4)],
        "languages": [("en", 2), ("ru", 1), ("tg", 1)],
    }
    facets = {name: [{"value": value, "documents": n} for value, n in rows] for name, rows in counted.items()}
    suggested = [{"text": question, "language": source.language} for question, source in QUESTIONS.items()][:3]
    return {"schema": 1, "documents": 4, "undated": 1, **facets, "suggested_questions": suggested}
