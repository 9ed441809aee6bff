//! What an interpreter does before it ends.

use super::limits::{Limits, seconds_until};
use crate::runtime::Interpreter;
use crate::sys::heap_type;
use crate::sys::object::{self, Object, PyResult};
use crate::sys::thread::ThreadIdent;
use crate::sys::value;
use pyo3::Python;
use std::ffi::CStr;

/// Which threads of Python's own have to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// As when Python ends: daemon threads may stay.
    NonDaemon,
    All,
}

/// Non-daemon threads are joined, atexit handlers run, and output is flushed, in CPython's own order; within the limits.
pub fn last_words(py: Python<'_>, _interpreter: &Interpreter, limits: Limits, threads: Threads) {
    let _ = shut_threads_down(py, limits);
    let steps: [fn(Python<'_>) -> PyResult<'_, ()>; 3] =
        [run_atexit, |py| flush(py, c"stdout"), |py| flush(py, c"stderr")];
    for step in steps {
        // One that fails must not keep the next from its turn; there is no one left to tell.
        let _ = step(py);
    }
    if threads == Threads::All {
        let _ = end_threads(py, limits);
    }
}

/// Whether the interpreter can have threads and children to wait for; multiprocessing imports threading, too. Where it has none, the source of
/// ending.py is not compiled, which costs 0.1 MB that CPython does not give back (bench/contexts-memory.mjs).
fn has_threading(py: Python<'_>) -> bool {
    object::loaded_module(py, c"threading").is_some()
}

fn shut_threads_down(py: Python<'_>, limits: Limits) -> PyResult<'_, ()> {
    if !has_threading(py) {
        return Ok(());
    }
    let ending = Ending::load(py)?;
    let seconds = value::float(py, seconds_until(limits.interrupt))?;
    if !object::is_true(&ending.call("shut_down", &[&seconds])?)? {
        ending.terminate_children()?;
        ending.interrupt(Threads::NonDaemon)?;
        ending.wait(Threads::NonDaemon, seconds_until(limits.threads()))?;
    }
    Ok(())
}

fn end_threads(py: Python<'_>, limits: Limits) -> PyResult<'_, ()> {
    if !has_threading(py) {
        return Ok(());
    }
    let ending = Ending::load(py)?;
    if ending.interrupt(Threads::All)? {
        ending.wait(Threads::All, seconds_until(limits.end).min(1.0))?;
    }
    Ok(())
}

/// Ends what an atexit handler may be waiting for; and flushes, as the process may end next.
pub fn end_children(py: Python<'_>) {
    let _ = Ending::load(py).and_then(|ending| ending.terminate_children());
    let _ = flush(py, c"stdout");
    let _ = flush(py, c"stderr");
}

/// The functions of ending.py.
struct Ending<'py>(Object<'py>);

impl<'py> Ending<'py> {
    fn load(py: Python<'py>) -> PyResult<'py, Self> {
        const SOURCE: &CStr =
            match CStr::from_bytes_with_nul(concat!(include_str!("ending.py"), "\0").as_bytes()) {
                Ok(text) => text,
                Err(_) => panic!("the source has a NUL"),
            };
        heap_type::run_source(py, SOURCE, c"<python_ts.ending>", &[]).map(Self)
    }

    fn call(&self, name: &str, args: &[&Object<'py>]) -> PyResult<'py, Object<'py>> {
        let function = object::getitem(&self.0, &value::str_from_utf8(self.0.py(), name)?)?;
        object::call(&function, args, None)
    }

    fn terminate_children(&self) -> PyResult<'py, ()> {
        self.call("terminate_children", &[]).map(|_| ())
    }

    /// Raises SystemExit in the threads. Says whether there were any.
    fn interrupt(&self, threads: Threads) -> PyResult<'py, bool> {
        let py = self.0.py();
        let idents = self.call("running", &[&value::bool(py, threads == Threads::All)])?;
        let idents = (0..).map_while(|index| value::list_get(&idents, index));
        let idents: Vec<_> = idents.filter_map(|ident| value::int_as_i64(&ident)).collect();
        for &ident in &idents {
            ThreadIdent::of_python(ident).interrupt(py);
        }
        Ok(!idents.is_empty())
    }

    fn wait(&self, threads: Threads, seconds: f64) -> PyResult<'py, ()> {
        let py = self.0.py();
        let all = value::bool(py, threads == Threads::All);
        self.call("wait", &[&all, &value::float(py, seconds)?]).map(|_| ())
    }
}

fn run_atexit(py: Python<'_>) -> PyResult<'_, ()> {
    call_method(py, c"atexit", c"_run_exitfuncs")
}

/// What can be freed is.
pub fn collect(py: Python<'_>, _interpreter: &Interpreter) {
    let _ = call_method(py, c"gc", c"collect");
}

fn call_method<'py>(py: Python<'py>, module: &CStr, name: &CStr) -> PyResult<'py, ()> {
    object::call(&object::attr(&object::import_static(py, module)?, name)?, &[], None).map(|_| ())
}

fn flush<'py>(py: Python<'py>, stream: &CStr) -> PyResult<'py, ()> {
    let stream = object::attr(&object::import_static(py, c"sys")?, stream)?;
    object::call(&object::attr(&stream, c"flush")?, &[], None).map(|_| ())
}
