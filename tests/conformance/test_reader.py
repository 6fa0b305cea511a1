"""What index/ports.py promises of a Reader, for the one that ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder_onnx import OnnxEncoder
from index.ports import Reader
from index.prepared import bulk_folder, query_folder
from index.unigram import UnigramTokenizer

WEIRD = ["", " \n\t", "\x00", "\ud800", "ﷺ" * 200, "👩‍👩‍👧 🇹🇯", "a" * 2000, "слово " * 600, "</s><pad>"]
# A question, what answers it, and what is near to it and does not.
ASKED = [
    ("How many welders did the yard hire in May?", "The yard hired 240 welders in May.", "The yard welds ships."),
    ("Who runs the ferry?", "The ferry is run by a firm from Oslo.", "The ferry crosses the bay twice a day."),
    ("Когда открыли мост?", "Мост открыли 3 июня 2014 года.", "Мост соединяет два берега широкой реки."),
    ("Сколько стоит билет?", "The ticket costs 12 euros.", "Tickets are sold at the station."),
    ("Корхона соли 2014 чанд коргар гирифт?", "In 2014 the plant took on 90 workers.", "The plant makes tiles."),
]


@pytest.fixture(scope="module")
def reader(model_cache: Path) -> Reader:
    return OnnxEncoder(model_cache)


@pytest.mark.parametrize(("question", "right", "near"), ASKED)
def test_what_answers_has_better_odds_than_what_is_near(reader: Reader, question: str, right: str, near: str) -> None:
    best, other = reader.judge(question, [right, near])
    assert best > other + 1


def test_each_text_is_read_for_itself(reader: Reader) -> None:
    question, right, near = ASKED[0]
    together = reader.judge(question, [right, near])
    assert together == [*reader.judge(question, [right]), *reader.judge(question, [near])]
    assert reader.judge(question, []) == []


@pytest.mark.parametrize("text", WEIRD)
def test_any_text_is_read(reader: Reader, text: str) -> None:
    assert np.isfinite(reader.judge(text, [text, "A plain text."])).all()


def test_what_does_not_fit_is_cut(reader: Reader) -> None:
    question = ASKED[0][0]
    one, other = reader.judge(question, ["word " * 500, "word " * 600])
    assert one == other


@pytest.mark.slow
def test_the_8_bit_graph_reads_as_the_weights_it_is_made_of(model_cache: Path, reader: Reader) -> None:
    import torch

    from benchmarks.reader import Teaching, as_shipped, ids_of, padded
    from benchmarks.reader_pairs import Pair

    model = Teaching(bulk_folder(model_cache)).eval()
    as_shipped(model)
    tokenizer = UnigramTokenizer(query_folder(model_cache))
    for question, *texts in ASKED:
        for text, found in zip(texts, reader.judge(question, texts), strict=True):
            with torch.no_grad():
                whole = model(*padded([ids_of(Pair(question, text, True), tokenizer)]))
            assert found == pytest.approx(float(whole[0]), abs=0.5)
