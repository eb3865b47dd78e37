"""Answers as the bytes of a file, in each format that there is, and the file itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from chuhai.domain import Answer, Lang
from chuhai.errors import ExportError
from chuhai.export.labels import label
from chuhai.export.library import Library, Work

# ``json`` is CSL-JSON, ``txt`` both styles' lists; they are other forms of ``bib``.
Format = Literal["docx", "md", "pptx", "bib", "json", "txt"]
FORMATS: tuple[Format, ...] = get_args(Format)

_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES: Mapping[Format, str] = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "md": "text/markdown",
    "bib": "application/x-bibtex",
    "json": "application/vnd.citationstyles.csl+json",
    "txt": "text/plain",
}


def render(
    form: Format, title: str, lang: Lang, answers: Sequence[Answer], library: Library
) -> bytes:
    """The turns of a conversation as a file's bytes.

    ``lang`` is the language of the file's own words; each answer keeps its own.
    """
    if form == "pptx":
        from chuhai.export.slides import slides

        return slides(title, lang, answers, library)
    if form in ("docx", "md"):
        from chuhai.export.markdown import markdown
        from chuhai.export.story import story
        from chuhai.export.word import word

        told = story(title, lang, answers, library)
        return word(told) if form == "docx" else markdown(told).encode()
    return _bibliography(form, library.cited(answers), lang).encode()


def _bibliography(form: Format, works: Sequence[Work], lang: Lang) -> str:
    from chuhai.export.bibliography import bibtex, csl_json, lists

    if form == "json":
        return csl_json(works)
    if not works:
        return f"% {label('no_references', lang)}\n"
    return bibtex(works) if form == "bib" else lists(works)


def write(path: Path, content: bytes) -> None:
    """Writes the whole file, in place of what was there, or leaves that as it was.

    Raises ExportError where the path is a folder or cannot be written.
    """
    try:
        if path.is_dir():
            raise ExportError(
                f"{path} is a folder: name a file in it",
                f"{path} 是文件夹：请写出其中的文件名",
            )
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe
            return
        target = path.resolve()
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ExportError(
            f"{path} cannot be written ({why}): name another file, in a folder that exists "
            "and may be written",
            f"{path} 写不了（{why}）：请换一个文件，其文件夹须存在且可写",
        ) from error
