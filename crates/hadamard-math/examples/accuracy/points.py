"""Where the functions are measured in f64: points by the array, among them the hard ones."""

import math

import gmpy2
import numpy as np


def anything(rng, n):
    """Random bits: every exponent alike, subnormals and both signs, no infinity and no NaN."""
    x = rng.integers(0, 2**64, n, dtype=np.uint64).view(np.float64)
    return np.where(np.isfinite(x), x, 1.5)


def uniform(low, high):
    return lambda rng, n: rng.uniform(low, high, n)


def scales(low, high):
    """Both signs, magnitudes from 2^low to 2^high, their logarithms uniform."""

    def draw(rng, n):
        x = np.ldexp(rng.uniform(0.5, 1.0, n), rng.integers(low, high, n, dtype=np.int32))
        return np.where(rng.integers(0, 2, n) == 0, x, -x)

    return draw


def beside(*centres):
    """A few units of the last place from the centres, or some small fraction of them away."""

    def draw(rng, n):
        centre = rng.choice(np.array(centres, dtype=np.float64), n)
        x = centre + np.ldexp(rng.uniform(-1.0, 1.0, n), -rng.integers(0, 60, n, dtype=np.int32)) * np.abs(centre)
        steps = rng.integers(-8, 9, n) * np.spacing(np.abs(centre))
        return np.where(rng.integers(0, 2, n) == 0, x, centre + steps)

    return draw


def multiples(unit, low, high):
    """The numbers beside multiples of a unit, from 2^low to 2^high of them."""

    def draw(rng, n):
        times = np.floor(np.ldexp(rng.uniform(0.5, 1.0, n), rng.integers(low, high, n, dtype=np.int32)))
        x = times * unit
        x = x + rng.integers(-2, 3, n) * np.spacing(x)
        return np.where(rng.integers(0, 2, n) == 0, x, -x)

    return draw


def listed(make):
    """Numbers of a list, made when first needed."""
    made = []

    def draw(rng, n):
        if not made:
            made.append(np.array(make()))
        x = rng.choice(made[0], n)
        return np.where(rng.integers(0, 2, n) == 0, x, -x)

    return draw


def close_to_multiples_of_half_pi():
    """The numbers closest to a multiple of pi/2: m * 2^e, where m is the denominator of a convergent of 2^e / (pi/2)."""
    found = []
    with gmpy2.context(precision=2400):
        for exponent in range(-60, 971):
            rest = gmpy2.mpfr(2) ** exponent / (gmpy2.const_pi() / 2)
            before, number = 0, 1
            while number < 2**53:
                found.append(math.ldexp(number, exponent))
                rest = 1 / (rest - gmpy2.floor(rest))
                before, number = number, int(gmpy2.floor(rest)) * number + before
    return found


def zeros_of_lgamma():
    """The zeros of lgamma between -2 and -20, by Newton's method."""
    found = []
    with gmpy2.context(precision=200):
        for n in range(2, 20):
            for side in (-1, 1) if n > 2 else (-1,):
                x = -n + side / gmpy2.mpfr(math.factorial(n))
                for _ in range(60):
                    x -= gmpy2.lgamma(x)[0] / gmpy2.digamma(x)
                found.append(float(x))
    return found


def pairs(x, y):
    return lambda rng, n: (x(rng, n), y(rng, n))


def alike(spread):
    """Two numbers of any size, their exponents at most so far apart."""

    def draw(rng, n):
        x = scales(-1073, 1024)(rng, n)
        with np.errstate(over="ignore"):
            y = np.ldexp(x, rng.integers(-spread, spread + 1, n, dtype=np.int32)) * rng.uniform(-1.0, 1.0, n)
        return x, np.where(np.isfinite(y), y, x)

    return draw


def power(base, logarithm):
    """A base, and the exponent that makes the base two logarithm of the result about so much."""

    def draw(rng, n):
        x = np.abs(base(rng, n))
        with np.errstate(all="ignore"):
            y = logarithm(rng, n) / np.log2(x)
        return x, np.where(np.isfinite(y), y, 0.5)

    return draw


def whole_power(rng, n):
    """Small whole numbers and their halves: signs, and many exact results."""
    return rng.integers(-64, 65, n) / 2.0, rng.integers(-64, 65, n) / 2.0


LN2 = math.log(2.0)
PI = math.pi
exponentials = [uniform(-750.0, 715.0), uniform(-1.0, 1.0), scales(-70, 11), multiples(LN2 / 2, 0, 12)]
circles = [
    uniform(-10.0, 10.0),
    scales(-40, 60),
    scales(20, 1024),
    multiples(PI / 2, 0, 30),
    multiples(PI / 2, 20, 1020),
    listed(close_to_multiples_of_half_pi),
]
logarithms = [uniform(0.25, 4.0), beside(1.0), scales(-1073, 1024), scales(-20, 20)]
tails = [uniform(-7.0, 7.0), uniform(-30.0, 30.0), scales(-70, 6), uniform(25.0, 28.0), beside(0.5, 1.0, 2.0, 4.0)]
gammas = [
    uniform(-190.0, 175.0),
    uniform(0.0, 5.0),
    scales(-80, 10),
    scales(-1073, 1024),
    uniform(-10.0, 0.0),
    beside(*range(-185, 172)),
]

