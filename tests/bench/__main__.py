"""``make bench``: how long things take, beside LangChain's default pipeline, as one table.

``python -m tests.bench [MEASUREMENT…]``; each stands alone: encode, whitepaper, cold, build,
many. Without a name all but ``many``, which takes an hour.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import peer
from tests.bench.lab import Lab
from tests.bench.measure import MEASUREMENTS
from tests.bench.timing import table


def main() -> None:
    """Runs the measurements that are named and prints the table."""
    options = _options()
    lines = []
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        lab = Lab(folder.absolute(), options.data, options.peer_model, options.many, options.built)
        for name in options.measurements or [name for name in MEASUREMENTS if name != "many"]:
            for row in MEASUREMENTS[name](lab):
                lines.append(row.line())
                print(lines[-1], file=sys.stderr, flush=True)
        print(table(lines))
        if lab.peer_model:
            print(f"\nPeer's encoder: {peer.known_as(lab.peer_model)}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("measurements", nargs="*", metavar="MEASUREMENT", help=_known())
    parser.add_argument("--peer-model", metavar="DIR_OR_NAME", help="the peer's encoder")
    parser.add_argument("--data", metavar="DIR", type=Path, help="texts in place of made passages")
    parser.add_argument("--many", metavar="N", type=int, default=100_000)
    parser.add_argument("--built", metavar="N", type=int, default=10_000)
    parser.add_argument(
        "--folder", metavar="DIR", type=Path, help="keep what is made, and use it again"
    )
    options = parser.parse_args()
    if unknown := set(options.measurements) - set(MEASUREMENTS):
        parser.error(f"no measurement {', '.join(sorted(unknown))}: there are {_known()}")
    return options


def _known() -> str:
    return ", ".join(MEASUREMENTS)


if __name__ == "__main__":
    main()
