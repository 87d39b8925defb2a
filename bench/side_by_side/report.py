"""The table of results, for the terminal and as Markdown."""

import datetime
import os
import platform
from pathlib import Path

from measure import Measured

HEAD = """# At the machine's limit

Made by `cargo xtask bench`; do not edit. The *limit* moves the bytes of the case (each operand read once, the result
written once) with the best stores found on this machine and no arithmetic (but for Horner's rule, whose limit is the same
arithmetic in a hand-written loop); *reused* writes into an existing result,
*cold* into memory not touched before, *fresh* into a new result, for which ours may use the memory of one dropped before.
Engines alternate round by round; times are medians, ratios are medians of the ratios within each round, and say how many
times as long the other takes as ours (1.00: as fast, more: ours is faster). Peers are compared in the modes they have.
"""


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def judged(measured: float, target: float | None) -> str:
    """A ratio beside its target."""
    if target is None:
        return f"{measured:.2f}"
    if measured >= target:
        return f"{measured:.2f} ≥ {target:g} met"
    return f"{measured:.2f}, missed {target:g} by {1 - measured / target:.0%}"


def milliseconds(m: Measured, engine: str, mode: str) -> str:
    return f"{m.median(engine, mode) / 1e6:.3g}" if (engine, mode) in m.times else "–"


def row(m: Measured) -> list:
    targets, (peer, against) = m.variant.case.targets, m.best_peer()
    speed = m.bytes / m.median("ours", "reused")
    return [
        m.variant.name, f"`{m.variant.case.formula if len(m.variant.case.formula) < 60 else m.variant.case.name}`",
        milliseconds(m, "limit", "reused"), milliseconds(m, "ours", "reused"), f"{speed:.1f}",
        judged(m.ratio(("limit", "reused"), ("ours", "reused")), targets.reused),
        milliseconds(m, "limit", "cold"), milliseconds(m, "ours", "cold"), milliseconds(m, "ours", "fresh"),
        judged(m.ratio(("limit", "cold"), ("ours", "cold")), targets.cold),
        "–" if peer is None else f"{peer}: {judged(against, targets.peers)}",
        m.verdict,
    ]  # fmt: skip


COLUMNS = [
    "case", "formula", "limit reused ms", "ours reused ms", "GB/s", "limit / ours", "limit cold ms", "ours cold ms",
    "ours fresh ms", "limit / ours cold", "best peer / ours", "against NumPy",
]  # fmt: skip


def table(columns: list, rows: list) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def peers(results: list[Measured]) -> str:
    """Each peer's ratio, reused where it has it and fresh otherwise."""
    names = list(dict.fromkeys(engine for m in results for engine, _ in m.times if engine not in ("ours", "limit")))

    def cell(m: Measured, engine: str) -> str:
        shown = [f"{m.ratio((engine, mode), ('ours', mode)):.2f}" for mode in ("reused", "fresh") if (engine, mode) in m.times]
        return " / ".join(shown) or "–"

    return table(["case", *names], [[m.variant.name, *(cell(m, name) for name in names)] for m in results])


def machine(threads: int, before: str) -> str:
    today = datetime.date.today()
    return f"{today}. {cpu()}, {threads} threads, {platform.system()} {platform.release()}; load average {before} before, {load()} after."
