"""bench: judged searches: how often the intended game comes first, and how long a search takes.

    python bench/search.py [--data DIR] [--misses]

Runs the searches in `judged_searches.txt` on the live snapshot of a data folder of real dumps. Time
is CPU time per uncached search, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path

from datastore.base.environment import load_settings
from datastore.base.search_keys import search_key
from datastore.store import Store
from resolvers.search import search

JUDGED = Path(__file__).with_name("judged_searches.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=load_settings().data_dir)
    parser.add_argument("--misses", action="store_true", help="show each search that misses")
    options = parser.parse_args()
    store = Store.open_current(options.data)
    if store is None:
        parser.error(f"no snapshot in {options.data}: run `playgraph build`")
    games = store.games
    known = {search_key(title) for title in games.title if title}
    kinds: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    times: list[float] = []
    for line in JUDGED.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, query, within, title = (part.strip() for part in line.split("|"))
        if search_key(title) not in known:
            print(f"the snapshot lacks {title!r}")
            continue
        started = time.process_time_ns()
        result = search(games.index, query, lambda: games.weight)
        times.append((time.process_time_ns() - started) / 1e6)
        best_titles = [games.title[row] or "" for row in result.rows[:3].tolist()]
        keys = [search_key(name) for name in best_titles]
        place = keys.index(search_key(title)) + 1 if search_key(title) in keys else 99
        kinds[kind].append((place == 1, place <= 3, place <= int(within)))
        if options.misses and place > int(within):
            print(f"{query!r}: {title!r} is not among the first {within}: {best_titles}")
    print(f"snapshot {store.manifest.version}, {len(times)} searches")
    print(f"{'kind':<8}{'searches':>9}{'first':>8}{'first 3':>9}{'as judged':>11}")
    for kind, results in [*kinds.items(), ("all", [r for rs in kinds.values() for r in rs])]:
        shares = [100 * sum(column) / len(results) for column in zip(*results, strict=True)]
        print(f"{kind:<8}{len(results):>9}{shares[0]:>7.1f}%{shares[1]:>8.1f}%{shares[2]:>10.1f}%")
    ordered = sorted(times)
    print(
        f"CPU time: median {statistics.median(ordered):.2f} ms, "
        f"90 % below {ordered[len(ordered) * 9 // 10]:.2f} ms, longest {ordered[-1]:.2f} ms"
    )


if __name__ == "__main__":
    main()
