//! Incentives over gRPC.

use super::{Answer, Stated, View, touched};
use crate::{
    Aftercare,
    case::{
        Case,
        incentive::{Claim, left, minor},
    },
};
use desk::docket::Bench;
use proto::aftercare::v1::{self as pb, aftercare_event::Kind, handle_incentive_request::Step};
use rulebook::{
    aftercare::{Asked, IncentiveRow},
    catalogue::Mark,
};
use std::collections::BTreeMap;
use tonic::{Request, Response};

impl Aftercare {
    pub(super) async fn incentive_step(
        &self,
        request: Request<pb::HandleIncentiveRequest>,
    ) -> Answer<pb::HandleIncentiveResponse> {
        let (metadata, _, message) = request.into_parts();
        let (number, step) = match message.step.clone() {
            None => (0, None),
            Some(Step::Claimed(s)) => (0, Some(Kind::IncentiveClaimed(s))),
            Some(Step::Approved(s)) => (s.number, Some(Kind::IncentiveApproved(s))),
            Some(Step::Refused(s)) => (s.number, Some(Kind::IncentiveRefused(s))),
            Some(Step::Paid(s)) => (s.number, Some(Kind::IncentivePaid(s))),
            Some(Step::ClawedBack(s)) => (s.number, Some(Kind::IncentiveClawedBack(s))),
            Some(Step::Repaid(s)) => (s.number, Some(Kind::IncentiveRepaid(s))),
        };
        let stated = Stated {
            metadata: &metadata,
            method: "HandleIncentive",
            message: &message,
            request_id: &message.request_id,
            name: &message.name,
            occurred_on: &message.occurred_on,
            step,
        };
        let (answer, position) = self
            .step(stated, move |case, _| {
                let claim = touched(&case.claims, number);
                pb::HandleIncentiveResponse {
                    claim: claim.map(view),
                    totals: claim.map(|claim| totals(case, claim)),
                    position: String::new(),
                }
            })
            .await?;
        Ok(Response::new(pb::HandleIncentiveResponse { position, ..answer }))
    }
}

/// Rules in force today explained, claims, and the totals of every edition that was claimed under; an agency
/// sees those that it decides or pays.
pub(super) fn list(case: &Case, by: &View<'_>) -> pb::ListIncentivesResponse {
    let (rules, today) = (&by.bench.law.aftercare, by.bench.date);
    let shown = |row: &IncentiveRow| by.is_party_or(&[&row.decides, &row.pays]);
    let of = |claim: &Claim| rules.incentive(&claim.claimed.rule, &claim.claimed.edition);
    let rows = rules.incentives().iter().filter(|row| row.is_in_force(today) && shown(row));
    let claims = case.claims.iter().filter(|claim| of(claim).is_some_and(shown));
    let claims: Vec<_> = claims.collect();
    let edition = |claim: &Claim| (claim.claimed.rule.clone(), claim.claimed.edition.clone());
    let editions: BTreeMap<_, _> = claims.iter().map(|claim| (edition(claim), *claim)).collect();
    pb::ListIncentivesResponse {
        rules: rows.map(|row| rule(case, row, by.bench)).collect(),
        totals: editions.into_values().map(|claim| totals(case, claim)).collect(),
        claims: claims.into_iter().map(view).collect(),
    }
}

fn rule(case: &Case, row: &IncentiveRow, bench: &Bench) -> pb::IncentiveEligibility {
    let known = case.known();
    let asked = row.explain(&known, &bench.law.key_project, bench.date);
    let period = row.period(bench.date);
    let window = row.claimable(period, &known, &bench.calendar);
    let date = |date: Option<jiff::civil::Date>| date.map(|on| on.to_string()).unwrap_or_default();
    let word = |mark: Mark| Mark::WORDS.iter().find(|(_, one)| *one == mark).map(|(word, _)| *word);
    pb::IncentiveEligibility {
        rule: row.key.clone(),
        edition: row.edition.clone(),
        name_zh: row.zh.clone(),
        name_en: row.en.clone(),
        decides: row.decides.clone(),
        pays: row.pays.clone(),
        currency: row.currency().code().to_owned(),
        cap_minor: minor(row.cap),
        left_minor: left(row, &case.incentive_totals(&row.key, &row.edition)),
        fixed_minor: row.fixed.map(minor).unwrap_or_default(),
        rate: row.rate.map(|rate| rate.to_string()).unwrap_or_default(),
        base_zh: row.base.0.clone(),
        citation: row.citation.clone(),
        mark: word(row.mark).unwrap_or_default().to_owned(),
        eligible: asked.iter().all(|asked| asked.missing.is_none()),
        conditions: asked.into_iter().map(condition).collect(),
        period: period.map(|year| year.to_string()).unwrap_or_default(),
        opens_on: date(window.map(|(opens, _)| opens)),
        closes_on: date(window.map(|(_, closes)| closes)),
    }
}

fn condition(asked: Asked<'_>) -> pb::IncentiveCondition {
    pb::IncentiveCondition {
        zh: asked.condition.zh.clone(),
        en: asked.condition.en.clone(),
        met: asked.missing.is_none(),
        held: asked.held.map(|held| held.value.clone()).unwrap_or_default(),
        source: asked.held.map(|held| held.source.clone()).unwrap_or_default(),
        missing: asked.missing.unwrap_or_default(),
    }
}

fn view(claim: &Claim) -> pb::IncentiveClaim {
    pb::IncentiveClaim {
        claimed: Some((&claim.claimed).into()),
        claimed_on: claim.on.to_string(),
        approved: claim.approved().map(Into::into),
        refused: claim.refused().map(Into::into),
        decided_on: claim.decided.as_ref().map(|(on, _)| on.to_string()).unwrap_or_default(),
        payments: claim.payments.iter().map(|(_, paid)| paid.into()).collect(),
        clawbacks: claim.clawbacks.iter().map(|(_, back)| back.into()).collect(),
        repayments: claim.repayments.iter().map(|(_, repaid)| repaid.into()).collect(),
    }
}

fn totals(case: &Case, claim: &Claim) -> pb::IncentiveTotals {
    let claimed = &claim.claimed;
    let totals = case.incentive_totals(&claimed.rule, &claimed.edition);
    pb::IncentiveTotals {
        rule: claimed.rule.clone(),
        edition: claimed.edition.clone(),
        currency: claimed.currency.clone(),
        approved_minor: totals.approved,
        paid_minor: totals.paid,
        clawed_back_minor: totals.clawed_back,
        repaid_minor: totals.repaid,
        outstanding_minor: totals.outstanding(),
        owed_back_minor: totals.owed_back(),
    }
}
