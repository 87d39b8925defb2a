"""The cases with their targets, and their operands."""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

DTYPES = {
    "f64": np.float64, "f32": np.float32, "i64": np.int64, "i32": np.int32,
    "c128": np.complex128, "c64": np.complex64, "u8": np.uint8, "bool": np.bool_,
}  # fmt: skip


@dataclass(frozen=True)
class Operand:
    """Shape as a word (see `Case.shape`), dtype (`None`: that of the variant), and the range of its values."""

    shape: str = "matrix"
    dtype: Optional[str] = None
    low: float = 0.5
    high: float = 1.5


@dataclass(frozen=True)
class Fold:
    """A reduction over the expression: `sum` or `max` along an axis (`None`: all), then perhaps a root."""

    name: str
    axis: Optional[int] = None
    root: bool = False


@dataclass(frozen=True)
class Targets:
    """Least ratios of times; `None` where nothing is asked. `cache`: against the peers, as `peers`, in cache."""

    reused: Optional[float] = None
    cold: Optional[float] = None
    peers: Optional[float] = 1.0


@dataclass(frozen=True)
class Case:
    """A formula in our notation and as a Python expression (see `formula`)."""

    name: str
    formula: str
    expression: str
    operands: dict
    targets: Targets
    fold: Optional[Fold] = None
    dtypes: tuple = ("f64", "f32")
    tolerance: float = 0.0  # relative, against NumPy, in units of the variant's epsilon
    bytes: Optional[int] = None  # of a vector operand, instead of 2^24 elements
    degree: Optional[int] = None  # of the polynomial that it is
    scaling: Optional[str] = None  # how the case is bound, if it is one for the scaling from 1 to 2 threads
    special: dict = field(default_factory=dict)  # better or only ways of single peers


