//! The Python half: output.py, and the functions that it calls.

use super::queue;
use crate::attach::Attached;
use crate::environment;
use crate::runtime::Keep;
use crate::sys::function::{Function, function};
use crate::sys::heap_type::{self, cstr};
use crate::sys::object::{self, Builtin, Object, PyResult};
use crate::sys::value::{self, Kind};
use std::ffi::CStr;

/// Calls a function of output.py for this thread's environment: `name(environment, *args)`.
pub fn call<'py>(
    attached: Attached<'py>,
    name: &Object<'py>,
    args: &[Object<'py>],
) -> PyResult<'py, Object<'py>> {
    let names = attached.keep(Keep::Output, load)?;
    let environment = value::int_from_i64(attached.py, environment::current() as i64)?;
    let args: Vec<_> = std::iter::once(&environment).chain(args).collect();
    object::call(&object::getitem(&names, name)?, &args, None)
}

fn load(attached: Attached<'_>) -> PyResult<'_, Object<'_>> {
    let py = attached.py;
    let source = const { cstr(concat!(include_str!("output.py"), "\0")) };
    let given = [
        ("emit", function::<Emit>(py)?),
        ("deliver", function::<Deliver>(py)?),
        ("is_here", function::<IsHere>(py)?),
        ("is_open", function::<IsOpen>(py)?),
    ];
    heap_type::run_source(py, source, c"<python_ts.output>", &given)
}

/// The environment is the first argument of each function.
fn environment_of(args: &Object<'_>) -> u64 {
    let number = value::tuple_get(args, 0).filter(|number| value::kind(number) == Kind::Int);
    number.and_then(|number| value::int_as_i64(&number)).unwrap_or(0) as u64
}

/// `emit(environment, sink, data)`: queues bytes; False if the environment is gone.
struct Emit;

impl Function for Emit {
    const NAME: &'static CStr = c"emit";

    fn call<'py>(args: &Object<'py>) -> PyResult<'py, Object<'py>> {
        let py = args.py();
        let sink = value::tuple_get(args, 1).and_then(|sink| value::int_as_i64(&sink));
        let data = value::tuple_get(args, 2).filter(|data| value::kind(data) == Kind::Bytes);
        let (Some(sink), Some(data)) = (sink, data) else {
            return Err(Builtin::TypeError.raise(py, "emit() takes an environment, a sink and bytes"));
        };
        let queued = queue::push(environment_of(args), sink as f64, value::bytes_slice(&data, Kind::Bytes));
        Ok(value::bool(py, queued))
    }
}

/// `deliver(environment)`: on the thread of the environment, passes on what is queued.
struct Deliver;

impl Function for Deliver {
    const NAME: &'static CStr = c"deliver";

    fn call<'py>(args: &Object<'py>) -> PyResult<'py, Object<'py>> {
        let (py, environment) = (args.py(), environment_of(args));
        if environment::current() == environment {
            crate::sys::thread::detached(py, || queue::drain_here(environment));
        }
        Ok(object::none(py))
    }
}

/// `is_here(environment)`: whether this is the thread of that environment.
struct IsHere;

impl Function for IsHere {
    const NAME: &'static CStr = c"is_here";

    fn call<'py>(args: &Object<'py>) -> PyResult<'py, Object<'py>> {
        Ok(value::bool(args.py(), environment::current() == environment_of(args)))
    }
}

/// `is_open(environment)`: whether the environment still answers.
struct IsOpen;

impl Function for IsOpen {
    const NAME: &'static CStr = c"is_open";

    fn call<'py>(args: &Object<'py>) -> PyResult<'py, Object<'py>> {
        Ok(value::bool(args.py(), environment::find(environment_of(args)).is_some()))
    }
}
