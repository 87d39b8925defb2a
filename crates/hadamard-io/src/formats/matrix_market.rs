//! Matrix Market: a matrix as text, dense (`array`) or sparse (`coordinate`), of real, integer, complex or pattern
//! entries, general, symmetric, skew-symmetric or Hermitian.
//!
//! Entries stored twice are added up, and a pattern entry counts as 1.0, as SciPy reads them. What is written is general: dense
//! matrices in full (an array of one axis is a column), sparse ones as coordinates.

use super::lazy::{self, Handle};
use crate::{Encode, Format, Input, IoError, Opened, Problem, Reader, WriteError, WriteOptions, Writer};
use hadamard_array::{Array, ArrayError, DType, Element, Scalar, Shape, Sparse, c128};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::str::{FromStr, SplitAsciiWhitespace};

/// The Matrix Market format.
pub static FORMAT: Format = Format {
    name: "matrix-market",
    extensions: &["mtx", "mm"],
    summary: "Matrix Market: dense or sparse matrix of f64, i64 or c128 as text",
    signature: Some(|head| head.get(..BANNER.len()).is_some_and(|start| start.eq_ignore_ascii_case(BANNER.as_bytes()))),
    read: Some(read),
    members: None,
    write: Some(Writer { check, encode: Encode::Whole(write), sparse: Some(write_sparse) }),
};

const BANNER: &str = "%%MatrixMarket";

/// The longest line that is read: the format itself allows 1024 characters.
const MAX_LINE: u64 = 1 << 16;

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let open = || -> Result<Opened, Problem> {
        lazy::no_member(input, "Matrix Market")?;
        let header = Header::read(&mut Lines::new(&Handle::of(input)))?;
        header.check(input.len, lazy::limit(input))?;
        let (dtype, shape, facts) = (header.dtype(), header.shape(), header.facts());
        Ok(match header.coordinate {
            true => lazy::opened_sparse(input, dtype, shape, facts, decode_sparse),
            false => lazy::opened(input, dtype, shape, facts, decode),
        })
    };
    open().map_err(|problem| input.fail(problem))
}

fn decode(handle: &Handle) -> Result<Array, Problem> {
    let mut lines = Lines::new(handle);
    let header = Header::read(&mut lines)?;
    match header.dtype() {
        DType::I64 => header.entries::<i64>(&mut lines),
        DType::C128 => header.entries::<c128>(&mut lines),
        _ => header.entries::<f64>(&mut lines),
    }
}

fn decode_sparse(handle: &Handle) -> Result<Sparse, Problem> {
    let mut lines = Lines::new(handle);
    let header = Header::read(&mut lines)?;
    match header.dtype() {
        DType::I64 => header.coordinates::<i64>(&mut lines),
        DType::C128 => header.coordinates::<c128>(&mut lines),
        _ => header.coordinates::<f64>(&mut lines),
    }
}

/// The lines of a file that are neither comments nor blank.
struct Lines {
    reader: BufReader<Reader>,
    line: String,
    number: u64,
}

impl Lines {
    fn new(handle: &Handle) -> Lines {
        Lines { reader: handle.reader(), line: String::new(), number: 0 }
    }

    /// The next line, whatever it is.
    fn any(&mut self) -> Result<Option<&str>, Problem> {
        self.line.clear();
        self.number += 1;
        let got = (&mut self.reader).take(MAX_LINE).read_line(&mut self.line);
        match got {
            Ok(0) => Ok(None),
            Ok(n) if n as u64 == MAX_LINE => Err(self.fault(format!("is longer than {MAX_LINE} bytes"))),
            Ok(_) => Ok(Some(self.line.trim())),
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => Err(self.fault("is not text")),
            Err(e) => Err(Problem::os("reading", e)),
        }
    }

    /// The next line that says something.
    fn next(&mut self) -> Result<Option<&str>, Problem> {
        while let Some(line) = self.any()? {
            if !line.is_empty() && !line.starts_with('%') {
                return Ok(Some(self.line.trim()));
            }
        }
        Ok(None)
    }

