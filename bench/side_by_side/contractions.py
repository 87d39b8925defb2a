"""Formulas that the optimiser orders, beside the best that one can write by hand with NumPy: matrix products, `einsum`, sums.
Beside them sampled products and SciPy's gathers, products that are asked for whole and the write limit, and the memory of
a product that would not fit into it."""

import importlib.metadata
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field

import numpy as np

import report
from measure import TICK, saved

rng = np.random.default_rng(7)


@dataclass(frozen=True)
class Contraction:
    """A formula, the shapes of its operands, hand-written forms of it, and how much longer than the best ours may take.
    `rivals` are systems with a function for it, of which the quickest has to take so many times as long as ours."""

    name: str
    formula: str
    shapes: dict
    forms: dict
    most: float
    rivals: dict = field(default_factory=dict)
    times: float = 2.0


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


def mttkrp_tensorly(X, B, C):
    import tensorly
    from tensorly.cp_tensor import CPTensor
    from tensorly.tenalg import unfolding_dot_khatri_rao

    first = np.ones((len(X), B.shape[1]))
    return unfolding_dot_khatri_rao(tensorly.tensor(X.reshape(-1, len(B), len(C))), CPTensor((None, [first, B, C])), 0)


def mttkrp_pyttb(X, B, C):
    import pyttb

    if id(X) not in TENSORS:  # its own layout, made outside the timing by the run that compares results
        TENSORS[id(X)] = pyttb.tensor(X.reshape(-1, len(B), len(C)))
    return TENSORS[id(X)].mttkrp([np.ones((len(X), B.shape[1])), B, C], 0)


TENSORS = {}


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
    Contraction("trace-8000x10", "tr(A * B.')", {"A": (8000, 10), "B": (8000, 10)}, {"einsum": einsum("ij,ij->"),
        "sum": lambda A, B: (A * B).sum(), "vdot": lambda A, B: np.vdot(A, B)}, 1.1),
    Contraction("diagonal-8000x10", "diag(A * B.')", {"A": (8000, 10), "B": (8000, 10)},
        {"einsum": einsum("ij,ij->i"), "sum": lambda A, B: (A * B).sum(1)}, 1.1),
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
        {"khatri-rao": mttkrp, "einsum": mttkrp_einsum}, 1.2, {"tensorly": mttkrp_tensorly, "pyttb": mttkrp_pyttb}),
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


def alternate(runs: dict, rounds: int) -> dict:
    """Times of each run: engines alternate round by round."""
    repeats = {name: max(1, round(TICK / max(1, run(1)))) for name, run in runs.items()}
    times = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(run(repeats[name]))
    return times


def ratio(times: dict, slow: str, fast: str) -> float:
    """The median of the ratios within a round."""
    return statistics.median(s / f for s, f in zip(times[slow], times[fast]))


def milliseconds(times: dict, name: str) -> str:
    return f"{statistics.median(times[name]) / 1e6:.3g}"


def forms_of(case, arrays: dict, found: np.ndarray, forms: dict) -> dict:
    """Runs of hand-written forms, once their results have been compared with ours."""
    runs = {}
    for name, form in forms.items():
        hand = lambda form=form: form(*arrays.values())  # noqa: E731
        try:
            result = np.asarray(hand()).reshape(-1)
        except ImportError:
            continue
        if not np.allclose(result, found.reshape(-1), rtol=1e-9, atol=1e-9 * np.abs(found).max()):
            raise SystemExit(f"{case.name}: ours and {name} differ")
        runs[name] = lambda n, hand=hand: timed(hand, n)
    return runs


def measure(case: Contraction, ours, rounds: int, work) -> list:
    """A row of the table; ratios are medians of those within a round."""
    arrays = {name: rng.random(shape) - 0.25 for name, shape in case.shapes.items()}
    ours.server.ask("prepare", case.formula, *(f"{name}={path}" for name, path in saved(arrays, work).items()))
    runs = {"ours": lambda n: ours.server.nanoseconds("fresh", n)}
    runs["ours"](1)
    found = ours.result()
    forms = forms_of(case, arrays, found, case.forms)
    rivals = forms_of(case, arrays, found, case.rivals)
    times = alternate(runs | forms | rivals, rounds)
    best = min(forms, key=lambda name: statistics.median(times[name]))
    own = ratio(times, "ours", best)
    verdict = "met" if own <= case.most else f"missed {case.most:g} by {own / case.most - 1:.0%}"
    beside = ", ".join(f"{name} {report.judged(ratio(times, name, 'ours'), case.times)}" for name in rivals) or "–"
    return [case.name, f"`{case.formula}`", milliseconds(times, "ours"), milliseconds(times, best), best, f"{own:.2f} {verdict}", beside]


