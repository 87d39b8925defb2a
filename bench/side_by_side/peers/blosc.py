"""python-blosc2: lazy expressions over uncompressed chunks."""

import os

import blosc2

from engines import Unsupported
from formula import PYTHON, Dialect, call, write

from .inside import Inside


class Blosc2(Inside):
    name, version = "python-blosc2", blosc2.__version__

    def __init__(self):
        super().__init__()
        blosc2.set_nthreads(len(os.sched_getaffinity(0)))

    def make(self, variant, arrays):
        case = variant.case
        if ".T" in case.expression or len(arrays) > 4 or case.fold and case.fold.root:
            raise Unsupported("one formula, few operands, as they lie")
        stored = {name: blosc2.asarray(array, cparams={"clevel": 0}) for name, array in arrays.items()}

        def function(name, arguments):
            if name == "clip":
                raise Unsupported(name)
            return call(name, arguments)

        text = write(case.expression, Dialect(PYTHON, function))
        if case.fold:
            axis = "" if case.fold.axis is None else f", axis={case.fold.axis}"
            text = f"{case.fold.name}({text}{axis})"
        return {"fresh": lambda: blosc2.lazyexpr(text, operands=stored).compute(cparams={"clevel": 0})}

    def result(self):
        return self.last[()] if hasattr(self.last, "schunk") else self.last
