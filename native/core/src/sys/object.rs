//! The abstract object protocol: attributes, calls, iteration, exceptions.

use super::api::api;
use super::exception::fetch;
pub use super::exception::{Builtin, PyResult, Raised, cause, context, restore, while_handled};
use super::layout;
use pyo3::types::PyAny;
use pyo3::{Borrowed, Bound, Python, ffi};
use std::ffi::{CStr, c_int};
use std::ptr::{self, NonNull};

/// A strong reference held while attached.
pub type Object<'py> = Bound<'py, PyAny>;

/// An object that its interpreter keeps until it ends.
pub type Lent<'py> = Borrowed<'py, 'py, PyAny>;

/// The address of an object, for identity only; following it needs a strong reference kept elsewhere.
pub type Address = NonNull<ffi::PyObject>;

/// A strong reference that is kept between calls (in a table of its interpreter). It has no Drop: its table releases it while attached.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Kept(NonNull<ffi::PyObject>);

impl Kept {
    pub fn new(object: Object<'_>) -> Self {
        Self(NonNull::new(object.into_ptr()).expect("a Bound is never null"))
    }

    #[inline]
    pub fn get<'py>(&self, py: Python<'py>) -> Object<'py> {
        // SAFETY: a Kept owns a reference, and `py` is attached to the interpreter that owns the table this Kept is in; the Bound owns the one taken.
        unsafe {
            layout::take(self.0.as_ptr());
            Bound::from_owned_ptr(py, self.0.as_ptr())
        }
    }

    /// Without counting: for objects that are kept until their interpreter ends, which waits until no thread is inside it (the names of `State`).
    #[inline]
    pub fn lend<'py>(&self, py: Python<'py>) -> Lent<'py> {
        // SAFETY: as above; the caller keeps the object longer than any attached scope.
        unsafe { Borrowed::from_ptr(py, self.0.as_ptr()) }
    }

    pub fn into_object(self, py: Python<'_>) -> Object<'_> {
        // SAFETY: as above; the ownership moves into the Bound.
        unsafe { Bound::from_owned_ptr(py, self.0.as_ptr()) }
    }

    #[inline]
    pub fn address(&self) -> Address {
        self.0
    }
}

/// `a is b`
#[inline]
pub fn is_same(a: &Object<'_>, b: &Object<'_>) -> bool {
    a.as_ptr() == b.as_ptr()
}

#[inline]
pub fn address(object: &Object<'_>) -> Address {
    NonNull::new(object.as_ptr()).expect("a Bound is never null")
}

/// Takes ownership of a new reference, or of the exception that stands for it.
#[inline]
pub(super) fn owned<'py>(py: Python<'py>, new: *mut ffi::PyObject) -> PyResult<'py, Object<'py>> {
    // SAFETY: the callers in `sys` pass what a C-API function returned as a new reference.
    match unsafe { Bound::from_owned_ptr_or_opt(py, new) } {
        Some(object) => Ok(object),
        None => Err(fetch(py)),
    }
}

#[inline]
pub(super) fn done(py: Python<'_>, status: c_int) -> PyResult<'_, ()> {
    if status < 0 { Err(fetch(py)) } else { Ok(()) }
}

/// The same object under the token of an enclosing scope.
pub fn rebind<'py>(py: Python<'py>, object: &Object<'_>) -> Object<'py> {
    // SAFETY: a valid object; `py` proves that the thread stays attached for the longer lifetime.
    unsafe { Bound::from_borrowed_ptr(py, object.as_ptr()) }
}

pub fn rebind_raised<'py>(py: Python<'py>, raised: &Raised<'_>) -> Raised<'py> {
    Raised(rebind(py, &raised.0))
}

/// The object at an address that its own dealloc takes off the list it was found in.
pub fn from_address(py: Python<'_>, address: Address) -> Object<'_> {
    // SAFETY: `callback::object`, the only caller, removes an address before the object's memory can be used again, with the GIL held.
    unsafe { Bound::from_borrowed_ptr(py, address.as_ptr()) }
}

#[inline]
pub fn getattr<'py>(object: &Object<'py>, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: both are valid; the Bounds prove attachment.
    owned(object.py(), unsafe { ffi::PyObject_GetAttr(object.as_ptr(), name.as_ptr()) })
}

/// `None` when the attribute is absent (AttributeError); any other exception is an error.
#[inline]
pub fn getattr_optional<'py>(object: &Object<'py>, name: &Object<'py>) -> PyResult<'py, Option<Object<'py>>> {
    let Some(lookup) = api().getattr_optional else {
        return getattr_or_attribute_error(object, name);
    };
    let mut value = ptr::null_mut();
    // SAFETY: both are valid; the answer is −1 with an exception, 0, or 1 with a new reference.
    unsafe {
        done(object.py(), lookup(object.as_ptr(), name.as_ptr(), &mut value))?;
        Ok(Bound::from_owned_ptr_or_opt(object.py(), value))
    }
}