    fn fault(&self, what: impl Into<String>) -> Problem {
        Problem::Parse { line: self.number, what: what.into() }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Real,
    Integer,
    Complex,
    Pattern,
}

#[derive(Clone, Copy, PartialEq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
    Hermitian,
}

/// The names the format gives to fields and symmetries (`double` is what old writers say for `real`).
const FIELDS: [(&str, Field); 5] = [
    ("real", Field::Real),
    ("integer", Field::Integer),
    ("complex", Field::Complex),
    ("pattern", Field::Pattern),
    ("double", Field::Real),
];
const SYMMETRIES: [(&str, Symmetry); 4] = [
    ("general", Symmetry::General),
    ("symmetric", Symmetry::Symmetric),
    ("skew-symmetric", Symmetry::Skew),
    ("hermitian", Symmetry::Hermitian),
];

/// The value of a name in one of the tables above.
fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Result<T, String> {
    let found = table.iter().find(|row| row.0.eq_ignore_ascii_case(name));
    found.map(|row| row.1).ok_or_else(|| {
        let names: Vec<&str> = table.iter().map(|row| row.0).collect();
        format!("`{name}` is none of {}", names.join(", "))
    })
}

/// The banner and the size line.
struct Header {
    coordinate: bool,
    field: Field,
    symmetry: Symmetry,
    rows: usize,
    columns: usize,
    /// Entries the file must hold.
    stored: u64,
}

impl Header {
    fn read(lines: &mut Lines) -> Result<Header, Problem> {
        let banner: Vec<String> = lines.any()?.unwrap_or("").split_ascii_whitespace().map(str::to_owned).collect();
        let [mark, object, format, field, symmetry] = &banner[..] else {
            let form = format!("the banner should read `{BANNER} matrix array|coordinate FIELD SYMMETRY`");
            return Err(lines.fault(form));
        };
        if !mark.eq_ignore_ascii_case(BANNER) || !object.eq_ignore_ascii_case("matrix") {
            return Err(lines.fault(format!("the banner should begin with `{BANNER} matrix`")));
        }
        let coordinate = named(&[("array", false), ("coordinate", true)], format).map_err(|e| lines.fault(e))?;
        let field = named(&FIELDS, field).map_err(|e| lines.fault(e))?;
        let symmetry = named(&SYMMETRIES, symmetry).map_err(|e| lines.fault(e))?;
        let contradiction = match (field, symmetry) {
            (Field::Pattern, _) if !coordinate => "a pattern can only be stored as coordinates",
            (Field::Pattern, Symmetry::Skew | Symmetry::Hermitian) => "a pattern is general or symmetric",
            (Field::Real | Field::Integer, Symmetry::Hermitian) => "a Hermitian matrix is complex",
            _ => "",
        };
        if !contradiction.is_empty() {
            return Err(lines.fault(contradiction));
        }
        let Some(sizes) = lines.next()? else {
            return Err(lines.fault("the file ends before its size line"));
        };
        let numbers: Result<Vec<u64>, _> = sizes.split_ascii_whitespace().map(u64::from_str).collect();
        let (rows, columns, stored) = match numbers.as_deref() {
            Ok(&[rows, columns, stored]) if coordinate => (rows, columns, stored),
            Ok(&[rows, columns]) if !coordinate => (rows, columns, 0),
            _ => {
                let form = if coordinate { "ROWS COLUMNS ENTRIES" } else { "ROWS COLUMNS" };
                return Err(lines.fault(format!("the size line should read `{form}`")));
            }
        };
        if symmetry != Symmetry::General && rows != columns {
            return Err(lines.fault(format!("a {rows} x {columns} matrix cannot have a symmetry: it is not square")));
        }
        let too_large = || Problem::BadShape(format!("{rows} x {columns} is larger than the address space"));
        let (rows, columns) = match (usize::try_from(rows), usize::try_from(columns)) {
            (Ok(rows), Ok(columns)) => (rows, columns),
            _ => return Err(too_large()),
        };
        let mut header = Header { coordinate, field, symmetry, rows, columns, stored };
        if !coordinate {
            let (n, m) = (rows as u128, columns as u128);
            let dense = match symmetry {
                Symmetry::General => n * m,
                Symmetry::Symmetric | Symmetry::Hermitian => n * (n + 1) / 2,
                Symmetry::Skew => n * n.saturating_sub(1) / 2,
            };
            header.stored = u64::try_from(dense).map_err(|_| too_large())?;
        }
        Ok(header)
    }

