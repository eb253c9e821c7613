//! The applicant's report, and who has to look again after it: the failed, and whoever rests on what
//! changed.

use std::collections::BTreeSet;

use desk::refuse::Refusal;
use rulebook::matter::{self, Material, Matter, MatterId, Part, Standing};

use super::apply::{asked_for, examined_since};
use super::{Court, Decision, said, who, wrapped};
use crate::case::event::Event;
use crate::case::joint::{Joint, Seat};
use crate::case::particulars::Member;
use crate::case::rejection::Rejection;
use crate::case::state::Case;

impl Case {
    pub(super) fn report(
        &self,
        court: Court<'_>,
        id: &MatterId,
        evidence: &str,
        materials: &[Material],
    ) -> Decision {
        who::applicant(court.caller)?;
        let (joint, matter) = self.joint(id)?;
        examined_since(matter)?;
        let list = joint.awaits_report().ok_or(Rejection::NothingListed)?;
        let on = court.on(list.on)?;
        said(Part::Evidence, evidence)?;
        let mut newer = self.newer(court, joint, matter, materials)?;
        let on_file: Vec<Material> = matter.materials.values().cloned().collect();
        newer.extend(self.outdated(id, &on_file).iter().map(|held| held.material()));
        let changed: BTreeSet<String> = newer.iter().map(|m| m.key.clone()).collect();
        let mut failed = joint.those(Seat::failed);
        failed.extend(joint.those(|seat| self.is_stale(seat)));
        let reopened: Vec<String> = joint.closure(&failed, &changed).into_iter().collect();
        let changed: Vec<String> = changed.into_iter().collect();
        let (round, next) = (joint.round(), joint.round().saturating_add(1));
        let mut events = vec![
            Event::RectificationReported {
                on,
                matter: id.clone(),
                round,
                evidence: evidence.to_owned(),
                changed: changed.clone(),
            },
            Event::MembersReopened {
                on,
                matter: id.clone(),
                round: next,
                members: reopened.clone(),
                changed,
            },
        ];
        if let Standing::UnderReview(_) = matter.standing {
            let again = matter::Event::Resubmitted { on, materials: newer, reopened };
            events.extend(wrapped(id, [again]));
        }
        Ok(events)
    }

    /// Materials as they will be kept: newer than and different from what is on file, and the
    /// applicant's own to bring.
    fn newer(
        &self,
        court: Court<'_>,
        joint: &Joint,
        matter: &Matter,
        materials: &[Material],
    ) -> Result<Vec<Material>, Refusal> {
        let catalogue = &court.bench.law.catalogue;
        let (item, edition) = (&matter.terms.item, &matter.terms.edition);
        let item = catalogue.item_edition(item, edition);
        let item = item.ok_or_else(|| Refusal::Unknown(format!("edition {edition}")))?;
        let members: Vec<Member> = joint.seats.values().map(|seat| seat.member.clone()).collect();
        asked_for(court, item, &members, materials)?;
        let newer = |material: &Material| -> Result<Material, Refusal> {
            let held = matter.materials.get(&material.key);
            let version = held.map_or(0, |held| held.version);
            let key = material.key.clone();
            if held.is_some_and(|held| held.sha256.is_some() && held.sha256 == material.sha256) {
                return Err(matter::Rejection::MaterialUnchanged { key }.into());
            }
            if material.version != 0 && material.version <= version {
                return Err(matter::Rejection::StaleVersion { key, held: version }.into());
            }
            let version = material.version.max(version.saturating_add(1));
            Ok(Material { version, ..material.clone() })
        };
        materials.iter().map(newer).collect()
    }
}
