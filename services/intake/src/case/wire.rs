//! Intake's facts as they are stored, and back. Reading can fail and then names the field.

use super::event::{Event, Fact, Gate, Investor, ProjectFacts, Screened, Site};
use desk::mandates::Mandate;
use jiff::civil::Date;
use proto::{
    intake::v1::{self as pb, intake_event::Kind},
    r#type::v1 as ty,
};
use rulebook::{catalogue::Text, money::Money, negative_list::Outcome};
use rust_decimal::Decimal;

/// Stored bytes that are no fact of intake: the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed(String);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: missing or unreadable", self.0)
    }
}

type Read<T> = Result<T, Malformed>;

fn bad(field: &str) -> Malformed {
    Malformed(field.to_owned())
}

pub(super) fn write(event: &Event) -> pb::IntakeEvent {
    let kind = match event.fact.clone() {
        Fact::Registered { facts, not_duplicate_of, not_duplicate_reason } => {
            Kind::ProjectRegistered(pb::ProjectRegistered {
                facts: Some(facts_to_wire(&facts)),
                not_duplicate_of,
                not_duplicate_reason,
            })
        }
        Fact::Screened(screened) => Kind::Screened(screened_to_wire(&screened)),
        Fact::ScreeningDecided { outcome, reason } => {
            Kind::ScreeningDecided(pb::ScreeningDecided {
                outcome: outcome_to_wire(outcome).into(),
                reason,
            })
        }
        Fact::KeyProjectDecided(gate) => Kind::KeyProjectDecided(gate_to_wire(&gate)),
        Fact::KeyProjectContested { grounds } => {
            Kind::KeyProjectContested(pb::KeyProjectContested { grounds })
        }
        Fact::SecretaryAssigned { secretary } => {
            Kind::SecretaryAssigned(pb::SecretaryAssigned { secretary })
        }
        Fact::SecretaryHandedOver { from, to, open_matters, reason } => {
            Kind::SecretaryHandedOver(pb::SecretaryHandedOver { from, to, open_matters, reason })
        }
        Fact::SecurityReviewFlagged { ground, actual_control, article } => {
            Kind::SecurityReviewFlagged(pb::SecurityReviewFlagged {
                ground,
                actual_control,
                article,
            })
        }
        Fact::SecurityReviewConcluded { cleared, decision } => {
            Kind::SecurityReviewConcluded(pb::SecurityReviewConcluded { cleared, decision })
        }
        Fact::CodeAssigned { code } => Kind::ProjectCodeAssigned(pb::ProjectCodeAssigned { code }),
        Fact::Changed { facts, changed, reason } => Kind::ProjectChanged(pb::ProjectChanged {
            facts: Some(facts_to_wire(&facts)),
            changed,
            reason,
        }),
        Fact::Withdrawn { reason } => Kind::ProjectWithdrawn(pb::ProjectWithdrawn { reason }),
        Fact::FactsStated { facts } => Kind::FactsStated(pb::IntakeFactsStated { facts }),
        Fact::AgentAppointed(mandate) => Kind::AgentAppointed(mandate.write()),
        Fact::AgentRevoked { agent } => Kind::AgentRevoked(pb::AgentRevoked { agent }),
        Fact::AlarmRaised(alarm) => Kind::AlarmRaised(desk::wire::alarm_to_wire(&alarm)),
        Fact::Matter(id, step) => Kind::Matter(desk::wire::write(&id, &step)),
    };
    pb::IntakeEvent { occurred_on: event.on.to_string(), kind: Some(kind) }
}

