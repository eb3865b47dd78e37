"""Documents, passages and figures as HTML; every word of theirs is escaped here."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from chuhai.corpus.figures import Figure
from chuhai.corpus.reading import Block, Piece
from chuhai.domain import Hit, Lang, Passage
from chuhai.export.figures import value
from chuhai.export.labels import label
from pages.frame import esc
from pages.words import known, word

# Of a passage found, as much as tells whether it is the right one.
_EXCERPT = 320


def link(passage_id: str) -> str:
    """The address of a passage from any page: Ask opens it."""
    return f"./?passage={quote(passage_id, safe='')}"


def anchor(passage_id: str, words: str, said: str = "") -> str:
    """A link to a passage in a new tab; ``said`` names it where its words do not."""
    named = f' aria-label="{esc(said)}"' if said else ""
    href = esc(link(passage_id))
    return f'<a href="{href}" target="_blank" rel="noopener"{named}>{esc(words)}</a>'


def text(blocks: Sequence[Block], numbers: Mapping[str, int], lang: Lang) -> str:
    """Blocks of a document with passage numbers, roles, speakers and figures."""
    before: list[Block | None] = [None, *blocks]
    return "".join(
        _block(block, numbers, lang, labelled=_labelled(previous) != _labelled(block))
        for previous, block in zip(before, blocks, strict=False)
    )


def _labelled(block: Block | None) -> tuple[str | None, str | None] | None:
    return (block.paragraph.role, block.paragraph.speaker) if block else None


def _block(block: Block, numbers: Mapping[str, int], lang: Lang, *, labelled: bool) -> str:
    """``labelled`` unless the block before has the same role and speaker."""
    paragraph = block.paragraph
    number = ""
    if block.passage is not None:
        n = numbers[block.passage]
        named = word("library.link", lang, n=n)
        number = f'<span class="ch-number">{anchor(block.passage, str(n), named)}</span>'
    heads = " data-head" if paragraph.role == "heading" else ""
    first = " ch-first" if block.passage is not None else ""
    body = "".join(map(_piece, block.pieces))
    return (
        f'<div class="ch-block{first}"{heads}>{number}{_role(block, lang) if labelled else ""}'
        f'<div class="ch-text">{body}</div>{stated(block.figures, lang)}</div>'
    )


def _piece(piece: Piece) -> str:
    if not piece.figures:
        return esc(piece.text)
    return f'<span class="ch-figure">{esc(piece.text)}</span>'


def _role(block: Block, lang: Lang) -> str:
    """The role's label and who speaks; headings are told apart by their weight."""
    paragraph = block.paragraph
    role = paragraph.role
    shown = ""
    if role and role != "heading":
        name = word(f"role.{role}", lang) if known(f"role.{role}") else role
        shown = f'<span class="ch-role" data-role="{esc(role)}">{esc(name)}</span>'
    if paragraph.speaker:
        shown += f' <span class="ch-quiet">{esc(paragraph.speaker)}</span>'
    return f"<div>{shown}</div>" if shown else ""


def stated(figures: Sequence[Figure], lang: Lang) -> str:
    """What a block states in numbers, and what each number measures."""
    if not figures:
        return ""
    lines = "".join(f"<li>{figure(each, lang)}</li>" for each in figures)
    return f'<ul class="ch-stated" aria-label="{esc(word("library.figures", lang))}">{lines}</ul>'


def figure(each: Figure, lang: Lang) -> str:
    """``over 60%: any form of overseas branch (overseas branches; Chinese firms asked)``."""
    among = each.among.get(lang) or word(f"population.{each.population}", lang)
    left, right, colon = ("（", "）", "：") if lang == "zh" else (" (", ")", ": ")
    rest = f"{each.measure[lang]}{left}{each.subject[lang]}；{among}{right}"
    if lang == "en":
        rest = rest.replace("；", "; ")
    return f"<b>{esc(amount(each, lang))}</b>{esc(colon + rest)}"


def amount(each: Figure, lang: Lang) -> str:
    """The value with what qualifies it: ``over 60%``."""
    exactly = label(each.qualifier, lang) if each.qualifier else ""
    return f"{exactly}{' ' if exactly and lang == 'en' else ''}{value(each, lang)}"


def place(passage: Passage, lang: Lang) -> tuple[str, str]:
    """Title and section of a passage, in the reader's language where it has them."""
    heading = passage.heading
    if passage.lang != lang and passage.other_heading:
        heading = passage.other_heading
    titled = passage.heading[:1] == (passage.title,)
    title = heading[0] if titled and heading else passage.title
    return title, " › ".join(part for part in heading if part != title)


def hit(found: Hit, rank: int, lang: Lang) -> str:
    """A passage found: where it stands, how it begins, and what each signal gave it."""
    passage = found.passage
    title, section = place(passage, lang)
    other = passage.translation
    words = other.text if other is not None and passage.lang != lang else passage.text
    words = "\n".join(line for line in words.splitlines() if line.strip())
    shown = words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"
    signals = " · ".join(
        f"{word(f'signal.{name}', lang) if known(f'signal.{name}') else name} {score:.2f}"
        for name, score in found.scores.items()
    )
    score = f"{word('library.score', lang)} {found.score:.2f}"
    return (
        f'<article class="ch-card"><strong>{rank}. {esc(title)}</strong>'
        f'<span class="ch-name">{esc(" · ".join(filter(None, (section, passage.document))))}</span>'
        f'<p class="ch-text">{esc(shown)}</p>'
        f'<p class="ch-quiet">{anchor(passage.passage_id, word("library.whole", lang))}</p>'
        f'<details class="ch-quiet"><summary>{esc(word("library.why", lang))}</summary>'
        f"{esc(score)} · {esc(signals)}</details></article>"
    )
