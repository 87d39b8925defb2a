"""The driver of `cargo xtask accuracy`: compares our values with those of multiple precision (f64) and libm's (f32).

The exact value in f64 is that of Arb (FLINT's balls, each with a bound of its error) where it is known to at least 93
bits, and else MPFR's with 100 bits, which is several times as dear. Prints the tables; --write puts their rows into ACCURACY.md,
where rows of functions not asked for stay as they are.
"""

import argparse
import multiprocessing
import operator
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import flint
import gmpy2
import numpy as np
import points
from flint import arb

# Bits to compute with, and to know at least.
BALL_PRECISION = 128
BALL_ACCURACY = 93
PRECISION = 100
# A part of a function's points: one process of ours, one array of results.
PART = 100_000
# Bounds in ulps that are not 1.
BOUNDS = {"erfc": 1.5}
# An absolute error that is small enough near zeros below zero: where the value is less than 1.
NEAR_ZERO = {"lgamma": 1e-15}

TITLES = {
    "f64": ["function", "points", "greatest error in ulps", "at", "bound"],
    "f32": ["function", "inputs", "greatest error in ulps", "at", "bound"],
}


def sigmoid(x):
    return 1 / (1 + gmpy2.exp(-gmpy2.mpfr(x)))


def softplus(x):
    return gmpy2.log1p(gmpy2.exp(x)) if x < 1000 else gmpy2.mpfr(x)


def gelu(x):
    x = gmpy2.mpfr(x)
    with gmpy2.context(precision=120):
        return x / 2 * gmpy2.erfc(-x / gmpy2.sqrt(2))


MPFR = {
    "sigmoid": sigmoid,
    "softplus": softplus,
    "gelu": gelu,
    "lgamma": lambda x: gmpy2.lgamma(x)[0],
    "pow": lambda x, y: gmpy2.mpfr(x) ** gmpy2.mpfr(y),
}
BALLS = {name: getattr(arb, name) for name in (
    "exp expm1 log log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf erfc gamma".split()
)} | {
    "exp2": lambda x: arb(2) ** x,
    "log2": lambda x: x.log() / arb.const_log2(),
    "log10": lambda x: x.log() / arb.const_log10(),
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: x.exp().log1p(),
    "gelu": lambda x: x / 2 * (-x / arb(2).sqrt()).erfc(),
    "lgamma": lambda x: x.lgamma() if x > 0 else abs(x.gamma()).log(),
    "pow": operator.pow,
    "hypot": lambda x, y: (x * x + y * y).sqrt(),
}
SCALE = 2.0**50


def mpfr(name, *arguments):
    function = MPFR.get(name) or getattr(gmpy2, name)
    return function(*map(float, arguments))


def exact(name, columns):
    """The exact values as hi + lo / SCALE, where hi is nearly rounded to f64; lo is scaled so that it never underflows."""
    function = BALLS.get(name)
    if function:
        values = list(map(function, *(map(arb, column.tolist()) for column in columns)))
        hi = np.array(list(map(float, values)))
        lo = np.array([float(rest * SCALE) for rest in map(operator.sub, values, hi.tolist())])
        # A ball has no signed zero.
        unknown = (np.array(list(map(arb.rel_accuracy_bits, values)), dtype=np.float64) < BALL_ACCURACY) | (hi == 0)
    else:
        hi, lo = np.zeros(len(columns[0])), np.zeros(len(columns[0]))
        unknown = np.ones(len(columns[0]), dtype=bool)
    for i in np.flatnonzero(unknown):
        value = mpfr(name, *(column[i] for column in columns))
        hi[i] = float(value)
        lo[i] = float((value - hi[i].item()) * SCALE)
    return hi, lo


def errors(name, columns, got):
    """The errors in units of the last place of the exact value; infinite where a special value is wrong."""
    hi, lo = exact(name, columns)
    with np.errstate(all="ignore"):
        _, exponent = np.frexp(hi)
        ulp = np.ldexp(1.0, np.maximum(exponent - 53, -1074))
        error = np.abs((got - hi) / ulp - lo / ulp / SCALE)
        wrong = np.isnan(hi) != np.isnan(got)
        wrong |= ((hi == 0) | (got == 0)) & (np.signbit(hi) != np.signbit(got)) & ~np.isnan(hi)
        same = (np.isnan(hi) & np.isnan(got)) | (np.isinf(hi) & (hi == got))
        if name in NEAR_ZERO:
            near = (columns[0] < 0) & (np.abs(hi) < 1)
            error[near & (np.abs(got - hi) + np.abs(lo / SCALE) <= NEAR_ZERO[name])] = 0.0
    error[same] = 0.0
    # One of the two is beyond the greatest number, which then counts as 2^1024.
    for i in np.flatnonzero(np.isinf(hi) != np.isinf(got)):
        value = mpfr(name, *(column[i] for column in columns))
        beyond = gmpy2.mpfr(2) ** 1024
        ours = min(max(gmpy2.mpfr(float(got[i])), -beyond), beyond)
        error[i] = float(abs(ours - value) / gmpy2.mpfr(2) ** 971)
    error[wrong] = np.inf
    error[np.isnan(error)] = np.inf
    return error