    fn dtype(&self) -> DType {
        match self.field {
            Field::Integer => DType::I64,
            Field::Complex => DType::C128,
            Field::Real | Field::Pattern => DType::F64,
        }
    }

    fn shape(&self) -> Shape {
        [self.rows, self.columns].into()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let kind = if self.coordinate { "coordinate" } else { "array" };
        let name = |found: Option<&str>| found.unwrap_or("").to_owned();
        let symmetry = name(SYMMETRIES.iter().find(|row| row.1 == self.symmetry).map(|row| row.0));
        let field = name(FIELDS.iter().find(|row| row.1 == self.field).map(|row| row.0));
        vec![("stored", format!("{kind}, {symmetry}, {} entries", self.stored)), ("field", field)]
    }

    /// Refuses what does not fit into memory, and a dense file that is too short for its entries.
    fn check(&self, len: u64, limit: u64) -> Result<(), Problem> {
        let (rows, columns, stored) = (self.rows, self.columns, self.stored);
        // An entry is at least a digit and, but for the last, a line end; its row and column are as much each.
        let least = if !self.coordinate {
            2
        } else if self.field == Field::Pattern {
            4
        } else {
            6
        };
        let needed = stored.saturating_mul(least).saturating_sub(1);
        if len < needed {
            return Err(Problem::Truncated { needed, has: len });
        }
        if self.coordinate {
            if [rows, columns].iter().any(|&n| u32::try_from(n).is_err()) {
                return Err(Problem::BadShape(format!("{rows} x {columns}: a sparse matrix has sides below 2^32")));
            }
            self.shape().bytes(self.dtype())?;
            let mirrored = if self.symmetry == Symmetry::General { 1 } else { 2 };
            return lazy::check_stored(self.dtype(), stored.saturating_mul(mirrored), limit);
        }
        lazy::check_size(self.dtype(), &self.shape(), limit)
    }

    /// Reads all entries of a dense matrix.
    fn entries<T: Entry>(&self, lines: &mut Lines) -> Result<Array, Problem> {
        let mut array = Array::zeros(T::DTYPE, self.shape())?;
        let values = array.slice_mut::<T>()?;
        let mut read = 0;
        for column in 0..self.columns {
            let top = match self.symmetry {
                Symmetry::General => 0,
                Symmetry::Symmetric | Symmetry::Hermitian => column,
                Symmetry::Skew => column + 1,
            };
            for row in top..self.rows {
                let value = self.value::<T>(self.entry_line(lines, read)?.split_ascii_whitespace());
                let entry = value.and_then(|v| Ok((v, self.mirrored((row, column), v)?)));
                let (value, mirror) = entry.map_err(|what| lines.fault(what))?;
                values[row * self.columns + column] = value;
                if let Some(mirror) = mirror {
                    values[column * self.columns + row] = mirror;
                }
                read += 1;
            }
        }
        self.end(lines)?;
        Ok(array)
    }

    /// Reads all entries of a sparse matrix.
    fn coordinates<T: Entry>(&self, lines: &mut Lines) -> Result<Sparse, Problem> {
        let (mut rows, mut columns, mut values): (Vec<u32>, Vec<u32>, Vec<T>) = Default::default();
        for read in 0..self.stored {
            let line = self.entry_line(lines, read)?;
            let mut tokens = line.split_ascii_whitespace();
            let entry = self.place(&mut tokens).and_then(|at| {
                let value = self.value::<T>(tokens)?;
                Ok((at, value, self.mirrored(at, value)?))
            });
            let ((row, column), value, mirror) = entry.map_err(|what| lines.fault(what))?;
            // Sides are below 2³²: `check` has seen to it.
            let mut push = |row: usize, column: usize, value: T| {
                rows.push(row as u32);
                columns.push(column as u32);
                values.push(value);
            };
            push(row, column, value);
            if let Some(mirror) = mirror {
                push(column, row, mirror);
            }
        }
        self.end(lines)?;
        let values = Array::from_slice([values.len()], &values)?;
        Sparse::new([self.rows, self.columns], rows, columns, values).map_err(|error| match error {
            ArrayError::SumOverflow { row, column, .. } => {
                let (row, column) = (row + 1, column + 1);
                Problem::Corrupt(format!("the entries at ({row}, {column}) do not fit i64"))
            }
            error => error.into(),
        })
    }