# Each function's own ranges; all get `anything` besides.
RANGES = {
    "exp": exponentials + [beside(709.782712893384, -708.3964185322641, -745.1332191019411)],
    "expm1": exponentials + [beside(709.782712893384, -36.7, -LN2, LN2)],
    "exp2": [uniform(-1080.0, 1030.0), uniform(-1.0, 1.0), scales(-70, 11), beside(1024.0, -1022.0, -1074.0, -1075.0)],
    "log": logarithms,
    "log2": logarithms,
    "log10": logarithms,
    "log1p": [uniform(-1.0, 3.0), scales(-80, 1), beside(-1.0), scales(-1073, 1024), scales(-20, 20)],
    "sin": circles,
    "cos": circles,
    "tan": circles,
    "asin": [uniform(-1.0, 1.0), scales(-60, 1), beside(1.0, -1.0, 0.5, -0.5)],
    "acos": [uniform(-1.0, 1.0), scales(-60, 1), beside(1.0, -1.0, 0.5, -0.5)],
    "atan": [uniform(-4.0, 4.0), scales(-60, 60), beside(0.4375, 0.6875, 1.0, 1.1875, 2.4375)],
    "sinh": [uniform(-715.0, 715.0), uniform(-2.0, 2.0), scales(-60, 10), beside(710.4758600739439)],
    "cosh": [uniform(-715.0, 715.0), uniform(-2.0, 2.0), scales(-60, 10), beside(710.4758600739439)],
    "tanh": [uniform(-25.0, 25.0), uniform(-1.0, 1.0), scales(-60, 6), beside(0.55, 19.06, 22.0)],
    "asinh": [uniform(-4.0, 4.0), scales(-60, 60), scales(-1073, 1024), beside(0.5, 1.0, 2.0**28)],
    "acosh": [uniform(1.0, 4.0), beside(1.0), scales(0, 1024), scales(0, 60)],
    "atanh": [uniform(-1.0, 1.0), scales(-60, 1), beside(1.0, -1.0, 0.5)],
    "sigmoid": [uniform(-750.0, 40.0), uniform(-4.0, 4.0), scales(-60, 10), beside(-708.4, -745.13, 36.7)],
    "softplus": [uniform(-750.0, 40.0), uniform(-4.0, 4.0), scales(-60, 10), beside(-708.4, -745.13, 36.7)],
    "cbrt": [uniform(-10.0, 10.0), scales(-1073, 1024), beside(*(float(k**3) for k in range(1, 99)))],
    "erf": tails + [scales(-1073, -1000)],
    "erfc": tails + [beside(26.543258, 27.226017)],
    "gelu": tails + [uniform(-40.0, -35.0), beside(-37.5193, -38.5), scales(-1073, -1000)],
    "gamma": gammas + [beside(171.6243769563027, -184.0)],
    "lgamma": gammas + [beside(2.5599833278516383e305), beside(*zeros_of_lgamma())],
    "pow": [
        power(scales(-1073, 1024), uniform(-1080.0, 1030.0)),
        power(scales(-1073, 1024), beside(1024.0, -1022.0, -1074.0)),
        power(beside(1.0), uniform(-1080.0, 1030.0)),
        power(uniform(0.6, 1.7), uniform(-1080.0, 1030.0)),
        power(scales(-4, 4), uniform(-60.0, 60.0)),
        power(scales(-4, 4), scales(-60, 0)),
        pairs(uniform(0.0, 20.0), uniform(-20.0, 20.0)),
        whole_power,
    ],
    "atan2": [alike(2), alike(60), pairs(uniform(-4.0, 4.0), uniform(-4.0, 4.0)), pairs(scales(-20, 20), scales(-20, 20))],
    "hypot": [
        alike(2),
        alike(60),
        pairs(uniform(-4.0, 4.0), uniform(-4.0, 4.0)),
        pairs(scales(1020, 1024), scales(1020, 1024)),
        pairs(scales(-1073, -1020), scales(-1073, -1020)),
    ],
}


def draw(name, arguments, rng, n):
    """About `n` points, as one array per argument."""
    ways = RANGES[name] + [anything if arguments == 1 else pairs(anything, anything)]
    drawn = [way(rng, -(-n // len(ways))) for way in ways]
    return [np.concatenate(drawn)] if arguments == 1 else [np.concatenate(each) for each in zip(*drawn)]
