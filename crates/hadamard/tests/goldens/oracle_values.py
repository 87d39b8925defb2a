"""Subformulas with their text and value, hadamard's dtype rules, and where its numbers differ from NumPy's."""

import numpy as np
from scipy import special

from oracle_operands import DTYPES, EPS, KIND, NAME, SIZE, Retry

OR, AND, COMPARE, SUM, PRODUCT, UNARY, POWER, POSTFIX, ATOM = range(1, 10)


class Val:
    """A subformula: its text, how tightly it binds, its value, whether it is a transposed vector, its tolerance."""

    def __init__(self, text, level, value, row=False, tol=None):
        self.text, self.level, self.value, self.row, self.tol = text, level, np.asarray(value), row, tol
        if not np.all(np.array(self.value.shape) < 5000) or self.value.size > 20000:
            raise Retry

    @property
    def dtype(self):
        return NAME[self.value.dtype]

    @property
    def shape(self):
        return self.value.shape

    def at(self, level):
        """The text as an operand of something that binds at `level`."""
        return self.text if self.level >= level else f"({self.text})"


class Literal:
    """A number as written: it takes the dtype of the array it meets."""

    def __init__(self, value):
        self.number = value
        self.text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
        self.level = UNARY if not isinstance(value, bool) and value < 0 else ATOM
        self.shape, self.row, self.tol = (), True, None

    at = Val.at

    def meet(self, strong):
        if isinstance(self.number, bool):
            return strong
        if isinstance(self.number, int):
            return "i64" if strong == "bool" else strong
        return strong if KIND[strong] >= 3 else "f64"


def promote(a, b):
    low, high = sorted([a, b], key=lambda n: (KIND[n], SIZE[n]))
    wider = lambda a, b: a if SIZE[a] >= SIZE[b] else b
    kinds = (KIND[low], KIND[high])
    if low == high or kinds[0] == 0 or kinds in ((1, 3), (1, 4), (2, 3), (2, 4)):
        return high
    if kinds == (1, 2):
        if low == "u64":
            raise Retry
        return wider(f"i{16 * SIZE[low]}", high)
    if kinds == (3, 4):
        return "c128" if low == "f64" else high
    return wider(low, high)


def common(args):
    strong = [a.dtype for a in args if isinstance(a, Val)]
    strong.sort(key=lambda n: -KIND[n])
    dtype = strong[0]
    for d in strong[1:]:
        dtype = promote(dtype, d)
    for a in args:
        if isinstance(a, Literal):
            dtype = a.meet(dtype)
    return dtype


def counting(dtype):
    return "i64" if dtype == "bool" else dtype


def floating(dtype):
    return dtype if KIND[dtype] >= 3 else "f64"


def real(dtype):
    return {"c64": "f32", "c128": "f64"}.get(dtype, dtype)


def need(condition):
    if not condition:
        raise Retry


def converted(args, dtype):
    """The values in a dtype, axes aligned from the first and stretched."""
    ndim = max(len(a.shape) for a in args)
    out = []
    for a in args:
        if isinstance(a, Literal):
            if KIND[dtype] in (1, 2):
                info = np.iinfo(DTYPES[dtype])
                need(isinstance(a.number, (int, bool)) and info.min <= a.number <= info.max)
            v = np.array(a.number).astype(DTYPES[dtype])
        else:
            v = a.value.astype(DTYPES[dtype])
        out.append(v.reshape(v.shape + (1,) * (ndim - v.ndim)))
    try:
        return np.broadcast_arrays(*out)
    except ValueError:
        raise Retry from None


def exact(args):
    need(all(a.tol is None for a in args))


def row_of(args, value):
    arrays = [a for a in args if len(a.shape) > 0]
    return bool(arrays) and all(a.row for a in arrays) and value.ndim == 2 and value.shape[0] == 1


def wider(v):
    return v.astype(np.longdouble if v.dtype == np.float64 else np.float64)


def smaller(a, b):
    return ordered(np.minimum(a, b), a, b, np.signbit if a.dtype.kind == "f" else None, True)


def larger(a, b):
    return ordered(np.maximum(a, b), a, b, np.signbit if a.dtype.kind == "f" else None, False)


