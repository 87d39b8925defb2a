"""Formulas that the optimiser orders, beside the best that one can write by hand with NumPy: matrix products, `einsum`, sums."""

import statistics
import time
from dataclasses import dataclass

import numpy as np

import report
from measure import TICK, saved

rng = np.random.default_rng(7)


@dataclass(frozen=True)
class Contraction:
    """A formula, the shapes of its operands, hand-written forms of it, and how much longer than the best ours may take."""

    name: str
    formula: str
    shapes: dict
    forms: dict
    most: float


def einsum(subscripts: str):
    return lambda *operands: np.einsum(subscripts, *operands, optimize=True)


def lowrank_times(U, V, W, Z, x):
    return ((U @ (V.T @ (x[:, None] * Z))) * W).sum(1)


def design_gram(A, B, w):
    """By Grams of the margins (Currie, Durbán and Eilers)."""
    m, p, q = len(A), A.shape[1], B.shape[1]
    left = (A[:, :, None] * A[:, None, :]).reshape(m, p * p) * w[:, None]
    right = (B[:, :, None] * B[:, None, :]).reshape(m, q * q)
    return (left.T @ right).reshape(p, p, q, q).transpose(0, 2, 1, 3).reshape(p * q, p * q)


def design_rows(A, B, w):
    D = (A[:, :, None] * B[:, None, :]).reshape(len(A), -1)
    return D.T @ (w[:, None] * D)


def mttkrp(X, B, C):
    return X @ (B[:, None, :] * C[None, :, :]).reshape(-1, B.shape[1])


def mttkrp_einsum(X, B, C):
    return np.einsum("ijk,jr,kr->ir", X.reshape(-1, len(B), len(C)), B, C, optimize=True)


def kron2(A, B, x):
    return (A @ x.reshape(A.shape[1], -1) @ B.T).ravel()


def kron3(A, B, C, x):
    """PyKronecker's way: one factor after another, on the reshaped vector."""
    for factor in (A, B, C):
        x = (x.reshape(factor.shape[1], -1).T @ factor.T).ravel()
    return x


def design_times(A, B, x):
    return ((A @ x.reshape(A.shape[1], -1)) * B).sum(1)


def design_times_einsum(A, B, x):
    return np.einsum("ij,ij->i", A @ x.reshape(A.shape[1], -1), B)


