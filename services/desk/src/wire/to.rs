//! Facts to messages.

#![deny(clippy::wildcard_enum_match_arm)]

use jiff::civil::Date;
use proto::matter::v1::{self as pb, matter_event::Kind};
use rulebook::{
    clock::Limit,
    matter::{
        AcceptanceMode, Certificate, Check, CitedOpinion, Commitment, Defect, DeregistrationGround,
        Event, Material, NotAcceptedGround, Notice, Opinion, Outcome, RevocationGround, Terms,
        WaitsFor, WithdrawalGround,
    },
};

use super::{cards, conditions, terms, values};

pub(super) fn kind(event: &Event) -> Kind {
    match event {
        Event::Received { terms, materials, .. } => received(terms, materials),
        Event::CommitmentRecorded { commitment, .. } => promised(commitment),
        Event::NotAccepted { ground, reason, document, .. } => {
            not_accepted(ground, reason, document)
        }
        Event::CorrectionsRequested { defects, notice, .. } => to_correct(defects, notice),
        Event::CorrectionsSupplied { materials, .. } => corrected(materials),
        Event::Accepted { mode, .. } => accepted(mode),
        Event::MissingTolerated { owed, promise, within, citation, .. } => {
            tolerated(owed, [promise, citation], *within)
        }
        Event::OwedSupplied { materials, .. } => owed_supplied(materials),
        Event::Terminated { owed, citation, declared_on, .. } => {
            terminated(owed, citation, *declared_on)
        }
        Event::Suspended { ground, article, notice, expected, waits_for, .. } => {
            suspended(ground, article, notice, *expected, *waits_for)
        }
        Event::Resumed { ground, .. } => Kind::Resumed(pb::Resumed { ground: ground.clone() }),
        Event::Extended { by, approver, approved_on, notice, reason, article, .. } => {
            extended(*by, [approver, reason, article], *approved_on, notice)
        }
        Event::OpinionsRequested { opinions, .. } => asked(opinions),
        Event::OpinionGiven { key, opinion, document, .. } => given(key, opinion, document),
        Event::OpinionDeemed { key, citation, .. } => deemed(key, citation),
        Event::OpinionsJoined { opinions, .. } => joined(opinions),
        Event::Resubmitted { materials, reopened, .. } => resubmitted(materials, reopened),
        Event::Decided { outcome, document, materials, opinions, .. } => {
            decided(outcome, document, materials, opinions)
        }
        Event::GrantDeemed { citation, declared_on, materials, .. } => {
            grant_deemed(citation, *declared_on, materials)
        }
        Event::Delivered { method, .. } => {
            Kind::Delivered(pb::Delivered { method: method.clone() })
        }
        Event::CommitmentChecked { check, .. } => checked(check),
        Event::RectificationOrdered { within, document, materials, .. } => {
            ordered(*within, document, materials)
        }
        Event::Rectified { evidence, .. } => rectified(evidence),
        Event::ConditionShown { number, evidence, .. } => condition_shown(*number, evidence),
        Event::ConditionChecked { number, met, findings, .. } => {
            condition_checked(*number, *met, findings)
        }
        Event::ApplicationWithdrawn { reason, .. } => withdrawn(reason),
        Event::PermitWithdrawn { ground, public_interest, compensation, document, .. } => {
            permit_withdrawn(*ground, public_interest, compensation, document)
        }
        Event::PermitRevoked { ground, reason, document, .. } => revoked(*ground, reason, document),
        Event::PermitRevokedAsPenalty { violated, penalty_basis, document, .. } => {
            penalised(violated, penalty_basis, document)
        }
        Event::PermitDeregistered { ground, reason, .. } => deregistered(*ground, reason),
        Event::AlarmRaised { alarm, declared_on, contest } => {
            cards::raised(alarm, *declared_on, contest)
        }
        Event::CardContested { card, reason, by, .. } => cards::contested(card, reason, by),
        Event::CardAnnulled { card, reason, document, by, .. } => {
            cards::annulled([card, reason, document, by])
        }
        Event::CardUpheld { card, reason, document, by, .. } => {
            cards::upheld([card, reason, document, by])
        }
    }
}

