//! Files that are wrong: each is refused with an error that names the file and says what is wrong with it.

use hadamard_array::{Array, DType, Source};
use hadamard_io::{IoError, Location, ReadOptions, members, open};
use std::io::Write;
use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens_formats").join(name)
}

fn golden_bytes(name: &str) -> Vec<u8> {
    std::fs::read(golden(name)).unwrap()
}

fn whole(source: &dyn Source) -> Result<Array, IoError> {
    let mut array = Array::zeros(source.dtype(), source.shape().clone()).unwrap();
    let window: Vec<_> = source.shape().iter().map(|&n| 0..n).collect();
    source.read(&window, array.bytes_mut().unwrap()).map_err(|e| *e.downcast::<IoError>().unwrap())?;
    Ok(array)
}

/// Reads a file of that name (and member) and content.
fn read_with(name: &str, content: &[u8], options: &ReadOptions) -> Result<Array, IoError> {
    let folder = tempfile::tempdir().unwrap();
    let mut location = Location::parse(name);
    location.path = folder.path().join(&location.path);
    std::fs::write(&location.path, content).unwrap();
    let result = open(&location, options).and_then(|(opened, _)| whole(&*opened.source));
    if let Err(error) = &result {
        assert_eq!(error.path, location.path);
    }
    result
}

fn read(name: &str, content: impl AsRef<[u8]>) -> Result<Array, IoError> {
    read_with(name, content.as_ref(), &ReadOptions::default())
}

/// The code and the text of the error that reading gives.
#[track_caller]
fn wrong(name: &str, content: impl AsRef<[u8]>, code: &str, text: &str) {
    let error = read(name, content).expect_err("the file is wrong");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.problem.to_string().contains(text), "{error}");
}

fn limited(bytes: u64) -> ReadOptions {
    ReadOptions { max_bytes: Some(bytes), ..ReadOptions::default() }
}

#[test]
fn tables() {
    wrong("x.csv", "1,2\n3,x4\n", "malformed-text", "line 2: column 2: `x4` is not a number");
    wrong("x.csv", "a,b\n1,2\n# note\n\n3,4,5\n", "malformed-text", "line 5: 3 fields, but the rows before it have 2");
    wrong("x.csv", "1,2\r\n\r\n#\r\n3,\r\n", "malformed-text", "line 4: column 2: the field is empty");
    wrong("x.csv", "1,2\n3,4\n5,\"6\nx\"\n", "malformed-text", "line 3: column 2: `6\\nx` is not a number");
    wrong("x.csv", "1,2\ntrue,3\n", "malformed-text", "line 2: column 1: `true` among numbers");
    wrong("x.csv", "true,false\ntrue,3\n", "malformed-text", "line 2: column 2: `3` among true and false");
    wrong(
        "x.csv",
        "1;2\n3;4\n",
        "malformed-text",
        "line 2: column 1: `3;4` is not a number; if fields end at `;`, say so with --delimiter",
    );
    wrong("x.csv", "1\t2\n", "corrupt-file", "its only line, `1\\t2`, holds no numbers");
    wrong("x.csv", "# only\n\n", "corrupt-file", "no line but blank ones and comments");
    wrong("x.csv", "", "empty-file", "0 bytes");
    wrong("x.csv", "1,2\n\x00\u{7f},3", "malformed-text", "`\\0\\u{7f}` is not a number");
    wrong("x.csv", format!("1\n{}\n", "z".repeat(99)), "malformed-text", &format!("`{}…`", "z".repeat(40)));
    wrong("x.csv.gz", "1,2\n", "corrupt-file", "its name says it is gzipped");
    let packed = golden_bytes("packed.csv.gz");
    wrong("x.csv.gz", &packed[..packed.len() / 2], "corrupt-file", "ends before its data is complete");
    wrong("x.csv#a", "1,2\n", "not-an-archive", "`#a`");
}

#[test]
fn tables_choose_the_narrowest_dtype() {
    let dtype = |text: &str| read("x.csv", text).unwrap().dtype();
    assert_eq!(dtype("1,-2\n"), DType::I64);
    assert_eq!(dtype("1,18446744073709551615\n"), DType::U64);
    assert_eq!(dtype("-1,18446744073709551615\n"), DType::F64);
    assert_eq!(dtype("1,99999999999999999999999\n"), DType::F64);
    assert_eq!(dtype("1,2.0\n"), DType::F64);
    assert_eq!(dtype("1,nan\n"), DType::F64);
    assert_eq!(dtype("1,NA\n"), DType::F64);
    assert_eq!(dtype("1,-Inf\n"), DType::F64);
    assert_eq!(dtype("1,2i\n"), DType::C128);
    assert_eq!(dtype("1,(1e+2-2e-3j)\n"), DType::C128);
    assert_eq!(dtype("True,FALSE\n"), DType::Bool);
}

