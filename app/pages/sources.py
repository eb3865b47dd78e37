"""Citations and passages as the cards that the page draws: plain values, nothing styled.

A card's ``faces`` are the editions of the passage, each parted before and after the quoted
sentence; the reader's language comes first.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from chuhai.domain import Answer, Citation, Lang, Nearest, Passage, Translation
from chuhai.language.detect import has_han
from chuhai.language.glossary import Glossary
from pages.strings import text

Card = dict[str, Any]
# Marks that turn the order of what follows them; a reader must see what is written.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# As ``corpus.documents`` writes the places of a file with and without pages.
_PLACES = re.compile(r"第 \d+(?:、\d+)* ([块页])(?:、第 \d+(?:、\d+)* \1)*")
_PLACE_NAMES = {"块": "block", "页": "page"}


def unturned(words: str) -> str:
    """The words with right-to-left overrides shown as lost characters, one for one."""
    return _TURNING.sub("\ufffd", words)


def cited(
    citation: Citation, passage: Passage | None, lang: Lang, glossary: Glossary | None = None
) -> Card:
    """The card of a citation; of a passage that changed since, only the sentence as cited."""
    note = ""
    other = citation.translation
    faces = [_face("", citation.quote, "", "original" if other else "")]
    if other is not None:
        faces.append(_face("", other.text, "", "translation"))
    if passage is None or passage.content_hash != citation.content_hash:
        note = text("changed", lang)
    else:
        faces = _faces(passage, (citation.start, citation.end), other)
    first = passage.lang if passage else ("zh" if has_han(citation.quote) else "en")
    title, path = named(passage, lang) if passage else (citation.title, citation.heading)
    start = citation.start - passage.start if passage and not note else None
    return {
        "n": citation.n,
        "support": citation.support,
        "note": note,
        **_head(citation.document, title, path, citation.locator, lang),
        **_worded(faces, first, lang, glossary),
        "link": link(citation.passage_id, citation.content_hash, start),
    }


def nearest(near: Sequence[Nearest], passages: Mapping[str, Passage], lang: Lang) -> list[Card]:
    """Cards of the passages near a question that has no answer; nothing is highlighted."""
    found = (passages[n.passage_id] for n in near if n.passage_id in passages)
    return [whole(passage, lang) for passage in found]


def whole(
    passage: Passage,
    lang: Lang,
    at: int | None = None,
    cited_hash: str | None = None,
    glossary: Glossary | None = None,
) -> Card:
    """The card of a passage by itself, as a permalink opens it.

    ``at`` is where the cited sentence begins in it; it is highlighted unless the passage
    is another than the one with ``cited_hash``, which the card then says.
    """
    changed = cited_hash is not None and cited_hash != passage.content_hash
    sentence = None
    if at is not None and not changed:
        starts = {s.start - passage.start: s for s in passage.sentences}
        sentence = starts.get(at)
    if sentence is not None:
        faces = _faces(passage, (sentence.start, sentence.end), sentence.translation)
    else:
        faces = [_face(passage.text, "", "", "original" if passage.translation else "")]
        if passage.translation is not None:
            faces.append(_face(passage.translation.text, "", "", "translation"))
    title, path = named(passage, lang)
    return {
        "n": 0,
        "support": "",
        "note": text("link.changed", lang) if changed else "",
        **_head(passage.document, title, path, passage.locator, lang),
        **_worded(faces, passage.lang, lang, glossary),
        "link": link(passage.passage_id, passage.content_hash, at),
    }


def link(passage_id: str, content_hash: str, at: int | None) -> str:
    """An address that opens the passage, knows what it said, and points at the sentence."""
    values = {"passage": passage_id, "v": content_hash}
    if at is not None:
        values["at"] = str(at)
    return f"?{urlencode(values)}"


def copied(answer: Answer, cards: Sequence[Card], blocks: Sequence[Card]) -> dict[str, str]:
    """The answer as plain text: by itself, and with its markers and a list of sources."""
    bare, marked = [], []
    for block in blocks:
        lead = "• " if block["bullet"] else ""
        words = [p if isinstance(p, str) else f"[{p}]" for p in block["parts"]]
        kept = [p for p in block["parts"] if isinstance(p, str)]
        bare.append(lead + " ".join("".join(kept).split(" ")).strip())
        marked.append(lead + "".join(words).strip())
    listed = [
        f"[{card['n']}] “{card['faces'][-1 if card['turned'] else 0]['quote']}” — {_place(card)}"
        for card in cards
    ]
    if answer.refused:
        return {"plain": "\n".join(bare), "cited": ""}
    return {"plain": "\n".join(bare), "cited": "\n".join([*marked, "", *listed])}


def _place(card: Card) -> str:
    path = " › ".join([card["title"], *card["heading"]])
    return ", ".join(filter(None, (path, card["locator"], card["document"])))


def named(passage: Passage, lang: Lang) -> tuple[str, Sequence[str]]:
    """Title and heading path in the reader's language, where the other edition has them."""
    if passage.lang == lang or not passage.other_heading:
        return passage.title, passage.heading
    titled = passage.heading[:1] == (passage.title,)
    return passage.other_heading[0] if titled else passage.title, passage.other_heading


