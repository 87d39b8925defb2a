//! The command line: what can be written, with its help. Parsing only; nothing here acts.

use crate::memory;
use crate::print::Digits;
use crate::sizes;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hadamard::io::{OutputPolicy, RawSpec, ReadOptions, WriteOptions};
use hadamard::{DType, Math, Overflow, Policy, Rewriting, Settings, Zeros};
use std::num::NonZeroUsize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  hadamard 'photo .* mask' photo=beach.png mask=vignette.png --clip -o out.png
  hadamard 'C = A .* B .+ k ./ (1 .+ D)' A=a.npy B=b.npy D=d.npy k=0.5 -o c.npy
  hadamard 'D = A .- B; rms = sqrt.(mean(D .^ 2))' A=a.npy B=b.npy -o D=d.npy
  hadamard 'sum(x .* y)' x=w.safetensors#layer.0 'y=[1, 2, 3]'
  hadamard explain 'A .* w' A:1000x50 w:1000:f32
  hadamard prove \"tr(A * B.') == sum(A .* B)\"
  hadamard ops sigmoid
  hadamard check 'psd(A .* B)' A=a.npy B=b.npy
  hadamard diff a.npy b.npy --rtol 1e-6

Exit codes: 0 ok · 1 different, false, not proved · 2 usage or formula · 3 data or I/O · 130 interrupted";

const CLAIMS: &str = "\
A claim is a chain of expressions with `==`, `<=`, `>=` between them, entry by entry, or a property of an expression:
real symmetric hermitian skew skew_hermitian psd pd diagonal lower upper tridiagonal toeplitz circulant unitary
orthogonal permutation zero_one zero nonzero positive nonnegative invertible unit_diagonal nonzero_diagonal.

Differences are judged against what rounding can have done to each side, computed from the formula and the data;
nothing is compared with a fixed tolerance.

Exit codes: 0 holds, or holds within rounding · 1 does not hold, or undecided · 2 usage or formula · 3 data or I/O";

/// Elementwise matrix algebra over files.
///
/// A formula in dot notation is checked, fused into one pass and evaluated over the files it names, windows at a time
/// if they are larger than memory.
#[derive(Debug, Parser)]
#[command(name = "hadamard", version, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(override_usage = "hadamard 'FORMULA' NAME=VALUE… [-o OUT]\n       hadamard COMMAND …")]
pub struct Cli {
    /// When to use colours (`NO_COLOR` is respected)
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Evaluate a formula (the default: `eval` may be left out)
    Eval(Eval),
    /// Show how a formula would be evaluated: types, loops, cost
    Explain(Explain),
    /// Write a formula of one notation in another so that it means the same
    Translate(Translate),
    /// List the notations, or show how one writes every operation
    Notations(Notations),
    /// Prove or refute a statement about matrices of any size
    Prove(Prove),
    /// What is known of every part of a formula, and by which theorem
    Properties(Properties),
    /// List the laws of the Hadamard family, or describe one
    Laws(Laws),
    /// Test on data whether an equation, an inequality or a property holds
    Check(Check),
    /// List the operations, or describe one
    Ops(Ops),
    /// Describe files: format, dtype, shape, statistics
    Info(Info),
    /// Draw an array as a heatmap, an image as an image
    Show(Show),
    /// Compare two arrays
    Diff(Diff),
    /// Evaluate formulas interactively
    Repl(Repl),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, or that of a subcommand
    Man(Man),
}

