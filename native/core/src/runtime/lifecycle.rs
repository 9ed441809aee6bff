//! Starting and ending Python and its sub-interpreters.

use super::phase::{self, Phase, phase};
use super::turns::Turns;
use super::{Interpreter, Urgency, registry, threads, unraisable};
use crate::errors::Misuse;
use crate::sys::audit;
use crate::sys::sub_interpreter::{self, SubKind};
use crate::sys::thread::{self, AttachProof, InterpreterState, ThreadIdent, ThreadState};
use pyo3::Python;
use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Where Python cannot be finalized (`thread::can_restart`, or threads that still run), the first interpreter stays as the host of the next ones.
static HOST: Mutex<Option<InterpreterState>> = Mutex::new(None);
/// Interpreters that were left to themselves, with threads that run: Python cannot be finalized then.
static LEFT_BEHIND: Mutex<Vec<InterpreterState>> = Mutex::new(Vec::new());
/// Held while Python, or an interpreter, starts or ends.
static CHANGE: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether this thread holds CHANGE: Python code that runs while an interpreter ends may ask for another change.
    static IS_CHANGING: Cell<bool> = const { Cell::new(false) };
}

/// The right to start or end an interpreter.
struct Change {
    _guard: MutexGuard<'static, ()>,
}

fn change() -> Result<Change, Misuse> {
    if IS_CHANGING.get() {
        return Err(Misuse::InUse);
    }
    let guard = CHANGE.lock().unwrap_or_else(PoisonError::into_inner);
    IS_CHANGING.set(true);
    Ok(Change { _guard: guard })
}

