"""``chuhai``: arguments in, text or JSON out."""

import argparse
import contextlib
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from chuhai import __version__, batch, exporting, saved
from chuhai.domain import Lang
from chuhai.errors import ChuhaiError, DocumentError
from chuhai.progress import Bar
from chuhai.settings import from_environment

# Nothing is sent anywhere unless asked for. Set before any library reads them.
_QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "true",
    # Products of a few milliseconds: a second thread of BLAS costs more than it brings as soon
    # as anything else runs, and twice the time of a search on a busy machine.
    "OPENBLAS_NUM_THREADS": "1",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 (an error or a failed check) or 130; exits 2 on usage."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = _parser().parse_args(argv)
    debug = getattr(arguments, "debug", False)
    try:
        return _run(arguments)
    except ChuhaiError as error:
        if debug:
            raise
        print(f"chuhai: {error.message(interface_language())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            raise
        line = " ".join(str(error).split())[:200]
        print(f"chuhai: {type(error).__name__}: {line} (--debug shows where)", file=sys.stderr)
        return 1


def interface_language() -> Lang:
    """The language of the locale: Chinese where it says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", metavar="DIR", help="where all state is kept")
    common.add_argument("--json", action="store_true", help="one JSON object on stdout")
    common.add_argument("--debug", action="store_true", help="show tracebacks")
    parser = argparse.ArgumentParser("chuhai", description=__doc__, parents=[common])
    parser.add_argument("--version", action="version", version=f"chuhai {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, does: str, run: Callable[..., int], within: Any = commands
    ) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = within.add_parser(
            name, help=does, description=does, parents=[common]
        )
        sub.set_defaults(run=run)
        return sub

    serve = command("serve", "open the chat page in a browser", _serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8501)
    ask = command("ask", "ask; several questions are the turns of one conversation", _ask)
    ask.add_argument("questions", nargs="*", metavar="QUESTION")
    ask.add_argument("--lang", choices=("zh", "en", "auto"), default="auto")
    ask.add_argument("--batch", metavar="FILE", help="JSON Lines in (- is stdin), JSON Lines out")
    search = command("search", "ranked passages alone", _search)
    search.add_argument("query", nargs="*", metavar="QUERY")
    search.add_argument("-k", type=_k, default=10, help="how many, 1 to 100 (default 10)")
    search.add_argument(
        "--explain", action="store_true", help="the glossary's words and what each signal gave"
    )
    search.add_argument("--batch", metavar="FILE", help="JSON Lines in (- is stdin)")
    _index_commands(command, commands, common)
    _corpus_commands(command, commands, common)
    group = commands.add_parser("chats", help="saved conversations", parents=[common])
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    saved.add_verbs(lambda name, does: command(name, does, _chats, verbs))
    export = command("export", "answers as Word, Markdown, slides or a bibliography", _export)
    exporting.add_arguments(export)
    _eval_commands(command, commands, common)
    command("doctor", "what works on this machine, with the mend for what does not", _doctor)
    return parser


def _index_commands(command: Any, commands: Any, common: argparse.ArgumentParser) -> None:
    group = commands.add_parser("index", help="build and check the index", parents=[common])
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    build = command("build", "build or update the index of a folder", _index_build, verbs)
    build.add_argument("--corpus", metavar="DIR", type=Path, help="default: the whitepaper")
    command("status", "what is indexed and how", _index_status, verbs)
    command("verify", "check every offset, hash and vector count", _index_verify, verbs)


def _corpus_commands(command: Any, commands: Any, common: argparse.ArgumentParser) -> None:
    group = commands.add_parser("corpus", help="the documents", parents=[common])
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = command("add", "add documents of your own, or folders of them", _corpus, verbs)
    add.add_argument("paths", nargs="+", metavar="PATH")
    add.add_argument(
        "--replace", action="store_true", help="also where one of that name is from elsewhere"
    )
    command("list", "the indexed documents", _corpus, verbs)
    remove = command("remove", "remove a document of your own", _corpus, verbs)
    remove.add_argument("ref", metavar="REF", help="a document as cited, or a folder of them")
    show = command("show", "a document's text, or a passage in it", _corpus_show, verbs)
    show.add_argument("ref", metavar="REF", help="a document as cited, or a passage_id")
    command("check", "languages aligned, figures equal, terms as agreed", _corpus_check, verbs)


def _eval_commands(command: Any, commands: Any, common: argparse.ArgumentParser) -> None:
    group = commands.add_parser("eval", help="measure answers and retrieval", parents=[common])
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    run = command("run", "ask the eval set and score the answers", _eval, verbs)
    run.add_argument("--baseline", metavar="FILE", type=Path, help="exit 1 on a significant drop")
    run.add_argument("--signals", choices=("all", "lexical", "dense"), default="all")
    run.add_argument("--workers", metavar="N", type=_k, help="questions asked at once")
    run.add_argument(
        "--price", metavar="IN,OUT", type=_price, help="price of a million tokens, for the costs"
    )
    run.add_argument("--judge", action="store_true", help="let the chat model grade answers too")
    compare = command(
        "compare", "two runs of the same cases: better, worse, or chance", _eval, verbs
    )
    for name in ("a", "b"):
        compare.add_argument(name, metavar=name.upper(), type=Path)
    report = command("report", "a run as a page to open in a browser", _eval, verbs)
    report.add_argument("run_file", nargs="?", metavar="RUN", type=Path, help="default: the last")
    score = command("score", "score answers made elsewhere (JSON Lines)", _eval, verbs)
    score.add_argument("file", metavar="FILE", type=Path)
    for verb in (run, score):
        verb.add_argument("--cases", metavar="DIR", type=Path, help="default: the shipped ones")
        verb.add_argument("--split", choices=("dev", "test", "all"), default="all")
        verb.add_argument("--scores-only", action="store_true", help="leave answers out of --out")
    retrieval = command("retrieval", "BM25, vectors and both on a BEIR folder", _eval, verbs)
    retrieval.add_argument("folder", metavar="DIR", type=Path)
    for verb in (run, report, score, retrieval):
        verb.add_argument("--out", metavar="FILE", type=Path)


def _eval(arguments: argparse.Namespace) -> int:
    from chuhai.evaluate import main as evaluate

    settings = from_environment(home=getattr(arguments, "home", None))
    return evaluate(arguments, settings, interface_language())


def _run(arguments: argparse.Namespace) -> int:
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _workshop(arguments: argparse.Namespace) -> Any:
    from chuhai.wiring import Workshop

    return Workshop(from_environment(home=getattr(arguments, "home", None)))


def _serve(arguments: argparse.Namespace) -> int:
    from chuhai.serve import serve

    workshop = _workshop(arguments)
    return serve(workshop, arguments.host, arguments.port, interface_language(), progress)


def _ask(arguments: argparse.Namespace) -> int:
    from chuhai.present import answer_json

    if (arguments.batch is None) == (not arguments.questions):
        return _usage("give either QUESTION or --batch FILE")
    turns = [batch.checked(question) for question in arguments.questions]
    workshop = _workshop(arguments)
    advisor = workshop.advisor(workshop.open_or_build(progress))
    if arguments.batch is not None:

        def answer(item: Any) -> Any:
            asked, lang = batch.turns_of(item)
            return answer_json(advisor.ask(asked, lang), item["id"])

        return _batch(arguments.batch, answer)
    if getattr(arguments, "json", False):
        return _json(answer_json(advisor.ask(turns, arguments.lang)))
    return _print_answer(advisor, turns, arguments.lang)


def _print_answer(advisor: Any, turns: list[str], lang: str) -> int:
    """The answer as it comes, then its sources."""
    from chuhai.answering.claims import plain

    for piece in advisor.stream(turns, lang):
        if hasattr(piece, "markdown"):
            print(plain(piece.markdown), end="", flush=True)
            continue
        print(piece.text if piece.refused else "")
        for citation in piece.citations:
            place = " · ".join(filter(None, (citation.title, citation.locator)))
            print(f"\n[{citation.n}] {citation.quote}\n    {place}  {citation.document}")
        if piece.degraded:
            print(f"chuhai: {piece.degraded}", file=sys.stderr)
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from chuhai.errors import QuestionError
    from chuhai.present import hits_json

    if (arguments.batch is None) == (not arguments.query):
        return _usage("give either QUERY or --batch FILE")
    query = batch.checked(" ".join(arguments.query))
    workshop = _workshop(arguments)
    searcher = workshop.searcher(workshop.open_or_build(progress))
    if arguments.batch is not None:

        def answer(item: Any) -> Any:
            asked = item.get("query")
            if not isinstance(asked, str):
                raise QuestionError("`query` must be a string", "`query` 须是字符串")
            asked = batch.checked(asked)
            return hits_json(asked, searcher.search(asked, arguments.k), item["id"])

        return _batch(arguments.batch, answer)
    hits = searcher.search(query, arguments.k)
    added = searcher.understand(query).expansion if arguments.explain else {}
    if getattr(arguments, "json", False):
        return _json(hits_json(query, hits) | ({"expansion": added} if arguments.explain else {}))
    for name, names in added.items():
        print(f"{name} → {', '.join(names)}")
    for rank, hit in enumerate(hits, 1):
        print(f"{rank:>3}  {hit.score:.3f}  {hit.passage.passage_id}")
        if arguments.explain:
            print("     " + "  ".join(f"{name} {score:.3f}" for name, score in hit.scores.items()))
        print(f"     {' '.join(hit.passage.text.split())[:160]}")
    return 0


def _index_build(arguments: argparse.Namespace) -> int:
    report = _workshop(arguments).build(arguments.corpus, progress)
    manifest = report.manifest
    for reason in manifest.skipped.values():
        print(f"chuhai: {reason}", file=sys.stderr)
    if getattr(arguments, "json", False):
        return _json({"added": report.added, "removed": report.removed, **_status(manifest)})
    said = {
        "zh": "索引完成：{d} 个文档，{p} 个段落（新 {a}，去 {r}，沿用 {k}）",
        "en": "indexed {d} documents, {p} passages (new {a}, removed {r}, kept {k})",
    }[interface_language()]
    print(
        said.format(
            d=len(manifest.documents),
            p=manifest.passages,
            a=report.added,
            r=report.removed,
            k=report.kept,
        )
    )
    return 0


def _status(manifest: Any) -> dict[str, Any]:
    return {
        "root": manifest.root,
        "own": manifest.own_documents,
        "documents": len(manifest.documents),
        "passages": manifest.passages,
        "vectors": sum(manifest.vectors.values()),
        "encoder": manifest.encoder,
        "dimension": manifest.dimension,
        "chunk": dict(manifest.chunk),
        "store": manifest.store,
        "skipped": dict(manifest.skipped),
        "versions": dict(manifest.versions),
    }


def _index_status(arguments: argparse.Namespace) -> int:
    workshop = _workshop(arguments)
    values: dict[str, Any] = {**_status(workshop.manifest()), "problem": None}
    lang = interface_language()
    try:
        workshop.open().close()
    except ChuhaiError as error:
        values["problem"] = error.message(lang)
    if getattr(arguments, "json", False):
        return _json(values)
    for name, value in values.items():
        if value not in (None, {}):
            print(f"{name:<11} {value}")
    return 0


def _index_verify(arguments: argparse.Namespace) -> int:
    wrong = _workshop(arguments).open().verify()
    if getattr(arguments, "json", False):
        _json({"ok": not wrong, "wrong": wrong})
    for line in wrong:
        print(f"chuhai: {line}", file=sys.stderr)
    if not wrong and not getattr(arguments, "json", False):
        print({"zh": "索引完好", "en": "the index is whole"}[interface_language()])
    return 1 if wrong else 0


def _corpus(arguments: argparse.Namespace) -> int:
    from chuhai.corpus_commands import main as run

    return run(arguments.verb, arguments, _workshop(arguments), interface_language(), progress)


def _corpus_show(arguments: argparse.Namespace) -> int:
    from chuhai.present import document_json

    workshop = _workshop(arguments)
    catalogue = workshop.open_or_build(progress).catalogue
    passage = catalogue.passages([arguments.ref]).get(arguments.ref)
    document = catalogue.document(passage.document if passage else arguments.ref)
    if document is None:
        raise DocumentError(
            f"no document or passage {arguments.ref}: `chuhai corpus list` names them",
            f"没有文档或段落 {arguments.ref}：`chuhai corpus list` 列出全部文档",
        )
    if getattr(arguments, "json", False):
        return _json(document_json(document, catalogue.passages_of(document.path), passage))
    print(passage.text if passage else document.text)
    return 0


def _corpus_check(arguments: argparse.Namespace) -> int:
    checked = _workshop(arguments).check()
    lang = interface_language()
    lines = [fault.line(lang) for fault in checked.faults]
    if getattr(arguments, "json", False):
        counts = {name: getattr(checked, name) for name in ("documents", "pairs", "pieces")}
        _json({"ok": not lines, **counts, "figures": checked.figures, "faults": lines})
    for line in lines:
        print(f"chuhai: {line}", file=sys.stderr)
    if not lines and not getattr(arguments, "json", False):
        said = {
            "zh": "{d} 个文档，{p} 对中英对照（{a} 处对齐），{f} 条数据：全部无误",
            "en": "{d} documents, {p} pairs of editions ({a} pieces aligned), {f} figures: "
            "all as they should be",
        }[lang]
        print(
            said.format(d=checked.documents, p=checked.pairs, a=checked.pieces, f=checked.figures)
        )
    return 1 if lines else 0


def _chats(arguments: argparse.Namespace) -> int:
    return saved.main(arguments, _workshop(arguments).chats, interface_language())


def _export(arguments: argparse.Namespace) -> int:
    return exporting.main(arguments, _workshop(arguments), interface_language(), progress)


def _doctor(arguments: argparse.Namespace) -> int:
    from chuhai.doctor import examine

    lang = interface_language()
    lines = examine(_workshop(arguments))
    works = all(line.ok or not line.needed for line in lines)
    if getattr(arguments, "json", False):
        _json({"ok": works, "lines": [line.as_dict(lang) for line in lines]})
    else:
        for line in lines:
            print(line.text(lang))
    return 0 if works else 1


def progress(stage: str, done: int, total: int) -> None:
    """Progress on stderr, in the language of the interface."""
    Bar(interface_language())(stage, done, total)


def _batch(name: str, answer: Callable[[Any], Any]) -> int:
    def emit(lines: Iterable[bytes]) -> int:
        for line in batch.run(lines, answer):
            print(line, flush=True)
        return 0

    if name == "-":
        return emit(sys.stdin.buffer)
    try:
        file = open(name, "rb")  # noqa: SIM115 (closed below; the error is about opening)
    except OSError as error:
        raise DocumentError(
            f"{name} cannot be read ({error.strerror}): name a JSON Lines file, or - for stdin",
            f"读不了 {name}（{error.strerror}）：请给 JSON Lines 文件，或用 - 表示标准输入",
        ) from error
    with file:
        return emit(file)


def _json(values: Any) -> int:
    print(json.dumps(values, ensure_ascii=False))
    return 0


def _usage(message: str) -> int:
    print(f"chuhai: {message}", file=sys.stderr)
    return 2


def _k(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100:
        raise argparse.ArgumentTypeError("must be between 1 and 100")
    return value


def _price(text: str) -> tuple[float, float]:
    into, _, out = text.partition(",")
    return float(into), float(out or into)


def _port(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be between 1 and 65535")
    return value


def run() -> NoReturn:
    """``main`` as a process of its own, tuned for a quick start and a quick end.

    What a command wrote is closed by then. Taking a few thousand modules apart takes a tenth
    of a search, and so does looking for garbage among them while they are loaded.
    """
    gc.set_threshold(20_000)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read it is gone
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
