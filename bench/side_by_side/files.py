"""From files to a file, larger than the memory allowed, beside `cat a b > c`.

Ours ends when the result is on the disk, `cat` when it is in the page cache: so `cat` followed by `sync c` is timed too,
which also keeps the disk from being busy with `cat`'s file while ours is timed.
"""

import statistics
import subprocess
import time
from pathlib import Path

import numpy as np

MEMORY = 256 << 20
TARGET = 0.9


def written(path: Path, elements: int) -> None:
    """A file of f64, made a piece at a time."""
    random = np.random.default_rng(20)
    file = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(elements // 4096, 4096))
    for start in range(0, len(file), 2048):
        file[start : start + 2048] = random.uniform(0.5, 1.5, file[start : start + 2048].shape)
    file.flush()


def seconds(command: list, **more) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, **more)
    return time.perf_counter() - start


def agree(a: Path, b: Path, c: Path) -> None:
    """Compares the result with NumPy's, a piece at a time."""
    x, y, z = (np.load(path, mmap_mode="r") for path in (a, b, c))
    for start in range(0, len(x), 2048):
        if not np.array_equal(x[start : start + 2048] * y[start : start + 2048], z[start : start + 2048]):
            raise SystemExit("files: the product is not NumPy's")


def files(hadamard: Path, work: Path, rounds: int, small: bool) -> list:
    """A row: bytes of a file, GB/s of `cat`, of `cat` and `sync`, and of ours (bytes read and written), the ratios of
    ours to both, the one to `cat` and `sync` last."""
    elements = (MEMORY >> 3) // 4 if small else 4 * (MEMORY >> 3)
    memory = MEMORY // 16 if small else MEMORY
    a, b, c, both = (work / name for name in ("file-a.npy", "file-b.npy", "file-c.npy", "file-both"))
    written(a, elements)
    written(b, elements)
    ours = [str(hadamard), "a .* b", f"a={a}", f"b={b}", "-o", str(c), "--force", "--max-memory", str(memory)]
    size, times = a.stat().st_size, {"cat": [], "synced": [], "ours": []}
    seconds(ours)
    agree(a, b, c)
    for _ in range(rounds):
        with open(both, "wb") as out:
            times["cat"].append(seconds(["cat", str(a), str(b)], stdout=out) / (4 * size))
        times["synced"].append(times["cat"][-1] + seconds(["sync", str(both)]) / (4 * size))
        times["ours"].append(seconds(ours) / (3 * size))
    for path in (a, b, c, both):
        path.unlink()
    speeds = [f"{1e-9 / statistics.median(each):.2f}" for each in times.values()]
    ratios = [
        statistics.median(cat / own for cat, own in zip(times[name], times["ours"])) for name in ("cat", "synced")
    ]
    return [f"{size >> 20} MiB each, {memory >> 20} MiB allowed", *speeds, *ratios]
