"""Progress on stderr: one rewritten line on a terminal, else the end of each stage."""

import sys
from collections.abc import Mapping

from chuhai.domain import Lang

_STAGES: Mapping[str, Mapping[Lang, str]] = {
    "take": {"zh": "收取文件", "en": "taking files"},
    "read": {"zh": "读取文档", "en": "reading documents"},
    "list": {"zh": "编码已知问题", "en": "encoding known questions"},
    "encode": {"zh": "编码段落", "en": "encoding passages"},
    "ask": {"zh": "提问", "en": "asking"},
    "score": {"zh": "评分", "en": "scoring"},
    "search": {"zh": "检索", "en": "searching"},
}


class Bar:
    """Called with a stage, how much of it is done and how much there is."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def __call__(self, stage: str, done: int, total: int) -> None:
        terminal = sys.stderr.isatty()
        if not total or (not terminal and done < total):
            return
        start, end = ("\r" if terminal else "", "\n" if done >= total else "")
        shown = f"{'█' * (20 * done // total):░<20} " if terminal else ""
        sys.stderr.write(f"{start}{_STAGES[stage][self._lang]} {shown}{done}/{total}{end}")
        sys.stderr.flush()
