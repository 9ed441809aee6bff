//! Which libraries get `RTLD_DEEPBIND`. The crate's own page says why.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::closure::{Closure, Files, Member};
use crate::elf::{Definitions, Role, each_symbol};

/// The libraries of the C and C++ runtime: one copy of them serves the process, whoever loads it.
const RUNTIME: &[&str] = &[
    "ld-linux",
    "libc.so",
    "libm.so",
    "libmvec.so",
    "libdl.so",
    "libpthread.so",
    "librt.so",
    "libutil.so",
    "libresolv.so",
    "libgcc_s",
    "libstdc++",
    "libc++",
    "libatomic.so",
];
const CPP: &[&str] = &["libstdc++", "libc++"];

/// A library to open before another one, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub path: PathBuf,
    pub binding: Binding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// As usual: the executable's symbols come first.
    Shared,
    /// `RTLD_DEEPBIND`: the library's own and those of its dependencies come first.
    Deep,
}

pub struct Policy {
    files: Files,
    host: Host,
}

#[derive(Default)]
struct Host {
    /// C symbols that take precedence over those of every library loaded later.
    exports: Vec<Definitions>,
    /// The libraries that the executable itself is linked to: shared with it by right.
    libraries: HashSet<PathBuf>,
    /// What was found out before, by path of the library.
    overlaps: HashMap<PathBuf, Arc<Overlap>>,
}

/// What a library has in common with the exports of the executable.
#[derive(Default)]
struct Overlap {
    /// Where it defines one of them: all that it defines.
    defines: Option<Definitions>,
    /// Those that it needs from others.
    needs: Vec<Vec<u8>>,
}

impl Policy {
    /// A policy against the executable `host` and the libraries it is linked to.
    pub fn new(host: &Path) -> Policy {
        let mut files = Files::default();
        let mut found = Host::default();
        for Member { path, .. } in files.closure(host).0 {
            if !is_one_of(&path, RUNTIME) {
                found.exports.extend(Definitions::open(&path));
            }
            found.libraries.insert(path);
        }
        Policy { files, host: found }
    }

    /// What to open, in this order, before `library` is loaded in the usual way: what it needs comes first, and it is the last
    /// step itself if it must be bound deeply. Empty when nothing in its closure must be.
    ///
    /// A library that must not be bound deeply is a step where one above it is, since the flag goes down to what is loaded along.
    pub fn steps(&mut self, library: &Path) -> Vec<Step> {
        let closure = self.files.closure(library);
        let overlaps: Vec<_> = closure.0.iter().map(|member| self.host.overlap(&member.path)).collect();
        let mut steps: Vec<Step> = closure
            .dependencies_first()
            .into_iter()
            .map(|position| Step {
                path: closure.0[position].path.clone(),
                binding: binding(&closure, &overlaps, position),
            })
            .collect();
        while steps.pop_if(|last| last.binding == Binding::Shared).is_some() {}
        steps
    }
}

impl Host {
    fn overlap(&mut self, library: &Path) -> Arc<Overlap> {
        if let Some(known) = self.overlaps.get(library) {
            return known.clone();
        }
        let is_shared = self.libraries.contains(library) || is_one_of(library, RUNTIME);
        let found = Arc::new(if is_shared { Overlap::default() } else { self.compare(library) });
        self.overlaps.insert(library.to_owned(), found.clone());
        found
    }

    fn compare(&self, library: &Path) -> Overlap {
        let mut defines = false;
        let mut needs = Vec::new();
        each_symbol(library, |role, name| match role {
            Role::Defines => defines = defines || self.exports(name),
            Role::Needs if self.exports(name) => needs.push(name.to_vec()),
            Role::Needs => {}
        });
        let defines = if defines { Definitions::open(library) } else { None };
        Overlap { defines, needs }
    }

    fn exports(&self, name: &[u8]) -> bool {
        self.exports.iter().any(|exports| exports.contains(name))
    }
}

impl Overlap {
    fn gives(&self, name: &[u8]) -> bool {
        self.defines.as_ref().is_some_and(|defines| defines.contains(name))
    }
}

/// Deep if the executable would step between the library and its own definitions, or between it and those of what it needs.
fn binding(closure: &Closure, overlaps: &[Arc<Overlap>], position: usize) -> Binding {
    let own = &overlaps[position];
    let is_replaced = || {
        let below = closure.below(position);
        let gives = |name: &[u8]| below.iter().any(|&at| overlaps[at].gives(name));
        own.needs.iter().any(|name| gives(name))
    };
    let is_cpp = || closure.0[position].elf.needed.iter().any(|name| is_one_of(Path::new(name), CPP));
    match (own.defines.is_some() || is_replaced()) && !is_cpp() {
        true => Binding::Deep,
        false => Binding::Shared,
    }
}

fn is_one_of(path: &Path, prefixes: &[&str]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests;
