//! The worker threads of one interpreter: what waits to be done, and who does what.
//!
//! A worker that was woken (or started) and has not yet looked for a job is the searching one, and there is at most one: so many short calls
//! are all done by the worker that is at it, while a call that lets go of the GIL, or takes long, brings in the next worker.

use super::Interpreter;
use super::search::{LOOK_OUT, Search};
use crate::errors::Misuse;
use crate::sys::imports;
use crate::sys::thread::ThreadIdent;
use pyo3::Python;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What a worker does. Each job is performed or refused once.
pub trait Job: Send + Sync {
    /// Does it; this thread is attached to the interpreter.
    fn perform(self: Arc<Self>, py: Python<'_>, interpreter: &Arc<Interpreter>);
    /// It will not be done, or nobody waits any longer until it is.
    fn refuse(&self, why: &Misuse);
    /// Nobody wants its result any more.
    fn cancel(self: Arc<Self>);
    /// It is to end, which `thread` is at. This thread is attached, so it cannot end meanwhile.
    fn interrupt(&self, py: Python<'_>, _interpreter: &Interpreter, thread: ThreadIdent, _urgency: Urgency) {
        thread.interrupt_call(py);
    }
}

/// Why a job is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The user says so.
    Interrupt,
    /// The interpreter ends.
    End,
    /// The interpreter ends, and has said so before.
    Now,
}

/// Which workers do a job.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Calls of the user's, which may take any time: as many workers as the user allows.
    Calls = 0,
    /// What is done at once (interrupting a call, starting a task): one worker, so that it never waits for a call.
    Service = 1,
    /// The asyncio loop.
    Loop = 2,
    /// What makes interpreters with one GIL take turns.
    Turns = 3,
}

const LANES: [Lane; 4] = [Lane::Calls, Lane::Service, Lane::Loop, Lane::Turns];

/// One worker thread.
pub struct Worker {
    lane: Lane,
    thread: ThreadIdent,
    /// Changed by the worker itself, attached; so whoever is attached sees what the worker is at.
    current: Mutex<Option<Arc<dyn Job>>>,
    /// Whether an exception may be pending for the current job. Changed attached.
    is_interrupted: AtomicBool,
}

struct Queue {
    jobs: VecDeque<Arc<dyn Job>>,
    workers: Vec<Arc<Worker>>,
    /// How many workers there are, those included that are about to start.
    count: usize,
    limit: usize,
    idle: usize,
    is_searching: bool,
}

/// Who is let in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admission {
    Open,
    /// What comes waits: the interpreter may be about to end.
    Paused,
    /// Nobody: the interpreter ends.
    Closed,
}

struct State {
    queues: [Queue; LANES.len()],
    admission: Admission,
}

pub struct Pool {
    state: Mutex<State>,
    /// How many jobs each lane has, for who looks without the lock.
    waiting: [AtomicUsize; LANES.len()],
    /// For the idle workers of each lane.
    work: [Condvar; LANES.len()],
    /// For who waits until the workers have left.
    left: Condvar,
}

/// A worker is needed that does not exist yet.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Demand {
    None,
    NewWorker,
}

impl Queue {
    fn new(limit: usize) -> Self {
        Self { jobs: VecDeque::new(), workers: Vec::new(), count: 0, limit, idle: 0, is_searching: false }
    }

    /// Whether a worker is to be woken, or made, for what waits.
    fn demand(&mut self, admission: Admission, work: &Condvar) -> Demand {
        if self.is_searching || self.jobs.is_empty() || admission != Admission::Open {
            return Demand::None;
        }
        if self.idle > 0 {
            self.is_searching = true;
            work.notify_one();
        } else if self.count < self.limit {
            self.is_searching = true;
            self.count += 1;
            return Demand::NewWorker;
        }
        Demand::None
    }
}

