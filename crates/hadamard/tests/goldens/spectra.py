"""Makes `spectra.txt`: NumPy's eigenvalues, singular values, running sums and products of matrices and vectors.

A line: operation, dtype, shape with commas, entries, dtype of the result, its entries; separated by tabs, entries by spaces.
Complex numbers are two entries each.
"""

from pathlib import Path

import numpy as np

DTYPES = {"f32": np.float32, "f64": np.float64, "c64": np.complex64, "c128": np.complex128, "i64": np.int64, "u8": np.uint8}
rng = np.random.default_rng(11)


def flat(array: np.ndarray) -> str:
    if array.dtype.kind == "c":
        array = array.reshape(-1).view(array.real.dtype)
    return " ".join(repr(v) for v in array.reshape(-1).tolist())


def drawn(dtype: str, shape: tuple) -> np.ndarray:
    of = DTYPES[dtype]
    if np.issubdtype(of, np.integer):
        return rng.integers(0 if dtype == "u8" else -5, 6, shape).astype(of)
    values = rng.standard_normal(shape)
    return (values + 1j * rng.standard_normal(shape) if np.issubdtype(of, np.complexfloating) else values).astype(of)


def general(a):
    values = np.linalg.eigvals(a).astype(np.complex128)
    return values[np.lexsort((values.imag, values.real))]


def name(array: np.ndarray) -> str:
    return next(name for name, of in DTYPES.items() if of == array.dtype) if array.dtype != np.uint64 else "u64"


lines = []
for dtype in ("f32", "f64", "c64", "c128"):
    double = np.complex128 if dtype.startswith("c") else np.float64
    single = dtype in ("f32", "c64")
    for n in (0, 1, 2, 3, 5, 8, 12):
        square = drawn(dtype, (n, n))
        wide = square.astype(double)
        hermitian = ((wide + wide.conj().T) / 2).astype(DTYPES[dtype])
        low = np.outer(square[0], square[0].conj()).astype(DTYPES[dtype]) if n else square  # of rank one
        real, complex_ = (np.float32, np.complex64) if single else (np.float64, np.complex128)
        cases = [
            ("eigvals", square, general(wide).astype(complex_)),
            ("eigvalsh", hermitian, np.linalg.eigvalsh(hermitian.astype(double)).astype(real)),
            ("eigvalsh", low, np.linalg.eigvalsh(low.astype(double)).astype(real)),
            ("svdvals", square, np.linalg.svd(wide, compute_uv=False).astype(real)),
        ]
        if n > 1:
            cases.append(("svdvals", square[: n - 1], np.linalg.svd(wide[: n - 1], compute_uv=False).astype(real)))
        for op, a, value in cases:
            lines.append("\t".join([op, dtype, ",".join(map(str, a.shape)), flat(a), name(value), flat(value)]))
for dtype in DTYPES:
    for n in (0, 1, 2, 15, 16, 17, 128, 129):
        x = drawn(dtype, (n,))
        whole = np.uint64 if dtype == "u8" else np.int64 if dtype == "i64" else None
        wide = x.astype(whole or (np.complex128 if dtype.startswith("c") else np.float64))
        for op, running in (("cumsum", np.cumsum), ("cumprod", np.cumprod)):
            # Products of so many integers do not fit; what does is what is asked for.
            values = np.where(wide == 0, 1, np.sign(wide)).astype(wide.dtype) if op == "cumprod" and whole else wide
            given = values.astype(x.dtype)
            value = running(values).astype(whole or x.dtype)
            lines.append("\t".join([op, dtype, str(n), flat(given), name(value), flat(value)]))
Path(__file__).with_name("spectra.txt").write_text(f"# numpy {np.__version__}\n" + "\n".join(lines) + "\n")
