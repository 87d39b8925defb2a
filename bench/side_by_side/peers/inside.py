"""Peers that live in the driver's own process and share NumPy's arrays."""

import time
from typing import Callable

from engines import Engine


class Inside(Engine):
    """Holds the last result; `make` gives a function for each mode, which returns it."""

    def __init__(self):
        self.last = None

    def make(self, variant, arrays: dict) -> dict[str, Callable]:
        raise NotImplementedError

    def prepare(self, variant, arrays, files):
        return {mode: self.timer(run) for mode, run in self.make(variant, arrays).items()}

    def timer(self, run: Callable) -> Callable[[int], float]:
        def nanoseconds(repeats: int) -> float:
            total = 0
            for _ in range(repeats):
                self.last = None  # memory is given back outside the timing
                start = time.perf_counter_ns()
                result = run()
                total += time.perf_counter_ns() - start
                self.last = result
            return total / repeats

        return nanoseconds

    def result(self):
        return self.last

    def release(self):
        self.last = None
