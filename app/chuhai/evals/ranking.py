"""Measures of a ranking, by ``ir_measures`` (trec_eval's definitions)."""

from collections.abc import Mapping, Sequence

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]
PUBLIC = ("nDCG@10", "R@5", "RR@10")


def reciprocal_rank(gains: Sequence[int], k: int = 10) -> float:
    """RR@k of a ranking given as gains, best passage first."""
    return _of_gains(f"RR@{k}", gains, sum(gains))


def ndcg(gains: Sequence[int], groups: int, k: int = 10) -> float:
    """nDCG@k; ``groups`` are wanted, and those that no passage gained stand for themselves.

    With each group gained once, a passage that repeats what an earlier one showed gains
    nothing (α-nDCG's idea with α = 1, Clarke et al. 2008), so alternatives never cost.
    """
    return _of_gains(f"nDCG@{k}", gains, groups)


def _of_gains(measure: str, gains: Sequence[int], groups: int) -> float:
    relevant = {f"p{i}": gain for i, gain in enumerate(gains) if gain}
    relevant |= {f"missed{i}": 1 for i in range(groups - sum(gains))}
    if not relevant:
        return 0.0
    names = [f"p{i}" for i in range(len(gains))]
    return per_query({"q": relevant}, {"q": names}, [measure])[measure].get("q", 0.0)


def per_query(
    qrels: Qrels, rankings: Rankings, measures: Sequence[str] = PUBLIC
) -> dict[str, dict[str, float]]:
    """Per measure, each judged query's value; a query without a ranking has 0."""
    import ir_measures

    wanted = {str(measure): measure for measure in map(ir_measures.parse_measure, measures)}
    run = {
        query: {name: float(len(ranked) - place) for place, name in enumerate(ranked)}
        for query, ranked in rankings.items()
        if query in qrels and ranked
    }
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in wanted}
    if not run:
        return values
    for metric in ir_measures.iter_calc(
        list(wanted.values()),
        {query: dict(judged) for query, judged in qrels.items()},
        run,
    ):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    return values
