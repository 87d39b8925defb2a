"""One session: which cases, which peers, the tables, the file."""

import contractions
import profiles
import report
from cases import CASES, Variant
from engines import Absent, Served, Server
from files import TARGET as FILES, files
from measure import measure, saved
from peers import PEERS, native
from scaling import TARGET as SCALING, scaling


PARTS = ["threads", "files", "contractions"]


def variants(words: list, side: int) -> list:
    everything = [Variant(case, dtype, side) for case in CASES for dtype in case.dtypes]
    known = [v.name for v in everything] + PARTS
    unknown = [word for word in words if not any(name.startswith(word) for name in known)]
    if unknown:
        raise SystemExit(f"no case begins with {', '.join(unknown)}; there are: {' '.join(known)}")
    return [v for v in everything if not words or any(v.name.startswith(word) for word in words)]


def asked(words: list, name: str) -> bool:
    """Whether a part of the session that is no case is wanted: by name, or because everything is."""
    return not words or name in words


def present(words: str | None) -> tuple:
    """The peers that work here, and what is to be said about the others."""
    names = list(PEERS) if words is None else [word for word in words.split(",") if word]
    peers, absent = [], []
    for name in names:
        if name not in PEERS:
            raise SystemExit(f"no peer is called {name}; there are: {', '.join(PEERS)}")
        try:
            peers.append(PEERS[name]())
        except Absent as why:
            absent.append(f"{name} ({why})")
    return peers, absent


def run(chosen) -> None:
    side = 4096 if chosen.size == "full" else 512
    selected = variants(chosen.cases, side)
    if chosen.list:
        print("cases:", *(v.name for v in selected), "\npeers:", *PEERS)
        return
    chosen.work.mkdir(parents=True, exist_ok=True)
    native.PLACE |= {"work": chosen.work, "servers": chosen.servers}
    modes = {"fresh": "fresh", "cold": "cold", "reused": "reuse"}
    ours = Served("ours", [str(chosen.servers / "ours")], modes, chosen.work)
    limit = Server([str(chosen.servers / "limits")])
    if chosen.profile:
        return profiles.run(selected, ours, limit, chosen)
    if asked(chosen.cases, "contractions"):
        contractions.run(ours, limit, chosen.servers / "hadamard", chosen)
        if chosen.cases == ["contractions"]:
            return
    peers, absent = present(chosen.peers)
    before, results = report.load(), []
    for variant in selected:
        results.append(measure(variant, ours, limit, peers, chosen.rounds, chosen.work))
        print("  ".join(report.row(results[-1])), flush=True)
    parts = ""
    if asked(chosen.cases, "threads") and chosen.threads > 1:
        parts += threads(chosen, side, ours, limit)
    if asked(chosen.cases, "files"):
        *cells, unsynced, ratio = files(chosen.servers / "hadamard", chosen.work, 3, chosen.size == "small")
        columns = ["files", "cat GB/s", "cat, sync GB/s", "ours GB/s", "ours / cat", "ours / cat, sync"]
        parts += "\n## `.npy` to `.npy` beside `cat a b > c`\n\nOurs ends when its file is on the disk, as `cat` and `sync` do.\n\n"
        parts += report.table(columns, [[*cells, f"{unsynced:.2f}", report.judged(ratio, FILES)]])
    print(parts)
    engines = ", ".join(f"{peer.name} {peer.version}" for peer in peers) or "no peers"
    said = [note for m in results for note in m.notes]
    notes = f"\nNoted: {'; '.join(said)}." if said else ""
    text = f"""{report.HEAD}
{report.machine(chosen.threads, before)} {chosen.rounds} rounds.
Peers: {engines}. Absent: {', '.join(absent) or 'none'}.{notes}

{report.table(report.COLUMNS, [report.row(m) for m in results])}
## Against each peer

The peer's time over ours, reused / fresh.

{report.peers(results)}{parts}"""
    chosen.out.write_text(text)
    print(f"written to {chosen.out}")


def threads(chosen, side: int, ours, limit) -> str:
    """The section on the scaling from one thread to all."""
    rows = []
    for variant in variants([], side):
        if variant.case.scaling:
            own, other = scaling(variant, ours, limit, chosen.threads, chosen.rounds, lambda a: saved(a, chosen.work))
            rows.append([variant.name, variant.case.scaling, report.judged(own, SCALING), f"{other:.2f}"])
    columns = ["case", "bound by", "ours", "limit"]
    return f"\n## From 1 thread to {chosen.threads}, into existing results\n\n{report.table(columns, rows)}"
