"""The training pairs as token ids, and the order in which they are trained."""

import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm  # type: ignore[import-untyped]

from chuhai.index.pairs import Overlap, Pair, dev_texts, read_pairs
from chuhai.index.pieces import is_han, train_tokenizer
from chuhai.index.recipe import Recipe
from chuhai.index.train_names import spelled

Rows = NDArray[np.int64]
Ids = NDArray[np.int32]

_SPELLED = "spelled"
_LONGEST_GLOSS = 5  # tokens; longer ones explain and do not translate
_GLOSSES = 4


@dataclass(frozen=True)
class Side:
    """Token ids of many texts, end to end; `starts` has one entry more than there are texts."""

    ids: Ids
    starts: Rows

    def split(self) -> list[Ids]:
        """Every text by itself."""
        return np.split(self.ids, self.starts[1:-1])

    def texts(self, rows: Rows) -> tuple[Ids, Rows]:
        """The ids of these rows end to end, and where each row begins in them."""
        lengths = (self.starts[1:] - self.starts[:-1])[rows]
        begins = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self.starts[rows] - begins, lengths)
        return self.ids[places], begins

    def equal(self, rows: Rows) -> NDArray[np.bool_]:
        """len(rows) × len(rows): where two rows are the same text."""
        texts = [self.ids[self.starts[row] : self.starts[row + 1]].tobytes() for row in rows]
        numbers = {text: number for number, text in enumerate(texts)}
        names = np.array([numbers[text] for text in texts])
        same: NDArray[np.bool_] = names[:, None] == names[None, :]
        return same


@dataclass(frozen=True)
class TokenPairs:
    """The pairs of one training file, or made from one."""

    source: str
    a: Side
    b: Side
    weight: float  # how often a pair is drawn per epoch

    def __len__(self) -> int:
        return len(self.a.starts) - 1


def prepare(recipe: Recipe, data: Path, work: Path) -> tuple[Tokenizer, list[TokenPairs]]:
    """The tokenizer and the tokenised pairs; kept in `work` and read from there next time."""
    kept, pieces = work / "pairs.npz", work / "tokenizer.json"
    if not kept.exists():
        pairs = _pairs_of(recipe, data)
        tokenizer = train_tokenizer(recipe.tokenizer, _sample(recipe, pairs))
        tokenizer.save(str(pieces))
        if recipe.spelled is not None:
            words = [chinese for _, chinese in pairs[recipe.glosses]]
            pairs[_SPELLED] = spelled(recipe.spelled, words, recipe.seed)
        half = work / "half.npz"
        np.savez(half, allow_pickle=False, **_tokenised_all(tokenizer, pairs, recipe.longest))
        half.replace(kept)
    weights = dict(recipe.weights)
    if recipe.spelled is not None:
        weights[_SPELLED] = recipe.spelled.weight
    with np.load(kept) as arrays:
        sources = [
            TokenPairs(name, _kept_side(arrays, name, "a"), _kept_side(arrays, name, "b"), weight)
            for name, weight in weights.items()
        ]
    tokenizer = Tokenizer.from_file(str(pieces))
    return tokenizer, sources + derived(recipe, tokenizer, {s.source: s for s in sources})


def derived(
    recipe: Recipe, tokenizer: Tokenizer, sources: Mapping[str, TokenPairs]
) -> list[TokenPairs]:
    """What the recipe makes of the files: passages, and pairs in the other language."""
    made = [
        TokenPairs(f"{name} passages", *in_passages(sources[name], recipe.passage), weight)
        for name, weight in recipe.passages.items()
    ]
    made += [
        TokenPairs(f"{name} crossed", *crossed(sources[name], sources[recipe.crossed_by]), weight)
        for name, weight in recipe.crossed.items()
    ]
    if recipe.glossed:
        han = [number for piece, number in tokenizer.get_vocab().items() if is_han(piece)]
        glosses = token_glosses(sources[recipe.glosses], han)
        made += [
            TokenPairs(f"{name} glossed", *glossed(sources[name], glosses, recipe.seed), weight)
            for name, weight in recipe.glossed.items()
        ]
    return made


def in_passages(pairs: TokenPairs, length: int) -> tuple[Side, Side]:
    """Each sentence, and in the other language the passage it stands in.

    Neighbouring rows make a passage, at least `length` tokens of it; the rows of every second
    passage are turned round, so that both languages ask.
    """
    asked: list[Ids] = []
    answers: list[Ids] = []
    a, b = pairs.a.split(), pairs.b.split()
    start = 0
    while start < len(a):
        end, size = start, 0
        while end < len(a) and size < length:
            size += len(b[end])
            end += 1
        asked += a[start:end]
        answers += [np.concatenate(b[start:end])] * (end - start)
        a, b, start = b, a, end
    return side_of(asked), side_of(answers)


