//! How much a thread and the process have run, where the system tells other threads: on Linux.

use std::time::Duration;

/// The clock of the thread that made it. It can be read from any thread, also when its own is gone: then there is nothing to read.
#[derive(Clone, Copy)]
pub struct ThreadClock(Option<u32>);

/// What keeps a thread from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing: it runs, or could run.
    None,
    /// A lock, as far as can be seen.
    Lock,
    /// Something else that the system does: time that passes, data that arrives.
    Other,
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Duration, Rest};
    use std::ffi::{c_int, c_long};
    use std::fs;

    #[repr(C)]
    struct Time {
        seconds: c_long,
        nanoseconds: c_long,
    }

    unsafe extern "C" {
        fn clock_gettime(clock: c_int, time: *mut Time) -> c_int;
    }

    const PROCESS: c_int = 2;
    /// `futex` of the system (asm/unistd.h): what every lock of a process waits by.
    const FUTEX: &str = if cfg!(target_arch = "x86_64") { "202" } else { "98" };

    fn read(clock: c_int) -> Option<Duration> {
        let mut time = Time { seconds: 0, nanoseconds: 0 };
        // SAFETY: the kernel fills the structure, or refuses a clock that is not there.
        let status = unsafe { clock_gettime(clock, &mut time) };
        let (seconds, nanoseconds) = (time.seconds.try_into().ok()?, time.nanoseconds.try_into().ok()?);
        (status == 0).then(|| Duration::new(seconds, nanoseconds))
    }

    pub fn this_thread() -> Option<u32> {
        fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok()
    }

    /// The clock of a thread by its number: the kernel's own notation (`CPUCLOCK_PERTHREAD_MASK` in linux/posix-timers.h).
    pub fn thread_time(thread: u32) -> Option<Duration> {
        const SCHEDULED_OF_THREAD: c_int = 6;
        read((!(thread as c_int) << 3) | SCHEDULED_OF_THREAD)
    }

    pub fn process_time() -> Option<Duration> {
        read(PROCESS)
    }

    pub fn rest(thread: u32) -> Rest {
        // "running", or the number of the system call that it waits in. Not every kernel tells.
        if let Ok(call) = fs::read_to_string(format!("/proc/self/task/{thread}/syscall")) {
            return match call.split_whitespace().next() {
                Some(FUTEX) => Rest::Lock,
                Some("running") | None => Rest::None,
                _ => Rest::Other,
            };
        }
        let state = fs::read_to_string(format!("/proc/self/task/{thread}/stat")).unwrap_or_default();
        // The name, in brackets, may hold anything; the state is the letter after it.
        match state.rsplit(')').next().and_then(|rest| rest.trim_start().chars().next()) {
            Some('S') => Rest::Lock,
            _ => Rest::None,
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod linux {
    use super::{Duration, Rest};

    pub fn this_thread() -> Option<u32> {
        None
    }

    pub fn thread_time(_thread: u32) -> Option<Duration> {
        None
    }

    pub fn process_time() -> Option<Duration> {
        None
    }

    pub fn rest(_thread: u32) -> Rest {
        Rest::Lock
    }
}

impl ThreadClock {
    pub fn of_this_thread() -> Self {
        Self(linux::this_thread())
    }

    /// How long the thread has run. Zero where nobody tells.
    pub fn thread_time(self) -> Duration {
        self.0.and_then(linux::thread_time).unwrap_or_default()
    }

    /// What the thread waits for at this moment. A lock, where nobody tells.
    pub fn rest(self) -> Rest {
        self.0.map_or(Rest::Lock, linux::rest)
    }
}

/// How long all threads of the process have run. Zero where nobody tells.
pub fn process_time() -> Duration {
    linux::process_time().unwrap_or_default()
}
