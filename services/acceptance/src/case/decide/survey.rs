//! A joint survey's corrected result: what rests on it, and only that, is looked at again.

use std::collections::BTreeSet;

use desk::refuse::Refusal;
use rulebook::consultation::Answer;
use rulebook::matter::{self, Material, Matter, MatterId, Part, Standing};

use super::{Court, Decision, said, who, wrapped};
use crate::case::event::Event;
use crate::case::joint::{Joint, Seat};
use crate::case::particulars::SurveyVersion;
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn correct_survey(
        &self,
        court: Court<'_>,
        id: &MatterId,
        number: &str,
        sha256: &str,
        reason: &str,
    ) -> Decision {
        let matter = self.matters.get(id);
        let matter = matter.ok_or_else(|| Refusal::Unknown(format!("matter {id}")))?;
        who::agency(court.caller, &matter.terms.agency)?;
        let newest = self.surveys.get(id).and_then(|survey| survey.versions.last());
        let (since, newest) = newest.ok_or_else(|| Rejection::NoSurvey { matter: id.clone() })?;
        let on = court.on(*since)?;
        said(Part::Reason, reason)?;
        said(Part::Certificate, number)?;
        if newest.sha256 == sha256 {
            return Err(Rejection::SurveyUnchanged { version: newest.version }.into());
        }
        let result = SurveyVersion {
            material: newest.material.clone(),
            version: newest.version.saturating_add(1),
            sha256: sha256.to_owned(),
            number: number.to_owned(),
            reason: reason.to_owned(),
        };
        let replaced = Material {
            key: result.material.clone(),
            sha256: Some(result.sha256.clone()),
            version: result.version,
        };
        let mut events = vec![Event::SurveyDelivered { on, matter: id.clone(), result }];
        for (user, using) in &self.matters {
            let newer = using.materials.get(&replaced.key);
            let uses = newer.is_some_and(|held| held.version < replaced.version)
                && self
                    .held(&replaced.key, &self.scope(user).units)
                    .is_some_and(|h| h.matter == *id);
            if !uses {
                continue;
            }
            events.extend(match self.joints.get(user) {
                Some(joint) => looked_at_again(user, using, joint, &replaced, on),
                None => taken_in(user, using, &replaced, on),
            });
        }
        Ok(events)
    }

    /// What an accepted matter has to be told of: versions that were replaced while it waited.
    pub(super) fn caught_up(&self, id: &MatterId, on: jiff::civil::Date) -> Vec<Event> {
        let Some(matter) = self.matters.get(id) else { return Vec::new() };
        let on_file: Vec<Material> = matter.materials.values().cloned().collect();
        let newer: Vec<Material> =
            self.outdated(id, &on_file).iter().map(|held| held.material()).collect();
        if newer.is_empty() {
            return Vec::new();
        }
        let reopened = Vec::new();
        wrapped(id, [matter::Event::Resubmitted { on, materials: newer, reopened }])
    }
}

/// A joint acceptance whose applicant is putting things right hears of it with the report; else the
/// members that rest on it look again at once, also after the opinion, for its next version.
fn looked_at_again(
    id: &MatterId,
    matter: &Matter,
    joint: &Joint,
    replaced: &Material,
    on: jiff::civil::Date,
) -> Vec<Event> {
    if joint.awaits_report().is_some() {
        return Vec::new();
    }
    let changed = BTreeSet::from([replaced.key.clone()]);
    let open = joint.those(Seat::is_open);
    let concerned = joint.closure(&BTreeSet::new(), &changed);
    let reopened: Vec<String> = concerned.difference(&open).cloned().collect();
    let mut events = Vec::new();
    if !reopened.is_empty() {
        events.push(Event::MembersReopened {
            on,
            matter: id.clone(),
            round: joint.round_for_change(),
            members: reopened.clone(),
            changed: changed.into_iter().collect(),
        });
    }
    if let Standing::UnderReview(_) = matter.standing {
        let materials = vec![replaced.clone()];
        events.extend(wrapped(id, [matter::Event::Resubmitted { on, materials, reopened }]));
    }
    events
}

/// Any other matter under review gets the new version, and opinions that rest on it are asked again. One
/// that is decided keeps what it was decided on, and is stale.
fn taken_in(
    id: &MatterId,
    matter: &Matter,
    replaced: &Material,
    on: jiff::civil::Date,
) -> Vec<Event> {
    let Standing::UnderReview(review) = &matter.standing else { return Vec::new() };
    let asked = review.consultation.iter().filter(|(_, asked)| {
        asked.answer.as_ref().is_some_and(|answer: &Answer| !answer.objects())
            && asked.inputs.contains(&replaced.key)
    });
    let reopened = asked.map(|(key, _)| key.to_owned()).collect();
    let materials = vec![replaced.clone()];
    wrapped(id, [matter::Event::Resubmitted { on, materials, reopened }])
}
