"""What the measurements share: a folder for their state, our workshop, the peer where it is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from chuhai.corpus.documents import decode, read_bytes, scan
from chuhai.settings import from_environment, shipped
from chuhai.wiring import Workshop
from tests.bench import passages, peer
from tests.bench.timing import cold


@dataclass(frozen=True)
class Peer:
    """A store of LangChain's pipeline; every step is a process of its own."""

    model: str
    folder: Path

    def fill(self, texts: Sequence[str], *, mixed: bool = False) -> None:
        """Puts the texts in, once; see ``peer`` for what ``mixed`` spares."""
        done = self.folder.with_suffix(".filled")
        if done.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        listed = self.folder.with_suffix(".json")
        listed.write_text(json.dumps(list(texts)), encoding="utf-8")
        _run([*self.command("fill"), "--texts", str(listed), *(["--mixed"] if mixed else [])])
        done.touch()

    def warm(self, by: str) -> float:
        """Median seconds of one question, once everything is loaded."""
        return float(_run([*self.command("warm"), "--by", by]).split()[-1])

    def cold(self, by: str, question: str, runs: int) -> float:
        """Median seconds of a whole process that asks one question."""
        return cold([*self.command("cold"), "--by", by, "--question", question], runs)

    def command(self, step: str) -> list[str]:
        program = [sys.executable, "-m", "tests.bench.peer", step, self.model]
        return [*program, "--folder", str(self.folder)]


@dataclass(frozen=True)
class Lab:
    """One run of the bench."""

    folder: Path
    """Everything is made here; what lies there of an earlier run is used again."""
    data: Path | None = None
    """A folder of the user's own texts in place of made passages."""
    model: str | None = None
    """The peer's model, a folder or a name."""
    many: int = 100_000
    built: int = 10_000

    def workshop(self, name: str) -> Workshop:
        return Workshop(from_environment({}, home=self.folder / name))

    @cached_property
    def whitepaper(self) -> Workshop:
        workshop = self.workshop("whitepaper")
        workshop.build()
        return workshop

    @cached_property
    def peer_model(self) -> str | None:
        """The first of the peer's models that loads; None where its packages are missing."""
        if lacking := [name for name in peer.NEEDED if find_spec(name) is None]:
            _say(f"no peer, for want of {', '.join(lacking)}: pip install '.[bench]'")
            return None
        for model in peer.models(self.model):
            try:
                _run(Peer(model, self.folder).command("check"))
            except subprocess.CalledProcessError as error:
                _say(f"{model} cannot be loaded: {error.stderr.strip().splitlines()[-1]}")
                continue
            return model
        return None

    def peer(self, name: str) -> Peer | None:
        return Peer(self.peer_model, self.folder / f"peer-{name}") if self.peer_model else None

    @cached_property
    def peer_whitepaper(self) -> Peer | None:
        """The peer's store of the whitepaper's two editions."""
        other = self.peer("whitepaper")
        if other:
            root = shipped("corpus/whitepaper")
            files = [file for file in scan(root) if ".plain." not in file.path]
            other.fill([decode(file.path, read_bytes(file)).text for file in files])
        return other

    def texts(self, count: int) -> tuple[Path, Sequence[str]]:
        """A folder of ``count`` passages (of the user's data: files) and their texts."""
        root = self.folder / f"texts-{count}"
        if self.data is None:
            texts = [text for _, text in passages.passages(count)]
            if not root.exists():
                passages.write(root, count)
            return root, texts
        files = list(islice(scan(self.data), count))
        for file in files:
            target = root / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.absolute, target)
        return root, [decode(file.path, read_bytes(file)).text for file in files]


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _say(line: str) -> None:
    print(f"chuhai: {line}", file=sys.stderr)
