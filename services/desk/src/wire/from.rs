//! Messages to facts. Enumerations are also what requests are read with, so they are functions.

use jiff::civil::Date;
use proto::matter::v1::{self as pb, matter_event::Kind};
use rulebook::matter::{
    AcceptanceMode, Certificate, Check, CitedOpinion, Commitment, Condition, DeregistrationGround,
    Event, NotAcceptedGround, Opinion, Outcome, RevocationGround, WaitsFor, WithdrawalGround,
};

use super::{Malformed, cards, conditions, terms, values};

type Read = Result<Event, Malformed>;

/// An enumeration's word that is not said, or that a newer build said.
const UNKNOWN: &str = "is not said or unknown";

pub(super) fn event(on: Date, kind: &Kind) -> Read {
    match kind {
        Kind::Received(stored) => received(on, stored).map_err(|bad| bad.inside("received")),
        Kind::CommitmentRecorded(stored) => {
            Ok(Event::CommitmentRecorded { on, commitment: commitment(stored) })
        }
        Kind::NotAccepted(stored) => not_accepted(on, stored),
        Kind::CorrectionsRequested(stored) => {
            let (defects, notice) = (values::defects(&stored.defects), stored.notice.clone());
            Ok(Event::CorrectionsRequested { on, defects, notice })
        }
        Kind::CorrectionsSupplied(stored) => {
            let materials = values::materials(&stored.materials);
            Ok(Event::CorrectionsSupplied { on, materials })
        }
        Kind::Accepted(stored) => accepted(on, stored),
        Kind::MissingTolerated(stored) => tolerated(on, stored),
        Kind::OwedSupplied(stored) => {
            let materials = values::materials(&stored.materials);
            Ok(Event::OwedSupplied { on, materials })
        }
        Kind::Terminated(stored) => terminated(on, stored),
        Kind::Suspended(stored) => suspended(on, stored),
        Kind::Resumed(stored) => Ok(Event::Resumed { on, ground: stored.ground.clone() }),
        Kind::Extended(stored) => extended(on, stored),
        Kind::OpinionsRequested(stored) => {
            Ok(Event::OpinionsRequested { on, opinions: stored.opinions.clone() })
        }
        Kind::OpinionGiven(stored) => given(on, stored),
        Kind::OpinionDeemed(stored) => {
            let (key, citation) = (stored.opinion.clone(), stored.citation.clone());
            Ok(Event::OpinionDeemed { on, key, citation })
        }
        Kind::OpinionsJoined(stored) => {
            Ok(Event::OpinionsJoined { on, opinions: stored.opinions.clone() })
        }
        Kind::Resubmitted(stored) => {
            let materials = values::materials(&stored.materials);
            Ok(Event::Resubmitted { on, materials, reopened: stored.reopened.clone() })
        }
        Kind::Decided(stored) => decided(on, stored),
        Kind::GrantDeemed(stored) => grant_deemed(on, stored),
        Kind::Delivered(stored) => Ok(Event::Delivered { on, method: stored.method.clone() }),
        Kind::CommitmentChecked(stored) => checked(on, stored),
        Kind::RectificationOrdered(stored) => ordered(on, stored),
        Kind::Rectified(stored) => Ok(Event::Rectified { on, evidence: stored.evidence.clone() }),
        Kind::ConditionShown(stored) => {
            let (number, evidence) = (stored.number, stored.evidence.clone());
            Ok(Event::ConditionShown { on, number, evidence })
        }
        Kind::ConditionChecked(stored) => {
            let (number, met, findings) = (stored.number, stored.met, stored.findings.clone());
            Ok(Event::ConditionChecked { on, number, met, findings })
        }
        Kind::ApplicationWithdrawn(stored) => {
            Ok(Event::ApplicationWithdrawn { on, reason: stored.reason.clone() })
        }
        Kind::PermitWithdrawn(stored) => permit_withdrawn(on, stored),
        Kind::PermitRevoked(stored) => revoked(on, stored),
        Kind::PermitRevokedAsPenalty(stored) => Ok(penalised(on, stored)),
        Kind::PermitDeregistered(stored) => deregistered(on, stored),
        Kind::AlarmRaised(_)
        | Kind::CardContested(_)
        | Kind::CardAnnulled(_)
        | Kind::CardUpheld(_) => cards::from_wire(on, kind),
    }
}

