//! Planning's facts as they are stored, and back. Reading can fail and then names the field.

use super::event::{Admitted, Certificate, Event, Fact, OpinionCited};
use desk::wire::text_to_wire;
use eventlog::Malformed;
use jiff::civil::Date;
use proto::{
    planning::v1::{self as pb, planning_event::Kind},
    r#type::v1 as ty,
};
use rulebook::catalogue::Text;

type Read<T> = Result<T, Malformed>;

pub(crate) fn write(event: &Event) -> pb::PlanningEvent {
    let kind = match event.fact.clone() {
        Fact::Admitted(admitted) => Kind::ProjectAdmitted(pb::ProjectAdmitted {
            project_code: admitted.code,
            name: Some(text_to_wire(&admitted.name)),
            inside_ftz: admitted.inside_ftz,
            district: admitted.district,
            facts: admitted.facts,
        }),
        Fact::Standing { may_proceed, reason } => {
            Kind::ProjectStanding(pb::ProjectStanding { may_proceed, reason })
        }
        Fact::PriorMatter { matter, item, in_force } => {
            Kind::PriorMatter(pb::PriorMatter { matter, item, in_force })
        }
        Fact::FactsStated { facts } => Kind::FactsStated(pb::FactsStated { facts }),
        Fact::Matter(id, step) => Kind::Matter(desk::wire::write(&id, &step)),
        Fact::CertificateIssued(certificate) => {
            Kind::CertificateIssued(certificate_to_wire(&certificate))
        }
    };
    pb::PlanningEvent { occurred_on: event.on.to_string(), kind: Some(kind) }
}

pub(crate) fn read(stored: &pb::PlanningEvent) -> Read<Event> {
    let on = date("occurred_on", &stored.occurred_on)?;
    let fact = match stored.kind.clone().ok_or_else(|| missing("kind"))? {
        Kind::ProjectAdmitted(stored) => Fact::Admitted(Admitted {
            code: stored.project_code,
            name: text("project_admitted.name", stored.name)?,
            inside_ftz: stored.inside_ftz,
            district: stored.district,
            facts: stored.facts,
        }),
        Kind::ProjectStanding(stored) => {
            Fact::Standing { may_proceed: stored.may_proceed, reason: stored.reason }
        }
        Kind::PriorMatter(stored) => Fact::PriorMatter {
            matter: stored.matter,
            item: stored.item,
            in_force: stored.in_force,
        },
        Kind::FactsStated(stored) => Fact::FactsStated { facts: stored.facts },
        Kind::Matter(stored) => {
            let (id, step) = desk::wire::read(&stored)?;
            Fact::Matter(id, step)
        }
        Kind::CertificateIssued(stored) => Fact::CertificateIssued(certificate(stored)?),
    };
    Ok(Event { on, fact })
}

/// A certificate on the wire; the matter's id stands where callers see a name.
pub(crate) fn certificate_to_wire(certificate: &Certificate) -> pb::CertificateIssued {
    let opinion = |opinion: &OpinionCited| pb::OpinionCited {
        agency: opinion.agency.clone(),
        subject: opinion.subject.clone(),
        verdict: opinion.verdict.clone(),
        given_on: opinion.given_on.to_string(),
        conditions: opinion.conditions.clone(),
    };
    pb::CertificateIssued {
        matter: certificate.matter.to_string(),
        number: certificate.number.clone(),
        title: Some(text_to_wire(&certificate.title)),
        merges: certificate.merges.clone(),
        opinions: certificate.opinions.iter().map(opinion).collect(),
        content_sha256: certificate.content_sha256.clone(),
    }
}

fn certificate(stored: pb::CertificateIssued) -> Read<Certificate> {
    let opinion = |stored: pb::OpinionCited| {
        let given_on = date("certificate_issued.opinions.given_on", &stored.given_on)?;
        Ok(OpinionCited {
            agency: stored.agency,
            subject: stored.subject,
            verdict: stored.verdict,
            given_on,
            conditions: stored.conditions,
        })
    };
    Ok(Certificate {
        matter: stored.matter.parse().map_err(|_| missing("certificate_issued.matter"))?,
        number: stored.number,
        title: text("certificate_issued.title", stored.title)?,
        merges: stored.merges,
        opinions: stored.opinions.into_iter().map(opinion).collect::<Read<_>>()?,
        content_sha256: stored.content_sha256,
    })
}

fn text(field: &str, stored: Option<ty::Text>) -> Read<Text> {
    let stored = stored.ok_or_else(|| missing(field))?;
    Ok(Text { zh: stored.zh, en: stored.en })
}

fn date(field: &str, text: &str) -> Read<Date> {
    text.parse().map_err(|_| missing(field))
}

fn missing(field: &str) -> Malformed {
    Malformed(format!("{field}: missing or unreadable"))
}
