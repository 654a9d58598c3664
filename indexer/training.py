"""Make the shipped embedding model again: `python -m indexer.training --data DIR --out DIR`."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from indexer.errors import IndexerError
from indexer.training_data import (
    LONGEST_TEXT,
    Pair,
    Question,
    TrainingTexts,
    asked_pairs,
    part_of,
    question_pairs,
    read_training_texts,
    sentence_pairs,
    title_pairs,
)
from indexer.training_hard import HardPlan, Task, paper_task, sharpen_mean, statute_task
from indexer.training_lay import kept_out, lay_pairs, read_lay
from indexer.training_letters import letter_pairs
from indexer.training_official import official_pairs, official_texts
from indexer.training_rounds import Pieces, Plan, StaticEncoder, learn

SEED = 20261123
VOCABULARY = 32_000
DIMENSION = 256
LONGEST_PIECE = 3  # longer ones swallow whole phrases and lose overlap (小区物业, 永定路街道)
# How often a pair of each kind is seen in one epoch; statute pairs are many and seen once.
QUESTION_TIMES, LAY_TIMES, ASKED_TIMES, OFFICIAL_TIMES, WORD_TIMES = 6, 2, 2, 2, 3
LETTER_TIMES = 4
HARD_QUESTION_TIMES = 5  # in the last round
ROUNDS = 2  # last rounds that the shipped weights are the mean of
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
TOKENIZER_ARTICLES = 30_000  # more of them only take longer


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pairs of each kind went in; part of the record."""

    sentences: int
    titles: int
    chapters: int
    questions: int
    lay: int
    asked: int
    official: int
    words: int
    letters: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write the model folder."""
    parser = argparse.ArgumentParser(prog="indexer.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and laws/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--new-tokenizer", action="store_true", help="do not keep the one in --out")
    parser.add_argument("--epochs", type=int, default=Plan().epochs)
    parser.add_argument("--passes", type=int, default=HardPlan().passes, help="of the last round")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="last rounds to take the mean of"
    )
    chosen = parser.parse_args(arguments)
    try:
        texts = read_training_texts(chosen.data, chosen.knowledge)
    except IndexerError as error:
        print(error, file=sys.stderr)
        return 1
    began = time.perf_counter()
    _fix_chance()
    _keep_memory()
    tokenizer = _tokenizer(texts, chosen.out / "tokenizer.json", fresh=chosen.new_tokenizer)
    _say(began, f"tokenizer with {tokenizer.get_vocab_size()} pieces")
    wording = official_texts(chosen.data / "laws", texts.articles)
    official = list(official_pairs(texts.asked, wording))
    lay = read_lay(texts.by_id())
    pairs, counts = training_pairs(texts, official, lay)
    _say(began, f"{len(pairs)} pairs: {asdict(counts)}")
    plan, last = Plan(epochs=chosen.epochs), HardPlan(passes=chosen.passes)
    encoder, loss = train_encoder(texts, pairs, tokenizer, plan)
    _say(began, f"trained, last loss {loss:.3f}")
    encoder.fold()
    tasks = hard_tasks(texts, lay)
    hard_loss = sharpen_mean(encoder, tasks, pairs, tokenizer, last, chosen.rounds)
    _say(began, f"sharpened, last loss {hard_loss:.3f}")
    save(encoder, tokenizer, chosen.out)
    said: dict[str, object] = {
        "plan": asdict(plan), "last_round": asdict(last), "last_rounds": chosen.rounds,
        "pairs": asdict(counts),
    }  # fmt: skip
    losses = {"last_loss": round(loss, 4), "last_round_loss": round(hard_loss, 4)}
    _write_record(chosen.out, said | losses, time.perf_counter() - began)
    _say(began, f"written to {chosen.out}")
    return 0


def _tokenizer(texts: TrainingTexts, file: Path, *, fresh: bool) -> Tokenizer:
    """The tokenizer in the model folder, or a new one.

    Training it depends on the order of a hash table in the library that no seed fixes, so the same
    model can be made again only over the same pieces.
    """
    if fresh or not file.is_file():
        return train_tokenizer(texts)
    return Tokenizer.from_file(str(file))


def train_tokenizer(texts: TrainingTexts) -> Tokenizer:
    """A Unigram tokenizer over short pieces; every held-out question stays out of it."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Whitespace(),
            pre_tokenizers.Split(Regex(r"\p{P}"), "isolated"),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["[PAD]", "[UNK]"],
        unk_token="[UNK]",
        max_piece_length=LONGEST_PIECE,
    )
    tokenizer.train_from_iterator(_tokenizer_texts(texts), trainer)
    return tokenizer


