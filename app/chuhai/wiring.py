"""The only place where parts are built and joined. Tests hand it fakes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chuhai.chats.conversations import Chats
from chuhai.corpus.change import Change
from chuhai.corpus.check import Checked, check
from chuhai.corpus.figures import Figures, read_figures
from chuhai.domain import Answer, Hit
from chuhai.errors import IndexMissing, IndexProblem
from chuhai.export.library import Library, library_of
from chuhai.index.build import Builder, BuildReport, Progress
from chuhai.index.chunk import ChunkSettings
from chuhai.index.cross_encoder import load_cross_encoder
from chuhai.index.encoder import Encoder, load_encoder
from chuhai.index.endpoint import Endpoint
from chuhai.index.listed import ANSWERED, OPEN, Listed, listed
from chuhai.index.manifest import Manifest
from chuhai.index.manifest import read as read_manifest
from chuhai.index.opened import Index, open_index
from chuhai.index.store import VectorStore, open_chroma
from chuhai.language.glossary import Glossary, read_glossary
from chuhai.language.parts import is_later
from chuhai.retrieval.query import Want, want_rarity
from chuhai.retrieval.search import HybridSearcher, Weights
from chuhai.settings import Settings, shipped

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from chuhai.answering.chain import Question
    from chuhai.answering.claims import Shown
    from chuhai.answering.extract import Extractor
    from chuhai.answering.reader import Reader
    from chuhai.answering.refuse import Calibration
    from chuhai.answering.verify import Verifier


@dataclass(frozen=True)
class Advisor:
    """An open index with everything that answers from it."""

    index: Index
    searcher: HybridSearcher
    chain: "Runnable[Question, Shown | Answer]"
    starters: "dict[Any, tuple[str, ...]]"
    """Four questions per language to begin with; none for documents of one's own."""
    roles: "dict[Any, dict[str, tuple[str, ...]]]" = field(default_factory=dict)
    """The same per language and role of the reader."""

    def stream(self, turns: Sequence[str], lang: str = "auto") -> "Iterator[Shown | Answer]":
        """Verified claims as they come, then the whole answer."""
        yield from self.chain.stream({"turns": turns, "lang": lang})

    def ask(self, turns: Sequence[str], lang: str = "auto") -> Answer:
        """The whole answer to the last of the turns."""
        *_, answer = self.stream(turns, lang)
        assert isinstance(answer, Answer)
        return answer

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Ranked passages alone."""
        return self.searcher.search(query, k)


@dataclass(frozen=True)
class Workshop:
    """Builds the parts that the settings name, each once and only when it is needed."""

    settings: Settings
    chat_model: "Callable[[Settings], BaseChatModel] | None" = None
    """Makes the chat model; a test's way to hand in a scripted one."""

    @property
    def index_folder(self) -> Path:
        return self.settings.home / "index"

    @cached_property
    def encoder(self) -> Encoder:
        settings = self.settings
        endpoint = Endpoint(
            settings.encoder_base_url, settings.encoder_api_key, settings.encoder_timeout_s
        )
        return load_encoder(settings.encoder, shipped("index/encoder"), endpoint)

    @cached_property
    def chunk(self) -> ChunkSettings:
        return ChunkSettings()

    @property
    def own_folder(self) -> Path:
        """Where the user's own documents lie; see ``chuhai.library``."""
        return self.settings.home / "documents"

    def build(
        self,
        root: Path | None = None,
        progress: Progress | None = None,
        change: Change | None = None,
    ) -> BuildReport:
        """Builds or updates the index of home from a folder and nothing else, or (default)
        from the shipped corpus and the user's own documents, as they are after ``change``."""
        builder = Builder(
            self.index_folder, self.encoder, self.chunk, self._open_store, self._store
        )
        if root is not None:
            return builder.build(root, progress)
        return builder.build(self.settings.corpus, progress, self.own_folder, change)

    def rebuild(self, progress: Progress | None = None) -> BuildReport:
        """Brings the index of home up to date, from the folder that it was built from."""
        try:
            manifest = self.manifest()
        except IndexProblem:
            return self.build(progress=progress)
        default = manifest.own or manifest.root == str(self.settings.corpus.resolve())
        return self.build(None if default else Path(manifest.root), progress)

    def manifest(self) -> Manifest:
        return read_manifest(self.index_folder)

    def open(self) -> Index:
        """The index of home, checked. See ``index.opened`` for what it raises."""
        return open_index(
            self.index_folder, self.encoder, self.chunk, self._store, self._open_store
        )

    def open_or_build(self, progress: Progress | None = None) -> Index:
        """The index of home; built first where there is none yet."""
        try:
            return self.open()
        except IndexMissing:
            self.build(progress=progress)
            return self.open()

    def searcher(self, index: Index) -> HybridSearcher:
        return HybridSearcher(index, self.glossary, self.weights())

    def weights(self) -> Weights:
        """What each signal counts, less the aids that the settings leave out."""
        weights = Weights()
        if "roles" in self.settings.without:
            weights = replace(weights, theme=0.0)
        if "plain" in self.settings.without:
            weights = replace(weights, plain=0.0)
        return weights

    def check(self) -> Checked:
        """Holds the corpus folder to its rules; see ``corpus.check``."""
        return check(self.settings.corpus, self.glossary, self.figures(self.settings.corpus))

    def figures(self, root: Path) -> Figures:
        """The figures of the corpus at ``root``; they never apply to another."""
        if "figures" in self.settings.without:
            return Figures()
        return read_figures(root.parent / "figures.toml")

    @cached_property
    def glossary(self) -> Glossary:
        """The shipped terms with those that a user keeps in home."""
        if "glossary" in self.settings.without:
            return Glossary()
        return read_glossary(
            [shipped("corpus/glossary.toml"), self.settings.home / "glossary.toml"]
        )

    @cached_property
    def reader(self) -> "Reader":
        """Reads a question or a claim together with sentences."""
        from chuhai.answering.reader import Reader

        return Reader(load_cross_encoder(shipped("index/cross_encoder")))

    def extractor(
        self, index: Index, searcher: HybridSearcher, *, reads: bool = True
    ) -> "Extractor":
        """Chooses sentences with the index's own word frequencies."""
        from chuhai.answering.evidence import Weigher
        from chuhai.answering.extract import Extractor, inverse_frequency
        from chuhai.answering.features import SentenceWeights
        from chuhai.answering.figures import locate

        words = index.lexical
        frequency = inverse_frequency(index.manifest.passages, words.document_frequency)

        def rarity(want: Want) -> float:
            return want_rarity(want, frequency, words.knows)

        figures = locate(
            index.encoder,
            self.figures(Path(index.manifest.root)).figures,
            index.catalogue.document,
        )
        weights = SentenceWeights()
        if "roles" in self.settings.without:
            weights = replace(weights, role=0.0)
        weigher = Weigher(
            index.encoder,
            searcher.glossary,
            words.knows,
            words.prints,
            # What is offered is answered: a test asks each of them.
            self._listed(index, ANSWERED).with_more(
                [text for texts in self._offered(index).values() for text in texts]
            ),
            self._listed(index, OPEN),
        )
        plain = "plain" not in self.settings.without
        return Extractor(
            index.encoder,
            searcher.understand,
            rarity,
            weights,
            figures,
            weigher,
            self.reader if reads else None,
            plain,
        )

    def _offered(self, index: Index) -> "dict[Any, tuple[str, ...]]":
        from chuhai.answering.suggest import read_questions

        return read_questions(_questions_beside(index))

    def _listed(self, index: Index, sort: str) -> Listed:
        if "plain" in self.settings.without:
            return Listed(index.encoder)
        return listed(index.catalogue, index.encoder, sort)

    def advisor(self, index: Index) -> Advisor:
        """The whole chain over an open index."""
        from chuhai.answering.advice import Adviser
        from chuhai.answering.chain import Answering
        from chuhai.answering.disputes import Disputes
        from chuhai.answering.suggest import Suggester, read_roles

        searcher = self.searcher(index)
        questions = self._offered(index)
        titles = (title for _, title, *_ in index.catalogue.documents())
        later = {title for title in titles if is_later(title)}
        extractor = self.extractor(index, searcher)
        conflicts = self.figures(Path(index.manifest.root)).conflicts
        answering = Answering(
            searcher=searcher,
            extractor=extractor,
            adviser=Adviser(searcher, extractor, extractor.weigher),
            disputes=Disputes(index.encoder, conflicts, index.catalogue.passages_of),
            verifier=self.verifier(index),
            calibration=self.calibration(),
            suggester=Suggester(index.encoder, questions),
            generator=self._generator(),
            unsupported=self.settings.unsupported,
            editions=frozenset(index.catalogue.editions() | later),
        )
        starters = {lang: each[:4] for lang, each in questions.items()}
        return Advisor(
            index, searcher, answering.chain(), starters, read_roles(_questions_beside(index))
        )

    def verifier(self, index: Index) -> "Verifier":
        """Judges claims with what stands around the sentences that they cite."""
        from chuhai.answering.around import Around
        from chuhai.answering.verify import Verifier

        plain = "plain" not in self.settings.without
        around = Around(index.catalogue.passages_of)
        return Verifier(index.encoder, self.glossary, around, plain, reader=self.reader)

    @property
    def chats(self) -> Chats:
        """The saved conversations of home."""
        return Chats(self.settings.home / "chats.sqlite3")

    @property
    def drafts(self) -> Path:
        """Where answers that readers found bad become draft eval cases."""
        return self.settings.home / "evals" / "drafts.jsonl"

    @property
    def reports(self) -> Path:
        """Where reports are kept that a reader saves."""
        return self.settings.home / "reports"

    def library(self, index: Index, answers: Sequence[Answer]) -> Library:
        """What an export needs to know of the documents that some answers cite."""
        catalogue = index.catalogue
        figures = self.figures(Path(index.manifest.root)).figures
        return library_of(answers, catalogue.document, catalogue.passages, figures)

    def calibration(self) -> "Calibration":
        """What says whether the documents answer; the bench puts one that notes its verdicts."""
        from chuhai.answering.refuse import Calibration

        return Calibration()

    def _generator(self) -> Any:
        if self.settings.chat_model is None:
            return None
        from chuhai.answering.generate import Generator, build_chat_model, full_name

        settings = self.settings
        model = (
            self.chat_model(settings)
            if self.chat_model
            else build_chat_model(
                settings.chat_model or "",
                settings.chat_base_url,
                settings.chat_api_key,
                settings.chat_timeout_s,
            )
        )
        return Generator(model, full_name(settings.chat_model or ""), settings.prompts)

    @property
    def _store(self) -> str:
        return self.settings.chroma_url or "disk"

    def _open_store(self, folder: Path, build: str) -> VectorStore:
        return open_chroma(folder, self.settings.chroma_url, build)


def _questions_beside(index: Index) -> Path:
    return Path(index.manifest.root).parent / "questions.toml"