def locator(place: str | None, lang: Lang) -> str | None:
    """«第 18 块», «第 3 页» in the reader's language; other locators as they stand."""
    known = _PLACES.fullmatch(place or "")
    if lang == "en" and place and known:
        return text(_PLACE_NAMES[known[1]], lang, numbers=", ".join(re.findall(r"\d+", place)))
    return place


def below(title: str, heading: Sequence[str]) -> list[str]:
    """The heading path without what it repeats of the title."""
    return [part for part in heading if part != title]


def _head(
    document: str, title: str, path: Sequence[str], place: str | None, lang: Lang
) -> dict[str, Any]:
    return {
        "document": unturned(document),
        "title": unturned(title),
        "heading": [unturned(part) for part in below(title, path)],
        "locator": locator(place, lang),
    }


def _faces(
    passage: Passage, sentence: tuple[int, int], other: Translation | None
) -> list[dict[str, Any]]:
    """The passage in its own words, then in the other edition's, where it has one."""
    whole = passage.translation
    if whole is None or other is None:
        return [_parted(passage.text, passage.start, *sentence, "")]
    return [
        _parted(passage.text, passage.start, *sentence, "original"),
        _parted(whole.text, whole.start, other.start, other.end, "translation"),
    ]


def _parted(whole: str, offset: int, start: int, end: int, label: str) -> dict[str, Any]:
    start, end = start - offset, end - offset
    return _face(whole[:start], whole[start:end], whole[end:], label)


def _face(before: str, quote: str, after: str, label: str) -> dict[str, Any]:
    before, quote, after = (unturned(words) for words in (before, quote, after))
    lang = "zh" if has_han(before + quote + after) else "en"
    return {"before": before, "quote": quote, "after": after, "label": label, "lang": lang}


def _worded(
    faces: list[dict[str, Any]], first: Lang, lang: Lang, glossary: Glossary | None
) -> dict[str, Any]:
    """Labels and terms; ``turned`` says that the original comes second."""
    turned = len(faces) > 1 and first != lang
    if turned:
        faces.reverse()
    for face in faces:
        face["label"] = text(face["label"], lang) if face["label"] else ""
        face["terms"] = _terms(face["quote"], glossary)
    return {"faces": faces, "turned": turned}


def _terms(words: str, glossary: Glossary | None) -> dict[str, str]:
    """What the field's terms in a sentence are called in the other language."""
    other: Lang = "en" if has_han(words) else "zh"
    found = glossary.found(words) if glossary and words else {}
    return {
        name: " · ".join(dict.fromkeys(c.names(other)[0] for c in concepts))
        for name, concepts in found.items()
    }