fn getattr_or_attribute_error<'py>(
    object: &Object<'py>,
    name: &Object<'py>,
) -> PyResult<'py, Option<Object<'py>>> {
    match getattr(object, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if Builtin::AttributeError.is_instance(&raised.0) => Ok(None),
        Err(raised) => Err(raised),
    }
}

pub fn attr<'py>(object: &Object<'py>, name: &CStr) -> PyResult<'py, Object<'py>> {
    // SAFETY: valid object, zero-terminated name.
    owned(object.py(), unsafe { ffi::PyObject_GetAttrString(object.as_ptr(), name.as_ptr()) })
}

pub fn setattr<'py>(object: &Object<'py>, name: &Object<'py>, value: &Object<'py>) -> PyResult<'py, ()> {
    // SAFETY: three valid objects.
    done(object.py(), unsafe { ffi::PyObject_SetAttr(object.as_ptr(), name.as_ptr(), value.as_ptr()) })
}

pub fn delattr<'py>(object: &Object<'py>, name: &Object<'py>) -> PyResult<'py, ()> {
    // SAFETY: two valid objects; a null value deletes, as PyObject_DelAttr is defined.
    done(object.py(), unsafe { ffi::PyObject_SetAttr(object.as_ptr(), name.as_ptr(), ptr::null_mut()) })
}

pub fn getitem<'py>(object: &Object<'py>, key: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: two valid objects.
    owned(object.py(), unsafe { ffi::PyObject_GetItem(object.as_ptr(), key.as_ptr()) })
}

/// How many arguments fit on the stack of a call.
const STACK: usize = 8;

/// Calls `callable(*args, **dict(zip(names, the last values)))`: `names` is a tuple of str, its values stand at the end of `args`.
#[inline]
pub fn call<'py>(
    callable: &Object<'py>,
    args: &[&Object<'py>],
    names: Option<&Object<'py>>,
) -> PyResult<'py, Object<'py>> {
    with_arguments(args, |pointers, len| {
        // SAFETY: every pointer is borrowed from a live Bound; slot −1 is ours, as PY_VECTORCALL_ARGUMENTS_OFFSET says.
        unsafe { vectorcall(callable, pointers.add(1), len | OFFSET, names) }
    })
}

/// Calls `object.name(*args)`, without making the bound method; `names` as in `call`.
#[inline]
pub fn call_method<'py>(
    object: &Object<'py>,
    name: &Object<'py>,
    args: &[&Object<'py>],
    names: Option<&Object<'py>>,
) -> PyResult<'py, Object<'py>> {
    let (named, keywords) =
        names.map_or((0, ptr::null_mut()), |names| (super::value::tuple_len(names), names.as_ptr()));
    with_arguments(args, |pointers, len| {
        // SAFETY: as in `call`; slot 0 is the receiver, and `names` no longer than `args` (the callers').
        let result = unsafe {
            *pointers = object.as_ptr();
            (api().vectorcall_method)(name.as_ptr(), pointers, len - named + 1, keywords)
        };
        owned(object.py(), result)
    })
}

const OFFSET: usize = 1 << (usize::BITS - 1);