SAMPLED = [
    ("sampled", "S .* (U * V.')", lambda v, u, w, r, c, n: v * (u[r] * w[c]).sum(1)),
    ("sampled-sum", "sum(S .* (U * V.'))", lambda v, u, w, r, c, n: (v * (u[r] * w[c]).sum(1)).sum()),
    ("sampled-rows", "sum(S .* (U * V.'), axis=1)", lambda v, u, w, r, c, n: np.bincount(r, v * (u[r] * w[c]).sum(1), n)),
    ("sampled-columns", "sum(S .* (U * V.'), axis=0)", lambda v, u, w, r, c, n: np.bincount(c, v * (u[r] * w[c]).sum(1), n)),
]


def sampled(ours, rounds: int, work, n: int = 20_000, density: float = 1e-4) -> list:
    """Rows of sampled products beside SciPy's gather form."""
    import scipy.sparse

    matrix = scipy.sparse.random(n, n, density, format="csr", rng=rng)
    matrix.sort_indices()
    place = work / "sampled.npz"
    scipy.sparse.save_npz(place, matrix)
    entries = matrix.tocoo()
    rows = []
    for rank in (32, 128):
        arrays = {"U": rng.random((n, rank)), "V": rng.random((n, rank))}
        files = saved(arrays, work)
        for name, formula, form in SAMPLED:
            kind = "stored" if name == "sampled" else "prepare"
            ours.server.ask(kind, formula, f"S={place}", *(f"{k}={path}" for k, path in files.items()))
            runs = {"ours": lambda n: ours.server.nanoseconds("fresh", n)}
            runs["ours"](1)
            hand = lambda: form(entries.data, arrays["U"], arrays["V"], entries.row, entries.col, n)  # noqa: E731, B023
            if not np.allclose(np.asarray(hand()).reshape(-1), ours.result().reshape(-1), rtol=1e-9):
                raise SystemExit(f"{name}: ours and SciPy's gathers differ")
            times = alternate(runs | {"gathers": lambda n, hand=hand: timed(hand, n)}, rounds)
            own = report.judged(ratio(times, "gathers", "ours"), 2)
            rows.append([f"{name}-{rank}", f"`{formula}`", milliseconds(times, "ours"), milliseconds(times, "gathers"), own])
            print("  ".join(rows[-1]), flush=True)
    return rows


def whole_peers(name: str) -> dict:
    """What else makes these products whole: NumPy, SciPy, TensorLy, where they have a function for it."""
    peers = {}
    if name == "kron":
        peers["numpy"] = np.kron
    if name == "khatri_rao":
        peers["numpy"] = lambda A, B: (A[:, None, :] * B[None, :, :]).reshape(-1, A.shape[1])
        peers["scipy"] = lambda A, B: __import__("scipy.linalg").linalg.khatri_rao(A, B)
    if name in ("kron", "khatri_rao"):
        function = {"kron": "kronecker", "khatri_rao": "khatri_rao"}[name]
        peers["tensorly"] = lambda A, B: getattr(__import__("tensorly.tenalg").tenalg, function)([A, B])
    if name == "face_split":
        peers["numpy"] = lambda A, B: (A[:, :, None] * B[:, None, :]).reshape(len(A), -1)
    if name == "penetrating":
        peers["numpy"] = lambda A, B: (A[:, None, :] * B.reshape(len(A), -1, A.shape[1])).reshape(len(A), -1)
    return peers


WHOLE = {
    "kron": ((100, 120), (50, 60)),
    "khatri_rao": ((200, 300), (500, 300)),
    "face_split": ((4000, 100), (4000, 80)),
    "penetrating": ((1000, 200), (1000, 200 * 150)),
}


def whole(ours, limit, rounds: int, work) -> list:
    """Rows of products that are results themselves, beside the write limit and other libraries."""
    rows = []
    for name, shapes in WHOLE.items():
        arrays = {k: rng.random(shape) - 0.25 for k, shape in zip("AB", shapes)}
        formula = f"{name}(A, B)"
        ours.server.ask("prepare", formula, *(f"{k}={path}" for k, path in saved(arrays, work).items()))
        ours.server.nanoseconds("fresh", 1)
        found = ours.result()
        limit.ask("prepare", "fill", str(found.nbytes), *(str(a.nbytes) for a in arrays.values()))
        runs = {"ours": lambda n: ours.server.nanoseconds("reuse", n), "fresh": lambda n: ours.server.nanoseconds("fresh", n)}
        runs["limit"] = lambda n: limit.nanoseconds("reuse", n)
        case = Contraction(name, formula, {}, {}, 0)
        peers = forms_of(case, arrays, found, whole_peers(name))
        times = alternate(runs | peers, rounds)
        beside = ", ".join(f"{peer} {report.judged(ratio(times, peer, 'fresh'), 3)}" for peer in peers)
        rows.append([name, f"{found.nbytes / 2**20:.0f} MiB", milliseconds(times, "limit"), milliseconds(times, "ours"),
            milliseconds(times, "fresh"), report.judged(ratio(times, "limit", "ours"), 0.9), beside])  # fmt: skip
        print("  ".join(rows[-1]), flush=True)
    return rows


