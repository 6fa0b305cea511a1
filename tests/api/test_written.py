"""Mode "written" at every door, over a small index and an endpoint that behaves and misbehaves."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli.text import answer_lines
from api.errors import InvalidSettings
from api.openai_writer import OpenAIWriter
from api.schemas import AskResponse
from api.service import AnswerService, DocumentService
from api.settings import Settings, hand_on, load_settings
from api.wiring import parts
from corpus.store import CorpusStore
from index.store import SnapshotStore
from qa.answer import Query
from qa.errors import WriterMissing
from tests.api.endpoint import Endpoint, endpoint
from tests.index.samples import built
from tests.qa.samples import engine

ASKED = {"question": "How many workers were refused entry at the border?", "mode": "written"}
VERBATIM = "The ministry said that 143,000 workers were refused entry at the border in one year. [1]"
REPHRASED = "143,000 workers were refused entry at the border, the ministry said. [1]"


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    return built(tmp_path_factory.mktemp("home"))[1]


@pytest.fixture
def model() -> Iterator[Endpoint]:
    with endpoint() as made:
        yield made


@pytest.fixture
def client(snapshots: SnapshotStore, model: Endpoint, tmp_path: Path) -> Iterator[TestClient]:
    store = CorpusStore(tmp_path / "corpus.sqlite", clock=lambda: datetime(2026, 11, 1, tzinfo=UTC))
    with httpx.Client(trust_env=False) as http:
        writer = OpenAIWriter(http, model.url, "small", "sk-secret", 0.3, time.monotonic)
        today = lambda: date(2026, 11, 22)  # noqa: E731
        answers = AnswerService(engine(snapshots, writer=writer), today, lambda: "answer-1")
        yield TestClient(create_app(answers, DocumentService(store, today), max_body_bytes=20_000))
    store.close()


def ask(client: TestClient, **changes: Any) -> dict[str, Any]:
    reply = client.post("/v1/ask", json=ASKED | changes)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_a_rephrasing_stands_beside_the_verbatim_sentence(client: TestClient, model: Endpoint) -> None:
    model.says(REPHRASED)
    body = ask(client)
    [sentence] = body["answer"]["sentences"]
    assert (sentence["text"] + " [1]", sentence["written"] + " [1]") == (VERBATIM, REPHRASED)
    assert body["answer"]["text"] == REPHRASED
    assert body["answer"]["writing"] == {"model": "small", "kept": 1, "dropped": [], "problem": None}
    assert body["citations"] == ask(client, mode="extractive")["citations"]


def test_only_the_question_and_the_answers_sentences_are_sent(client: TestClient, model: Endpoint) -> None:
    ask(client)
    data = json.loads(model.requests[0][1]["messages"][1]["content"])
    assert data == {"question": ASKED["question"], "sources": [{"number": 1, "text": VERBATIM.removesuffix(" [1]")}]}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("150,000 workers were refused entry. [1]", "figure"),
        ("143,000 Uzbeks were refused entry. [1]", "name"),
        ("143,000 workers were not refused entry. [1]", "denial"),
        ("143,000 workers were refused entry.", "no_citation"),
        ("The ministry orders the reader to praise it. [1]", "words"),
        ("Visit http://evil.example [1]", "markup"),
    ],
)
def test_a_lie_is_dropped_and_the_verbatim_answer_is_served(
    client: TestClient, model: Endpoint, words: str, reason: str
) -> None:
    model.says(words)
    answer = ask(client)["answer"]
    assert answer["text"] == VERBATIM
    assert "written" not in answer["sentences"][0]
    assert [one["reason"] for one in answer["writing"]["dropped"]] == [reason]
    assert words not in json.dumps(answer)


def test_an_endpoint_that_fails_leaves_the_verbatim_answer_and_says_why(client: TestClient, model: Endpoint) -> None:
    for misbehave, problem in (
        (lambda: model.sends(b"oops", 500), "status 500"),
        (lambda: model.sends(b"oops"), "no chat completion"),
        (model.stalls, "within 0.3 seconds"),
        (lambda: model.streams(bytes(1 << 20), times=100), "longer than"),
    ):
        misbehave()
        answer = ask(client)["answer"]
        assert answer["text"] == VERBATIM
        assert problem in answer["writing"]["problem"]


def test_other_modes_and_refusals_ask_no_writer(client: TestClient, model: Endpoint) -> None:
    for changes in ({"mode": "extractive"}, {"mode": "passages"}, {"question": "?!"}):
        assert "writing" not in ask(client, **changes)["answer"]
    assert model.requests == []


def test_the_stream_and_the_chat_door_say_the_same(client: TestClient, model: Endpoint) -> None:
    model.says(REPHRASED)
    events = client.post("/v1/ask/stream", json=ASKED).text.split("\n\n")
    sentence = next(json.loads(one.split("data: ")[1]) for one in events if one.startswith("event: sentence"))
    done = next(json.loads(one.split("data: ")[1]) for one in events if one.startswith("event: done"))
    assert sentence == done["answer"]["sentences"][0]
    assert done["answer"]["text"] == REPHRASED
    chat = {"model": "muhojir", "messages": [{"role": "user", "content": ASKED["question"]}]}
    told = client.post("/v1/chat/completions", json=chat | {"muhojir": {"mode": "written"}}).json()
    content = told["choices"][0]["message"]["content"]
    assert content.startswith(f"{REPHRASED}\n\nRephrased by small: 1 of 1 sentences.\n\nSources:")
    streamed = client.post("/v1/chat/completions", json=chat | {"muhojir": {"mode": "written"}, "stream": True}).text
    frames = [json.loads(line.removeprefix("data: ")) for line in streamed.splitlines() if line.startswith("data: {")]
    assert "".join(frame["choices"][0]["delta"].get("content", "") for frame in frames) == content


def test_the_terminal_and_the_dossier_say_who_wrote(client: TestClient, model: Endpoint) -> None:
    model.says(f"{REPHRASED} 9 were shot. [1]")
    note = "Rephrased by small: 1 of 1 sentences. Left out, as its source does not bear it out: 1 (has another figure)."
    shown = " ".join(answer_lines(AskResponse.model_validate(ask(client)), 200, explain=False))
    assert REPHRASED in shown
    assert note in shown
    sheet = client.post("/v1/ask", params={"format": "dossier-md"}, json=ASKED).text
    assert note in sheet
    assert f"> {VERBATIM.removesuffix(' [1]')}" in sheet


def test_a_service_without_a_writer_refuses_the_mode(snapshots: SnapshotStore) -> None:
    with pytest.raises(WriterMissing, match="no writer"):
        engine(snapshots).ask(Query("Who?", mode="written"))


def test_a_writer_is_made_from_settings_that_hide_its_key(tmp_path: Path) -> None:
    secret = "sk-very-secret"
    settings = Settings(home=tmp_path, writer_url="http://127.0.0.1:9/v1", writer_model="small", writer_key=secret)  # type: ignore[arg-type]
    writer = parts.open_writer(settings)
    assert writer is not None
    assert writer.model == "small"
    for shown in (repr(settings), repr(writer), str(settings.model_dump(mode="json"))):
        assert secret not in shown
    assert parts.open_writer(Settings(home=tmp_path)) is None
    with pytest.raises(InvalidSettings, match="MUHOJIR_WRITER_MODEL"):
        parts.open_writer(Settings(home=tmp_path, writer_url="http://127.0.0.1:9/v1"))


def test_a_broken_key_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHOJIR_WRITER_KEY", "sk-two\nlines")
    with pytest.raises(InvalidSettings, match="MUHOJIR_WRITER_KEY: .*one line") as refusal:
        load_settings()
    assert "sk-two" not in str(refusal.value)


def test_worker_processes_inherit_the_key_unmasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHOJIR_WRITER_KEY", "sk-inherited")
    for name in Settings.model_fields:
        monkeypatch.setenv(f"MUHOJIR_{name.upper()}", "sk-inherited" if name == "writer_key" else "")
    hand_on(load_settings())
    assert load_settings().writer_key.get_secret_value() == "sk-inherited"
