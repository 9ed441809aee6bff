//! The buffer protocol (CPython's Doc/c-api/buffer.rst), which is not in the stable ABI of 3.10.

use super::api::api;
use super::node::SharedBytes;
use super::object::{Object, PyResult, done, owned};
use pyo3::{Python, ffi};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::slice;

/// `Py_buffer` (Include/pybuffer.h), the same in every version of Python 3.
#[repr(C)]
pub struct RawBuffer {
    buf: *mut c_void,
    obj: *mut ffi::PyObject,
    len: ffi::Py_ssize_t,
    itemsize: ffi::Py_ssize_t,
    readonly: c_int,
    ndim: c_int,
    format: *mut c_char,
    shape: *mut ffi::Py_ssize_t,
    strides: *mut ffi::Py_ssize_t,
    suboffsets: *mut ffi::Py_ssize_t,
    internal: *mut c_void,
}

const SIMPLE_WITH_SHAPE: c_int = 0x0008;
const STRIDES: c_int = 0x0010 | SIMPLE_WITH_SHAPE;
const FORMAT: c_int = 0x0004;

/// The exported memory of a Python object: neither freed, moved nor resized until `release`. It has no Drop: who holds it releases it, attached.
///
/// In a Box, because CPython lets `shape` point into the structure itself.
#[must_use]
pub struct HeldBuffer(Box<RawBuffer>);

// SAFETY: an address of memory that stays while it is held; it is followed and released by attached threads only, and read through
// `memory` on the thread that made it.
unsafe impl Send for HeldBuffer {}

/// Asks an object for its memory, as it lies there. Raises TypeError for what has none, BufferError for what does not give it so.
pub fn hold<'py>(object: &Object<'py>) -> PyResult<'py, HeldBuffer> {
    // SAFETY: a structure of plain numbers and pointers, which PyObject_GetBuffer fills.
    let mut raw: Box<RawBuffer> = Box::new(unsafe { std::mem::zeroed() });
    // SAFETY: a valid object, attached; the structure is released exactly once, by `release`.
    let status = unsafe { (api().get_buffer)(object.as_ptr(), &mut *raw, STRIDES | FORMAT) };
    done(object.py(), status).map(|()| HeldBuffer(raw))
}

/// The size of the memory that an object exports, if its class is one of C's that lives as long as Python: no Python code runs.
pub fn exported_bytes(object: &Object<'_>) -> usize {
    // SAFETY: every object has a type; PyType_GetSlot takes static types since CPython 3.10.
    let is_exporter = unsafe {
        let class = ffi::Py_TYPE(object.as_ptr());
        ffi::PyType_GetFlags(class) & ffi::Py_TPFLAGS_HEAPTYPE == 0
            && !ffi::PyType_GetSlot(class, GET_BUFFER).is_null()
    };
    if !is_exporter {
        return 0;
    }
    hold(object).map_or(0, |buffer| {
        let bytes = buffer.len();
        buffer.release(object.py());
        bytes
    })
}

/// `Py_bf_getbuffer` (Include/typeslots.h)
const GET_BUFFER: c_int = 1;

/// Where the items of a buffer lie.
pub struct Layout {
    pub format: Option<String>,
    pub itemsize: usize,
    pub is_readonly: bool,
    pub shape: Vec<isize>,
    /// In bytes.
    pub strides: Vec<isize>,
    /// From the lowest byte to the first item.
    pub offset: usize,
    /// From the lowest byte behind the last one.
    pub span: usize,
    /// The address of the lowest byte, modulo 16.
    pub alignment: usize,
}

impl Layout {
    /// The strides of the same items in C order, one behind the other.
    pub fn c_strides(&self) -> Vec<isize> {
        c_strides(&self.shape, self.itemsize)
    }
}

fn c_strides(shape: &[isize], itemsize: usize) -> Vec<isize> {
    let mut stride = itemsize as isize;
    let mut strides: Vec<_> = shape
        .iter()
        .rev()
        .map(|length| {
            let next = stride.wrapping_mul(*length);
            std::mem::replace(&mut stride, next)
        })
        .collect();
    strides.reverse();
    strides
}

