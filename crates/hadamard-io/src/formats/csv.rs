//! CSV and TSV, plain or gzipped: a table of numbers as a `[rows, columns]` array.
//!
//! The narrowest dtype that holds every field is taken: bool if all are `true`/`false`, i64 if all are integers
//! (u64 if only that holds them), f64 if some are not, c128 if some are complex (`1+2i`, `1+2j`, `(1+2j)`).
//! `nan` and `inf` are numbers in any case, `NA` is a NaN; an empty field is an error, because nobody can tell what
//! it stands for. A first line with a field that is not a number is a header, unless `--header` says otherwise.
//! Lines that start with `#` are comments.
//!
//! A table says its shape and dtype only at its end, so opening reads it once in constant memory and checks every
//! field; the values are parsed when they are first asked for.

use super::lazy::{self, Handle};
use crate::{Encode, Format, Input, IoError, Opened, Problem, WriteError, WriteOptions, Writer};
use csv::{ByteRecord, ReaderBuilder, Trim};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use hadamard_array::{Array, Bool, DType, Element, Scalar, Shape, c128, dispatch};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::rc::Rc;

/// The CSV format.
pub static FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv", "csv.gz", "tsv.gz"],
    summary: "CSV or TSV table, also gzipped: [rows, columns] of bool, i64, f64 or c128",
    signature: None,
    read: Some(read),
    members: None,
    write: Some(Writer { check, encode: Encode::Whole(write), sparse: None }),
};

/// Most bytes of text in one line: millions of columns, yet no gzip bomb fills the memory with one line.
const MAX_LINE: usize = 64 << 20;

/// How the text is cut into fields.
#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    gzip: bool,
}

impl Dialect {
    fn new(delimiter: Option<u8>, extension: &str) -> Dialect {
        let by_name = if extension.starts_with("tsv") { b'\t' } else { b',' };
        Dialect { delimiter: delimiter.unwrap_or(by_name), gzip: extension.ends_with(".gz") }
    }
}

fn read(input: &Input<'_>) -> Result<Opened, IoError> {
    let open = || -> Result<Opened, Problem> {
        lazy::no_member(input, "CSV")?;
        let handle = Handle::of(input);
        let mut dialect = Dialect::new(input.options.delimiter, input.extension.unwrap_or(""));
        let gzip = handle.reader().fill_buf().map_err(lazy::io_problem)?.starts_with(b"\x1f\x8b");
        if dialect.gzip && !gzip {
            return Err(Problem::Corrupt("its name says it is gzipped, its content is not".into()));
        }
        dialect.gzip = gzip;
        let table = survey(&handle, dialect, input.options.header, lazy::limit(input))?;
        let (dtype, shape) = (table.dtype, table.shape());
        let facts = table.facts(dialect);
        let decode = move |handle: &Handle| match table.dtype {
            DType::Bool => decode::<Bool>(handle, dialect, &table),
            DType::I64 => decode::<i64>(handle, dialect, &table),
            DType::U64 => decode::<u64>(handle, dialect, &table),
            DType::C128 => decode::<c128>(handle, dialect, &table),
            _ => decode::<f64>(handle, dialect, &table),
        };
        Ok(lazy::opened(input, dtype, shape, facts, decode))
    };
    open().map_err(|problem| input.fail(problem))
}

/// What one pass over the text tells.
struct Table {
    header: Option<Vec<String>>,
    rows: usize,
    columns: usize,
    dtype: DType,
}

impl Table {
    fn shape(&self) -> Shape {
        [self.rows, self.columns].into()
    }
    fn facts(&self, dialect: Dialect) -> Vec<(&'static str, String)> {
        let name = match dialect.delimiter {
            b'\t' => "tab".to_owned(),
            other => char::from(other).to_string(),
        };
        let mut facts = vec![("delimiter", name)];
        if let Some(header) = &self.header {
            facts.push(("header", header.join(", ")));
        }
        if dialect.gzip {
            facts.push(("compression", "gzip".into()));
        }
        facts
    }
}

/// Reads the whole text once: checks every field, counts rows and columns, and finds the dtype.
fn survey(handle: &Handle, dialect: Dialect, header: Option<bool>, limit: u64) -> Result<Table, Problem> {
    let mut records = Records::new(handle, dialect);
    let mut table = Table { header: None, rows: 0, columns: 0, dtype: DType::F64 };
    let mut kinds = Kinds::default();
    let mut first = true;
    while records.advance()? {
        let fields = &records.record;
        if std::mem::take(&mut first) {
            let has_name = || fields.iter().any(|f| !f.is_empty() && Kind::of(f).is_none());
            if header.unwrap_or_else(has_name) {
                let names = fields.iter().map(|f| String::from_utf8_lossy(f).into_owned());
                table.header = Some(names.collect());
                table.columns = fields.len();
                continue;
            }
        }
        if table.rows == 0 {
            table.columns = fields.len();
        } else if fields.len() != table.columns {
            let what = format!("{} fields, but the rows before it have {}", fields.len(), table.columns);
            return Err(records.fault(what));
        }
        for (column, field) in fields.iter().enumerate() {
            kinds.add(field).map_err(|what| {
                let hint = if fields.len() == 1 { other_delimiter(field) } else { String::new() };
                records.fault(format!("column {}: {what}{hint}", column + 1))
            })?;
        }
        table.rows += 1;
        table.dtype = kinds.dtype();
        lazy::check_size(table.dtype, &table.shape(), limit)?;
    }
    if table.columns == 0 {
        return Err(Problem::Corrupt("it holds no line but blank ones and comments".into()));
    }
    if let (0, None, Some(names)) = (table.rows, header, &table.header) {
        let what = format!("its only line, `{}`, holds no numbers", shown(names.join(", ").as_bytes()));
        return Err(Problem::Corrupt(what));
    }
    Ok(table)
}

