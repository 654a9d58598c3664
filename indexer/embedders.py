"""Text to vectors: the shipped static model without torch, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexerError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

SHIPPED_MODEL = Path(__file__).parent / "model"

Vectors = npt.NDArray[np.float32]

_TEXTS_AT_ONCE = 1024
# From here on it pays to widen the whole half-precision table once instead of row by row.
_MANY_TEXTS = 512
_TEXTS_PER_BATCH = 32

# Query instructions that model authors print in the model card but not in the model's settings.
_PROMPT_OF_CARD = {"bge-small-zh": "为这个句子生成表示以用于检索相关文章："}
_PROMPT_OF_CARD["bge-base-zh"] = _PROMPT_OF_CARD["bge-large-zh"] = _PROMPT_OF_CARD["bge-small-zh"]


class Embedder(Protocol):
    """Turns texts into unit vectors; a question and a passage near in meaning point the same way."""

    @property
    def model_id(self) -> str:
        """Names the model and its exact weights; an index made by another id is refused."""
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per question, shape [n, dimension]; a text without a known piece is 0."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per passage, shape [n, dimension]."""
        ...


def load_embedder(name_or_folder: str | Path | None = None, device: str = "cpu") -> Embedder:
    """The embedder for a setting value.

    Args:
        name_or_folder: left out or empty: the shipped model. A folder, or a model name such as
            `BAAI/bge-small-zh-v1.5`: that model, through sentence-transformers (5–9 s to import)
            unless the folder holds a static model, which is read directly.
        device: where a sentence-transformers model runs; static models always use the CPU.

    Raises:
        IndexerError: the folder does not exist or is not a model, or the name cannot be fetched.
    """
    if not name_or_folder:
        return StaticEmbedder(SHIPPED_MODEL)
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        return StaticEmbedder(folder) if _is_static(folder) else TransformerEmbedder(folder, device)
    if isinstance(name_or_folder, Path) or _looks_like_path(name_or_folder):
        raise IndexerError(
            f"嵌入模型文件夹不存在：{folder}。",
            "请检查 ZHIBAN_EMBEDDING_MODEL 的路径，或将其留空以使用自带模型。",
        )
    return TransformerEmbedder(name_or_folder, device)


def _looks_like_path(name: str) -> bool:
    """A hub name is `name` or `owner/name`; anything else was meant as a path."""
    return name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1


def _is_static(folder: Path) -> bool:
    modules = folder / "modules.json"
    if not modules.is_file() or not (folder / "tokenizer.json").is_file():
        return False
    try:
        kinds = [str(row["type"]).rsplit(".", 1)[-1] for row in json.loads(modules.read_text())]
    except (ValueError, KeyError, TypeError):
        return False
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


class StaticEmbedder:
    """A static model: the mean of one vector per piece. Needs numpy, tokenizers, safetensors only.

    Reads the folder sentence-transformers writes for a `StaticEmbedding` and gives the same vectors.
    Safe to use from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer, self._rows = _read_static(folder)
        self.dimension = int(self._rows.shape[1])
        self.model_id = f"{folder.name}@{_fingerprint(folder)}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per question."""
        if len(texts) != 1:
            return self.encode_passages(texts)
        # One question at a time is the common case: starting a batch costs more than the question.
        one = self._tokenizer.encode_batch_fast([_sound(texts[0])], add_special_tokens=False)[0]
        ids = one.ids
        vector = np.add.reduce(self._rows[ids], axis=0, dtype=np.float32)
        return _unit(vector[None, :])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per passage; the whole text counts, however long."""
        rows = self._rows.astype(np.float32) if len(texts) >= _MANY_TEXTS else self._rows
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            pieces = self.pieces(texts[start : start + _TEXTS_AT_ONCE])
            for row, ids in enumerate(pieces, start):
                if len(ids):
                    np.add.reduce(rows[ids], axis=0, dtype=np.float32, out=vectors[row])
        return _unit(vectors)

    def pieces(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The pieces (token ids) of each text."""
        encode = self._tokenizer.encode_batch_fast
        for encoding in encode([_sound(t) for t in texts], add_special_tokens=False):
            yield encoding.ids


def _read_static(folder: Path) -> tuple[Tokenizer, npt.NDArray[np.float16 | np.float32]]:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    try:
        weights = load_file(folder / "model.safetensors")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # sentence-transformers and model2vec name the same table differently
        rows = weights["embedding.weight" if "embedding.weight" in weights else "embeddings"]
    except Exception as error:  # tokenizers raises a bare Exception for a damaged file
        raise _not_a_model(folder) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, rows


def _not_a_model(folder: Path) -> IndexerError:
    return IndexerError(
        f"文件夹 {folder} 里没有可用的嵌入模型，或文件已损坏。",
        "请重新取得该模型，或将 ZHIBAN_EMBEDDING_MODEL 留空以使用自带模型。",
    )


class TransformerEmbedder:
    """Any sentence-transformers model, with its own query prompt and maximum length."""

    def __init__(self, name_or_folder: str | Path, device: str = "cpu") -> None:
        self._model = _load_transformer(name_or_folder, device)
        name = Path(name_or_folder).name
        self._prompt = self._model.prompts.get("query") or _prompt_of_card(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.model_id = f"{name}@{_sampled_fingerprint(self._model, self._prompt)}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per question, each read with the model's query prompt before it."""
        return self._encode(self._model.encode_query, texts, prompt=self._prompt or None)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per passage; what goes beyond the model's maximum length is not read."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Any, texts: Sequence[str], **settings: Any) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = encode(
            [_sound(t) for t in texts],
            batch_size=_TEXTS_PER_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            **settings,
        )
        return _unit(np.asarray(vectors, dtype=np.float32))


def _load_transformer(name_or_folder: str | Path, device: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    local = isinstance(name_or_folder, Path)
    try:
        model = SentenceTransformer(str(name_or_folder), device=device, local_files_only=local)
    except Exception as error:  # the hub client raises many kinds; each means: no usable model
        if local:
            raise _not_a_model(Path(name_or_folder)) from error
        raise IndexerError(
            f"取不到嵌入模型“{name_or_folder}”：{type(error).__name__}。",
            "请检查名称与网络；不能联网时先把模型下载到本地文件夹，"
            "再把 ZHIBAN_EMBEDDING_MODEL 设为该文件夹。",
        ) from error
    return model.float() if device == "cpu" else model


def _prompt_of_card(name: str) -> str:
    return next((p for start, p in _PROMPT_OF_CARD.items() if name.startswith(start)), "")


def _fingerprint(folder: Path) -> str:
    """Digest of the weights and the tokenizer, so that a retrained model never passes for the old."""
    digest = hashlib.sha256()
    for name in ("model.safetensors", "tokenizer.json"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _sampled_fingerprint(model: SentenceTransformer, prompt: str) -> str:
    """Digest of a sample of every weight: a gigabyte model is not read twice just to be named."""
    digest = hashlib.sha256(f"{prompt}|{model.max_seq_length}".encode())
    for name, weight in sorted(model.state_dict().items()):
        digest.update(f"{name}{tuple(weight.shape)}".encode())
        digest.update(weight.flatten()[:64].float().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


def _sound(text: str) -> str:
    """The text without lone surrogates, which the tokenizers refuse."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))  # a third of the time of linalg.norm
    return vectors / np.maximum(lengths, 1e-12)[:, None]