impl HeldBuffer {
    /// Gives the memory back; attached to the interpreter that it was asked in. May run Python code.
    pub fn release(mut self, _py: Python<'_>) {
        // SAFETY: filled by `hold`, not released before (self is consumed).
        unsafe { (api().release_buffer)(&mut *self.0) }
    }

    fn numbers(&self, pointer: *mut ffi::Py_ssize_t) -> Vec<isize> {
        let count = self.0.ndim.max(0) as usize;
        if pointer.is_null() || count == 0 {
            return Vec::new();
        }
        // SAFETY: `ndim` numbers, as the protocol has it; they stay as long as the buffer is held.
        unsafe { slice::from_raw_parts(pointer, count) }.to_vec()
    }

    /// `None` where the lengths do not fit into an address space.
    pub fn layout(&self) -> Option<Layout> {
        let raw = &*self.0;
        let itemsize = usize::try_from(raw.itemsize).ok()?;
        let (shape, given) = (self.numbers(raw.shape), self.numbers(raw.strides));
        let strides = if given.len() == shape.len() { given } else { c_strides(&shape, itemsize) };
        let (below, above) = reach(&shape, &strides)?;
        let is_empty = itemsize == 0 || shape.contains(&0);
        let span = if is_empty { 0 } else { below.checked_add(above)?.checked_add(itemsize)? };
        let format = (!raw.format.is_null()).then(|| {
            // SAFETY: a zero-terminated string that stays as long as the buffer is held.
            unsafe { CStr::from_ptr(raw.format) }.to_string_lossy().into_owned()
        });
        Some(Layout {
            format,
            itemsize,
            is_readonly: raw.readonly != 0,
            shape,
            strides,
            offset: if is_empty { 0 } else { below },
            span,
            alignment: (raw.buf as usize).wrapping_sub(below) % 16,
        })
    }

    /// The lowest byte of the memory of that layout, which is this buffer's.
    pub fn lowest(&self, layout: &Layout) -> *mut c_void {
        self.0.buf.cast::<u8>().wrapping_sub(layout.offset).cast()
    }

    /// How many bytes the items have, one behind the other.
    pub fn len(&self) -> usize {
        self.0.len.max(0) as usize
    }

    /// Copies the items, one behind the other in C order, to `target`, which has `len()` bytes of room.
    pub(super) fn copy_to<'py>(&self, py: Python<'py>, target: *mut c_void) -> PyResult<'py, ()> {
        const C_ORDER: c_char = b'C' as c_char;
        // SAFETY: attached; the caller's target has room for `len` bytes.
        done(py, unsafe { (api().buffer_to_contiguous)(target, &*self.0, self.0.len, C_ORDER) })
    }
}

/// How far the items lie below and above the first one, in bytes.
fn reach(shape: &[isize], strides: &[isize]) -> Option<(usize, usize)> {
    let (mut below, mut above) = (0usize, 0usize);
    for (&length, &stride) in shape.iter().zip(strides) {
        let distance = usize::try_from(length - 1).unwrap_or(0).checked_mul(stride.unsigned_abs())?;
        let side = if stride < 0 { &mut below } else { &mut above };
        *side = side.checked_add(distance)?;
    }
    Some((below, above))
}

/// Memory that something else owns, which an instance keeps alive: what Python objects over foreign memory are made of.
pub struct Foreign<Owner> {
    data: *mut c_void,
    bytes: usize,
    /// How many half-precision floats (`e`) the memory is; `None` where it is bytes.
    halves: Option<ffi::Py_ssize_t>,
    /// Dropped when the last Python object that uses the memory dies.
    _owner: Owner,
}

impl<Owner> Foreign<Owner> {
    pub fn new(SharedBytes { data, bytes }: SharedBytes, owner: Owner) -> Self {
        Self { data, bytes, halves: None, _owner: owner }
    }

