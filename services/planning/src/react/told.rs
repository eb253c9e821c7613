//! What intake's facts mean for planning.

use crate::case::event::{Admitted, Fact};
use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use prost::Message;
use proto::intake::v1::{
    IntakeEvent, KeyProjectDecided, Outcome, ProjectFacts, intake_event::Kind,
};
use rulebook::{
    catalogue::Text,
    matter::{Matter, MatterId},
    money::{Money, Rate},
};
use std::collections::BTreeMap;

/// Something for planning to take note of.
pub(super) struct News {
    pub(super) project: String,
    pub(super) on: Date,
    pub(super) facts: Vec<Fact>,
}

/// What intake has told of every project so far.
#[derive(Default)]
pub(super) struct Told(BTreeMap<String, Project>);

#[derive(Default)]
struct Project {
    facts: ProjectFacts,
    code: Option<String>,
    screening: Option<(Outcome, String)>,
    screening_void: bool,
    review: Option<Review>,
    dollars: Option<String>,
    stated: BTreeMap<String, String>,
    withdrawn: bool,
    matters: BTreeMap<MatterId, Matter>,
}

enum Review {
    Pending(String),
    Cleared,
    Prohibited(String),
}

impl Told {
    /// Takes an event in; `None` when it is nothing to planning.
    pub(super) fn take(&mut self, event: &Recorded) -> Result<Option<News>, Malformed> {
        let id = event
            .stream
            .strip_prefix("intake/")
            .ok_or_else(|| Malformed(format!("stream {}", event.stream)))?;
        let stored = IntakeEvent::decode(event.payload.as_slice())
            .map_err(|error| Malformed(error.to_string()))?;
        let on = stored.occurred_on.parse().map_err(|_| Malformed("occurred_on".to_owned()))?;
        let project = self.0.entry(id.to_owned()).or_default();
        let prior = project.take(id, stored)?;
        let facts: Vec<_> =
            prior.into_iter().chain(project.standing()).chain(project.admitted()).collect();
        Ok((!facts.is_empty()).then(|| News { project: id.to_owned(), on, facts }))
    }
}

impl Project {
    /// The event's own news: a matter that others rest on.
    fn take(&mut self, id: &str, event: IntakeEvent) -> Result<Option<Fact>, Malformed> {
        match event.kind.ok_or_else(|| Malformed("kind: unknown to this build".to_owned()))? {
            Kind::ProjectRegistered(registered) => {
                self.facts = registered.facts.unwrap_or_default()
            }
            Kind::Screened(screened) => {
                self.screening = Some((screened.outcome(), screened.condition));
                self.screening_void = false;
            }
            Kind::ScreeningDecided(decided) => {
                self.screening = Some((decided.outcome(), decided.reason))
            }
            Kind::SecurityReviewFlagged(flagged) => {
                self.review = Some(Review::Pending(flagged.article))
            }
            Kind::SecurityReviewConcluded(concluded) if concluded.cleared => {
                self.review = Some(Review::Cleared)
            }
            Kind::SecurityReviewConcluded(concluded) => {
                self.review = Some(Review::Prohibited(concluded.decision))
            }
            Kind::ProjectCodeAssigned(assigned) => self.code = Some(assigned.code),
            Kind::ProjectChanged(changed) => {
                self.facts = changed.facts.unwrap_or_default();
                self.screening_void |= changed
                    .changed
                    .iter()
                    .any(|fact| ["investors", "site", "activity"].contains(&fact.as_str()));
                if changed.changed.iter().any(|fact| fact == "total_investment") {
                    self.dollars = None;
                }
            }
            Kind::ProjectWithdrawn(_) => self.withdrawn = true,
            Kind::Matter(stored) => {
                let (matter, step) = desk::wire::read(&stored)?;
                let before = self.matters.get(&matter).is_some_and(Matter::is_in_force);
                match self.matters.get_mut(&matter) {
                    Some(known) => known.evolve(&step),
                    None => self
                        .matters
                        .extend(Matter::open(&step).map(|opened| (matter.clone(), opened))),
                }
                let in_force = self.matters.get(&matter).is_some_and(Matter::is_in_force);
                if in_force != before {
                    let name = format!("projects/{id}/matters/{matter}");
                    return Ok(Some(Fact::PriorMatter {
                        matter: name,
                        item: matter.item().to_owned(),
                        in_force,
                    }));
                }
            }
            Kind::FactsStated(stated) => self.stated.extend(stated.facts),
            Kind::KeyProjectDecided(decided) => self.dollars = dollars(&decided),
            Kind::KeyProjectContested(_)
            | Kind::SecretaryAssigned(_)
            | Kind::SecretaryHandedOver(_)
            | Kind::AlarmRaised(_)
            | Kind::AgentAppointed(_)
            | Kind::AgentRevoked(_) => {}
        }
        Ok(None)
    }