fn received(on: Date, stored: &pb::Received) -> Read {
    let terms = stored.terms.as_ref().ok_or(Malformed::new("terms", "is missing"))?;
    let terms = terms::from_wire(terms).map_err(|bad| bad.inside("terms"))?;
    let materials = values::materials(&stored.materials);
    Ok(Event::Received { on, terms: Box::new(terms), materials })
}

fn commitment(stored: &pb::CommitmentRecorded) -> Commitment {
    Commitment {
        conditions_told: stored.conditions_told.clone(),
        promises: stored.promises.clone(),
        credit_check: stored.credit_check.clone(),
    }
}

fn not_accepted(on: Date, stored: &pb::NotAccepted) -> Read {
    let ground = not_accepted_ground(stored.ground(), &stored.right_authority)
        .ok_or(Malformed::new("not_accepted.ground", UNKNOWN))?;
    let (reason, document) = (stored.reason.clone(), stored.document.clone());
    Ok(Event::NotAccepted { on, ground, reason, document })
}

pub(crate) fn not_accepted_ground(
    ground: pb::NotAcceptedGround,
    right_authority: &str,
) -> Option<NotAcceptedGround> {
    match ground {
        pb::NotAcceptedGround::Unspecified => None,
        pb::NotAcceptedGround::NoLicenceNeeded => Some(NotAcceptedGround::NoLicenceNeeded),
        pb::NotAcceptedGround::NotCompetent => {
            Some(NotAcceptedGround::NotCompetent { right_authority: right_authority.to_owned() })
        }
    }
}

fn accepted(on: Date, stored: &pb::Accepted) -> Read {
    let mode = match stored.mode() {
        pb::AcceptanceMode::Unspecified => return Err(Malformed::new("accepted.mode", UNKNOWN)),
        pb::AcceptanceMode::Written => {
            AcceptanceMode::Written { document: stored.document.clone() }
        }
        pb::AcceptanceMode::BySilence => AcceptanceMode::BySilence {
            declared_on: values::date_in("accepted.declared_on", &stored.declared_on)?,
        },
    };
    Ok(Event::Accepted { on, mode })
}

fn tolerated(on: Date, stored: &pb::MissingTolerated) -> Read {
    Ok(Event::MissingTolerated {
        on,
        owed: stored.owed.clone(),
        promise: stored.promise.clone(),
        within: values::limit("missing_tolerated.within", stored.within.as_ref())?,
        citation: stored.citation.clone(),
    })
}

fn terminated(on: Date, stored: &pb::Terminated) -> Read {
    Ok(Event::Terminated {
        on,
        owed: stored.owed.clone(),
        citation: stored.citation.clone(),
        declared_on: values::date_in("terminated.declared_on", &stored.declared_on)?,
    })
}

fn suspended(on: Date, stored: &pb::Suspended) -> Read {
    Ok(Event::Suspended {
        on,
        ground: stored.ground.clone(),
        article: stored.article.clone(),
        notice: values::notice("suspended.notice", stored.notice.as_ref())?,
        expected: values::limit("suspended.expected", stored.expected.as_ref())?,
        waits_for: waits_for(stored.waits_for())
            .ok_or(Malformed::new("suspended.waits_for", UNKNOWN))?,
    })
}

pub(crate) fn waits_for(waits_for: pb::WaitsFor) -> Option<WaitsFor> {
    match waits_for {
        pb::WaitsFor::Unspecified => None,
        pb::WaitsFor::Applicant => Some(WaitsFor::Applicant),
        pb::WaitsFor::ThirdParty => Some(WaitsFor::ThirdParty),
    }
}