    /// The memory as half-precision floats.
    pub fn into_halves(self) -> Self {
        Self { halves: Some((self.bytes / HALF) as ffi::Py_ssize_t), ..self }
    }
}

impl Foreign<Vec<u8>> {
    pub fn of_bytes(mut bytes: Vec<u8>) -> Self {
        let (data, length) = (bytes.as_mut_ptr().cast(), bytes.len());
        Self { data, bytes: length, halves: None, _owner: bytes }
    }
}

/// Bytes of a half-precision float.
const HALF: usize = 2;

#[repr(C)]
struct Exporter<Owner> {
    object: ffi::PyObject,
    /// Never null in an instance that Python code can reach.
    foreign: *mut Foreign<Owner>,
}

/// A heap type whose instances export foreign memory, writable.
pub fn new_exporter_type<'py, Owner: Send + 'static>(
    py: Python<'py>,
    name: &'static CStr,
    doc: &'static CStr,
) -> PyResult<'py, Object<'py>> {
    /// `Py_bf_getbuffer` (Include/typeslots.h); in specs since CPython 3.9.
    const BF_GETBUFFER: c_int = 1;
    /// Py_TPFLAGS_DISALLOW_INSTANTIATION (CPython 3.10)
    const DISALLOW_INSTANTIATION: u32 = 1 << 7;
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_doc, doc.as_ptr() as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc::<Owner> as *mut c_void),
        slot(BF_GETBUFFER, getbuffer::<Owner> as *mut c_void),
        slot(0, std::ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: size_of::<Exporter<Owner>>() as c_int,
        itemsize: 0,
        flags: ffi::Py_TPFLAGS_DEFAULT as u32 | DISALLOW_INSTANTIATION,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: name and doc are static; CPython copies the slots; each function has the type that its slot demands.
    owned(py, unsafe { ffi::PyType_FromSpec(&mut spec) })
}

/// An instance of a type made by `new_exporter_type` for the same owner.
pub fn new_exporter<'py, Owner: Send + 'static>(
    class: &Object<'py>,
    foreign: Foreign<Owner>,
) -> PyResult<'py, Object<'py>> {
    // SAFETY: the class was made by `new_exporter_type::<Owner>` (the caller keeps one for its owner); the memory is zeroed, of basicsize.
    unsafe {
        let object = owned(class.py(), ffi::PyType_GenericAlloc(class.as_ptr().cast(), 0))?;
        (*object.as_ptr().cast::<Exporter<Owner>>()).foreign = Box::into_raw(Box::new(foreign));
        Ok(object)
    }
}

unsafe extern "C" fn dealloc<Owner>(this: *mut ffi::PyObject) {
    // SAFETY: CPython calls this once, attached, when nothing refers to the instance: each export had a reference. Heap types are released with
    // their instances. Dropping an owner runs no Python code (it only queues).
    unsafe {
        let class = ffi::Py_TYPE(this);
        let foreign = (*this.cast::<Exporter<Owner>>()).foreign;
        ffi::PyObject_Free(this.cast());
        if !foreign.is_null() {
            drop(Box::from_raw(foreign));
        }
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn getbuffer<Owner>(this: *mut ffi::PyObject, view: *mut RawBuffer, flags: c_int) -> c_int {
    const WRITABLE: c_int = 0;
    // SAFETY: CPython calls this with an instance of the type and a structure to fill; PyBuffer_FillInfo takes a reference to the instance,
    // which the count lies in, and lets `strides` point at `itemsize`.
    unsafe {
        let foreign = &mut *(*this.cast::<Exporter<Owner>>()).foreign;
        let length = foreign.bytes as ffi::Py_ssize_t;
        let status = (api().buffer_fill_info)(view, this, foreign.data, length, WRITABLE, flags);
        if let (0, Some(count)) = (status, &mut foreign.halves)
            && !(*view).shape.is_null()
        {
            (*view).itemsize = HALF as ffi::Py_ssize_t;
            (*view).shape = count;
            if flags & FORMAT != 0 {
                (*view).format = c"e".as_ptr().cast_mut();
            }
        }
        status
    }
}
