//! Keeps the libraries of Python apart from those that the host executable exports.
//!
//! Node's executable exports its own OpenSSL, zlib, Brotli, nghttp2, libuv and others. The dynamic loader searches the
//! executable before a library's own dependencies, so `_ssl`, linked to the system's libssl, would run with Node's: another version,
//! and in Electron another library (BoringSSL). `RTLD_DEEPBIND` turns the search around, and is itself no cure for everything:
//!
//! - A C++ library must share typeinfo and the copied data of libstdc++ (`std::cout`, vtables) with the
//!   executable; with `RTLD_DEEPBIND` it crashes.
//! - Data of libc that a non-PIE executable copies, `environ` above all, is not the executable's for such a library.
//!   [`share_environ`] makes up for that.
//!
//! - When another allocator stands in for libc's (jemalloc preloaded, Electron), such a library calls libc's `free` for what libc's
//!   `strdup` took from the other one.
//!
//! So a library gets it if and only if it needs it: it is no C++ library, and the executable exports a C symbol that the
//! library defines itself, or that it needs and one of its dependencies defines. The rule knows no library by name, so that it holds
//! for every Node, Electron, Bun and Deno. Opening a library ahead of the import settles its binding: a later plain `dlopen` of it, or of a
//! library that depends on it, finds it loaded. That is how the C libraries below a C++ module are isolated although the module isn't.
//!
//! Only Linux with glibc has this problem: macOS binds to a symbol *and* its library, Windows has no global search.

#![deny(unsafe_code)]

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod closure;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod elf;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod policy;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod sys;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub use glibc::{isolate, share_environ};

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod elsewhere {
    use std::path::Path;

    /// Does nothing: this platform does not mix up the libraries.
    pub fn isolate(_library: &Path) {}

    /// Does nothing: this platform has one `environ`.
    pub fn share_environ() {}
}
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub use elsewhere::{isolate, share_environ};
