"""Writes complex.bin: complex functions at finite points from mpmath, and at zeros, infinities and NaN from NumPy.

    python complex_goldens.py

Records follow one another: a line `name arity count`, then complex doubles: each argument's and the results. The last
49 points of the one-argument records are the special ones.
"""

import itertools
import pathlib
import warnings

import mpmath as mp
import numpy as np

warnings.simplefilter("ignore")
mp.mp.prec = 400
rng = np.random.default_rng(11)
COUNT = 150
EDGES = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


def points(scale):
    re, im = rng.normal(size=COUNT) * scale, rng.normal(size=COUNT) * scale
    z = re + 1j * im
    z[:20] /= abs(z[:20])  # near the unit circle, where the logarithm cancels
    z[20:30] *= 1e-8
    return z


def exact(f, *z):
    v = f(*(mp.mpc(complex(w)) for w in z))
    return complex(v)


def main():
    special = np.array([complex(a, b) for a, b in itertools.product(EDGES, EDGES)])
    one = {
        "Exp": (mp.exp, np.exp, 5), "Log": (mp.log, np.log, 3), "Sqrt": (mp.sqrt, np.sqrt, 100),
        "Sin": (mp.sin, np.sin, 3), "Cos": (mp.cos, np.cos, 3),
    }
    with open(pathlib.Path(__file__).parent / "complex.bin", "wb") as out:
        for name, (f, g, scale) in one.items():
            z = points(scale)
            w = np.array([exact(f, v) for v in z])
            out.write(f"{name} 1 {COUNT + len(special)}\n".encode())
            out.write(np.concatenate([z, special]).tobytes() + np.concatenate([w, g(special)]).tobytes())
        z, p = points(2), points(2)
        p[: COUNT // 3] = rng.integers(-9, 10, COUNT // 3)
        w = np.array([exact(mp.power, a, b) for a, b in zip(z, p)])
        out.write(f"Pow 2 {COUNT}\n".encode())
        out.write(z.tobytes() + p.tobytes() + w.tobytes())


main()