fn extended(on: Date, stored: &pb::Extended) -> Read {
    Ok(Event::Extended {
        on,
        by: values::limit("extended.by", stored.by.as_ref())?,
        approver: stored.approver.clone(),
        approved_on: values::date_in("extended.approved_on", &stored.approved_on)?,
        notice: values::notice("extended.notice", stored.notice.as_ref())?,
        reason: stored.reason.clone(),
        article: stored.article.clone(),
    })
}

fn given(on: Date, stored: &pb::OpinionGiven) -> Read {
    let conditions =
        conditions::read("opinion_given", &stored.conditions, &stored.condition_terms)?;
    let opinion = opinion(stored.verdict(), conditions, &stored.reason)
        .ok_or(Malformed::new("opinion_given.verdict", UNKNOWN))?;
    let (key, document) = (stored.opinion.clone(), stored.document.clone());
    Ok(Event::OpinionGiven { on, key, opinion, document })
}

pub(crate) fn opinion(
    verdict: pb::Verdict,
    conditions: Vec<Condition>,
    reason: &str,
) -> Option<Opinion> {
    match verdict {
        pb::Verdict::Unspecified => None,
        pb::Verdict::Consents => Some(Opinion::Consents),
        pb::Verdict::ConsentsWithConditions => Some(Opinion::ConsentsWithConditions(conditions)),
        pb::Verdict::Objects => Some(Opinion::Objects(reason.to_owned())),
    }
}

fn decided(on: Date, stored: &pb::Decided) -> Read {
    let outcome = match stored.outcome() {
        pb::Outcome::Unspecified => return Err(Malformed::new("decided.outcome", UNKNOWN)),
        pb::Outcome::Granted => {
            let issued = stored.certificate.as_ref();
            let issued = issued.ok_or(Malformed::new("decided.certificate", "is missing"))?;
            let certificate =
                certificate(issued).map_err(|bad| bad.inside("decided.certificate"))?;
            let conditions =
                conditions::read("decided", &stored.conditions, &stored.condition_terms)?;
            Outcome::Granted { certificate, conditions }
        }
        pb::Outcome::Refused => {
            Outcome::Refused { reasons: stored.reasons.clone(), remedies: stored.remedies.clone() }
        }
    };
    let opinion = |cited: &pb::CitedOpinion| CitedOpinion {
        key: cited.opinion.clone(),
        agency: cited.agency.clone(),
        source: cited.source.clone(),
    };
    Ok(Event::Decided {
        on,
        outcome,
        document: stored.document.clone(),
        materials: values::materials(&stored.materials),
        opinions: stored.opinions.iter().map(opinion).collect(),
    })
}

pub(crate) fn certificate(certificate: &pb::Certificate) -> Result<Certificate, Malformed> {
    Ok(Certificate {
        number: certificate.number.clone(),
        valid_until: values::optional_date("valid_until", &certificate.valid_until)?,
        sha256: Some(certificate.sha256.clone()).filter(|hex| !hex.is_empty()),
    })
}

fn grant_deemed(on: Date, stored: &pb::GrantDeemed) -> Read {
    Ok(Event::GrantDeemed {
        on,
        citation: stored.citation.clone(),
        declared_on: values::date_in("grant_deemed.declared_on", &stored.declared_on)?,
        materials: values::materials(&stored.materials),
    })
}

fn checked(on: Date, stored: &pb::CommitmentChecked) -> Read {
    let check = check(stored.result(), &stored.findings)
        .ok_or(Malformed::new("commitment_checked.result", UNKNOWN))?;
    Ok(Event::CommitmentChecked { on, check })
}

