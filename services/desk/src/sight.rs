//! Whose a project is, and who may see that there is one. What an agency then sees of it is for each theme to
//! say.

use crate::{
    caller::{Caller, Principal},
    refuse::Refusal,
};
use eventlog::Recorded;

/// Who has to do with a project, as far as a service has heard; a reference is empty while nobody has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parties<'a> {
    /// The enterprise whose project it is, e.g. `enterprise:yamato/filing`.
    pub owner: &'a str,
    /// The service secretary.
    pub secretary: &'a str,
}

impl Parties<'_> {
    /// Whether the caller may see the project at all: its own enterprise, its own secretary, any agency.
    ///
    /// # Errors
    /// For everybody else it does not exist.
    pub fn may_see(&self, caller: &Caller) -> Result<(), Refusal> {
        let may = match &caller.principal {
            Principal::Agency { .. } | Principal::System { .. } => true,
            // Whether an agent has a mandate is asked before, of [`crate::mandates`].
            Principal::Enterprise { .. } | Principal::Agent { .. } => {
                let named = caller.enterprise().map(|who| format!("enterprise:{who}"));
                named.is_some_and(|who| self.is_owner(&who))
            }
            Principal::Secretary { who } => who == self.secretary,
        };
        if may { Ok(()) } else { Err(unknown()) }
    }

    /// Whether a reference is of the enterprise whose project it is.
    #[must_use]
    pub fn is_owner(&self, reference: &str) -> bool {
        !self.owner.is_empty() && enterprise(reference) == enterprise(self.owner)
    }
}

/// What is told of a project that is not there, or not for the caller to see: the same.
#[must_use]
pub fn unknown() -> Refusal {
    Refusal::Unknown("project of this name".to_owned())
}

/// The enterprise of a reference, whichever of its users is meant: `enterprise:yamato` of
/// `enterprise:yamato/legal`.
#[must_use]
pub fn enterprise(reference: &str) -> &str {
    reference.split('/').next().unwrap_or(reference)
}

/// The enterprise that registered a project by this event, itself or through somebody who acts for it.
#[must_use]
pub fn owner(registered: &Recorded) -> Option<String> {
    let named = [&registered.on_behalf_of, &registered.principal];
    named.into_iter().find(|who| who.starts_with("enterprise:")).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(principal: Principal, owner: &str) -> bool {
        let caller = Caller { principal, on_behalf_of: Some("enterprise:yamato".to_owned()) };
        let parties = Parties { owner, secretary: "s-0012" };
        parties.may_see(&caller) == Ok(())
    }

    #[test]
    fn a_project_is_there_for_its_enterprise_its_secretary_and_agencies() {
        let enterprise = |who: &str| Principal::Enterprise { who: who.to_owned() };
        let secretary = |who: &str| Principal::Secretary { who: who.to_owned() };
        let owner = "enterprise:yamato/filing";
        assert!(
            sees(enterprise("yamato/filing"), owner) && sees(enterprise("yamato/legal"), owner)
        );
        assert!(sees(enterprise("yamato"), owner));
        assert!(
            !sees(enterprise("yamato-2/filing"), owner),
            "naming the owner makes nobody the owner"
        );
        assert!(!sees(enterprise("yamato"), ""), "whose nobody knows is nobody's");
        assert!(sees(secretary("s-0012"), owner) && !sees(secretary("s-0099"), owner));
        let agency = Principal::Agency { code: "EE".to_owned(), desk: "desk-1".to_owned() };
        assert!(sees(agency, owner));
    }
}
