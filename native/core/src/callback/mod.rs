//! JavaScript values in Python: live objects whose every operation asks JavaScript.

mod direct;
mod dispatch;
mod error;
mod object;
mod promise;

pub use error::raise;
pub use object::{JsRef, give_back, js_object, js_ref_of};
