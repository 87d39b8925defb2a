"""Random elementary functions and matrix formulas, and the choice of what a case is."""

import numpy as np

from oracle_elementwise import Elementwise
from oracle_operands import DTYPES, EPS, FLOATS, INTS, KIND
from oracle_values import (
    ATOM, FUNCTIONS, NARROW, POWER, PRODUCT, SUM, Literal, Val, common, converted, counting, exact, floating, inexact_fold, need,
    real, wider,
)


class Case(Elementwise):
    # Elementary functions

    def function(self, depth):
        rng = self.rng
        shape = self.shape()
        if rng.random() < 0.3:
            return self.function2(depth, shape)
        a = self.map(depth - 1, shape)
        exact([a])
        name = rng.choice(sorted(FUNCTIONS))
        f, ulp = FUNCTIONS[name]
        dtype = floating(a.dtype)
        v = a.value.astype(DTYPES[dtype])
        if name in NARROW and dtype == "f64" and KIND[a.dtype] == 3:
            a = self.cast(a, "f32")
            exact([a])
            dtype = a.dtype
            v = a.value
        if KIND[dtype] == 4:
            name = rng.choice(["abs", "angle", "exp", "sqrt", "sin", "cos"])
            need(np.all(np.abs(v[np.isfinite(v)]) < 30) and np.isfinite(v).all() or name in ("abs", "angle"))
            wide = v.astype(np.clongdouble)
            if name in ("abs", "angle"):
                value = np.hypot(wide.real, wide.imag) if name == "abs" else np.arctan2(wide.imag, wide.real)
                return self.call(name, [a], value.astype(DTYPES[real(dtype)]), tol="ulp:1")
            value = {"exp": np.exp, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos}[name](wide).astype(DTYPES[dtype])
            return self.call(name, [a], value, tol=f"rel:{4 * EPS[real(dtype)]!r}")
        if name in NARROW:
            need(dtype != "f64")
        return self.call(name, [a], f(wider(v)).astype(DTYPES[dtype]), tol=f"ulp:{ulp}")

    def function2(self, depth, shape):
        rng = self.rng
        a, b = self.map(depth - 1, self.stretched(shape)), self.map(0, self.stretched(shape))
        exact([a, b])
        name = rng.choice(["atan2", "hypot", ".^", ".^", ".^ k", "root"])
        if name == ".^ k":
            k = Literal(rng.choice([-3, -2, 0, 1, 2, 3, 0.5]))
            if KIND[a.dtype] < 3 and isinstance(k.number, int) and k.number >= 0:
                dtype = counting(a.dtype)
                value = self.judge(a.value.astype(object) ** k.number, dtype)
                return self.infix(".^", POWER, a, k, value)
            b, dtype = k, floating(common([a, k]))
        else:
            dtype = common([a, b])
        if name == "root":
            b = Literal(rng.choice([1, 2, 3, 5]))
            dtype = floating(a.dtype)
        need(KIND[dtype] < 4)
        if name == ".^" and KIND[dtype] < 3:
            dtype = counting(dtype)
            x, y = converted([a, b], dtype)
            need(((y >= 0) & (y < 40)).all())
            return self.infix(name, POWER, a, b, self.judge(x.astype(object) ** y.astype(object), dtype))
        dtype = floating(dtype)
        x, y = map(wider, converted([a, b], dtype))
        need(name[0] != "." or not (np.isinf(x) & (np.abs(y) > 2.0**60)).any())  # glibc's powl errs there
        t = DTYPES[dtype]
        if name in (".^", ".^ k"):
            return self.infix(".^", POWER, a, b, np.power(x, y).astype(t), "ulp:1")
        if name == "root":
            k = b.number
            f = {1: lambda v: v, 2: np.sqrt, 3: np.cbrt, 5: lambda v: np.copysign(np.power(np.abs(v), 1 / v.dtype.type(5)), v)}[k]
            return self.call(name, [a, b], f(x).astype(t), "", "ulp:1")
        return self.call(name, [a, b], {"atan2": np.arctan2, "hypot": np.hypot}[name](x, y).astype(t), tol="ulp:1")

    # Matrices

    def matrix(self, shape, dtype=None):
        """An operand of the kind that structured products take."""
        cls = None
        dtype = dtype or self.rng.choice(self.pool)
        if KIND[dtype] >= 3:
            cls = self.rng.choice(["whole", "unit", "dyadic"])
        a = self.operand(shape, dtype, cls)
        return a

    def form(self):
        rng = self.rng
        lengths = [1, 1, 2, 3, 3, 4, 5, 7, 16, 17] + ([33, 65, 128, 129] if self.large else [])
        n = lambda: rng.choice(lengths + [0] * (rng.random() < 0.1))
        m, k, p, q = n(), n(), n(), n()
        op = rng.choice(["*", "*", "*", "^", "kron", "khatri_rao", "face_split", "penetrating", "penetrating_v", "outer", "Diag",
                         "diag", "tr", "vec", "rvec", "constant", "dense", "scale", "block_face_split", "block_khatri_rao"])
        mat = self.matrix
        if op == "*":
            return self.matmul(mat((m, k)), mat((k, p)) if rng.random() < 0.8 else mat((k,)))
        if op == "^":
            k = rng.choice([0, 1, 2, 3])
            m = min(m, 5)
            a = mat((m, m), None)
            need(KIND[a.dtype] < 3 or k < 2 or np.all(a.value == np.rint(a.value.real)))
            out = Val(a.text, ATOM, np.eye(m, dtype=DTYPES[counting(a.dtype)]))
            for _ in range(k):
                out = self.matmul(out, a)
                need(out.tol is None or out.tol == "abs:0.0")
            need(self.overflow != "saturate")
            return Val(f"{a.text} ^ {k}", POWER, out.value, False, "abs:0.0" if KIND[a.dtype] >= 3 else None)
        if op in ("kron", "khatri_rao", "face_split", "penetrating", "penetrating_v", "outer"):
            return self.structured(op, m, k, p, q)
        if op in ("block_face_split", "block_khatri_rao"):
            return self.blocks(op == "block_khatri_rao")
        if op == "scale":
            a, k = mat((m, k)), self.literal("u8")
            sign = rng.choice(["*", "/"])
            if sign == "*":
                value = self.ring(np.multiply, [a, k], counting(common([a, k]))) if common([a, k]) != "bool" else None
                need(value is not None)
                return self.infix("*", PRODUCT, a, k, value)
            need(k.number != 0)
            return self.infix("/", PRODUCT, a, k, self.divide(a, k, common([a, k])))
        if op == "Diag":
            a = mat((m,))
            return Val(f"Diag({a.text})", ATOM, np.diag(a.value))
        if op == "constant":
            name = rng.choice(["J", "I", "ones"])
            a = mat({"J": (m, k), "I": (m, m), "ones": (m,)}[name])
            text = {"J": f"J({m}, {k})", "I": f"I({m})", "ones": f"{rng.choice(['ones', '𝟙'])}({m})"}[name]
            dtype = counting(a.dtype)
            one = Val(text, ATOM, (np.eye(m) if name == "I" else np.ones(a.shape)).astype(DTYPES[dtype]))
            value = self.ring(np.add, [a, one], dtype)
            return self.infix(".+", SUM, a, one, value)
        if op == "dense":
            return self.dense(min(m, 5))
        a = mat((m, m) if op == "tr" else (m, k) if rng.random() < 0.9 else (m,))
        need(op != "diag" or a.value.ndim == 2)
        if op == "tr":
            dtype = {0: "i64", 1: "u64", 2: "i64"}.get(KIND[a.dtype], a.dtype)
            d = np.diagonal(a.value)
            if KIND[dtype] < 3:
                return Val(f"tr({a.text})", ATOM, self.judge(np.array(sum(int(x) for x in d), dtype=object), dtype))
            value, tol = inexact_fold("sum", d.reshape(1, -1), dtype)
            return Val(f"tr({a.text})", ATOM, value[0], False, tol)
        value = {"diag": np.diagonal, "vec": lambda v: v.ravel("F"), "rvec": np.ravel}[op](a.value)
        return Val(f"{op}({a.text})", ATOM, value.copy())

    def matmul(self, a, b):
        dtype = counting(common([a, b]))
        x, y = a.value.astype(DTYPES[dtype]), b.value.astype(DTYPES[dtype])
        if KIND[dtype] < 3:
            exact_product = x.astype(object) @ y.astype(object) if x.shape[1] else np.zeros(x.shape[:1] + y.shape[1:], object)
            value, tol = self.judge(exact_product, dtype), None
            if self.overflow == "wrap":
                assert np.array_equal(value, x @ y), "NumPy wraps"
        else:
            wide = np.clongdouble if KIND[dtype] == 4 else np.longdouble
            value = (x.astype(wide) @ y.astype(wide)).astype(DTYPES[dtype])
            bound = np.abs(x).astype(np.float64) @ np.abs(y).astype(np.float64)
            eps = EPS[real(dtype)]
            whole = all(np.all(v == np.rint(v)) for v in (x, y)) and (bound.max() if bound.size else 0) < 1 / eps
            tol = "abs:0.0" if whole else f"abs:{float(bound.max() if bound.size else 0) * eps * (x.shape[1] + 2)!r}"
        return self.infix("*", PRODUCT, a, b, value, tol)

    def structured(self, op, m, k, p, q):
        rng, mat = self.rng, self.matrix
        m, k, p, q = (min(v, 9) for v in (m, k, p, q))
        shapes = {"kron": ((m, k), (p, q)), "khatri_rao": ((m, k), (p, k)), "face_split": ((m, k), (m, p)),
                  "penetrating": ((m, k), (m, k * p)), "penetrating_v": ((m, k), (m * p, k)), "outer": ((m,), (k,))}[op]
        need(not op.startswith("penetrating") or (m and k and p))
        a, b = mat(shapes[0]), mat(shapes[1])
        dtype = common([a, b])
        x, y = a.value, b.value
        if op in ("kron", "outer"):
            x4, y4 = (x[:, None, :, None], y[None, :, None, :]) if op == "kron" else (x[:, None], y[None, :])
        elif op == "khatri_rao":
            x4, y4 = x[:, None, :], y[None, :, :]
        elif op == "face_split":
            x4, y4 = x[:, :, None], y[:, None, :]
        elif op == "penetrating":
            x4, y4 = x[:, None, :], y.reshape(m, p, k)
        else:
            x4, y4 = x[None], y.reshape(p, m, k)
        shape = {"kron": (m * p, k * q), "outer": (m, k), "khatri_rao": (m * p, k), "face_split": (m, k * p),
                 "penetrating": (m, k * p), "penetrating_v": (m * p, k)}[op]
        value = self.times(x4, y4, dtype).reshape(shape)
        if self.overflows:
            at, entries = self.overflows.pop()
            at = np.unravel_index(np.ravel_multi_index(at, entries.shape), shape)
            self.overflows.append(([int(i) for i in at], value))
        sign = {"kron": "⊗", "khatri_rao": "∗", "face_split": "•", "penetrating": "[∘]"}.get(op)
        if sign and rng.random() < 0.5:
            return self.infix(sign, PRODUCT, a, b, value)
        return self.call(op, [a, b], value, "")

    def times(self, x, y, dtype):
        if dtype == "bool":
            return x & y
        return self.ring(np.multiply, [Val("", ATOM, x), Val("", ATOM, y)], dtype)

    def blocks(self, by_columns):
        rng = self.rng
        rows, cols = ([rng.randint(1, 3) for _ in range(rng.randint(1, 3))] for _ in range(2))
        other = [rng.randint(1, 3)] * len(rows if by_columns else cols)
        a = self.matrix((sum(rows), sum(cols)))
        b = self.matrix((sum(other), sum(cols)) if by_columns else (sum(rows), sum(other)))
        dtype = common([a, b])
        edges = lambda sizes: list(zip(np.cumsum([0] + sizes[:-1]), sizes))
        grid = []
        for i, (r, h) in enumerate(edges(rows)):
            line = []
            for j, (c, w) in enumerate(edges(cols)):
                x = a.value[r:r + h, c:c + w]
                if by_columns:
                    y = b.value[i * other[0]:(i + 1) * other[0], c:c + w]
                    line.append(self.times(x[:, None, :], y[None, :, :], dtype).reshape(-1, w))
                else:
                    y = b.value[r:r + h, j * other[0]:(j + 1) * other[0]]
                    line.append(self.times(x[:, :, None], y[:, None, :], dtype).reshape(h, -1))
            grid.append(line)
        name = "block_khatri_rao" if by_columns else "block_face_split"
        return Val(f"{name}({a.text}, {b.text}, {rows}, {cols})", ATOM, np.block(grid))

    def dense(self, n):
        name = self.rng.choice(["inv", "det", "rank"])
        need(n > 0)
        a = self.operand((n, n), self.rng.choice(["i32", "f32", "f64", "c128", "i8"]), None)
        need(KIND[a.dtype] < 3 or np.isfinite(a.value).all() and np.abs(a.value).max() < 100)
        need(1e-3 < np.abs(a.value.astype(complex)).max() < 100)
        wide = a.value.astype(np.complex128 if KIND[a.dtype] == 4 else np.float64)
        dtype = floating(a.dtype)
        s = np.linalg.svd(wide, compute_uv=False)
        well = s[-1] > 1e-3 * s[0]
        if name == "rank":
            need(well or s[-1] < 1e-18 * s[0] and n < 3)
            return Val(f"rank({a.text})", ATOM, np.array(np.linalg.matrix_rank(wide), np.int64))
        need(well)
        value = (np.linalg.inv if name == "inv" else np.linalg.det)(wide).astype(DTYPES[dtype])
        scale = np.abs(value).max() if name == "inv" else s[0] ** n
        tol = f"abs:{float(64 * n * EPS[real(dtype)] * scale * (s[0] / s[-1]))!r}"
        return Val(f"{name}({a.text})", ATOM, value, False, tol)

    # A case

    def build(self):
        rng = self.rng
        family = rng.random()
        self.pool = rng.choice([["bool"], INTS, INTS, FLOATS, FLOATS, ["c64", "c128"], ["c64", "f32"], [*INTS, *FLOATS, "bool"]])
        if len(self.pool) > 3:
            self.pool = rng.sample(self.pool, 2)
        depth = rng.choice([1, 1, 2, 2, 3, 4])
        if family < 0.48:
            out = self.map(depth, self.shape())
            need(len(out.text) > 1)
        elif family < 0.66:
            out = self.root_fold(depth)
        elif family < 0.8:
            out = self.function(depth)
        else:
            out = self.form()
        if rng.random() < 0.1 and out.value.ndim in (1, 2):
            out = self.transpose(out)
        elif rng.random() < 0.1 and out.value.ndim:
            out = self.slice(out, tuple(max(0, n - 1) for n in out.shape))
        return out
