"""NumExpr: an interpreter of blocks, with threads."""

import os

import numexpr
import numpy as np

from formula import PYTHON, Dialect, call, write

from .inside import Inside


class NumExpr(Inside):
    name, version = "NumExpr", f"{numexpr.__version__} ({'with' if numexpr.use_vml else 'without'} VML)"

    def __init__(self):
        super().__init__()
        numexpr.set_num_threads(len(os.sched_getaffinity(0)))

    def make(self, variant, arrays):
        case = variant.case
        operands, dtype = dict(arrays), next(iter(arrays.values())).dtype

        def number(value):
            # A number written into the formula would make everything f64.
            name = f"n{len(operands)}"
            operands[name] = np.asarray(value, dtype=dtype)
            return name

        def function(name, arguments):
            if name == "transpose":
                operands["transposed_"] = operands[arguments[0]].T
                return "transposed_"
            return call(name, arguments)

        if "NumExpr" in case.special:
            operands |= {"low": np.asarray(0.75, dtype), "high": np.asarray(1.25, dtype)}
            text = case.special["NumExpr"].replace("0.75", "low").replace("1.25", "high")
        else:
            text = write(case.expression, Dialect(PYTHON, function, number))
        if case.fold:
            axis = "" if case.fold.axis is None else f", axis={case.fold.axis}"
            text = f"{case.fold.name}({text}{axis})"
        root = np.sqrt if case.fold and case.fold.root else lambda value: value
        modes = {"fresh": lambda: root(numexpr.evaluate(text, local_dict=operands))}
        if not case.fold:
            out = modes["fresh"]()
            modes["reused"] = lambda: numexpr.evaluate(text, local_dict=operands, out=out)
        return modes