#[test]
fn tables_know_their_header() {
    let shape = |text: &str, header| {
        let options = ReadOptions { header, ..ReadOptions::default() };
        read_with("x.csv", text.as_bytes(), &options).map(|a| a.shape().to_vec()).map_err(|e| e.to_string())
    };
    assert_eq!(shape("1,2\n3,4\n", None), Ok(vec![2, 2]));
    assert_eq!(shape("1,2\n3,4\n", Some(true)), Ok(vec![1, 2]));
    assert_eq!(shape("a,2\n3,4\n", None), Ok(vec![1, 2]));
    assert_eq!(shape("a,b\n", Some(true)), Ok(vec![0, 2]));
    assert_eq!(shape("569,30,malignant,benign\n3,4\n", None), Ok(vec![1, 2]));
    assert!(shape("a,b\n3,4\n", Some(false)).unwrap_err().ends_with("line 1: column 1: `a` is not a number"));
    // An empty field is no name: a data line is not taken for a header because a value is missing.
    assert!(shape("1,\n3,4\n", None).unwrap_err().contains("line 1: column 2: the field is empty"));
    let with = |delimiter| ReadOptions { delimiter: Some(delimiter), ..ReadOptions::default() };
    assert_eq!(read_with("x.csv", b"1;2\n3;4\n", &with(b';')).unwrap().shape()[..], [2, 2]);
    assert_eq!(read_with("x.tsv", b"1\t2\n", &limited(1 << 20)).unwrap().shape()[..], [1, 2]);
    let facts = open(&Location::file(golden("header.csv")), &ReadOptions::default()).unwrap().0.facts;
    assert!(facts.contains(&("header", "x, y, z".into())), "{facts:?}");
}

#[test]
fn a_gzip_bomb_is_stopped_by_the_limit() {
    let pack = |text: &[u8]| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    };
    let rows = read_with("x.csv.gz", &pack(&b"1,2\n".repeat(1 << 20)), &limited(1 << 20)).unwrap_err();
    assert_eq!(rows.code(), "too-large-for-memory");
    let line = read_with("x.csv.gz", &pack(&vec![b'1'; 65 << 20]), &limited(1 << 20)).unwrap_err();
    assert!(line.to_string().contains("a line of more than 67108864 bytes"), "{line}");
}

#[test]
fn matrices() {
    let file = |banner: &str, rest: &str| format!("%%MatrixMarket matrix {banner}\n{rest}");
    let bad = |banner: &str, rest: &str, text: &str| wrong("x.mtx", file(banner, rest), "malformed-text", text);
    wrong("x.mtx", "1 2 3\n", "wrong-extension", "named like matrix-market");
    wrong("x.mtx", "%%MatrixMarket matrix array real\n1 1\n1\n", "malformed-text", "line 1: the banner should read");
    wrong(
        "x.mtx",
        "%%MatrixMarket vector array real general\n",
        "malformed-text",
        "should begin with `%%MatrixMarket matrix`",
    );
    bad("array quaternion general", "1 1\n1\n", "line 1: `quaternion` is none of real, integer");
    bad("array real hermitian", "1 1\n1\n", "line 1: a Hermitian matrix is complex");
    bad("array pattern general", "1 1\n1\n", "line 1: a pattern can only be stored as coordinates");
    bad("array real general", "% only comments\n", "the file ends before its size line");
    bad("array real general", "2 x\n", "line 2: the size line should read `ROWS COLUMNS`");
    bad("coordinate real general", "2 2\n", "line 2: the size line should read `ROWS COLUMNS ENTRIES`");
    bad("coordinate real symmetric", "2 3 1\n1 1 1\n", "line 2: a 2 x 3 matrix cannot have a symmetry");
    bad("array real general", "2 2\n1\n2\n3.55555\n", "line 6: the file ends after 3 of 4 entries");
    bad("array real general", "2 2\n1\n2\n3\n4\n5\n", "line 7: more entries than the 4");
    bad("array real general", "1 1\n1 2\n", "line 3: `2` follows the entry");
    bad("array integer general", "1 1\n1.5\n", "line 3: `1.5` is not an integer of 64 bits");
    bad("array complex general", "1 1\n1.5\n", "line 3: an imaginary part is missing");
    bad("coordinate real general", "2 3 2\n1 1 1\n3 1 1\n", "line 4: row 3 is outside 1 to 2");
    bad("coordinate real general", "2 3 1\n1 4 1\n", "line 3: column 4 is outside 1 to 3");
    bad("coordinate real general", "2 3 1\n0 1 1\n", "line 3: row 0 is outside 1 to 2");
    bad("coordinate real general", "2 3 1\n-1 1 1\n", "line 3: the entry should begin with a row number");
    bad("coordinate real symmetric", "3 3 1\n\n1 2 1\n", "line 4: entry (1, 2) lies above the diagonal");
    bad(
        "coordinate real skew-symmetric",
        "3 3 1\n2 2 1\n",
        "line 3: entry (2, 2) breaks the symmetry: the diagonal is zero",
    );
    bad(
        "coordinate complex hermitian",
        "3 3 1\n2 2 1 1\n",
        "line 3: entry (2, 2) breaks the symmetry: the diagonal is real",
    );
    wrong(
        "x.mtx",
        file("coordinate integer general", "1 1 2\n1 1 9223372036854775807\n1 1 1\n"),
        "corrupt-file",
        "the entries at (1, 1) do not fit i64",
    );
    bad(
        "coordinate real general",
        &format!("1 1 1\n1 1 {}\n", "1".repeat(70_000)),
        "line 3: is longer than 65536 bytes",
    );
    wrong("x.mtx", file("array real general", "10 10\n1\n"), "truncated-file", "promises 199 bytes, it has 49");
    let promised = file("coordinate real general", "2 2 1000000000\n1 1 1\n");
    wrong("x.mtx", promised, "truncated-file", "promises 5999999999 bytes");
    let huge = file("coordinate real general", "18446744073709551615 18446744073709551615 0\n");
    wrong("x.mtx", huge, "bad-shape", "a sparse matrix has sides below 2^32");
    let stored = file("coordinate real symmetric", &format!("9 9 30\n{}", "9 1 1\n".repeat(30)));
    let error = read_with("x.mtx", stored.as_bytes(), &limited(959)).unwrap_err();
    assert_eq!(error.code(), "too-large-for-memory", "{error}");
}