impl Pool {
    pub fn new() -> Self {
        Self {
            state: Mutex::new(State {
                queues: LANES.map(|lane| Queue::new(if lane == Lane::Calls { default_threads() } else { 1 })),
                admission: Admission::Open,
            }),
            waiting: [const { AtomicUsize::new(0) }; LANES.len()],
            work: [const { Condvar::new() }; LANES.len()],
            left: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls may run at the same time. Workers that there are stay.
    pub fn set_threads(&self, threads: usize) {
        self.lock().queues[Lane::Calls as usize].limit = threads.max(1);
    }

    /// Adds a job. Gives it back when the interpreter is about to end.
    pub fn push(&self, lane: Lane, job: Arc<dyn Job>) -> Result<Demand, Arc<dyn Job>> {
        let mut state = self.lock();
        if state.admission == Admission::Closed {
            return Err(job);
        }
        let admission = state.admission;
        let queue = &mut state.queues[lane as usize];
        queue.jobs.push_back(job);
        self.waiting[lane as usize].store(queue.jobs.len(), Ordering::Relaxed);
        Ok(queue.demand(admission, &self.work[lane as usize]))
    }

    /// This thread becomes a worker.
    pub fn enter(&self, lane: Lane) -> Arc<Worker> {
        let worker = Arc::new(Worker {
            lane,
            thread: ThreadIdent::current(),
            current: Mutex::new(None),
            is_interrupted: AtomicBool::new(false),
        });
        self.lock().queues[lane as usize].workers.push(worker.clone());
        worker
    }

    /// A worker that was demanded does not come: what waits for it alone is refused.
    pub fn leave_before_start(&self, lane: Lane) {
        let refused: Vec<_> = {
            let mut state = self.lock();
            let queue = &mut state.queues[lane as usize];
            queue.count -= 1;
            queue.is_searching = false;
            if queue.count == 0 { queue.jobs.drain(..).collect() } else { Vec::new() }
        };
        for job in refused {
            job.refuse(&Misuse::NoThread);
        }
        self.left.notify_all();
    }

    /// This thread, whose thread state is gone, is no worker any more. Another one may be needed, since the pool may be open again.
    pub fn leave(&self, worker: &Arc<Worker>, search: &Search) -> Demand {
        let mut state = self.lock();
        let admission = state.admission;
        let queue = &mut state.queues[worker.lane as usize];
        queue.workers.retain(|other| !Arc::ptr_eq(other, worker));
        queue.count -= 1;
        if search.is_on {
            queue.is_searching = false;
        }
        self.left.notify_all();
        queue.demand(admission, &self.work[worker.lane as usize])
    }

    /// Waits, detached, until there is a job. False when the workers are to leave.
    pub fn wait(&self, worker: &Worker, search: &mut Search) -> bool {
        let lane = worker.lane as usize;
        if search.may_stay_awake() && self.search(lane, &mut search.is_on) {
            search.succeeded(self.look_out(lane));
        }
        let is_searching = &mut search.is_on;
        let mut state = self.lock();
        loop {
            if state.admission != Admission::Open {
                return false;
            }
            if !state.queues[lane].jobs.is_empty() {
                return true;
            }
            if std::mem::take(is_searching) {
                state.queues[lane].is_searching = false;
            }
            state.queues[lane].idle += 1;
            state = self.work[lane].wait(state).unwrap_or_else(PoisonError::into_inner);
            state.queues[lane].idle -= 1;
            *is_searching = true;
        }
    }

    /// Makes this worker the searching one, unless another one is.
    fn search(&self, lane: usize, is_searching: &mut bool) -> bool {
        let queue = &mut self.lock().queues[lane];
        if !*is_searching && !queue.is_searching {
            queue.is_searching = true;
            *is_searching = true;
        }
        *is_searching
    }

    /// Looks for a job for a moment, giving way to every other thread. Says whether there is one.
    fn look_out(&self, lane: usize) -> bool {
        let start = Instant::now();
        while self.waiting[lane].load(Ordering::Relaxed) == 0 {
            if start.elapsed() > LOOK_OUT {
                return false;
            }
            std::thread::yield_now();
        }
        true
    }

    /// The next job, for a worker that is attached.
    pub fn next(&self, worker: &Worker, search: &mut Search) -> (Option<Arc<dyn Job>>, Demand) {
        let lane = worker.lane as usize;
        let mut state = self.lock();
        let admission = state.admission;
        let queue = &mut state.queues[lane];
        if std::mem::take(&mut search.is_on) {
            queue.is_searching = false;
        }
        if admission == Admission::Paused {
            return (None, Demand::None);
        }
        let job = queue.jobs.pop_front();
        self.waiting[lane].store(queue.jobs.len(), Ordering::Relaxed);
        (job, queue.demand(admission, &self.work[lane]))
    }

    /// Does a job on this worker, which is attached.
    pub fn perform(worker: &Worker, job: Arc<dyn Job>, py: Python<'_>, interpreter: &Arc<Interpreter>) {
        *worker.lock() = Some(job.clone());
        job.perform(py, interpreter);
        *worker.lock() = None;
        if worker.is_interrupted.swap(false, Ordering::Relaxed) {
            worker.thread.clear_interrupt(py);
            imports::release_locks(py);
        }
    }

    /// Interrupts the jobs that run and are meant. This thread is attached, so none of them can end meanwhile.
    pub fn interrupt(
        &self,
        py: Python<'_>,
        interpreter: &Interpreter,
        urgency: Urgency,
        is_meant: impl Fn(&Arc<dyn Job>) -> bool,
    ) {
        let is_work = |worker: &&Arc<Worker>| matches!(worker.lane, Lane::Calls | Lane::Loop);
        for worker in self.workers().iter().filter(is_work) {
            let job = worker.lock().clone().filter(&is_meant);
            if let Some(job) = job {
                worker.is_interrupted.store(true, Ordering::Relaxed);
                job.interrupt(py, interpreter, worker.thread, urgency);
            }
        }
    }

    /// Raises KeyboardInterrupt in what the workers of a lane are at.
    pub fn interrupt_lane(&self, py: Python<'_>, lane: Lane) {
        for worker in self.workers().iter().filter(|worker| worker.lane == lane) {
            worker.is_interrupted.store(true, Ordering::Relaxed);
            worker.thread.interrupt_call(py);
        }
    }

    /// Whether the job that a thread is at, which asks, was interrupted.
    pub(super) fn is_interrupted(&self, thread: ThreadIdent) -> bool {
        let is_its =
            |worker: &Arc<Worker>| worker.thread == thread && worker.is_interrupted.load(Ordering::Relaxed);
        self.workers().iter().any(is_its)
    }

    fn workers(&self) -> Vec<Arc<Worker>> {
        self.lock().queues.iter().flat_map(|queue| queue.workers.clone()).collect()
    }

    /// The workers leave when they have done what they are at, and what comes waits, until `resume` or `close`.
    pub fn pause(&self) {
        self.lock().admission = Admission::Paused;
        self.work.iter().for_each(Condvar::notify_all);
    }

    /// Lets nobody in any more, and refuses what waits. The workers leave when they have done what they are at.
    pub fn close(&self, why: &Misuse) {
        let waiting: Vec<_> = {
            let mut state = self.lock();
            state.admission = Admission::Closed;
            state.queues.iter_mut().flat_map(|queue| queue.jobs.drain(..)).collect()
        };
        self.work.iter().for_each(Condvar::notify_all);
        for job in waiting {
            job.refuse(why);
        }
    }

    /// Whether the interpreter goes on.
    pub fn is_open(&self) -> bool {
        self.lock().admission == Admission::Open
    }

    /// Whether a lane has a worker, or one that is about to start.
    pub fn has_worker(&self, lane: Lane) -> bool {
        self.lock().queues[lane as usize].count > 0
    }

    /// Ends a pause: the interpreter goes on. The lanes that need a worker for what waits.
    pub fn resume(&self) -> Vec<Lane> {
        let mut state = self.lock();
        if !matches!(state.admission, Admission::Paused) {
            return Vec::new();
        }
        state.admission = Admission::Open;
        let lanes = LANES.iter().copied();
        lanes
            .filter(|&lane| {
                let queue = &mut state.queues[lane as usize];
                queue.demand(Admission::Open, &self.work[lane as usize]) == Demand::NewWorker
            })
            .collect()
    }

    /// Whether a worker is in a call.
    pub fn is_empty(&self) -> bool {
        self.lock().queues.iter().all(|queue| queue.count == 0)
    }

    /// Waits, detached, until the workers have left. Says whether they have.
    pub fn wait_until_empty(&self, deadline: Instant) -> bool {
        let mut state = self.lock();
        while state.queues.iter().any(|queue| queue.count > 0) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.left.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Nobody waits for what the workers that are left are at.
    pub fn abandon(&self, why: &Misuse) {
        for job in self.workers().iter().filter_map(|worker| worker.lock().clone()) {
            job.refuse(why);
        }
    }
}

impl Worker {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<dyn Job>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As many as Python's own ThreadPoolExecutor has: calls that wait need threads, not processors.
fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).saturating_add(4).min(32)
}
