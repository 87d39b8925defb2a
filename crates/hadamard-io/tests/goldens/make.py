"""Makes the goldens of .npy and .npz beside this file, with NumPy and ml_dtypes.

    python make.py

`npy.bin` holds many small .npy files one after another, each followed by its elements in C order, little-endian;
`npy.txt` lists them, a line each: name, dtype, shape, where the file starts and ends, where the elements end.
"""

import io
import struct
import zipfile
from pathlib import Path

import ml_dtypes
import numpy as np
from numpy.lib import format as npy

HERE = Path(__file__).parent
DTYPES = {
    "bool": "b1", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2", "u32": "u4",
    "u64": "u8", "f16": "f2", "f32": "f4", "f64": "f8", "c64": "c8", "c128": "c16", "bf16": ml_dtypes.bfloat16,
}
SHAPES = [(), (0,), (0, 3), (3, 0), (1,), (1, 1), (5,), (2, 3, 4), (1, 3, 1), (2, 1, 2, 3)]
rng = np.random.default_rng(2026)


def random(name, shape):
    """An array whose elements are random bits, so that NaN payloads and negative zeros are among them."""
    dtype = np.dtype(DTYPES[name])
    count = int(np.prod(shape))
    data = rng.integers(0, 2, count, np.uint8).tobytes() if name == "bool" else rng.bytes(count * dtype.itemsize)
    return np.frombuffer(data, dtype).reshape(shape)


class Pack:
    def __init__(self):
        self.data, self.lines = b"", []

    def add(self, label, name, array, version):
        file = io.BytesIO()
        npy.write_array(file, array, version)
        start = len(self.data)
        end = start + len(file.getvalue())
        elements = np.ascontiguousarray(array)
        elements = elements.astype(elements.dtype.newbyteorder("<")).tobytes()
        self.data += file.getvalue() + elements
        shape = "x".join(map(str, array.shape)) or "-"
        self.lines.append(f"{label} {name} {shape} {start} {end} {end + len(elements)}")


pack = Pack()
for name in DTYPES:
    for order in "CF":
        for endian in "<>":
            if endian == ">" and name in ("bool", "i8", "u8", "bf16"):
                continue  # no byte order, or none that NumPy writes
            for version in [(1, 0), (2, 0), (3, 0)]:
                array = np.array(random(name, (3, 4)), order=order)
                array = array.astype(array.dtype.newbyteorder(endian), order=order)
                pack.add(f"{name}-{order}-{'le' if endian == '<' else 'be'}-v{version[0]}", name, array, version)
for shape in SHAPES:
    for order in "CF":
        for name, endian in [("f64", "<"), ("i16", ">")]:
            array = random(name, shape)
            array = np.array(array.astype(array.dtype.newbyteorder(endian)), order=order)
            label = f"shape-{'x'.join(map(str, shape)) or 'none'}-{order}-{name}"
            pack.add(label, name, array, (1, 0))
(HERE / "npy.bin").write_bytes(pack.data)
(HERE / "npy.txt").write_text("\n".join(pack.lines) + "\n")

a = np.arange(6, dtype=np.float32).reshape(2, 3)
b = np.asfortranarray(np.arange(12, dtype=">i4").reshape(3, 4))
np.savez(HERE / "two.npz", a=a, b=b)
np.savez(HERE / "one.npz", a)
np.savez_compressed(HERE / "packed.npz", a=np.zeros((100, 100)), b=b, c=np.array([True, False, True]))
np.savez(HERE / "text.npz", words=np.array(["one", "two"]))


def header(text):
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def archive(name, data, method=zipfile.ZIP_DEFLATED, files=("a.npy",)):
    with zipfile.ZipFile(HERE / name, "w", method) as file:
        for member in files:
            file.writestr(zipfile.ZipInfo(member), data, method)


small = header("{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }\n")
archive("long.npz", small + bytes(1 << 20))  # unpacks to a mebibyte, but its header promises 64 bytes
archive("empty.npz", b"", files=())
archive("other.npz", b"no array", files=("readme.txt",))
archive("lzma.npz", small + bytes(64), zipfile.ZIP_LZMA)

# A bomb that lies: a mebibyte of zeros declared as the 64 bytes of its header, in both of zip's headers.
archive("bomb.npz", small + bytes(1 << 20))
bomb = bytearray((HERE / "bomb.npz").read_bytes())
real, said = struct.pack("<I", len(small) + (1 << 20)), struct.pack("<I", len(small) + 64)
assert bomb.count(real) == 2
(HERE / "bomb.npz").write_bytes(bomb.replace(real, said))