pub(crate) fn check(result: pb::CheckResult, findings: &[String]) -> Option<Check> {
    match result {
        pb::CheckResult::Unspecified => None,
        pb::CheckResult::Kept => Some(Check::Kept),
        pb::CheckResult::False => Some(Check::False(findings.to_vec())),
    }
}

fn ordered(on: Date, stored: &pb::RectificationOrdered) -> Read {
    let within = values::limit("rectification_ordered.within", stored.within.as_ref())?;
    let (document, materials) = (stored.document.clone(), stored.materials.clone());
    Ok(Event::RectificationOrdered { on, within, document, materials })
}

fn permit_withdrawn(on: Date, stored: &pb::PermitWithdrawn) -> Read {
    Ok(Event::PermitWithdrawn {
        on,
        ground: withdrawal_ground(stored.ground())
            .ok_or(Malformed::new("permit_withdrawn.ground", UNKNOWN))?,
        public_interest: stored.public_interest.clone(),
        compensation: stored.compensation.clone(),
        document: stored.document.clone(),
    })
}

pub(crate) fn withdrawal_ground(ground: pb::WithdrawalGround) -> Option<WithdrawalGround> {
    match ground {
        pb::WithdrawalGround::Unspecified => None,
        pb::WithdrawalGround::LawChanged => Some(WithdrawalGround::LawChanged),
        pb::WithdrawalGround::CircumstancesChanged => Some(WithdrawalGround::CircumstancesChanged),
    }
}

fn revoked(on: Date, stored: &pb::PermitRevoked) -> Read {
    let ground = revocation_ground(stored.ground())
        .ok_or(Malformed::new("permit_revoked.ground", UNKNOWN))?;
    let (reason, document) = (stored.reason.clone(), stored.document.clone());
    Ok(Event::PermitRevoked { on, ground, reason, document })
}

pub(crate) fn revocation_ground(ground: pb::RevocationGround) -> Option<RevocationGround> {
    match ground {
        pb::RevocationGround::Unspecified => None,
        pb::RevocationGround::Misconduct => Some(RevocationGround::Misconduct),
        pb::RevocationGround::ExceededPowers => Some(RevocationGround::ExceededPowers),
        pb::RevocationGround::WrongProcedure => Some(RevocationGround::WrongProcedure),
        pb::RevocationGround::UnqualifiedApplicant => Some(RevocationGround::UnqualifiedApplicant),
        pb::RevocationGround::Deceit => Some(RevocationGround::Deceit),
        pb::RevocationGround::CommitmentFalse => Some(RevocationGround::CommitmentFalse),
    }
}

fn penalised(on: Date, stored: &pb::PermitRevokedAsPenalty) -> Event {
    Event::PermitRevokedAsPenalty {
        on,
        violated: stored.violated.clone(),
        penalty_basis: stored.penalty_basis.clone(),
        document: stored.document.clone(),
    }
}

fn deregistered(on: Date, stored: &pb::PermitDeregistered) -> Read {
    let ground = deregistration_ground(stored.ground())
        .ok_or(Malformed::new("permit_deregistered.ground", UNKNOWN))?;
    Ok(Event::PermitDeregistered { on, ground, reason: stored.reason.clone() })
}

pub(crate) fn deregistration_ground(
    ground: pb::DeregistrationGround,
) -> Option<DeregistrationGround> {
    match ground {
        pb::DeregistrationGround::Unspecified => None,
        pb::DeregistrationGround::Expired => Some(DeregistrationGround::Expired),
        pb::DeregistrationGround::HolderIncapable => Some(DeregistrationGround::HolderIncapable),
        pb::DeregistrationGround::HolderDissolved => Some(DeregistrationGround::HolderDissolved),
        pb::DeregistrationGround::EndedBefore => Some(DeregistrationGround::EndedBefore),
        pb::DeregistrationGround::ForceMajeure => Some(DeregistrationGround::ForceMajeure),
        pb::DeregistrationGround::OtherLaw => Some(DeregistrationGround::OtherLaw),
    }
}
