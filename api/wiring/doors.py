"""Settings -> what answers: the engine, the verbs of a door, the service."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..settings import Settings
from .backends import open_backend
from .parts import (
    new_id,
    open_encoder,
    open_jobs,
    open_keys,
    open_store,
    open_writer,
    recipe_of,
    today,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.engine import Engine

    from ..remote import RemoteLibrary
    from ..service import AnswerService, DocumentService

_SERVER_SECONDS = 60.0  # a cold service may load its model first


def open_engine(settings: Settings) -> Engine:
    """The engine on the live snapshot. Raises SnapshotError, EncoderUnavailable, InvalidSettings."""
    from qa.engine import Engine
    from qa.question import open_glossary
    from qa.tuned import load

    encoder, backend = open_encoder(settings), open_backend(settings)
    recipe = recipe_of(encoder)
    return Engine(
        backend.snapshots.current_id,
        lambda: backend.opened(recipe),
        encoder,
        open_glossary(),
        load(),
        time.perf_counter,
        open_writer(settings),
        today,
    )


def local_answers(settings: Settings, engine: Engine | None = None) -> AnswerService:
    from ..service import AnswerService

    snapshots = open_backend(settings).snapshots
    return AnswerService(
        engine or open_engine(settings),
        today,
        new_id,
        settings.public_url,
        settings.log_questions,
        lambda snapshot_id: str(snapshots.manifest(snapshot_id).recipe),
    )


def local_documents(settings: Settings) -> DocumentService:
    from ..service import DocumentService

    return DocumentService(open_store(settings), today, settings.public_url)


def remote_library(settings: Settings, url: str) -> RemoteLibrary:
    """The verbs of a running service, asked with the settings' key when there is one."""
    import httpx

    from ..remote import RemoteLibrary

    key = settings.server_key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    unkept = httpx.Limits(max_keepalive_connections=0)  # a command asks once, and leaves nothing open
    return RemoteLibrary(httpx.Client(base_url=url, timeout=_SERVER_SECONDS, headers=headers, limits=unkept))


def web_app(settings: Settings) -> FastAPI:
    """The service with all its doors."""
    from ..assembly import Changing, assemble
    from ..purging import mask_removed, queue_purges

    documents, backend, jobs = local_documents(settings), open_backend(settings), open_jobs(settings)
    queue_purges(documents.store, jobs)
    changing = Changing(
        jobs,
        lambda: mask_removed(documents.store, backend.hide, time.sleep),
        backend.snapshots.verify,
    )
    return assemble(settings, local_answers(settings), documents, open_keys(settings), changing)


def mcp_over_stdio(settings: Settings) -> None:
    """Answers until the input ends."""
    from ..mcp_server import mcp_server

    mcp_server(local_answers(settings), local_documents(settings)).run("stdio")
