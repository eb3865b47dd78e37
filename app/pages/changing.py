"""Documents of the user's own go in and out; the library's third tab."""

from typing import TYPE_CHECKING

import streamlit as st

from chuhai.domain import Lang
from chuhai.shelf import Work
from pages.frame import ERROR, done, progress, told
from pages.panel import card, inert, quiet
from pages.words import word

if TYPE_CHECKING:
    from chuhai.index.manifest import Manifest
    from chuhai.wiring import Workshop

_TYPES = ["md", "txt", "pdf", "docx"]
_ROUND, _TOLD = "library-round", "library-told"


def change(workshop: "Workshop", manifest: "Manifest", found: list[Work], lang: Lang) -> None:
    """Documents go in and out; what became of it is told once, on the page that is drawn next."""
    for title, body in st.session_state.pop(_TOLD, []):
        if title:
            card(title, body, ERROR)
        else:
            done(body)
    if not manifest.own and manifest.root != str(workshop.settings.corpus.resolve()):
        quiet(word("library.own_only", lang, root=manifest.root))
        return
    with st.form("library-add", border=False):
        # A new key empties the field once its files are taken.
        key = f"library-files-{st.session_state.get('library-round', 0)}"
        files = st.file_uploader(
            word("library.files", lang), type=_TYPES, accept_multiple_files=True, key=key
        )
        replace = st.checkbox(word("library.replace", lang), key="library-replace")
        sent = st.form_submit_button(word("library.put", lang))
    if sent and not files:
        quiet(word("library.put_none", lang))
    elif sent:
        _add(workshop, [(f.name, f.getvalue()) for f in files], replace, lang)
    st.subheader(word("library.own", lang), anchor=False)
    own = {entry.document: entry for work in found for entry in work.editions if entry.own}
    if not own:
        quiet(word("library.own_none", lang))
        return
    chosen = st.selectbox(word("library.which", lang), list(own), key="library-which")
    with st.popover(word("library.remove", lang)):
        st.markdown(inert(word("library.remove_sure", lang, name=chosen)))
        if st.button(word("library.remove_yes", lang), key="library-remove"):
            _remove(workshop, chosen, lang)


def _add(workshop: "Workshop", files: list[tuple[str, bytes]], replace: bool, lang: Lang) -> None:
    """Of several files, those that can be taken are; of one, what is wrong is the answer."""
    from chuhai import library
    from chuhai.corpus.intake import Handed

    bar = st.progress(0.0, word("library.working", lang))
    handed = [Handed(name, content=content, named=len(files) == 1) for name, content in files]
    with told(lang):
        taken = library.add(
            workshop, handed, replace=replace, progress=progress(bar.progress, lang)
        )
        names = ", ".join(
            word(
                f"library.became_{taken.documents[entry.document]}",
                lang,
                name=entry.document,
                passages=entry.passages,
            )
            for entry in taken.entries
        )
        notices = [("", word("library.took", lang, names=names))]
        for reason in taken.left_out:
            notices.append((word("library.left_out", lang), reason.message(lang)))
        _again(notices)
    bar.empty()


def _remove(workshop: "Workshop", document: str, lang: Lang) -> None:
    from chuhai import library

    bar = st.progress(0.0, word("library.working", lang))
    with told(lang):
        taken = library.remove(workshop, document, progress=progress(bar.progress, lang))
        names = ", ".join(taken.documents)
        _again([("", word("library.removed", lang, names=names))])
    bar.empty()


def _again(notices: list[tuple[str, str]]) -> None:
    """The page anew, over the new index; other sessions have it with their next step."""
    st.session_state[_TOLD] = notices
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()
