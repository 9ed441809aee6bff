//! Starting and ending interpreters, and the thread states by which a thread attaches to one.

use super::api::{self, api};
use super::exception::Builtin;
use super::object::{Object, owned};
use super::{gil_state, locale};
use pyo3::{Python, ffi};
use std::ffi::{CStr, c_int, c_ulong};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, Ordering};

/// A `PyInterpreterState`. Valid until the interpreter ends; `runtime` never uses it after that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InterpreterState(pub(super) NonNull<ffi::PyInterpreterState>, Gil);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gil {
    Main,
    Own,
}

impl InterpreterState {
    /// Whether it takes no turns with the main interpreter.
    pub fn has_own_gil(self) -> bool {
        self.1 == Gil::Own
    }
}

// SAFETY: an address; only functions that may be called from any thread take it.
unsafe impl Send for InterpreterState {}
// SAFETY: as above.
unsafe impl Sync for InterpreterState {}

/// A `PyThreadState` of the thread that holds this value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ThreadState(pub(super) NonNull<ffi::PyThreadState>);
// SAFETY: an address; a thread that is given the state of another one (`Interpreter::orphan`) only deletes it.
unsafe impl Send for ThreadState {}

impl ThreadState {
    fn new(state: *mut ffi::PyThreadState) -> Self {
        Self(NonNull::new(state).expect("CPython returned no thread state"))
    }

    /// A new thread state for the calling thread. `PyThreadState_New` needs no GIL.
    pub fn create(interpreter: InterpreterState) -> Self {
        // SAFETY: the caller (`runtime::threads`) checked that the interpreter is alive.
        Self::new(unsafe { ffi::PyThreadState_New(interpreter.0.as_ptr()) })
    }

    /// Waits for the GIL and attaches this thread.
    #[inline]
    pub fn attach(self) {
        // SAFETY: the state belongs to this thread and its interpreter is alive (`runtime::threads` checks both).
        unsafe { ffi::PyEval_RestoreThread(self.0.as_ptr()) }
        gil_state::attached(self);
    }

    /// Detaches this thread, which must be attached through this state.
    #[inline]
    pub fn detach(self) {
        gil_state::detaching();
        // SAFETY: only the guard of `attach` and the paired calls of `runtime::lifecycle` call this, in pairs with `attach`.
        unsafe { ffi::PyEval_SaveThread() };
    }

    /// Deletes the state of a thread that is gone; this thread is attached to the same interpreter by a state of its own.
    pub fn delete(self, _py: Python<'_>) {
        // SAFETY: attached; no thread uses the state any more.
        unsafe {
            ffi::PyThreadState_Clear(self.0.as_ptr());
            ffi::PyThreadState_Delete(self.0.as_ptr());
        }
    }

    /// Deletes the state; this thread must be attached through it, and is detached afterwards.
    pub fn delete_attached(self) {
        // SAFETY: attached by the caller (`runtime::threads`), and never used again.
        unsafe {
            ffi::PyThreadState_Clear(self.0.as_ptr());
            delete_current();
        }
    }
}

/// A thread that other threads of its interpreter may look at.
#[derive(Default)]
pub struct Watched(AtomicPtr<ffi::PyThreadState>);

impl Watched {
    /// This thread, until `leave`.
    pub fn enter(&self, _py: Python<'_>) {
        // SAFETY: attached, as the token says.
        self.0.store(unsafe { ffi::PyThreadState_Get() }, Ordering::Relaxed);
    }

    /// This thread, which has entered, is not to be looked at any more.
    pub fn leave(&self, _py: Python<'_>) {
        self.0.store(ptr::null_mut(), Ordering::Relaxed);
    }

