"""Makes the goldens of the notations: evaluates the formulas of SYSTEM.txt in the system itself.

    make.py SYSTEM…        (all that can run here, if none is named)

A line of SYSTEM.txt is a formula over the operands of operands.json; `! ` before it says that the system refuses it,
`~ ` that the system answers silently what is not written, so that the formula has to be refused here.
Systems that are absent are skipped, versions are recorded. PYTHON names the interpreter with the Python libraries.
"""

import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
OPERANDS = json.loads((HERE / "operands.json").read_text())
# Formulas translated from other notations are goldens of their own, in files beside.
PREFIX = ""
LAST = os.environ.get("PYTHON", sys.executable)


def cases(system):
    for line in (HERE / f"{PREFIX}{system}.txt").read_text().splitlines():
        if line and not line.startswith("## "):
            yield (line[2:], True) if line[:2] in ("! ", "~ ") else (line, False)


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
    silent = {line[2:] for line in (HERE / f"{PREFIX}{system}.txt").read_text().splitlines() if line.startswith("~ ")}
    for (formula, refused), result in zip(cases(system), results, strict=True):
        if formula in silent:
            written.append({"formula": formula, "refused": True, **result})
            continue
        if refused != ("error" in result):
            print(f"  {system}: {formula!r} is marked {'refused' if refused else 'fine'}, and gave {result}")
        written.append({"formula": formula, **result})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in written)
    text = f'{{"system": {json.dumps(system)}, "version": {json.dumps(version)}, "cases": [\n{lines}\n]}}\n'
    (HERE / f"{PREFIX}{system}.json").write_text(text)
    print(f"{system} {version}: {len(written)} goldens")


