"""A page by itself, as ``AppTest`` runs it, and what is drawn on it."""

from streamlit.testing.v1 import AppTest


def library() -> AppTest:
    def script() -> None:
        from pages import library

        library.page()

    return AppTest.from_function(script, default_timeout=60)


def benchmark() -> AppTest:
    def script() -> None:
        from pages import benchmark

        benchmark.page()

    return AppTest.from_function(script, default_timeout=60)


def evaluations() -> AppTest:
    def script() -> None:
        from pages import evaluations

        evaluations.page()

    return AppTest.from_function(script, default_timeout=60)


def shown(page: AppTest) -> str:
    """Everything that is drawn as HTML."""
    return "\n".join(element.proto.body for element in page.get("html"))
