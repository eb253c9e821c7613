//! Incentives: claims with their payments, what is held of a project, and totals that reconcile.

use super::{
    event::{
        IncentiveApproved, IncentiveClaimed, IncentiveClawedBack, IncentivePaid, IncentiveRefused,
        IncentiveRepaid,
    },
    state::Case,
};
use jiff::civil::Date;
use rulebook::{
    aftercare::{Held, IncentiveRow, Known},
    money::{Money, MoneyError},
};
use std::collections::BTreeMap;

/// A claim as its events have left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// As it was claimed.
    pub claimed: IncentiveClaimed,
    /// Day.
    pub on: Date,
    /// Day and decision.
    pub decided: Option<(Date, Decided)>,
    /// Payments.
    pub payments: Vec<(Date, IncentivePaid)>,
    /// Orders to pay back.
    pub clawbacks: Vec<(Date, IncentiveClawedBack)>,
    /// Repayments.
    pub repayments: Vec<(Date, IncentiveRepaid)>,
}

/// What was decided of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// In whole or in part.
    Approved(IncentiveApproved),
    /// Not at all.
    Refused(IncentiveRefused),
}

/// What was approved and moved, in minor units; each the sum over the events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Approved.
    pub approved: u64,
    /// Paid; never more than approved.
    pub paid: u64,
    /// Ordered back; never more than paid.
    pub clawed_back: u64,
    /// Repaid; never more than ordered back.
    pub repaid: u64,
}

impl Totals {
    /// Approved and not paid.
    #[must_use]
    pub fn outstanding(&self) -> u64 {
        self.approved.saturating_sub(self.paid)
    }

    /// Ordered back and not repaid.
    #[must_use]
    pub fn owed_back(&self) -> u64 {
        self.clawed_back.saturating_sub(self.repaid)
    }

    fn and(self, other: Self) -> Self {
        Self {
            approved: self.approved.saturating_add(other.approved),
            paid: self.paid.saturating_add(other.paid),
            clawed_back: self.clawed_back.saturating_add(other.clawed_back),
            repaid: self.repaid.saturating_add(other.repaid),
        }
    }
}

impl Claim {
    /// A claim just made.
    #[must_use]
    pub fn new(claimed: &IncentiveClaimed, on: Date) -> Self {
        let claimed = claimed.clone();
        let (payments, clawbacks, repayments) = (Vec::new(), Vec::new(), Vec::new());
        Self { claimed, on, decided: None, payments, clawbacks, repayments }
    }

    /// The approval, if there is one.
    #[must_use]
    pub fn approved(&self) -> Option<&IncentiveApproved> {
        match &self.decided {
            Some((_, Decided::Approved(approved))) => Some(approved),
            Some((_, Decided::Refused(_))) | None => None,
        }
    }

    /// The refusal, if there is one.
    #[must_use]
    pub fn refused(&self) -> Option<&IncentiveRefused> {
        match &self.decided {
            Some((_, Decided::Refused(refused))) => Some(refused),
            Some((_, Decided::Approved(_))) | None => None,
        }
    }

    /// Its own totals.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let sum = |amounts: &mut dyn Iterator<Item = u64>| amounts.fold(0, u64::saturating_add);
        Totals {
            approved: self.approved().map_or(0, |approved| approved.amount_minor),
            paid: sum(&mut self.payments.iter().map(|(_, paid)| paid.amount_minor)),
            clawed_back: sum(&mut self.clawbacks.iter().map(|(_, back)| back.amount_minor)),
            repaid: sum(&mut self.repayments.iter().map(|(_, repaid)| repaid.amount_minor)),
        }
    }

    /// The last day on which anything happened to it.
    #[must_use]
    pub fn last_day(&self) -> Date {
        let decided = self.decided.iter().map(|(on, _)| *on);
        let paid = self.payments.iter().map(|(on, _)| *on);
        let back = self.clawbacks.iter().map(|(on, _)| *on);
        let repaid = self.repayments.iter().map(|(on, _)| *on);
        decided.chain(paid).chain(back).chain(repaid).max().unwrap_or(self.on)
    }
}

impl Case {
    /// Totals of one edition of a rule in this project.
    #[must_use]
    pub fn incentive_totals(&self, rule: &str, edition: &str) -> Totals {
        let of = |claim: &&Claim| claim.claimed.rule == rule && claim.claimed.edition == edition;
        let claims = self.claims.iter().filter(of);
        claims.map(Claim::totals).fold(Totals::default(), Totals::and)
    }

    /// What the events hold of the project, for the conditions of incentives: what intake admitted, before
    /// what the enterprise stated since, before what it told in its reports, the last of them first.
    #[must_use]
    pub fn known(&self) -> Known {
        let mut facts = BTreeMap::new();
        let mut hold = |key: &str, value: &str, source: String, since| {
            facts.insert(key.to_owned(), Held { value: value.to_owned(), source, since });
        };
        let mut reports: Vec<_> = self.reports.filed.iter().collect();
        reports.sort_by_key(|report| report.versions.last().map(|(on, ..)| *on));
        for report in reports {
            let Some((on, values, _)) = report.versions.last() else { continue };
            for (key, value) in values {
                hold(key, value, format!("report {} as of {on}", report.duty), Some(*on));
            }
        }
        for (key, value) in &self.stated {
            hold(key, value, "facts_stated".to_owned(), None);
        }
        if let Some(admitted) = &self.admitted {
            let source = || format!("project_admitted {}", admitted.project_code);
            for (key, value) in &admitted.facts {
                hold(key, value, source(), None);
            }
            hold("district", &admitted.district, source(), None);
            let key_project = if admitted.key_project { "yes" } else { "no" };
            hold("key_project", key_project, source(), None);
        }
        let mut items: BTreeMap<String, Held> = BTreeMap::new();
        for (matter, prior) in self.prior.iter().filter(|(_, prior)| prior.in_force) {
            let held = Held {
                value: matter.clone(),
                source: format!("prior_matter {matter} since {}", prior.since),
                since: Some(prior.since),
            };
            let earlier = items.get(&prior.item).is_some_and(|known| known.since <= held.since);
            if !earlier {
                items.insert(prior.item.clone(), held);
            }
        }
        Known { facts, items }
    }
}

/// What of a cap is not yet approved, in minor units.
#[must_use]
pub fn left(row: &IncentiveRow, totals: &Totals) -> u64 {
    minor(row.cap).saturating_sub(totals.approved)
}

/// An amount in minor units, as events hold it. [`rulebook::money::LARGEST`] lies far below the bound.
#[must_use]
pub fn minor(money: Money) -> u64 {
    u64::try_from(money.minor_units()).unwrap_or(u64::MAX)
}

/// An amount of an event in the currency of its row.
///
/// # Errors
/// It is larger than any amount may be.
pub fn money(minor: u64, row: &IncentiveRow) -> Result<Money, MoneyError> {
    Money::from_minor_units(i128::from(minor), row.currency())
}