    /// Whether the project may go on; told once there is something that rests on it.
    fn standing(&self) -> Option<Fact> {
        self.code.as_ref()?;
        let stopped = self.stopped_because();
        Some(Fact::Standing { may_proceed: stopped.is_none(), reason: stopped.unwrap_or_default() })
    }

    fn stopped_because(&self) -> Option<String> {
        if self.withdrawn {
            return Some("the enterprise gave the project up".to_owned());
        }
        match &self.review {
            Some(Review::Pending(article)) => {
                return Some(format!("the security review is pending ({article})"));
            }
            Some(Review::Prohibited(decision)) => {
                return Some(format!("the security review prohibits the investment ({decision})"));
            }
            Some(Review::Cleared) | None => {}
        }
        match &self.screening {
            _ if self.screening_void => {
                Some("the project must be screened again (外商投资法实施条例 art. 34)".to_owned())
            }
            Some((Outcome::Refuse, condition)) => Some(format!(
                "the negative list refuses it: {condition} (外商投资法实施条例 art. 34)"
            )),
            Some((Outcome::Manual, _)) => Some(
                "the screening waits for an official's decision (外商投资法实施条例 art. 34)"
                    .to_owned(),
            ),
            Some((Outcome::Pass | Outcome::PassWithCondition | Outcome::Unspecified, _)) | None => {
                None
            }
        }
    }

    fn admitted(&self) -> Option<Fact> {
        let code = self.code.clone()?;
        let name = self.facts.name.clone().unwrap_or_default();
        let site = self.facts.site.clone().unwrap_or_default();
        let restricted = matches!(self.screening, Some((Outcome::PassWithCondition, _)));
        let mut facts = self.stated.clone();
        facts.insert("restricted_sector".to_owned(), word(restricted));
        facts.insert("security_review_flagged".to_owned(), word(self.review.is_some()));
        facts.insert("enterprise_established".to_owned(), word(!self.facts.uscc.is_empty()));
        let total = self.facts.total_investment.clone().unwrap_or_default();
        let declared = (total.currency_code == "USD").then_some(total.amount);
        if let Some(dollars) = declared.or_else(|| self.dollars.clone()) {
            facts.insert("total_investment_usd".to_owned(), dollars);
        }
        let name = Text { zh: name.zh, en: name.en };
        Some(Fact::Admitted(Admitted {
            code,
            name,
            inside_ftz: site.inside_ftz,
            district: site.district,
            facts,
        }))
    }
}

fn word(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// The investment in US dollars at the rate on which the key-project gate was decided; `None` when the
/// record cannot be reckoned with, and then the fact is asked for.
fn dollars(decided: &KeyProjectDecided) -> Option<String> {
    let amount = decided.amount.as_ref()?;
    let amount = Money::parse(&amount.amount, &amount.currency_code).ok()?;
    let (units, usd) = (decided.rate_units.parse().ok()?, decided.rate_usd.parse().ok()?);
    let on = decided.rate_date.parse().ok()?;
    let rate = Rate::new(amount.currency(), units, usd, on, decided.rate_source.as_str()).ok()?;
    rate.to_usd(amount).ok().map(|dollars| dollars.amount().to_string())
}
