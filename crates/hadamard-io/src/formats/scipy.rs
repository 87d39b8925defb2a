//! Sparse matrices in `.npz` archives as `scipy.sparse.save_npz` writes them: `data` and `shape`, with `indices` and `indptr`
//! (CSR, CSC) or `row` and `col` (COO), and the name of the layout in `format`. Entries stored twice are added up. Written
//! matrices are CSR.

use super::lazy::{self, Handle};
use super::npy::{self, Header};
use super::npz::{self, Archive};
use crate::{Input, Opened, Problem, WriteError};
use hadamard_array::{Array, ArrayError, DType, Scalar, Sparse};
use std::io::{Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter, result::ZipError};

/// More than the header and the few letters of `format` ever take.
const LONGEST_NAME: u64 = 1 << 12;

/// Whether an archive of these arrays is a sparse matrix.
pub(crate) fn is_sparse(names: &[String]) -> bool {
    ["format", "shape", "data"].iter().all(|part| names.iter().any(|name| name == part))
}

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Rows,
    Columns,
    Coordinates,
}

impl Layout {
    fn of(archive: &mut Archive) -> Result<Layout, Problem> {
        let entry = archive.by_name("format.npy").map_err(|error| npz::problem("format", error))?;
        let mut bytes = Vec::new();
        entry.take(LONGEST_NAME).read_to_end(&mut bytes).map_err(|error| npz::problem("format", error.into()))?;
        // The text ends the member; as NumPy's unicode it has zeros between its letters.
        let letters: Vec<u8> = bytes.iter().rev().copied().filter(|&b| b != 0).take(3).collect();
        let name: String = letters.iter().rev().map(|&b| char::from(b)).collect();
        match name.as_str() {
            "csr" => Ok(Layout::Rows),
            "csc" => Ok(Layout::Columns),
            "coo" => Ok(Layout::Coordinates),
            other => Err(Problem::Unsupported(format!(
                "a sparse matrix laid out as `{}` is not read: save it as CSR, CSC or COO",
                other.escape_debug()
            ))),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Layout::Rows => "CSR",
            Layout::Columns => "CSC",
            Layout::Coordinates => "COO",
        }
    }

    /// The arrays that hold the places.
    fn parts(self) -> [&'static str; 2] {
        match self {
            Layout::Rows | Layout::Columns => ["indptr", "indices"],
            Layout::Coordinates => ["row", "col"],
        }
    }
}

/// An array of the archive that is read when the matrix is.
struct Part {
    index: usize,
    name: &'static str,
    header: Header,
}

impl Part {
    fn of(input: &Input<'_>, archive: &mut Archive, name: &'static str) -> Result<Part, Problem> {
        let missing = || Problem::Corrupt(format!("a sparse matrix without `{name}`"));
        let index = archive.index_for_name(&format!("{name}.npy")).ok_or_else(missing)?;
        let header = npz::member(input, archive, index, name)?.header;
        if header.shape.ndim() != 1 {
            return Err(Problem::Corrupt(format!("`{name}` of a sparse matrix is no vector but {}", header.shape)));
        }
        lazy::check_size(header.dtype, &header.shape, lazy::limit(input))?;
        Ok(Part { index, name, header })
    }

    fn read(&self, handle: &Handle) -> Result<Array, Problem> {
        npz::decode(handle, self.index, self.name, &self.header)
    }

    /// As indices below `end`.
    fn indices(&self, handle: &Handle, end: usize) -> Result<Vec<usize>, Problem> {
        let array = self.read(handle)?;
        let one = |k: usize| {
            let value = array.get(&[k]).as_int().and_then(|v| usize::try_from(v).ok()).filter(|&v| v < end);
            value.ok_or_else(|| {
                Problem::Corrupt(format!("`{}` has {} at {k}, not an index below {end}", self.name, array.get(&[k])))
            })
        };
        (0..array.shape().size()).map(one).collect()
    }
}

