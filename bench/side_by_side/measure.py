"""Timing: engines alternate, so that a busy moment of the machine meets all of them."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cases import Variant, movement
from engines import Engine, Server, Unsupported
from peers.numpy_eager import expected

TICK = 2e6  # nanoseconds a timing should take at least, by repeating short runs


@dataclass
class Measured:
    """A case's times in nanoseconds, one list for each engine and mode, round by round."""

    variant: Variant
    times: dict
    verdict: str
    bytes: int
    stores: str
    notes: list = field(default_factory=list)

    def median(self, engine: str, mode: str) -> float:
        return statistics.median(self.times[engine, mode])

    def ratio(self, slow: tuple, fast: tuple) -> float:
        """How many times as long `slow` takes as `fast`: the median over the rounds."""
        return statistics.median(s / f for s, f in zip(self.times[slow], self.times[fast]))

    def best_peer(self) -> tuple:
        """The least favourable peer and its time over ours in the same mode; `(None, None)` without peers."""
        ratios = [
            (self.ratio((engine, mode), ("ours", mode)), engine)
            for engine, mode in self.times
            if engine not in ("ours", "limit")
        ]
        return min(ratios)[::-1] if ratios else (None, None)


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest relative difference, in units of the dtype's epsilon; 0 for the same values."""
    ours, theirs = np.asarray(ours).reshape(-1), np.asarray(theirs).reshape(-1)
    if ours.dtype.kind not in "fc" or np.array_equal(ours, theirs):
        return 0.0 if np.array_equal(ours, theirs) else np.inf
    scale = np.maximum(np.abs(theirs), np.finfo(theirs.dtype).tiny)
    return float(np.max(np.abs(ours - theirs) / scale) / np.finfo(theirs.dtype).eps)


def check(variant: Variant, ours: np.ndarray, theirs: np.ndarray) -> str:
    """Ours against NumPy's: `same bits` or how far; stops at what is more than the case allows."""
    if ours.dtype != theirs.dtype or ours.shape != theirs.shape:
        raise SystemExit(f"{variant.name}: {ours.dtype}{ours.shape} against NumPy's {theirs.dtype}{theirs.shape}")
    if ours.tobytes() == theirs.tobytes():
        return "same bits"
    apart = difference(ours, theirs)
    if apart > variant.case.tolerance:
        raise SystemExit(f"{variant.name}: {apart:.3g} ε from NumPy")
    return f"{apart:.2g} ε"


LOOSE = 1e6  # ε that a peer may differ by: enough to see that it computes the same formula


def agrees(result, theirs: np.ndarray) -> str:
    """Sees that a peer computes the same formula; gives what is to be noted, or nothing."""
    result = np.fromfile(result, theirs.dtype) if isinstance(result, Path) else np.asarray(result)
    if result.size != theirs.size or not difference(result.astype(theirs.dtype), theirs) <= LOOSE:
        raise ValueError("computes something else")
    return f"computes {result.dtype}" if result.dtype != theirs.dtype else ""


def saved(arrays: dict, work: Path) -> dict:
    """The operands as files, by name."""
    files = {name: work / f"{name}.npy" for name in arrays}
    for name, array in arrays.items():
        np.save(files[name], array)
    return files


def measure(variant: Variant, ours: Engine, limit: Server, peers: list, rounds: int, work: Path) -> Measured:
    arrays = variant.arrays()
    files = saved(arrays, work)
    theirs, notes = expected(variant, arrays), []
    moved = sum(array.nbytes for array in arrays.values()) + theirs.nbytes
    modes = ours.prepare(variant, arrays, files)
    modes["fresh"](1)
    verdict = check(variant, ours.result(), theirs)
    stores = limit.ask("prepare", *movement(variant, arrays, theirs))
    runs = {("limit", mode): (lambda n, request=request: limit.nanoseconds(request, n))
            for mode, request in {"reused": "reuse", "cold": "fresh"}.items()}  # fmt: skip
    runs |= {("ours", mode): run for mode, run in modes.items()}
    for peer in peers:
        try:
            added = peer.prepare(variant, arrays, files)
            for run in added.values():
                run(1)
            note = agrees(peer.result(), theirs)
        except Unsupported:
            continue
        except Exception as error:  # whatever a peer stumbles over is its own
            note, added = f"failed ({str(error).splitlines()[0] if str(error) else type(error).__name__})", {}
        runs |= {(peer.name, mode): run for mode, run in added.items()}
        notes += [f"{variant.name}: {peer.name} {note}"] if note else []
    repeats = {key: max(1, round(TICK / max(1, run(1)))) for key, run in runs.items()}
    times = {key: [] for key in runs}
    for _ in range(rounds):
        for key, run in runs.items():
            times[key].append(run(repeats[key]))
    for peer in peers:
        peer.release()
    return Measured(variant, times, verdict, moved, stores, notes)