/// Waits until no interpreter starts or ends, at most until then: what another thread is about to make is not missed.
fn wait_for_changes(end: Instant) {
    while !IS_CHANGING.get() && Instant::now() < end {
        if !matches!(CHANGE.try_lock(), Err(TryLockError::WouldBlock)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        IS_CHANGING.set(false);
    }
}

/// What is done in an interpreter, attached to it.
pub type Act<'a> = &'a dyn Fn(Python<'_>, &Interpreter);
/// What is done in an interpreter that ends, attached to it: its threads end, if they can be ended, and nothing of it stays referenced.
pub type End<'a> = &'a dyn Fn(Python<'_>);

fn left_behind() -> MutexGuard<'static, Vec<InterpreterState>> {
    LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts Python on this thread, if it does not run; returns the main interpreter.
pub fn start(executable: &str) -> Result<Arc<Interpreter>, Misuse> {
    let _change = change()?;
    match phase() {
        Phase::Running => return registry::find(0),
        Phase::Exited => return Err(Misuse::Exited),
        Phase::Stopped => {}
    }
    python_ts_isolation::share_environ();
    let interpreter = match host() {
        Some(host) => start_in_host(host)?,
        None => start_first(executable)?,
    };
    phase::enter(Phase::Running);
    Ok(interpreter)
}

fn start_first(executable: &str) -> Result<Arc<Interpreter>, Misuse> {
    thread::check_api().map_err(Misuse::UnsupportedPython)?;
    if thread::is_started() {
        return Err(Misuse::StartedElsewhere);
    }
    audit::watch_libraries(python_ts_isolation::isolate);
    let (interpreter_state, state) = thread::start(executable).map_err(Misuse::UnsupportedPython)?;
    let interpreter = registry::add(interpreter_state)?;
    unraisable::watch(&interpreter);
    state.detach();
    threads::adopt(interpreter.clone(), state);
    Ok(interpreter)
}

fn host() -> Option<InterpreterState> {
    *HOST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start_in_host(host: InterpreterState) -> Result<Arc<Interpreter>, Misuse> {
    let door = ThreadState::create(host);
    door.attach();
    let proof = AttachProof::assert();
    let started = start_sub_attached(thread::token(&proof), door, SubKind::Shared);
    door.delete_attached();
    started
}

fn act_attached(interpreter: &Interpreter, act: Act<'_>) {
    let proof = AttachProof::assert();
    act(thread::token(&proof), interpreter);
}

/// Makes a sub-interpreter. This thread must be attached to the main interpreter by `main`, and is again afterwards.
pub fn start_sub(py: Python<'_>, main: ThreadState, kind: SubKind) -> Result<Arc<Interpreter>, Misuse> {
    let _change = thread::detached(py, change)?;
    phase::check_not_exited()?;
    registry::has_room()?;
    python_ts_isolation::share_environ();
    start_sub_attached(py, main, kind)
}

/// This thread is attached by `outer`, before and after.
fn start_sub_attached(py: Python<'_>, outer: ThreadState, kind: SubKind) -> Result<Arc<Interpreter>, Misuse> {
    let (interpreter_state, state) = sub_interpreter::start(py, kind).map_err(Misuse::ContextFailed)?;
    let added = registry::add(interpreter_state);
    if let Ok(interpreter) = &added {
        threads::adopt(interpreter.clone(), state);
        unraisable::watch(interpreter);
    }
    state.detach();
    outer.attach();
    added
}

/// Ends a sub-interpreter, by this thread's states of it and of the main one. Where a Python thread of it still runs after `end`, the interpreter is
/// left to itself: CPython would abort the process.
pub fn end_sub(
    interpreter: &Interpreter,
    state: ThreadState,
    main: ThreadState,
    end: End<'_>,
) -> Result<(), Misuse> {
    refuse_inside(interpreter)?;
    let _change = change()?;
    if interpreter.has_ended() {
        return Err(Misuse::ContextDeleted);
    }
    state.attach();
    let proof = AttachProof::assert();
    let py = thread::token(&proof);
    end(py);
    registry::remove(interpreter);
    threads::forget(interpreter.number());
    end_alone(py, interpreter, state, main);
    Ok(())
}

/// Ends Python, whose sub-interpreters have ended. `state` is this thread's, detached. Where Python cannot be finalized, because of its version or of
/// threads that still run after `end`, the interpreter stays behind, and `collect` frees what can be.
pub fn finish(
    main: &Interpreter,
    state: ThreadState,
    end: End<'_>,
    collect: Act<'_>,
) -> Result<bool, Misuse> {
    refuse_inside(main)?;
    let _change = change()?;
    if phase() != Phase::Running {
        return Ok(false);
    }
    state.attach();
    let proof = AttachProof::assert();
    let py = thread::token(&proof);
    end(py);
    registry::remove(main);
    threads::forget(main.number());
    phase::enter(Phase::Stopped);
    let is_alone = becomes_alone(py, main);
    match host() {
        Some(host) => end_in_host(py, main, state, host),
        None if is_alone && thread::can_restart() && left_behind().is_empty() => {
            thread::finalize();
        }
        None => become_host(py, main, state, collect),
    }
    Ok(true)
}

/// Runs `f`, which ends Python, with no other thread inside Python: what others run is interrupted, and given a second to end.
/// `is_quiet` says whether the calls from Python to JavaScript have ended too.
pub fn alone<R>(is_quiet: impl Fn() -> bool, f: impl FnOnce() -> Result<R, Misuse>) -> Result<R, Misuse> {
    let interpreters = registry::interpreters();
    let close = |is_closed| interpreters.iter().for_each(|interpreter| interpreter.close(is_closed));
    threads::as_closer(|| {
        close(true);
        // A thread that found it open has counted itself in by now.
        std::thread::sleep(Duration::from_millis(1));
        let result = if others_leave(&interpreters, threads::others_inside, is_quiet, Instant::now() + GRACE)
        {
            f()
        } else {
            Err(Misuse::Busy)
        };
        close(false);
        result
    })
}

/// Ends the first life of Python without finalizing it.
fn become_host(py: Python<'_>, main: &Interpreter, state: ThreadState, collect: Act<'_>) {
    collect(py, main);
    *HOST.lock().unwrap_or_else(PoisonError::into_inner) = Some(main.state);
    state.detach();
}

/// Ends a later life, which is a sub-interpreter of the host.
fn end_in_host(py: Python<'_>, main: &Interpreter, state: ThreadState, host: InterpreterState) {
    let door = ThreadState::create(host);
    end_alone(py, main, state, door);
    door.attach();
    door.delete_attached();
}

/// Ends a sub-interpreter if `state` is its only thread state, the one of a thread that is gone aside.
fn end_alone(py: Python<'_>, interpreter: &Interpreter, state: ThreadState, main: ThreadState) {
    if becomes_alone(py, interpreter) {
        sub_interpreter::end(interpreter.state, state, main);
    } else {
        left_behind().push(interpreter.state);
        state.detach();
    }
}

/// How long the state of a thread may outlive it: Python calls a thread ended a little before its state is gone.
const AFTERLIFE: Duration = Duration::from_millis(100);

/// Whether this thread's state is the only one, once those of threads that have just ended are gone.
fn becomes_alone(py: Python<'_>, interpreter: &Interpreter) -> bool {
    if let Some(orphan) = interpreter.take_orphan() {
        orphan.delete(py);
    }
    let start = Instant::now();
    while thread::count_thread_states(py, interpreter.state) > 1 {
        if start.elapsed() > AFTERLIFE {
            return false;
        }
        thread::detached(py, || std::thread::sleep(Duration::from_millis(1)));
    }
    true
}

/// How long other threads may take to leave Python when it is destroyed.
const GRACE: Duration = Duration::from_secs(1);

/// The last act of Python in a process that ends. Has `words` spoken attached to each interpreter, and never lets go of the
/// main one's GIL again, so that no Python thread runs into what the ending process tears down.
///
/// Node waits for its worker threads, so a call that one of them is inside is interrupted; where it does not end in time (it is in C code, say), `is_late`
/// is called: the process would wait for it.
pub fn exit(state: ThreadState, main: &Interpreter, words: Act<'_>, end: Instant, is_late: impl FnOnce()) {
    if phase() != Phase::Running {
        return;
    }
    let turns = Turns::begin(&registry::interpreters());
    for context in registry::interpreters().iter().filter(|interpreter| !interpreter.is_main()) {
        attached_to(context, words);
    }
    attached_to(main, words);
    phase::enter(Phase::Exited);
    wait_for_changes(end);
    let interpreters = registry::interpreters();
    let have_left = threads::as_closer(|| {
        interpreters.iter().for_each(|interpreter| interpreter.close(true));
        let end = end.min(Instant::now() + GRACE);
        others_leave(&interpreters, threads::javascript_inside, || true, end)
    });
    stop_threads(&interpreters);
    if have_left {
        state.attach();
    } else {
        is_late();
        hold(main.state);
    }
    drop(turns);
    interpreters.iter().for_each(|interpreter| registry::remove(interpreter));
}

/// Keeps Python's threads from running while the process tears down what they use: whoever holds the GIL of their interpreter keeps it.
fn stop_threads(interpreters: &[Arc<Interpreter>]) {
    let states = interpreters.iter().map(|interpreter| interpreter.state);
    for state in left_behind().drain(..).chain(states).filter(|state| state.has_own_gil()) {
        hold(state);
    }
}

/// A thread takes the interpreter's GIL for good. Waits a moment for that.
fn hold(state: InterpreterState) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let holds = std::thread::Builder::new().spawn(move || {
        ThreadState::create(state).attach();
        let _ = sender.send(());
        loop {
            std::thread::park();
        }
    });
    if holds.is_ok() {
        let _ = receiver.recv_timeout(AFTERLIFE);
    }
}

fn attached_to(interpreter: &Interpreter, act: Act<'_>) {
    if let Ok(slot) = threads::attach_state(interpreter.number()) {
        slot.state.attach();
        act_attached(interpreter, act);
        slot.state.detach();
        slot.leave();
    }
}

/// Ends the asynchronous calls of interpreters: what runs is interrupted, what waits is refused. This thread is detached.
pub fn stop_work(interpreters: &[Arc<Interpreter>]) {
    pause_work(interpreters);
    refuse_work(interpreters);
}

/// After `pause_work`: what waits is refused, and so is what has not ended, which is left to itself.
pub fn refuse_work(interpreters: &[Arc<Interpreter>]) {
    let why = Misuse::ContextDeleted;
    for pool in interpreters.iter().map(|interpreter| &interpreter.pool) {
        pool.close(&why);
        pool.abandon(&why);
    }
}

/// Interrupts the asynchronous calls that run, and has those wait that have not begun. Says whether the workers left within the grace period, this
/// thread being detached. What follows is `refuse_work`, or that the pools are resumed.
pub fn pause_work(interpreters: &[Arc<Interpreter>]) -> bool {
    fn ask(py: Python<'_>, interpreter: &Interpreter) {
        interpreter.pool.interrupt(py, interpreter, Urgency::End, |_| true);
    }
    fn urge(py: Python<'_>, interpreter: &Interpreter) {
        interpreter.pool.interrupt(py, interpreter, Urgency::Now, |_| true);
    }
    let start = Instant::now();
    interpreters.iter().for_each(|interpreter| interpreter.pool.pause());
    for (act, patience) in [(ask as fn(Python<'_>, &Interpreter), GRACE * 3 / 5), (urge, GRACE)] {
        let busy = || interpreters.iter().filter(|interpreter| !interpreter.pool.is_empty());
        busy().for_each(|interpreter| attached_to(interpreter, &act));
        busy().for_each(|interpreter| {
            interpreter.pool.wait_until_empty(start + patience);
        });
    }
    interpreters.iter().all(|interpreter| interpreter.pool.is_empty())
}

/// Whether this thread may start or end an interpreter.
pub fn check_free() -> Result<(), Misuse> {
    if IS_CHANGING.get() { Err(Misuse::InUse) } else { Ok(()) }
}

/// Interrupts what other threads run, and waits for them to leave, this thread being detached. Says whether they did.
fn others_leave(
    interpreters: &[Arc<Interpreter>],
    inside: fn() -> Vec<ThreadIdent>,
    is_quiet: impl Fn() -> bool,
    end: Instant,
) -> bool {
    let interrupt = |py: Python<'_>, interpreter: &Interpreter| interpreter.entries.end_calls(py, &inside());
    let is_alone = || inside().is_empty() && is_quiet();
    if is_alone() {
        return true;
    }
    for interpreter in interpreters {
        attached_to(interpreter, &interrupt);
    }
    while !is_alone() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(2));
    }
    is_alone()
}

fn refuse_inside(interpreter: &Interpreter) -> Result<(), Misuse> {
    if threads::is_inside(interpreter) { Err(Misuse::InUse) } else { Ok(()) }
}
