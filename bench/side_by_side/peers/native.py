"""Peers in processes of their own."""

import shutil
import subprocess
from pathlib import Path

from engines import Absent, Served, Unsupported
from formula import Dialect, call, write

HERE = Path(__file__).parent
PLACE = {"work": Path()}  # where results are saved; set by the session


class Native(Served):
    """Operands go as `NAME=DTYPE=SHAPE=FILE`; results come back as bare bytes."""

    def __init__(self, name: str, command: list, version: str, ending: str = "\n"):
        super().__init__(name, command, {"fresh": "fresh", "reused": "reuse"}, PLACE["work"], version, ending)

    def request(self, variant, arrays, files):
        operands = (
            f"{name}={variant.case.operands[name].dtype or variant.dtype}={'x'.join(map(str, array.shape))}={files[name]}"
            for name, array in arrays.items()
        )
        return [variant.name, *operands]

    def result(self):
        path = self.work / "out.bin"
        self.server.ask("save", str(path))
        return path

    def release(self):
        self.server.ask("release")


class Octave(Native):
    def __init__(self):
        program = shutil.which("octave-cli")
        if program is None:
            raise Absent("octave-cli is not installed")
        said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        # Octave looks at the character after a line before it gives the line out: an empty line follows each.
        command = [program, "--quiet", "--no-init-file", str(HERE / "server.m")]
        super().__init__("Octave", command, said.split()[3], "\n\n")
        self.modes = {"fresh": "fresh"}

    def request(self, variant, arrays, files):
        operators = {"Add": "+", "Sub": "-", "Mult": ".*", "Div": "./", "Pow": ".^"}

        def function(name, arguments):
            match name:
                case "where" | "clip":
                    raise Unsupported(name)
                case "transpose":
                    return f"{arguments[0]}.'"
            return call(name, arguments)

        text, fold = write(variant.case.expression, Dialect(operators, function)), variant.case.fold
        if fold:
            text = f"{fold.name}(({text})(:))" if fold.axis is None else f"{fold.name}({text}, {fold.axis + 1})"
            text = f"sqrt({text})" if fold.root else text
        return [text, *super().request(variant, arrays, files)[1:]]
