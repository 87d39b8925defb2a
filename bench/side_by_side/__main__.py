"""Times the formulas of `cases` in our engine, in its peers and at the machine's limit, alternately in one session.

Run it through `cargo xtask bench`, which makes the environment and builds the servers.
"""

import argparse
import os
from pathlib import Path

options = argparse.ArgumentParser(prog="cargo xtask bench")
options.add_argument("cases", nargs="*", metavar="CASE", help="names or their beginnings; all without any")
options.add_argument("--peers", default=None, help="names with commas; all that are present without it")
options.add_argument("--rounds", type=int, default=9)
options.add_argument("--size", choices=["full", "small"], default="full")
options.add_argument("--threads", type=int, default=2)
options.add_argument("--profile", action="store_true", help="where the time of ours goes, without peers")
options.add_argument("--list", action="store_true", help="only list the cases and peers")
options.add_argument("--servers", type=Path, required=True, help=argparse.SUPPRESS)
options.add_argument("--work", type=Path, required=True, help=argparse.SUPPRESS)
options.add_argument("--out", type=Path, required=True, help=argparse.SUPPRESS)


def main(chosen: argparse.Namespace) -> None:
    # Everything below, and every process it starts, sees so many processors: libraries size their pools by that.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: chosen.threads])
    import session

    session.run(chosen)


if __name__ == "__main__":
    main(options.parse_args())