pub(super) fn read(stored: &pb::IntakeEvent) -> Read<Event> {
    let on = date("occurred_on", &stored.occurred_on)?;
    let fact = match stored.kind.clone().ok_or_else(|| bad("kind"))? {
        Kind::ProjectRegistered(stored) => Fact::Registered {
            facts: Box::new(facts(stored.facts)?),
            not_duplicate_of: stored.not_duplicate_of,
            not_duplicate_reason: stored.not_duplicate_reason,
        },
        Kind::Screened(stored) => Fact::Screened(screened(stored)?),
        Kind::ScreeningDecided(stored) => {
            Fact::ScreeningDecided { outcome: outcome(stored.outcome())?, reason: stored.reason }
        }
        Kind::KeyProjectDecided(stored) => Fact::KeyProjectDecided(gate(stored)?),
        Kind::KeyProjectContested(stored) => Fact::KeyProjectContested { grounds: stored.grounds },
        Kind::SecretaryAssigned(stored) => Fact::SecretaryAssigned { secretary: stored.secretary },
        Kind::SecretaryHandedOver(stored) => Fact::SecretaryHandedOver {
            from: stored.from,
            to: stored.to,
            open_matters: stored.open_matters,
            reason: stored.reason,
        },
        Kind::SecurityReviewFlagged(stored) => Fact::SecurityReviewFlagged {
            ground: stored.ground,
            actual_control: stored.actual_control,
            article: stored.article,
        },
        Kind::SecurityReviewConcluded(stored) => {
            Fact::SecurityReviewConcluded { cleared: stored.cleared, decision: stored.decision }
        }
        Kind::ProjectCodeAssigned(stored) => Fact::CodeAssigned { code: stored.code },
        Kind::ProjectChanged(stored) => Fact::Changed {
            facts: Box::new(facts(stored.facts)?),
            changed: stored.changed,
            reason: stored.reason,
        },
        Kind::ProjectWithdrawn(stored) => Fact::Withdrawn { reason: stored.reason },
        Kind::FactsStated(stored) => Fact::FactsStated { facts: stored.facts },
        Kind::AgentAppointed(stored) => {
            let mandate = Mandate::read(&stored).map_err(|malformed| Malformed(malformed.0))?;
            Fact::AgentAppointed(mandate)
        }
        Kind::AgentRevoked(stored) => Fact::AgentRevoked { agent: stored.agent },
        Kind::AlarmRaised(stored) => {
            let alarm = desk::wire::alarm(on, Some(&stored));
            Fact::AlarmRaised(alarm.map_err(|malformed| Malformed(malformed.field))?)
        }
        Kind::Matter(stored) => {
            let (id, step) = desk::wire::read(&stored)
                .map_err(|malformed| Malformed(format!("matter.{}", malformed.field)))?;
            Fact::Matter(id, step)
        }
    };
    Ok(Event { on, fact })
}

/// The project's facts on the wire.
pub(crate) fn facts_to_wire(facts: &ProjectFacts) -> pb::ProjectFacts {
    let investor = |investor: &Investor| pb::Investor {
        name: investor.name.clone(),
        country: investor.country.clone(),
        share_percent: investor.share.to_string(),
    };
    pb::ProjectFacts {
        name: Some(ty::Text { zh: facts.name.zh.clone(), en: facts.name.en.clone() }),
        enterprise: facts.enterprise.clone(),
        uscc: facts.uscc.clone(),
        uscc_override_reason: facts.uscc_override_reason.clone(),
        investors: facts.investors.iter().map(investor).collect(),
        site: Some(pb::Site {
            district: facts.site.district.clone(),
            zone: facts.site.zone.clone(),
            parcel: facts.site.parcel.clone(),
            inside_ftz: facts.site.inside_ftz,
        }),
        activity: facts.activity.clone(),
        industry: facts.industry.clone(),
        total_investment: Some(money_to_wire(facts.total_investment)),
        scope: facts.scope.clone(),
    }
}

