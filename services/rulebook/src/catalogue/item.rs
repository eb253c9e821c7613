//! A catalogue item (事项) as one edition of it reads: who decides, on what, within which limits,
//! and by which article.
//!
//! Nothing here counts days; that is [`crate::clock`]. Nothing here knows a project; that comes
//! as [`Facts`].

use jiff::civil::Date;

use super::facts::{Applies, Condition, Facts};
use super::limit::{CorrectionRule, Duty, RuledLimit, SilenceRule};
use super::words::{Citation, Kind, Mark, Phase, Stage, Text};
use crate::clock::Limit;

/// When an edition is in force: both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// First day.
    pub from: Date,
    /// Last day; `None` while no end is known.
    pub until: Option<Date>,
}

impl InForce {
    /// Whether `on` lies within.
    pub fn covers(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }
}

/// An opinion the deciding agency must have before it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionRow {
    /// Stable name within the item, e.g. `site_selection`.
    pub key: String,
    /// Who gives it; the lead itself only in a merged review.
    pub agency: String,
    /// What it is about.
    pub subject: Text,
    /// Keys of the item's materials it is given on.
    pub inputs: Vec<String>,
    /// From the request; inside the item's own limit.
    pub limit: Limit,
    /// The rule or custom that asks for it.
    pub citation: String,
    /// How well the row is founded.
    pub mark: Mark,
    /// The rule by which silence is consent; `None`: silence is only late.
    pub silence: Option<String>,
    /// For which projects; `None`: for all.
    pub when: Option<Condition>,
}

/// A ground on which time does not count (行政许可法 art. 45), after a written notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Stable name, e.g. `expert_review`.
    pub key: String,
    /// The ground.
    pub ground: Text,
    /// The article.
    pub article: String,
    /// The longest it may last; `None` where no rule says.
    pub limit: Option<Limit>,
    /// How well it is founded.
    pub mark: Mark,
}

/// Whether an item may be decided on a signed commitment (告知承诺).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eligible {
    /// Always.
    Yes,
    /// Never.
    No,
    /// On the condition told, in English.
    Conditional(String),
    /// There is nothing to promise.
    NotApplicable,
}

/// How a decision on commitment is checked afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentTerms {
    /// Check due, from the decision.
    pub check_due: Limit,
    /// Time to put a broken promise right, before revocation.
    pub rectification: Limit,
    /// The rule or custom.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// How a secondary material may follow later (容缺受理, rules K2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToleranceTerms {
    /// Time to supply it, from acceptance.
    pub supply: Limit,
    /// The rule or custom.
    pub citation: String,
    /// How well it is founded.
    pub mark: Mark,
}

/// One condition on what must have been granted before: any one of the codes will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prerequisite {
    /// Item codes; one, or the members of an `any:`.
    pub any_of: Vec<String>,
}

/// Where a material comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The enterprise hands it in.
    Applicant,
    /// It came out of this item; it is never asked for again.
    Prior(String),
    /// This agency has it; it is never asked for at all.
    Shared(String),
}

/// A material of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Stable name, the same wherever it is the same material.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// Where it comes from.
    pub source: Source,
    /// May follow later under 容缺受理.
    pub secondary: bool,
    /// For which projects; `None`: for all.
    pub when: Option<Condition>,
}

/// What comes out of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Stable name, by which later items list it as a material.
    pub key: String,
    /// Its name.
    pub name: Text,
    /// How long it holds, in words.
    pub validity: String,
    /// How well that is founded.
    pub mark: Mark,
}