/// `hadamard eval`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Eval {
    /// The formula: one or more statements such as `D = A .* B; s = sum(D)`
    pub formula: String,
    /// Operands: NAME=FILE, NAME=FILE#MEMBER, NAME=- (standard input), NAME=NUMBER, 'NAME=[1 2; 3 4]'; with --dry-run
    /// also NAME:SHAPE or NAME:SHAPE:DTYPE
    #[arg(value_name = "NAME=VALUE")]
    pub operands: Vec<String>,
    /// Read the formula in a notation (numpy, matlab, julia, r, …) with the meaning of its own system
    #[arg(long = "in", value_name = "NOTATION", conflicts_with_all = ["output", "clip", "dry_run"])]
    pub notation: Option<String>,
    /// Write the last result to OUT, or the named one: FILE, FILE#MEMBER, - (standard output)
    #[arg(short, long = "output", value_name = "[NAME=]OUT", help_heading = "Writing")]
    pub output: Vec<String>,
    /// Round results to integers (half to even) and clamp them to the range of an image output: u8, or u16 if an
    /// operand has it
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    #[arg(help_heading = "Writing")]
    pub clip: Option<Clip>,
    /// Check everything and print the plan, but read no data and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print results (or errors) as JSON
    #[arg(long, conflicts_with = "output", help_heading = "Printing")]
    pub json: bool,
    /// Print every element and every digit
    #[arg(long, conflicts_with = "output", help_heading = "Printing")]
    pub full: bool,
    /// Significant digits of printed floats (by default 6, and all of a single number)
    #[arg(long, value_name = "DIGITS", value_parser = clap::value_parser!(u8).range(1..=17), help_heading = "Printing")]
    pub precision: Option<u8>,
    #[command(flatten)]
    pub write: Write,
    #[command(flatten)]
    pub numbers: Numbers,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The formula
    pub formula: String,
    /// Operands as for eval, or shapes: NAME:1000x50, NAME:500:f32 (f64 unless said)
    #[arg(value_name = "NAME=VALUE|NAME:SHAPE[:DTYPE]")]
    pub operands: Vec<String>,
    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
    /// Print the plan as a graph for Graphviz
    #[arg(long, conflicts_with = "json")]
    pub dot: bool,
    /// Run the plan, and show for each step its time and how near it came to the predicted limit
    #[arg(long, conflicts_with_all = ["json", "dot"])]
    pub profile: bool,
    /// Say in words what the formula means in a notation, and what the same text means in the others
    #[arg(long = "in", value_name = "NOTATION", conflicts_with = "json")]
    pub notation: Option<String>,
    #[command(flatten)]
    pub numbers: Numbers,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard translate`
#[derive(Debug, Args)]
pub struct Translate {
    /// The formula in the notation of --from
    pub formula: String,
    /// Operands: shapes (A:2x3, v:3, k: for a number, A:2x3:i32), files or literals
    #[arg(value_name = "NAME:SHAPE|NAME=VALUE")]
    pub operands: Vec<String>,
    /// The notation the formula is written in
    #[arg(long, value_name = "NOTATION")]
    pub from: String,
    /// The notation to write it in, or `all`
    #[arg(long, value_name = "NOTATION")]
    pub to: String,
    /// Write a program that can be run: imports, declarations of operands of these shapes, the result printed
    #[arg(long)]
    pub wrap: bool,
    /// What LaTeX's products mean: ⊙ Hadamard and ∗ Khatri–Rao (article), or ⊙ Khatri–Rao and ∗ Hadamard (kolda)
    #[arg(long, value_enum, default_value_t = Convention::Article)]
    pub convention: Convention,
    /// Operands that are not given have shapes by their letters: a–g numbers, h–z vectors, A–Z square matrices
    #[arg(long)]
    pub letters: bool,
}

/// Whose signs LaTeX's products are.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Convention {
    /// ⊙ is the Hadamard product
    Article,
    /// ⊙ is the Khatri–Rao product (Kolda and Bader)
    Kolda,
}

/// `hadamard notations`
#[derive(Debug, Args)]
pub struct Notations {
    /// A notation: numpy, matlab, …
    pub name: Option<String>,
}

/// `hadamard prove`
#[derive(Debug, Args)]
pub struct Prove {
    /// The claim: "tr(A * B.') == sum(A .* B)"; before it results may be named: D = A .* B; …
    pub claim: String,
    #[command(flatten)]
    pub about: About,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = ProveFormat::Text)]
    pub format: ProveFormat,
    /// Replay every step of the proof on random operands
    #[arg(long)]
    pub check: bool,
}

/// What a statement is about.
#[derive(Debug, Args)]
pub struct About {
    /// Shapes, where the formula does not tell: A:mxn, x:n, B:3xm*n, k:scalar; A=FILE has the shape of a file; k=2,
    /// 'Q=[1 2; 3 4]' and L='lowrank(U, V)' say what a name stands for
    #[arg(value_name = "NAME:SHAPE|NAME=VALUE")]
    pub operands: Vec<String>,
    /// What is known of operands: 'psd A, nonzero B'
    #[arg(long, value_name = "PROPERTIES")]
    pub given: Vec<String>,
    /// The numbers that entries are
    #[arg(long, value_enum, default_value_t = RingArg::Complex)]
    pub ring: RingArg,
}

/// `hadamard properties`
#[derive(Debug, Args)]
pub struct Properties {
    /// The formula: `C * (A .* B) * C'`
    pub formula: String,
    #[command(flatten)]
    pub about: About,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RingArg {
    /// ℤ
    Integer,
    /// ℝ: conjugation changes nothing
    Real,
    /// ℂ
    Complex,
    /// ℍ: products of entries depend on the order
    Quaternion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProveFormat {
    Text,
    Latex,
    Markdown,
    Json,
}

/// `hadamard laws`
#[derive(Debug, Args)]
pub struct Laws {
    /// A name or code: `hadamard_comm`, `F7`
    pub name: Option<String>,
    /// List the laws in which all these words occur
    #[arg(long, value_name = "WORDS", conflicts_with = "name")]
    pub search: Option<String>,
    /// Tell which equations hold over these numbers
    #[arg(long, value_enum, conflicts_with = "name")]
    pub ring: Option<RingArg>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

/// `hadamard check`
#[derive(Debug, Args)]
#[command(after_help = CLAIMS)]
pub struct Check {
    /// The claim: `A .* B == B .* A`, `det(A) * det(B) <= det(A .* B)`, `psd(A .* B)`
    pub claim: String,
    /// Operands: NAME=FILE, NAME=FILE#MEMBER, NAME=- (standard input), NAME=NUMBER, 'NAME=[1 2; 3 4]',
    /// NAME='lowrank(U, V)'
    #[arg(value_name = "NAME=VALUE")]
    pub operands: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard ops`
#[derive(Debug, Args)]
pub struct Ops {
    /// A name or sign: `sigmoid`, `.*`
    pub name: Option<String>,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
    /// Print the table as a Markdown reference page
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// `hadamard info`
#[derive(Debug, Args)]
pub struct Info {
    /// Files, or members of archives: FILE, FILE#MEMBER, -
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    /// Read headers only: no minimum, maximum, mean
    #[arg(long)]
    pub headers: bool,
    /// Measure what properties matrices have: symmetry, definiteness, rank, band, structure, signs
    #[arg(long, conflicts_with = "headers")]
    pub properties: bool,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard show`
#[derive(Debug, Args)]
pub struct Show {
    /// File, member of an archive, or - for standard input
    pub file: String,
    /// Write a picture with a colour bar instead of drawing in the terminal
    #[arg(short, long = "output", value_name = "OUT")]
    pub output: Option<String>,
    /// Columns to draw in; by default the width of the terminal
    #[arg(long, value_parser = clap::value_parser!(u16).range(4..=1000))]
    pub width: Option<u16>,
    #[command(flatten)]
    pub write: Write,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// The first array
    pub a: String,
    /// The second array, the reference of relative differences
    pub b: String,
    /// Accept |a - b| up to RTOL·|b| (added to ATOL)
    #[arg(long, value_name = "RTOL", default_value_t = 0.0, value_parser = tolerance)]
    pub rtol: f64,
    /// Accept |a - b| up to ATOL (added to RTOL·|b|)
    #[arg(long, value_name = "ATOL", default_value_t = 0.0, value_parser = tolerance)]
    pub atol: f64,
    /// Accept differences of up to ULP units in the last place
    #[arg(long, value_name = "ULP", default_value_t = 0)]
    pub ulp: u64,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard repl`
#[derive(Debug, Args)]
pub struct Repl {
    /// Operands to begin with
    #[arg(value_name = "NAME=VALUE")]
    pub operands: Vec<String>,
    /// Significant digits of printed floats (by default 6, and all of a single number)
    #[arg(long, value_name = "DIGITS", value_parser = clap::value_parser!(u8).range(1..=17))]
    pub precision: Option<u8>,
    #[command(flatten)]
    pub numbers: Numbers,
    #[command(flatten)]
    pub running: Running,
    #[command(flatten)]
    pub read: Read,
}

/// `hadamard completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `hadamard man`
#[derive(Debug, Args)]
pub struct Man {
    /// The subcommand
    pub command: Option<String>,
}

/// How files are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct Read {
    /// Format of the inputs, whatever their names say
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Dtype and shape of raw inputs: f32:1000x500 (little-endian, C order)
    #[arg(long, value_name = "DTYPE:SHAPE", value_parser = sizes::raw)]
    pub raw: Option<RawSpec>,
    /// Field separator of CSV files, read or written (a character, or `tab`)
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Whether CSV inputs have a header line (by default: if line 1 holds a field that is no number)
    #[arg(long, value_enum, value_name = "yes|no", hide_possible_values = true)]
    pub header: Option<YesNo>,
}

/// How outputs are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Writing")]
pub struct Write {
    /// Format of the outputs, whatever their names say
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<String>,
    /// Replace an output that exists
    #[arg(long)]
    pub force: bool,
    /// Let an output replace one of the inputs
    #[arg(long)]
    pub in_place: bool,
}

/// What happens to numbers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Numbers")]
pub struct Numbers {
    /// When an integer result does not fit its dtype
    #[arg(long, value_enum, default_value_t = OverflowArg::Error)]
    pub overflow: OverflowArg,
    /// When a divisor is zero (by default floats follow IEEE 754 and integers are an error)
    #[arg(long, value_enum)]
    pub zeros: Option<ZerosArg>,
    /// Strict: the same bits everywhere; fast: contraction and reassociation allowed
    #[arg(long, value_enum, default_value_t = MathArg::Strict)]
    pub math: MathArg,
    /// Evaluate products and sums in the order written, however much longer that takes
    #[arg(long)]
    pub no_rewrite: bool,
    /// Allow rewritings that can lose digits: `cancelling` multiplies sums out, (A + U*V')*x to A*x + U*(V'*x)
    #[arg(long, value_enum, value_name = "CLASS", conflicts_with = "no_rewrite")]
    pub allow: Option<AllowArg>,
}

/// How much memory and talk a command may use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct Limits {
    /// Most memory for array data: 256MiB, 2G; by default most of what is free
    #[arg(long, value_name = "SIZE", value_parser = sizes::bytes)]
    pub max_memory: Option<u64>,
    /// No progress on standard error
    #[arg(short, long)]
    pub quiet: bool,
}

/// Threads besides the limits.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct Running {
    /// Threads to use; by default all that this process may use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub threads: Option<u16>,
    #[command(flatten)]
    pub limits: Limits,
}

/// Which integers an image gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Clip {
    Auto,
    U8,
    U16,
}

