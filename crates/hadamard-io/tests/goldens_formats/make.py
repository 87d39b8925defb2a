"""Makes the golden files of this folder with the formats' reference libraries.

Needs numpy, scipy, pillow, tifffile and safetensors, and the photograph from which the JPEG crops are cut:

    python make.py PHOTOGRAPH.jpg

For each file, `expected.npz` holds the array that the reference library (or the rule of the format, where no library
writes the variant) gives, and `index.txt` says which belongs to which.
"""

import gzip
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse
import tifffile
from PIL import Image
from safetensors.numpy import save_file

HERE = Path(__file__).parent
expected = {}
index = []


def expect(location, array):
    """Notes that `location` (a file, or file#member) must be read as `array`."""
    name = f"e{len(index)}"
    expected[name] = np.array(array, order="C")
    index.append(f"{location} {name}")


def values(shape, modulus, dtype):
    k = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((k * k * 7 + k * 13 + 5) % modulus).astype(dtype).reshape(shape)


# ---------------------------------------------------------------- PNG


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed_rows(pixels, bits):
    """The bytes of each row, each after a filter byte of 0; pixels are [H, W, C]."""
    out = b""
    for row in pixels:
        flat = row.ravel()
        if bits == 16:
            out += b"\0" + flat.astype(">u2").tobytes()
        elif bits == 8:
            out += b"\0" + flat.astype("u1").tobytes()
        else:
            text = "".join(format(int(v), f"0{bits}b") for v in flat)
            text += "0" * (-len(text) % 8)
            out += b"\0" + bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
    return out


def png(path, pixels, bits, colour, extra=b"", interlaced=False):
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    height, width, _ = pixels.shape
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
        parts = [pixels[y::dy, x::dx] for y, x, dy, dx in passes]
        data = b"".join(packed_rows(p, bits) for p in parts if p.size)
    else:
        data = packed_rows(pixels, bits)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
    file += chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    (HERE / path).write_bytes(file)


for name, colour, channels in [("grey", 0, 1), ("rgb", 2, 3), ("grey_alpha", 4, 2), ("rgba", 6, 4)]:
    shape = (5, 7) if channels == 1 else (5, 7, channels)
    for bits, dtype in [(8, "u1"), (16, "u2")]:
        pixels = values(shape, 1 << bits, dtype)
        png(f"{name}{bits}.png", pixels, bits, colour)
        expect(f"{name}{bits}.png", pixels)
        png(f"{name}{bits}_interlaced.png", pixels, bits, colour, interlaced=True)
        expect(f"{name}{bits}_interlaced.png", pixels)
