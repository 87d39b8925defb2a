"""Runs the commands of README.md beside this file, compares their results with NumPy's, and makes docs/photo.png.

    check.py HADAMARD

JPEG decoders may differ by a few levels, so the product is compared on pixels decoded once, by hadamard; how far they are
from Pillow's is printed.
"""

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
FRONT_PAGE = HERE.parent.parent / "docs" / "photo.png"
HADAMARD = str(Path(sys.argv[1]).resolve())


def hadamard(*words: str) -> None:
    subprocess.run([HADAMARD, *words], cwd=HERE, check=True)


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def same(what: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        raise SystemExit(f"{what}: {ours.dtype}{ours.shape} against NumPy's {theirs.dtype}{theirs.shape}")
    different = int(np.count_nonzero(ours != theirs))
    if different:
        raise SystemExit(f"{what}: {different} of {ours.size} values differ from NumPy's")
    print(f"{what}: all {ours.size} values equal NumPy's")


def main() -> None:
    commands = [line[2:] for line in (HERE / "README.md").read_text().splitlines() if line.startswith("$ hadamard ")]
    for command in commands:
        print(command)
        hadamard(*shlex.split(command)[1:])

    bell = lambda n, middle, width: np.exp(-(((np.arange(n) - middle) / width) ** 2))
    mask = np.rint(255 * np.outer(bell(427, 213, 240), bell(640, 319.5, 360))).astype(np.uint8)
    same("vignette.png", pixels(HERE / "vignette.png"), mask)

    with tempfile.TemporaryDirectory() as folder:
        decoded = Path(folder) / "decoded.png"
        hadamard("photo", "photo=china.jpg", "-o", str(decoded))
        photo = pixels(decoded)
    product = np.rint(photo * (mask / 255)[:, :, np.newaxis]).astype(np.uint8)
    same("out.png", pixels(HERE / "out.png"), product)
    levels = np.abs(photo.astype(int) - pixels(HERE / "china.jpg"))
    print(f"china.jpg: at most {levels.max()} levels from Pillow's decoding, {np.mean(levels):.4f} on average")

    panels = [Image.fromarray(p).convert("RGB") for p in (photo, mask, product)]
    width, height, gap = 288, 192, 12
    page = Image.new("RGB", (3 * width + 2 * gap, height), "white")
    for number, panel in enumerate(panels):
        page.paste(panel.resize((width, height), Image.Resampling.LANCZOS), (number * (width + gap), 0))
    page.save(FRONT_PAGE, optimize=True)
    print(f"docs/photo.png: {FRONT_PAGE.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