def row_tensor(program, work) -> list:
    """Peak memory of a row-wise Kronecker product times a vector, its operands in files: 40 GB if it were formed."""
    n, p, q = 400_000, 500, 25
    files = {name: work / f"design-{name}.npy" for name in ("A", "B", "x", "y")}
    shapes = {"A": (n, p), "B": (n, q), "x": (p * q,), "y": (n,)}
    for name, shape in shapes.items():
        array = np.lib.format.open_memmap(files[name], "w+", np.float64, shape)
        for start in range(0, len(array), 50_000):
            array[start : start + 50_000] = rng.random(array[start : start + 50_000].shape) - 0.5
        array.flush()
        del array
    rows = []
    for formula, names in (("(A • B) * x", "ABx"), ("(A • B)' * y", "ABy")):
        out = work / "design-out.npy"
        command = [program, formula, *(f"{name}={files[name]}" for name in names), "-o", out, "--force", "--quiet"]
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command])
        _, status, usage = os.wait4(process.pid, 0)
        taken = time.perf_counter() - start
        if status:
            raise SystemExit(f"{formula} failed")
        A, B, vector = (np.load(files[name], mmap_mode="r") for name in names)
        found = np.load(out)
        if len(vector) == n:
            expected = np.zeros(p * q)
            for k in range(0, n, 50_000):
                expected += (A[k : k + 50_000].T @ (vector[k : k + 50_000, None] * B[k : k + 50_000])).ravel()
        else:
            expected = np.concatenate([((A[k : k + 50_000] @ vector.reshape(p, q)) * B[k : k + 50_000]).sum(1) for k in range(0, n, 50_000)])
        if not np.allclose(found, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max()):
            raise SystemExit(f"{formula}: ours and NumPy differ")
        peak = usage.ru_maxrss / 1e6
        rows.append([f"`{formula}`", f"{peak:.2f}", f"{taken:.1f}", "met" if peak < 1 else "missed 1 GB"])
        print("  ".join(rows[-1]), flush=True)
    for path in files.values():
        path.unlink()
    return rows


def run(ours, limit, program, chosen) -> None:
    """All parts; written to `bench/contractions.md`."""
    rounds, work, before = chosen.rounds, chosen.work, report.load()
    rows = []
    for case in CASES:
        rows.append(measure(case, ours, rounds, work))
        print("  ".join(rows[-1]), flush=True)
    tables = [
        ("Contractions", "The formula as one would state it, beside the best of the forms one would write by hand in NumPy. "
         "The last column is how many times as long the function of another library takes.",
         ["case", "formula", "ours ms", "NumPy ms", "best form", "ours / NumPy", "library / ours"], rows),
        ("Sampled products", "S is 20000² with 40000 stored entries. SciPy's gather form is `v * (U[r] * V[c]).sum(1)`; "
         "ratios say how many times as long it takes.",
         ["case", "formula", "ours ms", "gathers ms", "gathers / ours"], sampled(ours, rounds, work)),
        ("Products asked for whole", "The limit writes the result once, with the best stores found. Ours fresh is beside "
         "the others, which make a new result too.",
         ["case", "result", "limit ms", "ours reused ms", "ours fresh ms", "limit / ours", "other / ours"], whole(ours, limit, rounds, work)),
        ("Memory", "A is 400000×500 and B 400000×25 in files; A • B would take 40 GB. The command, and its largest resident set.",
         ["formula", "peak GB", "seconds", "under 1 GB"], row_tensor(program, work)),
    ]  # fmt: skip
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "scipy", "tensorly", "pyttb") if installed(name))
    parts = "".join(f"\n## {title}\n\n{about}\n\n{report.table(columns, rows)}" for title, about, columns, rows in tables)
    text = f"""# Products in another order than written

Made by `cargo xtask bench contractions`; do not edit. Engines alternate round by round; times are medians, ratios medians of
the ratios within each round.

{report.machine(chosen.threads, before)} {rounds} rounds. Libraries: {versions}.
{parts}"""
    out = chosen.out.with_name("contractions.md")
    out.write_text(text)
    print(f"written to {out}")


def installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
