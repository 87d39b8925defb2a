"""Writes special.bin: the error functions, gelu, the gamma function and its logarithm at hard points, from mpmath.

    python special.py

Records as those of circular.py: a line `name arity count`, then doubles: each argument's, the nearest doubles to the
exact values, and what those leave over.
"""

import pathlib
import struct

import mpmath as mp
import numpy as np

mp.mp.prec = 300
rng = np.random.default_rng(7)
COUNT = 400


def spread(low, high, count=COUNT):
    """Both signs, magnitudes spread over the exponents between 2^low and 2^high."""
    return np.exp2(rng.uniform(low, high, count)) * rng.choice([-1, 1], count)


def between(low, high):
    return rng.uniform(low, high, COUNT)


def beside(values):
    """Values, the numbers next to them, and numbers a small part away."""
    v = np.repeat(np.asarray(values, dtype=float), 4)
    return np.concatenate([v, np.nextafter(v, np.inf), np.nextafter(v, -np.inf), v * (1 + spread(-50, -3, len(v)))])


ZEROS = [mp.findroot(lambda x: mp.log(abs(mp.gamma(x))), start) for start in (-2.4570247, -2.7476826, -3.1435809, -3.9552942)]
GAMMA = [between(-185, 171), between(0, 5), between(-6, 0), spread(-60, 6), beside(range(-20, 21)), beside([4, 5, 170])]
TAILS = [between(-7, 7), between(0, 26), spread(-60, 4), beside([0.9375, 6])]

FUNCTIONS = {
    "erf": (mp.erf, TAILS + [spread(-1000, -20)]),
    "erfc": (mp.erfc, TAILS + [between(20, 26.4)]),
    "gelu": (lambda x: x / 2 * mp.erfc(-x / mp.sqrt(2)), TAILS + [between(-37, 0), spread(-1000, -20), between(10, 60)]),
    "gamma": (mp.gamma, GAMMA),
    "lgamma": (
        lambda x: mp.log(abs(mp.gamma(x))) if x < 200 else mp.loggamma(x),
        [p[np.abs(p) > 1e-30] for p in GAMMA] + [spread(3, 900), beside([float(zero) for zero in ZEROS])],
    ),
}

with open(pathlib.Path(__file__).with_suffix(".bin"), "wb") as out:
    for name, (function, parts) in FUNCTIONS.items():
        points = np.concatenate(parts)
        # A third of the points are f32's.
        chosen = (np.arange(len(points)) % 3 == 0) & (np.abs(points) < 1e38)
        points[chosen] = points[chosen].astype(np.float32)
        if name in ("gamma", "lgamma"):
            points = points[(points > 0) | ((points != np.floor(points)) & (points > -2.0**40))]
        rows = []
        for x in points:
            exact = function(mp.mpf(float(x)))
            if mp.mpf(2) ** -1000 <= abs(exact) < mp.mpf(2) ** 1023:
                high = float(exact)
                rows.append((float(x), high, float(exact - high)))
        out.write(f"{name} 1 {len(rows)}\n".encode())
        for column in zip(*rows):
            out.write(struct.pack(f"<{len(rows)}d", *column))
