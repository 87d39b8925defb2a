"""Peers in processes of their own."""

import shutil
import subprocess
import tomllib
from pathlib import Path

from engines import Absent, Served, Unsupported
from formula import Dialect, call, write

HERE = Path(__file__).parent
PLACE = {"work": Path(), "servers": Path()}  # of results and of what was built; set by the session


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


class Compiled(Native):
    """A server that `cargo xtask bench` built beside ours, if what it needs is installed; says which modes a case has."""

    def __init__(self, name: str, server: str, version: str, *arguments: str):
        program = PLACE["servers"] / server
        if not program.exists():
            raise Absent("its headers or a compiler are not installed")
        super().__init__(name, [str(program), *arguments], version)

    def prepare(self, variant, arrays, files):
        words = self.server.ask("prepare", *self.request(variant, arrays, files)).split()
        if words[0] == "no":
            raise Unsupported(variant.name)
        modes = {mode: request for mode, request in self.modes.items() if request in words}
        return {
            mode: (lambda repeats, request=request: self.server.nanoseconds(request, repeats))
            for mode, request in modes.items()
        }


def rust(name: str, library: str, package: str):
    """A Rust library's server, in the version that the lock file has."""

    def start() -> Compiled:
        lock = tomllib.loads((HERE.parents[2] / "Cargo.lock").read_text())
        version = next(p["version"] for p in lock["package"] if p["name"] == package)
        return Compiled(name, "peers", version, library)

    return start


def cpp(name: str, server: str):
    """A C++ library's server, which knows its version."""

    def start() -> Compiled:
        peer = Compiled(name, server, "")
        peer.version = subprocess.run([*peer.server.command, "version"], capture_output=True, text=True).stdout.strip()
        return peer

    return start


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
