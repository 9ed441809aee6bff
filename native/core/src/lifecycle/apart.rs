//! The end of a process whose main thread has not loaded this library: no event of Node's tells worker threads of it.

use super::guard::AtLast;
use super::limits::Limits;
use crate::runtime::is_running;
use crate::sys::thread;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// Whose JavaScript thread it is that has loaded this library.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// It calls `exit` when the process ends.
    Main,
    Worker,
}

/// Whether the main thread ends Python with the process.
static IS_MAIN_HERE: AtomicBool = AtomicBool::new(false);
static WATCH: Once = Once::new();

/// Python ends with the process, whichever thread has loaded this library.
pub fn watch_process(whose: Whose) {
    match whose {
        Whose::Main => IS_MAIN_HERE.store(true, Ordering::Release),
        Whose::Worker => WATCH.call_once(|| thread::at_process_end(end_apart)),
    }
}

/// How long the thread of the end may take beyond its limits.
const SLACK: Duration = Duration::from_millis(500);

/// Node has ended its threads. The end of Python is spoken on a thread of its own, whose thread-locals are as they should be, and that keeps the GIL; the
/// process goes on to end with its own code.
extern "C" fn end_apart() {
    if IS_MAIN_HERE.load(Ordering::Acquire) || !is_running() {
        return;
    }
    let limits = Limits::from_now();
    let (sender, receiver) = channel();
    let spoken = std::thread::Builder::new().spawn(move || {
        super::exit_within(limits, AtLast::Wait);
        let _ = sender.send(());
        loop {
            std::thread::park();
        }
    });
    if spoken.is_ok() {
        let _ = receiver.recv_timeout(limits.end.saturating_duration_since(Instant::now()) + SLACK);
    }
}
