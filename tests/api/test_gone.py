"""A document that is removed is gone, whatever it was indexed under before, and no door tells of it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api import wiring
from api.cli import app
from api.settings import PREFIX, Settings
from corpus.chunk import ChunkPolicy
from corpus.ingest import read_document
from corpus.reading import read_bytes
from index.build import build
from index.encoder import HashingEncoder
from index.store import SnapshotStore
from index.token_cache import remembering
from tests.crash.letters import LetterReader

WORD, TITLE = "Zarqanobod", "Khirmanjoy"  # stand in no library document
KEPT = "Apples are sold in Isfara. The market opens at noon. Traders come from three districts."
GONE = f"The {WORD} convoy waited at the bridge. Its drivers had no permits. They turned back on the third day. " * 6
SMALL = ChunkPolicy(target_words=20, max_words=40)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    made = Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing")
    for name in ("home", "cache", "model"):
        monkeypatch.setenv(PREFIX + name.upper(), str(getattr(made, name)))
    wiring.create_empty(made)
    return made


def put(settings: Settings, identity: str, text: str, title: str) -> None:
    given = {"id": identity, "title": title}
    wiring.open_store(settings).add(*read_document(text.encode(), f"{identity}.txt", given=given, read=read_bytes))


def index(settings: Settings, encoder: Any, policy: ChunkPolicy) -> None:
    """Under a model and a chunker of an earlier time."""
    cached = remembering(encoder, encoder, settings.cache / "vectors.sqlite")
    store = wiring.open_store(settings)
    list(build(store, SnapshotStore(settings.home), cached, policy, clock=wiring.now))
    cached.close()


def kept(settings: Settings) -> set[bytes]:
    with closing(sqlite3.connect(settings.cache / "vectors.sqlite")) as database:
        return {row[0] for row in database.execute("SELECT key FROM vectors")}


def holders(folder: Path, *words: str) -> list[str]:
    """Files below `folder` that hold a word, in any letter case; read by another process, for SQLite's locks."""
    patterns = [part for word in words for part in ("-e", word)]
    return subprocess.run(
        ["grep", "-rlai", *patterns, str(folder)], capture_output=True, text=True, check=False
    ).stdout.split()


def test_vectors_and_token_codes_of_earlier_models_chunkers_and_titles_go_with_the_document(settings: Settings) -> None:
    put(settings, "kept", KEPT, "Markets")
    eras = [(encoder, policy) for encoder in (HashingEncoder(64), LetterReader()) for policy in (ChunkPolicy(), SMALL)]
    for encoder, policy in eras:
        index(settings, encoder, policy)
    list(wiring.update_index(settings))
    without = kept(settings)
    put(settings, "gone", GONE, "Convoys")
    for encoder, policy in eras:
        index(settings, encoder, policy)
        put(settings, "gone", GONE, f"Convoys, {policy.id} by {type(encoder).__name__}")  # another title above passages
    list(wiring.update_index(settings))
    assert len(kept(settings)) > 2 * len(without)
    assert CliRunner().invoke(app, ["remove", "gone"]).exit_code == 0
    assert kept(settings) == without


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[tuple[TestClient, str]]:
    """A service, and the permanent address of what it is to forget."""
    put(settings, "kept", KEPT, "Markets")
    put(settings, "gone", GONE, TITLE)
    list(wiring.update_index(settings))
    _, secret = wiring.open_keys(settings).create("admin", "")
    with TestClient(wiring.web_app(settings), headers={"Authorization": f"Bearer {secret}"}) as client:
        body = client.post("/v1/search", json={"question": f"the {WORD} convoy"}).json()
        assert body["passages"][0]["document_id"] == "gone"
        yield client, body["passages"][0]["id"]


def test_no_door_leg_page_export_backup_or_file_tells_of_a_purged_document(
    service: tuple[TestClient, str], settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    client, passage = service
    assert len(holders(settings.home, WORD, TITLE)) > 1
    capfd.readouterr()
    job = client.delete("/v1/documents/gone").headers["location"]
    list(client.get(job, headers={"Accept": "text/event-stream"}).iter_lines())  # until it ends
    assert client.get(job).json()["state"] == "done"

    question = {"question": "convoy at the bridge, drivers without permits", "k": 50}
    chat = {"model": "muhojir", "messages": [{"role": "user", "content": question["question"]}]}
    prints = ("json", "dossier", "dossier-md", "refworld", "bibtex", "ris", "csl-json")
    told = [
        client.post("/v1/ask", json=question | {"explain": True}),
        client.post("/v1/search", json=question),
        client.post("/v1/ask/stream", json=question),
        client.post("/v1/chat/completions", json=chat),
        client.get("/", params={"q": question["question"]}, headers={"Accept": "text/html"}),
        *(client.post("/v1/ask", json=question, params={"format": name}) for name in prints),
        *(client.get(path) for path in ("/v1/documents", "/v1/coverage", "/metrics", "/readyz", job)),
    ]
    assert {reply.status_code for reply in told} == {200}
    lost = [f"/v1/documents/gone{rest}" for rest in ("", "/citation?format=ris")] + [f"/v1/passages/{passage}"]
    refused = [client.get(path) for path in lost]
    assert {reply.status_code for reply in refused} == {404}
    spoken = "".join(reply.text for reply in (*told, *refused)).lower()
    assert WORD.lower() not in spoken
    assert TITLE.lower() not in spoken
    assert any("Apples" in reply.text for reply in told)  # the other one is still told of

    saved = tmp_path / "saved" / "backup.sqlite"
    saved.parent.mkdir()
    assert CliRunner().invoke(app, ["backup", str(saved)]).exit_code == 0
    assert holders(tmp_path, WORD, TITLE) == []
    logged = "".join(capfd.readouterr()).lower()
    assert WORD.lower() not in logged
    with closing(sqlite3.connect(saved)) as backup:
        assert backup.execute("SELECT document_id FROM tombstones").fetchall() == [("gone",)]
    assert json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)["documents"][0]["id"] == "kept"