def part(task):
    """The worst of one part: points, error, arguments, our value."""
    server, name, arguments, seed, count = task
    gmpy2.get_context().precision = PRECISION
    flint.ctx.prec = BALL_PRECISION
    rng = np.random.Generator(np.random.PCG64([seed, *name.encode()]))
    columns = points.draw(name, arguments, rng, count)
    data = np.stack(columns, axis=1).astype("<f8").tobytes()
    output = subprocess.run([server, "double", name], input=data, stdout=subprocess.PIPE, check=True).stdout
    got = np.frombuffer(output, "<f8")
    error = errors(name, columns, got)
    worst = int(np.argmax(error))
    return len(got), float(error[worst]), [float(column[worst]) for column in columns], float(got[worst])


def double(pool, server, name, arguments, count):
    tasks = [(server, name, arguments, seed, PART) for seed in range(-(-count // PART))]
    parts = pool.map(part, tasks, chunksize=1)
    _, error, at, got = max(parts, key=lambda found: found[1])
    return sum(found[0] for found in parts), error, ", ".join(map(repr, at)), got


def single(server, name, pairs):
    words = subprocess.run([server, "single", name, str(pairs)], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    return int(words[0]), float(words[1]), words[2].replace(",", ", "), float(words[3])


def read(path):
    """The rows of the two tables, by function."""
    tables = {"f64": {}, "f32": {}}
    table = None
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("## "):
            table = tables.get(line[3:])
        row = re.fullmatch(r"\| (\w+) \|.*", line)
        if table is not None and row and row[1] != "function":
            table[row[1]] = line
    return tables


def write(path, tables, names, versions):
    lines = [
        "# Measured accuracy",
        "",
        "Written by `cargo xtask accuracy --write`. An ulp is the distance of neighbouring numbers at the exact value; an",
        "infinite error is a wrong special value (NaN, infinity, the sign of a zero).",
        "",
        f"- f64: against Arb to at least {BALL_ACCURACY} bits (MPFR at {PRECISION} where it gives less), at the points of",
        "  `examples/accuracy/points.py`: uniform, all exponents, and each function's hard ranges. Beside its zeros below",
        "  zero (values under 1) lgamma need only be within 1e-15.",
        "- f32: one argument: every one of the 2^32 inputs, against our f64 function (whose error, above, is nothing in",
        "  f32), and one block of 2^14 inputs in 64 against the f64 function of the `libm` crate too; two arguments:",
        "  random pairs against `libm`.",
        f"- {versions}",
        "",
    ]
    for kind in ("f64", "f32"):
        lines += [f"## {kind}", "", "| " + " | ".join(TITLES[kind]) + " |", "|---|--:|--:|---|--:|"]
        lines += [tables[kind][name] for name in names if name in tables[kind]] + [""]
    path.write_text("\n".join(lines[:-1]) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="cargo xtask accuracy", description=__doc__)
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="all, if none is named")
    parser.add_argument("--server", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--out", required=True, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--points", type=int, default=10_000_000, help="of each function in f64")
    parser.add_argument("--pairs", type=int, default=100_000_000, help="of each function of two arguments in f32")
    parser.add_argument("--f32", action="store_true", help="only f32")
    parser.add_argument("--f64", action="store_true", help="only f64")
    parser.add_argument("--write", action="store_true", help="put the results into ACCURACY.md")
    given = parser.parse_args()
    listed = subprocess.run([given.server, "names"], stdout=subprocess.PIPE, check=True, text=True).stdout
    arguments = {name: int(count) for name, count in map(str.split, listed.splitlines())}
    names = given.functions or list(arguments)
    unknown = [name for name in names if name not in arguments]
    if unknown:
        sys.exit(f"no such function: {', '.join(unknown)}; there are {', '.join(arguments)}")
    tables = read(given.out)
    versions = f"Arb of FLINT {flint.__FLINT_VERSION__} through python-flint {flint.__version__}; MPFR {gmpy2.mpfr_version().split()[-1]} through gmpy2 {gmpy2.version()}; NumPy {np.__version__}"
    missed = []
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for name in names:
            for kind in ("f64", "f32"):
                if given.f32 != given.f64 and not getattr(given, kind):
                    continue
                started = time.monotonic()
                if kind == "f64":
                    count, error, at, got = double(pool, given.server, name, arguments[name], given.points)
                else:
                    count, error, at, got = single(given.server, name, given.pairs)
                bound = BOUNDS.get(name, 1.0) if kind == "f64" else 1.0
                row = f"| {name} | {count} | {error:.4f} | {at} | {bound} |"
                took = time.monotonic() - started
                print(f"{kind} {row} {got!r} {took:.0f} s{'' if error <= bound else ' MISSED'}", flush=True)
                tables[kind][name] = row
                missed += [] if error <= bound else [f"{name} in {kind}"]
                if given.write:
                    write(given.out, tables, list(arguments), versions)
    if missed:
        sys.exit(f"beyond the bound: {', '.join(missed)}")


if __name__ == "__main__":
    main()
