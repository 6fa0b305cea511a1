"""Settings -> the objects of the floors below: the composition root, the only place that names implementations.

Imports of our own floors stand inside the functions: a command loads what it uses, and asking never loads the web
framework, PyTorch or sentence-transformers.
"""

from .backends import open_backend
from .doors import local_answers, local_documents, mcp_over_stdio, open_engine, remote_library, web_app
from .evaluation import evaluate_collection, evaluate_questions, index_collection, make_library_vectors
from .examination import examine_home
from .home import (
    create_empty,
    drop_old_snapshots,
    ensure_documents,
    ensure_index,
    finish_jobs,
    prune_snapshots,
    roll_back,
    set_damaged_aside,
    take_in,
    update_index,
)
from .moving import migrate_to_milvus, prove_migration
from .parts import (
    new_id,
    now,
    open_cached_encoder,
    open_encoder,
    open_file,
    open_jobs,
    open_keys,
    open_store,
    today,
)

__all__ = [
    "create_empty",
    "drop_old_snapshots",
    "ensure_documents",
    "ensure_index",
    "evaluate_collection",
    "evaluate_questions",
    "examine_home",
    "finish_jobs",
    "index_collection",
    "local_answers",
    "local_documents",
    "make_library_vectors",
    "mcp_over_stdio",
    "migrate_to_milvus",
    "new_id",
    "now",
    "open_backend",
    "open_cached_encoder",
    "open_encoder",
    "open_engine",
    "open_file",
    "open_jobs",
    "open_keys",
    "open_store",
    "prove_migration",
    "prune_snapshots",
    "remote_library",
    "roll_back",
    "set_damaged_aside",
    "take_in",
    "today",
    "update_index",
    "web_app",
]
