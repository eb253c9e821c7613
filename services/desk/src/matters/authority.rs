//! Who may do what: the catalogue gives each agency its matters and its opinions, and no other.

use eventlog::seeded::{Fault::M12, fault};
use rulebook::{
    law::Law,
    matter::{Act, Matter, Whose},
};

use crate::{
    caller::{Caller, Principal},
    refuse::Refusal,
};

/// Whether the caller may do the act.
///
/// # Errors
/// PERMISSION_DENIED, saying whose act it is.
pub fn authorise(matter: &Matter, act: &Act, caller: &Caller, law: &Law) -> Result<(), Refusal> {
    if matches!(caller.principal, Principal::System { .. }) || fault(M12) {
        return Ok(());
    }
    match act.whose(matter) {
        Whose::Lead(agency) | Whose::Asked(agency) => {
            if caller.agency() == Some(agency.as_str()) {
                Ok(())
            } else {
                Err(Refusal::NotYours(format!("this is for agency {agency} to do")))
            }
        }
        Whose::Applicant if speaks_for_applicant(matter, caller) => Ok(()),
        Whose::Applicant => Err(Refusal::NotYours(
            "this is for the applicant to do, or for a secretary or the agency's counter on its behalf"
                .to_owned(),
        )),
        Whose::Supervisor => {
            let mut supervisors = law.supervision.supervisors();
            if caller.agency().is_some_and(|own| supervisors.any(|code| code == own)) {
                return Ok(());
            }
            let named: Vec<_> = law.supervision.supervisors().collect();
            Err(Refusal::NotYours(format!("this is for {} to do", named.join(" or "))))
        }
        Whose::Time => Err(Refusal::NotYours("only the passing of time does this".to_owned())),
    }
}

/// The enterprise itself, or a secretary or the deciding agency's counter that names it.
fn speaks_for_applicant(matter: &Matter, caller: &Caller) -> bool {
    match &caller.principal {
        Principal::Enterprise { .. } | Principal::Agent { .. } | Principal::Secretary { .. } => {
            caller.speaks_for_enterprise()
        }
        Principal::Agency { code, .. } => {
            *code == matter.terms.agency && caller.on_behalf_of.is_some()
        }
        Principal::System { .. } => true,
    }
}
