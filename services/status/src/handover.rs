//! The handover pack: everything that is open in a project, for whoever takes it over.

use crate::project::{Open, Project};
use desk::{
    caller::{Caller, Principal},
    docket::Bench,
    refuse::Refusal,
    sight::{self, Parties},
};
use proto::{
    matter::v1 as matter,
    status::v1::{Handover, OpenItem, OpenKind},
};
use rulebook::matter::Party;

impl Project {
    /// What is open, as far as the caller may know of it.
    ///
    /// # Errors
    /// For whom the project is not there to see.
    pub(crate) fn handover(&self, caller: &Caller, bench: &Bench) -> Result<Handover, Refusal> {
        self.parties().may_see(caller)?;
        let intake = &self.intake.facts;
        let open = self.open(bench);
        let known = open.iter().filter(|one| self.may_know(one, caller));
        Ok(Handover {
            secretary: intake.secretary.clone(),
            alarm: intake.gate.as_ref().is_some_and(|gate| gate.recognised)
                && intake.secretary.is_empty(),
            open: known.map(|one| item(one, bench)).collect(),
        })
    }

    /// Whose the project is: of who registered it with intake.
    fn parties(&self) -> Parties<'_> {
        let owner = self.intake.owner.as_deref().unwrap_or_default();
        Parties { owner, secretary: &self.intake.facts.secretary }
    }

    /// Of the permits everybody knows who sees the project. Of what follows the launch an agency knows what it
    /// has to do; and of a complaint only who complains, who handles it, and who is complained of
    /// (外商投资企业投诉工作办法 art. 29).
    fn may_know(&self, open: &Open, caller: &Caller) -> bool {
        match open.kind {
            OpenKind::Matter
            | OpenKind::Opinion
            | OpenKind::Condition
            | OpenKind::Obligation
            | OpenKind::Unspecified => true,
            OpenKind::Complaint => self.may_know_complaint(&open.key, caller),
            OpenKind::Promise
            | OpenKind::Report
            | OpenKind::FollowUp
            | OpenKind::Rating
            | OpenKind::Order
            | OpenKind::Request
            | OpenKind::StaffPermit => caller
                .agency()
                .is_none_or(|code| matches!(&open.party, Party::Agency(who) if who == code)),
        }
    }

    fn may_know_complaint(&self, number: &str, caller: &Caller) -> bool {
        let complaints = &self.aftercare.facts.complaints;
        let Some(complaint) = number.parse().ok().and_then(|number: u32| complaints.get(&number))
        else {
            return false;
        };
        match &caller.principal {
            Principal::Agency { code, .. } => {
                complaint.lead == *code || complaint.respondents.contains(code)
            }
            Principal::Enterprise { .. } | Principal::Agent { .. } => {
                let named = caller.enterprise().map(|who| format!("enterprise:{who}"));
                named.is_some_and(|who| who == sight::enterprise(&complaint.complainant))
            }
            Principal::Secretary { .. } | Principal::System { .. } => false,
        }
    }
}

fn item(open: &Open, bench: &Bench) -> OpenItem {
    let (party, who) = match &open.party {
        Party::Nobody => (matter::Party::Nobody, ""),
        Party::Enterprise => (matter::Party::Enterprise, ""),
        Party::Agency(code) => (matter::Party::Agency, code.as_str()),
        Party::ThirdParty(ground) => (matter::Party::ThirdParty, ground.as_str()),
    };
    OpenItem {
        kind: open.kind.into(),
        key: open.key.clone(),
        subject: open.subject.clone(),
        party: party.into(),
        who: who.to_owned(),
        due_on: open.due.map(|due| due.to_string()).unwrap_or_default(),
        overdue: open.is_overdue(bench.date),
    }
}
