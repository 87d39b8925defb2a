"""From one thread to all: ours and the limit, alternately."""

import statistics

from cases import Variant, movement
from peers.numpy_eager import expected

TARGET = 1.8


def scaling(variant: Variant, ours, limit, threads: int, rounds: int, save) -> tuple:
    """How many times as fast ours and the limit are with `threads` as with one, into existing results."""
    arrays = variant.arrays()
    run = ours.prepare(variant, arrays, save(arrays))["reused"]
    limit.ask("prepare", *movement(variant, arrays, expected(variant, arrays)))
    engines = {"ours": (ours.server, run), "limit": (limit, lambda n: limit.nanoseconds("reuse", n))}
    times = {(name, count): [] for name in engines for count in (1, threads)}
    for _ in range(rounds):
        for count in (1, threads):
            for name, (server, time) in engines.items():
                server.ask("threads", str(count))
                time(1)
                times[name, count].append(time(3))

    def ratio(name: str) -> float:
        return statistics.median(one / many for one, many in zip(times[name, 1], times[name, threads]))

    return ratio("ours"), ratio("limit")
