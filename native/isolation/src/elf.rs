//! What the policy needs to know of one ELF file, read without loading it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use object::read::Result;
use object::read::elf::{FileHeader, GnuHashTable, Sym, SymbolTable, VersionTable};
use object::{Endianness, elf};

use crate::sys::map;

#[cfg(target_pointer_width = "64")]
type Header = elf::FileHeader64<Endianness>;
#[cfg(target_pointer_width = "32")]
type Header = elf::FileHeader32<Endianness>;

/// The dynamic section of a library.
#[derive(Debug, Default)]
pub struct Elf {
    /// `DT_NEEDED`, in order.
    pub needed: Vec<String>,
    /// `DT_RPATH` with `$ORIGIN` replaced; empty when there is a `DT_RUNPATH`, which overrides it.
    pub rpath: Vec<PathBuf>,
    /// `DT_RUNPATH` with `$ORIGIN` replaced.
    pub runpath: Vec<PathBuf>,
}

impl Elf {
    /// None for a file that is no ELF file of this machine's class, or is damaged.
    pub fn read(path: &Path) -> Option<Elf> {
        parse(&map(path)?, path.parent()?).ok()
    }
}

/// What a file has to do with a symbol.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Defines,
    Needs,
}

/// Tells `visit` the name of each C symbol that the file defines for others, or needs from others; nothing if it cannot be read.
///
/// Strong global symbols only, without the names that begin with an underscore: C++ names, and those that linkers and compilers
/// put into every library.
pub fn each_symbol(path: &Path, visit: impl FnMut(Role, &[u8])) {
    if let Some(data) = map(path) {
        // What is damaged half-way was told as far as it goes.
        let _ = visit_symbols(&data, visit);
    }
}

/// The definitions of a file, looked up in its own hash table: Node has 75,000 symbols, and to read them all takes 9 ms.
pub struct Definitions {
    endian: Endianness,
    table: GnuHashTable<'static, Header>,
    symbols: SymbolTable<'static, Header>,
}

impl Definitions {
    /// None for a file that is no ELF file of this machine's class, is damaged, or has no GNU hash table (linkers have made
    /// one by default since 2008). The file stays mapped for the life of the process.
    pub fn open(path: &Path) -> Option<Definitions> {
        let data: &'static [u8] = Box::leak(Box::new(map(path)?));
        let header = Header::parse(data).ok()?;
        let endian = header.endian().ok()?;
        let sections = header.sections(endian, data).ok()?;
        let (table, index) = sections.gnu_hash(endian, data).ok()??;
        let symbols = sections.symbol_table_by_index(endian, data, index).ok()?;
        Some(Definitions { endian, table, symbols })
    }

    /// Whether the file defines it for others, and not weakly.
    pub fn contains(&self, name: &[u8]) -> bool {
        let hash = elf::gnu_hash(name);
        let versions = VersionTable::default();
        let found = self.table.find(self.endian, name, hash, None, &self.symbols, &versions);
        found.is_some_and(|(_, symbol)| symbol.st_bind() == elf::STB_GLOBAL)
    }
}

fn parse(data: &[u8], origin: &Path) -> Result<Elf> {
    let header = Header::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;

    let mut found = Elf::default();
    let dynamics = sections.dynamic_table(endian, data)?;
    for dynamic in &dynamics {
        let Ok(value) = dynamics.string(dynamic) else {
            continue;
        };
        match dynamic.tag {
            elf::DT_NEEDED => found.needed.push(String::from_utf8_lossy(value).into_owned()),
            elf::DT_RPATH => found.rpath = folders(value, origin),
            elf::DT_RUNPATH => found.runpath = folders(value, origin),
            _ => {}
        }
    }
    if !found.runpath.is_empty() {
        found.rpath.clear();
    }
    Ok(found)
}

/// The folders of a colon-separated list, `$ORIGIN` replaced as ld.so(8) has it.
fn folders(list: &[u8], origin: &Path) -> Vec<PathBuf> {
    let origin = origin.as_os_str().as_bytes();
    list.split(|&byte| byte == b':')
        .filter(|folder| !folder.is_empty())
        .map(|folder| {
            let bare = [&b"$ORIGIN"[..], b"${ORIGIN}"].iter().find_map(|token| folder.strip_prefix(*token));
            match bare {
                Some(rest) => PathBuf::from(OsStr::from_bytes(&[origin, rest].concat())),
                None => PathBuf::from(OsStr::from_bytes(folder)),
            }
        })
        .collect()
}

fn visit_symbols(data: &[u8], mut visit: impl FnMut(Role, &[u8])) -> Result<()> {
    let header = Header::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let table = sections.symbols(endian, data, elf::SHT_DYNSYM)?;
    if table.is_empty() {
        return Ok(());
    }
    let strings = table.strings();
    for symbol in table.iter().filter(|symbol| symbol.st_bind() == elf::STB_GLOBAL) {
        let role = match symbol.is_undefined(endian) {
            true => Role::Needs,
            false => Role::Defines,
        };
        match strings.get(symbol.st_name(endian)) {
            Ok(name) if !name.starts_with(b"_") => visit(role, name),
            _ => {}
        }
    }
    Ok(())
}
