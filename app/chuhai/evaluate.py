"""``chuhai eval …``: the bench joined with the parts that answer. Imported by its command."""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chuhai import __version__
from chuhai.asking import Hearing, asking, pool, searchers
from chuhai.domain import Lang
from chuhai.errors import EvalError
from chuhai.evals import files
from chuhai.evals import kept as kept_runs
from chuhai.evals.cases import Case, Leaks, read_cases
from chuhai.evals.compare import Comparison, compare
from chuhai.evals.library import Library, library_of
from chuhai.evals.run import Finished, Json, run
from chuhai.evals.scorers import Bench
from chuhai.evals.support import VerifierSupports, verifier_of
from chuhai.evals.tables import compared, retrieved, summary, title
from chuhai.index.opened import Index
from chuhai.progress import Bar
from chuhai.settings import Settings, shipped
from chuhai.wiring import Workshop

_MODEL_WORKERS = 4
_MOST_PROCESSES = 4
# Starting a process costs as much as some fifty answers.
_WORTH_PROCESSES = 100


@dataclass(frozen=True)
class Caller:
    """Who asked for the command: settings, language of the messages, whether JSON is wanted."""

    settings: Settings
    lang: Lang
    json: bool

    @property
    def folder(self) -> Path:
        """Where runs are kept."""
        return self.settings.home / "evals"

    def say(self, text: str, values: Any) -> None:
        """Text for people, or the values as one JSON object."""
        sys.stdout.write((json.dumps(values, ensure_ascii=False) if self.json else text) + "\n")

    def warn(self, zh: str, en: str) -> None:
        sys.stderr.write(f"chuhai: {zh if self.lang == 'zh' else en}\n")


def eval_run(caller: Caller, arguments: argparse.Namespace) -> int:
    """Asks the whole set, keeps the run in home, and holds it against a baseline."""
    began = time.perf_counter()
    cases = read_cases(arguments.cases or shipped("evals/cases"), arguments.split)
    baseline = files.read(arguments.baseline) if arguments.baseline else None
    finished = _run(caller, cases, arguments)
    costs = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began, 2),
        "price_per_million_tokens": arguments.price,
        **finished.costs,
    }
    kept = files.scores_only(finished.run) if arguments.scores_only else finished.run
    latest = caller.folder / files.LATEST
    kept_runs.set_aside(caller.folder)
    files.write(latest, files.text_of(finished.run))
    files.write(files.costs_beside(latest), json.dumps(costs, ensure_ascii=False) + "\n")
    if arguments.out:
        files.write(arguments.out, files.text_of(kept))
    against = compare(baseline, finished.run) if baseline else None
    text = summary(finished.run, caller.lang)
    if against is not None:
        text += f"\n\n{compared(against, caller.lang)}"
    caller.say(
        text,
        {
            "out": str(arguments.out or latest),
            "cases": finished.run["cases"],
            "metrics": finished.run["metrics"],
            "baseline": against.as_dict() if against else None,
        },
    )
    return _held(caller, against)


def _held(caller: Caller, against: Comparison | None) -> int:
    """1 where the run is significantly below its baseline, said in one line."""
    if against is None or not against.drops:
        return 0
    zh = "、".join(f"{title(d.name, 'zh')} {d.a:.3f} → {d.b:.3f}" for d in against.drops)
    en = ", ".join(f"{title(d.name, 'en')} {d.a:.3f} → {d.b:.3f}" for d in against.drops)
    caller.warn(f"显著低于基线：{zh}", f"significantly below the baseline: {en}")
    return 1


def _run(caller: Caller, cases: Sequence[Case], arguments: argparse.Namespace) -> Finished:
    bar = Bar(caller.lang)
    workshop = Hearing(caller.settings, signals=arguments.signals)
    index = workshop.open_or_build(bar)
    try:
        library = library_of(index)
        system = _system(workshop, index)
        grade = None
        if arguments.judge:
            from chuhai.evals.judge import Judge

            grade = Judge(_chat_model(caller.settings), caller.settings.prompts)
        here = asking(workshop, index)
        workers = arguments.workers or _workers(caller.settings, len(cases))
        with pool(caller.settings, arguments.signals, here, workers) as (ask, executor):
            return run(
                cases,
                ask,
                _bench(index, library),
                {**system, "copied": _copied(cases, library)},
                executor=executor,
                broken_off=caller.folder / f"broken-off-{_key(system, cases)}.jsonl",
                progress=bar,
                grade=grade,
            )
    finally:
        index.close()


def _bench(index: Index, library: Library | None = None) -> Bench:
    return Bench(library or library_of(index), VerifierSupports(verifier_of(index)))


def _workers(settings: Settings, cases: int) -> int:
    """Four threads for an endpoint; else a process per core, where there is enough to do."""
    if settings.chat_model:
        return _MODEL_WORKERS
    return min(_MOST_PROCESSES, os.cpu_count() or 1) if cases >= _WORTH_PROCESSES else 1


def _system(workshop: Hearing, index: Index) -> Json:
    """What answered: everything that a run depends on but the cases."""
    settings, manifest = workshop.settings, index.manifest
    documents = json.dumps(
        {path: state.sha256 for path, state in manifest.documents.items()}, sort_keys=True
    )
    return {
        "version": __version__,
        "code": _code(settings.prompts),
        "answerer": settings.chat_model or "extractive",
        "signals": workshop.signals,
        "without": sorted(settings.without),
        "encoder": manifest.encoder,
        "chunk": dict(manifest.chunk),
        "documents": hashlib.sha256(documents.encode()).hexdigest()[:16],
    }


