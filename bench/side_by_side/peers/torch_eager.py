"""PyTorch on the CPU: operation by operation, with threads."""

import os

import numpy as np

from engines import Absent
from formula import outermost

from .inside import Inside

try:
    import torch
except (ImportError, OSError, ValueError) as error:
    torch, why = None, str(error).splitlines()[0]

FUNCTIONS = "abs exp sin tanh log1p where clip add subtract multiply divide pow".split()


class Torch(Inside):
    name = "PyTorch"

    def __init__(self):
        super().__init__()
        if torch is None:
            raise Absent(why)
        self.version = torch.__version__
        torch.set_num_threads(len(os.sched_getaffinity(0)))

    def make(self, variant, arrays):
        case = variant.case
        names = {name: getattr(torch, name) for name in FUNCTIONS} | {"power": torch.pow}
        names |= {name: torch.from_numpy(array) for name, array in arrays.items()}
        value = eval(f"lambda: {case.expression}", names)
        if case.fold:
            reduce = {"sum": torch.sum, "max": torch.amax}[case.fold.name]

            def folded():
                result = reduce(value()) if case.fold.axis is None else reduce(value(), dim=case.fold.axis)
                return torch.sqrt(result) if case.fold.root else result

            return {"fresh": folded}
        modes = {"fresh": value}
        function, arguments = outermost(case.expression)
        if function != "where":
            names["out_"] = value()
            modes["reused"] = eval(f"lambda: {function}({', '.join(arguments)}, out=out_)", names)
        return modes

    def result(self):
        return np.asarray(self.last)
