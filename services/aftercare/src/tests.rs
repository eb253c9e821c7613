//! Projects after their launch, told with real dates on the law of `seeds/`.

mod alarms;
mod complaints;
mod demands;
mod incentives;
mod inspections;
mod promises;
mod reactions;
mod reports;
mod requests;
mod sealed;
mod service;
mod sight;
mod stored;
pub(crate) mod story;
