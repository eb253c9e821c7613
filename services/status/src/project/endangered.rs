//! Approvals that no longer cover the project as it is, or whose ground has ended. Nothing is taken away: the
//! agency reviews, and the enterprise is told what to do (企业投资项目核准和备案管理条例 art. 11, 环境影响评价法 art. 24).

use super::Project;
use desk::{docket::Bench, wire};
use jiff::civil::Date;
use proto::status::v1::{Endangered, EndangeredBy};
use rulebook::{
    catalogue::{Citation, Text},
    matter::{Ending, Matter, MatterId, Ruling},
};
use std::collections::{BTreeMap, BTreeSet};

/// Which matter, and what endangers it under which article.
type Ground = (MatterId, EndangeredBy, String, String);

impl Project {
    /// Every approval in force that is endangered, in the order of the matters; each ground once, since it
    /// first held.
    pub(crate) fn endangered(&self, bench: &Bench) -> Vec<Endangered> {
        let mut found: BTreeMap<Ground, (Date, &Text)> = BTreeMap::new();
        self.by_change(bench, &mut found);
        self.by_ended(bench, &mut found);
        let found = found.into_iter().filter_map(|((id, by, ground, article), (since, remedy))| {
            let terms = &self.matter(&id)?.terms;
            Some(Endangered {
                matter: self.matter_name(&id),
                item: terms.item.clone(),
                title: Some(wire::text_to_wire(&terms.title)),
                agency: terms.agency.clone(),
                by: by.into(),
                ground,
                article,
                since: since.to_string(),
                remedy: Some(wire::text_to_wire(remedy)),
            })
        });
        found.collect()
    }

    /// Approvals decided no later than a change of what they cover, of whose item none was granted since.
    fn by_change<'b>(&self, bench: &'b Bench, found: &mut BTreeMap<Ground, (Date, &'b Text)>) {
        let endangers = bench.law.catalogue.endangers();
        for change in &self.intake.facts.changes {
            for fact in &change.changed {
                for row in endangers.by_change(fact, change.on) {
                    let concerned = |id: &MatterId| row.items.iter().any(|code| code == id.item());
                    for (id, _) in self.granted().filter(|(id, decided_on)| {
                        concerned(id)
                            && *decided_on <= change.on
                            && !self.is_granted_after(id.item(), change.on)
                    }) {
                        let by = EndangeredBy::Change;
                        let article = articles(&row.legal_basis);
                        let ground = (id.clone(), by, fact.clone(), article);
                        // Changes come in the order of recording; the earliest day counts.
                        let since = found.entry(ground).or_insert((change.on, &row.remedy));
                        since.0 = since.0.min(change.on);
                    }
                }
            }
        }
    }

    /// Approvals that rest, directly or through others, on one that was withdrawn, revoked or taken away as a
    /// penalty, unless that was granted again. One that ended by lapse endangers nothing: it had served.
    fn by_ended<'b>(&self, bench: &'b Bench, found: &mut BTreeMap<Ground, (Date, &'b Text)>) {
        let rule = bench.law.catalogue.endangers().by_ended();
        for (ended, matter) in self.all_matters() {
            let Some(on) = matter.decided().and_then(|one| one.ending).map(|one: Ending| one.on())
            else {
                continue;
            };
            if self.is_granted_after(ended.item(), on) || self.is_granted_on(ended.item(), on) {
                continue;
            }
            for id in self.resting_on(ended, matter, on, bench) {
                let (by, ground) = (EndangeredBy::EndedApproval, self.matter_name(ended));
                let article = articles(&rule.legal_basis);
                found.insert((id, by, ground, article), (on, &rule.remedy));
            }
        }
    }

    /// The approvals in force that relied on one that ended on a day: decided while it stood, of an item that
    /// needs its item, or an item that needs such a one in turn, with no other approval to rest on.
    fn resting_on(
        &self,
        ended: &MatterId,
        matter: &Matter,
        on: Date,
        bench: &Bench,
    ) -> BTreeSet<MatterId> {
        let stood_since = matter.decided_on().unwrap_or(on);
        let mut resting = BTreeSet::new();
        let mut shaken = BTreeSet::from([ended.item().to_owned()]);
        loop {
            let more: Vec<MatterId> = self
                .granted()
                .filter(|(id, decided_on)| {
                    !resting.contains(*id)
                        && stood_since <= *decided_on
                        && *decided_on <= on
                        && self.rests_on(id, &shaken, *decided_on, bench)
                })
                .map(|(id, _)| id.clone())
                .collect();
            if more.is_empty() {
                return resting;
            }
            shaken.extend(more.iter().map(|id| id.item().to_owned()));
            resting.extend(more);
        }
    }

    /// Whether a matter needs one of these items, and nothing else that would do was in force when it was
    /// decided.
    fn rests_on(
        &self,
        id: &MatterId,
        shaken: &BTreeSet<String>,
        decided_on: Date,
        bench: &Bench,
    ) -> bool {
        let edition = self.matter(id).map(|matter| matter.terms.edition.as_str());
        let catalogue = &bench.law.catalogue;
        let item = edition.and_then(|edition| catalogue.item_edition(id.item(), edition));
        let groups = item.into_iter().flat_map(|item| &item.prerequisites);
        groups.into_iter().any(|group| {
            let other = |code: &String| {
                !shaken.contains(code)
                    && self.granted().any(|(id, on)| id.item() == code && on <= decided_on)
            };
            group.any_of.iter().any(|code| shaken.contains(code)) && !group.any_of.iter().any(other)
        })
    }

    /// Matters whose permit is in force, with the day of the decision.
    fn granted(&self) -> impl Iterator<Item = (&MatterId, Date)> {
        let in_force = self.all_matters().filter(|(_, matter)| matter.is_in_force());
        in_force.filter_map(|(id, matter)| Some((id, matter.decided_on()?)))
    }

    /// Whether a matter of an item was granted after a day, whatever became of it since.
    fn is_granted_after(&self, item: &str, day: Date) -> bool {
        self.all_matters().filter(|(id, _)| id.item() == item).any(|(_, matter)| {
            matter.decided().is_some_and(|decided| {
                decided.on > day && matches!(decided.ruling, Ruling::Granted { .. })
            })
        })
    }

    fn is_granted_on(&self, item: &str, day: Date) -> bool {
        self.granted().any(|(id, on)| id.item() == item && on == day)
    }
}

fn articles(basis: &[Citation]) -> String {
    basis.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("; ")
}
