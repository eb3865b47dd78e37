"""Where a reader stands, and answers with their sources, as HTML; foreign words are escaped."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from chuhai.answering.claims import Block, blocks
from chuhai.benchmarking import Standing
from chuhai.domain import Answer, Citation, Lang, Passage
from pages import reading
from pages.charts import bar
from pages.frame import esc
from pages.words import word

Passages = Mapping[str, Passage]


def standing(found: Standing, passages: Passages, lang: Lang) -> str:
    """A question, the reader's answer, the survey's shares, and where they are stated."""
    question = found.question
    told = word("benchmark.mine", lang, told=question.told(found.given, lang) or "–")
    drawn = f'<h3>{esc(question.ask[lang])}</h3><p><span class="ch-you">{esc(told)}</span></p>'
    drawn += _bars(found, lang)
    unstated = [r.option.label[lang] for r in found.rows if r.yours and r.option.figure is None]
    if unstated and not found.said:
        names = ("、" if lang == "zh" else ", ").join(unstated)
        said = word("benchmark.unstated", lang, names=names)
        drawn += f'<p class="ch-quiet">{esc(said)}</p>'
    if found.said:
        drawn += f'<p class="ch-quiet">{esc(word("benchmark.unshared", lang))}</p>'
    return drawn + "".join(cited(each, passages, lang) for each in found.citations)


def _bars(found: Standing, lang: Lang) -> str:
    rows = []
    for row in found.rows:
        figure = row.option.figure
        if figure is None or row.citation is None:
            continue
        yours = word("benchmark.you", lang)
        marked = f' <span class="ch-you">{esc(yours)}</span>' if row.yours else ""
        said, share = reading.amount(figure, lang), figure.value / 100
        rows.append(bar(row.option.label[lang], share, said, yours=row.yours, marked=marked))
    return f'<div role="list">{"".join(rows)}</div>' if rows else ""


def cited(each: Citation, passages: Passages, lang: Lang, number: str = "") -> str:
    """The exact quotation, its translation where the reader needs one, section and link."""
    passage = passages.get(each.passage_id)
    title, section = (each.title, " › ".join(p for p in each.heading if p != each.title))
    if passage is not None:
        title, section = reading.place(passage, lang)
    other = each.translation
    translated = ""
    if other is not None and lang == "en":
        named = esc(word("benchmark.translation", lang))
        translated = f'<br><span class="ch-quiet">{named}: {esc(other.text)}</span>'
    where = section.rpartition(" › ")[2] or title
    link = reading.anchor(each.passage_id, word("benchmark.source", lang))
    return (
        f"<blockquote>{esc(number)}{esc(each.quote)}{translated}"
        f'<br><span class="ch-quiet">{esc(where)} · {link}</span></blockquote>'
    )


def answer(found: Answer, passages: Passages, lang: Lang) -> str:
    """A question to the advisor, what it said, and the sentences that it rests on."""
    drawn = f"<h3>{esc(found.question)}</h3>{_said(found.text)}"
    if not found.citations:
        return drawn
    listed = "".join(cited(each, passages, lang, f"[{each.n}] ") for each in found.citations)
    sources = f"{esc(word('benchmark.sources', lang))} ({len(found.citations)})"
    return f"{drawn}<details><summary>{sources}</summary>{listed}</details>"


def _said(markdown: str) -> str:
    """The answer's Markdown as paragraphs and lists; its markers are numbers."""
    drawn = ""
    for bullet, run in groupby(blocks(markdown), lambda block: block.bullet):
        if bullet:
            drawn += f"<ul>{''.join(f'<li>{_words(block)}</li>' for block in run)}</ul>"
        else:
            drawn += "".join(f"<p>{_words(block)}</p>" for block in run)
    return f'<div class="ch-said">{drawn}</div>'


def _words(block: Block) -> str:
    parts = block.parts
    return "".join(esc(p) if isinstance(p, str) else f"<sup>[{p}]</sup>" for p in parts)


def named(answers: Sequence[Answer]) -> list[str]:
    """The passages that some answers cite, each once."""
    return list(dict.fromkeys(c.passage_id for each in answers for c in each.citations))
