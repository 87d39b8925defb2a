"""Times formulas in NumPy, NumExpr and hadamard, alternately in one session, and writes a Markdown table.

Run it through `cargo xtask bench`, which makes the environment and builds our side. Rounds alternate between the
engines, so that a busy moment of the machine meets all of them; the ratios are medians of the ratios of each round.
Before timing, each result of ours is compared with NumPy's.

    side_by_side.py --server BIN --work FOLDER --out FILE [--rounds N] [--cases NAME,...] [--size N]
"""

import argparse
import datetime
import os
import platform
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numexpr
import numpy as np


@dataclass
class Case:
    """A formula in three notations; `tolerance` is the relative difference allowed between ours and NumPy's."""

    name: str
    formula: str
    operands: str
    numpy: Callable
    numexpr: Optional[str]
    tolerance: float = 0.0


CASES = [
    Case("multiply-add-divide", "a .* b .+ c ./ d", "a b c d", lambda a, b, c, d: a * b + c / d, "a*b + c/d"),
    Case("product", "a .* b", "a b", lambda a, b: a * b, "a*b"),
    Case("product-transposed", "a .* b.'", "a b", lambda a, b: a * b.T, None),
    Case("sum-product", "sum(a .* b)", "a b", lambda a, b: np.sum(a * b), "sum(a*b)", 1e-12),
    Case("sum-axis-0", "sum(a, axis=0)", "a", lambda a: np.sum(a, axis=0), "sum(a, axis=0)", 1e-12),
    Case("sum-axis-1", "sum(a, axis=1)", "a", lambda a: np.sum(a, axis=1), "sum(a, axis=1)", 1e-12),
    Case("exp", "exp.(a)", "a", lambda a: np.exp(a), "exp(a)", 1e-15),
    Case("f32", "f .* g .+ f", "f g", lambda f, g: f * g + f, "f*g + f"),
    Case("u8-by-f32", "p .* g", "p g", lambda p, g: p * g, "p*g"),
    Case("u8-compare", "p .> q", "p q", lambda p, q: p > q, "p > q"),
    Case("row-scaling", "a .* x", "a x", lambda a, x: a * x[:, None], None),
]


def operands(size: int, work: Path) -> dict:
    """The operands, made once and saved for our side."""
    random = np.random.default_rng(20)
    arrays = {name: random.uniform(0.5, 1.5, (size, size)) for name in "abcd"}
    arrays |= {name: random.uniform(0.5, 1.5, (size, size)).astype(np.float32) for name in "fg"}
    arrays |= {name: random.integers(0, 256, (size, size), dtype=np.uint8) for name in "pq"}
    arrays["x"] = random.uniform(0.5, 1.5, size)
    work.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(work / f"{name}.npy", array)
    return arrays


class Server:
    """Our side: a process that answers one line for each line."""

    def __init__(self, binary: str):
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words: str) -> str:
        self.process.stdin.write("\t".join(words) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"our side stopped at {words}")
        return answer

    def milliseconds(self, request: str) -> float:
        return int(self.ask(request)) / 1e6


def timed(run: Callable) -> float:
    start = time.perf_counter_ns()
    result = run()
    elapsed = time.perf_counter_ns() - start
    del result  # memory is given back outside the timing, as on our side
    return elapsed / 1e6


def check(case: Case, server: Server, arrays: dict, work: Path) -> str:
    """Compares our result with NumPy's: `same bits`, or the largest relative difference."""
    server.ask("fresh")
    server.ask("save", str(work / "out.npy"))
    ours, theirs = np.load(work / "out.npy"), np.asarray(case.numpy(*arrays))
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        raise SystemExit(f"{case.name}: {ours.dtype}{ours.shape} against NumPy's {theirs.dtype}{theirs.shape}")
    if ours.tobytes() == theirs.tobytes():
        return "same bits"
    difference = float(np.max(np.abs(ours.astype(float) / theirs - 1)))
    if difference > case.tolerance:
        raise SystemExit(f"{case.name}: differs from NumPy by {difference}")
    return f"within {difference:.1e}"


def measure(case: Case, server: Server, arrays: dict, rounds: int, work: Path) -> tuple:
    names = case.operands.split()
    chosen = {name: arrays[name] for name in names}
    server.ask("prepare", case.formula, *(f"{name}={work / name}.npy" for name in names))
    verdict = check(case, server, list(chosen.values()), work)
    engines = {"NumPy": lambda: timed(lambda: case.numpy(*chosen.values()))}
    if case.numexpr:
        evaluate = lambda **more: numexpr.evaluate(case.numexpr, local_dict=chosen, **more)
        out = evaluate()
        engines["NumExpr"] = lambda: timed(evaluate)
        if out.ndim == 2:
            engines["NumExpr out"] = lambda: timed(lambda: evaluate(out=out))
    engines["ours"] = lambda: server.milliseconds("fresh")
    engines["ours out"] = lambda: server.milliseconds("reuse")
    for run in engines.values():
        run()
    times = {engine: [] for engine in engines}
    for _ in range(rounds):
        for engine, run in engines.items():
            times[engine].append(run())
    return verdict, times


def ratio(times: dict, slow: str, fast: str) -> str:
    if slow not in times:
        return "–"
    return f"{statistics.median(s / f for s, f in zip(times[slow], times[fast])):.2f}×"


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--size", type=int, default=4096)
    parser.add_argument("--cases", default="")
    options = parser.parse_args()
    chosen = [case for case in CASES if not options.cases or case.name in options.cases.split(",")]
    server = Server(options.server)
    threads = int(server.ask("threads"))
    numexpr.set_num_threads(threads)
    arrays = operands(options.size, options.work)
    before = load()
    columns = ["NumPy", "NumExpr", "NumExpr out", "ours", "ours out"]
    rows = []
    for case in chosen:
        verdict, times = measure(case, server, arrays, options.rounds, options.work)
        cells = [f"{statistics.median(times[c]):.1f}" if c in times else "–" for c in columns]
        cells += [ratio(times, "NumPy", "ours"), ratio(times, "NumPy", "ours out")]
        cells += [ratio(times, "NumExpr", "ours"), ratio(times, "NumExpr out", "ours out"), verdict]
        rows.append(f"| `{case.formula}` | " + " | ".join(cells) + " |")
        print(rows[-1], flush=True)
    heads = ["formula", *columns, "NumPy / ours", "NumPy / ours out", "NumExpr / ours", "both out", "against NumPy"]
    text = f"""# Side by side

Made by `cargo xtask bench` ({datetime.date.today()}); do not edit. Milliseconds, medians of {options.rounds} rounds that alternate
between the engines; ratios are medians of the ratios within each round, larger is better for us. Matrices are
{options.size}×{options.size} in memory: `a b c d` f64, `f g` f32, `p q` u8; `x` is an f64 vector. "out" writes into an existing result,
the other columns allocate one. A result freed before lends its memory to the next one of ours (up to 256 MiB), so from the
second round on ours is not cleared by the system again; NumPy and NumExpr ask the system anew.

{cpu()}, {threads} threads; load average {before} before, {load()} after; Python {platform.python_version()}, NumPy {np.__version__},
NumExpr {numexpr.__version__} ({threads} threads, {"with" if numexpr.use_vml else "without"} VML).

| {' | '.join(heads)} |
|{'---|' * len(heads)}
""" + "\n".join(rows) + "\n"
    options.out.write_text(text)
    print(f"written to {options.out}")


if __name__ == "__main__":
    main()
