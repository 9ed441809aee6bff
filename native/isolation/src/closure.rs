//! The closure of a library's dependencies, found as ld.so(8) finds them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::elf::Elf;

/// Files read so far, by real path. A library is read once per process.
#[derive(Default)]
pub struct Files(HashMap<PathBuf, Option<Arc<Elf>>>);

/// One library of a closure.
pub struct Member {
    pub path: PathBuf,
    pub elf: Arc<Elf>,
    /// Positions in the closure of the libraries it needs; those not found are left out.
    needs: Vec<usize>,
}

/// The library itself at position 0, then everything it needs, breadth first: the loader's own search order.
pub struct Closure(pub Vec<Member>);

impl Files {
    fn elf(&mut self, path: &Path) -> Option<Arc<Elf>> {
        if let Some(known) = self.0.get(path) {
            return known.clone();
        }
        let elf = Elf::read(path).map(Arc::new);
        self.0.insert(path.to_owned(), elf.clone());
        elf
    }

    /// The closure of `library`; empty if that is not a library.
    pub fn closure(&mut self, library: &Path) -> Closure {
        let mut walk = Walk::default();
        if let Ok(root) = library.canonicalize() {
            walk.visit(self, root, &[]);
        }
        let mut next = 0;
        while next < walk.members.len() {
            walk.follow(self, next);
            next += 1;
        }
        Closure(walk.members)
    }
}

#[derive(Default)]
struct Walk {
    members: Vec<Member>,
    /// The `DT_RPATH` folders that each member hands down to what it needs: its own and those of its loaders.
    rpaths: Vec<Vec<PathBuf>>,
    positions: HashMap<PathBuf, usize>,
}

impl Walk {
    fn follow(&mut self, files: &mut Files, position: usize) {
        let elf = self.members[position].elf.clone();
        let handed_down = self.rpaths[position].clone();
        for name in &elf.needed {
            // DT_RUNPATH replaces the whole chain of DT_RPATH, and holds for this library's own needs alone.
            let chain: &[PathBuf] = if elf.runpath.is_empty() { &handed_down } else { &[] };
            let found = candidates(name, chain, &elf.runpath)
                .find_map(|path| self.visit(files, path.canonicalize().ok()?, &handed_down));
            if let Some(needed) = found {
                self.members[position].needs.push(needed);
            }
        }
    }

    fn visit(&mut self, files: &mut Files, path: PathBuf, inherited: &[PathBuf]) -> Option<usize> {
        if let Some(&position) = self.positions.get(&path) {
            return Some(position);
        }
        let elf = files.elf(&path)?;
        let position = self.members.len();
        self.rpaths.push([elf.rpath.as_slice(), inherited].concat());
        self.positions.insert(path.clone(), position);
        self.members.push(Member { path, elf, needs: Vec::new() });
        Some(position)
    }
}

impl Closure {
    /// Positions of everything that the library at `position` needs, itself included.
    pub fn below(&self, position: usize) -> Vec<usize> {
        let mut found = vec![position];
        let mut next = 0;
        while let Some(&at) = found.get(next) {
            for &needed in &self.0[at].needs {
                if !found.contains(&needed) {
                    found.push(needed);
                }
            }
            next += 1;
        }
        found
    }

    /// Every position once, what a library needs before the library itself, as far as cycles allow.
    pub fn dependencies_first(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut entered = vec![false; self.0.len()];
        // (position, how many of its needs were entered): a stack of our own, since files decide the depth.
        let mut stack = Vec::new();
        if !self.0.is_empty() {
            entered[0] = true;
            stack.push((0, 0));
        }
        while let Some((position, done)) = stack.pop() {
            let Some(&needed) = self.0[position].needs.get(done) else {
                order.push(position);
                continue;
            };
            stack.push((position, done + 1));
            if !std::mem::replace(&mut entered[needed], true) {
                stack.push((needed, 0));
            }
        }
        order
    }
}

/// Where `name` may be, in the order of ld.so(8). Its cache and `/etc/ld.so.conf` are left out: what is only there is not found.
fn candidates(name: &str, rpath: &[PathBuf], runpath: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    let folders = if name.contains('/') {
        vec![PathBuf::new()]
    } else {
        let environment = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        rpath
            .iter()
            .cloned()
            .chain(std::env::split_paths(&environment).filter(|folder| !folder.as_os_str().is_empty()))
            .chain(runpath.iter().cloned())
            .chain(SYSTEM_FOLDERS.iter().map(PathBuf::from))
            .collect()
    };
    let name = name.to_owned();
    folders.into_iter().map(move |folder| folder.join(&name))
}

#[cfg(target_arch = "x86_64")]
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/local/lib",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
];
#[cfg(target_arch = "aarch64")]
const SYSTEM_FOLDERS: &[&str] = &[
    "/usr/local/lib",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const SYSTEM_FOLDERS: &[&str] = &["/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