def crossed(pairs: TokenPairs, parallel: TokenPairs) -> tuple[Side, Side]:
    """The pairs with one side, or the other, replaced by its translation in `parallel`."""
    english, chinese = parallel.a.split(), parallel.b.split()
    other = {
        text.tobytes(): translation for text, translation in zip(english, chinese, strict=True)
    }
    other |= {
        text.tobytes(): translation for text, translation in zip(chinese, english, strict=True)
    }
    asked: list[Ids] = []
    answers: list[Ids] = []
    for a, b in zip(pairs.a.split(), pairs.b.split(), strict=True):
        for left, right in ((other.get(a.tobytes()), b), (a, other.get(b.tobytes()))):
            if left is not None and right is not None:
                asked.append(left)
                answers.append(right)
    return side_of(asked), side_of(answers)


def token_glosses(dictionary: TokenPairs, han: Iterable[int]) -> dict[int, list[Ids]]:
    """Chinese piece → a few short glosses of the dictionary (English, Chinese), or none."""
    found: dict[int, list[Ids]] = {number: [] for number in han}
    for english, chinese in zip(dictionary.a.split(), dictionary.b.split(), strict=True):
        if len(chinese) == 1 and len(english) <= _LONGEST_GLOSS:
            meanings = found.get(int(chinese[0]))
            if meanings is not None and len(meanings) < _GLOSSES:
                meanings.append(english)
    return found


def glossed(
    pairs: TokenPairs, glosses: Mapping[int, Sequence[Ids]], seed: int
) -> tuple[Side, Side]:
    """The pairs whose `a` is Chinese, with every word of it replaced by one of its glosses.

    A translation word by word is no English, but to a bag of words it is as good as any.
    Words without a gloss are left out.
    """
    rng = np.random.default_rng(seed)
    asked: list[Ids] = []
    answers: list[Ids] = []
    for text, answer in zip(pairs.a.split(), pairs.b.split(), strict=True):
        parts: list[Ids] = []
        translated = 0
        for place, token in enumerate(text.tolist()):
            meanings = glosses.get(token)
            if meanings:
                parts.append(meanings[int(rng.integers(len(meanings)))])
                translated += 1
            elif meanings is None:  # not Chinese
                parts.append(text[place : place + 1])
        if translated > 1:
            asked.append(np.concatenate(parts))
            answers.append(answer)
    return side_of(asked), side_of(answers)


def side_of(texts: Sequence[Ids]) -> Side:
    """Texts laid end to end."""
    starts = np.cumsum([0, *(len(text) for text in texts)], dtype=np.int64)
    return Side(np.concatenate(texts) if texts else np.empty(0, np.int32), starts)


def batches(recipe: Recipe, sources: Sequence[TokenPairs]) -> list[tuple[int, Rows]]:
    """Every batch of the whole training, as (source, rows), in the order they are trained.

    A batch comes from one file, so that the wrong answers in it are of the right one's kind.
    """
    rng = np.random.default_rng(recipe.seed)
    order: list[tuple[int, Rows]] = []
    for _ in range(recipe.epochs):
        epoch: list[tuple[int, Rows]] = []
        for number, source in enumerate(sources):
            wanted = int(source.weight * len(source))
            rounds = [rng.permutation(len(source)) for _ in range(-(-wanted // len(source)))]
            rows = np.concatenate(rounds)[:wanted]
            epoch += [(number, part) for part in np.array_split(rows, -(-wanted // recipe.batch))]
        order += [epoch[place] for place in rng.permutation(len(epoch))]
    return order


def _pairs_of(recipe: Recipe, data: Path) -> dict[str, list[Pair]]:
    overlap = Overlap(dev_texts(data / "dev"))
    pairs: dict[str, list[Pair]] = {}
    for source in (progress := tqdm(recipe.weights, desc="reading")):
        every = read_pairs(data / "train" / f"{source}.jsonl.xz")
        pairs[source] = overlap.without_copies(every)
        progress.write(f"{source}: {len(every)} pairs, {len(pairs[source])} kept", sys.stderr)
    return pairs


def _sample(recipe: Recipe, pairs: dict[str, list[Pair]]) -> Iterator[str]:
    """Texts for the tokenizer: so many of each file, and the whole dictionary several times."""
    rng = random.Random(recipe.seed)
    for source, rows in pairs.items():
        if source == recipe.glosses:
            drawn = rows * recipe.tokenizer.dictionary
        else:
            drawn = rng.sample(rows, min(recipe.tokenizer.pairs, len(rows)))
        for pair in drawn:
            yield from pair


def _tokenised_all(
    tokenizer: Tokenizer, pairs: dict[str, list[Pair]], longest: int
) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for source, rows in tqdm(pairs.items(), desc="tokenising"):
        for name, column in (("a", 0), ("b", 1)):
            side = _tokenised(tokenizer, [row[column] for row in rows], longest)
            arrays[f"{source}.{name}.ids"] = side.ids
            arrays[f"{source}.{name}.starts"] = side.starts
    return arrays


def _tokenised(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> Side:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return side_of([np.array(encoding.ids[:longest], dtype=np.int32) for encoding in encodings])


def _kept_side(arrays: Any, source: str, name: str) -> Side:
    return Side(arrays[f"{source}.{name}.ids"], arrays[f"{source}.{name}.starts"])
