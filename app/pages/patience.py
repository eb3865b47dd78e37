"""Waiting for an answer in such a way that it can be stopped."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import TypeVar

_T = TypeVar("_T")
_BREATH_S = 0.25


def patient(pieces: Iterator[_T], breathe: Callable[[], object]) -> Iterator[_T]:
    """The same pieces, made in a thread of their own.

    While none comes, ``breathe`` is called several times a second: that is where Streamlit
    ends a script that was stopped. The thread then ends after its next piece. What the
    pieces raise is raised here.
    """
    made: queue.Queue[tuple[bool, _T | BaseException | None]] = queue.Queue()
    left = threading.Event()

    def make() -> None:
        try:
            for piece in pieces:
                made.put((True, piece))
                if left.is_set():
                    return
            made.put((False, None))
        except BaseException as error:
            made.put((False, error))

    threading.Thread(target=copy_context().run, args=(make,), daemon=True).start()
    try:
        while True:
            try:
                more, value = made.get(timeout=_BREATH_S)
            except queue.Empty:
                breathe()
                continue
            if not more:
                if isinstance(value, BaseException):
                    raise value
                return
            yield value  # type: ignore[misc]
    finally:
        left.set()