for bits in (1, 2, 4):
    levels = values((5, 7), 1 << bits, "u1")
    png(f"grey{bits}.png", levels, bits, 0)
    expect(f"grey{bits}.png", levels * (255 // ((1 << bits) - 1)))
palette = values((16, 3), 251, "u1")
indices = values((5, 7), 16, "u1")
png("palette.png", indices, 4, 3, chunk(b"PLTE", palette.tobytes()))
expect("palette.png", palette[indices])
alpha = values((16,), 240, "u1")
png("palette_alpha.png", indices, 4, 3, chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", alpha.tobytes()))
expect("palette_alpha.png", np.concatenate([palette[indices], alpha[indices][..., None]], axis=2))
photo = Image.open(sys.argv[1]).crop((100, 100, 147, 139))
photo.save(HERE / "photo.png", optimize=True)
expect("photo.png", np.asarray(photo))

# ---------------------------------------------------------------- TIFF


def tiff(name, array, **options):
    tifffile.imwrite(HERE / name, array, **options)
    expect(name, tifffile.imread(HERE / name) if "planarconfig" not in options else np.moveaxis(array, 0, -1))


tiff("grey8.tif", values((5, 7), 256, "u1"))
tiff("grey16.tif", values((5, 7), 65536, "u2"))
tiff("grey16_big_endian.tif", values((5, 7), 65536, "u2"), byteorder=">")
tiff("rgb8.tif", values((5, 7, 3), 256, "u1"), photometric="rgb")
tiff("rgb16.tif", values((5, 7, 3), 65536, "u2"), photometric="rgb")
tiff("rgba8.tif", values((5, 7, 4), 256, "u1"), photometric="rgb", extrasamples=["unassalpha"])
tiff("planar.tif", values((3, 5, 7), 256, "u1"), photometric="rgb", planarconfig="separate")
tiff("tiled.tif", values((37, 50), 65536, "u2"), tile=(16, 16))
tiff("strips.tif", values((37, 50), 256, "u1"), rowsperstrip=8)
tiff("deflate.tif", values((37, 50), 65536, "u2"), compression="zlib", predictor=False)
tiff("bigtiff.tif", values((5, 7), 65536, "u2"), bigtiff=True)
tiff("f32.tif", values((5, 7), 1000, "f4") / np.float32(7))
tiff("f64.tif", values((5, 7), 1000, "f8") / 7)
tiff("i16.tif", values((5, 7), 65536, "u2").view("i2"))
photo.save(HERE / "lzw.tif", compression="tiff_lzw")
expect("lzw.tif", np.asarray(photo))
photo.save(HERE / "packbits.tif", compression="packbits")
expect("packbits.tif", np.asarray(photo))
with tifffile.TiffWriter(HERE / "pages.tif") as pages:
    for page in range(3):
        pages.write(values((5, 7 + page), 256, "u1") + page, contiguous=False)
for page in range(3):
    expect(f"pages.tif#{page}", values((5, 7 + page), 256, "u1") + page)

# ---------------------------------------------------------------- JPEG

for name, options in [("420", {}), ("422", {"subsampling": 1}), ("444", {"subsampling": 0}), ("progressive", {"progressive": True})]:
    photo.save(HERE / f"{name}.jpg", quality=85, **options)
    expect(f"{name}.jpg", np.asarray(Image.open(HERE / f"{name}.jpg")))
photo.convert("L").save(HERE / "grey.jpg", quality=85)
expect("grey.jpg", np.asarray(Image.open(HERE / "grey.jpg")))
photo.convert("CMYK").resize((16, 16)).save(HERE / "cmyk.jpg", quality=50)

# ---------------------------------------------------------------- safetensors

tensors = {
    f"layer.{name}": values((3, 4), 101, "f8").astype(name)
    for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
}
tensors["mask"] = values((6,), 2, "?")
tensors["scalar"] = np.array(2.5, "f4")
tensors["empty"] = np.zeros((0, 3), "f4")
save_file(tensors, HERE / "model.safetensors", metadata={"made": "by make.py"})
for name, tensor in tensors.items():
    expect(f"model.safetensors#{name}", tensor)
save_file({"only": values((2, 3, 4), 101, "f4")}, HERE / "only.safetensors")
expect("only.safetensors", values((2, 3, 4), 101, "f4"))

# ---------------------------------------------------------------- MAT

sparse = scipy.sparse.csc_matrix(np.where(values((5, 6), 7, "f8") > 4, values((5, 6), 11, "f8") / 8, 0))
variables = {
    "double": values((3, 4), 101, "f8") / 8,
    "single": values((3, 4), 101, "f4") / 8,
    "complex": values((3, 4), 101, "f8") - 1j * values((3, 4), 13, "f8"),
    "complex_single": (values((2, 2), 101, "f4") + 1j * values((2, 2), 13, "f4")).astype("c8"),
    "logical": values((3, 4), 2, "?"),
    "cube": values((2, 3, 4), 101, "i4"),
    "scalar": np.array([[2.5]]),
    "row": values((1, 9), 101, "f8"),
    "empty": np.zeros((0, 3)),
    **{name: (values((3, 4), 256, "f8") % np.iinfo(name).max).astype(name) for name in "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()},
}
others = {"record": {"a": 1.0}, "words": "hello", "cells": np.array([1.0, "x"], dtype=object)}
for file, compressed in [("v5.mat", False), ("v7.mat", True)]:
    everything = {**variables, **others, "sparse": sparse, "sparse_complex": sparse * (1 + 2j)}
    scipy.io.savemat(HERE / file, everything, do_compression=compressed)
    for name, array in variables.items():
        expect(f"{file}#{name}", array)
    expect(f"{file}#sparse", sparse.toarray())
    expect(f"{file}#sparse_complex", (sparse * (1 + 2j)).toarray())
scipy.io.savemat(HERE / "one.mat", {"x": values((3, 4), 101, "f8"), "note": "text"})
expect("one.mat", values((3, 4), 101, "f8"))
scipy.io.savemat(HERE / "v4.mat", {"x": values((3, 4), 101, "f8")}, format="4")

KINDS = {"i1": 1, "u1": 2, "i2": 3, "u2": 4, "i4": 5, "u4": 6, "f4": 7, "f8": 9}


def mat_element(kind, data, order):
    """A tagged element, in the small form if it fits."""
    if 0 < len(data) <= 4:
        return struct.pack(order + "I", len(data) << 16 | kind) + data.ljust(4, b"\0")
    return struct.pack(order + "II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def mat_file(path, order, items):
    """A MAT file of (name, class, array, storage type), which no library writes big-endian or narrow."""
    text = b"MATLAB 5.0 MAT-file, made by make.py".ljust(124)
    out = text + struct.pack(order + "H", 0x0100) + (b"IM" if order == "<" else b"MI")
    for name, mclass, array, stored in items:
        body = mat_element(6, struct.pack(order + "II", mclass, 0), order)
        body += mat_element(5, struct.pack(f"{order}{array.ndim}i", *array.shape), order)
        body += mat_element(1, name.encode(), order)
        body += mat_element(KINDS[stored], array.ravel("F").astype(order + stored).tobytes(), order)
        out += struct.pack(order + "II", 14, len(body)) + body
    (HERE / path).write_bytes(out)


for file, order in [("big_endian.mat", ">"), ("narrow.mat", "<")]:
    items = []
    for name, mclass, dtype, stored in [
        ("as_u1", 6, "f8", "u1"), ("as_i2", 6, "f8", "i2"), ("as_u2", 6, "f8", "u2"), ("as_i4", 6, "f8", "i4"),
        ("single_as_u1", 7, "f4", "u1"), ("int_as_u1", 12, "i4", "u1"), ("plain", 6, "f8", "f8"), ("small", 13, "u4", "u1"),
    ]:
        array = values((3, 4) if name != "small" else (1, 3), 101, dtype)
        items.append((name, mclass, array, stored))
        expect(f"{file}#{name}", array)
    mat_file(file, order, items)

# MATLAB stores the values of sparse logical matrices as bytes, but tags them as doubles.
mask = scipy.sparse.csc_matrix(values((5, 6), 3, "u1") > 1)
body = mat_element(6, struct.pack("<II", 0x0205, mask.nnz), "<")
body += mat_element(5, struct.pack("<2i", *mask.shape), "<") + mat_element(1, b"mask_of_bytes", "<")
body += mat_element(5, mask.indices.astype("<i4").tobytes(), "<") + mat_element(5, mask.indptr.astype("<i4").tobytes(), "<")
body += mat_element(9, mask.data.astype("u1").tobytes(), "<")
head = b"MATLAB 5.0 MAT-file, made by make.py".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
(HERE / "sparse_logical.mat").write_bytes(head + struct.pack("<II", 14, len(body)) + body)
expect("sparse_logical.mat", mask.toarray())

# ---------------------------------------------------------------- Matrix Market

square = values((4, 4), 23, "f8") / 8
integers = values((3, 4), 23, "i8") - 11
complexes = (values((4, 4), 23, "f8") / 8 + 1j * values((4, 4), 17, "f8")).astype("c16")
holes = np.where(values((4, 4), 5, "i8") > 2, square, 0)


def mtx(name, matrix, **options):
    scipy.io.mmwrite(HERE / name, matrix, **options)
    back = scipy.io.mmread(HERE / name)
    expect(name, back.toarray() if scipy.sparse.issparse(back) else back)


mtx("real.mtx", square[:3])
mtx("integer.mtx", integers)
mtx("complex.mtx", complexes)
mtx("symmetric.mtx", square + square.T, symmetry="symmetric")
mtx("skew.mtx", square - square.T, symmetry="skew-symmetric")
mtx("hermitian.mtx", complexes + complexes.conj().T, symmetry="hermitian")
mtx("coordinate.mtx", scipy.sparse.coo_array(holes[:3]))
mtx("coordinate_integer.mtx", scipy.sparse.coo_array((holes * 8).astype("i8")))
mtx("coordinate_complex.mtx", scipy.sparse.coo_array(holes * (1 - 2j)))
mtx("coordinate_symmetric.mtx", scipy.sparse.coo_array(holes + holes.T), symmetry="symmetric")
mtx("coordinate_skew.mtx", scipy.sparse.coo_array(holes - holes.T), symmetry="skew-symmetric")
mtx("coordinate_hermitian.mtx", scipy.sparse.coo_array((holes + holes.T) + 1j * (holes - holes.T)), symmetry="hermitian")
mtx("pattern.mtx", scipy.sparse.coo_array(holes != 0), field="pattern")
(HERE / "duplicates.mtx").write_text(
    "%%MatrixMarket  MATRIX Coordinate Real Symmetric\n% two entries at one place\n\n3 3 4\n1 1 1.5\n2 1 2\n2 1 0.25\n3 3 -1e-3\n"
)
expect("duplicates.mtx", scipy.io.mmread(HERE / "duplicates.mtx").toarray())

# ---------------------------------------------------------------- CSV

table = values((6, 3), 997, "f8") / 8
buffer = io.StringIO()
np.savetxt(buffer, table, delimiter=",", header="x,y,z", comments="")
(HERE / "header.csv").write_text(buffer.getvalue())
expect("header.csv", table)
np.savetxt(HERE / "integers.tsv", values((6, 3), 997, "i8"), fmt="%d", delimiter="\t")
expect("integers.tsv", values((6, 3), 997, "i8"))
np.savetxt(HERE / "complex.csv", complexes, delimiter=",")
expect("complex.csv", complexes)
with gzip.GzipFile(HERE / "packed.csv.gz", "wb", mtime=0) as packed:
    np.savetxt(packed, table, delimiter=",", fmt="%.17g")
expect("packed.csv.gz", table)

# ---------------------------------------------------------------- sparse matrices of SciPy

for layout in ("csr", "csc", "coo"):
    for dtype in ("f8", "f4", "i8", "u1", "c16", "?"):
        stored = np.where(values((5, 7), 7, "f8") > 4, values((5, 7), 11, "f8") - 3, 0)
        stored = (stored * (1 + 2j) if dtype == "c16" else np.abs(stored) if dtype == "u1" else stored).astype(dtype)
        name = f"sparse_{layout}_{dtype.replace('?', 'b1')}.npz"
        scipy.sparse.save_npz(HERE / name, scipy.sparse.csr_matrix(stored).asformat(layout), compressed=dtype != "f8")
        expect(name, stored)
twice = scipy.sparse.coo_array(([1.5, 2.0, -4.0], ([2, 0, 2], [1, 1, 1])), shape=(3, 2))
scipy.sparse.save_npz(HERE / "sparse_twice.npz", twice)
expect("sparse_twice.npz", twice.toarray())

# What hadamard has written (tests/sparse_written.rs compares bytes with these files): SciPy reads the same matrices.
for written in sorted(HERE.glob("written_*")):
    dtype = written.stem.removeprefix("written_")
    matrix = scipy.sparse.load_npz(HERE / f"sparse_csc_{dtype}.npz").toarray()
    found = scipy.sparse.load_npz(written) if written.suffix == ".npz" else scipy.sparse.coo_array(scipy.io.mmread(written))
    assert written.suffix == ".mtx" or found.dtype == matrix.dtype, f"{written.name} reads as {found.dtype}"
    assert np.array_equal(found.toarray(), matrix), f"{written.name} reads as another matrix"

np.savez_compressed(HERE / "expected.npz", **expected)
(HERE / "index.txt").write_text("\n".join(index) + "\n")
