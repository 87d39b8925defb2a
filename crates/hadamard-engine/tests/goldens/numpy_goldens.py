"""Writes numpy.bin: what NumPy computes for the operations that hadamard promises to compute bit for bit.

    python numpy_goldens.py

Records follow one another: a line `name arg out arity count`, then the bytes of each argument and of the result.
NumPy is told not to use fused multiply-add, which it otherwise does for complex products on some processors.
"""

import os
import sys

if "NPY_DISABLE_CPU_FEATURES" not in os.environ:
    os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4"
    os.execv(sys.executable, [sys.executable] + sys.argv)

import pathlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260711)
COUNT = 40
NAMES = {
    "bool": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "u8": np.uint8,
    "u16": np.uint16, "u32": np.uint32, "u64": np.uint64, "f16": np.float16, "f32": np.float32, "f64": np.float64,
    "c64": np.complex64, "c128": np.complex128,
}
INTS = [n for n in NAMES if n[0] in "iu"]
FLOATS = ["f16", "f32", "f64"]
COMPLEX = ["c64", "c128"]
SPECIALS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 3.5, np.nan, np.inf, -np.inf, 1e-7, 6e-5, 65504.0, 1e30, 1e-310]


def floats(dtype):
    special = rng.choice(SPECIALS, COUNT // 2)
    near = rng.normal(size=COUNT - COUNT // 2 - 8) * 10.0 ** rng.integers(-3, 4, COUNT - COUNT // 2 - 8)
    wide = rng.normal(size=8) * 10.0 ** rng.integers(-30, 30, 8)
    return rng.permutation(np.concatenate([special, near, wide])).astype(dtype)


def values(name):
    dtype = NAMES[name]
    if name == "bool":
        return rng.integers(0, 2, COUNT).astype(dtype)
    if name in INTS:
        info = np.iinfo(dtype)
        edges = rng.choice(np.array([info.min, info.min + 1, 0, 1, 2, 3, info.max - 1, info.max], dtype), COUNT // 2)
        return np.concatenate([edges, rng.integers(info.min, info.max, COUNT - COUNT // 2, dtype, endpoint=True)])
    if name in COMPLEX:
        part = np.float32 if name == "c64" else np.float64
        out = np.empty(COUNT, dtype)
        out.real, out.imag = floats(part), floats(part)
        return out
    return floats(dtype)


def code(dtype):
    return next(n for n, d in NAMES.items() if np.dtype(d) == dtype)


def record(out, name, args, result):
    result = np.ascontiguousarray(result)
    out.write(f"{name} {code(args[0].dtype)} {code(result.dtype)} {len(args)} {len(result)}\n".encode())
    for array in [*args, result]:
        out.write(array.tobytes())


def main():
    binary = {
        "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.true_divide, "Min": np.minimum,
        "Max": np.maximum, "Mod": np.mod, "Rem": np.fmod, "Lt": np.less, "Le": np.less_equal, "Gt": np.greater,
        "Ge": np.greater_equal, "Eq": np.equal, "Ne": np.not_equal, "Copysign": np.copysign,
    }
    unary = {
        "Neg": np.negative, "Abs": np.abs, "Sign": np.sign, "Sqrt": np.sqrt, "Floor": np.floor, "Ceil": np.ceil,
        "Round": np.rint, "Trunc": np.trunc, "Inverse": np.reciprocal, "Conj": np.conj, "Real": np.real,
        "Imag": np.imag, "IsNan": np.isnan, "IsInf": np.isinf, "IsFinite": np.isfinite,
    }
    comparisons = ("Lt", "Le", "Gt", "Ge")
    with open(pathlib.Path(__file__).parent / "numpy.bin", "wb") as out:
        for name, f in binary.items():
            for kind in NAMES:
                if kind == "bool" and name not in ("Mul", "Min", "Max", "Eq", "Ne", *comparisons):
                    continue
                if kind in COMPLEX and name not in ("Add", "Sub", "Mul", "Div", "Eq", "Ne"):
                    continue
                if kind in INTS and name in ("Copysign",):
                    continue
                if kind in INTS and name == "Div" and kind not in ("i32", "u32", "i64", "u64"):
                    continue  # NumPy divides short integers in shorter floats
                a, b = values(kind), values(kind)
                if name in ("Mod", "Rem", "Div") and kind in INTS:
                    b[b == 0] = 1
                if name in ("Min", "Max") and kind in FLOATS:
                    a, b = a + 0.0, b + 0.0  # NumPy leaves the order of the two zeros open
                    a[a == 0], b[b == 0] = 0.0, 0.0
                record(out, name, [a, b], f(a, b))
        for name, f in unary.items():
            for kind in NAMES:
                if kind == "bool" or (kind in INTS and name not in ("Neg", "Abs", "Sign")):
                    continue
                if kind in COMPLEX and name not in ("Neg", "Abs", "Inverse", "Conj", "Real", "Imag", "IsNan", "IsInf", "IsFinite"):
                    continue
                a = values(kind)
                if name == "Abs" and kind in COMPLEX:
                    # The C library's hypot is not correctly rounded everywhere: exact cases only.
                    scale = 2.0 ** rng.integers(-20, 20, COUNT)
                    triples = np.array([3 + 4j, -5 + 12j, 8 - 15j, 0 - 7j, -20 - 21j])
                    a = (triples[rng.integers(0, 5, COUNT)] * scale).astype(NAMES[kind])
                record(out, name, [a], f(a))
        for source in NAMES:
            for target in NAMES:
                if source in COMPLEX and target not in (*COMPLEX, "bool"):
                    continue
                a = values(source)
                if source in FLOATS and target in INTS:
                    info = np.iinfo(NAMES[target])
                    low, high = max(info.min, -60000), min(info.max, 60000)
                    a = rng.uniform(low, high, COUNT).astype(NAMES[source])
                record(out, f"Cast:{target}", [a], a.astype(NAMES[target]))


main()