#[test]
fn sparse_archives() {
    let whole = golden_bytes("sparse_csr_f8.npz");
    for name in ["sparse_csr_f8.npz", "sparse_coo_i8.npz"] {
        let bytes = golden_bytes(name);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            // Whatever is read of it is an error, or what was written: checksums see to it.
            let _ = read("x.npz", &damaged);
        }
    }
    let damage = |from: &[u8], to: &[u8]| {
        let mut damaged = whole.clone();
        let at = damaged.windows(from.len()).rposition(|w| w == from).unwrap();
        damaged[at..at + to.len()].copy_from_slice(to);
        damaged
    };
    wrong("x.npz", damage(b"indptr.npy", b"indpxx.npy"), "corrupt-file", "");
}

#[test]
fn images() {
    for (name, cut) in
        [("rgb8.png", 60), ("grey16_interlaced.png", 80), ("rgb8.tif", 200), ("strips.tif", 700), ("420.jpg", 700)]
    {
        let bytes = golden_bytes(name);
        let error = read(name, &bytes[..cut]).expect_err(name);
        assert_eq!(error.code(), "corrupt-file", "{name}: {error}");
    }
    let mut damaged = golden_bytes("rgb8.png");
    damaged[50] ^= 1;
    wrong("x.png", damaged, "corrupt-file", "CRC");
    wrong("x.png", golden_bytes("rgb8.tif"), "wrong-extension", "its content is tiff");
    wrong("x.jpg", golden_bytes("cmyk.jpg"), "unsupported-feature", "CMYK JPEG");
    wrong("x.png#0", golden_bytes("rgb8.png"), "not-an-archive", "#0");
    wrong("x.tif", golden_bytes("pages.tif"), "member-needed", "3 arrays");
    wrong("x.tif#3", golden_bytes("pages.tif"), "no-such-member", "`3`");
    assert_eq!(
        members(&Location::file(golden("pages.tif")), &ReadOptions::default()).unwrap().unwrap(),
        ["0", "1", "2"]
    );
    for name in ["photo.png", "lzw.tif", "420.jpg", "progressive.jpg"] {
        let error = read_with(name, &golden_bytes(name), &limited(1000)).expect_err(name);
        assert_eq!(error.code(), "too-large-for-memory", "{name}: {error}");
    }
}

