"""Writes exponential.bin: exponentials, logarithms, powers, hyperbolic and logistic functions at hard points, from
mpmath; and subnormal.bin: where their values are subnormal.

    python exponential.py

Records as those of circular.py: a line `name arity count`, then doubles: each argument's, the nearest doubles to the
exact values, and what those leave over (nothing, if the value is subnormal: that is less than the least number).
"""

import pathlib
import struct

import mpmath as mp
import numpy as np

mp.mp.prec = 400
rng = np.random.default_rng(5)
COUNT = 150
LN2 = float(mp.log(2))


def spread(low, high, count=COUNT):
    """Both signs, magnitudes spread over the exponents between 2^low and 2^high."""
    return np.exp2(rng.uniform(low, high, count)) * rng.choice([-1, 1], count)


def between(low, high):
    return rng.uniform(low, high, COUNT)


def beside(*values):
    """Values and the numbers next to them."""
    v = np.asarray(values, dtype=float)
    return np.concatenate([v, np.nextafter(v, np.inf), np.nextafter(v, -np.inf)])


def ties():
    """Next to odd multiples of half ln 2, where reductions change from one integer to the next."""
    return beside(*(k * LN2 / 2 for k in range(-41, 42, 2)))


GROWING = [between(-745, 709), between(-1, 1), between(-88, 88), spread(-60, 9), ties(), spread(-1074, -1022, 20)]
POSITIVE = [between(0.3, 3), 1 + spread(-50, -2), abs(spread(-1022, 1024)), abs(spread(-1074, -1022)), abs(spread(-20, 20))]
UNIT = [between(-1, 1), 1 - np.exp2(between(-53, -1)), spread(-60, 0), spread(-1074, -1022, 20), beside(0.5)]

ONE = {
    "exp": (mp.exp, GROWING + [between(-745, -708)]),
    "expm1": (mp.expm1, GROWING + [between(36, 40), between(-40, -36)]),
    "exp2": (lambda x: mp.power(2, x), [between(-1074, 1023), between(-1, 1), between(-149, 127), beside(*range(-10, 11))]),
    "log": (mp.log, POSITIVE),
    "log2": (lambda x: mp.log(x, 2), POSITIVE),
    "log10": (mp.log10, POSITIVE),
    "log1p": (mp.log1p, [between(-1, 3), spread(-60, -1), abs(spread(-1, 1024)), np.exp2(between(-53, -1)) - 1]),
    "sinh": (mp.sinh, [between(-710, 710), between(-2, 2), spread(-60, 6), spread(-1074, -1022, 20), ties()]),
    "cosh": (mp.cosh, [between(-710, 710), between(-2, 2), spread(-30, 6), ties()]),
    "tanh": (mp.tanh, [between(-20, 20), between(-1, 1), spread(-60, 4), spread(-1074, -1022, 20), ties()]),
    "asinh": (mp.asinh, [between(-4, 4), spread(-60, 1024), spread(-1, 40), spread(-1074, -1022, 20)]),
    "acosh": (mp.acosh, [between(1, 4), 1 + np.exp2(between(-52, 0)), abs(spread(0, 1024)), abs(spread(0, 40))]),
    "atanh": (mp.atanh, UNIT),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), [between(-745, 40), between(-4, 4), spread(-40, 5), ties()]),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), [between(-745, 40), between(-4, 4), spread(-40, 5), ties()]),
}


def powers():
    """Any powers; powers whose results are great, small or subnormal; roots; bases beside 1, and beside the ends of the
    logarithm's series with great or small results."""
    any_base, near = abs(spread(-1000, 1000, 3 * COUNT)), 1 + spread(-40, -3, 3 * COUNT)
    result = rng.uniform(-1074, 1024, 3 * COUNT)
    bases = [abs(spread(-3, 3)), any_base, near, abs(spread(-1074, -1022))]
    exponents = [between(-60, 60), result / np.log2(any_base), result / np.log2(near), between(-1, 1)]
    ends = rng.choice([1 / 1.4142, 1.4142], 3 * COUNT) ** rng.uniform(0.9, 1, 3 * COUNT)
    result = rng.uniform(900, 999, 3 * COUNT) * rng.choice([-1, 1], 3 * COUNT)
    bases, exponents = bases + [ends], exponents + [result / np.log2(ends)]
    return [np.concatenate(bases), np.concatenate(exponents)]


def rounded(value):
    """The nearest double, subnormal ones included, and what it leaves over."""
    unit = max(mp.frexp(value)[1] - 53, -1074) if value else 0
    high = float(mp.ldexp(mp.nint(mp.ldexp(value, -unit)), unit))
    return high, float(value - mp.mpf(high))


def write(out, name, function, args, least, greatest):
    """The points whose values are from `least` to `greatest` in size."""
    # A third of the points are f32's.
    args = [np.where(np.arange(len(a)) % 3 == 0, a.astype(np.float32).astype(float), a) for a in args]
    rows = []
    for of in zip(*args):
        exact = function(*(mp.mpf(float(v)) for v in of)) if np.isfinite(of).all() else mp.nan
        if isinstance(exact, mp.mpf) and least <= abs(exact) <= greatest:
            rows.append([float(v) for v in of] + list(rounded(exact)))
    out.write(f"{name} {len(args)} {len(rows)}\n".encode())
    for column in zip(*rows):
        out.write(struct.pack(f"<{len(rows)}d", *column))


HERE = pathlib.Path(__file__).parent
NORMAL = (mp.mpf(2) ** -1000, mp.mpf(2) ** 1024 * (1 - mp.mpf(2) ** -54))
SUBNORMAL = (mp.mpf(2) ** -1074, mp.mpf(2) ** -1021)

with np.errstate(all="ignore"):
    with open(HERE / "exponential.bin", "wb") as out:
        for name, (function, points) in ONE.items():
            write(out, name, function, [np.concatenate(points)], *NORMAL)
        write(out, "pow", mp.power, powers(), *NORMAL)
    with open(HERE / "subnormal.bin", "wb") as out:
        for name, low, high in [("exp", -745, -708), ("exp2", -1074, -1022), ("sigmoid", -745, -708), ("softplus", -745, -708)]:
            write(out, name, ONE[name][0], [np.concatenate([between(low, high), between(low, high)])], *SUBNORMAL)
        base = abs(spread(-60, 60, 2 * COUNT))
        write(out, "pow", mp.power, [base, rng.uniform(-1074, -1022, 2 * COUNT) / np.log2(base)], *SUBNORMAL)
