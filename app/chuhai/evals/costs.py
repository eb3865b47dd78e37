"""What a run cost: time and tokens. Kept apart from the run, because it never repeats."""

from collections.abc import Iterator, Mapping
from statistics import median, quantiles
from typing import Any


def totals(costs: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Lines of (Chinese name, English name, value): duration, latency, tokens, price."""
    return list(_lines(costs))


def _lines(costs: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "seconds" in costs:
        yield "整轮用时", "whole run", f"{costs['seconds']:.1f} s"
    each = costs.get("cases", {}).values()
    latency = [c["timings_ms"]["total"] for c in each if "total" in c.get("timings_ms", {})]
    if len(latency) > 1:
        p95 = quantiles(latency, n=20)[-1]
        yield (
            "单题延迟（中位 / P95）",
            "latency (median / p95)",
            f"{median(latency):.0f} / {p95:.0f} ms",
        )
    used = tokens(costs)
    if used != (0, 0):
        yield "词元（入 / 出）", "tokens (in / out)", f"{used[0]:,} / {used[1]:,}"
        price = costs.get("price_per_million_tokens")
        if price:
            into, out = price
            paid = (used[0] * into + used[1] * out) / 1e6
            yield "费用", "cost", f"{paid:.4f}"


def tokens(costs: Mapping[str, Any]) -> tuple[int, int]:
    """Tokens in and out that the chat model reported."""
    usage = [
        model
        for case in costs.get("cases", {}).values()
        for model in case.get("usage", {}).values()
    ]
    return sum(u["input_tokens"] for u in usage), sum(u["output_tokens"] for u in usage)
