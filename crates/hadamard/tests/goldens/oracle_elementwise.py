"""Random elementwise formulas, views and reductions."""

import math

import numpy as np

from oracle_operands import DTYPES, EDGES, KIND, LAYOUTS, LENGTHS, Retry, Zero, draw
from oracle_values import (
    AND, ATOM, COMPARE, OR, POSTFIX, POWER, PRODUCT, SUM, UNARY, Literal, Val, common, converted, counting, exact, extreme,
    floating, inexact_fold, larger, need, row_of, smaller,
)


class Elementwise:
    def __init__(self, rng):
        self.rng = rng
        self.overflow = rng.choice(["error", "error", "error", "wrap", "wrap", "saturate"])
        self.ieee = False
        self.faults = set()
        self.overflows = []  # the first position of each overflow, and the entries it is among
        self.lazy = False  # whether some computed entries are not needed, so that their faults may go unseen
        self.operands = []
        self.large = rng.random() < 0.09

    # Leaves

    def operand(self, shape, dtype=None, cls=None):
        rng = self.rng
        for name, d, s, *_, value in self.operands:
            if s == tuple(shape) and dtype in (None, d) and cls is None and rng.random() < 0.15:
                return Val(name, ATOM, value)
        dtype = dtype or rng.choice(self.pool)
        if cls is None:
            if KIND[dtype] == 0:
                cls = "any"
            elif KIND[dtype] < 3:
                wide = 0.2 if self.overflow == "error" else 0.7
                cls = "wide" if rng.random() < wide else rng.choice(["small", "nonzero"])
            else:
                cls = rng.choice(["dyadic", "unit", "special", "special", "bits", "whole", "positive"])
        layout = rng.choice(LAYOUTS) if shape else "c"
        need(len(self.operands) < 7)
        name = "ABCDEFG"[len(self.operands)]
        seed = rng.getrandbits(48)
        value = draw(dtype, cls, seed, int(np.prod(shape, dtype=int))).reshape(shape)
        self.operands.append((name, dtype, tuple(shape), layout, cls, seed, value))
        return Val(name, ATOM, value)

    def literal(self, dtype):
        rng = self.rng
        if dtype == "bool":
            return Literal(rng.random() < 0.5)
        if KIND[dtype] == 1:
            return Literal(rng.randint(0, 5))
        if rng.random() < 0.5:
            return Literal(rng.randint(-3, 5))
        return Literal(rng.choice([0.5, 0.1, 2.5, -1.25, 3.0, 1e-3]))

    def shape(self, ndim=None):
        rng = self.rng
        ndim = rng.choice([0, 1, 1, 2, 2, 2, 2, 3]) if ndim is None else ndim
        if self.large and ndim:
            lengths = [rng.choice(EDGES[2:] if rng.random() < 0.9 else EDGES)] + [rng.choice([1, 2, 3]) for _ in range(ndim - 1)]
            rng.shuffle(lengths)
            return tuple(lengths) if np.prod(lengths) <= 1100 else (max(lengths),)
        return tuple(rng.choice(LENGTHS) if rng.random() < 0.95 else rng.choice([0, 1]) for _ in range(ndim))

    def stretched(self, shape):
        """A shape that broadcasts to `shape`: later axes missing, or of length 1."""
        rng = self.rng
        if rng.random() < 0.6:
            return shape
        shape = shape[: rng.randint(0, len(shape))] if rng.random() < 0.5 else shape
        return tuple(1 if rng.random() < 0.3 else n for n in shape)

    # Integers under the policy

    def judge(self, wide, dtype):
        """Exact integers (an object array) as entries of a dtype."""
        info = np.iinfo(DTYPES[dtype])
        low, high = int(info.min), int(info.max)
        wide = np.asarray(wide, dtype=object)
        over = np.array([not low <= int(v) <= high for v in wide.ravel()], dtype=bool).reshape(wide.shape)
        if self.overflow == "saturate":
            fit = lambda v: min(max(int(v), low), high)
        else:
            fit = lambda v: (int(v) - low) % (high - low + 1) + low
        value = np.array([fit(v) for v in wide.ravel()], dtype=DTYPES[dtype]).reshape(wide.shape)
        if over.any() and self.overflow == "error":
            self.faults.add("integer-overflow")
            self.overflows.append((np.argwhere(over)[0].tolist(), value))
        return value

    def ring(self, f, args, dtype):
        """Addition and the like: in NumPy at the dtype; integers exactly, and as NumPy wraps them."""
        values = converted(args, dtype)
        plain = f(*values)
        if KIND[dtype] >= 3:
            return plain
        judged = self.judge(f(*[v.astype(object) for v in values]), dtype)
        if self.overflow == "wrap":
            assert np.array_equal(judged, plain), "NumPy wraps"
        return judged

    # Elementwise operations

    def infix(self, sign, level, a, b, value, tol=None):
        left = a.at(level + 1 if level in (COMPARE, POWER) else level)
        return Val(f"{left} {sign} {b.at(level + 1)}", level, value, row_of([a, b], value), tol)

    def call(self, name, args, value, dot=".", tol=None):
        return Val(f"{name}{dot}({', '.join(a.text for a in args)})", ATOM, value, row_of(args, value), tol)

    def binary(self, depth, shape):
        rng = self.rng
        a = self.map(depth - 1, self.stretched(shape))
        if rng.random() < 0.2:
            b = self.literal(a.dtype)
        else:
            b = self.map(depth - 1, self.stretched(shape))
        exact([a, b])
        dtype = common([a, b])
        kind = KIND[dtype]
        ops = [".*", ".*", ".+", ".-", "./", "compare", "equal"]
        ops += ["min", "max", "mod", "rem", "copysign", "plus"] if kind < 4 else ["plus"]
        ops += ["logic"] * 4 if dtype == "bool" else []
        op = rng.choice(ops)
        if op == "plus":
            need(a.shape == b.shape or () in (a.shape, b.shape))
            op = rng.choice(["+", "-"])
        if op in (".*", ".+", ".-", "+", "-"):
            f = {"*": np.multiply, "+": np.add, "-": np.subtract}[op[-1]]
            if dtype == "bool" and op == ".*":
                return self.infix(op, PRODUCT, a, b, np.logical_and(*converted([a, b], dtype)))
            sign = rng.choice(["⊙", "∘", ".*"]) if op == ".*" else op
            return self.infix(sign, PRODUCT if op == ".*" else SUM, a, b, self.ring(f, [a, b], counting(dtype)))
        if op == "./":
            value = self.divide(a, b, dtype)
            return self.infix(rng.choice(["./", "⊘"]), PRODUCT, a, b, value)
        if op in ("compare", "equal"):
            signs = {".==": np.equal, ".!=": np.not_equal}
            if op == "compare" and kind < 4:
                signs = {".<": np.less, ".<=": np.less_equal, ".>": np.greater, ".>=": np.greater_equal}
            sign = rng.choice(sorted(signs))
            return self.infix(sign, COMPARE, a, b, signs[sign](*converted([a, b], dtype)))
        if op == "logic":
            sign, f, level = rng.choice([(".&", np.logical_and, AND), (".|", np.logical_or, OR), ("xor", np.logical_xor, 0)])
            value = f(*converted([a, b], dtype))
            return self.infix(sign, level, a, b, value) if level else self.call(sign, [a, b], value)
        if op in ("min", "max"):
            f = smaller if op == "min" else larger
            values = converted([a, b], dtype if dtype == "bool" else counting(dtype))
            return self.call(op, [a, b], f(*values))
        if op == "copysign":
            need(isinstance(b, Literal) or not np.isnan(b.value).any())  # the sign of a computed NaN is open
            return self.call(op, [a, b], np.copysign(*converted([a, b], floating(dtype))))
        values = converted([a, b], counting(dtype))
        if kind < 3 and (values[1] == 0).any():
            self.faults.add("zero-divisor")
            raise Retry if self.lazy else Zero
        return self.call(op, [a, b], (np.mod if op == "mod" else np.fmod)(*values))

    def divide(self, a, b, dtype):
        if KIND[dtype] >= 3:
            return np.divide(*converted([a, b], dtype))
        values = converted([a, b], "u8" if dtype == "bool" else dtype)
        self.zeros(values[1])
        return np.divide(*[v.astype(np.float64) for v in values])

    def zeros(self, divisor):
        if (divisor == 0).any():
            self.ieee = True

    def unary(self, depth, shape):
        rng = self.rng
        a = self.map(depth - 1, shape)
        exact([a])
        dtype = a.dtype
        n, kind = counting(dtype), KIND[dtype]
        v = a.value.astype(DTYPES[n])
        ops = ["negate", "conj", "real", "imag", "inverse", "isnan", "isinf", "isfinite", "cast", "cast", "cast"]
        if kind < 4:
            ops += ["abs", "sqrt", "sign", "floor", "ceil", "round", "trunc", "relu"]
        if dtype == "bool":
            ops += ["!"] * 4
        op = rng.choice(ops)
        if op == "!":
            return Val(f"!{a.at(POWER)}", UNARY, ~a.value, a.row)
        if op == "negate":
            value = self.judge(-v.astype(object), n) if kind < 3 else -v
            return Val(f"-{a.at(POWER)}", UNARY, value, row_of([a], value))
        if op == "cast":
            return self.cast(a, rng.choice(sorted(DTYPES)))
        if op in ("isnan", "isinf", "isfinite"):
            return self.call(op, [a], {"isnan": np.isnan, "isinf": np.isinf, "isfinite": np.isfinite}[op](a.value))
        if op == "inverse":
            text = rng.choice(["inverse", ".^ -1"])
            if kind < 3:
                w = a.value.astype(np.float64)
                self.zeros(w)
                value = 1.0 / w
            else:
                value = np.reciprocal(a.value)
            if text == "inverse":
                return self.call(text, [a], value)
            return Val(f"{a.at(POSTFIX)} .^ -1", POWER, value, row_of([a], value))
        if op in ("floor", "ceil", "round", "trunc"):
            f = {"floor": np.floor, "ceil": np.ceil, "round": np.rint, "trunc": np.trunc}[op]
            return self.call(op, [a], f(v) if kind >= 3 else v)
        if op == "abs":
            return self.call(op, [a], self.judge(abs(v.astype(object)), n) if kind < 3 else np.abs(v))
        if op == "sqrt":
            return self.call(op, [a], np.sqrt(a.value.astype(DTYPES[floating(dtype)])))
        if op == "sign":
            return self.call(op, [a], np.sign(v))
        if op == "relu":
            return self.call(op, [a], np.where(v <= 0, v.dtype.type(0), v))
        if op == "conj":
            return self.call(op, [a], np.conj(v))
        return self.call(op, [a], {"real": np.real, "imag": np.imag}[op](v).copy())

    def cast(self, a, to):
        v, kind = a.value, KIND[a.dtype]
        need(kind < 4 or KIND[to] in (0, 4))
        if KIND[to] in (1, 2) and kind < 3:
            value = self.judge(v.astype(object), to)
        elif KIND[to] in (1, 2):
            wild = ~np.isfinite(v)
            if wild.any() and self.overflow == "error":
                self.faults.add("integer-overflow")
                self.overflows.append(([], None))
            whole = np.array([0 if w else int(x) for x, w in zip(v.ravel(), wild.ravel())], dtype=object)
            value = self.judge(whole.reshape(v.shape), to)
            if self.overflow == "saturate":
                info = np.iinfo(DTYPES[to])
                value = np.where(np.isposinf(v), info.max, np.where(np.isneginf(v), info.min, value)).astype(value.dtype)
        else:
            value = v.astype(DTYPES[to])
        return self.call(to, [a], value)

    def ternary(self, depth, shape):
        rng = self.rng
        op = rng.choice(["where", "where", "clamp", "safe_div", "fma"])
        dot = rng.choice(["", "."]) if op != "fma" else "."
        if op == "where":
            self.lazy = True
            mask = self.map(depth - 1, self.stretched(shape))
            if mask.dtype != "bool":
                truth = np.not_equal(*converted([mask, Literal(0)], counting(mask.dtype)))
                mask = self.infix(".!=", COMPARE, mask, Literal(0), truth)
        a = self.map(depth - 1, self.stretched(shape))
        b = self.literal(a.dtype) if rng.random() < 0.3 else self.map(depth - 1, self.stretched(shape))
        exact([a, b])
        if op == "where":
            exact([mask])
            dtype = common([a, b])
            m, *_ = converted([mask, *[Val("", ATOM, np.zeros(x.shape, bool)) for x in (a, b)]], "bool")
            x, y, _ = converted([a, b, Val("", ATOM, np.zeros(m.shape, bool))], dtype)
            return self.call(op, [mask, a, b], np.where(m, x, y), dot)
        c = self.literal(a.dtype) if rng.random() < 0.5 else self.map(0, self.stretched(shape))
        exact([c])
        args = [a, b, c]
        dtype = common(args)
        if op == "safe_div":
            self.lazy = True
            t = "u8" if dtype == "bool" else dtype
            x, y, z = converted(args, t)
            w = DTYPES[floating(dtype)]
            return self.call(op, args, np.where(y == 0, z.astype(w), np.divide(x.astype(w), y.astype(w))), dot)
        need(KIND[dtype] < 4)
        dtype = counting(dtype)
        if op == "clamp":
            x, low, high = converted(args, dtype)
            return self.call(op, args, smaller(larger(x, low), high), dot)
        need(KIND[dtype] < 3)
        return self.call(op, args, self.ring(lambda x, y, z: x * y + z, args, dtype))

    def view(self, depth, shape):
        """A subformula of that shape cut out of, turned out of, or reduced out of another one."""
        rng = self.rng
        options = ["slice", "slice"] + (["transpose"] * 2 if len(shape) == 2 else []) + (["fold"] if len(shape) < 3 else [])
        op = rng.choice(options)
        if op == "transpose":
            return self.transpose(self.map(depth - 1, shape[::-1]))
        if op == "fold":
            return self.fold(depth, shape)
        if not shape:
            return self.index(self.map(0, self.shape(rng.choice([1, 2]))))
        longer = tuple(n + rng.randint(0, 3) if n < 100 else n for n in shape)
        return self.slice(self.map(depth - 1, longer), shape)

    def transpose(self, a):
        self_adjoint = self.rng.random() < 0.3
        value = a.value.conj() if self_adjoint and KIND[a.dtype] == 4 else a.value
        need(value.ndim in (1, 2))
        post = "'" if self_adjoint else self.rng.choice([".'", "ᵀ"])
        row = value.ndim == 1
        value = value.reshape(1, -1) if row else value.reshape(-1) if a.row else value.T
        return Val(f"{a.at(POSTFIX)}{post}", POSTFIX, value, row, a.tol)

    def slice(self, a, shape):
        """A slice of `a` of about that shape: any bounds, any steps."""
        rng, parts, keys = self.rng, [], []
        need(a.value.ndim)
        self.lazy = True
        for n, want in zip(a.shape, shape):
            step = rng.choice([1, 1, 1, -1, 2, -2])
            if rng.random() < 0.7:
                start = rng.randint(0, max(0, n - want))
                stop = start + want
                step = 1
                if rng.random() < 0.5:
                    start, stop, step = stop - 1 if stop else None, start - 1 if start else None, -1
            else:
                start, stop = rng.choice([None, rng.randint(-n - 1, n + 1)]), rng.choice([None, rng.randint(-n - 1, n + 1)])
            key = slice(start, stop, step)
            show = lambda v: "" if v is None else str(v)
            parts.append(f"{show(start)}:{show(stop)}" + (f":{step}" if step != 1 else ""))
            keys.append(key)
        return Val(f"{a.at(POSTFIX)}[{', '.join(parts)}]", POSTFIX, a.value[tuple(keys)], False, a.tol)

    def index(self, a):
        rng = self.rng
        need(0 not in a.shape and len(a.shape) > 0)
        self.lazy = True
        at = tuple(rng.randint(-n, n - 1) for n in a.shape[: rng.randint(1, len(a.shape))])
        return Val(f"{a.at(POSTFIX)}[{', '.join(map(str, at))}]", POSTFIX, a.value[at], False, a.tol)

    def map(self, depth, shape):
        """A random elementwise tree whose value broadcasts to `shape`, exact to the bit."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.1:
            return self.operand(shape)
        choice = rng.random()
        if choice < 0.5:
            return self.binary(depth, shape)
        if choice < 0.72:
            return self.unary(depth, shape)
        if choice < 0.84:
            return self.ternary(depth, shape)
        return self.view(depth, shape)

    # Reductions

    def fold(self, depth, shape):
        """A reduction that is exact to the bit and leaves `shape`."""
        rng = self.rng
        at = rng.randint(0, len(shape))
        inner = shape[:at] + (rng.choice(LENGTHS if len(shape) else LENGTHS + [128, 130]),) + shape[at:]
        names = ["sum", "prod", "min", "max", "all", "any", "count", "argmin", "argmax"]
        return self.fold_of(self.map(depth - 1, inner), [at], names, True)

    def fold_of(self, a, axes, names, only_exact):
        rng = self.rng
        exact([a])
        v, kind, dtype = a.value, KIND[a.dtype], a.dtype
        name = rng.choice(names)
        if kind == 4:
            need(name not in ("min", "max", "argmin", "argmax"))
        whole = axes is None
        need(whole or max(axes) < v.ndim)
        axes = list(range(v.ndim)) if whole else axes
        kept = [k for k in range(v.ndim) if k not in axes]
        flat = v.transpose(kept + axes).reshape([v.shape[k] for k in kept] + [-1]) if v.size else None
        need(v.size or not ({"min", "max", "argmin", "argmax"} & {name}))
        if flat is None:
            flat = np.empty([v.shape[k] for k in kept] + [int(np.prod([v.shape[k] for k in axes], dtype=int))], v.dtype)
        need(whole or axes)
        if whole:
            text = f"{name}({a.text})"
        else:
            shown = [k if rng.random() < 0.7 else k - v.ndim for k in axes]
            text = f"{name}({a.text}, axis={shown[0] if len(shown) == 1 else shown})"
        tol = None
        if name in ("all", "any", "count"):
            truth = flat != 0
            value = {"all": truth.all(-1), "any": truth.any(-1), "count": np.asarray(truth.sum(-1)).astype(np.int64)}[name]
        elif name in ("min", "max"):
            value = extreme(flat, name)
        elif name in ("argmin", "argmax"):
            need(whole or len(axes) == 1)
            value = np.asarray((np.argmin if name == "argmin" else np.argmax)(flat, -1)).astype(np.int64)
        elif name in ("sum", "prod") and kind < 3:
            out = "u64" if kind == 1 else "i64"
            f = sum if name == "sum" else math.prod
            totals = np.empty(flat.shape[:-1], dtype=object)
            for at in np.ndindex(totals.shape):
                totals[at] = f(int(x) for x in flat[at])
            value = self.judge(totals, out)
        else:
            need(not only_exact)
            value, tol = inexact_fold(name, flat, dtype)
        return Val(text, ATOM, np.asarray(value), False, tol)

    def root_fold(self, depth):
        rng = self.rng
        a = self.map(depth - 1, self.shape(rng.choice([1, 2, 2, 3])))
        names = ["sum", "sum", "mean", "norm", "prod", "min", "max", "all", "any", "count", "argmin", "argmax"]
        ndim = a.value.ndim
        axes = None if rng.random() < 0.5 or ndim == 0 else sorted(rng.sample(range(ndim), rng.randint(1, min(2, ndim))))
        return self.fold_of(a, axes, names, False)
