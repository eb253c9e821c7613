//! What happens in a project beside its matters: it changes, is built, is served after the launch.

use super::story::Story;
use proto::{
    acceptance::v1::{self as acceptance, acceptance_event::Kind as Acceptance},
    aftercare::v1::{self as aftercare, aftercare_event::Kind as Aftercare},
    dossier::v1::{self as dossier, dossier_event::Kind as Dossier},
    intake::v1::{self as intake, intake_event::Kind as Intake},
};

pub(super) fn changed(what: &[&str]) -> Intake {
    Intake::ProjectChanged(intake::ProjectChanged {
        facts: Some(super::story::facts()),
        changed: what.iter().map(|fact| (*fact).to_owned()).collect(),
        reason: "扩建".to_owned(),
    })
}

pub(super) fn permitted() -> Acceptance {
    Acceptance::ConstructionPermitted(acceptance::ConstructionPermitted {
        matter: "projects/p-yamato/matters/S2-17-1".to_owned(),
        agency: "HC".to_owned(),
        number: "210213202403010101".to_owned(),
    })
}

pub(super) fn declared(unit: &str, phase: &str) -> Acceptance {
    let (unit, phase) = (unit.to_owned(), phase.to_owned());
    Acceptance::UnitDeclared(acceptance::UnitDeclared { unit, phase, ..Default::default() })
}

pub(super) fn used(unit: &str) -> Acceptance {
    Acceptance::PutIntoUse(acceptance::PutIntoUse { unit: unit.to_owned() })
}

pub(super) fn scope(units: &[&str]) -> acceptance::Scope {
    let units = units.iter().map(|unit| (*unit).to_owned()).collect();
    acceptance::Scope { phase: String::new(), units }
}

pub(super) fn accepted(units: &[&str]) -> Acceptance {
    let scope = Some(scope(units));
    Acceptance::OwnerAccepted(acceptance::OwnerAccepted { scope, document: "竣-1".to_owned() })
}

pub(super) fn promised(number: u32, due: &str) -> Aftercare {
    Aftercare::PromiseMade(aftercare::PromiseMade {
        number,
        promise: "道路通达".to_owned(),
        legal_basis: "外商投资法 art. 25".to_owned(),
        document: "协-1".to_owned(),
        owner: "TR".to_owned(),
        due: due.to_owned(),
    })
}

pub(super) fn performed(number: u32, on: &str) -> Aftercare {
    let (performed_on, evidence) = (on.to_owned(), "验-1".to_owned());
    Aftercare::PromisePerformed(aftercare::PromisePerformed { number, performed_on, evidence })
}

pub(super) fn complained(number: u32) -> Aftercare {
    Aftercare::ComplaintFiled(aftercare::ComplaintFiled {
        number,
        complainant: "enterprise:p-yamato/lawyer".to_owned(),
        lead: "COM".to_owned(),
        respondents: vec!["CM".to_owned()],
        subject: "占道许可迟延".to_owned(),
        sealed: "商业秘密".as_bytes().to_vec(),
        materials: Vec::new(),
    })
}

pub(super) fn rated(number: u32, grade: u32) -> Aftercare {
    Aftercare::Rated(aftercare::Rated {
        number,
        rater: "enterprise:p-yamato/a".to_owned(),
        matter: "projects/p-yamato/matters/S2-05-1".to_owned(),
        agency: "NR".to_owned(),
        step: "decided".to_owned(),
        grade,
        remark: String::new(),
    })
}

pub(super) fn ordered(number: u32, due: &str) -> Aftercare {
    Aftercare::OrderIssued(aftercare::OrderIssued {
        number,
        issuer: "BE".to_owned(),
        agency: "NR".to_owned(),
        subject: "限期办结".to_owned(),
        cause: "promise 1".to_owned(),
        due: due.to_owned(),
    })
}

pub(super) fn overridden() -> Dossier {
    Dossier::DemandOverridden(dossier::DemandOverridden {
        key: "site_plan".to_owned(),
        matter: "projects/p-yamato/matters/S2-05-1".to_owned(),
        agency: "NR".to_owned(),
        ground: "原件核验".to_owned(),
        citation: "行政许可法 art. 34".to_owned(),
        ..Default::default()
    })
}

pub(super) fn asked(number: u32, service: &str, agency: &str) -> Aftercare {
    Aftercare::ServiceRequestRaised(aftercare::ServiceRequestRaised {
        number,
        service: service.to_owned(),
        raiser: "enterprise:p-yamato/a".to_owned(),
        agency: agency.to_owned(),
        subject: "银企对接".to_owned(),
        ..Default::default()
    })
}

/// A move beside the matters, by number. Numbers that something must come before it go to entries that may
/// not be there: the fold must take that, for a log is what it is.
pub(super) fn elsewhere(story: Story, what: usize) -> Story {
    let today = story.today.to_string();
    let number = 1 + (what % 3) as u32;
    let unit = ["u1", "u2"][what % 2];
    let late = story.today.checked_add(jiff::Span::new().days(2)).unwrap().to_string();
    match what {
        0..3 => story.intake(changed(&["site"])),
        3..5 => story.intake(changed(&["scope", "enterprise"])),
        5..7 => story.acceptance(permitted()),
        7..10 => story.acceptance(declared(unit, "1")),
        10..12 => story.acceptance(Acceptance::ConstructionStarted(Default::default())),
        12..14 => story.acceptance(accepted(&[unit])),
        14..16 => story.acceptance(used(unit)),
        16..19 => story.aftercare(promised(number, &late)),
        19..22 => story.aftercare(performed(number, &today)),
        22..24 => {
            let grounds = "未通达".to_owned();
            let disputed = aftercare::PromiseDisputed { number, grounds };
            story.aftercare(Aftercare::PromiseDisputed(disputed))
        }
        24..26 => {
            let signed = aftercare::PromiseCountersigned { number };
            story.aftercare(Aftercare::PromiseCountersigned(signed))
        }
        26..28 => story.aftercare(complained(number)),
        28..30 => {
            let notice = "受-1".to_owned();
            let accepted = aftercare::ComplaintAccepted { number, notice };
            story.aftercare(Aftercare::ComplaintAccepted(accepted))
        }
        30..33 => story.aftercare(rated(number, 1 + (what % 5) as u32)),
        33..35 => story.aftercare(ordered(number, &late)),
        35..37 => {
            let result = "已办结".to_owned();
            story.aftercare(Aftercare::OrderClosed(aftercare::OrderClosed { number, result }))
        }
        37 => story.aftercare(asked(number, "bank_matching", "FB")),
        38 => story.dossier(overridden()),
        _ => {
            let changed_on = today.clone();
            let opened = aftercare::ReportDutyOpened {
                duty: format!("change-{number}"),
                changed: vec!["scope".to_owned()],
                changed_on,
            };
            story.aftercare(Aftercare::ReportDutyOpened(opened))
        }
    }
}
