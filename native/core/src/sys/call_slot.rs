//! How Python calls an instance of a heap type: by vectorcall, which needs no tuple of the arguments (bench: callback), or by `tp_call`, where CPython 3.10 and
//! 3.11 do not have Python classes inherit the former.

use super::heap_type::{HeapObject, answer, borrowed, data, optional};
use super::layout::{self, fact};
use super::object::{Object, PyResult};
use super::value;
use pyo3::{Python, ffi};

/// `vectorcallfunc`, and the flag of the types that have one: not in the stable ABI before CPython 3.12, but the same.
pub(super) type VectorCall = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    usize,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
pub(super) const HAVE_VECTORCALL: u64 = 1 << 11;
/// PY_VECTORCALL_ARGUMENTS_OFFSET
const OFFSET: usize = 1 << (usize::BITS - 1);

/// The member by which CPython finds the VectorCall of an instance.
pub(super) const fn member(offset: usize) -> ffi::PyMemberDef {
    ffi::PyMemberDef {
        name: c"__vectorcalloffset__".as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: std::ptr::null(),
    }
}

pub(super) unsafe extern "C" fn vectorcall<T: HeapObject>(
    this: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    flags: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    answer(|py| {
        let names = optional(py, names);
        let count = flags & !OFFSET;
        let all = count + names.as_ref().map_or(0, value::tuple_len);
        // SAFETY: a slot of `new_type::<T>`; CPython passes `count` arguments, and the values of `names` behind them.
        let (data, values) = unsafe { (data::<T>(this), objects(py, args, all)) };
        let (args, named) = values.split_at(count);
        let kwargs = names.map(|names| dict(py, &names, named)).transpose()?;
        T::call(data, py, args, kwargs.as_ref())
    })
}

pub(super) unsafe extern "C" fn call<T: HeapObject>(
    this: *mut ffi::PyObject,
    args: *mut ffi::PyObject,
    kwargs: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    answer(|py| {
        // SAFETY: a slot of `new_type::<T>`.
        let data = unsafe { data::<T>(this) };
        let (args, kwargs) = (borrowed(py, args), optional(py, kwargs));
        if layout::holds(fact::ITEMS) {
            // SAFETY: CPython calls with a tuple, whose items stay as they are.
            let items = unsafe { objects(py, layout::tuple_items(args.as_ptr()), value::tuple_len(&args)) };
            return T::call(data, py, items, kwargs.as_ref());
        }
        let items: Vec<_> =
            (0..value::tuple_len(&args)).filter_map(|index| value::tuple_get(&args, index)).collect();
        T::call(data, py, &items, kwargs.as_ref())
    })
}

/// # Safety
/// `first` points at `count` objects, which stay alive and in place as long as the slice is used.
unsafe fn objects<'a, 'py>(
    _py: Python<'py>,
    first: *const *mut ffi::PyObject,
    count: usize,
) -> &'a [Object<'py>] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's; a Bound is a transparent pointer to its object.
    unsafe { std::slice::from_raw_parts(first.cast(), count) }
}

fn dict<'py>(py: Python<'py>, names: &Object<'py>, values: &[Object<'py>]) -> PyResult<'py, Object<'py>> {
    let dict = value::dict(py)?;
    for (index, value) in values.iter().enumerate() {
        if let Some(name) = value::tuple_get(names, index) {
            value::dict_set(&dict, &name, value)?;
        }
    }
    Ok(dict)
}
