//! A joint acceptance (竣工联合验收) as its facts have left it: who has not said yet what it finds, and what
//! the applicant was told to put right.

use super::{Acceptance, date, matter_id, required};
use eventlog::Malformed;
use jiff::civil::Date;
use proto::acceptance::v1::{JointApplied, Member, Result as Found, acceptance_event::Kind};
use rulebook::{clock::Limit, construction::OpenSeat, matter::MatterId};
use std::collections::BTreeMap;

/// One joint acceptance.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Joint {
    /// The members by key.
    pub(crate) seats: BTreeMap<String, Seat>,
    /// The rounds; never empty.
    pub(crate) rounds: Vec<Round>,
    /// Whether an opinion was issued.
    pub(crate) issued: bool,
}

/// A member and whether it is open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seat {
    /// The member.
    pub(crate) member: Member,
    /// The time it has.
    pub(crate) limit: Limit,
    /// The day from which it has to say what it finds.
    pub(crate) since: Date,
    /// Day of its result, and what it found; `None` while it is open.
    pub(crate) found: Option<(Date, Found)>,
}

/// One round: a day on site, the list that came of it, and the applicant's report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Round {
    /// The day on site, once fixed.
    pub(crate) inspect_on: Option<Date>,
    /// Whether the members were there.
    pub(crate) held: bool,
    /// Day of the consolidated list.
    pub(crate) listed_on: Option<Date>,
    /// How much must be put right.
    pub(crate) defects: usize,
    /// Day of the applicant's report.
    pub(crate) reported_on: Option<Date>,
}

impl Joint {
    fn applied(on: Date, applied: &JointApplied) -> Result<Self, Malformed> {
        let seats = applied.members.iter().map(|member| {
            let cited = required("joint_applied.members.limit", &member.limit)?;
            let limit = desk::wire::limit("joint_applied.members.limit", cited.limit.as_ref())?;
            let seat = Seat { member: member.clone(), limit, since: on, found: None };
            Ok((member.member.clone(), seat))
        });
        let seats = seats.collect::<Result<_, Malformed>>()?;
        Ok(Self { seats, rounds: vec![Round::default()], issued: false })
    }

    /// The present round.
    pub(crate) fn present(&self) -> Round {
        self.rounds.last().cloned().unwrap_or_default()
    }

    /// The members that have not said what they find.
    pub(crate) fn open(&self) -> impl Iterator<Item = OpenSeat<'_>> {
        let (round, was_held) = (self.rounds.len(), self.present().held);
        let open = self.seats.iter().filter(|(_, seat)| seat.found.is_none());
        open.map(move |(key, seat)| OpenSeat {
            member: key,
            since: seat.since,
            limit: seat.limit,
            citation: seat.member.limit.as_ref().map_or("", |limit| limit.citation.as_str()),
            round,
            was_held,
        })
    }

    /// Since when the applicant has to put right what was listed; `None` while nothing waits for it.
    pub(crate) fn awaits_report(&self) -> Option<Date> {
        let round = self.present();
        round.listed_on.filter(|_| round.reported_on.is_none())
    }

    /// Since when everybody passed, so that the opinion can be issued; `None` otherwise.
    pub(crate) fn all_passed(&self) -> Option<Date> {
        let passed = self.seats.values().map(|seat| match seat.found {
            Some((on, Found::Pass | Found::NotApplicable)) => Some(on),
            Some((_, Found::Rectify | Found::Unspecified)) | None => None,
        });
        passed.collect::<Option<Vec<Date>>>()?.into_iter().max()
    }

    /// Day on which a member passed.
    pub(crate) fn passed(&self, member: &str) -> Option<Date> {
        let (on, found) = self.seats.get(member)?.found?;
        (found == Found::Pass).then_some(on)
    }

    fn amend(&mut self, round: u32, change: impl FnOnce(&mut Round)) {
        let index = usize::try_from(round).ok().and_then(|round| round.checked_sub(1));
        if let Some(round) = index.and_then(|index| self.rounds.get_mut(index)) {
            change(round);
        }
    }

    fn reopen(&mut self, on: Date, round: u32, members: &[String]) {
        if usize::try_from(round).is_ok_and(|round| round > self.rounds.len()) {
            self.rounds.push(Round::default());
        }
        for member in members {
            if let Some(seat) = self.seats.get_mut(member) {
                (seat.found, seat.since) = (None, on);
            }
        }
    }
}

impl Acceptance {
    /// An event of a joint acceptance; any other leaves them as they are.
    pub(super) fn joint(&mut self, on: Date, kind: &Kind) -> Result<(), Malformed> {
        if let Kind::JointApplied(applied) = kind {
            self.joints.insert(id(&applied.matter)?, Joint::applied(on, applied)?);
        }
        if let Kind::InspectionScheduled(scheduled) = kind {
            let inspect_on = date("inspection_scheduled.inspect_on", &scheduled.inspect_on)?;
            self.amend(&scheduled.matter, |joint| {
                joint.amend(scheduled.round, |round| round.inspect_on = Some(inspect_on));
            })?;
        }
        if let Kind::InspectionHeld(held) = kind {
            self.amend(&held.matter, |joint| joint.amend(held.round, |round| round.held = true))?;
        }
        if let Kind::MemberExamined(examined) = kind {
            let unknown =
                || Malformed(format!("member_examined.result: {} is unknown", examined.result));
            let found = Found::try_from(examined.result).map_err(|_| unknown())?;
            self.amend(&examined.matter, |joint| {
                if let Some(seat) = joint.seats.get_mut(&examined.member) {
                    seat.found = Some((on, found));
                }
            })?;
        }
        if let Kind::RectificationListed(listed) = kind {
            self.amend(&listed.matter, |joint| {
                joint.amend(listed.round, |round| {
                    (round.listed_on, round.defects) = (Some(on), listed.defects.len());
                });
            })?;
        }
        if let Kind::RectificationReported(reported) = kind {
            self.amend(&reported.matter, |joint| {
                joint.amend(reported.round, |round| round.reported_on = Some(on));
            })?;
        }
        if let Kind::MembersReopened(reopened) = kind {
            self.amend(&reopened.matter, |joint| {
                joint.reopen(on, reopened.round, &reopened.members);
            })?;
        }
        if let Kind::OpinionIssued(issued) = kind {
            self.opinions.push(issued.clone());
            self.amend(&issued.matter, |joint| joint.issued = true)?;
        }
        Ok(())
    }

    fn amend(&mut self, matter: &str, change: impl FnOnce(&mut Joint)) -> Result<(), Malformed> {
        if let Some(joint) = self.joints.get_mut(&id(matter)?) {
            change(joint);
        }
        Ok(())
    }
}

fn id(matter: &str) -> Result<MatterId, Malformed> {
    matter_id("matter", matter)
}
