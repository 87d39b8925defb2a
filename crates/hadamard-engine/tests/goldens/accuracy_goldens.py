"""Writes accuracy.bin: elementary functions at sample points, from mpmath at 400 bits.

    python accuracy_goldens.py

Records follow one another: a line `name arity count`, then doubles: each argument's, the nearest doubles to the exact
values, and what those leave over (so that errors of a fraction of a unit in the last place can be measured). The first
half of the points of each record are f32 values.
"""

import math
import pathlib
import struct

import mpmath as mp
import numpy as np

mp.mp.prec = 400
rng = np.random.default_rng(7)
COUNT = 120


def spread(low, high, signed=True):
    """Magnitudes spread over the exponents between 2^low and 2^high."""
    v = np.exp2(rng.uniform(low, high, COUNT))
    return v * rng.choice([-1, 1], COUNT) if signed else v


def between(low, high):
    return rng.uniform(low, high, COUNT)


def both(*parts):
    return rng.permutation(np.concatenate(parts))[:COUNT]


def phi(a):
    return a * mp.erfc(-a / mp.sqrt(2)) / 2


def root(a, n):
    if a == 0:
        return mp.mpf(0)
    r = mp.power(abs(a), 1 / mp.mpf(n))
    return -r if a < 0 else r


ONE = {
    "Cbrt": (lambda a: mp.sign(a) * mp.cbrt(abs(a)), lambda: spread(-100, 100)),
    "Exp": (mp.exp, lambda: both(between(-80, 80), spread(-30, 5))),
    "Expm1": (mp.expm1, lambda: both(between(-30, 80), spread(-60, 3))),
    "Exp2": (lambda a: mp.power(2, a), lambda: both(between(-120, 120), spread(-30, 5))),
    "Log": (mp.log, lambda: both(spread(-100, 100, False), between(0.5, 2))),
    "Log1p": (mp.log1p, lambda: both(spread(-60, 100, False), between(-0.99, 1))),
    "Log2": (lambda a: mp.log(a, 2), lambda: both(spread(-100, 100, False), between(0.5, 2))),
    "Log10": (mp.log10, lambda: both(spread(-100, 100, False), between(0.5, 2))),
    "Sin": (mp.sin, lambda: both(between(-10, 10), spread(-30, 60))),
    "Cos": (mp.cos, lambda: both(between(-10, 10), spread(-30, 60))),
    "Tan": (mp.tan, lambda: both(between(-10, 10), spread(-30, 60))),
    "Asin": (mp.asin, lambda: both(between(-1, 1), spread(-30, 0))),
    "Acos": (mp.acos, lambda: both(between(-1, 1), spread(-30, 0))),
    "Atan": (mp.atan, lambda: spread(-30, 60)),
    "Sinh": (mp.sinh, lambda: both(between(-80, 80), spread(-30, 5))),
    "Cosh": (mp.cosh, lambda: both(between(-80, 80), spread(-10, 5))),
    "Tanh": (mp.tanh, lambda: both(between(-5, 5), spread(-30, 5))),
    "Asinh": (mp.asinh, lambda: both(between(-3, 3), spread(-30, 60))),
    "Acosh": (mp.acosh, lambda: both(between(1, 3), spread(0, 60, False))),
    "Atanh": (mp.atanh, lambda: both(between(-1, 1), spread(-30, 0))),
    "Sigmoid": (lambda a: 1 / (1 + mp.exp(-a)), lambda: both(between(-80, 40), spread(-30, 5))),
    "Softplus": (lambda a: mp.log1p(mp.exp(a)), lambda: both(between(-80, 40), spread(-30, 5))),
    "Gelu": (phi, lambda: both(between(-12, 8), between(-37, 1), spread(-30, 3))),
    "Erf": (mp.erf, lambda: both(between(-5, 5), spread(-30, 2))),
    "Erfc": (mp.erfc, lambda: both(between(-5, 9), spread(-30, 2))),
    "Gamma": (mp.gamma, lambda: both(between(-20, 33), between(0.1, 5))),
    "Lgamma": (lambda a: mp.log(abs(mp.gamma(a))), lambda: both(between(0.01, 60), spread(-20, 60, False))),
}
TWO = {
    "Pow": (mp.power, lambda: (spread(-6, 6, False), between(-20, 20))),
    "Root": (root, lambda: (spread(-100, 100), rng.choice([3.0, 5.0, 7.0, 11.0, 101.0], COUNT))),
    "Atan2": (mp.atan2, lambda: (spread(-20, 20), spread(-20, 20))),
    "Hypot": (mp.hypot, lambda: (spread(-20, 20), spread(-20, 20))),
}


def main():
    with open(pathlib.Path(__file__).parent / "accuracy.bin", "wb") as out:
        for name, (f, sample) in {**ONE, **TWO}.items():
            columns = sample() if name in TWO else (sample(),)
            for c in columns:
                c[: COUNT // 2] = c[: COUNT // 2].astype(np.float32)
            high, low = [], []
            for point in zip(*columns):
                exact = f(*(mp.mpf(float(v)) for v in point))
                high.append(float(exact))
                low.append(float(exact - mp.mpf(high[-1])) if math.isfinite(high[-1]) else 0.0)
            out.write(f"{name} {len(columns)} {COUNT}\n".encode())
            for column in [*columns, high, low]:
                out.write(struct.pack(f"<{COUNT}d", *column))


main()
