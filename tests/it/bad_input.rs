//! Bad input over the real wire: every row is refused with a stable code that names the field or the
//! rule, writes nothing, and leaves a platform that goes on answering.

mod acts;
mod reads;
mod texts;
mod values;
mod wire;
pub(crate) mod world;