# Python's libraries run in one interpreter each; the program below is what runs there.
PYTHON = r'''
import json, sys, warnings
warnings.simplefilter("ignore")
system, operands, formulas, frames = json.load(sys.stdin)
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
    for n, (dtype, shape, data, labels) in frames.items():
        x = np.array(data, dtype=DTYPES[dtype]).reshape(shape)
        scope[n] = pd.Series(x, index=labels[0]) if len(shape) == 1 else pd.DataFrame(x, index=labels[0], columns=labels[1])
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
    frames = json.loads((HERE / "frames.json").read_text())
    given = json.dumps([system, OPERANDS, [expression(f) for f, _ in cases(system)], frames])
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
            case["values"] = [value(text) for text in rest.split() if text != "("]
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


def halves(formulas, run):
    """The results of a program over all formulas; where it fails, of programs over halves, down to the one that is to blame."""
    results = run(formulas) if formulas else []
    if isinstance(results, list) and len(results) == len(formulas):
        return results
    if len(formulas) == 1:
        return [{"error": str(results)[:200]}]
    middle = len(formulas) // 2
    return halves(formulas[:middle], run) + halves(formulas[middle:], run)


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


JULIA_SHOW = r"""
using LinearAlgebra, Statistics
word(x) = isreal(x) || !(x isa Complex) ? (isnan(float(x)) ? "nan" : isinf(float(x)) ? (x > 0 ? "inf" : "-inf") : x isa Bool ? string(Int(x)) : string(x)) : string("(", real(x), ",", imag(x), ")")
entries(x) = x isa Complex ? string("(", real(x), ",", imag(x), ")") : word(x)
function show_(x)
  println("type ", lowercase(string(eltype(x))))
  println("shape ", join(size(x), " "))
  y = ndims(x) == 2 ? vec(permutedims(collect(x))) : x isa Number ? [x] : vec(collect(x))
  println("values ", join(map(entries, y), " "))
end
"""


def julia(system="julia"):
    """JULIA is the command, with its loader if it lives in a root of its own."""
    command = os.environ.get("JULIA", "julia").split()
    if not shutil.which(command[0]):
        return print("julia is skipped: Julia is absent")
    kinds = {"f64": "Float64", "f32": "Float32", "c128": "ComplexF64", "bool": "Bool", "i32": "Int32", "i8": "Int8", "u8": "UInt8"}
    text = [JULIA_SHOW]
    for n, (kind, shape, data) in OPERANDS.items():
        items = [f"{x[0]}{x[1]:+}im" if kind == "c128" else str(x).lower() for x in data]
        flat = f"{kinds[kind]}[{', '.join(items)}]"
        rows = f"permutedims(reshape({flat}, {shape[1]}, {shape[0]}))" if len(shape) == 2 else flat
        text.append(f"{n} = {kinds[kind]}({items[0]})" if not shape else f"{n} = {rows}")
    for k, (formula, _) in enumerate(cases(system)):
        quoted = formula.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        text.append(f'println("@ {k}"); try; show_(eval(Meta.parse("{quoted}"))); catch e; println("error ", typeof(e)); end')
    version = lines([*command, "--startup-file=no", "-e", "println(VERSION)"], "", "t.jl")
    printed = lines([*command, "--startup-file=no", "FILE"], "\n".join(text), "t.jl")
    write(system, version[0] if version else "Julia", parsed(printed))


def hpprime(system="hpprime"):
    """giac is the algebra system of the HP Prime."""
    if not shutil.which("giac"):
        return print("hpprime is skipped: giac is absent")
    exact = lambda x: "%d/%d" % x.as_integer_ratio() if isinstance(x, float) else str(x)
    text = []
    for n, (kind, shape, data) in OPERANDS.items():
        if kind in ("bool", "i8", "u8", "f32") or n in ("i", "j"):
            continue
        items = [f"({exact(x[0])}+({exact(x[1])})*i)" if kind == "c128" else exact(x) for x in data]
        width = shape[1] if len(shape) > 1 else len(items)
        body = ["[" + ",".join(items[k : k + width]) + "]" for k in range(0, len(items), width)]
        text.append(f"{n}:={items[0] if not shape else body[0] if len(shape) == 1 else '[' + ','.join(body) + ']'};")
    flat = lambda x: [y for part in x for y in flat(part)] if isinstance(x, list) else [x]
    size = lambda x: [len(x), *size(x[0])] if isinstance(x, list) else []
    results = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "t"
        for formula, _ in cases(system):
            path.write_text("\n".join([*text, f'print("@");', f"print(evalf({formula},17));"]) + "\n")
            run = subprocess.run(["giac", str(path)], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder)
            printed = re.split("@", run.stdout + run.stderr)
            answer = printed[-1].strip() if len(printed) > 1 else ""
            results.append(answer)
    write(system, "giac " + subprocess.run(["giac", "--version"], capture_output=True, text=True).stdout.split()[-1], [giac(x, flat, size) for x in results])


def giac(answer, flat, size):
    line = next((line for line in answer.splitlines() if line and line[0] in "[-0123456789im" and "rror" not in line), None)
    try:
        value = eval(re.sub(r"(?<![A-Za-z0-9_])i(?![A-Za-z])", "1j", (line or "").removeprefix("matrix")).replace("^", "**"))
        return {"shape": size(value), "dtype": "exact", "values": [number(x) for x in flat(value)]}
    except Exception:
        return {"error": answer[:60].replace("\n", " ")}


def tool(name):
    path = pathlib.Path(LAST).parent / name
    return str(path) if path.exists() else None


def j_number(word):
    """J's `_2`, `3j4`, `1r2` and `_` as ours."""
    if word in ("_", "__"):
        return "inf" if word == "_" else "-inf"
    word = word.replace("_", "-")
    if "j" in word:
        return "(" + word.replace("j", ",") + ")"
    if "r" in word:
        over, under = word.split("r")
        return repr(int(over) / int(under))
    return word


def j(system="j"):
    console = tool("jconsole")
    if not console:
        return print("j is skipped: jconsole is absent")
    low = lambda x: str(x).replace("-", "_")
    text = ["9!:11 (17)", "show =: 3 : 0", "echo 'shape ', \": $ y", "echo 'values ', \": , y", ")"]
    for n, (kind, shape, data) in OPERANDS.items():
        items = " ".join(f"{low(x[0])}j{low(x[1])}" if kind == "c128" else str(int(x)) if kind == "bool" else low(x) for x in data)
        text.append(f"{n} =: {' '.join(map(str, shape))} $ {items}" if shape else f"{n} =: {items}")
    text.append("fails =: 3 : 'echo ''error J'''")
    for k, (formula, _) in enumerate(cases(system)):
        quoted = formula.replace("'", "''")
        text += [f"echo '@ {k}'", f"case =: 3 : 'show {quoted}'", "case :: fails ''"]
    text.append("exit 0")
    printed = []
    for line in lines([console, "FILE"], "\n".join(text) + "\n", "t.ijs"):
        word, _, rest = line.partition(" ")
        printed.append("values " + " ".join(map(j_number, rest.split())) if word == "values" else line)
    version = lines([console, "FILE"], "echo 9!:14 ''\nexit 0\n", "v.ijs")
    write(system, version[0] if version else "J", parsed(printed))