fn received(terms: &Terms, materials: &[Material]) -> Kind {
    Kind::Received(pb::Received {
        terms: Some(terms::to_wire(terms)),
        materials: values::materials_to_wire(materials),
    })
}

fn to_correct(defects: &[Defect], notice: &str) -> Kind {
    let (defects, notice) = (values::defects_to_wire(defects), notice.to_owned());
    Kind::CorrectionsRequested(pb::CorrectionsRequested { defects, notice })
}

fn corrected(materials: &[Material]) -> Kind {
    let materials = values::materials_to_wire(materials);
    Kind::CorrectionsSupplied(pb::CorrectionsSupplied { materials })
}

fn owed_supplied(materials: &[Material]) -> Kind {
    let materials = values::materials_to_wire(materials);
    Kind::OwedSupplied(pb::OwedSupplied { materials })
}

fn asked(opinions: &[String]) -> Kind {
    Kind::OpinionsRequested(pb::OpinionsRequested { opinions: opinions.to_vec() })
}

fn joined(opinions: &[String]) -> Kind {
    Kind::OpinionsJoined(pb::OpinionsJoined { opinions: opinions.to_vec() })
}

fn condition_shown(number: u32, evidence: &str) -> Kind {
    Kind::ConditionShown(pb::ConditionShown { number, evidence: evidence.to_owned() })
}

fn condition_checked(number: u32, met: bool, findings: &str) -> Kind {
    Kind::ConditionChecked(pb::ConditionChecked { number, met, findings: findings.to_owned() })
}

fn promised(commitment: &Commitment) -> Kind {
    Kind::CommitmentRecorded(pb::CommitmentRecorded {
        conditions_told: commitment.conditions_told.clone(),
        promises: commitment.promises.clone(),
        credit_check: commitment.credit_check.clone(),
    })
}

fn not_accepted(ground: &NotAcceptedGround, reason: &str, document: &str) -> Kind {
    let (ground, right_authority) = match ground {
        NotAcceptedGround::NoLicenceNeeded => {
            (pb::NotAcceptedGround::NoLicenceNeeded, String::new())
        }
        NotAcceptedGround::NotCompetent { right_authority } => {
            (pb::NotAcceptedGround::NotCompetent, right_authority.clone())
        }
    };
    let (reason, document) = (reason.to_owned(), document.to_owned());
    Kind::NotAccepted(pb::NotAccepted { ground: ground.into(), right_authority, reason, document })
}

fn accepted(mode: &AcceptanceMode) -> Kind {
    Kind::Accepted(match mode {
        AcceptanceMode::Written { document } => pb::Accepted {
            mode: pb::AcceptanceMode::Written.into(),
            document: document.clone(),
            declared_on: String::new(),
        },
        AcceptanceMode::BySilence { declared_on } => pb::Accepted {
            mode: pb::AcceptanceMode::BySilence.into(),
            document: String::new(),
            declared_on: declared_on.to_string(),
        },
    })
}

fn tolerated(owed: &[String], [promise, citation]: [&String; 2], within: Limit) -> Kind {
    Kind::MissingTolerated(pb::MissingTolerated {
        owed: owed.to_vec(),
        promise: promise.clone(),
        within: Some(values::limit_to_wire(within)),
        citation: citation.clone(),
    })
}

fn terminated(owed: &[String], citation: &str, declared_on: Date) -> Kind {
    Kind::Terminated(pb::Terminated {
        owed: owed.to_vec(),
        citation: citation.to_owned(),
        declared_on: declared_on.to_string(),
    })
}

