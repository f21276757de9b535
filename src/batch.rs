//! Many sources at once: the only place with threads.
//!
//! Results come out in the order of the inputs, whatever the number of threads, and no more inputs are in
//! flight than a small window: memory is bounded by the documents in hand, never by the corpus. A document that takes too long is given
//! up and a fresh thread goes on with the others.

use crate::error::{Error, Limit};
use crate::normalize::Repair;
use crate::process::{Records, process_at};
use crate::record::hex;
use crate::rule::RuleSet;
use crate::source::{Input, Limits, Take};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Inputs in flight for each thread: enough that a long one does not keep the others waiting.
const WINDOW: usize = 8;

/// Bytes of inputs in flight that were unpacked already, beyond which the next one has to wait.
const BUDGET: usize = 128 << 20;

/// Stack of a worker; long texts of odd shape need more than the usual.
const STACK: usize = 16 << 20;

/// What came of one input.
#[derive(Debug)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// How long it took.
    pub milliseconds: u64,
    /// Bytes of the source.
    pub bytes: usize,
    /// SHA-256 of what there are no records of, as far as it could be read.
    pub sha256: Option<String>,
    /// Its records, or why there are none.
    pub result: Result<Records, Error>,
}

/// How a batch is run.
#[derive(Debug, Clone)]
pub struct Job {
    /// By which notices are read.
    pub rules: Arc<RuleSet>,
    /// How much of a notice is repaired before it is read.
    pub repair: Repair,
    /// What one document may take.
    pub limits: Limits,
    /// After which it is given up.
    pub timeout: Option<Duration>,
    /// Number of threads; 0 for one for each processor.
    pub threads: usize,
}

/// Processes `inputs` with the usual limits and hands what came of each to `done`, in order.
///
/// # Errors
/// The threads cannot be started.
pub fn run(
    inputs: impl Iterator<Item = Result<Input, Error>>,
    rules: &Arc<RuleSet>,
    threads: usize,
    mut done: impl FnMut(Result<Records, Error>) -> ControlFlow<()>,
) -> Result<(), io::Error> {
    let job = Job {
        rules: Arc::clone(rules),
        repair: Repair::default(),
        limits: Limits::default(),
        timeout: None,
        threads,
    };
    let mut inputs = inputs;
    run_fed(
        |take| inputs.try_for_each(take),
        &job,
        |outcome| done(outcome.result),
    )
}