MATHICS = """
num[x_] := If[NumberQ[N[x]], If[Im[N[x]] == 0, ToString[InputForm[N[Re[x]]]], "(" <> ToString[InputForm[N[Re[x]]]] <> "," <> ToString[InputForm[N[Im[x]]]] <> ")"], "bad"];
show[x_] := Which[ListQ[x], Print["shape ", StringRiffle[ToString /@ Dimensions[x], " "]]; Print["values ", StringRiffle[num /@ Flatten[x], " "]], x === True, Print["shape "]; Print["values 1"], x === False, Print["shape "]; Print["values 0"], True, Print["shape "]; Print["values ", num[x]]];
"""


def wolfram(system="wolfram"):
    mathics = tool("mathics")
    if not mathics:
        return print("wolfram is skipped: Mathics is absent")
    text = [MATHICS]
    exact = lambda x: str(x) if isinstance(x, int) else "%d/%d" % x.as_integer_ratio()
    for n, (kind, shape, data) in OPERANDS.items():
        items = [f"({exact(x[0])} + I*{exact(x[1])})" if kind == "c128" else str(x) if kind == "bool" else exact(x) for x in data]
        width = shape[1] if len(shape) > 1 else len(items)
        body = ["{" + ", ".join(items[k : k + width]) + "}" for k in range(0, len(items), width)]
        text.append(f"{n} = {items[0] if not shape else body[0] if len(shape) == 1 else '{' + ', '.join(body) + '}'};")

    def run(formulas):
        body = [line for k, f in enumerate(formulas) for line in (f'Print["@ {k}"];', f"show[{f}];")]
        printed = [line.strip().strip('"') for line in lines([mathics, "-f", "FILE"], "\n".join([*text, *body]) + "\n", "t.m")]
        printed = [line.replace("*^", "e") if line.startswith("values") else line for line in printed]
        # What stays unevaluated is what the system refuses.
        return parsed(["error unevaluated" if line.startswith("values") and "bad" in line else line for line in printed])

    results = halves([formula for formula, _ in cases(system)], run)
    version = subprocess.run([LAST, "-c", "import importlib.metadata as m; print('Mathics3', m.version('Mathics3'))"], capture_output=True, text=True).stdout.strip()
    write(system, version, results)


def shows():
    """Fortran procedures that print values of every type and rank."""
    kinds = [("r", "real(8)", "float64", (0, 1, 2)), ("s", "real(4)", "float32", (0, 1, 2)), ("i", "integer(4)", "int32", (0, 1, 2)), ("b", "integer(1)", "int8", (1, 2)), ("l", "logical", "bool", (0, 1, 2)), ("z", "complex(8)", "complex128", (0, 1))]
    names = [f"{letter}{rank}" for letter, _, _, ranks in kinds for rank in ranks]
    text = ["module shows", "implicit none", "interface show", f"module procedure :: {', '.join(names)}", "end interface", "contains"]
    for letter, kind, word, ranks in kinds:
        for rank in ranks:
            text += [f"subroutine {letter}{rank}(x)", f"{kind}, intent(in) :: x{['', '(:)', '(:, :)'][rank]}", f"print '(a)', 'type {word}'", "print '(a, *(i0, 1x))', 'shape ', shape(x)"]
            form = "'(a, *(\"(\", g0, \",\", g0, \") \"))'" if letter == "z" else "'(a, *(g0, 1x))'"
            text += [f"print {form}, 'values ', {['x', 'x', 'transpose(x)'][rank]}", "end subroutine"]
    return text + ["end module"]


def compiled(system, head, case, tail, build, version):
    """Goldens of a compiled language: all cases that compile in one program, each refusal in its own."""
    formulas = list(cases(system))

    def run(body):
        with tempfile.TemporaryDirectory() as folder:
            source, program = build(folder)
            pathlib.Path(source).write_text("\n".join([*head, *body, *tail]) + "\n")
            done = subprocess.run(program, capture_output=True, text=True, cwd=folder)
            if done.returncode:
                return None, done.stderr
            ran = subprocess.run([f"{folder}/t"], capture_output=True, text=True)
            return (ran.stdout.splitlines(), "") if ran.returncode == 0 else (None, ran.stderr)

    def all_of(some):
        printed, error = run([line for k, f in enumerate(some) for line in case(k, f)])
        return error if printed is None else parsed(printed)

    values = iter(halves([f for f, refused in formulas if not refused], all_of))
    results = []
    for formula, refused in formulas:
        if refused:
            out, _ = run(case(0, formula))
            results.append({"error": "not compiled, or stopped"} if out is None else {"values": out})
        else:
            results.append(next(values))
    write(system, version, results)


