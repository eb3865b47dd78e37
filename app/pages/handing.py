"""The conversation as a file to hand on; each is made when its button is pressed."""

import re
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Answer, Lang
from chuhai.export.formats import MEDIA_TYPES, Format
from pages.strings import text

if TYPE_CHECKING:
    from chuhai.wiring import Advisor, Workshop

_OFFERED: tuple[Format, ...] = ("docx", "md", "pptx", "txt", "bib")
_NAME_LENGTH = 40


def show(answers: list[Answer], workshop: "Workshop", advisor: "Advisor", lang: Lang) -> None:
    """The menu of formats; nothing where there is no answer yet."""
    if not answers:
        return
    with st.popover(text("export", lang), icon=":material/download:", type="tertiary"):
        for form in _OFFERED:
            st.download_button(
                text(f"export.{form}", lang),
                partial(_made, form, answers, workshop, advisor),
                file_name=f"{_file_name(answers[0].question)}.{form}",
                mime=MEDIA_TYPES[form],
                key=f"export-{form}",
                type="tertiary",
                on_click="ignore",
            )


def _made(form: Format, answers: list[Answer], workshop: "Workshop", advisor: "Advisor") -> bytes:
    from chuhai.export.formats import render

    library = workshop.library(advisor.index, answers)
    return render(form, answers[0].question, answers[0].lang, answers, library)


def _file_name(question: str) -> str:
    """The question as a name that every file system takes."""
    kept = re.sub(r"[^\w-]+", "-", question).strip("-_")[:_NAME_LENGTH].strip("-_")
    return kept or "chuhai"