/// # Safety
/// `args` points at the positional and keyword values; `len` carries OFFSET only if slot −1 may be written.
unsafe fn vectorcall<'py>(
    callable: &Object<'py>,
    args: *mut *mut ffi::PyObject,
    len: usize,
    names: Option<&Object<'py>>,
) -> PyResult<'py, Object<'py>> {
    let named = names.map_or(0, super::value::tuple_len);
    let Some(vectorcall) = api().vectorcall else {
        // SAFETY: the caller's.
        return unsafe { vectorcall_dict(callable, args, len - named, names) };
    };
    let keywords = names.map_or(ptr::null_mut(), |names| names.as_ptr());
    // SAFETY: the caller's; PyObject_Vectorcall counts only the positional ones.
    owned(callable.py(), unsafe { vectorcall(callable.as_ptr(), args, len - named, keywords) })
}

/// The same on CPython 3.10.
///
/// # Safety
/// `args` points at `len` positional values, and behind them the values of `names`.
unsafe fn vectorcall_dict<'py>(
    callable: &Object<'py>,
    args: *mut *mut ffi::PyObject,
    len: usize,
    names: Option<&Object<'py>>,
) -> PyResult<'py, Object<'py>> {
    let py = callable.py();
    let mut keywords = None;
    if let Some(names) = names {
        let dict = super::value::dict(py)?;
        for index in 0..super::value::tuple_len(names) {
            // SAFETY: the caller's; the value is borrowed from the argument array.
            let value = unsafe { Bound::from_borrowed_ptr(py, *args.add((len & !OFFSET) + index)) };
            if let Some(name) = super::value::tuple_get(names, index) {
                super::value::dict_set(&dict, &name, &value)?;
            }
        }
        keywords = Some(dict);
    }
    let keywords = keywords.as_ref().map_or(ptr::null_mut(), |dict| dict.as_ptr());
    // SAFETY: the caller's; the dict lives through the call.
    owned(py, unsafe { (api().vectorcall_dict)(callable.as_ptr(), args, len, keywords) })
}

/// Lays out `[free slot, args…]` and passes its address.
#[inline]
fn with_arguments<'py, R>(args: &[&Object<'py>], f: impl FnOnce(*mut *mut ffi::PyObject, usize) -> R) -> R {
    if args.len() < STACK {
        let mut slots = [ptr::null_mut(); STACK];
        for (slot, arg) in slots[1..].iter_mut().zip(args) {
            *slot = arg.as_ptr();
        }
        f(slots.as_mut_ptr(), args.len())
    } else {
        let mut slots: Vec<_> =
            [ptr::null_mut()].into_iter().chain(args.iter().map(|arg| arg.as_ptr())).collect();
        f(slots.as_mut_ptr(), args.len())
    }
}

pub fn str<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(object.py(), unsafe { ffi::PyObject_Str(object.as_ptr()) })
}

pub fn repr<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(object.py(), unsafe { ffi::PyObject_Repr(object.as_ptr()) })
}

pub fn dir<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(object.py(), unsafe { ffi::PyObject_Dir(object.as_ptr()) })
}

pub fn to_float<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(object.py(), unsafe { ffi::PyNumber_Float(object.as_ptr()) })
}

pub fn iter<'py>(object: &Object<'py>) -> PyResult<'py, Object<'py>> {
    // SAFETY: a valid object.
    owned(object.py(), unsafe { ffi::PyObject_GetIter(object.as_ptr()) })
}

/// The next item; `None` at the end.
pub fn next<'py>(iterator: &Object<'py>) -> PyResult<'py, Option<Object<'py>>> {
    let py = iterator.py();
    // SAFETY: an iterator (`is_iterator`, or what PyObject_GetIter returned); null means end or exception, told apart by PyErr_Occurred.
    unsafe {
        let item = ffi::PyIter_Next(iterator.as_ptr());
        if item.is_null() && ffi::PyErr_Occurred().is_null() {
            return Ok(None);
        }
        owned(py, item).map(Some)
    }
}

pub fn is_instance<'py>(object: &Object<'py>, class: &Object<'py>) -> PyResult<'py, bool> {
    // SAFETY: two valid objects.
    let answer = unsafe { ffi::PyObject_IsInstance(object.as_ptr(), class.as_ptr()) };
    done(object.py(), answer).map(|()| answer != 0)
}

