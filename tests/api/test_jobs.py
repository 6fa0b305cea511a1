"""Documents added and deleted over HTTP: the queue, its one builder, and a real service with the hashing encoder."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import wiring
from api.building import run_jobs
from api.changes import ChangeService
from api.errors import UnknownJob
from api.jobs import MAX_ATTEMPTS, JobStore
from api.service_database import ServiceDatabase
from api.settings import PREFIX, Settings
from corpus.errors import UnreadableDocument
from corpus.fetch import Fetched
from index.build import Progress
from index.errors import BuildBusy

TEXT = "On 3 May 2024 the envoy Zarina Qosimova spoke about quarantine of apricots at Isfara station. It was late."


@pytest.fixture
def jobs(tmp_path: Path) -> JobStore:
    return JobStore(ServiceDatabase(tmp_path / "service.sqlite"), lambda: datetime(2026, 11, 1, tzinfo=UTC))


def test_jobs_run_in_the_order_they_came_and_keep_their_result(jobs: JobStore) -> None:
    first, second = jobs.submit("add", {"n": 1}, b"data"), jobs.submit("add", {"n": 2})
    seen: list[Any] = []

    def perform(kind: str, task: Mapping[str, Any], data: bytes | None) -> Iterator[Any]:
        seen.append((kind, task["n"], data))
        yield Progress(3, 4)
        yield {"document_id": str(task["n"])}

    assert run_jobs(jobs, perform) == 2
    assert seen == [("add", 1, b"data"), ("add", 2, None)]
    done = jobs.get(first.id)
    assert (done.state, done.done, done.total, done.result) == ("done", 3, 4, {"document_id": "1"})
    assert jobs.get(second.id).is_over
    assert jobs.waiting() == 0


@pytest.mark.parametrize(
    ("error", "slug"), [(UnreadableDocument("a.pdf: broken; repair it"), "unreadable-document"),
                        (KeyError("odd"), "internal-error")],
)  # fmt: skip
def test_a_job_that_fails_says_why_and_the_next_one_runs(jobs: JobStore, error: Exception, slug: str) -> None:
    bad, good = jobs.submit("add", {"bad": True}, b"secret text"), jobs.submit("add", {})

    def perform(_: str, task: Mapping[str, Any], __: bytes | None) -> Iterator[Any]:
        if task:
            raise error
        yield {}

    run_jobs(jobs, perform)
    failed = jobs.get(bad.id)
    assert failed.state == "failed"
    assert failed.error
    assert failed.error["type"].endswith(slug)
    assert jobs.get(good.id).state == "done"


def test_a_busy_index_only_delays_a_job(jobs: JobStore) -> None:
    job, waits = jobs.submit("add", {}), []

    def perform(*_: object) -> Iterator[Any]:
        if len(waits) < 5:
            raise BuildBusy("busy")
        yield {}

    run_jobs(jobs, perform, waits.append)
    assert (jobs.get(job.id).state, len(waits)) == ("done", 5)


def test_a_job_whose_process_died_runs_again_but_not_for_ever(jobs: JobStore) -> None:
    job = jobs.submit("add", {}, b"kept until it ends")
    for _ in range(MAX_ATTEMPTS):
        jobs.recover()
        claimed = jobs.claim()
        assert claimed
        assert claimed.data == b"kept until it ends"
    jobs.recover()
    assert jobs.claim() is None
    assert jobs.get(job.id).state == "failed"


def test_an_unknown_job_is_said_to_be_one(jobs: JobStore) -> None:
    with pytest.raises(UnknownJob):
        jobs.get("none")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    made = Settings(home=tmp_path / "home", cache=tmp_path / "cache", model="hashing", keep_snapshots=5)
    wiring.create_empty(made)
    list(wiring.update_index(made))
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    _, secret = wiring.open_keys(settings).create("admin", "")
    with TestClient(wiring.web_app(settings), headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def ended(client: TestClient, reply: Any) -> dict[str, Any]:
    assert reply.status_code == 202, reply.text
    path = reply.headers["location"]
    assert path == f"/v1/jobs/{reply.json()['id']}"
    for _ in range(600):
        body: dict[str, Any] = client.get(path).json()
        if body["state"] in {"done", "failed"}:
            return body
        time.sleep(0.1)
    raise AssertionError(body)


def search(client: TestClient) -> dict[str, Any]:
    body: dict[str, Any] = client.post("/v1/search", json={"question": "quarantine of apricots at Isfara"}).json()
    return body


def traces(settings: Settings) -> list[str]:
    """Names of the files that hold the word. Another process reads them: closing a file of SQLite's would drop the
    locks of this process on it (sqlite.org/howtocorrupt.html, 2.2)."""
    command = ["grep", "-rla", "apricots", str(settings.home), str(settings.cache)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


def test_a_document_is_added_found_and_deleted_without_a_trace(client: TestClient, settings: Settings) -> None:
    metadata = {"title": "Envoy", "published": "2024-05", "publisher": "A paper", "id": "envoy"}
    other = {"text": "Snow fell on the pass.", "name": "snow.txt"}
    assert ended(client, client.post("/v1/documents", json=other))["state"] == "done"
    job = ended(client, client.post("/v1/documents", json={"text": TEXT, "name": "envoy.txt", "metadata": metadata}))
    assert job["result"]["outcome"] == "added"
    body = search(client)
    assert body["snapshot"]["id"] == job["result"]["snapshot"]
    assert body["passages"][0]["document_id"] == "envoy"
    assert body["documents"]["envoy"]["dates"]["published"]["basis"] == "given"
    assert traces(settings)

    reply = client.delete("/v1/documents/envoy")
    assert reply.status_code == 202
    assert "envoy" not in search(client)["documents"]  # at once, whatever the job still does
    assert client.get("/v1/documents/envoy").status_code == 404
    assert ended(client, reply)["state"] == "done"
    assert traces(settings) == []
    assert [gone.purged is not None for gone in wiring.open_store(settings).tombstones()] == [True]
    assert len(wiring.open_backend(settings).snapshots.ids()) == 1
    assert search(client)["snapshot"]["documents"] == 1
    assert client.delete("/v1/documents/envoy").status_code == 404


def test_a_file_comes_as_a_form_and_its_job_can_be_followed(client: TestClient) -> None:
    files = {"file": ("../../envoy.md", f"# Envoy\n\n{TEXT}".encode(), "application/octet-stream")}
    reply = client.post("/v1/documents", files=files, data={"metadata": json.dumps({"topics": ["fruit"]})})
    followed = client.get(reply.headers["location"], headers={"Accept": "text/event-stream"})
    last = json.loads(followed.text.strip().rpartition("data: ")[2])
    assert "event: done" in followed.text
    assert (last["state"], last["result"]["outcome"]) == ("done", "added")
    document = client.get(f"/v1/documents/{last['result']['document_id']}").json()
    assert (document["name"], document["topics"]) == ("envoy.md", ["fruit"])


def test_an_unreadable_file_fails_its_job_and_names_the_reason(client: TestClient) -> None:
    job = ended(client, client.post("/v1/documents", files={"file": ("a.pdf", b"no pdf")}))
    assert job["state"] == "failed"
    assert job["error"]["status"] == 422


def test_an_address_inside_the_network_is_refused(client: TestClient) -> None:
    urls = ["http://127.0.0.1/x", "http://[::1]/", "http://169.254.169.254/latest"]
    for reply in [client.post("/v1/documents", json={"url": url}) for url in urls]:
        job = ended(client, reply)
        assert (job["state"], job["error"]["type"]) == ("failed", "urn:muhojir:problem:unreadable-document")


@pytest.mark.parametrize(
    "body", [{}, {"text": "x"}, {"text": "x", "name": "a.txt", "url": "http://a"},
             {"text": "x", "name": "a.txt", "b": 1}, [],
             {"text": "x", "name": "a.txt", "metadata": {"colour": "red"}}, {"text": "a\x00", "name": "a.txt"},
             {"url": "file:///etc/x"}],
)  # fmt: skip
def test_a_document_that_breaks_the_contract_is_a_422(client: TestClient, body: Any) -> None:
    assert client.post("/v1/documents", json=body).status_code == 422


@pytest.mark.parametrize(
    "form", [{"files": {"other": ("a.txt", b"x")}}, {"files": {"file": ("a.txt", b"x")}, "data": {"metadata": "{"}},
             {"files": {"file": ("a.txt", b"x")}, "data": {"title": "t"}}],
)  # fmt: skip
def test_a_form_that_breaks_the_contract_is_a_422(client: TestClient, form: dict[str, Any]) -> None:
    assert client.post("/v1/documents", **form).status_code == 422


def test_a_job_of_an_earlier_life_is_taken_up(settings: Settings) -> None:
    task = {"name": "envoy.txt", "media_type": "", "url": "", "metadata": {}}
    jobs = wiring.open_jobs(settings)
    job = jobs.submit("add", task, TEXT.encode())
    jobs.claim()  # by a process that died
    with TestClient(wiring.web_app(settings)):
        for _ in range(300):
            if jobs.get(job.id).is_over:
                break
            time.sleep(0.1)
    assert jobs.get(job.id).state == "done"


def test_what_was_fetched_keeps_where_and_when(settings: Settings) -> None:
    from api.library_jobs import LibraryJobs

    def fetch(url: str) -> Fetched:
        when = datetime(2026, 11, 2, 3, 4, tzinfo=UTC)
        return Fetched(url, url + "/final", "example.org/final.txt", "text/plain", TEXT.encode(), when, {"etag": "1"})

    store = wiring.open_store(settings)
    work = LibraryJobs(store, fetch, lambda _: iter(()), lambda: "s", lambda: None, *[lambda _: None] * 3)
    task = {"name": "", "media_type": "", "url": "https://example.org", "metadata": {}}
    *_, result = work.run("add", task, None)
    assert isinstance(result, dict)
    assert result["fetched"] == {
        "asked": "https://example.org", "url": "https://example.org/final", "time": "2026-11-02T03:04:00+00:00",
        "headers": {"etag": "1"},
    }  # fmt: skip
    record = store.get(result["document_id"]).record
    assert record.url == "https://example.org/final"
    assert record.accessed
    assert record.accessed.value == "2026-11-02"


def test_a_deletion_that_cannot_be_hidden_at_once_says_so_and_is_queued(settings: Settings, jobs: JobStore) -> None:
    store = wiring.open_store(settings)
    list(wiring.update_index(settings))
    with wiring.open_backend(settings).snapshots.building():
        from api.purging import mask_removed

        waits: list[float] = []
        with pytest.raises(BuildBusy, match="its job is queued"):
            mask_removed(store, wiring.open_backend(settings).hide, waits.append)
        assert len(waits) > 100

    def busy() -> None:
        raise BuildBusy("busy")

    note = settings.home / "note.txt"
    note.write_text(TEXT)
    [taken], _ = wiring.take_in(settings, [str(note)], {}, False)
    service = ChangeService(store, jobs, busy, lambda: None)
    with pytest.raises(BuildBusy):
        service.delete(taken.document_id)
    assert jobs.waiting() == 1
