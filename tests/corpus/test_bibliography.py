from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bibliography import FORMATS, bibtex, cite_as, csl_json, label, ris
from corpus.document import Basis, Dated, Document, Record

TODAY = date(2026, 11, 22)
REPORT = Record(
    title="Migrants Hostage to Ties With Moscow",
    author=("Lola Olimova",),
    publisher="Institute for War and Peace Reporting",
    symbol="RCA Issue 655",
    url="https://example.org/a_b?c=1&d=50%25",
    source_type="news",
    source_language="en",
    topics=("visa-regime",),
    published=Dated("2011-08-25", "stated"),
)
DIGEST = Record(title="Held", publisher="Asia-Plus", published=Dated("2024-04-29", "stated"), digest=True)


def document(record: Record, document_id: str = "2011-iwpr.ru") -> Document:
    return Document(document_id, "0" * 12, "a.md", "ru", "Text.", record)


@pytest.mark.parametrize(
    ("value", "basis", "expected"),
    [
        ("2024-04-29", "stated", "Asia-Plus, 29 April 2024"),
        ("2024-04", "given", "Asia-Plus, April 2024"),
        ("2024", "inferred", "Asia-Plus, 2024 (inferred)"),
    ],
)
def test_a_label_says_who_and_when(value: str, basis: Basis, expected: str) -> None:
    assert label(Record(publisher="Asia-Plus", published=Dated(value, basis))) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (DIGEST, "digest of Asia-Plus, 29 April 2024"),
        (Record(publisher="FIDH"), "FIDH, n.d."),
        (Record(author=("A B", "C D"), title="T"), "A B, C D, n.d."),
        (Record(title="T"), "T, n.d."),
        (Record(), "n.d."),
    ],
)
def test_a_label_uses_what_is_known(record: Record, expected: str) -> None:
    assert label(record) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            REPORT,
            "Lola Olimova, Migrants Hostage to Ties With Moscow, Institute for War and Peace Reporting, 25 August 2011"
            ", RCA Issue 655, available at: https://example.org/a_b?c=1&d=50%25 [accessed 22 November 2026]",
        ),
        (DIGEST, "Muhojir library, digest of Asia-Plus, Held, 29 April 2024"),
        (Record(publisher="FIDH", author=("FIDH",), title="T"), "FIDH, T, n.d."),
        (Record(title="T", url_alt="https://b.c"), "T, n.d., available at: https://b.c [accessed 22 November 2026]"),
        (Record(), "n.d."),
    ],
)
def test_a_citation_leaves_out_what_is_not_known(record: Record, expected: str) -> None:
    assert cite_as(record, TODAY) == expected


def test_bibtex_of_a_full_record() -> None:
    assert bibtex(document(REPORT), TODAY) == (
        "@misc{2011-iwpr.ru,\n"
        "  author = {Olimova, Lola},\n"
        "  title = {{Migrants Hostage to Ties With Moscow}},\n"
        "  publisher = {Institute for War and Peace Reporting},\n"
        "  number = {RCA Issue 655},\n"
        "  year = {2011},\n"
        "  month = {8},\n"
        "  day = {25},\n"
        "  url = {https://example.org/a_b?c=1&d=50%25},\n"
        "  urldate = {2026-11-22},\n"
        "  language = {en},\n"
        "}\n"
    )


def test_bibtex_keeps_bodies_whole_and_says_what_a_digest_is() -> None:
    record = Record(
        title="50% of Tajiks & {others}_#1 ~ ^ \\ $",
        author=("Bureau on Human Rights and Rule of Law", "Olga R. Gulina", "UNICEF Tajikistan"),
        publisher="FIDH",
        source_type="report",
        published=Dated("2011", "inferred"),
        digest=True,
    )
    written = bibtex(document(record, "a b,{c}"), TODAY)
    assert written.startswith("@techreport{a-b--c-,\n")
    assert "author = {{Bureau on Human Rights and Rule of Law} and Gulina, Olga R. and {UNICEF Tajikistan}}," in written
    assert (
        r"title = {{50\% of Tajiks \& \textbraceleft{}others\textbraceright{}\_\#1 \textasciitilde{} "
        r"\textasciicircum{} \textbackslash{} \$}}," in written
    )
    assert "institution = {FIDH}," in written
    assert "note = {digest of FIDH in the words of the Muhojir library; date inferred}," in written


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
RECORDS = st.builds(
    Record,
    title=ANY_TEXT,
    author=st.lists(ANY_TEXT.filter(bool), max_size=2).map(tuple),
    publisher=ANY_TEXT,
    symbol=ANY_TEXT,
    edition=ANY_TEXT,
    url=ANY_TEXT.map(lambda text: f"https://{text}"),
    digest=st.booleans(),
)


@given(RECORDS)
def test_no_record_unbalances_the_braces_of_bibtex(record: Record) -> None:
    depth = 0
    for sign in bibtex(document(record), TODAY):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


@given(RECORDS)
def test_no_record_breaks_out_of_its_line_of_ris(record: Record) -> None:
    written = ris(document(record), TODAY)
    assert written.endswith("ER  - \r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in written.split("\r\n")[:-1])
    assert written.count("ER  - ") - sum(text.count("ER  - ") for text in (record.title,)) >= 1


def test_ris_of_a_full_record() -> None:
    assert ris(document(REPORT), TODAY).split("\r\n") == [
        "TY  - NEWS",
        "ID  - 2011-iwpr.ru",
        "AU  - Olimova, Lola",
        "TI  - Migrants Hostage to Ties With Moscow",
        "T2  - Institute for War and Peace Reporting",
        "PY  - 2011",
        "DA  - 2011/08/25",
        "M1  - RCA Issue 655",
        "UR  - https://example.org/a_b?c=1&d=50%25",
        "Y2  - 2026/11/22",
        "LA  - en",
        "KW  - visa-regime",
        "ER  - ",
        "",
    ]


def test_csl_of_a_full_record() -> None:
    assert csl_json(document(REPORT), TODAY) == {
        "id": "2011-iwpr.ru",
        "type": "article-newspaper",
        "author": [{"family": "Olimova", "given": "Lola"}],
        "title": "Migrants Hostage to Ties With Moscow",
        "container-title": "Institute for War and Peace Reporting",
        "issued": {"date-parts": [[2011, 8, 25]]},
        "number": "RCA Issue 655",
        "URL": "https://example.org/a_b?c=1&d=50%25",
        "accessed": {"date-parts": [[2026, 11, 22]]},
        "language": "en",
        "keyword": "visa-regime",
    }


def test_csl_keeps_bodies_literal_and_marks_an_inferred_date() -> None:
    authors = ("ADC Memorial", "Дмитрий Вячеславович Полетаев")
    item = csl_json(document(Record(author=authors, published=Dated("2023", "inferred"))), TODAY)
    assert item["author"] == [
        {"literal": "ADC Memorial"},
        {"family": "Полетаев", "given": "Дмитрий Вячеславович"},
    ]
    assert item["issued"] == {"date-parts": [[2023]], "circa": True}
    assert item["note"] == "date inferred"


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("record", [REPORT, DIGEST, Record()])
def test_every_format_writes_every_record_and_a_digest_as_one(name: str, record: Record) -> None:
    written = FORMATS[name].write(document(record), TODAY)
    assert written.endswith("\n")
    assert ("digest of" in written) == record.digest


def test_the_formats_are_those_of_the_contract() -> None:
    assert sorted(FORMATS) == ["bibtex", "csl-json", "refworld", "ris"]
    assert json.loads(FORMATS["csl-json"].write(document(REPORT), TODAY)) == [csl_json(document(REPORT), TODAY)]
