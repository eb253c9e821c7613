//! The handover pack: everything that is open in a project, for whoever takes it over.

use crate::project::{Open, Project};
use desk::{caller::Caller, docket::Bench};
use proto::{
    matter::v1 as matter,
    status::v1::{Handover, OpenItem, OpenKind},
};
use rulebook::matter::Party;

impl Project {
    /// What is open, as far as the caller may know of it.
    pub(crate) fn handover(&self, caller: &Caller, bench: &Bench) -> Handover {
        let intake = &self.intake.facts;
        let open = self.open(bench);
        let known = open.iter().filter(|one| {
            one.kind != OpenKind::Complaint || self.may_know_complaint(&one.key, caller)
        });
        Handover {
            secretary: intake.secretary.clone(),
            alarm: intake.gate.as_ref().is_some_and(|gate| gate.recognised)
                && intake.secretary.is_empty(),
            open: known.map(|one| item(one, bench)).collect(),
        }
    }

    /// Whether the caller may know of a complaint: who complains, who handles it, and who is complained of
    /// (外商投资企业投诉工作办法 art. 29).
    fn may_know_complaint(&self, number: &str, caller: &Caller) -> bool {
        let complaints = &self.aftercare.facts.complaints;
        let Some(complaint) = number.parse().ok().and_then(|number: u32| complaints.get(&number))
        else {
            return false;
        };
        match caller.agency() {
            Some(agency) => {
                complaint.lead == agency || complaint.respondents.iter().any(|one| one == agency)
            }
            None => caller.principal.is_same_enterprise(&complaint.complainant),
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