pub fn is_true<'py>(object: &Object<'py>) -> PyResult<'py, bool> {
    // SAFETY: a valid object.
    let answer = unsafe { ffi::PyObject_IsTrue(object.as_ptr()) };
    done(object.py(), answer).map(|()| answer != 0)
}

/// `importlib.import_module(name)`: the submodule itself, not its top package. Not by way of `__import__`, which the globals of the Python
/// code that called JavaScript could replace.
pub fn import<'py>(py: Python<'py>, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let null = ptr::null_mut();
    // SAFETY: a valid object (CPython checks that it is a str); null globals, locals and fromlist are allowed at level 0.
    let module =
        owned(py, unsafe { ffi::PyImport_ImportModuleLevelObject(name.as_ptr(), null, null, null, 0) })?;
    if !is_dotted(name) {
        return Ok(module);
    }
    // SAFETY: a valid str.
    match owned(py, unsafe { ffi::PyImport_GetModule(name.as_ptr()) }) {
        Ok(module) => Ok(module),
        Err(_) => import_again(py, name),
    }
}

/// Whether the name, a str, is that of a submodule.
fn is_dotted(name: &Object<'_>) -> bool {
    // SAFETY: a valid str; the end is cut to its length.
    unsafe { ffi::PyUnicode_FindChar(name.as_ptr(), u32::from('.') as _, 0, ffi::Py_ssize_t::MAX, 1) >= 0 }
}

/// A module that took itself out of sys.modules while it was imported.
#[cold]
fn import_again<'py>(py: Python<'py>, name: &Object<'py>) -> PyResult<'py, Object<'py>> {
    let import_module = attr(&import_static(py, c"importlib")?, c"import_module")?;
    call(&import_module, &[name], None)
}

/// Imports a top-level module of the standard library.
pub fn import_static<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Object<'py>> {
    let null = ptr::null_mut();
    // SAFETY: a zero-terminated name; nulls as above.
    owned(py, unsafe { ffi::PyImport_ImportModuleLevel(name.as_ptr(), null, null, null, 0) })
}

/// `sys.modules.get(name)`, without importing anything.
pub fn loaded_module<'py>(py: Python<'py>, name: &CStr) -> Option<Object<'py>> {
    // SAFETY: PyImport_GetModuleDict gives a borrowed dict; PyDict_GetItemString a borrowed item or null without an exception.
    unsafe {
        Bound::from_borrowed_ptr_or_opt(
            py,
            ffi::PyDict_GetItemString(ffi::PyImport_GetModuleDict(), name.as_ptr()),
        )
    }
}

/// The same by a str, which hashes itself but once (bench: import, live).
pub fn loaded_module_named<'py>(py: Python<'py>, name: &Object<'py>) -> Option<Object<'py>> {
    // SAFETY: as above; a lookup that fails is none, and leaves no exception.
    unsafe {
        let module = ffi::PyDict_GetItemWithError(ffi::PyImport_GetModuleDict(), name.as_ptr());
        if module.is_null() {
            ffi::PyErr_Clear();
        }
        Bound::from_borrowed_ptr_or_opt(py, module)
    }
}

/// The dictionary of `__main__`.
pub fn main_globals(py: Python<'_>) -> PyResult<'_, Object<'_>> {
    // SAFETY: PyImport_AddModule gives a borrowed module, kept alive by sys.modules; its dict likewise.
    unsafe {
        let module = ffi::PyImport_AddModule(c"__main__".as_ptr());
        if module.is_null() {
            return Err(fetch(py));
        }
        Ok(Bound::from_borrowed_ptr(py, ffi::PyModule_GetDict(module)))
    }
}

/// A built-in function of the interpreter, whatever the globals of the calling code say.
pub fn builtin<'py>(py: Python<'py>, name: &CStr) -> PyResult<'py, Object<'py>> {
    attr(&import_static(py, c"builtins")?, name)
}

pub fn none(py: Python<'_>) -> Object<'_> {
    // SAFETY: the singleton.
    unsafe { Bound::from_borrowed_ptr(py, ffi::Py_None()) }
}
