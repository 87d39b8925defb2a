"""Makes the goldens of the notations: evaluates the formulas of SYSTEM.txt in the system itself.

    make.py SYSTEM…        (all that can run here, if none is named)

A line of SYSTEM.txt is a formula over the operands of operands.json; `! ` before it says that the system refuses it.
Systems that are absent are skipped, versions are recorded. PYTHON names the interpreter with the Python libraries.
"""

import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
OPERANDS = json.loads((HERE / "operands.json").read_text())
LAST = os.environ.get("PYTHON", sys.executable)


def cases(system):
    for line in (HERE / f"{system}.txt").read_text().splitlines():
        if line and not line.startswith("## "):
            yield (line[2:], True) if line.startswith("! ") else (line, False)


def expression(formula):
    """Without the name of the result."""
    name, sign, rest = formula.partition(" = ")
    return rest if sign and name.isidentifier() else formula


def number(value):
    if isinstance(value, complex):
        return [number(value.real), number(value.imag)]
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value


def write(system, version, results):
    written = []
    for (formula, refused), result in zip(cases(system), results, strict=True):
        if refused != ("error" in result):
            print(f"  {system}: {formula!r} is marked {'refused' if refused else 'fine'}, and gave {result}")
        written.append({"formula": formula, **result})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in written)
    text = f'{{"system": {json.dumps(system)}, "version": {json.dumps(version)}, "cases": [\n{lines}\n]}}\n'
    (HERE / f"{system}.json").write_text(text)
    print(f"{system} {version}: {len(written)} goldens")


# Python's libraries run in one interpreter each; the program below is what runs there.
PYTHON = r'''
import json, sys, warnings
warnings.simplefilter("ignore")
system, operands, formulas = json.load(sys.stdin)
DTYPES = {"f64": "float64", "f32": "float32", "c128": "complex128", "bool": "bool", "i32": "int32", "i8": "int8", "u8": "uint8"}
def flat(name):
    dtype, shape, data = operands[name]
    return [complex(*x) for x in data] if dtype == "c128" else data
def number(x):
    if isinstance(x, bool): return int(x)
    if isinstance(x, int): return x
    if isinstance(x, complex): return [number(x.real), number(x.imag)]
    x = float(x)
    return "nan" if x != x else "inf" if x == float("inf") else "-inf" if x == -float("inf") else x
scope = {}
if system == "numpy":
    import numpy as np
    version = np.__version__
    scope["np"] = np
    for n, (dtype, shape, _) in operands.items():
        scope[n] = np.array(flat(n), dtype=DTYPES[dtype]).reshape(shape)
        if not shape: scope[n] = scope[n][()]
    def result(x):
        x = np.asarray(x)
        return {"shape": list(x.shape), "dtype": str(x.dtype), "values": [number(y) for y in x.ravel().tolist()]}
elif system == "pytorch":
    import torch
    version = torch.__version__
    scope["torch"] = torch
    for n, (dtype, shape, _) in operands.items():
        scope[n] = torch.tensor(flat(n), dtype=getattr(torch, DTYPES[dtype])).reshape(shape)
    def result(x):
        x = x if isinstance(x, torch.Tensor) else torch.tensor(x)
        x = x.resolve_conj()
        return {"shape": list(x.shape), "dtype": str(x.dtype).replace("torch.", ""), "values": [number(y) for y in x.reshape(-1).tolist()]}
elif system == "sympy":
    import sympy
    version = sympy.__version__
    exec("from sympy import *", scope)
    for n, (dtype, shape, _) in operands.items():
        if dtype in ("bool", "i8", "u8", "f32"): continue
        data = [sympy.nsimplify(x.real) + sympy.I * sympy.nsimplify(x.imag) if isinstance(x, complex) else sympy.nsimplify(x) for x in flat(n)]
        scope[n] = data[0] if not shape else sympy.Matrix(shape[0], shape[1] if len(shape) > 1 else 1, data)
    def value(x):
        x = sympy.nsimplify(x) if x.is_Rational else x
        y = complex(sympy.N(x, 30))
        return number(y.real) if y.imag == 0 else number(y)
    def result(x):
        x = sympy.sympify(x) if isinstance(x, (int, bool)) else x
        x = x.doit() if hasattr(x, "doit") else x
        x = x.as_explicit() if hasattr(x, "as_explicit") else x
        if x in (sympy.true, sympy.false): return {"shape": [], "dtype": "bool", "values": [int(bool(x))]}
        if getattr(x, "shape", None): return {"shape": list(x.shape), "dtype": "exact", "values": [value(y) for y in x]}
        return {"shape": [], "dtype": "exact", "values": [value(x)]}
elif system == "pandas":
    import numpy as np, pandas as pd
    version = pd.__version__
    scope.update(np=np, pd=pd)
    for n, (dtype, shape, _) in operands.items():
        x = np.array(flat(n), dtype=DTYPES[dtype]).reshape(shape)
        scope[n] = x[()] if not shape else pd.Series(x) if len(shape) == 1 else pd.DataFrame(x)
    def result(x):
        labels = [[str(y) for y in axis] for axis in (x.axes if hasattr(x, "axes") else [])]
        x = np.asarray(x)
        return {"shape": list(x.shape), "dtype": str(x.dtype), "values": [number(y) for y in x.ravel().tolist()], "labels": labels}
results = []
for formula in formulas:
    try:
        results.append(result(eval(formula, dict(scope))))
    except Exception as error:
        results.append({"error": type(error).__name__})
json.dump([version, results], sys.stdout)
'''