/// Processes what `feed` hands on, and hands what came of each to `done`, in order.
///
/// # Errors
/// The threads cannot be started.
pub fn run_fed(
    feed: impl FnOnce(&mut Take<'_>) -> ControlFlow<()>,
    job: &Job,
    mut done: impl FnMut(Outcome) -> ControlFlow<()>,
) -> Result<(), io::Error> {
    let mut pool = Pool::start(job)?;
    let window = pool.threads * WINDOW;
    let mut stopped = false;
    // Breaking off the feed is what `stopped` says; a feed that ends by itself has handed on all.
    let _ = feed(&mut |input| {
        while !stopped
            && (pool.in_flight() >= window || pool.bytes > BUDGET && pool.in_flight() > 0)
        {
            stopped = pool.next(&mut done).is_break();
        }
        if stopped {
            return ControlFlow::Break(());
        }
        pool.send(input);
        ControlFlow::Continue(())
    });
    while !stopped && pool.in_flight() > 0 {
        stopped = pool.next(&mut done).is_break();
    }
    Ok(())
}

/// An input on its way to a worker.
struct Ticket {
    number: usize,
    input: Result<Input, Error>,
}

/// What workers tell.
enum Note {
    Begun(usize, Instant),
    /// Its bytes, and their sum: told where it may be given up.
    Read(usize, usize, String),
    Done(usize, Box<Outcome>),
}

struct Pool {
    job: Job,
    threads: usize,
    send: Sender<Ticket>,
    tickets: Arc<Mutex<Receiver<Ticket>>>,
    notes: Receiver<Note>,
    tell: Sender<Note>,
    sent: usize,
    written: usize,
    /// Names and weights of what is in flight, by number.
    open: BTreeMap<usize, (String, usize)>,
    begun: BTreeMap<usize, Instant>,
    /// Bytes and sums of what may be given up.
    read: BTreeMap<usize, (usize, String)>,
    waiting: BTreeMap<usize, Outcome>,
    bytes: usize,
}

impl Pool {
    fn start(job: &Job) -> io::Result<Self> {
        let threads = match job.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let (send, tickets) = mpsc::channel();
        let (tell, notes) = mpsc::channel();
        let pool = Self {
            job: job.clone(),
            threads,
            send,
            tickets: Arc::new(Mutex::new(tickets)),
            notes,
            tell,
            sent: 0,
            written: 0,
            open: BTreeMap::new(),
            begun: BTreeMap::new(),
            read: BTreeMap::new(),
            waiting: BTreeMap::new(),
            bytes: 0,
        };
        pool.workers(threads)?;
        Ok(pool)
    }

    /// Starts `count` threads, which end with the pool. They are not waited for: one that is stuck in a document
    /// must not keep the run from ending.
    fn workers(&self, count: usize) -> io::Result<()> {
        let (tickets, tell, job) = (
            Arc::clone(&self.tickets),
            Mutex::new(self.tell.clone()),
            self.job.clone(),
        );
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .stack_size(STACK)
            .thread_name(|number| format!("duban-{number}"))
            .build()
            .map_err(io::Error::other)?;
        threads.spawn_broadcast(move |_| {
            let tell = tell.lock().unwrap_or_else(PoisonError::into_inner).clone();
            work(&tickets, &tell, &job);
        });
        Ok(())
    }

    fn in_flight(&self) -> usize {
        self.sent - self.written
    }

    fn send(&mut self, input: Result<Input, Error>) {
        let (name, weight) = match &input {
            Ok(input) => (input.name(), input.weight()),
            Err(error) => (error.subject(), 0),
        };
        self.bytes += weight;
        self.open.insert(self.sent, (name, weight));
        let ticket = Ticket {
            number: self.sent,
            input,
        };
        self.sent += 1;
        // The receiver lives as long as the pool.
        let _ = self.send.send(ticket);
    }

    /// Waits for something to happen, and hands on what is next in order.
    fn next(&mut self, done: &mut impl FnMut(Outcome) -> ControlFlow<()>) -> ControlFlow<()> {
        let note = match self.job.timeout {
            None => self.notes.recv().ok(),
            Some(_) => match self.notes.recv_timeout(Duration::from_millis(100)) {
                Ok(note) => Some(note),
                Err(RecvTimeoutError::Timeout) => {
                    self.give_up();
                    None
                }
                Err(RecvTimeoutError::Disconnected) => None,
            },
        };
        match note {
            Some(Note::Begun(number, at)) => {
                self.begun.insert(number, at);
            }
            Some(Note::Read(number, bytes, sha256)) if self.begun.contains_key(&number) => {
                self.read.insert(number, (bytes, sha256));
            }
            // What was given up and ended after all is told as given up: else the output would depend on the moment.
            Some(Note::Done(number, outcome)) if self.begun.remove(&number).is_some() => {
                self.arrived(number, *outcome);
            }
            _ => {}
        }
        while let Some(outcome) = self.waiting.remove(&self.written) {
            self.written += 1;
            done(outcome)?;
        }
        ControlFlow::Continue(())
    }

    fn arrived(&mut self, number: usize, outcome: Outcome) {
        if let Some((_, weight)) = self.open.remove(&number) {
            self.bytes -= weight;
        }
        self.read.remove(&number);
        self.waiting.insert(number, outcome);
    }

    /// Gives up what takes too long.
    fn give_up(&mut self) {
        let Some(timeout) = self.job.timeout else {
            return;
        };
        let late: Vec<_> = self
            .begun
            .iter()
            .filter(|(_, begun)| begun.elapsed() > timeout)
            .map(|(number, _)| *number)
            .collect();
        for number in late {
            self.begun.remove(&number);
            let name = self
                .open
                .get(&number)
                .map(|(name, _)| name.clone())
                .unwrap_or_default();
            let (bytes, sha256) = self.read.remove(&number).unzip();
            let outcome = Outcome {
                name: name.clone(),
                milliseconds: u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX),
                bytes: bytes.unwrap_or(0),
                sha256,
                result: Err(Error::Limit {
                    name,
                    limit: Limit::Time,
                    allowed: timeout.as_secs(),
                }),
            };
            self.arrived(number, outcome);
            // The thread that is stuck is left to itself. Without another one the rest would wait; if the system
            // gives none, they do.
            let _ = self.workers(1);
        }
    }
}

/// Takes tickets until there are no more.
fn work(tickets: &Mutex<Receiver<Ticket>>, tell: &Sender<Note>, job: &Job) {
    loop {
        let ticket = tickets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(Ticket { number, input }) = ticket else {
            return;
        };
        let begun = Instant::now();
        if tell.send(Note::Begun(number, begun)).is_err() {
            return;
        }
        let outcome = one(input, job, begun, |bytes, sha256| {
            // Whether anyone still listens shows below.
            let _ = tell.send(Note::Read(number, bytes, sha256));
        });
        let outcome = Box::new(outcome);
        if tell.send(Note::Done(number, outcome)).is_err() {
            return;
        }
    }
}

fn one(
    input: Result<Input, Error>,
    job: &Job,
    begun: Instant,
    read: impl Fn(usize, String),
) -> Outcome {
    let name = match &input {
        Ok(input) => input.name(),
        Err(error) => error.subject(),
    };
    let defect = || Error::Defect { name: name.clone() };
    let source = catch_unwind(AssertUnwindSafe(|| input?.read(&job.limits)))
        .unwrap_or_else(|_| Err(defect()));
    let (mut bytes, mut sha256) = (0, None);
    let result = source.and_then(|source| {
        let sum = || hex(&Sha256::digest(&source.bytes), 64);
        bytes = source.bytes.len();
        if job.timeout.is_some() {
            read(bytes, sum());
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            process_at(&source, &job.rules, job.repair)
        }))
        .unwrap_or_else(|_| Err(defect()));
        if result.is_err() {
            sha256 = Some(sum());
        }
        result
    });
    Outcome {
        milliseconds: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        bytes,
        sha256,
        result,
        name,
    }
}
