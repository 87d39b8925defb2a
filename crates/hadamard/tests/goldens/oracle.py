"""Writes oracle.bin.gz: random formulas, their operands as recipes, and what NumPy computes for them.

    python oracle.py [CASES [SEED]]

Needs NumPy and SciPy (for functions that NumPy lacks). Everything is seeded: the same versions write the same file.

Where hadamard's dtype rules differ from NumPy's promotions, the NumPy expression has explicit conversions, so NumPy
computes at hadamard's dtypes. Integers are also computed exactly (Python integers), which tells whether a result
overflows and what it is when it saturates. Elementary functions are computed in the next wider format and rounded.

Each record is a line of fields separated by tabs, and then the bytes of the expected result in C order:

    formula, policy, tolerance, dtype, shape, operand…
    operand   name:dtype:shape:layout:class:seed
    policy    error | wrap | saturate, with +ieee where integers are divided by zero
    tolerance exact | abs:X | rel:X | ulp:N, or fault:CODE where the formula must fail; with @POSITION of the first such entry

An operand's entries are drawn from splitmix64 by position, as `draw` in oracle_operands.py says; the test has the same
function. oracle_values.py has the dtype rules, oracle_elementwise.py and oracle_matrices.py the random formulas.
"""

import os
import sys

if "NPY_DISABLE_CPU_FEATURES" not in os.environ:
    # NumPy otherwise uses fused multiply-add for complex products on some processors.
    os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4"
    os.execv(sys.executable, [sys.executable] + sys.argv)

import gzip
import pathlib
import random
import warnings

import numpy as np
import scipy

from oracle_matrices import Case
from oracle_operands import Retry, Zero
from oracle_values import need

warnings.simplefilter("ignore")
np.seterr(all="ignore")


def record(case, out):
    show = lambda shape: "x".join(map(str, shape)) or "scalar"
    used = [o for o in case.operands if o[0] in out.text]
    operands = [f"{n}:{d}:{show(s)}:{layout}:{cls}:{seed}" for n, d, s, layout, cls, seed, _ in used]
    policy = case.overflow + ("+ieee" if case.ieee else "")
    value = np.ascontiguousarray(out.value)
    if case.faults:
        # Entries that no result needs may not be computed.
        need(value.size and not case.lazy and len(case.faults) == 1 and not case.ieee)
        tol, data = f"fault:{next(iter(case.faults))}", b""
        if len(case.overflows) == 1 and case.overflows[0][1] is out.value and out.shape:
            tol += f"@{case.overflows[0][0]}"
    else:
        tol, data = out.tol or "exact", value.tobytes()
    line = "\t".join([out.text, policy, tol, out.dtype, show(out.shape), *operands])
    return line.encode() + b"\n" + data


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 4500
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261120)
    records, seen, faults = [], set(), 0
    while len(records) < wanted:
        case = Case(rng)
        try:
            out = case.build()
            if case.faults and faults > wanted // 20:
                continue
            entry = record(case, out)
        except (Retry, Zero):
            continue
        if len(entry) > 12000:
            continue
        faults += bool(case.faults)
        records.append(entry)
        seen.add(out.text)
    header = f"NumPy {np.__version__} SciPy {scipy.__version__} cases {len(records)}\n".encode()
    path = pathlib.Path(__file__).parent / "oracle.bin.gz"
    path.write_bytes(gzip.compress(header + b"".join(records), 9, mtime=0))
    print(header.decode().strip(), f"different formulas {len(seen)} faults {faults} bytes {path.stat().st_size}")


main()