def python(system):
    interpreter = "/usr/bin/python3" if system == "pytorch" else LAST
    given = json.dumps([system, OPERANDS, [expression(f) for f, _ in cases(system)]])
    run = subprocess.run([interpreter, "-c", PYTHON], input=given, capture_output=True, text=True)
    if run.returncode != 0:
        print(f"{system} is skipped: {run.stderr.strip().splitlines()[-1]}")
        return
    write(system, *json.loads(run.stdout))


def lines(program, text, name):
    """Runs a program over a file, and returns what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text)
        run = subprocess.run([part.replace("FILE", str(path)) for part in program], capture_output=True, text=True, cwd=folder)
        if run.returncode != 0:
            print(run.stderr[-2000:])
        return run.stdout.splitlines()


def parsed(printed):
    """`@ k` begins a case; then `error …`, or `type`, `rows columns …` and the values."""
    results = []
    for line in printed:
        if line.startswith("@"):
            results.append({})
            continue
        if not results:
            continue
        word, _, rest = line.partition(" ")
        case = results[-1]
        if word == "error":
            case.clear()
            case["error"] = rest.strip()
        elif word == "type":
            case["dtype"] = rest.strip()
        elif word == "shape":
            case["shape"] = [int(n) for n in rest.split()]
        elif word == "values":
            case["values"] = [value(text) for text in rest.split()]
    return results


def value(text):
    if text in ("NA", "NA_integer_"):
        return "NA"
    if text in ("T", "F", "TRUE", "FALSE"):
        return int(text.startswith("T"))
    if "," in text:
        return [value(part) for part in text.strip("()").split(",")]
    try:
        return int(text)
    except ValueError:
        return number(float(text.replace("Inf", "inf").replace("NaN", "nan").replace("Infinity", "inf").replace("d", "e").replace("D", "E")))


def rows(name, sep=" ", row=";"):
    """An operand as rows of a literal."""
    dtype, shape, data = OPERANDS[name]
    text = [str(x).lower() if dtype == "bool" else f"({x[0]}{x[1]:+}i)" if dtype == "c128" else str(x) for x in data]
    width = shape[1] if len(shape) > 1 else 1
    return row.join(sep.join(text[k : k + width]) for k in range(0, len(text), width))


def octave(system="octave"):
    if not shutil.which("octave-cli"):
        return print(f"{system} is skipped: Octave is absent")
    kinds = {"f64": "double", "f32": "single", "c128": "double", "bool": "logical", "i32": "int32", "i8": "int8", "u8": "uint8"}
    text = ["warning('off', 'all');", """
function show(x)
  if isreal(x)
    printf('type %s\\nshape %s\\nvalues %s\\n', class(x), num2str(size(x)), sprintf('%.17g ', x.'));
  else
    y = x.';
    printf('type complex\\nshape %s\\nvalues %s\\n', num2str(size(x)), sprintf('(%.17g,%.17g) ', [real(y(:)).'; imag(y(:)).']));
  end
end
"""]
    text += [f"{n} = {kinds[kind]}([{rows(n)}]);" for n, (kind, _, _) in OPERANDS.items()]
    for k, (formula, _) in enumerate(cases(system)):
        quoted = expression(formula).replace("'", "''")
        text.append(f"printf('@ {k}\\n'); try, show(eval('{quoted}')); catch e, printf('error %s\\n', strrep(e.message, sprintf('\\n'), ' ')); end")
    version = subprocess.run(["octave-cli", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    write(system, version, parsed(lines(["octave-cli", "--no-init-file", "FILE"], "\n".join(text), "t.m")))


def r(system="r"):
    if not shutil.which("Rscript"):
        return print("r is skipped: R is absent")
    text = ["""
library(matrixcalc)
show <- function(x) {
  if (length(dim(x)) == 2) { d <- dim(x); y <- as.vector(t(x)) } else { d <- length(x); y <- as.vector(x) }
  f <- function(n) if (is.na(n) && !is.nan(n)) "NA" else if (is.logical(n)) as.character(n) else if (is.complex(n)) sprintf("(%.17g,%.17g)", Re(n), Im(n)) else if (is.integer(n)) as.character(n) else sprintf("%.17g", n)
  cat("type ", typeof(x), "\\nshape ", d, "\\nvalues ", vapply(y, f, ""), "\\n", sep=" ")
}
case <- function(k, text) {
  cat("@", k, "\\n")
  warned <- ""
  tryCatch(withCallingHandlers(show(eval(parse(text=text))), warning=function(w) { invokeRestart("muffleWarning") }),
    error=function(e) cat("error", gsub("\\n", " ", conditionMessage(e)), "\\n"))
}
"""]
    for n, (kind, shape, data) in OPERANDS.items():
        items = [f"complex(real={x[0]},imaginary={x[1]})" if kind == "c128" else str(x).upper() if kind == "bool" else f"{x}L" if kind[0] in "iu" else str(x) for x in data]
        literal = f"c({','.join(items)})"
        text.append(f"{n} <- matrix({literal}, {shape[0]}, {shape[1]}, byrow=TRUE)" if len(shape) == 2 else f"{n} <- {literal}")
    for k, (formula, _) in enumerate(cases(system)):
        text.append(f"case({k}, {json.dumps(formula)})")
    version = subprocess.run(["Rscript", "-e", 'cat(R.version.string, "matrixcalc", as.character(packageVersion("matrixcalc")))'], capture_output=True, text=True).stdout
    write(system, version, parsed(lines(["Rscript", "FILE"], "\n".join(text), "t.R")))


SYSTEMS = {"numpy": python, "pytorch": python, "sympy": python, "pandas": python, "octave": octave, "r": r}

if __name__ == "__main__":
    for system in sys.argv[1:] or SYSTEMS:
        if (HERE / f"{system}.txt").exists():
            SYSTEMS[system](system)