@dataclass(frozen=True)
class Variant:
    """A case for a dtype, with operands of a size."""

    case: Case
    dtype: str
    side: int  # of a matrix

    @property
    def name(self) -> str:
        return f"{self.case.name}-{self.dtype}"

    def shape(self, word: str) -> tuple:
        n = self.side
        if word == "vector":
            return ((self.case.bytes or n * n * self.itemsize()) // self.itemsize(),)
        return {
            "matrix": (n, n), "row": (1, n), "column": (n, 1),
            "image": (n, n, 3), "sevenths": (n, n, 7), "mask": (n, n, 1),
        }[word]  # fmt: skip

    def itemsize(self) -> int:
        return np.dtype(DTYPES[self.dtype]).itemsize

    def arrays(self) -> dict:
        """The operands, the same for each call."""
        random = np.random.default_rng(20)
        made = {}
        for name, operand in self.case.operands.items():
            dtype, shape = np.dtype(DTYPES[operand.dtype or self.dtype]), self.shape(operand.shape)
            if dtype.kind in "iub":
                made[name] = random.integers(int(operand.low), int(operand.high), shape, endpoint=True).astype(dtype)
            elif dtype.kind == "c":
                real = random.uniform(operand.low, operand.high, (*shape, 2))
                made[name] = real.astype(real.dtype if dtype.itemsize == 16 else np.float32).view(dtype)[..., 0]
            else:
                made[name] = random.uniform(operand.low, operand.high, shape).astype(dtype)
        return made


def horner(degree: int) -> tuple:
    """A polynomial with the coefficients 1/1, 1/2, 1/3, … in both notations."""
    numbers = [round(1 / (k + 1), 6) for k in range(degree + 1)]
    ours = expression = repr(numbers[-1])
    for number in reversed(numbers[:-1]):
        ours, expression = f"({ours} .* a .+ {number})", f"({expression} * a + {number})"
    return ours, expression


def matrices(names: str, **more) -> dict:
    return {name: Operand(**more) for name in names}


FILL = Targets(reused=0.95, cold=0.9)
READ = Targets(reused=0.95)
SIX = ["a*b", "c*d", "e*f", "g*h", "i*j", "k*l"]
MASK = Operand("matrix", "bool", 0, 1)

CASES = [
    Case("product", "a .* b", "a*b", matrices("ab"), FILL, scaling="memory"),
    Case("product-sum", "a .* b .+ c ./ d", "a*b + c/d", matrices("abcd"), FILL),
    Case("scaling", "x .* a .* y", "x*a*y", {"x": Operand("column"), "a": Operand(), "y": Operand("row")}, FILL),
    Case("twelve", " .+ ".join(SIX).replace("*", " .* "), " + ".join(SIX), matrices("abcdefghijkl"), FILL),
    Case("where", "where(m, a, b ./ c)", "where(m, a, b/c)", {"m": MASK} | matrices("abc"), FILL),
    Case("clamp", "clamp(a, 0.75, 1.25)", "clip(a, 0.75, 1.25)", matrices("a"), FILL,
         special={"NumExpr": "where(a < 0.75, 0.75, where(a > 1.25, 1.25, a))"}),
    Case("mixed", "a .* u", "a*u", {"a": Operand(), "u": Operand("matrix", "u8", 0, 255)}, FILL, dtypes=("f32",)),
    Case("sum", "sum(a .* b)", "a*b", matrices("ab"), READ, Fold("sum"), tolerance=1e5, scaling="memory",
         special={"NumPy": "vdot(a, b)"}),
    Case("sum-0", "sum(a .* b, axis=0)", "a*b", matrices("ab"), READ, Fold("sum", 0), tolerance=1e4,
         special={"NumPy": "vecdot(a, b, axis=0)"}),
    Case("sum-1", "sum(a .* b, axis=1)", "a*b", matrices("ab"), READ, Fold("sum", 1), tolerance=1e4,
         special={"NumPy": "vecdot(a, b)"}),
    Case("norm", "norm(a)", "a*a", matrices("a"), READ, Fold("sum", root=True), tolerance=1e5,
         special={"NumPy": "sqrt(vdot(a, a))"}),
    Case("max-abs", "max(abs.(a .- b))", "abs(a - b)", matrices("ab"), READ, Fold("max")),
    Case("exp-sin", "exp.(-(a .* a)) .* sin.(b)", "exp(-(a*a))*sin(b)", matrices("ab", low=-4, high=4),
         Targets(peers=3), tolerance=8, scaling="compute"),
    Case("softmax-exp", "exp.(a .- m)", "exp(a - m)", {"a": Operand(low=-4, high=4), "m": Operand("column", None, 4, 5)},
         Targets(peers=3), tolerance=4),
    Case("softmax-sum", "sum(exp.(a .- m), axis=1)", "exp(a - m)",
         {"a": Operand(low=-4, high=4), "m": Operand("column", None, 4, 5)}, Targets(peers=3), Fold("sum", 1),
         tolerance=1e4),
    Case("tanh", "tanh.(a)", "tanh(a)", matrices("a", low=-4, high=4), Targets(peers=3), tolerance=8),
    Case("log1p", "log1p.(a)", "log1p(a)", matrices("a", low=0, high=10), Targets(peers=3), tolerance=8),
    Case("pow", "a .^ b", "a**b", {"a": Operand(low=0.5, high=3), "b": Operand(low=-4, high=4)}, Targets(peers=3),
         tolerance=8, scaling="compute"),
    Case("exp", "exp.(a)", "exp(a)", matrices("a", low=-10, high=10), Targets(reused=0.5, peers=3), tolerance=4),
    *(
        Case(f"horner-{degree}-{label}", *horner(degree), {"a": Operand("vector")}, targets, tolerance=4, bytes=size, degree=degree,
             scaling="compute" if degree == 24 and size > 1 << 20 else None)
        for degree in (8, 24)
        for label, size, targets in (("cache", 256 << 10, Targets()), ("memory", 128 << 20, Targets(reused=0.95)))
    ),
    Case("transposed", "a .* b.'", "a*b.T", matrices("ab"), Targets(reused=0.7, peers=2)),
    Case("image", "a .* m", "a*m", {"a": Operand("image"), "m": Operand("mask")}, Targets(reused=0.8), dtypes=("f32",)),
    Case("image", "a .* m", "a*m", {"a": Operand("image", None, 0, 255), "m": Operand("mask", None, 0, 1)},
         Targets(reused=0.8), dtypes=("u8",)),
    Case("sevenths", "a .* m", "a*m", {"a": Operand("sevenths"), "m": Operand("mask")}, Targets(reused=0.8),
         dtypes=("f32",)),
    Case("sevenths", "a .* m", "a*m", {"a": Operand("sevenths", None, 0, 255), "m": Operand("mask", None, 0, 1)},
         Targets(reused=0.8), dtypes=("u8",)),
    Case("checked", "a .* b", "a*b", matrices("ab", low=-100, high=100), Targets(reused=0.9), dtypes=("i64", "i32")),
    Case("complex", "a .* b", "a*b", matrices("ab"), Targets(reused=0.9), dtypes=("c128", "c64"), tolerance=4),
]  # fmt: skip


def movement(variant: Variant, arrays: dict, result: np.ndarray) -> list:
    """What the limit has to move: each operand once, the result once; of a polynomial, its arithmetic too."""
    sizes = [str(array.nbytes) for array in arrays.values()]
    if variant.case.fold:
        # A column or a row beside matrices lies in the caches.
        return ["read", *(str(array.nbytes) for array in arrays.values() if 1 not in array.shape)]
    if ".T" in variant.case.expression:
        return ["transposed", str(variant.side), str(variant.itemsize())]
    if variant.case.degree:
        return ["horner", *sizes, str(variant.itemsize()), str(variant.case.degree)]
    return ["fill", str(result.nbytes), *sizes]