def fortran(system="fortran"):
    if not shutil.which("gfortran"):
        return print("fortran is skipped: gfortran is absent")
    kinds = {"f64": "real(8)", "f32": "real(4)", "c128": "complex(8)", "bool": "logical", "i32": "integer(4)", "i8": "integer(1)"}
    head = [*shows(), "program golden", "use shows", "implicit none", "integer :: kk"]
    for n, (kind, shape, data) in OPERANDS.items():
        if kind in kinds and n != "b":  # `B` is the same name
            items = [f"({x[0]}d0, {x[1]}d0)" if kind == "c128" else f".{str(x).lower()}." if kind == "bool" else f"{x}d0" if kind == "f64" else f"{x}_1" if kind == "i8" else str(x) for x in data]
            value = items[0] if not shape else f"[{', '.join(items)}]" if len(shape) == 1 else f"reshape([{', '.join(items)}], {shape}, order=[2, 1])"
            head.append(f"{kinds[kind]} :: {n}{'(' + ', '.join(map(str, shape)) + ')' if shape else ''} = {value}")
    # `i` is a matrix here, so the variable of implied loops has another name.
    loops = lambda formula: formula.replace("i=1", "kk=1").replace("(i, i)", "(kk, kk)").replace("[(i, kk", "[(kk, kk")
    version = subprocess.run(["gfortran", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    build = lambda folder: (f"{folder}/t.f90", ["gfortran", "-std=f2018", "-w", f"{folder}/t.f90", "-o", f"{folder}/t"])
    compiled(system, head, lambda k, f: [f"print '(a)', '@ {k}'", f"call show({loops(f)})"], ["end program"], build, version)


SHOW = r"""
#include <iostream>
#include <iomanip>
#include <complex>
template<class T> const char* word() { return std::is_same<T,double>::value ? "float64" : std::is_same<T,float>::value ? "float32" : std::is_same<T,int>::value ? "int32" : std::is_same<T,bool>::value ? "bool" : std::is_same<T,std::complex<double>>::value ? "complex128" : "other"; }
template<class T> void entry(T x) { std::cout << std::setprecision(17) << x << " "; }
template<class T> typename std::enable_if<std::is_arithmetic<T>::value>::type display(const T& x) { std::cout << "type " << word<T>() << "\nshape \nvalues "; entry(x); std::cout << "\n"; }
"""
ARMA = r"""
template<class M> void matrix(const M& x) { std::cout << "type " << word<typename M::elem_type>() << "\nshape " << x.n_rows << " " << x.n_cols << "\nvalues "; for (uword i = 0; i < x.n_rows; ++i) for (uword j = 0; j < x.n_cols; ++j) entry(x(i, j)); std::cout << "\n"; }
template<class T> typename std::enable_if<!std::is_arithmetic<T>::value>::type display(const T& x) { matrix(Mat<typename T::elem_type>(x)); }
typedef Mat<int> imat32;
"""
EIGEN = r"""
template<class D> void display(const DenseBase<D>& y) { typename D::PlainObject x = y; typedef typename D::Scalar T; std::cout << "type " << word<T>() << "\nshape " << x.rows() << " " << x.cols() << "\nvalues "; for (int i = 0; i < x.rows(); ++i) for (int j = 0; j < x.cols(); ++j) entry(T(x(i, j))); std::cout << "\n"; }
"""


def cpp(system):
    arma = system == "armadillo"
    header = "/usr/include/armadillo" if arma else "/usr/include/eigen3"
    if not shutil.which("g++") or not os.path.exists(header):
        return print(f"{system} is skipped: g++ or its headers are absent")
    head = ["#include <armadillo>\nusing namespace arma;" if arma else "#include <Eigen/Dense>\n#include <unsupported/Eigen/KroneckerProduct>\nusing namespace Eigen;", SHOW, ARMA if arma else EIGEN, "int main() {"]
    types = {"f64": ("mat", "vec", "MatrixXd", "VectorXd"), "i32": ("imat32", "", "MatrixXi", "VectorXi"), "c128": ("cx_mat", "cx_vec", "MatrixXcd", "VectorXcd")}
    for n, (kind, shape, data) in OPERANDS.items():
        if kind in types:
            items = [f"std::complex<double>({x[0]}, {x[1]})" if kind == "c128" else str(x) for x in data]
            width = shape[1] if len(shape) > 1 else 1
            matrix, vector = types[kind][:2] if arma else types[kind][2:]
            grid = ", ".join("{" + ", ".join(items[k : k + width]) + "}" for k in range(0, len(items), width))
            if not shape:
                head.append(f"double {n} = {items[0]};")
            elif len(shape) == 1:
                head.append(f"{vector} {n}{{{', '.join(items)}}};" if arma else f"{vector} {n}({len(items)}); {n} << {', '.join(items)};")
            elif arma and width == 1:
                head.append(f"mat {n} = vec{{{', '.join(items)}}};")
            elif shape[0] == 1:
                head.append(f"rowvec {n}{{{', '.join(items)}}};" if arma else f"RowVectorXd {n}({width}); {n} << {', '.join(items)};")
            else:
                head.append(f"{matrix} {n}{{{grid}}};" if arma else f"{matrix} {n}({shape[0]}, {width}); {n} << {', '.join(items)};")
    flags = [] if arma else ["-I/usr/include/eigen3"]
    build = lambda folder: (f"{folder}/t.cpp", ["g++", "-O0", "-w", "-std=c++17", *flags, f"{folder}/t.cpp", "-o", f"{folder}/t", *(["-larmadillo"] if arma else [])])
    package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libarmadillo-dev" if arma else "libeigen3-dev"], capture_output=True, text=True).stdout
    compiled(system, head, lambda k, f: [f'std::cout << "@ {k}\\n"; display(({f}));'], ["}"], build, f"{package} of Debian")


APL = r"""
import json, sys
import jay
head, formulas = json.load(sys.stdin)
results = []
for formula in formulas:
    try:
        value = jay.apl(head + formula)
        flat = lambda x: [y for part in x for y in flat(part)] if isinstance(x, list) else [x]
        array = hasattr(value, "shape")
        results.append({"shape": list(value.shape) if array else [], "dtype": "number", "values": [[x.real, x.imag] if isinstance(x, complex) else x for x in (flat(value.tolist()) if array else [value])]})
    except Exception as error:
        results.append({"error": str(error).splitlines()[0]})
json.dump([jay.__version__, results], sys.stdout)
"""


def apl(system="apl"):
    """libjay's APL, of the line of APL2 and the standard; MARPLE says how far a second interpreter agrees."""
    high = lambda x: str(x).replace("-", "¯")
    head = ""
    for n, (kind, shape, data) in OPERANDS.items():
        items = [f"{high(x[0])}J{high(x[1])}" if kind == "c128" else str(int(x)) if kind == "bool" else high(x) for x in data]
        head += f"{n}←{' '.join(map(str, shape))}{'⍴' if shape else ''}{' '.join(items)}\n"
    formulas = [formula for formula, _ in cases(system)]
    run = subprocess.run([LAST, "-c", APL], input=json.dumps([head, formulas]), capture_output=True, text=True)
    if run.returncode != 0:
        return print(f"apl is skipped: {run.stderr.strip().splitlines()[-1]}")
    version, results = json.loads(run.stdout)
    other = marple(head, formulas)
    near = lambda x, y: x == y or (isinstance(x, (int, float)) and abs(x - y) <= 1e-4 * (1 + abs(x)))
    alike = lambda a, b: ("error" in a) == ("error" in b) and ("error" in a or a["shape"] == b["shape"] and all(map(near, a["values"], b["values"])))
    agree = [alike(a, b) for a, b in zip(results, other)]
    for formula, same, a, b in zip(formulas, agree, results, other):
        if other and not same:
            print(f"  apl: {formula!r}: libjay {a}, MARPLE {b}")
    write(system, f"libjay {version}; MARPLE agrees in {sum(agree)} of {len(formulas)}", results)


def marple(head, formulas):
    """What MARPLE answers, which prints shapes and entries."""
    program = tool("marple")
    if not program:
        return []
    body = "".join(f"'@ {k}'\n⍴{f}\n'values'\n,{f}\n" for k, f in enumerate(formulas))
    run = subprocess.run([program], input=f"{head}{body})off\n", capture_output=True, text=True)
    word = lambda x: float(x.replace("¯", "-")) if "J" not in x else x
    results = []
    for part in re.split(r"@ \d+\n", run.stdout)[1:]:
        shape, _, values = part.partition("values")
        try:
            results.append({"shape": [int(word(x)) for x in shape.split()], "values": [word(x) for x in values.split()]})
        except ValueError:
            results.append({"error": shape.strip()[:60]})
    return results


SYSTEMS = {
    "numpy": python,
    "pytorch": python,
    "sympy": python,
    "pandas": python,
    "octave": octave,
    "r": r,
    "fortran": fortran,
    "eigen": cpp,
    "armadillo": cpp,
    "wolfram": wolfram,
    "j": j,
    "julia": julia,
    "hpprime": hpprime,
    "apl": apl,
}


if __name__ == "__main__":
    for system in sys.argv[1:] or SYSTEMS:
        for PREFIX in ("", "translated_"):
            if (HERE / f"{PREFIX}{system}.txt").exists():
                SYSTEMS[system](system)