def _tokenizer_texts(texts: TrainingTexts) -> list[str]:
    short = LONGEST_TEXT // 2
    dice = random.Random(SEED)
    articles = dice.sample(texts.articles, min(TOKENIZER_ARTICLES, len(texts.articles)))
    found = [article.full[:short] for article in articles]
    found += [pair.right[:short] for pair in dice.sample(texts.chapters, len(texts.chapters) // 3)]
    for question in texts.part("train"):
        found += [question.text] * 3 + [question.answer[:short]]
    asked = asked_pairs(texts.asked)
    found += [pair.left for pair in asked] + sorted({pair.right[:short] for pair in asked})
    return found


def training_pairs(
    texts: TrainingTexts, official: Sequence[Pair] = (), lay: Sequence[Question] = ()
) -> tuple[list[Pair], Counts]:
    """All pairs, each as often as one epoch shall see it; of our own 问法 only the train part."""
    articles = texts.by_id()
    sentences = sentence_pairs(texts.articles, random.Random(SEED))
    titles = title_pairs(texts.articles)
    questions = question_pairs(texts.part("train"), articles)
    asked = asked_pairs(texts.asked)
    plainly, letters = lay_pairs(lay, articles), letter_pairs()
    worded = [pair for pair in official if part_of(pair.left) == "train"]
    pairs = [*sentences, *titles, *texts.chapters]
    pairs += questions * QUESTION_TIMES + plainly * LAY_TIMES + asked * ASKED_TIMES
    pairs += worded * OFFICIAL_TIMES + list(texts.words) * WORD_TIMES + letters * LETTER_TIMES
    counts = Counts(
        len(sentences), len(titles), len(texts.chapters), len(questions), len(plainly), len(asked),
        len(worded), len(texts.words), len(letters),
    )  # fmt: skip
    return pairs, counts


def hard_tasks(texts: TrainingTexts, lay: Sequence[Question]) -> list[Task]:
    """What the last round is played with: lay questions among all articles, our 问法 among themselves."""
    shown = [question for question in lay if not kept_out(question.text)]
    shown += list(texts.part("train")) * HARD_QUESTION_TIMES
    tasks = [statute_task(shown, texts.by_id())]
    return [*tasks, paper_task(texts.asked)] if texts.asked else tasks


def train_encoder(
    texts: TrainingTexts, pairs: Sequence[Pair], tokenizer: Tokenizer, plan: Plan
) -> tuple[StaticEncoder, float]:
    """An encoder whose first weights come from how often a piece occurs in the articles."""
    pieces = Pieces(tokenizer, [article.full for article in texts.articles])
    encoder = StaticEncoder(pieces.counts(tokenizer.get_vocab_size()), DIMENSION)
    loss = learn(encoder, pairs, tokenizer, plan)
    return encoder, loss


def save(encoder: StaticEncoder, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the folder as sentence-transformers writes a StaticEmbedding with Normalize."""
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    save_file({"embedding.weight": encoder.table()}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    place = "sentence_transformers"
    modules = [
        {"idx": 0, "name": "0", "path": "",
         "type": f"{place}.sentence_transformer.modules.static_embedding.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize",
         "type": f"{place}.base.modules.normalize.Normalize"},
    ]  # fmt: skip
    settings = {
        "__version__": {"sentence_transformers": "6.2.0"},
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    normalize = {
        "module_input_name": "sentence_embedding",
        "module_output_name": "sentence_embedding",
    }
    _write_json(folder / "modules.json", modules)
    _write_json(folder / "config_sentence_transformers.json", settings)
    _write_json(folder / "1_Normalize" / "config.json", normalize)


def _write_record(folder: Path, said: dict[str, object], seconds: float) -> None:
    weights = (folder / "model.safetensors").read_bytes()
    record = {
        "seed": SEED,
        **said,
        "seconds": round(seconds),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    _write_json(folder / "training.json", record)


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


def _fix_chance() -> None:
    """The same seed and two threads give the same model on the same processor."""
    torch.manual_seed(SEED)
    torch.set_num_threads(2)


def _keep_memory() -> None:
    """Have the C library keep what is freed: each step frees and takes hundreds of MiB, and fetching
    them from the system anew took half of the time."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        for setting in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            library.mallopt(setting, 2**31 - 1)


def _say(began: float, what: str) -> None:
    print(f"{time.perf_counter() - began:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
