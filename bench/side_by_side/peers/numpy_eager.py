"""NumPy: operation by operation. Also says what results must be."""

import numpy as np

from formula import outermost

from .inside import Inside

FUNCTIONS = "abs exp sin tanh log1p where clip add subtract multiply divide power sqrt vdot vecdot".split()
NAMESPACE = {name: getattr(np, name) for name in FUNCTIONS} | {"__builtins__": {}}


def compiled(text: str, arrays: dict):
    """The expression as a function of nothing."""
    return eval(f"lambda: {text}", NAMESPACE | arrays)


def folded(variant, value):
    """The reduction of the case, if it has one."""
    fold = variant.case.fold
    if fold is None:
        return value
    result = getattr(np, fold.name)(value, axis=fold.axis)
    return np.sqrt(result) if fold.root else result


def expected(variant, arrays: dict) -> np.ndarray:
    """The result by NumPy, sums in f64."""
    value = compiled(variant.case.expression, arrays)()
    if variant.case.fold and variant.case.fold.name == "sum":
        return folded(variant, value.astype(np.float64)).astype(value.dtype)
    return np.asarray(folded(variant, value))


class NumPy(Inside):
    name, version = "NumPy", np.__version__

    def make(self, variant, arrays):
        case = variant.case
        if case.fold:
            if "NumPy" in case.special:
                return {"fresh": compiled(case.special["NumPy"], arrays)}
            value = compiled(case.expression, arrays)
            return {"fresh": lambda: folded(variant, value())}
        modes = {"fresh": compiled(case.expression, arrays)}
        ufunc, arguments = outermost(case.expression)
        if ufunc != "where":
            out = modes["fresh"]()
            modes["reused"] = compiled(f"{ufunc}({', '.join(arguments)}, out=out_)", arrays | {"out_": out})
        return modes
