"""What is timed: our side, the limits, and the interface of a peer."""

import subprocess
from typing import Callable

import numpy as np


class Absent(Exception):
    """A peer that is not installed, or does not work here."""


class Unsupported(Exception):
    """A case that a peer cannot express."""


class Server:
    """A process that answers one line for each line; `ending` ends a request."""

    def __init__(self, command: list, ending: str = "\n"):
        self.command, self.ending = command, ending
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words: str) -> str:
        try:
            self.process.stdin.write("\t".join(words) + self.ending)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"{self.command[0]} stopped at {words}")
        return answer

    def nanoseconds(self, request: str, repeats: int) -> float:
        """The time of a run, out of several at once."""
        return int(self.ask(request, str(repeats))) / repeats

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


class Engine:
    """One way to compute the cases. `prepare` gives what to time, by mode: `fresh` (a new result), `cold` (a new result
    in memory not touched before), `reused` (an existing result); each takes a number of repeats and gives nanoseconds."""

    name: str
    version: str

    def prepare(self, variant, arrays: dict, files: dict) -> dict[str, Callable[[int], float]]:
        raise NotImplementedError

    def result(self) -> np.ndarray:
        """What the last run computed, to be compared with NumPy's."""
        raise NotImplementedError

    def release(self) -> None:
        """Gives back the memory of the case."""


class Served(Engine):
    """An engine in a process of its own; see the servers for the requests. `request` says what the case is."""

    def __init__(self, name: str, command: list, modes: dict, work, version: str = "", ending: str = "\n"):
        self.name, self.modes, self.work, self.version = name, modes, work, version
        self.server = Server(command, ending)

    def request(self, variant, arrays: dict, files: dict) -> list:
        return [variant.case.formula, *(f"{name}={path}" for name, path in files.items())]

    def prepare(self, variant, arrays, files):
        answer = self.server.ask("prepare", *self.request(variant, arrays, files))
        if answer.startswith("no"):
            raise Unsupported(answer)
        return {
            mode: (lambda repeats, request=request: self.server.nanoseconds(request, repeats))
            for mode, request in self.modes.items()
        }

    def result(self):
        path = self.work / "out.npy"
        self.server.ask("save", str(path))
        return np.load(path)
