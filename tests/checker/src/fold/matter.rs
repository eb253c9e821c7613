//! A matter as its facts leave it, as far as a shown matter says so without a calendar.

use std::collections::{BTreeMap, BTreeSet};

use proto::matter::v1::{
    self as pb, AcceptanceMode, MatterEvent, Outcome, State, Verdict, matter_event::Kind,
};

/// The answer to an opinion that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Day; empty while it is open.
    pub on: String,
    /// What it says.
    pub verdict: i32,
}

/// Where a matter stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matter {
    /// The item's terms.
    pub terms: pb::Terms,
    /// The standing, as long as no permit has come of it.
    standing: State,
    /// How the permit ended, if it did.
    ending: Option<State>,
    /// Day of receipt.
    pub received_on: String,
    /// Day of acceptance; empty before.
    pub accepted_on: String,
    /// How it was accepted.
    pub mode: AcceptanceMode,
    /// Day of decision; empty before.
    pub decided_on: String,
    /// What was decided.
    pub outcome: Outcome,
    /// The certificate.
    pub certificate: Option<pb::Certificate>,
    /// Day of delivery; empty before.
    pub delivered_on: String,
    /// Materials on file by key.
    pub materials: BTreeMap<String, pb::Material>,
    /// What is still to be corrected, as keys of materials.
    pub outstanding: Vec<String>,
    /// Special procedures: ground, first day, last day or empty.
    pub suspensions: Vec<(String, String, String)>,
    /// The opinions that were asked for.
    pub opinions: BTreeMap<String, Answer>,
    /// What is owed since acceptance.
    pub owed: BTreeSet<String>,
    /// Names of the cards, in the order of recording.
    pub cards: Vec<String>,
}