/// What a line of one field that is no number is likely about.
fn other_delimiter(field: &[u8]) -> String {
    match field.iter().find(|c| b";\t|, ".contains(c)) {
        Some(c) => format!("; if fields end at `{}`, say so with --delimiter", char::from(*c).escape_debug()),
        None => String::new(),
    }
}

/// Reads the text again into values of the dtype that the survey found.
fn decode<T: Number>(handle: &Handle, dialect: Dialect, table: &Table) -> Result<Array, Problem> {
    let changed = || Problem::Corrupt("it changed while it was read".into());
    let mut array = Array::zeros(T::DTYPE, table.shape())?;
    let mut values = array.slice_mut::<T>()?.iter_mut();
    let mut records = Records::new(handle, dialect);
    let mut skip = table.header.is_some();
    while records.advance()? {
        if std::mem::take(&mut skip) {
            continue;
        }
        for field in records.record.iter() {
            *values.next().ok_or_else(changed)? = T::parse(field).ok_or_else(changed)?;
        }
    }
    if values.next().is_some() { Err(changed()) } else { Ok(array) }
}

/// The lines of a text, cut into fields.
struct Records {
    reader: csv::Reader<Budgeted>,
    record: ByteRecord,
    budget: Rc<Cell<usize>>,
    handle: Handle,
    dialect: Dialect,
}

impl Records {
    fn new(handle: &Handle, dialect: Dialect) -> Records {
        let budget = Rc::new(Cell::new(0));
        let text = Budgeted { text: text(handle, dialect), budget: Rc::clone(&budget) };
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).trim(Trim::All).comment(Some(b'#')).delimiter(dialect.delimiter);
        let (reader, record) = (builder.from_reader(text), ByteRecord::new());
        Records { reader, record, budget, handle: handle.clone(), dialect }
    }

    /// Reads the next record; false at the end.
    fn advance(&mut self) -> Result<bool, Problem> {
        self.budget.set(MAX_LINE);
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => lazy::io_problem(error),
            other => Problem::Corrupt(format!("{other:?}")),
        })
    }

    /// An error about the current record, which names its line.
    fn fault(&self, what: String) -> Problem {
        let (byte, line) = self.record.position().map_or((0, 1), |at| (at.byte(), at.line()));
        Problem::Parse { line: line + self.skipped(byte).unwrap_or(0), what }
    }

    /// How many comments and blank lines follow byte `from`: the parser counts them to the record after them.
    fn skipped(&self, from: u64) -> io::Result<u64> {
        let mut text = BufReader::new(text(&self.handle, self.dialect));
        io::copy(&mut text.by_ref().take(from), &mut io::sink())?;
        let mut lines = 0;
        loop {
            match text.fill_buf()?.first() {
                Some(b'#' | b'\n' | b'\r') => text.skip_until(b'\n')?,
                _ => return Ok(lines),
            };
            lines += 1;
        }
    }
}

/// The text of a file.
fn text(handle: &Handle, dialect: Dialect) -> Box<dyn Read> {
    let bytes = handle.reader();
    if dialect.gzip { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) }
}

/// Text of which only so much may be read before the budget is renewed.
struct Budgeted {
    text: Box<dyn Read>,
    budget: Rc<Cell<usize>>,
}

impl Read for Budgeted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.text.read(buf)?;
        let left = self.budget.get().checked_sub(got);
        self.budget.set(left.ok_or_else(|| io::Error::other(format!("it has a line of more than {MAX_LINE} bytes")))?);
        Ok(got)
    }
}

/// What a field can be.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bool,
    Int {
        negative: bool,
    },
    /// An integer that fits u64 but not i64.
    Big,
    Float,
    Complex,
}

impl Kind {
    fn of(field: &[u8]) -> Option<Kind> {
        if let Some(int) = i64::parse(field) {
            Some(Kind::Int { negative: int < 0 })
        } else if f64::parse(field).is_some() {
            Some(if u64::parse(field).is_some() { Kind::Big } else { Kind::Float })
        } else if Bool::parse(field).is_some() {
            Some(Kind::Bool)
        } else {
            c128::parse(field).map(|_| Kind::Complex)
        }
    }
}

/// The kinds of field seen so far.
#[derive(Default)]
struct Kinds {
    bools: bool,
    numbers: bool,
    negative: bool,
    big: bool,
    float: bool,
    complex: bool,
}

