//! Which threads runs start and use. One test, because it counts the threads of its process.
#![cfg(target_os = "linux")]

use hadamard::{Array, DType, Env, Program, Settings};
use std::num::NonZeroUsize;

/// Threads of this process that the engine started.
fn own() -> usize {
    let name = |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.unwrap().path().join("comm"));
    std::fs::read_dir("/proc/self/task")
        .unwrap()
        .filter_map(|t| name(t).ok())
        .filter(|n| n.starts_with("hadamard-"))
        .count()
}

fn program(n: usize) -> (Program, Array, f64) {
    let env = Env::new().array("A", DType::F64, [n], "");
    let program = hadamard::compile("A .+ 1; sum(A)", &env).unwrap();
    let values: Vec<f64> = (0..n).map(|k| (k % 7) as f64).collect();
    (program, Array::from_slice([n], &values).unwrap(), values.iter().sum())
}

fn run(n: usize, threads: Option<usize>) {
    let (program, a, sum) = program(n);
    let settings = Settings { threads: threads.and_then(NonZeroUsize::new), ..Settings::default() };
    let results = program.run(&[a.view()], &settings).unwrap();
    assert_eq!(results[1].slice::<f64>().unwrap(), [sum]);
    assert_eq!(results[0].slice::<f64>().unwrap()[n - 1], ((n - 1) % 7) as f64 + 1.0);
}

#[test]
fn threads_are_started_once_for_large_runs_outside_pools() {
    const LARGE: usize = 1 << 20;
    // Small arrays, and one thread, start none.
    run(1000, None);
    run(10_000, Some(8));
    run(LARGE, Some(1));
    assert_eq!(own(), 0);
    // In a pool of the caller's its threads do the work, whatever the limit, and from inside its tasks too.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for threads in [None, Some(1), Some(2), Some(3), Some(16)] {
        pool.install(|| run(LARGE, threads));
        pool.scope(|scope| (0..6).for_each(|_| scope.spawn(|_| run(LARGE, threads))));
    }
    assert_eq!(own(), 0);
    // Outside, a pool of the size asked for, which later runs share.
    for _ in 0..20 {
        run(LARGE, Some(3));
    }
    assert_eq!(own(), 3);
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| run(LARGE, Some(3))))));
    assert_eq!(own(), 3);
    // Few sizes are kept; what is dropped ends.
    for threads in [2, 4, 5, 6, 7, 8] {
        run(LARGE, Some(threads));
    }
    for _ in 0..500 {
        // Threads of the last pool may still be starting, those of the first ending.
        if own() == 5 + 6 + 7 + 8 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(own(), 5 + 6 + 7 + 8);
}
