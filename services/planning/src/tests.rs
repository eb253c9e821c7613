//! Projects in planning, told with real dates on the law of `seeds/`.

mod budget;
mod certificates;
mod facts;
mod filing;
mod reactions;
mod stored;
pub(crate) mod story;