fn suspended(
    ground: &str,
    article: &str,
    notice: &Notice,
    expected: Limit,
    waits_for: WaitsFor,
) -> Kind {
    Kind::Suspended(pb::Suspended {
        ground: ground.to_owned(),
        article: article.to_owned(),
        notice: Some(values::notice_to_wire(notice)),
        expected: Some(values::limit_to_wire(expected)),
        waits_for: waits_for_to_wire(waits_for).into(),
    })
}

pub(crate) fn waits_for_to_wire(waits_for: WaitsFor) -> pb::WaitsFor {
    match waits_for {
        WaitsFor::Applicant => pb::WaitsFor::Applicant,
        WaitsFor::ThirdParty => pb::WaitsFor::ThirdParty,
    }
}

fn extended(
    by: Limit,
    [approver, reason, article]: [&String; 3],
    approved_on: Date,
    notice: &Notice,
) -> Kind {
    Kind::Extended(pb::Extended {
        by: Some(values::limit_to_wire(by)),
        approver: approver.clone(),
        approved_on: approved_on.to_string(),
        notice: Some(values::notice_to_wire(notice)),
        reason: reason.clone(),
        article: article.clone(),
    })
}

fn given(key: &str, opinion: &Opinion, document: &str) -> Kind {
    let (verdict, texts, reason) = opinion_to_wire(opinion);
    let condition_terms = match opinion {
        Opinion::ConsentsWithConditions(imposed) => conditions::terms(imposed),
        Opinion::Consents | Opinion::Objects(_) => Vec::new(),
    };
    Kind::OpinionGiven(pb::OpinionGiven {
        condition_terms,
        opinion: key.to_owned(),
        verdict: verdict.into(),
        conditions: texts,
        reason,
        document: document.to_owned(),
    })
}

/// Verdict, conditions and reason.
pub(crate) fn opinion_to_wire(opinion: &Opinion) -> (pb::Verdict, Vec<String>, String) {
    match opinion {
        Opinion::Consents => (pb::Verdict::Consents, Vec::new(), String::new()),
        Opinion::ConsentsWithConditions(imposed) => {
            let texts = conditions::texts(imposed);
            (pb::Verdict::ConsentsWithConditions, texts, String::new())
        }
        Opinion::Objects(reason) => (pb::Verdict::Objects, Vec::new(), reason.clone()),
    }
}

fn deemed(key: &str, citation: &str) -> Kind {
    let (opinion, citation) = (key.to_owned(), citation.to_owned());
    Kind::OpinionDeemed(pb::OpinionDeemed { opinion, citation })
}

fn resubmitted(materials: &[Material], reopened: &[String]) -> Kind {
    Kind::Resubmitted(pb::Resubmitted {
        materials: values::materials_to_wire(materials),
        reopened: reopened.to_vec(),
    })
}

fn decided(
    outcome: &Outcome,
    document: &str,
    materials: &[Material],
    opinions: &[CitedOpinion],
) -> Kind {
    let opinion = |cited: &CitedOpinion| pb::CitedOpinion {
        opinion: cited.key.clone(),
        agency: cited.agency.clone(),
        source: cited.source.clone(),
    };
    let mut message = pb::Decided {
        document: document.to_owned(),
        materials: values::materials_to_wire(materials),
        opinions: opinions.iter().map(opinion).collect(),
        ..pb::Decided::default()
    };
    match outcome {
        Outcome::Granted { certificate: issued, conditions: imposed } => {
            message.set_outcome(pb::Outcome::Granted);
            message.certificate = Some(certificate(issued));
            message.conditions = conditions::texts(imposed);
            message.condition_terms = conditions::terms(imposed);
        }
        Outcome::Refused { reasons, remedies } => {
            message.set_outcome(pb::Outcome::Refused);
            message.reasons = reasons.clone();
            message.remedies = remedies.clone();
        }
    }
    Kind::Decided(message)
}

pub(crate) fn certificate(certificate: &Certificate) -> pb::Certificate {
    pb::Certificate {
        number: certificate.number.clone(),
        valid_until: values::optional_date_text(certificate.valid_until),
        sha256: certificate.sha256.clone().unwrap_or_default(),
    }
}

