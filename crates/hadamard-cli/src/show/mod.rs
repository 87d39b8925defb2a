//! `hadamard show`: a matrix as a heatmap, an image as an image, in the terminal or as a picture.

mod font;
mod grid;
mod palette;
mod picture;
mod terminal;

use crate::args::Show;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::print::describe;
use crate::progress::Progress;
use grid::Grid;
use hadamard::array::{DType, Shape, Sink};
use hadamard::io::{Location, Outputs, Target};
use std::io::Write;

/// Columns drawn when the terminal does not say how many it has.
const COLUMNS: usize = 80;

/// What an array is drawn as.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drawn {
    /// One value for each cell.
    Heatmap { rows: usize, columns: usize },
    /// Grey (with alpha) or red, green and blue (with alpha) for each cell; `white` is the largest sample.
    Image { rows: usize, columns: usize, channels: usize, white: f64 },
}

/// Draws a file.
pub fn run(args: &Show, colours: bool, terminal: Option<usize>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let options = args.read.options(&args.limits);
    let location = Location::parse(&args.file);
    let source = hadamard::io::open(&location, &options)?.0.source;
    let drawn = drawn(&args.file, source.dtype(), source.shape())?;
    let progress = Progress::new(args.limits.quiet);
    match &args.output {
        Some(output) => {
            let (rows, columns) = picture::cells(drawn);
            let output = Location::parse(output);
            let shape = picture::shape(drawn, rows, columns);
            let options = args.write.options(&args.read);
            let target = Target { location: output, dtype: DType::U8, shape: shape.clone(), options };
            let inputs = if location.is_standard() { Vec::new() } else { vec![location.path.clone()] };
            let policy = args.write.policy(inputs, &args.limits);
            let mut outputs = Outputs::create(&[target], &policy)?;
            let grid = Grid::gather(&*source, drawn, rows, columns, &progress)?;
            let pixels = picture::paint(drawn, &grid, &shape);
            let window: Vec<_> = shape.iter().map(|&n| 0..n).collect();
            for sink in outputs.sinks() {
                Sink::write(sink, &window, &pixels)?;
            }
            outputs.finish()?;
        }
        None => {
            let columns = args.width.map(usize::from).or(terminal).unwrap_or(COLUMNS);
            let (rows, columns) = terminal::cells(drawn, columns, colours);
            let grid = Grid::gather(&*source, drawn, rows, columns, &progress)?;
            drop(progress);
            writeln!(out, "{}: {}", args.file, describe(source.dtype(), source.shape()))?;
            terminal::draw(drawn, &grid, colours, source.dtype().is_complex(), out)?;
        }
    }
    Ok(Exit::Ok)
}

/// How an array can be drawn.
fn drawn(file: &str, dtype: DType, shape: &Shape) -> Result<Drawn, Failure> {
    let white = match dtype {
        DType::U8 => Some(255.0),
        DType::U16 => Some(65535.0),
        _ => None,
    };
    if shape.size() == 0 && shape.ndim() > 0 {
        return Err(Failure::data(
            "nothing-to-show",
            format!("{file} is {} and has no elements", describe(dtype, shape)),
        ));
    }
    Ok(match (&shape[..], white) {
        ([], _) => Drawn::Heatmap { rows: 1, columns: 1 },
        (&[columns], _) => Drawn::Heatmap { rows: 1, columns },
        (&[rows, columns], _) => Drawn::Heatmap { rows, columns },
        (&[rows, columns, channels @ 2..=4], Some(white)) => Drawn::Image { rows, columns, channels, white },
        _ => {
            let at = vec!["0"; shape.ndim() - 2].join(", ");
            let message = format!("{file} is {}; only a matrix or an image can be drawn", describe(dtype, shape));
            return Err(Failure::data("cannot-draw", message)
                .help(format!("draw a slice: hadamard 'A[{at}, :, :]' A={file} -o - | hadamard show -")));
        }
    })
}
