"""The guard of written sentences: single rules, then the hand-written pairs over the library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Language
from qa.errors import InvalidQuery
from qa.evaluation.support import read_pairs, support_figures
from qa.question import open_glossary
from qa.writing.negation import contradicts
from qa.writing.support import SupportPolicy, fault_of

ROOT = Path(__file__).parents[2]
PAIRS = read_pairs(ROOT / "tests" / "golden" / "support.jsonl")
GLOSSARY = open_glossary()
POLICY = SupportPolicy()
QUOTE = "Davlat Nazri said in May 2024 that 143,000 people were refused entry and that Russia had not explained why."


def fault(claim: str, evidence: str = QUOTE, language: Language = "en") -> str | None:
    return fault_of(claim, evidence, language, GLOSSARY, POLICY)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("143,000 people were refused entry.", None),
        ("143 thousand people were refused entry.", None),
        ("In May 2024 143,000 people were refused entry, Nazri said.", None),
        ("Russia had not explained why.", None),
        ("144,000 people were refused entry.", "figure"),
        ("143,000 people were refused entry in 2023.", "figure"),
        ("143,000 percent were refused entry.", "figure"),
        ("143,000 Uzbeks were refused entry.", "name"),
        ("Karimov said that 143,000 people were refused entry.", "name"),
        ("143,000 people were not refused entry.", "denial"),
        ("Russia had explained why.", "denial"),
        ("143,000 people were refused entry unlawfully.", "words"),
        ("", "words"),
        ("...", "words"),
    ],
)
def test_a_claim_stands_when_the_quotation_says_all_of_it(claim: str, expected: str | None) -> None:
    assert fault(claim) == expected


@pytest.mark.parametrize(
    ("claim", "evidence", "language"),
    [
        ("Rakhmon spoke in Dushanbe.", "Rahmon spoke in Dushanbe.", "en"),
        ("Salokhiddinov was killed.", "Salohiddinov was killed.", "en"),
        ("Emomali Rakhmon spoke in Dushanbe.", "Rahmon spoke in Dushanbe.", "en"),
        ("Хабибулло Вохидзода баромад кард.", "Ҳабибулло Воҳидзода баромад кард.", "tg"),
    ],
)
def test_a_name_may_be_spelt_another_way(claim: str, evidence: str, language: Language) -> None:
    assert fault(claim, evidence, language) is None


def test_two_names_may_not_change_places() -> None:
    evidence = "Tajikistan ranked second after Ukraine."
    assert fault("Ukraine ranked second after Tajikistan.", evidence) == "order"


def test_a_figure_may_not_move_to_another_thing() -> None:
    evidence = (
        "He caught 80,000 men in the raids of that spring across the regions, and 20,000 were already at the front."
    )
    assert fault("He caught 20,000 men.", evidence) in {"figure", "order"}


@pytest.mark.parametrize(
    ("claim", "evidence", "language"),
    [
        ("The entry was legal.", "The entry was illegal.", "en"),
        ("They didn't leave.", "They did leave the country.", "en"),
        ("МВД не может выслать мигранта.", "МВД может выслать мигранта.", "ru"),
        ("Высылка по решению суда.", "Высылка без решения суда.", "ru"),
        ("Вазир номи онҳоро гуфт.", "Вазир номи онҳоро нагуфт.", "tg"),
        ("Вазорат наметавонад ихроҷ кунад.", "Вазорат метавонад ихроҷ кунад.", "tg"),
    ],
)
def test_a_denial_is_noticed_in_either_direction(claim: str, evidence: str, language: Language) -> None:
    assert contradicts(claim, evidence, language)
    assert contradicts(evidence, claim, language)
    assert not contradicts(evidence, evidence, language)


@given(st.sampled_from(PAIRS))
def test_a_quotation_bears_itself_out(pair: object) -> None:
    evidence, language = pair.evidence, pair.language  # type: ignore[attr-defined]
    assert fault(evidence, evidence, language) is None


def test_the_pairs_quote_the_library_and_are_split_like_the_questions() -> None:
    library = ROOT / "corpus" / "library"
    texts = {path.stem: re.sub(r"\s+", " ", path.read_text(encoding="utf-8")) for path in library.glob("*.md")}
    assert all(any(pair.evidence in text for text in texts.values()) for pair in PAIRS)
    sides = {pair.group: {one.split for one in PAIRS if one.group == pair.group} for pair in PAIRS}
    assert all(len(found) == 1 for found in sides.values())
    assert {pair.language for pair in PAIRS} == {"en", "ru", "tg"}
    assert len({pair.id for pair in PAIRS}) == len(PAIRS) >= 120


@pytest.mark.parametrize("split", ["train", "held"])
def test_few_true_claims_are_dropped_and_fewer_false_ones_kept(split: str) -> None:
    found = support_figures([pair for pair in PAIRS if pair.split == split], GLOSSARY, POLICY)
    assert found["kept"] >= 0.85 * found["supported"], found["wrongly_dropped"]
    assert found["let_through"] <= 0.06 * found["unsupported"], found["wrongly_kept"]


def test_without_the_check_of_order_more_false_claims_are_kept() -> None:
    strict, loose = (support_figures(PAIRS, GLOSSARY, one)["let_through"] for one in (POLICY, SupportPolicy(order=0.0)))
    assert loose > strict


def test_a_broken_pair_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"id": "x"}\n')
    with pytest.raises(InvalidQuery, match=r"pairs\.jsonl, line 1"):
        read_pairs(path)
