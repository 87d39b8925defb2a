"""Where a case's time goes: the arithmetic alone, the memory alone, and what a sampling profiler sees.

The arithmetic alone is the time an element takes with operands that stay in the second cache, on one thread, times the
elements, over the threads: what memory without a limit would leave. The memory alone is the limit's time. A case takes the
longer of the two at least; what it takes more is what neither hides.
"""

import re
import shutil
import subprocess
from collections import Counter

import report
from cases import Variant, movement
from measure import TICK, saved
from peers.numpy_eager import expected

# Rows of a small matrix: three operands and a result in f64 fill a quarter of a second cache of 512 KiB.
SMALL = 64
SECONDS = 1
# What the processor does for the system: faults of pages, and copies.
SYSTEM = re.compile(r"\[kernel|\[guest\.kernel|\[unknown\]")
COLUMNS = ["case", "formula", "ours ms", "arithmetic ms", "memory ms", "ours / longer", "compiled loops", "system", "most else"]


def median(run, rounds: int) -> float:
    """Nanoseconds of a run."""
    repeats = max(1, round(TICK / max(1, run(1))))
    times = sorted(run(repeats) for _ in range(rounds))
    return times[len(times) // 2]


def arithmetic(variant: Variant, ours, chosen) -> float | None:
    """The nanoseconds of all elements in cache, over the threads; `None` where there is more than arithmetic to a small
    run: short rows, and sums of them."""
    if variant.case.bytes or variant.case.fold or any(o.shape not in ("matrix", "vector") for o in variant.case.operands.values()):
        return None
    small = Variant(variant.case, variant.dtype, SMALL)
    arrays = small.arrays()
    run = ours.prepare(small, arrays, saved(arrays, chosen.work))["reused"]
    ours.server.ask("threads", "1")
    time = median(run, chosen.rounds) * (variant.side / SMALL) ** 2 / chosen.threads
    ours.server.ask("threads", str(chosen.threads))
    return time


def samples(ours, run, work) -> Counter:
    """Shares of the samples, by what they fell into."""
    data = work / "perf.data"
    repeats = max(1, round(SECONDS * 1e9 / max(1, run(1))))
    record = ["perf", "record", "-q", "-e", "cpu-clock", "-o", data, "-p", str(ours.server.process.pid)]
    with subprocess.Popen(record, stderr=subprocess.DEVNULL) as perf:
        run(repeats)
        perf.terminate()
    listing = ["perf", "report", "-i", data, "--stdio", "--sort", "dso,symbol", "--percent-limit", "0.5"]
    text = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
    shares = Counter()
    for line in text.splitlines():
        found = re.match(r"\s*([\d.]+)%\s+(\S.*?)\s{2,}\[.\]\s+(.*\S)", line)
        if found:
            share, place, symbol = found.groups()
            name = re.sub(r"(::h[0-9a-f]{16})?[\s-]*$", "", symbol)
            if place.startswith(("[JIT]", "perf-", "//anon", "anon_inode", "memfd")) or symbol.startswith("0x"):
                name = "loops"
            elif SYSTEM.search(place):
                name = "system"
            shares[name] += float(share)
    return shares


def profile(variant: Variant, ours, limit, chosen) -> list:
    """The row of a case."""
    alone = arithmetic(variant, ours, chosen)
    arrays = variant.arrays()
    run = ours.prepare(variant, arrays, saved(arrays, chosen.work))["reused"]
    limit.ask("prepare", *movement(variant, arrays, expected(variant, arrays)))
    own, moving = median(run, chosen.rounds), median(lambda n: limit.nanoseconds("reuse", n), chosen.rounds)
    shares = samples(ours, run, chosen.work)
    else_ = [f"{name} {share:.0f}%" for name, share in shares.most_common() if name not in ("loops", "system")]
    longer = max(moving, alone or 0)
    return [
        variant.name, f"`{variant.case.formula}`" if len(variant.case.formula) < 60 else "(long)",
        f"{own / 1e6:.3g}", "–" if alone is None else f"{alone / 1e6:.3g}", f"{moving / 1e6:.3g}",
        f"{own / longer:.2f}", f"{shares['loops']:.0f}%", f"{shares['system']:.0f}%", ", ".join(else_[:2]) or "–",
    ]  # fmt: skip


def run(selected: list, ours, limit, chosen) -> None:
    if not shutil.which("perf"):
        raise SystemExit("profiles need `perf` (Debian: linux-perf)")
    before, rows = report.load(), []
    for variant in selected:
        rows.append(profile(variant, ours, limit, chosen))
        print("  ".join(rows[-1]), flush=True)
    out = chosen.out.with_name("profiles.md")
    out.write_text(f"""# Where the time goes

Made by `cargo xtask bench --profile CASE…`; do not edit. *Arithmetic* is what the elements take with operands in the second cache,
over the threads; *memory* what the limit takes to move the bytes. A case takes the longer of the two at least, and
*ours / longer* says how far from it ours is. Then the shares of samples (`perf record -e cpu-clock`) in compiled loops, in the
system, and in what else takes most.

{report.machine(chosen.threads, before)} {chosen.rounds} rounds.

{report.table(COLUMNS, rows)}""")
    print(f"written to {out}")
