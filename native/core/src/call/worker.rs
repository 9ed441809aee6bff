//! Worker threads: they attach, and do jobs until there are none.

use crate::attach::{Attached, attach, attach_only};
use crate::errors::Misuse;
use crate::runtime::{self, Demand, Interpreter, Job, Lane, Pool, Search, Worker};
use crate::sys::thread::ThreadIdent;
use pyo3::Python;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a worker stays attached while short calls follow each other: others wait for the GIL.
const SLICE: Duration = Duration::from_millis(1);

/// Python code that nests as deep as its recursion limit allows needs no more; only what is used is taken from memory.
const STACK: usize = 16 << 20;

/// Leaves a job to the workers of an interpreter. Needs no GIL.
pub fn submit(interpreter: &Arc<Interpreter>, lane: Lane, job: Arc<dyn Job>) {
    match interpreter.pool.push(lane, job) {
        Ok(demand) => meet(interpreter, lane, demand),
        Err(job) => job.refuse(&Misuse::ContextDeleted),
    }
}

/// Interrupts the calls that run now in an interpreter. Needs no GIL.
pub fn interrupt(interpreter: &Arc<Interpreter>) {
    let interrupt = super::job::Interrupt::AllBut(ThreadIdent::current());
    submit(interpreter, Lane::Service, Arc::new(interrupt));
}

/// The interpreter goes on: who waited is served again.
pub fn resume(interpreter: &Arc<Interpreter>) {
    for lane in interpreter.pool.resume() {
        meet(interpreter, lane, Demand::NewWorker);
    }
}

fn meet(interpreter: &Arc<Interpreter>, lane: Lane, demand: Demand) {
    if demand == Demand::None {
        return;
    }
    let own = interpreter.clone();
    let builder = std::thread::Builder::new().name("python-ts".to_owned()).stack_size(STACK);
    if builder.spawn(move || work(&own, lane)).is_err() {
        interpreter.pool.leave_before_start(lane);
    }
}

fn work(interpreter: &Arc<Interpreter>, lane: Lane) {
    let pool = &interpreter.pool;
    let worker = pool.enter(lane);
    let mut search = Search::new();
    while pool.wait(&worker, &mut search) {
        if attach_and_work(interpreter, &worker, lane, &mut search).is_err() {
            break;
        }
    }
    runtime::retire(interpreter);
    let demand = pool.leave(&worker, &search);
    meet(interpreter, lane, demand);
}

fn attach_and_work(
    interpreter: &Arc<Interpreter>,
    worker: &Worker,
    lane: Lane,
    search: &mut Search,
) -> Result<(), Misuse> {
    let number = interpreter.number();
    match lane {
        Lane::Service => {
            attach_only(number, |attached| do_jobs(attached, interpreter, worker, lane, search))?;
            leave_released(interpreter);
            Ok(())
        }
        _ => attach(number, |attached| do_jobs(attached, interpreter, worker, lane, search)),
    }
}

fn do_jobs(
    attached: Attached<'_>,
    interpreter: &Arc<Interpreter>,
    worker: &Worker,
    lane: Lane,
    search: &mut Search,
) {
    let start = Instant::now();
    loop {
        let (job, demand) = interpreter.pool.next(worker, search);
        meet(interpreter, lane, demand);
        let Some(job) = job else { break };
        Pool::perform(worker, job, attached.py, interpreter);
        if start.elapsed() > SLICE {
            break;
        }
    }
}

/// What JavaScript has released is dropped by another worker. Finalizers may wait, for what a call holds that is to be interrupted: say the lock of an
/// import, which the callbacks of importlib's weak references take. So the worker that interrupts runs none.
fn leave_released(interpreter: &Arc<Interpreter>) {
    if interpreter.released.leave() {
        submit(interpreter, Lane::Calls, Arc::new(DropReleased));
    }
}

/// Does nothing: whoever attaches to do it drops what JavaScript has released.
struct DropReleased;

impl Job for DropReleased {
    fn perform(self: Arc<Self>, _py: Python<'_>, _interpreter: &Arc<Interpreter>) {}

    /// The interpreter ends, and drops everything.
    fn refuse(&self, _why: &Misuse) {}

    fn cancel(self: Arc<Self>) {}
}
