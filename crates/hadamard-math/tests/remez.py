"""Minimax coefficients (mpmath) of the polynomials of erf.rs and gamma.rs, by Remez' algorithm.

    python remez.py

Prints each table and the base-2 logarithm of its error. Coefficients are rounded to nearest, those needed in pairs with
what that leaves over.
"""

from mpmath import cos, erf, erfc, euler, exp, log, loggamma, lu_solve, matrix, mp, mpf, pi, polyval, sin, sqrt

mp.dps = 50


def remez(f, low, high, terms, weight=lambda x, value: 1 / abs(value), rounds=12):
    """The polynomial with the least greatest weight * |p - f| on [low, high], and that error."""
    low, high, count = mpf(low), mpf(high), 24 * terms + 24
    xs = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / count) for i in range(count + 1)]
    values = [f(x) for x in xs]
    weights = [weight(x, value) for x, value in zip(xs, values)]
    chosen = [round(count * i / terms) for i in range(terms + 1)]
    for _ in range(rounds):
        system, right = matrix(terms + 1, terms + 1), matrix(terms + 1, 1)
        for row, i in enumerate(chosen):
            for power in range(terms):
                system[row, power] = xs[i] ** power
            system[row, terms] = (-1) ** row / weights[i]
            right[row] = values[i]
        p = list(lu_solve(system, right))[:terms]
        errors = [(value - polyval(p[::-1], x)) * w for x, value, w in zip(xs, values, weights)]
        # The greatest error of each stretch of one sign; of too many, the least are left out by neighbours.
        peaks = []
        for i, error in enumerate(errors):
            if not peaks or (errors[peaks[-1]] > 0) != (error > 0):
                peaks.append(i)
            elif abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        while len(peaks) > terms + 1:
            if len(peaks) == terms + 2:
                peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
            else:
                i = min(range(len(peaks) - 1), key=lambda i: max(abs(errors[peaks[i]]), abs(errors[peaks[i + 1]])))
                del peaks[i : i + 2]
        if peaks == chosen or len(peaks) <= terms:
            break
        chosen = peaks
    return p, max(map(abs, errors))


def table(name, pairs, *problem, **options):
    p, error = remez(*problem, **options)
    print(f"// {name}: 2^{float(log(error, 2)):.1f}")
    for c in p[:pairs]:
        print(f"    ({float(c)!r}, {float(c - mpf(float(c)))!r}),")
    for c in p[pairs:]:
        print(f"    {float(c)!r},")


def ratio(square):
    """erf(x) / x - 1 of the square."""
    return (erf(sqrt(square)) / sqrt(square) if square > 1e-30 else 2 / sqrt(pi)) - 1


def tail(shift, centre, scale, factor):
    """Of t - centre with t = 1 / (a + shift): factor * erfc(a / scale) * exp((a / scale)^2) / t."""

    def value(v):
        t = v + mpf(centre)
        a = 1 / t - shift
        return factor * erfc(a / scale) * exp((a / scale) ** 2) / t

    return value


def ends(shift, centre, greatest):
    return 1 / (mpf(greatest) + shift) - mpf(centre), 1 / mpf(shift) - mpf(centre)


def series(square):
    """a * (log gamma(a) less the main part of Stirling's series) of the square of 1 / a."""
    if square < 1e-12:
        return mpf(1) / 12 - square / 360
    a = 1 / sqrt(square)
    return (loggamma(a) - (a - mpf(1) / 2) * log(a) + a - log(2 * pi) / 2) * a


def between(v):
    """-log gamma(1 + f) / (f (1 - f)) with f = v + 1/2."""
    f = v + mpf(1) / 2
    if f < 1e-20 or 1 - f < 1e-20:
        return +euler if f < 1e-20 else 1 - euler
    return -loggamma(1 + f) / (f * (1 - f))


def sine(square):
    return sin(pi * sqrt(square)) / sqrt(square) if square > 1e-30 else +pi


def growth(r):
    return (exp(r) - 1 - r) / r**2 if abs(r) > 1e-12 else mpf(1) / 2 + r / 6


MIDDLE, HALF = mpf("0.9375"), mpf(1) / 2
of_erf = {"weight": lambda x, value: 1 / (1 + value)}
of_tail = {"weight": lambda x, value: erfc(x + MIDDLE) / erf(x + MIDDLE)}
minus_log = lambda x: -log(erfc(x + MIDDLE))
of_series = {"weight": lambda x, value: sqrt(x) + mpf(10) ** -6}
of_growth = {"weight": lambda x, value: x**2 / exp(x) + mpf(10) ** -30}
SPLIT = log(2) / 2 * mpf("1.0001")

if __name__ == "__main__":
    table("SMALL", 0, ratio, 0, MIDDLE**2, 13, **of_erf)
    table("MINUS_LOG_ERFC", 0, minus_log, 0, 6 - MIDDLE, 19, **of_tail)
    table("ERFC", 3, tail(3, "0.171875", 1, 1), *ends(3, "0.171875", "27.5"), 25)
    table("NORMAL", 4, tail(5, "0.109375", sqrt(2), HALF), *ends(5, "0.109375", "38.9"), 24)
    table("SERIES", 0, series, 0, mpf(1) / 25, 9, **of_series)
    table("BETWEEN", 3, between, -HALF, HALF, 23)
    table("SINE", 3, sine, 0, mpf(1) / 4, 9)
    print("// For f32")
    table("SMALL", 0, ratio, 0, MIDDLE**2, 7, **of_erf)
    table("MINUS_LOG_ERFC", 0, minus_log, 0, mpf("4.1") - MIDDLE, 9, **of_tail)
    table("EXP", 0, growth, -SPLIT, SPLIT, 6, **of_growth)
    table("ERFC", 0, tail(3, "0.171875", 1, 1), *ends(3, "0.171875", "10.2"), 12)
    table("NORMAL", 0, tail(5, "0.109375", sqrt(2), HALF), *ends(5, "0.109375", "15"), 12)
    table("SERIES", 0, series, 0, mpf(1) / 25, 4, **of_series)
    table("SINE", 0, sine, 0, mpf(1) / 4, 6)
