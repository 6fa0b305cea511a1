"""Any sentence-transformers model, for queries and passages, on torch (CPU)."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import EncoderUnavailable
from index.ports import EncoderIdentity, Role, Vectors
from index.unigram import well_formed

WEIGHT_FILES = ("*.safetensors", "*.bin")  # the former when both are there, as sentence-transformers itself does
READ_BYTES = 1 << 20
BATCH = 4  # texts; 5.5 passages of 280 tokens a CPU-second, against 5.0 in batches of 8 and 2.9 of 32
# Model cards of the E5 family ask for these, though their folders hold no `prompts`.
E5_PREFIXES = ("query: ", "passage: ")
_E5_NAME = re.compile(r"(?:multilingual-)?e5-(?:small|base|large)(?:-v2)?")


class SentenceTransformerEncoder:
    """An Encoder of one model folder. Calls are serialised: its tokenizer is not thread safe."""

    def __init__(
        self, folder: Path, *, name: str = "", identity: EncoderIdentity | None = None, threads: int = 1
    ) -> None:
        """Loads torch and the model (about 8 s). `threads` holds for torch in the whole process.

        The identity, when not given, is: `name`, else the folder's; the hash of the weights; the prefixes in the
        folder's `prompts`, else those of E5's model card, else none. Raises EncoderUnavailable.
        """
        self._model = _load(folder, threads)
        self._identity = identity or _identify(name or folder.name, folder, self._model)
        self._lock = threading.Lock()

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        if not texts:
            return np.zeros((0, self._identity.dimension), np.float32)
        prefix = self._identity.query_prefix if role == "query" else self._identity.passage_prefix
        prefixed = [prefix + well_formed(text) for text in texts]
        with self._lock:
            # An empty prompt, not none: the folder's default prompt would be added to our prefix.
            found = self._model.encode(
                prefixed, prompt="", batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(found, np.float32)

    def states(self, texts: Sequence[str], role: Role = "passage") -> tuple[Vectors, list[Vectors]]:
        """What `encode` gives, and the last layer's states (tokens, hidden) of each text, without those of
        the prefix and of the marks around all."""
        prefix = self._identity.query_prefix if role == "query" else self._identity.passage_prefix
        prefixed = [prefix + well_formed(text) for text in texts]
        with self._lock:
            skipped = len(self._model.tokenizer(prefix)["input_ids"]) - 1
            found = self._model.encode(
                prefixed, prompt="", batch_size=BATCH, output_value=None, show_progress_bar=False
            )
        vectors = np.stack([one["sentence_embedding"].numpy() for one in found])
        tokens = [one["token_embeddings"][: int(one["attention_mask"].sum())].numpy()[skipped:-1] for one in found]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), tokens


def go_offline() -> None:
    """Keeps the Hugging Face libraries off the network and their tokenizers off other threads, process-wide."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when they are first imported
    if "huggingface_hub" in sys.modules:
        sys.modules["huggingface_hub"].constants.HF_HUB_OFFLINE = True


def _load(folder: Path, threads: int) -> Any:
    """The model of a local folder. Contacts nobody."""
    go_offline()
    try:
        import sentence_transformers
        import torch
        from transformers.utils import logging
    except ImportError as error:
        message = f"Cannot import sentence-transformers: {error}. Run: pip install sentence-transformers"
        raise EncoderUnavailable(message) from error
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(threads)
    try:
        return sentence_transformers.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except Exception as error:  # a folder can be broken in more ways than the library names
        message = f"Cannot load a sentence-transformers model from {folder}: {error}. Delete it or name another."
        raise EncoderUnavailable(message) from error


def _identify(name: str, folder: Path, model: Any) -> EncoderIdentity:
    query, passage = _prefixes(name.rpartition("/")[2], model.prompts)
    return EncoderIdentity(name, weights_hash(folder), model.get_embedding_dimension(), query, passage)


def _prefixes(name: str, prompts: Mapping[str, str | None]) -> tuple[str, str]:
    query = prompts.get("query")
    # sentence-transformers looks for a passage's prompt in this order.
    passage = next((prompts[key] for key in ("document", "passage", "corpus") if prompts.get(key)), None)
    if not query and not passage and _E5_NAME.fullmatch(name):
        return E5_PREFIXES
    return query or "", passage or ""


def weights_hash(folder: Path) -> str:
    """sha256, hex, of the folder's weight files in the order of their names. Raises EncoderUnavailable for none."""
    for pattern in WEIGHT_FILES:
        files = sorted(folder.rglob(pattern))
        if files:
            digest = hashlib.sha256()
            for path in files:
                with path.open("rb") as file:
                    while block := file.read(READ_BYTES):
                        digest.update(block)
            return digest.hexdigest()
    raise EncoderUnavailable(f"No weights ({' or '.join(WEIGHT_FILES)}) in {folder}. Name a complete model folder.")
