//! Projects after their launch, told with real dates on the law of `seeds/`.

mod promises;
mod stored;
pub(crate) mod story;