fn grant_deemed(citation: &str, declared_on: Date, materials: &[Material]) -> Kind {
    Kind::GrantDeemed(pb::GrantDeemed {
        citation: citation.to_owned(),
        declared_on: declared_on.to_string(),
        materials: values::materials_to_wire(materials),
    })
}

fn checked(check: &Check) -> Kind {
    let (result, findings) = match check {
        Check::Kept => (pb::CheckResult::Kept, Vec::new()),
        Check::False(findings) => (pb::CheckResult::False, findings.clone()),
    };
    Kind::CommitmentChecked(pb::CommitmentChecked { result: result.into(), findings })
}

fn ordered(within: Limit, document: &str, materials: &[String]) -> Kind {
    let (within, document) = (Some(values::limit_to_wire(within)), document.to_owned());
    let materials = materials.to_vec();
    Kind::RectificationOrdered(pb::RectificationOrdered { within, document, materials })
}

fn rectified(evidence: &str) -> Kind {
    Kind::Rectified(pb::Rectified { evidence: evidence.to_owned() })
}

fn withdrawn(reason: &str) -> Kind {
    Kind::ApplicationWithdrawn(pb::ApplicationWithdrawn { reason: reason.to_owned() })
}

fn permit_withdrawn(
    ground: WithdrawalGround,
    public_interest: &str,
    compensation: &str,
    document: &str,
) -> Kind {
    let ground = match ground {
        WithdrawalGround::LawChanged => pb::WithdrawalGround::LawChanged,
        WithdrawalGround::CircumstancesChanged => pb::WithdrawalGround::CircumstancesChanged,
    };
    Kind::PermitWithdrawn(pb::PermitWithdrawn {
        ground: ground.into(),
        public_interest: public_interest.to_owned(),
        compensation: compensation.to_owned(),
        document: document.to_owned(),
    })
}

fn revoked(ground: RevocationGround, reason: &str, document: &str) -> Kind {
    let ground = match ground {
        RevocationGround::Misconduct => pb::RevocationGround::Misconduct,
        RevocationGround::ExceededPowers => pb::RevocationGround::ExceededPowers,
        RevocationGround::WrongProcedure => pb::RevocationGround::WrongProcedure,
        RevocationGround::UnqualifiedApplicant => pb::RevocationGround::UnqualifiedApplicant,
        RevocationGround::Deceit => pb::RevocationGround::Deceit,
        RevocationGround::CommitmentFalse => pb::RevocationGround::CommitmentFalse,
    };
    let (reason, document) = (reason.to_owned(), document.to_owned());
    Kind::PermitRevoked(pb::PermitRevoked { ground: ground.into(), reason, document })
}

fn penalised(violated: &str, penalty_basis: &str, document: &str) -> Kind {
    Kind::PermitRevokedAsPenalty(pb::PermitRevokedAsPenalty {
        violated: violated.to_owned(),
        penalty_basis: penalty_basis.to_owned(),
        document: document.to_owned(),
    })
}

fn deregistered(ground: DeregistrationGround, reason: &str) -> Kind {
    let ground = match ground {
        DeregistrationGround::Expired => pb::DeregistrationGround::Expired,
        DeregistrationGround::HolderIncapable => pb::DeregistrationGround::HolderIncapable,
        DeregistrationGround::HolderDissolved => pb::DeregistrationGround::HolderDissolved,
        DeregistrationGround::EndedBefore => pb::DeregistrationGround::EndedBefore,
        DeregistrationGround::ForceMajeure => pb::DeregistrationGround::ForceMajeure,
        DeregistrationGround::OtherLaw => pb::DeregistrationGround::OtherLaw,
    };
    let (ground, reason) = (ground.into(), reason.to_owned());
    Kind::PermitDeregistered(pb::PermitDeregistered { ground, reason })
}
