"""``AppTest`` puts its script in the place of ``__main__``, which spawned processes run again."""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def main_stays_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