#[test]
fn tensors() {
    let file = |header: &str, data: usize| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    };
    let one = |dtype: &str, shape: &str, offsets: &str| {
        format!("{{\"a\":{{\"dtype\":\"{dtype}\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}")
    };
    let name = "x.safetensors";
    assert_eq!(read(name, file(&one("F32", "[2]", "[0,8]"), 8)).unwrap().shape()[..], [2]);
    wrong(name, file(&one("F32", "[2]", "[0,8]"), 7), "truncated-file", "");
    wrong(name, file(&one("F32", "[2]", "[0,8]"), 9), "corrupt-file", "1 bytes follow its last tensor");
    wrong(name, file(&one("F32", "[3]", "[0,8]"), 8), "corrupt-file", "invalid shape, data type, or offset");
    wrong(name, file(&one("F32", "[2]", "[4,12]"), 12), "corrupt-file", "invalid offset for tensor `a`");
    wrong(name, file(&one("F32", "[-2]", "[0,8]"), 8), "corrupt-file", "its header is wrong");
    wrong(name, file(&one("F32", "[4294967296,4294967296]", "[0,8]"), 8), "corrupt-file", "overflow");
    wrong(name, file(&one("F8_E4M3", "[8]", "[0,8]"), 8), "unsupported-dtype", "F8_E4M3");
    wrong(name, file("{\"a\":{}}", 0), "corrupt-file", "its header is wrong");
    wrong(name, file("{\"__metadata__\":{}}", 0), "empty-archive", "no array");
    wrong(name, [&200_000_000u64.to_le_bytes()[..], b"{\"a"].concat(), "oversized-header", "200000000");
    wrong(name, [&2000u64.to_le_bytes()[..], b"{\"a"].concat(), "truncated-file", "2008");
    wrong("x.safetensors#layer.f3", golden_bytes("model.safetensors"), "no-such-member", "`layer.f3`");
    wrong(name, golden_bytes("model.safetensors"), "member-needed", "14 arrays");
    let near = read("x.safetensors#layer.f", golden_bytes("model.safetensors")).unwrap_err();
    assert!(near.help().unwrap().contains("did you mean"), "{near}");
}

#[test]
fn variables() {
    let v7 = golden_bytes("v7.mat");
    wrong("x.mat", &v7, "member-needed", "19 arrays");
    wrong("x.mat#record", &v7, "unsupported-feature", "`record` as struct, which is no numeric array");
    wrong("x.mat#words", &v7, "unsupported-feature", "`words` as char");
    wrong("x.mat#cells", &v7, "unsupported-feature", "`cells` as cell");
    wrong("x.mat#nothing", &v7, "no-such-member", "`nothing`");
    wrong("x.mat", golden_bytes("v4.mat"), "unsupported-feature", "MATLAB v4 file");
    wrong("x.mat", &v7[..v7.len() - 3], "truncated-file", "");
    wrong("x.mat", &v7[..127], "wrong-extension", "");
    wrong("x.mat", &v7[..128], "empty-archive", "no array");
    let mut damaged = v7.clone();
    *damaged.last_mut().unwrap() ^= 1;
    wrong("x.mat#sparse_complex", damaged, "corrupt-file", "corrupt deflate stream");
    let mut damaged = golden_bytes("narrow.mat");
    damaged[152] = 16; // the type of the first variable's dimensions
    wrong("x.mat#as_u1", damaged, "corrupt-file", "a variable without dimensions");
    let mut hdf = b"MATLAB 7.3 MAT-file, made by a test".to_vec();
    hdf.resize(124, b' ');
    hdf.extend_from_slice(b"\x00\x02IM\x89HDF");
    wrong("x.mat", hdf, "unsupported-feature", "MATLAB v7.3 file, which is HDF5");
    let error = read_with("v7.mat#double", &v7, &limited(95)).unwrap_err();
    assert_eq!(error.code(), "too-large-for-memory", "{error}");
    // Plain variables are read a window at a time, whatever their size.
    assert!(read_with("v5.mat#double", &golden_bytes("v5.mat"), &limited(95)).is_ok());
    let error = read_with("v7.mat#sparse", &golden_bytes("v7.mat"), &limited(239)).unwrap_err();
    assert_eq!(error.code(), "sparse-too-large", "{error}");
}

#[test]
fn a_cut_file_never_gives_other_values() {
    for name in [
        "rgb8.png",
        "grey16_interlaced.png",
        "palette.png",
        "rgb8.tif",
        "tiled.tif",
        "deflate.tif",
        "lzw.tif",
        "packbits.tif",
        "420.jpg",
        "444.jpg",
        "progressive.jpg",
        "grey.jpg",
        "only.safetensors",
        "one.mat",
        "packed.csv.gz",
    ] {
        let bytes = golden_bytes(name);
        let right = read(name, &bytes).unwrap();
        let coarse = (40..bytes.len()).step_by(bytes.len() / 80 + 1);
        for cut in (1..bytes.len().min(40)).chain(coarse) {
            if let Ok(array) = read(name, &bytes[..bytes.len() - cut]) {
                assert_eq!(array.view().bytes(), right.view().bytes(), "{name} without its last {cut} bytes");
            }
        }
    }
}
