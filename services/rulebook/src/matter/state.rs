//! A matter as its events have left it. It never refuses an event and applies no rule of law.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::clock::{Extension, Limit, Notice};
use crate::consultation::{Condition, Consultation};

use super::cards::Card;
use super::conditions::Imposed;
use super::event::Event;
use super::particulars::{
    AcceptanceMode, Certificate, CitedOpinion, Commitment, Defect, DeregistrationGround, Material,
    NotAcceptedGround, RevocationGround, WaitsFor, WithdrawalGround,
};
use super::terms::{CitedLimit, Terms};

/// One matter (办件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The item's terms on the day of receipt.
    pub terms: Terms,
    /// Day of receipt.
    pub received_on: Date,
    /// Materials on file by key, the newest version each.
    pub materials: BTreeMap<String, Material>,
    /// The applicant's commitment, once recorded.
    pub commitment: Option<Commitment>,
    /// The last examination for acceptance.
    pub examination: Examination,
    /// Where it stands, with what that standing needs.
    pub standing: Standing,
    /// Who held the ball, in the order of recording; never empty.
    pub turns: Vec<Turn>,
    /// Every alarm that was raised, in the order of recording. None is ever taken away.
    pub cards: Vec<Card>,
}

/// The examination of what was received, for acceptance or corrections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The day on which the material was received as it now is: receipt, or the last correction.
    pub since: Date,
    /// Day of the answer; `None` while it is owed.
    pub done_on: Option<Date>,
    /// The materials that are new to the agency; `None` at receipt, when all are.
    pub new: Option<BTreeSet<String>>,
}

/// Where a matter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Received: the agency examines it for acceptance.
    Received,
    /// The applicant must supply corrections.
    AwaitingCorrections(Corrections),
    /// Not accepted: over.
    NotAccepted {
        /// Day.
        on: Date,
        /// Ground.
        ground: NotAcceptedGround,
    },
    /// Accepted and under review.
    UnderReview(Review),
    /// Decided; a permit may live on after it.
    Decided(Box<Decided>),
    /// The applicant withdrew the application: over.
    Withdrawn {
        /// Day.
        on: Date,
        /// The review until then, if it had begun.
        review: Option<Review>,
    },
    /// What was owed was not supplied in time (容缺受理): over.
    Terminated {
        /// First day after the time given.
        on: Date,
        /// The review until then.
        review: Review,
    },
}

/// What the applicant was asked to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrections {
    /// Day of the notice.
    pub since: Date,
    /// What is still to be corrected.
    pub outstanding: Vec<Defect>,
    /// Keys of the materials supplied since the notice.
    pub supplied: BTreeSet<String>,
}

/// An accepted matter's review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// First day of the decision's limit, not counted itself.
    pub accepted_on: Date,
    /// How it was accepted.
    pub mode: AcceptanceMode,
    /// Special procedures, in the order of their recording.
    pub suspensions: Vec<Suspension>,
    /// The extension of the statutory limit.
    pub extension: Option<Extension>,
    /// Opinions.
    pub consultation: Consultation,
    /// Stretches in which every agency had answered, some objected, and the applicant had to act.
    pub reworks: Vec<Rework>,
    /// What was missing at acceptance.
    pub owing: Option<Owing>,
    /// The latest date of what happened in the review.
    pub last_on: Date,
}

/// What the applicant owes since acceptance (容缺受理).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owing {
    /// Day of acceptance.
    pub since: Date,
    /// Time given, with the rule.
    pub within: CitedLimit,
    /// What the applicant promised.
    pub promise: String,
    /// Keys of what is still owed.
    pub outstanding: BTreeSet<String>,
    /// Day on which the last of it was supplied; `None` while something is owed.
    pub supplied_on: Option<Date>,
}

/// A special procedure (特殊程序): the days in (`from`, `until`] do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Key of the ground.
    pub ground: String,
    /// Article.
    pub article: String,
    /// The written notice.
    pub notice: Notice,
    /// Length told to the applicant.
    pub expected: Limit,
    /// Whose work it waits for.
    pub waits_for: WaitsFor,
    /// The day it began.
    pub from: Date,
    /// The day it ended; `None` while it is open.
    pub until: Option<Date>,
}

/// The applicant's time after objections: the days in (`from`, `until`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rework {
    /// Day of the last answer.
    pub from: Date,
    /// Day of the resubmission; `None` while it is awaited.
    pub until: Option<Date>,
    /// The opinion that told the applicant.
    pub notice: Notice,
}

/// A decided matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The review that led to it.
    pub review: Review,
    /// Day of the decision.
    pub on: Date,
    /// What was decided.
    pub ruling: Ruling,
    /// The materials that it rests on.
    pub materials: Vec<Material>,
    /// The opinions that it rests on.
    pub opinions: Vec<CitedOpinion>,
    /// Day of delivery.
    pub delivered_on: Option<Date>,
    /// What the permit is subject to, by number from 1.
    pub conditions: Vec<Imposed>,
    /// The check of a commitment.
    pub check: Checking,
    /// How the permit ended, if it did.
    pub ending: Option<Ending>,
    /// When and why it was struck off the register (注销), if it was.
    pub deregistered: Option<(Date, DeregistrationGround)>,
}

/// What was decided, as the state keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Granted.
    Granted {
        /// The certificate; `None` where silence granted it.
        certificate: Option<Certificate>,
        /// Conditions that it is subject to.
        conditions: Vec<Condition>,
    },
    /// Refused.
    Refused {
        /// Reasons.
        reasons: Vec<String>,
    },
}

