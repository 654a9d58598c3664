"""The shipped model reads without torch, gives the same vectors with it, and any other plugs in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.embedders import SHIPPED_MODEL, StaticEmbedder, TransformerEmbedder, load_embedder
from indexer.errors import IndexerError

TEXTS = (
    "楼上漏水，物业公司不管怎么办？",
    "供热单位应当保证室内温度不低于十八度。",
    "第十四条 首接负责制 2026-05-01 ABC 12345",
    "",
    "😀😀",
    "电动自行车" * 2000,
)


@pytest.fixture(scope="module")
def shipped() -> StaticEmbedder:
    return StaticEmbedder(SHIPPED_MODEL)


def test_the_shipped_model_is_read_without_torch_and_without_sentence_transformers() -> None:
    program = (
        "import sys; from indexer.embedders import load_embedder;"
        "load_embedder().encode_queries(['暖气不热']);"
        "sys.exit(bool({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path.cwd())
    assert done.returncode == 0


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_gives_the_same_vectors_from_the_same_folder(
    shipped: StaticEmbedder,
) -> None:
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers missing")
    model = library.SentenceTransformer(str(SHIPPED_MODEL), device="cpu", local_files_only=True)
    theirs = model.float().encode(list(TEXTS))
    np.testing.assert_allclose(shipped.encode_passages(TEXTS), theirs, atol=2e-6)


def test_model2vec_gives_the_same_vectors_from_the_same_folder(shipped: StaticEmbedder) -> None:
    library = pytest.importorskip("model2vec", reason="model2vec missing")
    model = library.StaticModel.from_pretrained(str(SHIPPED_MODEL))
    known = list(TEXTS[:3])
    theirs = np.asarray(model.encode(known), np.float32)
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    np.testing.assert_allclose(shipped.encode_passages(known), theirs, atol=2e-3)


def test_a_plain_question_is_nearer_to_its_rule_than_to_a_rule_about_something_else(
    shipped: StaticEmbedder,
) -> None:
    question = shipped.encode_queries(["房东把房子租给我以后又卖了，我还能住吗"])[0]
    rules = shipped.encode_passages(
        [
            "租赁物在承租人占有期限内发生所有权变动的，不影响租赁合同的效力。",
            "供热单位应当在采暖期内保证居民室内温度。",
            "犬只死亡的，养犬人应当办理注销手续。",
        ]
    )
    assert int(np.argmax(rules @ question)) == 0


def test_the_model_folder_stays_below_twenty_megabytes() -> None:
    size = sum(file.stat().st_size for file in SHIPPED_MODEL.rglob("*") if file.is_file())
    assert size <= 20_000_000


def test_vectors_are_unit_or_nothing_when_no_piece_is_known(shipped: StaticEmbedder) -> None:
    lengths = np.linalg.norm(shipped.encode_passages(TEXTS), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 0, 0, 1], atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=6))
def test_any_text_gets_the_same_finite_vector_alone_and_in_company(texts: list[str]) -> None:
    embedder = _shipped_once()
    together = embedder.encode_passages(texts)
    assert together.shape == (len(texts), embedder.dimension)
    assert np.isfinite(together).all()
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_array_equal(embedder.encode_queries([text])[0], vector)


def test_a_lone_surrogate_from_broken_utf_8_is_read_around(shipped: StaticEmbedder) -> None:
    broken = b"\xe6\x9a\x96\xe6\xb0\x94\xff\xfe".decode("utf-8", "surrogateescape")
    assert np.isfinite(shipped.encode_queries([broken])).all()


def test_many_texts_and_few_give_the_same_vectors(shipped: StaticEmbedder) -> None:
    texts = [f"第{number}号工单，{TEXTS[number % 2]}" for number in range(600)]
    few = np.concatenate([shipped.encode_passages(texts[at : at + 60]) for at in range(0, 600, 60)])
    np.testing.assert_array_equal(shipped.encode_passages(texts), few)


def test_other_weights_get_another_model_id(tmp_path: Path, shipped: StaticEmbedder) -> None:
    copy = tmp_path / "model"
    shutil.copytree(SHIPPED_MODEL, copy)
    assert load_embedder(copy).model_id == shipped.model_id
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(bytes(weights))
    assert load_embedder(copy).model_id != shipped.model_id


@pytest.mark.parametrize("name", ["/no/such/folder", "./nirgends", "a/b/c"])
def test_a_missing_folder_is_named_and_says_what_to_do(name: str) -> None:
    with pytest.raises(IndexerError) as caught:
        load_embedder(name)
    assert "不存在" in caught.value.what
    assert "ZHIBAN_EMBEDDING_MODEL" in caught.value.fix


def test_a_damaged_model_folder_says_so(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(SHIPPED_MODEL, copy)
    (copy / "tokenizer.json").write_text('{"version": ', "utf-8")
    with pytest.raises(IndexerError, match="损坏"):
        load_embedder(copy)


@pytest.mark.filterwarnings("ignore")
def test_a_name_that_cannot_be_fetched_says_how_to_work_offline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("sentence_transformers", reason="sentence-transformers missing")
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(IndexerError) as caught:
        load_embedder("kein-solches-modell")
    assert "kein-solches-modell" in caught.value.what
    assert "本地文件夹" in caught.value.fix


@pytest.fixture(scope="module")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A one-layer transformer of 16 dimensions with random weights, a prompt and 8 pieces at most."""
    pytest.importorskip("sentence_transformers", reason="sentence-transformers missing")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("tiny")
    letters = sorted(set("查询：楼上漏水供热温度低于十八度怎么办一二三四五六七八九"))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "bert")
    reader = Transformer(str(folder / "bert"), max_seq_length=8)
    model = SentenceTransformer(
        modules=[reader, Pooling(16)], device="cpu", prompts={"query": "查询：", "document": ""}
    )
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.mark.filterwarnings("ignore")
def test_a_transformer_plugs_in_with_its_query_prompt(tiny_transformer: Path) -> None:
    embedder = load_embedder(str(tiny_transformer))
    assert isinstance(embedder, TransformerEmbedder)
    assert embedder.dimension == 16
    question = embedder.encode_queries(["漏水"])
    plain = embedder.encode_passages(["漏水", "查询：漏水"])
    np.testing.assert_allclose(question[0], plain[1], atol=1e-5)
    assert not np.allclose(question[0], plain[0], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(plain, axis=1), 1, atol=1e-5)


