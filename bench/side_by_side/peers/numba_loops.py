"""Numba: the formula as compiled loops over the entries, as one would write them by hand."""

import os

import numba
import numpy as np

from formula import PYTHON, Dialect, call, write

from .inside import Inside

FUNCTIONS = {"exp": np.exp, "sin": np.sin, "tanh": np.tanh, "log1p": np.log1p, "sqrt": np.sqrt}
PARTS = 8  # of the columns, when rows are added up


def entry(variant, arrays: dict, axes: list) -> str:
    """The expression for the entry at `axes`."""

    def at(name: str) -> str:
        return f"{name}[{', '.join('0' if n == 1 else axis for n, axis in zip(arrays[name].shape, axes))}]"

    def function(name: str, arguments: list) -> str:
        match name:
            case "transpose":
                return f"{arguments[0]}[{', '.join(reversed(axes))}]"
            case "where":
                return f"({arguments[1]} if {arguments[0]} else {arguments[2]})"
            case "clip":
                return f"min(max({arguments[0]}, {arguments[1]}), {arguments[2]})"
        return call(name, arguments)

    return write(variant.case.expression, Dialect(PYTHON, function, lambda value: f"number({value!r})", at))


def loops(variant, arrays: dict, shape: tuple) -> str:
    """The source of `run(out, …)`; a whole reduction returns its value."""
    fold, axes = variant.case.fold, ["i_", "j_", "k_"][: len(shape)]
    text = entry(variant, arrays, axes)
    head = f"def run(out, {', '.join(arrays)}):\n"
    inner = "".join(f"{'    ' * (d + 1)}for {axes[d]} in range({shape[d]}):\n" for d in range(1, len(shape)))
    deep = "    " * (len(shape) + 1)
    outer = f"    for i_ in prange({shape[0]}):\n"
    if fold is None:
        return f"{head}{outer}{inner}{deep}out[{', '.join(axes)}] = {text}\n"
    combine = f"total + {text}" if fold.name == "sum" else f"max(total, {text})"
    match fold.axis:
        case None:
            closing = "    return sqrt(total)\n" if fold.root else "    return total\n"
            return f"{head}    total = number(0)\n{outer}{inner}{deep}total = {combine}\n{closing}"
        case 1:
            body = f"        total = number(0)\n{inner}{deep}total = {combine}\n        out[i_] = total\n"
            return head + outer + body
    width = f"{shape[1]} // {PARTS}"
    return (
        f"{head}    for p in prange({PARTS}):\n"
        f"        for j_ in range(p * ({width}), (p + 1) * ({width})):\n            out[j_] = number(0)\n"
        f"        for i_ in range({shape[0]}):\n            for j_ in range(p * ({width}), (p + 1) * ({width})):\n"
        f"                out[j_] += {text}\n"
    )


class Numba(Inside):
    name, version = "Numba", numba.__version__

    def __init__(self):
        super().__init__()
        numba.set_num_threads(len(os.sched_getaffinity(0)))

    def make(self, variant, arrays):
        fold = variant.case.fold
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        if fold is None and all(array.shape == shape for array in arrays.values()) and ".T" not in variant.case.expression:
            arrays = {name: array.reshape(-1) for name, array in arrays.items()}
            flat = (int(np.prod(shape)),)
        else:
            flat = shape
        names = FUNCTIONS | {"prange": numba.prange, "number": next(iter(arrays.values())).dtype.type}
        exec(loops(variant, arrays, flat), names)
        # Reordered sums are what lets a reduction use vectors; the rest stays as NumPy computes it.
        run = numba.njit(parallel=True, error_model="numpy", fastmath={"reassoc", "nsz"} if fold else False)(names["run"])
        dtype = np.result_type(*arrays.values())
        if fold is not None:
            length = {None: 1, 0: shape[-1], 1: shape[0]}[fold.axis]

            def folded():
                out = np.empty(length, dtype)
                total = run(out, *arrays.values())
                return np.asarray(total) if fold.axis is None else out

            return {"fresh": folded}
        kept = np.empty(flat, dtype)

        def into(out):
            run(out, *arrays.values())
            return out.reshape(shape)

        return {"fresh": lambda: into(np.empty(flat, dtype)), "reused": lambda: into(kept)}