def ordered(value, a, b, signbit, down):
    """NumPy leaves open which of two zeros is the smaller; hadamard puts -0 below +0."""
    if signbit is None:
        return value
    zero = (a == 0) & (b == 0)
    negative = signbit(a) | signbit(b) if down else signbit(a) & signbit(b)
    return np.where(zero, np.where(negative, -0.0, 0.0), value).astype(value.dtype)


def extreme(flat, name):
    value = np.asarray((np.min if name == "min" else np.max)(flat, -1))
    if flat.dtype.kind != "f":
        return value
    negative = (flat == 0) & np.signbit(flat)
    positive = (flat == 0) & ~np.signbit(flat)
    zero = np.where(negative.any(-1), -0.0, 0.0) if name == "min" else np.where(positive.any(-1), 0.0, -0.0)
    return np.where(value == 0, zero, value).astype(flat.dtype)


def inexact_fold(name, flat, dtype):
    """Sums and products whose order differs from NumPy's: the value to more digits, and a bound on the difference."""
    complex_, n = KIND[dtype] == 4, flat.shape[-1]
    out = {"mean": floating(dtype), "norm": real(floating(dtype))}.get(name, dtype)
    eps = EPS[real(out)] if KIND[out] >= 3 else EPS["f64"]
    wide = flat.astype(np.clongdouble if complex_ else np.longdouble)
    size = np.abs(wide)
    # Partial sums must not leave the range of the f64 accumulators, where their order would decide.
    finite = size[np.isfinite(size)]
    need(not finite.size or finite.max() < 1e150)
    if name == "norm":
        need(not finite.size or finite[finite > 0].size == 0 or finite[finite > 0].min() > 1e-150)
        return np.sqrt((wide.real**2 + wide.imag**2).sum(-1)).astype(DTYPES[out]), f"rel:{4 * eps!r}"
    if name == "prod":
        need(n < 64 and finite.size == size.size and (not finite.size or finite.max() < 20))
        need(not complex_ or n < 8)
        return wide.prod(-1).astype(DTYPES[out]), f"rel:{4 * eps + 2 * n * EPS['f64']!r}"
    need(not complex_ or finite.size == size.size)
    total = wide.sum(-1)
    bound = np.where(np.isfinite(size), size, 0).sum(-1)
    if name == "mean":
        total, bound = total / n if n else total * np.nan, bound / max(n, 1)
    value = total.astype(DTYPES[out])
    spread = float(np.max(bound)) if np.size(bound) else 0.0
    top = np.abs(value)[np.isfinite(np.abs(value))]
    if name == "sum" and np.all(flat == np.rint(flat)) and spread < 2**24 and (out != "f16" or spread < 2048):
        return value, "abs:0.0"
    return value, f"abs:{spread * EPS['f64'] * 32 + (float(top.max()) if top.size else 0.0) * eps!r}"


# Name: the function on a wider format, and units in the last place of hadamard's own result.
FUNCTIONS = {
    "cbrt": (np.cbrt, 1), "exp": (np.exp, 1), "expm1": (np.expm1, 1), "exp2": (np.exp2, 1), "log": (np.log, 1),
    "log1p": (np.log1p, 1), "log2": (np.log2, 1), "log10": (np.log10, 1), "sin": (np.sin, 1), "cos": (np.cos, 1),
    "tan": (np.tan, 1), "asin": (np.arcsin, 1), "acos": (np.arccos, 1), "atan": (np.arctan, 1), "sinh": (np.sinh, 1),
    "cosh": (np.cosh, 1), "tanh": (np.tanh, 1), "asinh": (np.arcsinh, 1), "acosh": (np.arccosh, 1),
    "atanh": (np.arctanh, 1), "sigmoid": (special.expit, 2), "softplus": (lambda v: np.logaddexp(v, v.dtype.type(0)), 2),
    "erf": (special.erf, 1), "erfc": (special.erfc, 1), "gamma": (special.gamma, 1),
    "lgamma": (lambda v: np.where(np.isneginf(v), np.inf, special.gammaln(v)), 1),
    "gelu": (lambda v: np.where(np.isneginf(v), -0.0, v * special.ndtr(v)), 4),
    "angle": (lambda v: np.arctan2(np.zeros_like(v), v), 1),
}
# SciPy has these in f64 only.
NARROW = {"erf", "erfc", "gamma", "lgamma", "gelu"}