    /// The frame that the thread is at, for one of the same interpreter. (`sys._current_frames()` makes frames of all interpreters, which are then
    /// freed in another one than they were made in: that corrupts memory.)
    pub fn frame<'py>(&self, py: Python<'py>) -> Option<Object<'py>> {
        let state = NonNull::new(self.0.load(Ordering::Relaxed))?;
        // SAFETY: the thread leaves while it holds the GIL of its interpreter, which this thread (`py`) holds now, so its state is alive and does
        // not run; a new reference, or null where there is no frame.
        let frame = NonNull::new(unsafe { ffi::PyThreadState_GetFrame(state.as_ptr()) })?;
        owned(py, frame.as_ptr().cast()).ok()
    }
}

unsafe extern "C" {
    fn _exit(code: c_int) -> !;
    #[cfg(unix)]
    fn atexit(handler: extern "C" fn()) -> c_int;
}

/// Has `handler` called when the process ends in an orderly way, by the thread that ends it. Not on Windows, where other threads are gone by then.
pub fn at_process_end(handler: extern "C" fn()) {
    // SAFETY: `atexit` of the C library; the handler is of this library, which unregisters it where it is unloaded before.
    #[cfg(unix)]
    unsafe {
        atexit(handler);
    }
    #[cfg(not(unix))]
    let _ = handler;
}

/// Python's name for a thread, `threading.get_ident()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadIdent(c_ulong);

impl ThreadIdent {
    pub fn current() -> Self {
        // SAFETY: may be called by any thread at any time.
        Self(unsafe { (api().thread_ident)() })
    }

    /// Raises SystemExit in what the thread runs in this interpreter, at its next bytecode.
    pub fn interrupt(self, py: Python<'_>) {
        self.raise(py, Builtin::SystemExit);
    }

    /// Raises KeyboardInterrupt in what the thread runs in this interpreter, at its next bytecode.
    pub fn interrupt_call(self, py: Python<'_>) {
        self.raise(py, Builtin::KeyboardInterrupt);
    }

    /// Raises an exception of that class in what the thread runs in this interpreter, at its next bytecode.
    pub fn raise(self, py: Python<'_>, class: Builtin) {
        // SAFETY: attached; a thread that this interpreter does not know is ignored.
        unsafe { ffi::PyThreadState_SetAsyncExc(self.0 as _, class.object(py).as_ptr()) };
    }

    /// Takes back an interrupt that has not been raised yet.
    pub fn clear_interrupt(self, _py: Python<'_>) {
        // SAFETY: as for `raise`; null clears what is pending.
        unsafe { ffi::PyThreadState_SetAsyncExc(self.0 as _, ptr::null_mut()) };
    }
}

impl ThreadIdent {
    /// The ident of a Python thread, as its `ident` has it.
    pub fn of_python(ident: i64) -> Self {
        Self(ident as c_ulong)
    }
}

/// Ends the process at once, without anything that would wait for its threads.
pub fn end_process(code: i32) -> ! {
    // SAFETY: `_exit` of the C library.
    unsafe { _exit(code) }
}

/// # Safety
/// The thread is attached, and its thread state was cleared.
unsafe fn delete_current() {
    // SAFETY: the caller's.
    unsafe { (api().delete_current_state)() }
}

/// The token of an attached thread.
#[inline]
pub fn token<'py>(_proof: &'py AttachProof) -> Python<'py> {
    // SAFETY: a proof exists only while this thread is attached, and the token cannot outlive the borrow of it.
    unsafe { Python::assume_attached() }
}

/// Made by `attach.rs` for as long as a thread is attached; not Send, so it stays on its thread.
pub struct AttachProof(std::marker::PhantomData<*const ()>);

impl AttachProof {
    /// The caller has attached this thread and detaches it only after dropping the proof.
    pub fn assert() -> Self {
        Self(std::marker::PhantomData)
    }
}

/// Runs `f` with this thread detached, then attaches it again as it was.
pub fn detached<R>(_py: Python<'_>, f: impl FnOnce() -> R) -> R {
    struct Reattach(ThreadState);
    impl Drop for Reattach {
        fn drop(&mut self) {
            self.0.attach();
        }
    }
    // SAFETY: the token proves that the thread is attached.
    let _reattach = Reattach(ThreadState::new(unsafe { ffi::PyEval_SaveThread() }));
    f()
}

