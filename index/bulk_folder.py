"""The default model as a folder that sentence-transformers opens: float32 weights, configuration, full tokenizer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.unigram import UNKNOWN, beyond_nfkc
from index.weights import Vocabulary, Weights

MAX_TOKENS = 512  # the model was trained with 512 positions
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "  # from the model card of multilingual-e5-small
_SPECIALS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}
# BERT's names in transformers, and the file's names, of the matrices of one layer.
LAYER_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def write_bulk_folder(weights: Weights, folder: Path) -> None:
    """Writes about 490 MB; needs neither torch nor transformers."""
    from safetensors.numpy import save_file

    save_file(_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})
    full_tokenizer(weights.vocabulary).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _configuration(weights).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def full_tokenizer(vocabulary: Vocabulary) -> Any:
    """The model's tokenizer as an object of the `tokenizers` library."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    scored = [(piece, float(score)) for piece, score in zip(vocabulary.pieces, vocabulary.scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([*_replacements(vocabulary.normalization), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    specials = sorted(set(_SPECIALS.values()))
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    )
    return tokenizer


def _replacements(normalization: Mapping[str, str]) -> list[Any]:
    from tokenizers import Regex, normalizers

    groups: dict[str, list[str]] = {}
    for character, replacement in beyond_nfkc(normalization).items():
        groups.setdefault(replacement, []).append(re.escape(character))
    return [normalizers.Replace(Regex(f"[{''.join(group)}]"), text) for text, group in sorted(groups.items())]


def _tensors(weights: Weights) -> dict[str, NDArray[np.float32]]:
    shape = weights.shape
    rows = dict.fromkeys(LAYER_PARTS.values(), shape.hidden) | {"fi": shape.feed_forward}
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", shape.vocabulary),
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, shape.hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(-1, shape.hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
    }
    for layer in range(shape.layers):
        for theirs, ours in LAYER_PARTS.items():
            name, source = f"encoder.layer.{layer}.{theirs}", f"l{layer}.{ours}"
            norm = theirs.endswith("LayerNorm")
            tensors[f"{name}.weight"] = (
                weights.vector(f"{source}.w") if norm else weights.matrix(f"{source}.w", rows[ours])
            )
            tensors[f"{name}.bias"] = weights.vector(f"{source}.b")
    return tensors


def _configuration(weights: Weights) -> dict[str, Any]:
    shape = weights.shape
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "position_embedding_type": "absolute",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "model_input_names": ["input_ids", "attention_mask"],
            **_SPECIALS,
        },
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX}},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }
