//! The matters of a stage as the dossier follows them: what each rests on, and which certificates they
//! give and lose.

use std::collections::{BTreeMap, BTreeSet};

use eventlog::{Malformed, Recorded};
use jiff::civil::Date;
use rulebook::{
    catalogue::Text,
    holdings::{Ending, Reliance, Rest, RestStanding, Rested},
    matter::{Event, Material, Matter, MatterId, Outcome, Standing, Terms},
};

use super::Said;
use crate::certificate::Issued;

/// What one command of a stage means for the dossiers.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// By project.
    pub(crate) by_project: BTreeMap<String, ProjectNews>,
}

/// What one command of a stage means for one dossier.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ProjectNews {
    /// Day of its last fact.
    pub(crate) on: Option<Date>,
    /// The project is known now, and whose it is.
    pub(crate) opened: Option<Option<String>>,
    /// What matters rest on now.
    pub(crate) rests: Vec<(MatterId, Rest)>,
    /// Certificates issued, with the terms of their matters.
    pub(crate) issued: Vec<(Issued, Terms)>,
    /// Permits that ended.
    pub(crate) ended: Vec<(MatterId, Ending)>,
}

/// The matters of one stage, folded from its log.
#[derive(Default)]
pub(crate) struct Heard {
    matters: BTreeMap<(String, MatterId), Matter>,
    /// What parts of decided matters rest on since: the deciding agency's by a later version of its
    /// certificate, another's by looking again.
    since: BTreeMap<(String, MatterId), Since>,
}

/// By key of the opinion, `None` for the deciding agency; of each part by key of the material.
type Since = BTreeMap<Option<String>, BTreeMap<String, Rested>>;

impl Heard {
    /// Takes the events of one command.
    ///
    /// # Errors
    /// The position of an event that cannot be understood, and why: a newer build may have written it, and hears
    /// it in its place.
    pub(crate) fn take(
        &mut self,
        command: &[Recorded],
        listen: fn(&Recorded) -> Result<Option<Said>, Malformed>,
    ) -> Result<News, (u64, Malformed)> {
        let mut news = News::default();
        let mut touched = BTreeSet::new();
        for recorded in command {
            let Some((_, project)) = recorded.stream.split_once('/') else { continue };
            let said = listen(recorded).map_err(|malformed| (recorded.position, malformed))?;
            let Some(said) = said else { continue };
            let of_project = news.by_project.entry(project.to_owned()).or_default();
            match said {
                Said::Project { owner, on } => {
                    of_project.opened = Some(owner);
                    of_project.on = Some(on);
                }
                Said::Step(step) => {
                    let (id, event) = *step;
                    of_project.on = Some(event.on());
                    self.evolve(project, &id, &event);
                    of_project.issue(project, &id, &event, self.terms(project, &id));
                    of_project.ended.extend(ending(&event).map(|ending| (id.clone(), ending)));
                    touched.insert((project.to_owned(), id));
                }
                Said::Certificate { matter, on, number, title, sha256, rests_on } => {
                    of_project.on = Some(on);
                    let terms = self.terms(project, &matter);
                    let told = Told { on, number, title, sha256 };
                    of_project.name(project, &matter, told, terms);
                    self.rests_since(project, &matter, None, rests_on);
                    touched.insert((project.to_owned(), matter));
                }
                Said::Examined { matter, member, on, rests_on } => {
                    of_project.on = Some(on);
                    self.rests_since(project, &matter, Some(member), rests_on);
                    touched.insert((project.to_owned(), matter));
                }
            }
        }
        for key in touched {
            let (Some(matter), Some(of_project)) =
                (self.matters.get(&key), news.by_project.get_mut(&key.0))
            else {
                continue;
            };
            let since = self.since.get(&key).unwrap_or(&NOTHING_SINCE);
            of_project.rests.push((key.1, rest(matter, since)));
        }
        Ok(news)
    }

    fn evolve(&mut self, project: &str, id: &MatterId, event: &Event) {
        let key = (project.to_owned(), id.clone());
        match self.matters.get_mut(&key) {
            Some(matter) => matter.evolve(event),
            None => {
                if let Some(matter) = Matter::open(event) {
                    self.matters.insert(key, matter);
                }
            }
        }
    }

    fn rests_since(
        &mut self,
        project: &str,
        id: &MatterId,
        part: Option<String>,
        rests_on: Vec<Rested>,
    ) {
        let since = self.since.entry((project.to_owned(), id.clone())).or_default();
        let part = since.entry(part).or_default();
        part.extend(rests_on.into_iter().map(|rested| (rested.key.clone(), rested)));
    }

    fn terms(&self, project: &str, id: &MatterId) -> Option<&Terms> {
        let matter = self.matters.get(&(project.to_owned(), id.clone()));
        matter.map(|matter| &matter.terms)
    }
}