impl Matter {
    /// Where it stands, in one word.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.ending, self.standing) {
            (Some(ending), _) => ending,
            (None, State::Granted | State::Refused) if !self.delivered_on.is_empty() => {
                State::Closed
            }
            (None, State::UnderReview) if self.stands() => State::Suspended,
            (None, standing) => standing,
        }
    }

    fn stands(&self) -> bool {
        self.suspensions.iter().any(|(_, _, until)| until.is_empty())
    }

    fn is_decided(&self) -> bool {
        matches!(self.standing, State::Granted | State::Refused)
    }

    /// The matter after a step, and what is wrong with the step after what was before.
    #[must_use]
    pub fn after(before: Option<Self>, step: &MatterEvent) -> (Option<Self>, Option<&'static str>) {
        let on = step.occurred_on.clone();
        match (before, step.kind.as_ref()) {
            (None, Some(Kind::Received(received))) => {
                let mut opened = Self {
                    terms: received.terms.clone().unwrap_or_default(),
                    standing: State::Received,
                    received_on: on,
                    ..Self::default()
                };
                opened.keep(&received.materials);
                (Some(opened), None)
            }
            (None, _) => (None, Some("a matter begins without a receipt")),
            (Some(matter), None) => (Some(matter), Some("a step of no kind")),
            (Some(matter), Some(kind)) => {
                let unlawful = matter.unlawful(kind);
                (Some(matter.moved(on, kind)), unlawful)
            }
        }
    }

    fn keep(&mut self, materials: &[pb::Material]) {
        for material in materials {
            self.materials.insert(material.key.clone(), material.clone());
        }
    }

    /// Why a step cannot have been decided on this matter; `None` if it can.
    fn unlawful(&self, kind: &Kind) -> Option<&'static str> {
        let standing = self.standing;
        let (may, complaint) = match kind {
            Kind::Received(_) => (false, "a matter is received twice"),
            Kind::NotAccepted(_) | Kind::CorrectionsRequested(_) | Kind::Accepted(_) => {
                (standing == State::Received, "examined while it is not under examination")
            }
            Kind::CorrectionsSupplied(_) => {
                (standing == State::AwaitingCorrections, "corrected while nothing is to be")
            }
            Kind::Suspended(_)
            | Kind::Extended(_)
            | Kind::OpinionsRequested(_)
            | Kind::OpinionsJoined(_)
            | Kind::Resubmitted(_)
            | Kind::MissingTolerated(_)
            | Kind::OwedSupplied(_)
            | Kind::Decided(_)
            | Kind::GrantDeemed(_)
            | Kind::Terminated(_) => {
                (standing == State::UnderReview, "reviewed or decided while not under review")
            }
            Kind::Resumed(resumed) => {
                let open = |(ground, _, until): &(String, String, String)| {
                    *ground == resumed.ground && until.is_empty()
                };
                (self.suspensions.iter().any(open), "resumed while it does not stand")
            }
            Kind::OpinionGiven(given) => (self.waits_for(&given.opinion), "an answer too many"),
            Kind::OpinionDeemed(deemed) => (self.waits_for(&deemed.opinion), "an answer too many"),
            Kind::ApplicationWithdrawn(_) => (
                matches!(
                    standing,
                    State::Received | State::AwaitingCorrections | State::UnderReview
                ),
                "withdrawn while it is over",
            ),
            Kind::Delivered(_) => {
                (self.is_decided() && self.delivered_on.is_empty(), "delivered out of turn")
            }
            Kind::PermitWithdrawn(_)
            | Kind::PermitRevoked(_)
            | Kind::PermitRevokedAsPenalty(_)
            | Kind::PermitDeregistered(_) => (self.is_decided(), "a permit that never was ends"),
            _ => (true, ""),
        };
        (!may).then_some(complaint)
    }

    fn waits_for(&self, opinion: &str) -> bool {
        self.standing == State::UnderReview
            && self.opinions.get(opinion).is_some_and(|answer| answer.on.is_empty())
    }

    fn moved(mut self, on: String, kind: &Kind) -> Self {
        match kind {
            Kind::NotAccepted(_) => self.standing = State::NotAccepted,
            Kind::CorrectionsRequested(asked) => {
                self.standing = State::AwaitingCorrections;
                self.outstanding = asked.defects.iter().map(|d| d.material.clone()).collect();
            }
            Kind::CorrectionsSupplied(supplied) => {
                self.keep(&supplied.materials);
                let brought = |key: &String| supplied.materials.iter().any(|m| m.key == *key);
                self.outstanding.retain(|key| !brought(key));
                if self.outstanding.is_empty() {
                    self.standing = State::Received;
                }
            }
            Kind::Accepted(accepted) => {
                self.standing = State::UnderReview;
                (self.accepted_on, self.mode) = (on, accepted.mode());
            }
            Kind::Suspended(stop) => {
                self.suspensions.push((stop.ground.clone(), on, String::new()));
            }
            Kind::Resumed(resumed) => self.go_on(&on, |ground| *ground == resumed.ground),
            Kind::MissingTolerated(missing) => self.owed = missing.owed.iter().cloned().collect(),
            Kind::OwedSupplied(supplied) => {
                self.keep(&supplied.materials);
                self.owed.retain(|key| !supplied.materials.iter().any(|m| m.key == *key));
            }
            Kind::OpinionsRequested(_)
            | Kind::OpinionGiven(_)
            | Kind::OpinionDeemed(_)
            | Kind::Resubmitted(_) => self.hear(on, kind),
            Kind::Decided(_)
            | Kind::GrantDeemed(_)
            | Kind::Delivered(_)
            | Kind::ApplicationWithdrawn(_)
            | Kind::Terminated(_) => self.end(on, kind),
            Kind::PermitWithdrawn(_)
            | Kind::PermitRevoked(_)
            | Kind::PermitRevokedAsPenalty(_)
            | Kind::PermitDeregistered(_) => self.lapse(kind),
            Kind::AlarmRaised(raised) => {
                let name = raised.alarm.as_ref().map(card).unwrap_or_default();
                if !self.cards.contains(&name) {
                    self.cards.push(name);
                }
            }
            _ => {}
        }
        self
    }

    fn hear(&mut self, on: String, kind: &Kind) {
        match kind {
            Kind::OpinionsRequested(asked) => {
                let known = |key: &&String| self.terms.opinions.iter().any(|o| o.key == **key);
                let asked: Vec<_> = asked.opinions.iter().filter(known).cloned().collect();
                for key in asked {
                    self.opinions.entry(key).or_default();
                }
            }
            Kind::OpinionGiven(given) => {
                let answer = Answer { on, verdict: given.verdict };
                self.answer(&given.opinion, answer);
            }
            Kind::OpinionDeemed(deemed) => {
                let answer = Answer { on, verdict: Verdict::Consents.into() };
                self.answer(&deemed.opinion, answer);
            }
            Kind::Resubmitted(brought) => {
                self.keep(&brought.materials);
                for key in &brought.reopened {
                    self.opinions.entry(key.clone()).and_modify(|open| *open = Answer::default());
                }
            }
            _ => {}
        }
    }

    fn answer(&mut self, key: &str, answer: Answer) {
        if let Some(open) = self.opinions.get_mut(key).filter(|open| open.on.is_empty()) {
            *open = answer;
        }
    }

    fn end(&mut self, on: String, kind: &Kind) {
        if let Kind::Delivered(_) = kind {
            if self.delivered_on.is_empty() {
                self.delivered_on = on;
            }
            return;
        }
        self.go_on(&on, |_| true);
        self.owed.clear();
        self.outstanding.clear();
        match kind {
            Kind::Decided(decided) if decided.outcome() == Outcome::Granted => {
                (self.standing, self.outcome) = (State::Granted, Outcome::Granted);
                (self.decided_on, self.certificate) = (on, decided.certificate.clone());
            }
            Kind::Decided(_) => {
                (self.standing, self.outcome) = (State::Refused, Outcome::Refused);
                self.decided_on = on;
            }
            Kind::GrantDeemed(_) => {
                (self.standing, self.outcome) = (State::Granted, Outcome::Granted);
                self.decided_on = on;
            }
            Kind::Terminated(_) => self.standing = State::Terminated,
            _ => self.standing = State::ApplicationWithdrawn,
        }
    }

    /// Special procedures end, those of a ground.
    fn go_on(&mut self, on: &str, which: impl Fn(&String) -> bool) {
        for (ground, _, until) in &mut self.suspensions {
            if until.is_empty() && which(ground) {
                on.clone_into(until);
            }
        }
    }

    /// The first way in which a permit ends is how it ended; that it was struck off comes on top.
    fn lapse(&mut self, kind: &Kind) {
        let ending = match kind {
            Kind::PermitWithdrawn(_) => State::PermitWithdrawn,
            Kind::PermitRevoked(_) => State::PermitRevoked,
            Kind::PermitRevokedAsPenalty(_) => State::PermitRevokedAsPenalty,
            _ => State::PermitDeregistered,
        };
        if ending == State::PermitDeregistered {
            self.ending = Some(ending);
        } else {
            self.ending.get_or_insert(ending);
        }
    }
}

/// The name of an alarm within its matter, such as `yellow.committed.2022-05-06`.
#[must_use]
pub fn card(alarm: &proto::r#type::v1::Alarm) -> String {
    use proto::r#type::v1::AlarmKind;
    let kind = match alarm.kind() {
        AlarmKind::Unspecified => "",
        AlarmKind::Amber => "amber",
        AlarmKind::Yellow => "yellow",
        AlarmKind::Red => "red",
    };
    format!("{kind}.{}.{}", alarm.limit, alarm.due_on)
}
