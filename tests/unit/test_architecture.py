"""Who may import whom, what stays at the edge, and what starting costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import chuhai
from chuhai import errors

PACKAGE = Path(chuhai.__file__).parent
APP = PACKAGE.parent
FILES = sorted(PACKAGE.rglob("*.py"))
FACES = sorted([APP / "chat.py", *(APP / "pages").rglob("*.py")])

# From the top down, as drawn in ARCHITECTURE.md. Rooms of the first and of the last line may
# import each other, others not.
LEVELS = [
    {
        "cli",
        "serve",
        "batch",
        "present",
        "doctor",
        "evaluate",
        "asking",
        "progress",
        "library",
        "shelf",
        "benchmarking",
        "corpus_commands",
        "exporting",
        "saved",
        "faces",
    },
    {"wiring"},
    {"evals"},
    {"export"},
    {"answering", "chats"},
    {"retrieval"},
    {"index"},
    {"corpus"},
    {"language"},
    {"domain", "errors", "settings", "answers", "reports", ""},
]
EDGES = {
    "chromadb": {"index/store.py"},
    "sentence_transformers": {"index/encoder.py", "index/train_start.py"},
    "torch": {
        "answering/train_reader.py",
        "index/cross_model.py",
        "index/encoder.py",
        "index/train.py",
    },
    "onnxruntime": {"index/cross_encoder.py", "index/cross_model.py"},
    "onnx": {"index/cross_model.py"},
    "tantivy": {"index/lexical.py"},
    "pypdf": {"corpus/extract.py"},
    "streamlit": set[str](),
    "tiktoken": {"language/tokens.py", "index/train_ranks.py"},
    "langchain": {"answering/generate.py"},
    "citeproc": {"export/references.py"},
    "docx": {"corpus/extract.py", "export/word.py", "export/footnotes.py"},
    "pptx": {"export/slides.py", "export/pen.py"},
    "langchain_openai": {"answering/generate.py", "index/endpoint.py"},
}
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "streamlit",
    "langchain",
    "langchain_core",
    "citeproc",
    "docx",
    "pptx",
    "lxml",
)
# These speak LangChain or PyTorch as such and are imported by the function that needs them.
SPEAKERS = {
    "answering.fakes",
    "answering.train_reader",
    "index.cross_model",
    "index.train",
    "index.train_cross",
    "retrieval.langchain",
}

RUN_BY_HAND = {"fit.py", "fit_claims.py", "defects.py", "train_reader.py"}


def room(path: Path) -> str:
    """The folder; what is run by hand (``python -m chuhai.….fit``) stands with the faces."""
    if path in FACES or path.name in RUN_BY_HAND:
        return "faces"
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def level(name: str) -> int:
    found = [number for number, rooms in enumerate(LEVELS) if name in rooms]
    assert found, f"{name} is no room of ARCHITECTURE.md: give it a place in LEVELS"
    return found[0]


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports anywhere, but for what only its types need."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", [*FILES, *FACES], ids=lambda path: str(path.relative_to(APP)))
def test_imports_only_go_downwards(path: Path) -> None:
    here = room(path)
    for name in imports(path):
        if name.split(".")[0] != "chuhai":
            continue
        there = (*name.split("."), "")[1]
        there = "" if there.startswith("__") else there
        free = {0, len(LEVELS) - 1}
        if here == there or (level(here) == level(there) and level(here) in free):
            continue
        assert level(there) > level(here), f"{here} must not import {name}"


@pytest.mark.parametrize("library", EDGES)
def test_a_library_stays_at_its_edge(library: str) -> None:
    used = {
        path.relative_to(PACKAGE).as_posix()
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert used <= EDGES[library]


def test_every_edge_is_still_one() -> None:
    for library, places in EDGES.items():
        for place in places - {"answering/generate.py"}:
            found = {name.split(".")[0] for name in imports(PACKAGE / place)}
            assert library in found, f"{place} no longer uses {library}: shorten EDGES"


def modules() -> list[str]:
    names = [
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__")
        for path in FILES
    ]
    return sorted(name.rstrip(".") for name in names if name.rstrip(".") not in SPEAKERS)


def test_importing_the_package_loads_nothing_heavy() -> None:
    """In one process; torch and its like cost seconds at every start."""
    program = (
        "import importlib, sys\n"
        f"for name in {[f'chuhai.{name}'.rstrip('.') for name in modules()]!r}:\n"
        "    importlib.import_module(name)\n"
        f"    loaded = sorted(set({HEAVY!r}) & set(sys.modules))\n"
        "    assert not loaded, f'{name} loads {loaded}'\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(APP), "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def raises(path: Path) -> Iterator[ast.Call]:
    """Every place where one of our errors is made."""
    names = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.ChuhaiError)
    }
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_every_error_is_worded_in_both_languages(path: Path) -> None:
    for call in raises(path):
        where = f"{path}:{call.lineno}"
        starred = any(isinstance(argument, ast.Starred) for argument in call.args)
        assert starred or len(call.args) == 2, f"{where}: one language is missing"
        if not starred:
            en, zh = (ast.unparse(argument) for argument in call.args)
            assert en != zh, f"{where}: one text for both languages"


def test_the_errors_that_are_checked_exist() -> None:
    assert sum(len(list(raises(path))) for path in FILES) > 20


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = str(errors.__doc__)
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.ChuhaiError):
            assert name in drawn


def test_a_message_is_one_line() -> None:
    error = errors.StorageError("disk\n  full", "磁盘\n已满")
    assert (error.message("en"), error.message("zh")) == ("disk full", "磁盘 已满")