impl ProjectNews {
    /// A grant with a certificate.
    fn issue(&mut self, project: &str, id: &MatterId, event: &Event, terms: Option<&Terms>) {
        let Event::Decided { on, outcome: Outcome::Granted { certificate, conditions }, .. } =
            event
        else {
            return;
        };
        let Some(terms) = terms.filter(|_| !certificate.number.is_empty()) else { return };
        let mut issued = Issued {
            project: project.to_owned(),
            matter: id.clone(),
            number: certificate.number.clone(),
            title: None,
            issued_on: *on,
            valid_until: certificate.valid_until,
            sha256: certificate.sha256.clone(),
            conditions: conditions.iter().map(|condition| condition.text.clone()).collect(),
        };
        // A stage may say more of its certificate before the decision of the same command.
        if let Some(told) = self.issued.iter().position(|(told, _)| told.matter == *id) {
            let (told, _) = self.issued.remove(told);
            issued.title = told.title;
            issued.sha256 = told.sha256.or(issued.sha256);
        }
        self.issued.push((issued, terms.clone()));
    }

    /// More about a certificate, which as a rule was issued by the same command.
    fn name(&mut self, project: &str, id: &MatterId, told: Told, terms: Option<&Terms>) {
        let Told { on, number, title, sha256 } = told;
        let known = self.issued.iter_mut().find(|(issued, _)| issued.matter == *id);
        if let Some((issued, _)) = known {
            issued.number = number;
            issued.title = Some(title);
            issued.sha256 = sha256.or(issued.sha256.take());
        } else if let Some(terms) = terms {
            let issued = Issued {
                project: project.to_owned(),
                matter: id.clone(),
                number,
                title: Some(title),
                issued_on: on,
                valid_until: None,
                sha256,
                conditions: Vec::new(),
            };
            self.issued.push((issued, terms.clone()));
        }
    }
}

/// What a stage tells of a certificate beside the decision.
struct Told {
    on: Date,
    number: String,
    title: Text,
    sha256: Option<String>,
}

fn ending(event: &Event) -> Option<Ending> {
    match event {
        Event::PermitWithdrawn { .. } => Some(Ending::Withdrawn),
        Event::PermitRevoked { .. } => Some(Ending::Revoked),
        Event::PermitRevokedAsPenalty { .. } => Some(Ending::RevokedAsPenalty),
        Event::PermitDeregistered { .. } => Some(Ending::Deregistered),
        _ => None,
    }
}

/// What a matter rests on: the deciding agency on every material, an agency that gave or owes an opinion
/// on the inputs of its opinion. Paper has no hash by which the dossier could know it. A decision's own list
/// never changes; what a part looked at since takes its place here.
fn rest(matter: &Matter, since: &Since) -> Rest {
    let file: Vec<&Material> = matter.materials.values().collect();
    let (standing, materials, opinions) = match &matter.standing {
        Standing::Received | Standing::AwaitingCorrections(_) => {
            (RestStanding::Open, file, Vec::new())
        }
        Standing::UnderReview(review) => {
            let asked = review.consultation.iter().map(|(key, _)| key.to_owned());
            (RestStanding::Open, file, asked.collect())
        }
        Standing::Decided(decided) => {
            let standing =
                if matter.is_in_force() { RestStanding::Granted } else { RestStanding::Over };
            let cited = decided.opinions.iter().map(|opinion| opinion.key.clone());
            (standing, decided.materials.iter().collect(), cited.collect())
        }
        Standing::NotAccepted { .. } | Standing::Withdrawn { .. } | Standing::Terminated { .. } => {
            (RestStanding::Over, Vec::new(), Vec::new())
        }
    };
    let lead = Reliance {
        agency: matter.terms.agency.clone(),
        opinion: None,
        materials: looked_at(rested(&materials, |_| true), since.get(&None)),
    };
    let terms = opinions.iter().filter_map(|key| matter.terms.opinion(key));
    let asked = terms.map(|term| Reliance {
        agency: term.agency.clone(),
        opinion: Some(term.key.clone()),
        materials: looked_at(
            rested(&materials, |key| term.inputs.iter().any(|input| input == key)),
            since.get(&Some(term.key.clone())),
        ),
    });
    // The deciding agency is named even where everything was shown on paper.
    let reliances = std::iter::once(lead).chain(asked.filter(|part| !part.materials.is_empty()));
    Rest { standing, reliances: reliances.collect() }
}

static NOTHING_SINCE: Since = BTreeMap::new();

/// With what was looked at since in place of an earlier version of it.
fn looked_at(rested: Vec<Rested>, since: Option<&BTreeMap<String, Rested>>) -> Vec<Rested> {
    let newer = |rested: Rested| {
        let newer = since.and_then(|since| since.get(&rested.key));
        newer.filter(|newer| newer.version > rested.version).cloned().unwrap_or(rested)
    };
    rested.into_iter().map(newer).collect()
}

fn rested(materials: &[&Material], counts: impl Fn(&str) -> bool) -> Vec<Rested> {
    let counted = materials.iter().filter(|material| counts(&material.key));
    counted
        .filter_map(|material| {
            let sha256 = material.sha256.clone()?;
            Some(Rested { key: material.key.clone(), version: material.version, sha256 })
        })
        .collect()
}
