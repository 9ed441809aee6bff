use std::path::PathBuf;

/// Why a library was not opened, by who is at fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller: a relative path would be searched for in folders nobody chose.
    #[error("The path of libpython must be absolute, but it is '{}'.", .0.display())]
    NotAbsolute(PathBuf),

    /// The caller: there is no such file, or it cannot be reached.
    #[error("The libpython '{}' cannot be found: {source}.", path.display())]
    NotFound { path: PathBuf, source: std::io::Error },

    /// The file: the system's loader refused it.
    #[error("The library '{}' cannot be opened as libpython: {}.", path.display(), sentence(message))]
    Refused { path: PathBuf, message: String },

    /// The file: a library, but not Python's.
    #[error("The library '{}' is not a libpython: it has no Py_GetVersion.", .0.display())]
    NotPython(PathBuf),

    /// The process: the core addon would be bound to the other one.
    #[error(
        "The libpython '{}' cannot be used: another addon, or another copy of python-ts, has loaded another one into this process.",
        .0.display()
    )]
    Hidden(PathBuf),

    /// The caller: a process has one runtime.
    #[error(
        "This process already runs the libpython '{}', so it cannot open another one, '{}'.",
        opened.display(),
        asked.display()
    )]
    Different { opened: PathBuf, asked: PathBuf },
}

/// The system's message without the full stop and line end that some systems give it.
fn sentence(message: &str) -> &str {
    message.trim_end_matches(['.', '\r', '\n', ' '])
}
