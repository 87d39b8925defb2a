//! Whose threads a run uses: those of the rayon pool it is called from, so that no second pool competes with the
//! first; else those of a pool of this process, which the first run large enough to need it starts and later ones share.
//!
//! A pool has as many threads as the settings say, or as the system lets this process use: its affinity mask and its
//! control group's share of processors count. A forked child has none of its parent's threads, so it starts pools of its
//! own; it must not be forked while another thread of the parent starts one.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Tasks for each thread, so that a thread the system slows down does not hold up the rest.
const TASKS_PER_THREAD: usize = 4;
/// Pools of different sizes kept for later runs.
const KEPT: usize = 4;

/// Pools with the process that started them and their number of threads, oldest first.
static POOLS: Mutex<Vec<(u32, usize, Arc<ThreadPool>)>> = Mutex::new(Vec::new());

/// The threads of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workers {
    /// At most so many.
    pub limit: Option<NonZeroUsize>,
}

impl Workers {
    /// How many threads may work at once.
    fn count(self) -> usize {
        match self.limit {
            Some(n) if inside() => n.get().min(rayon::current_num_threads()),
            Some(n) => n.get(),
            None if inside() => rayon::current_num_threads(),
            None => available(),
        }
    }

    /// Into how many tasks work is worth cutting.
    pub fn tasks(self) -> usize {
        match self.count() {
            1 => 1,
            // In a pool that has more threads than may be used, so many as there are tasks can take part.
            n if inside() && n < rayon::current_num_threads() => n,
            n => n * TASKS_PER_THREAD,
        }
    }

    /// The results of all tasks, in order. A single task is done here, and starts no thread.
    pub fn map<T: Send, R: Send>(self, tasks: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
        if tasks.len() < 2 || self.count() < 2 {
            return tasks.into_iter().map(work).collect();
        }
        let pool = if inside() { None } else { pool(self.count()) };
        match pool {
            Some(pool) => pool.install(|| tasks.into_par_iter().map(&work).collect()),
            None if inside() => tasks.into_par_iter().map(&work).collect(),
            // No more threads to be had: fewer give the same results.
            None => tasks.into_iter().map(work).collect(),
        }
    }

    /// Does both, the second beside the first where threads are to be had.
    pub fn both<A: Send, B: Send>(self, first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
        let pool = if self.count() < 2 || inside() { None } else { pool(self.count()) };
        match pool {
            Some(pool) => pool.join(first, second),
            None if self.count() > 1 && inside() => rayon::join(first, second),
            None => (first(), second()),
        }
    }
}

/// Whether this thread belongs to a pool.
fn inside() -> bool {
    rayon::current_thread_index().is_some()
}

/// How many threads the system lets this process use.
fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

/// The pool of that many threads, if the system gives them.
fn pool(threads: usize) -> Option<Arc<ThreadPool>> {
    let process = std::process::id();
    // A panic elsewhere cannot leave the list in disorder.
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    if pools.iter().any(|p| p.0 != process) {
        // Of the process this one was forked from: to drop them would be to wait for threads that are not here.
        std::mem::forget(std::mem::take(&mut *pools));
    }
    if let Some((.., pool)) = pools.iter().find(|p| p.1 == threads) {
        return Some(Arc::clone(pool));
    }
    let named = |i| format!("hadamard-{i}");
    let pool = Arc::new(ThreadPoolBuilder::new().num_threads(threads).thread_name(named).build().ok()?);
    if pools.len() == KEPT {
        pools.remove(0);
    }
    pools.push((process, threads, Arc::clone(&pool)));
    Some(pool)
}
