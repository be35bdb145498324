"""The sentence model: texts in, unit vectors out."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384

_MODEL_FILE = "model.onnx"
_TOKENIZER_FILE = "tokenizer.json"
# What the model was trained with; what a text has beyond is left out.
_TOKENS = 256
# Texts that are computed at once: more of them are no faster and take more memory.
_AT_ONCE = 8


@dataclass(frozen=True)
class Embeddings:
    """Vectors in the order of their texts."""

    vectors: np.ndarray
    """A row a text, each of length 1."""
    tokens: int
    """How many tokens the model read."""


class SentenceModel:
    """all-MiniLM-L6-v2 with 8-bit weights. One call at a time: its threads are few."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Loads the weights. Raises ``OSError`` when a file is missing."""
        for name in (_MODEL_FILE, _TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise FileNotFoundError(2, "no such file", str(folder / name))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena keeps what the longest batch took for ever.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / _MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER_FILE))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """The vectors of the texts."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        tokens = 0
        # Texts of about the same length together: a short one is padded to the longest of its batch.
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for first in range(0, len(order), _AT_ONCE):
            chosen = order[first : first + _AT_ONCE]
            encoded = self._tokenizer.encode_batch([texts[index] for index in chosen])
            mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
            given = {
                "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
                "attention_mask": mask,
                "token_type_ids": np.zeros_like(mask),
            }
            hidden = self._session.run(None, {name: given[name] for name in self._inputs})[0]
            weights = mask[:, :, None].astype(np.float32)
            mean = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
            vectors[chosen] = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
            tokens += int(mask.sum())
        _give_back()
        return Embeddings(vectors, tokens)


def _give_back() -> None:
    """Returns what the allocator keeps of the last batch: at rest the model is all there is."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
