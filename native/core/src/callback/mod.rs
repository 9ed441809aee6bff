//! JavaScript values in Python: live objects whose every operation asks JavaScript.

mod deadlock;
mod direct;
mod dispatch;
mod error;
mod files;
mod node;
mod object;
mod promise;
mod subclass;

pub use error::raise;
pub use node::call as node;
pub use object::{Home, JsRef, give_back, js_object, js_ref_of};
pub use subclass::{call as subclass, derive, is_derived, javascript_class};
