"""Writes circular.bin: trigonometric functions, their inverses and roots at hard points, from mpmath.

    python circular.py

Records follow one another: a line `name arity count`, then doubles: each argument's, the nearest doubles to the exact
values, and what those leave over (so that errors of a fraction of a unit in the last place can be measured).
"""

import pathlib
import struct

import mpmath as mp
import numpy as np

mp.mp.prec = 1400
rng = np.random.default_rng(3)
COUNT = 200


def spread(low, high, count=COUNT):
    """Both signs, magnitudes spread over the exponents between 2^low and 2^high."""
    return np.exp2(rng.uniform(low, high, count)) * rng.choice([-1, 1], count)


def between(low, high):
    return rng.uniform(low, high, COUNT)


def beside(values):
    """Values and the numbers next to them."""
    v = np.asarray(values, dtype=float)
    return np.concatenate([v, np.nextafter(v, np.inf), np.nextafter(v, -np.inf)])


def near_quarter_turns():
    """For each exponent, the doubles nearest to multiples of pi/2: denominators of convergents of 2^e * 2/pi."""
    points = []
    for e in range(-52, 971, 6):
        x, before, now = mp.ldexp(2 / mp.pi, e), 0, 1
        x = 1 / (x - mp.floor(x))
        while True:
            a = int(mp.floor(x))
            before, now = now, a * now + before
            if now >= 2**53:
                break
            x = 1 / (x - a)
        points.append(float(mp.ldexp(before, e)))
    return np.array(points)


def quarter_turns_single():
    """f32 numbers near multiples of pi/2."""
    v = np.array([float(k * mp.pi / 2) for k in rng.integers(1, 2**12, COUNT)], dtype=np.float32)
    return v.astype(float)


ANGLES = lambda: [
    between(-4, 4), between(-100, 100), spread(-40, 20.6), spread(20.6, 1023), near_quarter_turns(),
    quarter_turns_single(), beside([1647099.0, np.pi / 4, np.pi / 2, np.pi]), spread(-1074, -1022, 20),
]
UNIT = lambda: [
    between(-1, 1), 1 - np.exp2(between(-53, -1)), -1 + np.exp2(between(-53, -1)), spread(-60, 0),
    beside([0.5, -0.5]), spread(-1074, -1022, 20), [1.0, -1.0],
]
ANY = lambda: [between(-8, 8), spread(-1022, 1024), spread(-1074, -1022), spread(-30, 60)]


def pairs():
    near = spread(-1040, 1020)
    first = [between(-1, 1), between(-1, 1), spread(-1074, 1023), near, spread(-149, 127), spread(-1022, -1000)]
    second = [between(-1, 1), spread(-70, 70), spread(-1074, 1023), near * spread(-3, 3), spread(-149, 127), spread(-30, 30)]
    return [np.concatenate(first), np.concatenate(second)]


ONE = {
    "sin": (mp.sin, ANGLES),
    "cos": (mp.cos, ANGLES),
    "tan": (mp.tan, ANGLES),
    "asin": (mp.asin, UNIT),
    "acos": (mp.acos, UNIT),
    "atan": (mp.atan, lambda: ANY() + [between(0.4, 0.6), between(1.9, 2.1), beside([0.5, 1.0, 2.0])]),
    "cbrt": (lambda a: mp.sign(a) * mp.cbrt(abs(a)), ANY),
}
TWO = {"atan2": mp.atan2, "hypot": mp.hypot}


def rounded(value):
    """The nearest double, subnormal ones included, and what it leaves over."""
    unit = max(mp.frexp(value)[1] - 53, -1074) if value else 0
    high = float(mp.ldexp(mp.nint(mp.ldexp(value, -unit)), unit))
    return high, float(value - mp.mpf(high))


def write(out, name, function, args):
    # A third of the points are f32's.
    args = [np.where(np.arange(len(a)) % 3 == 0, a.astype(np.float32).astype(float), a) for a in args]
    args = [np.where(np.isinf(a) | (a == 0), 1.0, a) for a in args]
    values = []
    for of in zip(*args):
        values.append(rounded(function(*(mp.mpf(float(v)) for v in of))))
    keep = [i for i, (high, _) in enumerate(values) if np.isfinite(high) and abs(high) >= 2.0**-1074]
    out.write(f"{name} {len(args)} {len(keep)}\n".encode())
    for column in [*args, [v[0] for v in values], [v[1] for v in values]]:
        out.write(struct.pack(f"<{len(keep)}d", *(float(column[i]) for i in keep)))


with np.errstate(all="ignore"), open(pathlib.Path(__file__).with_name("circular.bin"), "wb") as out:
    for name, (function, points) in ONE.items():
        write(out, name, function, [np.concatenate(points())])
    for name, function in TWO.items():
        write(out, name, function, pairs())
