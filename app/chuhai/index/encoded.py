"""What is encoded of a passage: its texts, by the ids of their vectors."""

from collections.abc import Callable, Mapping, Sequence

from chuhai.domain import Passage


def passage_texts(passage: Passage) -> dict[str, str]:
    """What is encoded for a passage by vector id: its section's heading, then its text.

    One for each language that it has, so that a question meets its own (``@0``, ``@1``), and
    one for its plain words and the questions that it answers (``@2``).
    """
    texts = {f"{passage.passage_id}@0": _headed(passage.heading, passage.title, passage.text)}
    other = passage.translation
    if other is not None:
        texts[f"{passage.passage_id}@1"] = _headed(passage.other_heading, "", other.text)
    if unseen := passage.unseen:
        texts[f"{passage.passage_id}@2"] = unseen
    return texts


def sentence_texts(passage: Passage) -> dict[str, str]:
    """What is encoded for its sentences, those that state something, by vector id."""
    texts: dict[str, str] = {}
    for number, sentence in enumerate(passage.sentences):
        if sentence.silent:
            continue
        texts[f"{passage.passage_id}@{number}.0"] = passage.cut(sentence)
        if sentence.translation is not None:
            texts[f"{passage.passage_id}@{number}.1"] = sentence.translation.text
        if sentence.plain:
            texts[f"{passage.passage_id}@{number}.2"] = sentence.plain
    return texts


ENCODED: Mapping[str, Callable[[Passage], dict[str, str]]] = {
    "passages": passage_texts,
    "sentences": sentence_texts,
}
"""What is encoded of a passage, for each set of vectors, by vector id."""


def _headed(heading: Sequence[str], title: str, text: str) -> str:
    above = heading[-1] if heading else title
    return text if text.startswith(above) else f"{above}\n{text}"


def encoded_of(passage: Passage) -> tuple[object, ...]:
    """All of a passage that its vectors and words depend on."""
    return (
        (passage.title, passage.heading, passage.other_heading),
        *(texts_of(passage) for texts_of in ENCODED.values()),
    )