SQUARE = {"A": (4000, 4000), "B": (4000, 4000)}
THIN = {name: (8000, 10) for name in "UVST"}
CASES = [
    Contraction("trace", "tr(A * B.')", SQUARE, {"einsum": einsum("ij,ij->"), "sum": lambda A, B: (A * B).sum(),
        "vdot": lambda A, B: np.vdot(A, B)}, 1.1),
    Contraction("diagonal", "diag(A * B.')", SQUARE, {"einsum": einsum("ij,ij->i"), "sum": lambda A, B: (A * B).sum(1)}, 1.1),
    Contraction("leverage", "diag(X * S * X')", {"X": (400_000, 50), "S": (50, 50)},
        {"einsum": lambda X, S: np.einsum("ij,ij->i", X @ S, X), "sum": lambda X, S: ((X @ S) * X).sum(1)}, 1.1),
    Contraction("form", "x' * (A .* B) * y", SQUARE | {"x": (4000,), "y": (4000,)},
        {"einsum": lambda A, B, x, y: np.einsum("i,ij,ij,j->", x, A, B, y, optimize=True),
         "product": lambda A, B, x, y: x @ ((A * B) @ y)}, 1.1),
    Contraction("lowrank-sum", "sum((U * V') .* (S * T'))", THIN,
        {"grams": lambda U, V, S, T: ((U.T @ S) * (V.T @ T)).sum()}, 1.1),
    Contraction("rank-one-times", "(A .* (u * v')) * x", {"A": (4000, 4000), "u": (4000,), "v": (4000,), "x": (4000,)},
        {"scaled": lambda A, u, v, x: u * (A @ (v * x))}, 1.1),
    Contraction("face-split-khatri-rao", "(A • B) * (C ∗ E)", {"A": (3000, 100), "B": (3000, 120), "C": (100, 500), "E": (120, 500)},
        {"products": lambda A, B, C, E: (A @ C) * (B @ E)}, 1.2),
    Contraction("face-split-rvec", "(A • B) * rvec(X)", {"A": (100_000, 200), "B": (100_000, 25), "X": (200, 25)},
        {"sum": lambda A, B, X: ((A @ X) * B).sum(1), "einsum": lambda A, B, X: np.einsum("ij,ij->i", A @ X, B)}, 1.2),
    Contraction("design-gram", "(A • B)' * Diag(w) * (A • B)", {"A": (100_000, 10), "B": (100_000, 12), "w": (100_000,)},
        {"rows": design_rows, "grams": design_gram}, 1.2),
    Contraction("lowrank-times", "((U * V') .* (W * Z')) * x", {name: (8000, 10) for name in "UVWZ"} | {"x": (8000,)},
        {"hand": lowrank_times}, 1.2),
    Contraction("mttkrp", "X * (B ∗ C)", {"X": (200, 40_000), "B": (200, 32), "C": (200, 32)},
        {"khatri-rao": mttkrp, "einsum": mttkrp_einsum}, 1.2),
    Contraction("row-tensor-times", "(A • B) * x", {"A": (400_000, 100), "B": (400_000, 25), "x": (2500,)},
        {"sum": design_times, "einsum": design_times_einsum}, 1.2),
    Contraction("row-tensor-transposed", "(A • B)' * y", {"A": (400_000, 100), "B": (400_000, 25), "y": (400_000,)},
        {"hand": lambda A, B, y: (A.T @ (y[:, None] * B)).ravel()}, 1.2),
    Contraction("kron-2", "kron(A, B) * x", {"A": (400, 400), "B": (500, 500), "x": (200_000,)}, {"reshaped": kron2}, 1.0),
    Contraction("kron-3", "kron(A, kron(B, C)) * x",
        {"A": (100, 100), "B": (150, 150), "C": (200, 200), "x": (3_000_000,)}, {"reshaped": kron3}, 1.0),
]  # fmt: skip


def timed(run, repeats: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(repeats):
        run()
    return (time.perf_counter_ns() - start) / repeats


def measure(case: Contraction, ours, rounds: int, work) -> list:
    """A row of the table: engines alternate round by round; ratios are medians of those within a round."""
    arrays = {name: rng.random(shape) - 0.25 for name, shape in case.shapes.items()}
    ours.server.ask("prepare", case.formula, *(f"{name}={path}" for name, path in saved(arrays, work).items()))
    runs = {"ours": lambda n: ours.server.nanoseconds("fresh", n)}
    runs["ours"](1)
    found = ours.result()
    for name, form in case.forms.items():
        hand = lambda form=form: form(*arrays.values())  # noqa: E731
        if not np.allclose(np.asarray(hand()).reshape(-1), found.reshape(-1), rtol=1e-9, atol=1e-9 * np.abs(found).max()):
            raise SystemExit(f"{case.name}: ours and {name} differ")
        runs[name] = lambda n, hand=hand: timed(hand, n)
    repeats = {name: max(1, round(TICK / max(1, run(1)))) for name, run in runs.items()}
    times = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(run(repeats[name]))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    best = min(case.forms, key=lambda name: medians[name])
    ratio = statistics.median(o / h for o, h in zip(times["ours"], times[best]))
    verdict = "met" if ratio <= case.most else f"missed {case.most:g} by {ratio / case.most - 1:.0%}"
    return [case.name, f"`{case.formula}`", f"{medians['ours'] / 1e6:.3g}", f"{medians[best] / 1e6:.3g}", best, f"{ratio:.2f} {verdict}"]


def section(ours, rounds: int, work) -> str:
    rows = []
    for case in CASES:
        rows.append(measure(case, ours, rounds, work))
        print("  ".join(rows[-1]), flush=True)
    columns = ["case", "formula", "ours ms", "NumPy ms", "best form", "ours / NumPy"]
    about = "The formula as one would state it, beside the best of the forms one would write by hand in NumPy."
    return f"\n## Contractions\n\n{about}\n\n{report.table(columns, rows)}"