@pytest.mark.filterwarnings("ignore")
def test_a_transformer_reads_no_further_than_its_maximum_length(tiny_transformer: Path) -> None:
    embedder = load_embedder(tiny_transformer)
    # [CLS] and [SEP] take two of the eight pieces
    same, cut, seen = embedder.encode_passages(
        ["一二三四五六", "一二三四五六七八九", "一二三四五七"]
    )
    np.testing.assert_allclose(same, cut, atol=1e-5)
    assert not np.allclose(same, seen, atol=1e-4)
    assert embedder.encode_passages([]).shape == (0, 16)


@pytest.mark.filterwarnings("ignore")
def test_a_model_whose_prompt_stands_only_in_its_card_gets_it(
    tiny_transformer: Path, tmp_path: Path
) -> None:
    named = tmp_path / "bge-small-zh-v1.5"
    shutil.copytree(tiny_transformer, named)
    settings_file = named / "config_sentence_transformers.json"
    settings_file.write_text(
        settings_file.read_text("utf-8").replace('"query": "\\u67e5\\u8be2\\uff1a"', '"query": ""')
        .replace('"query": "查询："', '"query": ""'), "utf-8",
    )  # fmt: skip
    embedder = load_embedder(named)
    instruction = "为这个句子生成表示以用于检索相关文章："
    np.testing.assert_allclose(
        embedder.encode_queries(["漏水"]),
        embedder.encode_passages([instruction + "漏水"]),
        atol=1e-5,
    )


_SHIPPED: list[StaticEmbedder] = []


def _shipped_once() -> StaticEmbedder:
    """One model for all examples of a property."""
    if not _SHIPPED:
        _SHIPPED.append(StaticEmbedder(SHIPPED_MODEL))
    return _SHIPPED[0]