/// Whether libpython has what this core needs; the name of what it lacks.
pub fn check_api() -> Result<(), &'static str> {
    api::check()
}

/// Whether Python runs, whoever has started it.
pub fn is_started() -> bool {
    // SAFETY: may be called at any time.
    unsafe { ffi::Py_IsInitialized() != 0 }
}

/// Starts Python on this thread, without its signal handlers; the thread is attached afterwards, and child processes can have the stdio of this one.
pub fn start(executable: &str) -> Result<(InterpreterState, ThreadState), &'static str> {
    let set_program_name = api().set_program_name.ok_or("Py_SetProgramName")?;
    let name: &'static [api::WideChar] = wide(executable).leak();
    super::stdio::inherit();
    if let Some(mode) = api().utf8_mode {
        mode.store(locale::wants_utf8().into(), Ordering::Relaxed);
    }
    // SAFETY: Python is not initialized (`runtime::lifecycle` checks under its lock); the name is zero-terminated and, as CPython demands, lives for ever.
    unsafe {
        set_program_name(name.as_ptr());
        ffi::Py_InitializeEx(0);
    }
    let started = current(Gil::Main);
    super::layout::probe(token(&AttachProof::assert()));
    Ok(started)
}

pub(super) fn current(gil: Gil) -> (InterpreterState, ThreadState) {
    // SAFETY: called right after an interpreter was started on this thread: the thread is attached.
    unsafe {
        let interpreter = NonNull::new(ffi::PyInterpreterState_Get()).expect("attached");
        (InterpreterState(interpreter, gil), ThreadState::new(ffi::PyThreadState_Get()))
    }
}

#[cfg(windows)]
fn wide(text: &str) -> Vec<api::WideChar> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(not(windows))]
fn wide(text: &str) -> Vec<api::WideChar> {
    text.chars().map(|c| c as api::WideChar).chain([0]).collect()
}

/// Whether `memoryview.cast` knows half-precision floats (`e`): from CPython 3.12 on.
pub fn casts_halves() -> bool {
    api().new_interpreter_from_config.is_some()
}

/// Whether a thread that waits for the GIL asks only threads of its own interpreter for it: before CPython 3.13.
pub fn asks_own_interpreter_only() -> bool {
    [b"3.10.", b"3.11.", b"3.12."].into_iter().any(|version| is_version(version))
}

/// Whether Python can be finalized and started again in one process. CPython 3.12 cannot once extension modules were loaded: it frees what
/// their static argument parsers and static types go on pointing to (`import datetime`, finalize, start, `import datetime` crashes).
pub fn can_restart() -> bool {
    !is_version(b"3.12.")
}

/// Whether the version of CPython begins so.
pub fn is_version(start: &[u8]) -> bool {
    // SAFETY: Py_GetVersion may be called at any time.
    let version = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) };
    version.to_bytes().starts_with(start)
}

/// The interpreter that Python was started with, while it runs.
pub fn main_interpreter() -> Option<InterpreterState> {
    // SAFETY: the function reads a pointer, which is null before the start and after the end.
    NonNull::new(unsafe { (api().main_interpreter)() }).map(|main| InterpreterState(main, Gil::Main))
}

/// How many thread states the interpreter has.
pub fn count_thread_states(_py: Python<'_>, interpreter: InterpreterState) -> usize {
    let mut count = 0;
    // SAFETY: the token proves that a thread is attached to this interpreter (the caller passes its own), so the list is stable.
    unsafe {
        let mut state = (api().thread_head)(interpreter.0.as_ptr());
        while !state.is_null() {
            count += 1;
            state = (api().thread_next)(state);
        }
    }
    count
}

/// Finalizes Python; this thread must be attached to the main interpreter.
pub fn finalize() -> bool {
    // SAFETY: `runtime::lifecycle` attached this thread to the main interpreter and has ended every other one.
    unsafe { ffi::Py_FinalizeEx() == 0 }
}