/// The check of a commitment after the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checking {
    /// There is none: the matter was not granted on commitment.
    None,
    /// The agency has to check.
    Pending,
    /// It was kept.
    Kept {
        /// Day of the check.
        on: Date,
    },
    /// It was false.
    False {
        /// Day of the check.
        on: Date,
        /// The order to put it right: day and time given.
        ordered: Option<(Date, Limit)>,
        /// Day on which it was put right.
        rectified_on: Option<Date>,
    },
}

/// How a permit ended. Three different acts; striking it off the register is a fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// 撤回.
    Withdrawn {
        /// Day.
        on: Date,
        /// Ground.
        ground: WithdrawalGround,
    },
    /// 撤销.
    Revoked {
        /// Day.
        on: Date,
        /// Ground.
        ground: RevocationGround,
    },
    /// 吊销.
    RevokedAsPenalty {
        /// Day.
        on: Date,
    },
}

/// Who has to act, or to whom a day is charged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// The enterprise.
    Enterprise,
    /// An agency, by code.
    Agency(String),
    /// A third party, by the ground of the special procedure, e.g. `专家评审`.
    ThirdParty(String),
    /// Nobody: the matter is over, or the day is a rest day.
    Nobody,
}

impl Party {
    /// Stable code: `enterprise`, `agency:NR`, `third_party:专家评审` or `nobody`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Party::Enterprise => "enterprise".to_owned(),
            Party::Agency(code) => format!("agency:{code}"),
            Party::ThirdParty(ground) => format!("third_party:{ground}"),
            Party::Nobody => "nobody".to_owned(),
        }
    }

    /// The party of a code; `None` if it is none.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Party> {
        match code.split_once(':') {
            Some(("agency", code)) => Some(Party::Agency(code.to_owned())),
            Some(("third_party", ground)) => Some(Party::ThirdParty(ground.to_owned())),
            Some(_) => None,
            None if code == "enterprise" => Some(Party::Enterprise),
            None if code == "nobody" => Some(Party::Nobody),
            None => None,
        }
    }
}

/// A change of who has to act: theirs are the days after `since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The day it came to them.
    pub since: Date,
    /// Who.
    pub party: Party,
    /// Whether a special procedure put it there; its time may be capped.
    pub special: bool,
    /// The opinions that are open, by key with the day of asking: the ball is with the agency whose
    /// opinion is due first, which only a calendar can say. Empty where no opinion is waited for.
    pub open: Vec<(String, Date)>,
}

impl Matter {
    /// The matter that a first event opens; `None` for any event but [`Event::Received`].
    pub fn open(event: &Event) -> Option<Matter> {
        let Event::Received { on, terms, materials } = event else { return None };
        let lead = Party::Agency(terms.agency.clone());
        Some(Matter {
            terms: terms.as_ref().clone(),
            received_on: *on,
            materials: materials.iter().map(|m| (m.key.clone(), m.clone())).collect(),
            commitment: None,
            examination: Examination { since: *on, done_on: None, new: None },
            standing: Standing::Received,
            turns: vec![Turn { since: *on, party: lead, special: false, open: Vec::new() }],
            cards: Vec::new(),
        })
    }

    /// The matter that these events leave; `None` unless the first one opens it.
    pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>) -> Option<Matter> {
        let mut events = events.into_iter();
        let mut matter = Matter::open(events.next()?)?;
        for event in events {
            matter.evolve(event);
        }
        Some(matter)
    }
}

impl Matter {
    /// The decision and what followed; `None` before it.
    pub fn decided(&self) -> Option<&Decided> {
        if let Standing::Decided(decided) = &self.standing { Some(decided) } else { None }
    }

    /// Day of acceptance; `None` before it.
    pub fn accepted_on(&self) -> Option<Date> {
        self.review().map(|review| review.accepted_on)
    }

    /// Day of the decision; `None` before it.
    pub fn decided_on(&self) -> Option<Date> {
        self.decided().map(|decided| decided.on)
    }

    /// Whether the matter was granted and its permit has not been withdrawn, revoked or struck off.
    pub fn is_in_force(&self) -> bool {
        self.decided().is_some_and(|decided| {
            matches!(decided.ruling, Ruling::Granted { .. }) && decided.permit_ended_on().is_none()
        })
    }

    /// Whether the application lives: it was not withdrawn or declined, and its permit has not ended.
    pub fn is_alive(&self) -> bool {
        match &self.standing {
            Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_) => {
                true
            }
            Standing::Decided(_) => self.is_in_force(),
            Standing::NotAccepted { .. }
            | Standing::Withdrawn { .. }
            | Standing::Terminated { .. } => false,
        }
    }

    /// Day of 办结: delivery, not-acceptance, the applicant's withdrawal, the end for what was owed, or the
    /// permit's end before delivery. `None` while it is open.
    pub fn closed_on(&self) -> Option<Date> {
        match &self.standing {
            Standing::NotAccepted { on, .. }
            | Standing::Withdrawn { on, .. }
            | Standing::Terminated { on, .. } => Some(*on),
            Standing::Decided(decided) => decided.delivered_on.or(decided.permit_ended_on()),
            Standing::Received | Standing::AwaitingCorrections(_) | Standing::UnderReview(_) => {
                None
            }
        }
    }
}

impl Decided {
    /// Day on which the permit ended, in whichever way came first.
    pub fn permit_ended_on(&self) -> Option<Date> {
        let ending = self.ending.map(|ending| ending.on());
        ending.or(self.deregistered.map(|(on, _)| on))
    }
}