impl Clip {
    /// The dtype that was asked for.
    pub fn dtype(self) -> Option<DType> {
        match self {
            Clip::Auto => None,
            Clip::U8 => Some(DType::U8),
            Clip::U16 => Some(DType::U16),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OverflowArg {
    /// Stop and name the first position
    Error,
    /// Keep the low bits
    Wrap,
    /// Take the nearest value that fits
    Saturate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ZerosArg {
    /// Stop and name the first position
    Error,
    /// Infinities and NaN, also for integers (which divide as f64)
    Ieee,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AllowArg {
    Cancelling,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MathArg {
    Strict,
    Fast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

impl Numbers {
    /// The decisions as the engine knows them.
    pub fn policy(&self) -> Policy {
        Policy {
            overflow: match self.overflow {
                OverflowArg::Error => Overflow::Error,
                OverflowArg::Wrap => Overflow::Wrap,
                OverflowArg::Saturate => Overflow::Saturate,
            },
            zeros: match self.zeros {
                None => Zeros::ByDType,
                Some(ZerosArg::Error) => Zeros::Error,
                Some(ZerosArg::Ieee) => Zeros::Ieee,
            },
            math: match self.math {
                MathArg::Strict => Math::Strict,
                MathArg::Fast => Math::Fast,
            },
        }
    }
}

impl Eval {
    /// The digits that were asked for.
    pub fn digits(&self) -> Option<Digits> {
        if self.full { Some(Digits::All) } else { self.precision.map(Digits::Most) }
    }
}

impl Running {
    /// Whether and how a formula may be rewritten.
    pub fn rewriting(&self, numbers: &Numbers) -> Rewriting {
        let memory = self.limits.max_memory.or_else(memory::spare);
        let cancelling = numbers.allow == Some(AllowArg::Cancelling);
        Rewriting { allowed: !numbers.no_rewrite, memory, cancelling, ..Rewriting::default() }
    }

    /// The settings of a run.
    pub fn settings(&self, numbers: &Numbers) -> Settings {
        Settings {
            policy: numbers.policy(),
            threads: self.threads.and_then(|n| NonZeroUsize::new(n.into())),
            max_memory: self.limits.max_memory.or_else(memory::spare),
            ..Settings::default()
        }
    }
}

impl Read {
    /// The options as the formats know them.
    pub fn options(&self, limits: &Limits) -> ReadOptions {
        ReadOptions {
            from: self.from.clone(),
            raw: self.raw.clone(),
            delimiter: self.delimiter,
            header: self.header.map(|h| h == YesNo::Yes),
            max_bytes: limits.max_memory,
        }
    }
}

impl Write {
    /// The options as the formats know them.
    pub fn options(&self, read: &Read) -> WriteOptions {
        WriteOptions { to: self.to.clone(), delimiter: read.delimiter, ..WriteOptions::default() }
    }
    /// What outputs may do to files that exist, `inputs` among them.
    pub fn policy(&self, inputs: Vec<PathBuf>, limits: &Limits) -> OutputPolicy {
        OutputPolicy { force: self.force, in_place: self.in_place, inputs, max_bytes: limits.max_memory }
    }
}

impl Command {
    /// Whether a program reads what we print, errors included.
    pub fn json(&self) -> bool {
        match self {
            Command::Eval(eval) => eval.json,
            Command::Explain(explain) => explain.json,
            Command::Prove(prove) => prove.format == ProveFormat::Json,
            Command::Properties(properties) => properties.json,
            Command::Laws(laws) => laws.json,
            Command::Check(check) => check.json,
            Command::Ops(ops) => ops.json,
            Command::Info(info) => info.json,
            Command::Diff(diff) => diff.json,
            Command::Translate(_)
            | Command::Notations(_)
            | Command::Show(_)
            | Command::Repl(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
            Ok(*byte)
        }
        b"tab" | b"\\t" => Ok(b'\t'),
        b"space" => Ok(b' '),
        _ => Err("write one ASCII sign such as `;`, or `tab`".into()),
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value >= 0.0 => Ok(value),
        _ => Err("write a number that is not negative, such as 1e-6".into()),
    }
}