/// One edition of a catalogue item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `S1-01` … `S4-17`.
    pub code: String,
    /// Stable name of the edition, pinned by the cases opened under it, e.g. `2019-1`.
    pub edition: String,
    /// When it is in force.
    pub effective: InForce,
    /// The platform's stage.
    pub stage: Stage,
    /// The phase of 国办发〔2019〕11号; `None`: outside the construction approvals.
    pub national_phase: Option<Phase>,
    /// What it is in law.
    pub kind: Kind,
    /// Its name.
    pub name: Text,
    /// The deciding agency.
    pub agency: String,
    /// Agencies that take part.
    pub co_agencies: Vec<String>,
    /// What it rests on.
    pub legal_basis: Vec<Citation>,
    /// The limit the law sets the authority.
    pub statutory: Option<RuledLimit>,
    /// The shorter limit the authority promises; zero means on the spot.
    pub committed: Option<RuledLimit>,
    /// The same on the 带方案出让 track.
    pub committed_plan_attached: Option<RuledLimit>,
    /// What the law sets the enterprise.
    pub duty: Option<Duty>,
    /// The one-time notice of corrections.
    pub correction: CorrectionRule,
    /// Delivery of the decision, from the decision.
    pub delivery: RuledLimit,
    /// Silence as consent, settled for the project; see [`Item::for_project`].
    pub consent_by_silence: Option<SilenceRule>,
    /// Opinions needed before the decision.
    pub opinions: Vec<OpinionRow>,
    /// Grounds on which time does not count.
    pub exclusions: Vec<Exclusion>,
    /// Whether it may be decided on commitment.
    pub commitment: Eligible,
    /// How a decision on commitment is checked; `Some` exactly when it may be.
    pub commitment_terms: Option<CommitmentTerms>,
    /// How its secondary materials may follow later; `Some` exactly when it has one.
    pub tolerance_terms: Option<ToleranceTerms>,
    /// What must have been granted before; all of them.
    pub prerequisites: Vec<Prerequisite>,
    /// What it is decided on.
    pub materials: Vec<Material>,
    /// The words a decision may carry; `granted` and `refused` unless the item has its own.
    pub outcomes: Vec<String>,
    /// What comes out.
    pub output: Output,
    /// The older items it replaced.
    pub merges: Vec<String>,
    /// The parts of a joint item; each is one code, or several of which one fits the project.
    pub sub_items: Vec<Vec<String>>,
    /// For which projects; `None`: for all.
    pub applies: Option<Condition>,
    /// What is special.
    pub note: String,
}

impl Item {
    /// Whether a project with these facts needs the item.
    pub fn applies(&self, facts: &Facts) -> Applies {
        self.applies.as_ref().map_or(Applies::Yes, |condition| condition.holds(facts))
    }

    /// Decided on the spot: what is promised for the track is zero days.
    pub fn is_instant(&self, plan_attached: bool) -> bool {
        let promised = if plan_attached {
            self.committed_plan_attached.as_ref().or(self.committed.as_ref())
        } else {
            self.committed.as_ref()
        };
        promised.is_some_and(|promised| promised.limit.n == 0)
    }

    /// Whether it may be decided on commitment, at least on a condition.
    pub fn may_be_committed(&self) -> bool {
        matches!(self.commitment, Eligible::Yes | Eligible::Conditional(_))
    }

    /// The material with this key.
    pub fn material(&self, key: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.key == key)
    }

    /// The item as it reads for one project: limits of the case that holds, and only the
    /// opinions and materials that concern it. A case whose facts are unknown does not hold; an
    /// opinion or material whose facts are unknown stays.
    pub fn for_project(&self, facts: &Facts) -> Item {
        let mut item = self.clone();
        for limit in [&mut item.statutory, &mut item.committed, &mut item.committed_plan_attached] {
            let Some(limit) = limit else { continue };
            let Some(case) = limit.cases.iter().find(|case| case.when.holds(facts).is_yes()) else {
                continue;
            };
            if case.consent_by_silence {
                item.consent_by_silence =
                    Some(SilenceRule { after: case.limit, citation: case.citation.clone() });
            }
            limit.limit = case.limit;
            limit.citation = case.citation.clone();
            limit.mark = case.mark;
        }
        let concerns = |when: &Option<Condition>| {
            when.as_ref().is_none_or(|condition| condition.holds(facts) != Applies::No)
        };
        item.opinions.retain(|opinion| concerns(&opinion.when));
        item.materials.retain(|material| concerns(&material.when));
        let materials = &item.materials;
        for opinion in &mut item.opinions {
            opinion.inputs.retain(|input| materials.iter().any(|kept| kept.key == *input));
        }
        item
    }
}
