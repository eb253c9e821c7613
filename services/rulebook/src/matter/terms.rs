//! The terms of a matter: what the catalogue said of its item on the day of receipt.
//!
//! They are copied into the first event, so that a later edition cannot rewrite the past.

use crate::catalogue::{Item, RuledLimit, Silence, Text};
use crate::clock::Limit;

/// Under which arrangement a matter is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// The ordinary committed limit.
    Ordinary,
    /// Land transferred with an approved plan (带方案出让): the shorter committed limit.
    PlanAttached,
    /// Decided on the applicant's commitment, checked afterwards (告知承诺).
    Commitment,
}

/// A limit with the rule that sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedLimit {
    /// The limit in its own unit.
    pub limit: Limit,
    /// The rule with its article.
    pub citation: String,
}

/// How the statutory limit may be extended, once (行政许可法 art. 42).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionTerm {
    /// At most this much more.
    pub cap: Limit,
    /// The office that must approve it.
    pub approver: String,
    /// The rule with its article.
    pub citation: String,
}

/// A special procedure whose time does not count (行政许可法 art. 45).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedProcedure {
    /// Stable name, e.g. `expert_review`.
    pub key: String,
    /// The ground in Chinese, e.g. `专家评审`.
    pub ground: String,
    /// The article.
    pub article: String,
    /// The longest time that may be excluded; beyond it the clock runs again. `None`: no cap.
    pub limit: Option<Limit>,
}

/// An opinion that the decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionTerm {
    /// Stable name within the item.
    pub key: String,
    /// Agency that gives it.
    pub agency: String,
    /// What it is about.
    pub subject: Text,
    /// Keys of the materials it rests on.
    pub inputs: Vec<String>,
    /// The time it has, from the request, with the rule.
    pub limit: CitedLimit,
    /// The rule by which silence until the limit is consent; `None`: silence is only late.
    pub silence_is_consent: Option<String>,
}

/// How a decision on commitment is checked afterwards (rules K1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentTerm {
    /// Time for the check, from the decision.
    pub check_within: Limit,
    /// Time for the applicant to put right what the check found.
    pub rectify_within: Limit,
    /// The rule.
    pub citation: String,
}

/// What may be missing at acceptance and follow later (容缺受理, rules K2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToleranceTerm {
    /// Keys of the secondary materials.
    pub materials: Vec<String>,
    /// Time to supply them, from acceptance, with the rule.
    pub within: CitedLimit,
}

/// Everything of the item that the life of a matter depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Item code.
    pub item: String,
    /// Edition of the item.
    pub edition: String,
    /// Name of the item.
    pub title: Text,
    /// Track.
    pub track: Track,
    /// The agency that decides.
    pub agency: String,
    /// Statutory limit of the decision (法定时限).
    pub statutory: Option<CitedLimit>,
    /// Committed limit of the decision on this track (承诺时限).
    pub committed: Option<CitedLimit>,
    /// Extension of the statutory limit; `None` where none is allowed.
    pub extension: Option<ExtensionTerm>,
    /// Time for the one correction notice (行政许可法 art. 32(4)).
    pub correction: CitedLimit,
    /// Whether silence until the correction limit is acceptance.
    pub acceptance_by_silence: bool,
    /// Time for delivery, from the decision (行政许可法 art. 44).
    pub delivery: CitedLimit,
    /// The law by which silence on the decision is consent, and after how long from acceptance.
    pub consent_by_silence: Option<CitedLimit>,
    /// Special procedures whose time does not count.
    pub exclusions: Vec<ExcludedProcedure>,
    /// Opinions that the decision needs.
    pub opinions: Vec<OpinionTerm>,
    /// How a commitment is checked; `None` where the item cannot be decided on one.
    pub commitment: Option<CommitmentTerm>,
    /// What may be missing at acceptance; `None` where everything must be there.
    pub tolerance: Option<ToleranceTerm>,
}

impl Terms {
    /// The terms of an item, already settled for the project ([`Item::for_project`]), on a track.
    ///
    /// The commitment track belongs to the plan-attached projects (清单制+告知承诺制), so it carries their
    /// shorter promise where the item has one.
    pub fn of(item: &Item, track: Track) -> Self {
        let committed = match track {
            Track::Ordinary => item.committed.as_ref(),
            Track::PlanAttached | Track::Commitment => {
                item.committed_plan_attached.as_ref().or(item.committed.as_ref())
            }
        };
        let extension = item.statutory.as_ref().and_then(|statutory| statutory.extension.as_ref());
        Terms {
            item: item.code.clone(),
            edition: item.edition.clone(),
            title: item.name.clone(),
            track,
            agency: item.agency.clone(),
            statutory: item.statutory.as_ref().map(cited),
            committed: committed.map(cited),
            extension: extension.map(|rule| ExtensionTerm {
                cap: rule.cap,
                approver: rule.approver.clone(),
                citation: rule.citation.clone(),
            }),
            correction: CitedLimit {
                limit: item.correction.limit,
                citation: item.correction.citation.clone(),
            },
            acceptance_by_silence: item.correction.silence == Silence::Accepted,
            delivery: cited(&item.delivery),
            consent_by_silence: item
                .consent_by_silence
                .as_ref()
                .map(|rule| CitedLimit { limit: rule.after, citation: rule.citation.clone() }),
            exclusions: exclusions(item),
            opinions: opinions(item),
            commitment: item.commitment_terms.as_ref().map(|terms| CommitmentTerm {
                check_within: terms.check_due,
                rectify_within: terms.rectification,
                citation: terms.citation.clone(),
            }),
            tolerance: item.tolerance_terms.as_ref().map(|terms| ToleranceTerm {
                materials: secondary(item),
                within: CitedLimit { limit: terms.supply, citation: terms.citation.clone() },
            }),
        }
    }

    /// The special procedure with this key.
    pub fn exclusion(&self, key: &str) -> Option<&ExcludedProcedure> {
        self.exclusions.iter().find(|exclusion| exclusion.key == key)
    }

    /// The opinion with this key.
    pub fn opinion(&self, key: &str) -> Option<&OpinionTerm> {
        self.opinions.iter().find(|opinion| opinion.key == key)
    }
}

fn cited(rule: &RuledLimit) -> CitedLimit {
    CitedLimit { limit: rule.limit, citation: rule.citation.clone() }
}

fn exclusions(item: &Item) -> Vec<ExcludedProcedure> {
    let rows = item.exclusions.iter();
    rows.map(|row| ExcludedProcedure {
        key: row.key.clone(),
        ground: row.ground.zh.clone(),
        article: row.article.clone(),
        limit: row.limit,
    })
    .collect()
}

fn secondary(item: &Item) -> Vec<String> {
    let secondary = item.materials.iter().filter(|material| material.secondary);
    secondary.map(|material| material.key.clone()).collect()
}

fn opinions(item: &Item) -> Vec<OpinionTerm> {
    let rows = item.opinions.iter();
    rows.map(|row| OpinionTerm {
        key: row.key.clone(),
        agency: row.agency.clone(),
        subject: row.subject.clone(),
        inputs: row.inputs.clone(),
        limit: CitedLimit { limit: row.limit, citation: row.citation.clone() },
        silence_is_consent: row.silence.clone(),
    })
    .collect()
}
