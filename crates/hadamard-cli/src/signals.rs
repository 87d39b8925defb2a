//! What happens on Ctrl-C and termination: nothing half-done stays behind.

use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether an interrupt ends the process (a command) or only the work in progress (the REPL).
static ENDS: AtomicBool = AtomicBool::new(true);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Begins to listen. Fails only if someone else listens already, which nobody does.
pub fn listen() {
    let _ = ctrlc::set_handler(|| {
        if ENDS.load(Ordering::SeqCst) {
            hadamard::io::remove_temporaries();
            std::process::exit(Exit::Interrupted as i32);
        }
        INTERRUPTED.store(true, Ordering::SeqCst);
    });
}

/// From now on an interrupt ends only the work in progress.
pub fn survive() {
    ENDS.store(false, Ordering::SeqCst);
}

/// Whether the work in progress was interrupted.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Forgets an interrupt: new work begins.
pub fn begin() {
    INTERRUPTED.store(false, Ordering::SeqCst);
}
