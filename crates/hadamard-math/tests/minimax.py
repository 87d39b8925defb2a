"""Minimax coefficients (mpmath) of the polynomials of exp.rs, log.rs, power.rs, hyperbolic.rs, logistic.rs and,
in f32, trig.rs.

A coefficient at a time, from the constant one, is rounded to the format and the rest fitted again, so that the rounding
of the large coefficients is made up for by the small ones. Prints each table and the base-2 logarithm of its error.
"""
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, expm1, log, sqrt, sinh, cosh, atanh, nint, ldexp, frexp

mp.dps = 60
log2 = lambda x: log(x, 2)


def round_to(x, bits):
    m, e = frexp(x)
    return ldexp(nint(ldexp(m, bits)), e - bits)


def fit(f, weight, a, b, powers, rounds=8):
    """The polynomial in these powers with the least greatest weight·|p - f| on [a, b], nearly: least squares at
    Chebyshev nodes, reweighted by the errors (Lawson)."""
    n, nodes = len(powers), 60
    xs = [(a + b) / 2 - (b - a) / 2 * cos(pi * (i + mpf("0.5")) / nodes) for i in range(nodes)]
    rows = [[abs(weight(x)) * x**p for p in powers] for x in xs]
    ys = [abs(weight(x)) * f(x) for x in xs]
    ws = [mpf(1)] * nodes
    for _ in range(rounds):
        m = matrix(n, n)
        r = matrix(n, 1)
        for i in range(n):
            for j in range(i, n):
                m[i, j] = m[j, i] = sum(w * row[i] * row[j] for w, row in zip(ws, rows))
            r[i] = sum(w * row[i] * y for w, row, y in zip(ws, rows, ys))
        c = list(lu_solve(m, r))
        e = [abs(sum(k * t for k, t in zip(c, row)) - y) for row, y in zip(rows, ys)]
        top = max(e)
        ws = [w * (t / top + mpf("0.01")) for w, t in zip(ws, e)]
    return c


def table(name, f, weight, a, b, terms, bits):
    a, b = mpf(a), mpf(b)
    fixed = []
    for i in range(terms):
        rest = lambda x: f(x) - sum(c * x**j for j, c in enumerate(fixed))
        c = fit(rest, weight, a, b, list(range(i, terms)))
        fixed.append(round_to(c[0], bits))
    worst = max(abs(weight(x) * (sum(c * x**j for j, c in enumerate(fixed)) - f(x)))
                for x in (a + (b - a) * (mpf(i) + mpf("0.5")) / 997 for i in range(997)))
    print(f"// {name}, {bits} bits, {terms} terms: 2^{float(log2(worst)):.1f}")
    print("&[" + ", ".join(f"{float(c):.17e}".replace("e+00", "") if bits == 53 else repr(float(c)) for c in fixed) + "]")


def series(first, x, terms=60):
    """Power series by its terms' function, for where the closed form cancels."""
    return sum(first(i) * x**i for i in range(terms))


def fact(n):
    return mp.factorial(n)


half = log(2) / 2 + mpf("1e-4")
exp_q = lambda x: series(lambda i: 1 / fact(i + 2), x)
expm1_q = lambda x: series(lambda i: 1 / fact(i + 3), x)
exp2_q = lambda x: series(lambda i: log(2) ** (i + 2) / fact(i + 2), x)
sinh_q = lambda z: series(lambda i: 1 / fact(2 * i + 3), z, 30)
cosh_q = lambda z: series(lambda i: 1 / fact(2 * i + 2), z, 30)
sine_q = lambda z: series(lambda i: (-1) ** (i + 1) / fact(2 * i + 3), z, 30)
cosine_q = lambda z: series(lambda i: (-1) ** i / fact(2 * i + 4), z, 30)
atanh3 = lambda z: series(lambda i: mpf(2) / (2 * i + 3), z, 100)
atanh5 = lambda z: series(lambda i: mpf(2) / (2 * i + 5), z, 100)
s2 = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
u2 = mpf("0.2017") ** 2
one = lambda x: mpf(1)

for bits in (53, 24):
    double = bits == 53
    table("exp", exp_q, lambda x: x * x, -half, half, 10 if double else 5, bits)
    table("expm1", expm1_q, lambda x: x * x, -half, half, 10 if double else 5, bits)
    table("exp2", exp2_q, lambda x: x, mpf("-0.5001"), mpf("0.5001"), 10 if double else 5, bits)
    table("sinh", sinh_q, lambda z: z, 0, half**2, 5 if double else 3, bits)
    table("cosh", cosh_q, lambda z: z, 0, half**2, 6 if double else 3, bits)
    table("log", atanh3, lambda z: z / 2, 0, s2, 7 if double else 3, bits)
    table("atanh", atanh3, lambda z: z / 2, 0, u2, 8 if double else 3, bits)
    table("softplus", atanh3, lambda z: z / 2, 0, mpf(1) / 9 * mpf("1.0001"), 10 if double else 4, bits)
    if not double:
        quarter = (pi / 4 + mpf("1e-4")) ** 2
        table("sine", sine_q, lambda z: z, 0, quarter, 3, bits)
        table("cosine", cosine_q, lambda z: z * z, 0, quarter, 3, bits)
    table("pow", atanh5, lambda z: z * z / 2, 0, s2, 8 if double else 3, bits)
    for name, v in (("ln2", log(2)), ("log10(2)", log(2) / log(10))):
        hi = round_to(v, 42 if double else 16)
        lo = round_to(v - hi, bits)
        print("//", name, "%.17e" % float(hi), "%.17e" % float(lo))
    for name, v in (("ln2", log(2)), ("1/ln2", 1 / log(2)), ("1/ln10", 1 / log(10)), ("2/3", mpf(2) / 3)):
        hi = round_to(v, bits)
        print("//", name, "%.17e" % float(hi), "%.17e" % float(round_to(v - hi, bits)))