    fn end(&self, lines: &mut Lines) -> Result<(), Problem> {
        match lines.next()? {
            Some(_) => Err(lines.fault(format!("more entries than the {} its size line declares", self.stored))),
            None => Ok(()),
        }
    }

    fn entry_line<'a>(&self, lines: &'a mut Lines, read: u64) -> Result<&'a str, Problem> {
        if lines.next()?.is_none() {
            return Err(lines.fault(format!("the file ends after {read} of {} entries", self.stored)));
        }
        Ok(lines.line.trim())
    }

    /// The row and column of a coordinate entry, from 0.
    fn place(&self, tokens: &mut SplitAsciiWhitespace<'_>) -> Result<(usize, usize), String> {
        let mut index = |axis: &str, count: usize| match tokens.next().map(usize::from_str) {
            Some(Ok(index)) if (1..=count).contains(&index) => Ok(index - 1),
            Some(Ok(index)) => Err(format!("{axis} {index} is outside 1 to {count}")),
            _ => Err(format!("the entry should begin with a {axis} number")),
        };
        let (row, column) = (index("row", self.rows)?, index("column", self.columns)?);
        if self.symmetry != Symmetry::General && row < column {
            return Err(format!(
                "entry ({}, {}) lies above the diagonal, where a matrix with a symmetry stores nothing",
                row + 1,
                column + 1
            ));
        }
        Ok((row, column))
    }

    /// The value that the rest of a line holds.
    fn value<T: Entry>(&self, mut tokens: SplitAsciiWhitespace<'_>) -> Result<T, String> {
        let value = if self.field == Field::Pattern { T::one() } else { T::parse(&mut tokens)? };
        match tokens.next() {
            Some(extra) => Err(format!("`{extra}` follows the entry")),
            None => Ok(value),
        }
    }

    /// The mirror image of an entry beside the diagonal, where there is a symmetry.
    fn mirrored<T: Entry>(&self, (row, column): (usize, usize), value: T) -> Result<Option<T>, String> {
        let overflow = || format!("the entries at ({}, {}) do not fit i64", row + 1, column + 1);
        let mirrored = match self.symmetry {
            Symmetry::General => None,
            Symmetry::Symmetric => Some(value),
            Symmetry::Skew => Some(value.negated().ok_or_else(overflow)?),
            Symmetry::Hermitian => Some(value.conjugate()),
        };
        if row == column && mirrored.is_some_and(|mirror| mirror != value && !value.is_nan()) {
            let rule = if self.symmetry == Symmetry::Skew { "is zero" } else { "is real" };
            return Err(format!("entry ({0}, {0}) breaks the symmetry: the diagonal {rule}", row + 1));
        }
        Ok(mirrored.filter(|_| row != column))
    }
}

