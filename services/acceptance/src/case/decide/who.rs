//! Who may act: the agency that the catalogue gives the thing to, or the enterprise.

use desk::{
    caller::{Caller, Principal},
    refuse::Refusal,
};

/// Refuses anybody but this agency.
pub(super) fn agency(caller: &Caller, code: &str) -> Result<(), Refusal> {
    match &caller.principal {
        Principal::System { .. } => Ok(()),
        Principal::Agency { code: own, .. } if own == code => Ok(()),
        Principal::Agency { .. }
        | Principal::Enterprise { .. }
        | Principal::Agent { .. }
        | Principal::Secretary { .. } => {
            Err(Refusal::NotYours(format!("this is for agency {code} to do")))
        }
    }
}

/// Refuses anybody but the enterprise, or somebody who names it as the one for whom they act.
pub(super) fn applicant(caller: &Caller) -> Result<(), Refusal> {
    if caller.speaks_for_enterprise() {
        return Ok(());
    }
    Err(Refusal::NotYours(
        "this is for the enterprise to do; name it as tongban-on-behalf-of".to_owned(),
    ))
}

/// Refuses anybody but the platform.
pub(super) fn time(caller: &Caller) -> Result<(), Refusal> {
    match &caller.principal {
        Principal::System { .. } => Ok(()),
        Principal::Agency { .. }
        | Principal::Enterprise { .. }
        | Principal::Agent { .. }
        | Principal::Secretary { .. } => {
            Err(Refusal::NotYours("only the passing of time does this".to_owned()))
        }
    }
}
