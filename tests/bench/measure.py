"""The measurements, one function each: a lab in, rows out."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chuhai.index.encoded import ENCODED
from chuhai.index.encoder import Vectors
from chuhai.wiring import Workshop
from tests.bench.lab import Lab, Peer
from tests.bench.timing import Row, cold, questions, timed, warm

_BATCH = 5000
_ROUNDS = 2  # of each side of a build, alternating; the quickest counts
_LEAST_SHARE = 0.7  # of the rate at which Chroma alone takes the vectors


def encode(lab: Lab) -> Iterator[Row]:
    """One question to its vector."""
    encoder = lab.whitepaper.encoder
    ours = warm(lambda question: encoder.encode([question]))
    theirs = lab.peer_whitepaper.warm("encode") if lab.peer_whitepaper else None
    yield Row("one question encoded, warm", ours, theirs, None, "≤ 1 ms", ours <= 0.001)


def whitepaper(lab: Lab) -> Iterator[Row]:
    """Searching and asking the whitepaper in a running process."""
    workshop = lab.whitepaper
    advisor = workshop.advisor(workshop.open())
    ours = warm(advisor.search)
    theirs, hybrid = _warm(lab.peer_whitepaper)
    yield Row("one search of the whitepaper, warm", ours, theirs, hybrid, "≤ 10 ms", ours <= 0.01)
    yield Row("one question answered, warm", warm(lambda q: advisor.ask([q])))


def cold_start(lab: Lab) -> Iterator[Row]:
    """A whole process that searches the whitepaper, from start to exit."""
    question = questions()[0]
    program = [sys.executable, "-m", "chuhai.cli", "--home", str(lab.whitepaper.settings.home)]
    ours = cold([*program, "search", question], 7)
    other = lab.peer_whitepaper
    theirs = other.cold("vectors", question, 3) if other else None
    hybrid = other.cold("both", question, 3) if other else None
    held = ours <= 1.8 and (theirs is None or theirs >= 6 * ours)
    bar = "≤ 1.8 s, 6 times as fast"
    yield Row("search, cold, whole process", ours, theirs, hybrid, bar, held)
    yield Row("ask, cold, whole process", cold([*program, "ask", question], 7))


def build(lab: Lab) -> Iterator[Row]:
    """Building an index, beside Chroma alone taking the same vectors."""
    again = lab.workshop("again")
    shutil.rmtree(again.settings.home, ignore_errors=True)
    yield Row("the whitepaper's index built", timed(again.build))
    root, _ = lab.texts(lab.built)
    ours, bare = [], []
    for number in range(_ROUNDS):
        workshop = lab.workshop(f"built-{number}")
        shutil.rmtree(workshop.settings.home, ignore_errors=True)
        workshop.encoder.encode(["warm"])
        ours.append(timed(workshop.build, root))
        vectors = _vectors_of(workshop)
        bare.append(timed(_bare, lab.folder / f"bare-{number}", vectors))
    count = sum(len(ids) for ids, _ in vectors.values())
    name = f"index of {lab.built:,} passages built ({count:,} vectors); peer: Chroma alone"
    share = min(bare) / min(ours)
    bar = f"≥ 70 % (here {share:.0%})"
    rates = count / min(ours), count / min(bare)
    yield Row(name, *rates, None, bar, share >= _LEAST_SHARE, rate=True)


def many(lab: Lab) -> Iterator[Row]:
    """Searching very many passages in a running process."""
    root, texts = lab.texts(lab.many)
    workshop = lab.workshop(f"many-{lab.many}")
    workshop.build(root)
    advisor = workshop.advisor(workshop.open())
    ours = warm(advisor.search)
    other = lab.peer(f"many-{lab.many}")
    if other:
        other.fill(texts, mixed=True)
    theirs, hybrid = _warm(other)
    name = f"one search of {len(texts):,} passages, warm"
    yield Row(name, ours, theirs, hybrid, "≤ 40 ms", ours <= 0.04)


MEASUREMENTS = {
    "encode": encode,
    "whitepaper": whitepaper,
    "cold": cold_start,
    "build": build,
    "many": many,
}


def _warm(other: Peer | None) -> tuple[float | None, float | None]:
    return (other.warm("vectors"), other.warm("both")) if other else (None, None)


def _vectors_of(workshop: Workshop) -> dict[str, tuple[list[str], Vectors]]:
    """Ids and vectors of both kinds, as the index holds them."""
    index = workshop.open()
    passages = list(index.catalogue.every_passage())
    found = {}
    for kind, texts_of in ENCODED.items():
        held = index.store.get(kind, [i for passage in passages for i in texts_of(passage)])
        found[kind] = (list(held), np.stack(list(held.values())))
    index.close()
    return found


def _bare(folder: Path, vectors: Mapping[str, tuple[list[str], Vectors]]) -> None:
    """The same vectors put into Chroma by its own client, in the batches it takes at most."""
    import chromadb

    client: Any = chromadb.PersistentClient(str(folder))
    for kind, (ids, rows) in vectors.items():
        collection = client.create_collection(
            kind, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        for start in range(0, len(ids), _BATCH):
            end = start + _BATCH
            collection.add(ids=ids[start:end], embeddings=rows[start:end])
    client.close()
    shutil.rmtree(folder)
