//! Many sources at once: the only place with threads.
//!
//! Results come out in the order of the inputs, whatever the number of threads, and no more inputs are in
//! flight than a small window: memory is bounded by the documents in hand, never by the corpus.

use crate::error::Error;
use crate::process::{Records, process};
use crate::rule::RuleSet;
use crate::source::Input;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;

/// Inputs in flight for each thread: enough that a long one does not keep the others waiting.
const WINDOW: usize = 8;

/// What came of one input.
pub type Outcome = Result<Records, Error>;

/// Processes `inputs` on `threads` threads and hands each outcome to `done`, in order.
///
/// # Errors
/// The threads cannot be started.
pub fn run(
    inputs: impl Iterator<Item = Result<Input, Error>>,
    rules: &RuleSet,
    threads: usize,
    mut done: impl FnMut(Outcome) -> ControlFlow<()>,
) -> Result<(), rayon::ThreadPoolBuildError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let window = pool.current_num_threads() * WINDOW;
    let (send, receive) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let mut inputs = inputs.fuse();
        let mut waiting = BTreeMap::new();
        let (mut sent, mut written) = (0usize, 0usize);
        loop {
            while sent - written < window
                && let Some(input) = inputs.next()
            {
                let send = send.clone();
                let number = sent;
                scope.spawn(move |_| {
                    // The receiver is gone only once the run was broken off.
                    let _ = send.send((number, one(input, rules)));
                });
                sent += 1;
            }
            if sent == written {
                return;
            }
            let Ok((number, outcome)) = receive.recv() else {
                return;
            };
            waiting.insert(number, outcome);
            while let Some(outcome) = waiting.remove(&written) {
                written += 1;
                if done(outcome).is_break() {
                    return;
                }
            }
        }
    });
    Ok(())
}

fn one(input: Result<Input, Error>, rules: &RuleSet) -> Outcome {
    let input = input?;
    let work = || process(&input.read()?, rules);
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::Defect { name: input.name() }))
}