/// Opens the matrix of an archive.
pub(super) fn opened(input: &Input<'_>, mut archive: Archive) -> Result<Opened, Problem> {
    let layout = Layout::of(&mut archive)?;
    let shape = Part::of(input, &mut archive, "shape")?.indices(&Handle::of(input), u32::MAX as usize + 1)?;
    let &[rows, columns] = &shape[..] else {
        return Err(Problem::BadShape(format!("a sparse array of {} axes, where matrices have two", shape.len())));
    };
    if [rows, columns].iter().any(|&n| u32::try_from(n).is_err()) {
        return Err(Problem::BadShape(format!("{rows} x {columns}: a sparse matrix has sides below 2^32")));
    }
    let data = Part::of(input, &mut archive, "data")?;
    let (dtype, count) = (data.header.dtype, data.header.shape.size());
    lazy::check_stored(dtype, count as u64, lazy::limit(input))?;
    let [first, second] = layout.parts().map(|name| Part::of(input, &mut archive, name));
    let (first, second) = (first?, second?);
    let facts = vec![("stored", format!("sparse, {}, {count} entries", layout.name()))];
    Ok(lazy::opened_sparse(input, dtype, [rows, columns].into(), facts, move |handle| {
        let (rows, columns) = match layout {
            Layout::Rows => compressed(handle, &first, &second, rows, columns, count)?,
            Layout::Columns => {
                let (across, along) = compressed(handle, &first, &second, columns, rows, count)?;
                (along, across)
            }
            Layout::Coordinates => {
                let narrow = |all: Vec<usize>| all.into_iter().map(|i| i as u32).collect();
                (narrow(first.indices(handle, rows)?), narrow(second.indices(handle, columns)?))
            }
        };
        Ok(Sparse::new([shape[0], shape[1]], rows, columns, data.read(handle)?)?)
    }))
}

/// The lines and the places in them of compressed lines.
fn compressed(
    handle: &Handle,
    starts: &Part,
    places: &Part,
    lines: usize,
    length: usize,
    count: usize,
) -> Result<(Vec<u32>, Vec<u32>), Problem> {
    let starts = starts.indices(handle, count + 1)?;
    let whole = starts.len() == lines + 1 && starts[0] == 0 && starts[lines] == count && starts.is_sorted();
    if !whole {
        return Err(Problem::Corrupt(format!("`indptr` does not cut {count} entries into {lines} lines")));
    }
    let line = |l: usize| std::iter::repeat_n(l as u32, starts[l + 1] - starts[l]);
    let places = places.indices(handle, length)?.into_iter().map(|i| i as u32).collect();
    Ok(((0..lines).flat_map(line).collect(), places))
}

/// Writes a matrix as CSR.
pub(super) fn write(matrix: &Sparse, out: &mut dyn Write) -> Result<(), WriteError> {
    let system = |error: ZipError| match error {
        ZipError::Io(error) => WriteError::Os(error),
        error => WriteError::Unsupported(format!("the archive cannot be written: {error}")),
    };
    let refused = |error: ArrayError| WriteError::Unsupported(error.to_string());
    let (rows, count) = (matrix.rows().slice::<u32>().map_err(refused)?, matrix.count());
    let mut starts = vec![0i64; matrix.shape()[0] + 1];
    rows.iter().for_each(|&row| starts[row as usize + 1] += 1);
    (1..starts.len()).for_each(|line| starts[line] += starts[line - 1]);
    let columns: Vec<i64> = matrix.columns().slice::<u32>().map_err(refused)?.iter().map(|&c| c.into()).collect();
    let shape: Vec<i64> = matrix.shape().iter().map(|&n| n as i64).collect();
    // SciPy counts in 32 bits where those are enough.
    let narrow = [count, matrix.shape()[0], matrix.shape()[1]].iter().all(|&n| i32::try_from(n).is_ok());
    let vector = |all: &[i64], narrow: bool| match narrow {
        true => Array::from_slice([all.len()], &all.iter().map(|&i| i as i32).collect::<Vec<_>>()),
        false => Array::from_slice([all.len()], all),
    };
    let parts = [
        ("indices", vector(&columns, narrow).map_err(refused)?),
        ("indptr", vector(&starts, narrow).map_err(refused)?),
        ("shape", vector(&shape, false).map_err(refused)?),
        ("data", matrix.values().to_c_order()),
    ];
    let mut archive = ZipWriter::new_stream(out);
    let mut add = |name: &str, header: &[u8], bytes: &[u8]| {
        let large = (header.len() + bytes.len()) as u64 >= u64::from(u32::MAX);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(large);
        archive.start_file(format!("{name}.npy"), options).map_err(system)?;
        archive.write_all(header)?;
        archive.write_all(bytes)?;
        Ok::<(), WriteError>(())
    };
    for (name, array) in &parts {
        let view = array.view();
        add(
            name,
            &npy::encode(array.dtype(), array.shape()),
            &view.bytes()[..array.shape().size() * array.dtype().size()],
        )?;
    }
    add("format", &name_header(), b"csr")?;
    archive.finish().map_err(system)?;
    Ok(())
}

/// The header of an array without axes of three bytes of text, which is no dtype of ours.
fn name_header() -> Vec<u8> {
    let mut text = npy::encode(DType::U8, Array::scalar(Scalar::U8(0)).shape());
    let from = b"'|u1'";
    if let Some(at) = text.windows(from.len()).position(|w| w == from) {
        text[at..at + from.len()].copy_from_slice(b"'|S3'");
    }
    text
}