impl Kinds {
    /// Notes a field, or says what is wrong with it.
    fn add(&mut self, field: &[u8]) -> Result<(), String> {
        match Kind::of(field) {
            None if field.is_empty() => return Err("the field is empty; write nan where a value is missing".into()),
            None => return Err(format!("`{}` is not a number", shown(field))),
            Some(Kind::Bool) if self.numbers => return Err(format!("`{}` among numbers", shown(field))),
            Some(Kind::Bool) => self.bools = true,
            Some(_) if self.bools => return Err(format!("`{}` among true and false", shown(field))),
            Some(Kind::Int { negative }) => self.negative |= negative,
            Some(Kind::Big) => self.big = true,
            Some(Kind::Float) => self.float = true,
            Some(Kind::Complex) => self.complex = true,
        }
        self.numbers = !self.bools;
        Ok(())
    }

    /// The narrowest dtype that holds them all.
    fn dtype(&self) -> DType {
        match self {
            Kinds { bools: true, .. } => DType::Bool,
            Kinds { complex: true, .. } => DType::C128,
            Kinds { float: true, .. } | Kinds { big: true, negative: true, .. } => DType::F64,
            Kinds { big: true, .. } => DType::U64,
            _ => DType::I64,
        }
    }
}

/// The beginning of a field, fit for a message.
fn shown(field: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text: String = String::from_utf8_lossy(field).chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if field.len() > LONGEST { text + "…" } else { text }
}

/// A value that a field may hold.
trait Number: Element {
    fn parse(field: &[u8]) -> Option<Self>;
}

impl Number for Bool {
    fn parse(field: &[u8]) -> Option<Bool> {
        let yes = field.eq_ignore_ascii_case(b"true");
        (yes || field.eq_ignore_ascii_case(b"false")).then_some(yes.into())
    }
}
impl Number for i64 {
    fn parse(field: &[u8]) -> Option<i64> {
        std::str::from_utf8(field).ok()?.parse().ok()
    }
}
impl Number for u64 {
    fn parse(field: &[u8]) -> Option<u64> {
        std::str::from_utf8(field).ok()?.parse().ok()
    }
}
impl Number for f64 {
    fn parse(field: &[u8]) -> Option<f64> {
        if field == b"NA" { Some(f64::NAN) } else { std::str::from_utf8(field).ok()?.parse().ok() }
    }
}
impl Number for c128 {
    fn parse(field: &[u8]) -> Option<c128> {
        if let Some(re) = f64::parse(field) {
            return Some(c128::new(re, 0.0));
        }
        let field = field.strip_prefix(b"(").and_then(|f| f.strip_suffix(b")")).unwrap_or(field);
        let parts = field.strip_suffix(b"i").or(field.strip_suffix(b"j"))?;
        // The sign between the parts is the last one that does not belong to an exponent.
        let sign = |&at: &usize| matches!(parts[at], b'+' | b'-') && !matches!(parts[at - 1], b'e' | b'E');
        let (re, im) = match (1..parts.len()).rev().find(sign) {
            Some(at) => parts.split_at(at),
            None => (&b"0"[..], parts),
        };
        Some(c128::new(f64::parse(re)?, f64::parse(im)?))
    }
}

fn check(_: DType, shape: &Shape, _: &WriteOptions) -> Result<(), WriteError> {
    if shape.ndim() > 2 {
        return Err(WriteError::Unsupported(format!(
            "CSV holds tables of 1 or 2 axes, not {shape}: take a slice such as `A[:, :, 0]`, or write .npy"
        )));
    }
    if shape.size() == 0 {
        return Err(WriteError::Unsupported(format!("CSV has no way to write the empty shape {shape}: write .npy")));
    }
    Ok(())
}

fn write(array: &Array, out: &mut dyn Write, options: &WriteOptions) -> Result<(), WriteError> {
    let dialect = Dialect::new(options.delimiter, &options.extension);
    if !dialect.gzip {
        return write_text(array, out, dialect);
    }
    let mut packed = GzEncoder::new(out, Compression::default());
    write_text(array, &mut packed, dialect)?;
    packed.finish()?;
    Ok(())
}

/// One line a row; an array of one axis is a column, a scalar a single field.
fn write_text(array: &Array, out: &mut dyn Write, dialect: Dialect) -> Result<(), WriteError> {
    let columns = if array.shape().ndim() == 2 { array.shape()[1] } else { 1 };
    let mut lines = csv::WriterBuilder::new().delimiter(dialect.delimiter).from_writer(BufWriter::new(out));
    dispatch!(array.dtype(), T => {
        let values = array.slice::<T>().map_err(|e| WriteError::Unsupported(e.to_string()))?;
        for row in values.chunks(columns) {
            let fields = row.iter().map(|&value| Into::<Scalar>::into(value).to_string());
            lines.write_record(fields).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => error, // not wrapped, so that a full disk is known as one
                other => io::Error::other(format!("{other:?}")),
            })?;
        }
    });
    Ok(lines.flush()?)
}