fn facts(stored: Option<pb::ProjectFacts>) -> Read<ProjectFacts> {
    let stored = stored.ok_or_else(|| bad("facts"))?;
    let name = stored.name.ok_or_else(|| bad("facts.name"))?;
    let site = stored.site.ok_or_else(|| bad("facts.site"))?;
    let investor = |stored: pb::Investor| {
        let share = decimal("facts.investors.share_percent", &stored.share_percent)?;
        Ok(Investor { name: stored.name, country: stored.country, share })
    };
    Ok(ProjectFacts {
        name: Text { zh: name.zh, en: name.en },
        enterprise: stored.enterprise,
        uscc: stored.uscc,
        uscc_override_reason: stored.uscc_override_reason,
        investors: stored.investors.into_iter().map(investor).collect::<Read<_>>()?,
        site: Site {
            district: site.district,
            zone: site.zone,
            parcel: site.parcel,
            inside_ftz: site.inside_ftz,
        },
        activity: stored.activity,
        industry: stored.industry,
        total_investment: money("facts.total_investment", stored.total_investment)?,
        scope: stored.scope,
    })
}

/// A screening on the wire.
pub(crate) fn screened_to_wire(screened: &Screened) -> pb::Screened {
    pb::Screened {
        edition: screened.edition.clone(),
        item_no: screened.item_no,
        outcome: outcome_to_wire(screened.outcome).into(),
        condition: screened.condition.clone(),
        foreign_share_percent: screened.foreign_share.to_string(),
    }
}

fn screened(stored: pb::Screened) -> Read<Screened> {
    Ok(Screened {
        outcome: outcome(stored.outcome())?,
        foreign_share: decimal("screened.foreign_share_percent", &stored.foreign_share_percent)?,
        edition: stored.edition,
        item_no: stored.item_no,
        condition: stored.condition,
    })
}

/// A gate decision on the wire.
pub(crate) fn gate_to_wire(gate: &Gate) -> pb::KeyProjectDecided {
    pb::KeyProjectDecided {
        recognised: gate.recognised,
        amount: Some(money_to_wire(gate.amount)),
        rate_units: gate.rate_units.to_string(),
        rate_usd: gate.rate_usd.to_string(),
        rate_date: gate.rate_date.to_string(),
        rate_source: gate.rate_source.clone(),
        rule_edition: gate.rule_edition.clone(),
        reason: gate.reason.clone(),
    }
}

fn gate(stored: pb::KeyProjectDecided) -> Read<Gate> {
    Ok(Gate {
        recognised: stored.recognised,
        amount: money("key_project_decided.amount", stored.amount)?,
        rate_units: decimal("key_project_decided.rate_units", &stored.rate_units)?,
        rate_usd: decimal("key_project_decided.rate_usd", &stored.rate_usd)?,
        rate_date: date("key_project_decided.rate_date", &stored.rate_date)?,
        rate_source: stored.rate_source,
        rule_edition: stored.rule_edition,
        reason: stored.reason,
    })
}

/// An outcome on the wire.
pub(crate) fn outcome_to_wire(outcome: Outcome) -> pb::Outcome {
    match outcome {
        Outcome::Pass => pb::Outcome::Pass,
        Outcome::PassWithCondition => pb::Outcome::PassWithCondition,
        Outcome::Refuse => pb::Outcome::Refuse,
        Outcome::Manual => pb::Outcome::Manual,
    }
}

fn outcome(stored: pb::Outcome) -> Read<Outcome> {
    match stored {
        pb::Outcome::Pass => Ok(Outcome::Pass),
        pb::Outcome::PassWithCondition => Ok(Outcome::PassWithCondition),
        pb::Outcome::Refuse => Ok(Outcome::Refuse),
        pb::Outcome::Manual => Ok(Outcome::Manual),
        pb::Outcome::Unspecified => Err(bad("outcome")),
    }
}

fn money_to_wire(money: Money) -> ty::Money {
    ty::Money {
        currency_code: money.currency().code().to_owned(),
        amount: money.amount().to_string(),
    }
}

fn money(field: &str, stored: Option<ty::Money>) -> Read<Money> {
    let stored = stored.ok_or_else(|| bad(field))?;
    Money::parse(&stored.amount, &stored.currency_code).map_err(|_| bad(field))
}

fn decimal(field: &str, text: &str) -> Read<Decimal> {
    text.parse().map_err(|_| bad(field))
}

fn date(field: &str, text: &str) -> Read<Date> {
    text.parse().map_err(|_| bad(field))
}
