//! The descriptors of stdin, stdout and stderr, which child processes inherit.

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;

    const STDIO: std::ops::RangeInclusive<c_int> = 0..=2;
    // POSIX names them, and every system has them under these numbers (<fcntl.h>).
    const F_GETFD: c_int = 1;
    const F_SETFD: c_int = 2;
    const FD_CLOEXEC: c_int = 1;

    unsafe extern "C" {
        fn fcntl(descriptor: c_int, command: c_int, ...) -> c_int;
    }

    /// Lets child processes have the stdin, stdout and stderr of this process. Node closes them for every program that is executed, because it
    /// always names those of its children; Python's children, which are told of none, would have none.
    pub fn inherit() {
        for descriptor in STDIO {
            // SAFETY: fcntl(2) takes any number; one that is no open descriptor is an error, and nothing is done.
            unsafe {
                let flags = fcntl(descriptor, F_GETFD);
                if flags >= 0 {
                    fcntl(descriptor, F_SETFD, flags & !FD_CLOEXEC);
                }
            }
        }
    }
}

#[cfg(unix)]
pub use unix::inherit;

/// Does nothing: what Windows inherits is said for each process.
#[cfg(not(unix))]
pub fn inherit() {}