/// An element type of the format.
trait Entry: Element {
    fn parse(tokens: &mut SplitAsciiWhitespace<'_>) -> Result<Self, String>;
    fn one() -> Self;
    fn negated(self) -> Option<Self>;
    fn conjugate(self) -> Self;
    fn is_nan(self) -> bool {
        Into::<Scalar>::into(self).is_nan()
    }
}

fn parse<T: FromStr>(tokens: &mut SplitAsciiWhitespace<'_>, what: &str) -> Result<T, String> {
    let token = tokens.next().ok_or_else(|| format!("{what} is missing"))?;
    token.parse().map_err(|_| format!("`{}` is not {what}", token.escape_debug()))
}

impl Entry for f64 {
    fn parse(tokens: &mut SplitAsciiWhitespace<'_>) -> Result<f64, String> {
        parse(tokens, "a number")
    }
    fn one() -> f64 {
        1.0
    }
    fn negated(self) -> Option<f64> {
        Some(-self)
    }
    fn conjugate(self) -> f64 {
        self
    }
}

impl Entry for i64 {
    fn parse(tokens: &mut SplitAsciiWhitespace<'_>) -> Result<i64, String> {
        parse(tokens, "an integer of 64 bits")
    }
    fn one() -> i64 {
        1
    }
    fn negated(self) -> Option<i64> {
        self.checked_neg()
    }
    fn conjugate(self) -> i64 {
        self
    }
}

impl Entry for c128 {
    fn parse(tokens: &mut SplitAsciiWhitespace<'_>) -> Result<c128, String> {
        Ok(c128::new(parse(tokens, "a real part")?, parse(tokens, "an imaginary part")?))
    }
    fn one() -> c128 {
        c128::new(1.0, 0.0)
    }
    fn negated(self) -> Option<c128> {
        Some(-self)
    }
    fn conjugate(self) -> c128 {
        self.conj()
    }
}

fn check(_: DType, shape: &Shape, _: &WriteOptions) -> Result<(), WriteError> {
    if shape.ndim() > 2 {
        return Err(WriteError::Unsupported(format!(
            "Matrix Market holds matrices, not {shape}: take a slice such as `A[:, :, 0]`, or write .npy"
        )));
    }
    Ok(())
}

fn write(array: &Array, out: &mut dyn Write, _: &WriteOptions) -> Result<(), WriteError> {
    let (rows, columns) = match array.shape()[..] {
        [rows, columns] => (rows, columns),
        [rows] => (rows, 1),
        _ => (1, 1),
    };
    let mut out = BufWriter::new(out);
    writeln!(out, "{BANNER} matrix array {} general\n{rows} {columns}", field(array.dtype()))?;
    let flat = array.with_layout(hadamard_array::Layout::c_order([rows, columns].into()));
    let flat = flat.map_err(|e| WriteError::Unsupported(e.to_string()))?;
    for column in 0..columns {
        for row in 0..rows {
            write_entry(flat.get(&[row, column]), &mut out)?;
        }
    }
    Ok(out.flush()?)
}

fn write_sparse(matrix: &Sparse, out: &mut dyn Write) -> Result<(), WriteError> {
    let mut out = BufWriter::new(out);
    let unsupported = |e: ArrayError| WriteError::Unsupported(e.to_string());
    let [rows, columns] = [matrix.rows(), matrix.columns()].map(|a| a.slice::<u32>().map_err(unsupported));
    writeln!(out, "{BANNER} matrix coordinate {} general", field(matrix.values().dtype()))?;
    writeln!(out, "{} {} {}", matrix.shape()[0], matrix.shape()[1], matrix.count())?;
    for (k, (row, column)) in rows?.iter().zip(columns?).enumerate() {
        write!(out, "{} {} ", row + 1, column + 1)?;
        write_entry(matrix.values().get(&[k]), &mut out)?;
    }
    Ok(out.flush()?)
}

/// The format's name for numbers of a dtype.
fn field(dtype: DType) -> &'static str {
    match dtype {
        DType::C64 | DType::C128 => "complex",
        dtype if dtype.is_float() => "real",
        _ => "integer",
    }
}

/// An entry and the end of its line.
fn write_entry(entry: Scalar, out: &mut dyn Write) -> Result<(), WriteError> {
    match entry {
        Scalar::Bool(v) => writeln!(out, "{}", v as u8)?,
        Scalar::C64(z) => writeln!(out, "{} {}", Scalar::F32(z.re), Scalar::F32(z.im))?,
        Scalar::C128(z) => writeln!(out, "{} {}", Scalar::F64(z.re), Scalar::F64(z.im))?,
        Scalar::U64(v) if i64::try_from(v).is_err() => {
            return Err(WriteError::Unsupported(format!(
                "Matrix Market integers are of 64 bits with a sign, which {v} does not fit: write f64.(…) or .npy"
            )));
        }
        value => writeln!(out, "{value}")?,
    }
    Ok(())
}
