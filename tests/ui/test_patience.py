"""Waiting for an answer so that it can be stopped."""

import threading
from collections.abc import Iterator

import pytest

from pages.patience import patient


def test_pieces_come_in_order_and_what_they_raise_is_raised() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    assert list(patient(iter([1, 2, 3]), lambda: None)) == [1, 2, 3]
    pieces = patient(broken(), lambda: None)
    assert next(pieces) == 1
    with pytest.raises(ValueError, match="two"):
        next(pieces)


def test_a_stop_while_nothing_comes_is_felt_and_ends_the_making() -> None:
    held, closed = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        try:
            held.wait(10)
            yield 1
            yield 2
        finally:
            closed.set()

    def stopped() -> None:
        raise KeyboardInterrupt

    making = slow()
    with pytest.raises(KeyboardInterrupt):
        list(patient(making, stopped))
    held.set()
    del making
    assert closed.wait(10)
