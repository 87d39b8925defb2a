//! Progress on standard error: bytes, rate and remaining time, after one second, only for people.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A job shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress of one job.
pub struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: bool,
}

impl Progress {
    /// Progress for a person, if one is watching and has not asked for silence.
    pub fn new(quiet: bool) -> Progress {
        let shown = !quiet && std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes} · {bytes_per_sec} · {eta} left")
        {
            bar.set_style(style);
        }
        Progress { bar, begun: Instant::now(), shown }
    }
    /// No progress.
    #[cfg(test)]
    pub fn silent() -> Progress {
        Progress::new(true)
    }
    /// Sets how many bytes there are in all.
    pub fn total(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }
    /// So many more bytes are done.
    pub fn add(&self, bytes: u64) {
        self.reach(self.bar.position() + bytes);
    }
    /// So many bytes are done in all.
    pub fn reach(&self, bytes: u64) {
        if self.shown && self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
