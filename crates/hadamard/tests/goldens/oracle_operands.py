"""Operands of the random formulas: dtypes, and entries drawn by position."""

import numpy as np

DTYPES = {
    "bool": np.bool_, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "u8": np.uint8,
    "u16": np.uint16, "u32": np.uint32, "u64": np.uint64, "f16": np.float16, "f32": np.float32, "f64": np.float64,
    "c64": np.complex64, "c128": np.complex128,
}
NAME = {np.dtype(d): n for n, d in DTYPES.items()}
KIND = {n: {"b": 0, "u": 1, "i": 2, "f": 3, "c": 4}[n[0]] for n in DTYPES}
SIZE = {n: np.dtype(d).itemsize for n, d in DTYPES.items()}
INTS = [n for n in DTYPES if KIND[n] in (1, 2)]
FLOATS = ["f16", "f32", "f64"]
EPS = {"f16": 2.0**-10, "f32": 2.0**-23, "f64": 2.0**-52}
LAYOUTS = ["c", "c", "f", "reversed", "strided"]
LENGTHS = [1, 2, 3, 3, 4, 5, 7, 8, 9, 16, 17]
EDGES = [0, 1, 127, 128, 129, 1023, 1024, 1025]


class Retry(Exception):
    """The formula is one that has no place among the cases: its dtypes do not go together, or it is not defined."""


class Zero(Exception):
    """An integer remainder by zero, whatever else the formula computes."""


def splitmix(seed, n):
    z = np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


BITS = {"f16": np.uint16, "f32": np.uint32, "f64": np.uint64}
MANTISSA = {"f16": 10, "f32": 23, "f64": 52}


def specials(name):
    """Bit patterns: zeros, ones, halves, infinities, NaN, largest, smallest normal, subnormals; then their negatives."""
    m, width = MANTISSA[name], SIZE[name] * 8
    top = (1 << (width - 1 - m)) - 1
    one = (top >> 1) << m
    plain = [0, one, one | 1 << (m - 1), one - (1 << m), one + (1 << m) + (1 << (m - 2)), top << m, top << m | 1 << (m - 1),
             (top << m) - 1, 1 << m, (1 << m) - 1, 1, one + 1]
    return np.array(plain + [p | 1 << (width - 1) for p in plain], dtype=BITS[name])


def draw_float(name, cls, u):
    t = DTYPES[name]
    if cls == "whole":
        return ((u >> np.uint64(33)) % np.uint64(7)).astype(np.int64).astype(t) - t(3)
    if cls == "dyadic":
        return (((u >> np.uint64(33)) % np.uint64(257)).astype(np.int64).astype(t) - t(128)) / t(16)
    digits = MANTISSA[name] + 1
    unit = (u >> np.uint64(64 - digits)).astype(t) * t(2.0**-digits)
    if cls == "unit":
        return unit - t(0.5)
    if cls == "positive":
        return unit + t(0.5)
    bits = (u >> np.uint64(64 - SIZE[name] * 8)).astype(BITS[name])
    if cls == "bits":
        return bits.view(t)
    table = specials(name)
    special = table[((u >> np.uint64(8)) % np.uint64(len(table))).astype(np.int64)].view(t)
    return np.where((u & np.uint64(3)) == 0, unit - t(0.5), special)


def draw(name, cls, seed, n):
    """The entries of an operand. The test draws the same ones."""
    if KIND[name] == 4:
        parts = draw("f32" if name == "c64" else "f64", cls, seed, 2 * n)
        return parts.view(DTYPES[name])
    u = splitmix(seed, n)
    t = DTYPES[name]
    if name == "bool":
        return (u >> np.uint64(63)).astype(t)
    if KIND[name] == 3:
        return draw_float(name, cls, u)
    small = ((u >> np.uint64(33)) % np.uint64(7)).astype(np.int64)
    if cls == "small":
        return (small - (3 if KIND[name] == 2 else 0)).astype(t)
    if cls == "nonzero":
        sign = np.where((u >> np.uint64(63) == 1) & (KIND[name] == 2), -1, 1)
        return ((small + 1) * sign).astype(t)
    info = np.iinfo(t)
    edges = np.array([info.min, info.max, 0, 1, info.max - 1, info.min + 1], dtype=t)
    return np.where((u & np.uint64(3)) == 0, edges[((u >> np.uint64(8)) % np.uint64(6)).astype(np.int64)],
                    (u >> np.uint64(64 - SIZE[name] * 8)).astype(t))