def _code(prompts: Path) -> str:
    """A hash of the program, its glossary and prompts."""
    package = Path(__file__).parent
    found = [*sorted(package.rglob("*.py")), *sorted(prompts.glob("*.md"))]
    found += [
        path
        for name in ("glossary", "figures")
        if (path := shipped(f"corpus/{name}.toml")).is_file()
    ]
    hashed = hashlib.sha256()
    for path in found:
        hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def _copied(cases: Sequence[Case], library: Library) -> int:
    """Cases whose questions share a run of eight characters or words with the documents."""
    leaks = Leaks("\n".join(library.texts.values()))
    return sum(bool(leaks.of(turn)) for case in cases for turn in case.turns[-1:])


def _key(system: Mapping[str, Any], cases: Sequence[Case]) -> str:
    text = json.dumps(system, sort_keys=True) + repr([case.id for case in cases])
    return hashlib.sha256((text + repr(list(cases))).encode()).hexdigest()[:12]


def _chat_model(settings: Settings) -> Any:
    from chuhai.answering.generate import build_chat_model

    if settings.chat_model is None:
        raise EvalError(
            "--judge needs a chat model: set CHUHAI_CHAT_MODEL",
            "--judge 需要聊天模型：请设置 CHUHAI_CHAT_MODEL",
        )
    return build_chat_model(
        settings.chat_model,
        settings.chat_base_url,
        settings.chat_api_key,
        settings.chat_timeout_s,
    )


def eval_compare(caller: Caller, arguments: argparse.Namespace) -> int:
    """Two saved runs side by side."""
    found = compare(files.read(arguments.a), files.read(arguments.b))
    caller.say(compared(found, caller.lang), found.as_dict())
    return 0


def eval_report(caller: Caller, arguments: argparse.Namespace) -> int:
    """A run as a page."""
    from chuhai.evals.report import page

    path = arguments.run_file or caller.folder / files.LATEST
    made = files.read(path)
    if made["results"] and "answer" not in made["results"][0]:
        caller.warn("这份结果只存了分数：报告里没有答案", "scores only: the page has no answers")
    out = arguments.out or caller.folder / "report.html"
    files.write(out, page(made, files.read_costs(path), caller.lang))
    caller.say(str(out), {"report": str(out)})
    return 0


def eval_score(caller: Caller, arguments: argparse.Namespace) -> int:
    """Scores answers made elsewhere, as a run beside ours."""
    from chuhai.evals.outside import read_answers, score_answers

    cases = read_cases(arguments.cases or shipped("evals/cases"), arguments.split)
    answers = read_answers(arguments.file)
    unknown = sorted(set(answers) - {case.id for case in cases})
    if unknown:
        few = ", ".join(unknown[:5])
        caller.warn(
            f"不在题集里，未评：{few} 等 {len(unknown)} 条",
            f"no such cases, left out: {few} ({len(unknown)})",
        )
    index = Workshop(caller.settings).open_or_build(Bar(caller.lang))
    try:
        system = {"version": __version__, "answerer": arguments.file.name}
        finished = score_answers(cases, answers, _bench(index), system)
    finally:
        index.close()
    out = arguments.out or caller.folder / f"scored-{arguments.file.stem}.json"
    kept = files.scores_only(finished.run) if arguments.scores_only else finished.run
    files.write(out, files.text_of(kept))
    if not arguments.out:
        files.write(files.costs_beside(out), json.dumps(finished.costs) + "\n")
    values = {"out": str(out), "cases": finished.run["cases"], "metrics": finished.run["metrics"]}
    caller.say(summary(finished.run, caller.lang), values)
    return 0


def eval_retrieval(caller: Caller, arguments: argparse.Namespace) -> int:
    """BM25 alone, vectors alone and the product on a public set."""
    from chuhai.evals import beir

    public = beir.read(arguments.folder)
    bar = Bar(caller.lang)
    with TemporaryDirectory(prefix="chuhai-") as place:
        documents = Path(place) / "documents"
        names = beir.write_documents(public, documents)
        workshop = Workshop(replace(caller.settings, home=Path(place)))
        workshop.build(documents, bar)
        index = workshop.open()
        try:
            systems = {
                name: beir.rank(
                    public,
                    searcher.search,
                    names,
                    lambda done: bar("search", done, len(public.queries)),
                )
                for name, searcher in searchers(workshop, index).items()
            }
        finally:
            index.close()
    report = beir.report(public, systems)
    if arguments.out:
        files.write(arguments.out, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    caller.say(retrieved(report, caller.lang), report)
    return 0


VERBS = {
    "run": eval_run,
    "compare": eval_compare,
    "report": eval_report,
    "score": eval_score,
    "retrieval": eval_retrieval,
}


def main(arguments: argparse.Namespace, settings: Settings, lang: Lang) -> int:
    """Runs one verb; returns the exit status."""
    caller = Caller(settings, lang, getattr(arguments, "json", False))
    return VERBS[arguments.verb](caller, arguments)
