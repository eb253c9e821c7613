//! Steps of an incentive (大政发〔2020〕24号 (六)): claimed, decided, paid, ordered back, repaid.

use super::{At, enterprise, entry, itself, next, required, rule, wrong};
use crate::case::{
    event::{
        Fact, IncentiveApproved, IncentiveClaimed, IncentiveClawedBack, IncentivePaid,
        IncentiveRefused, IncentiveRepaid,
    },
    incentive::{Claim, left, minor, money},
};
use desk::refuse::Refusal;
use rulebook::aftercare::{IncentiveRow, Known};

type Step = Result<Fact, Refusal>;

/// Only the enterprise claims: under the edition in force, within its window, once for a period, and when
/// every condition is met.
pub(super) fn claim(at: &At<'_>, mut claimed: IncentiveClaimed) -> Step {
    itself(at)?;
    let rules = &at.bench.law.aftercare;
    if !rules.incentives().iter().any(|row| row.key == claimed.rule) {
        return Err(wrong("rule", "is no incentive of the rules"));
    }
    let row = rules.incentive_on(&claimed.rule, at.on);
    let named = |row: &&IncentiveRow| claimed.edition.is_empty() || claimed.edition == row.edition;
    let Some(row) = row.filter(named) else {
        return Err(rule(
            "EDITION_NOT_IN_FORCE",
            "大政发〔2020〕24号 (六)",
            format!("this edition of {} is not in force on {}", claimed.rule, at.on),
            format!("该政策版本在{}不适用", at.on),
        ));
    };
    let known = at.case.known();
    in_time(at, row, &claimed, &known)?;
    let same = |one: &&Claim| {
        one.claimed.rule == row.key
            && one.claimed.period == claimed.period
            && one.refused().is_none()
    };
    if let Some(one) = at.case.claims.iter().find(same) {
        return Err(Refusal::Exists(format!("claim {} of {}", one.claimed.number, row.key)));
    }
    eligible(at, row, &known)?;
    amounts(at, row, &claimed)?;
    row.edition.clone_into(&mut claimed.edition);
    row.currency().code().clone_into(&mut claimed.currency);
    claimed.claimant = enterprise(at.case, at.caller)?;
    claimed.number = next(&at.case.claims);
    Ok(claimed.into())
}

fn in_time(
    at: &At<'_>,
    row: &IncentiveRow,
    claimed: &IncentiveClaimed,
    known: &Known,
) -> Result<(), Refusal> {
    let period = match (row.period(at.on), claimed.period.as_str()) {
        (None, "") => None,
        (None, _) => return Err(wrong("period", "is empty: the incentive is paid once")),
        (Some(_), text) => {
            let year = text.parse().ok().filter(|year: &i16| text.len() == 4 && *year > 0);
            Some(year.ok_or_else(|| wrong("period", "is a year YYYY"))?)
        }
    };
    let Some((opens, closes)) = row.claimable(period, known, &at.bench.calendar) else {
        // Without its item the window has not opened, and the conditions say what is missing.
        return eligible(at, row, known);
    };
    if (opens..=closes).contains(&at.on) {
        return Ok(());
    }
    Err(rule(
        "OUTSIDE_WINDOW",
        &row.citation,
        format!("it is claimed from {opens} to {closes}"),
        format!("申报期为{opens}至{closes}"),
    ))
}

fn eligible(at: &At<'_>, row: &IncentiveRow, known: &Known) -> Result<(), Refusal> {
    let asked = row.explain(known, &at.bench.law.key_project, at.on);
    let lacking: Vec<_> = asked.iter().filter(|asked| asked.missing.is_some()).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let why = |asked: &&rulebook::aftercare::Asked<'_>| {
        format!("{}: {}", asked.condition.en, asked.missing.as_deref().unwrap_or_default())
    };
    let en = lacking.iter().map(why).collect::<Vec<_>>().join("; ");
    let zh = lacking.iter().map(|asked| asked.condition.zh.as_str()).collect::<Vec<_>>().join("；");
    Err(rule("NOT_ELIGIBLE", &row.citation, en, format!("不符合条件：{zh}")))
}

fn amounts(at: &At<'_>, row: &IncentiveRow, claimed: &IncentiveClaimed) -> Result<(), Refusal> {
    let large =
        |field: &'static str| move |why: rulebook::money::MoneyError| wrong(field, why.to_string());
    let base = money(claimed.base_minor, row).map_err(large("base_minor"))?;
    if row.rate.is_none() && claimed.base_minor != 0 {
        return Err(wrong("base_minor", "is zero: the rule has no rate"));
    }
    if row.rate.is_some() && claimed.base_minor == 0 {
        return Err(wrong("base_minor", "is required: the rule pays at a rate"));
    }
    if row.rate.is_some() && claimed.materials.is_empty() {
        return Err(wrong("materials", "has at least one entry, which shows the base"));
    }
    let entitled = minor(row.entitlement(base).map_err(large("base_minor"))?);
    within("amount_minor", claimed.amount_minor, entitled)?;
    let totals = at.case.incentive_totals(&row.key, &row.edition);
    capped(row, claimed.amount_minor, left(row, &totals))
}

/// In whole or in part; with reasons where it is less than claimed.
pub(super) fn approve(at: &At<'_>, step: IncentiveApproved) -> Step {
    let (claim, row) = claim_of(at, step.number)?;
    at.agency(&row.decides)?;
    undecided(claim, row)?;
    required(&[("document", &step.document)])?;
    within("amount_minor", step.amount_minor, claim.claimed.amount_minor)?;
    if step.amount_minor < claim.claimed.amount_minor {
        required(&[("reasons", &step.reasons)])?;
    }
    let totals = at.case.incentive_totals(&row.key, &row.edition);
    capped(row, step.amount_minor, left(row, &totals))?;
    Ok(step.into())
}

pub(super) fn refuse(at: &At<'_>, step: IncentiveRefused) -> Step {
    let (claim, row) = claim_of(at, step.number)?;
    at.agency(&row.decides)?;
    undecided(claim, row)?;
    required(&[("reasons", &step.reasons), ("document", &step.document)])?;
    Ok(step.into())
}

/// Once or in parts, never more than was approved; nothing more once anything is ordered back.
pub(super) fn pay(at: &At<'_>, step: IncentivePaid) -> Step {
    let (claim, row) = claim_of(at, step.number)?;
    at.agency(&row.pays)?;
    voucher(at, &step.voucher)?;
    if claim.approved().is_none() {
        return Err(out_of_order(row, "it is not approved"));
    }
    if !claim.clawbacks.is_empty() {
        return Err(out_of_order(row, "it is ordered back"));
    }
    positive("amount_minor", step.amount_minor)?;
    let left = claim.totals().outstanding();
    if step.amount_minor > left {
        let left = amount(left, row);
        return Err(rule(
            "MORE_THAN_APPROVED",
            &row.citation,
            format!("of what was approved {left} are not yet paid"),
            format!("超过批准金额，尚可支付{left}"),
        ));
    }
    Ok(step.into())
}

pub(super) fn claw_back(at: &At<'_>, step: IncentiveClawedBack) -> Step {
    let (claim, row) = claim_of(at, step.number)?;
    at.agency(&row.decides)?;
    required(&[("reasons", &step.reasons), ("document", &step.document)])?;
    if !row.grounds.iter().any(|ground| ground.key == step.ground) {
        let keys: Vec<_> = row.grounds.iter().map(|ground| ground.key.as_str()).collect();
        return Err(wrong("ground", format!("is one of {}", keys.join(", "))));
    }
    positive("amount_minor", step.amount_minor)?;
    let totals = claim.totals();
    let left = totals.paid.saturating_sub(totals.clawed_back);
    if step.amount_minor > left {
        let left = amount(left, row);
        return Err(rule(
            "MORE_THAN_PAID",
            &row.citation,
            format!("of what was paid {left} are not yet ordered back"),
            format!("超过已支付金额，尚可追回{left}"),
        ));
    }
    Ok(step.into())
}

pub(super) fn repay(at: &At<'_>, step: IncentiveRepaid) -> Step {
    let (claim, row) = claim_of(at, step.number)?;
    at.agency(&row.pays)?;
    voucher(at, &step.voucher)?;
    positive("amount_minor", step.amount_minor)?;
    let left = claim.totals().owed_back();
    if step.amount_minor > left {
        let left = amount(left, row);
        return Err(rule(
            "MORE_THAN_OWED",
            &row.citation,
            format!("{left} are owed back"),
            format!("超过应退金额，应退{left}"),
        ));
    }
    Ok(step.into())
}

/// A claim with its edition of the rule; nothing is dated before what happened to it last.
fn claim_of<'a>(at: &At<'a>, number: u32) -> Result<(&'a Claim, &'a IncentiveRow), Refusal> {
    let claim = entry(&at.case.claims, number, "claim")?;
    at.not_before(claim.last_day())?;
    let (key, edition) = (&claim.claimed.rule, &claim.claimed.edition);
    let row = at.bench.law.aftercare.incentive(key, edition);
    let row = row.ok_or_else(|| Refusal::Unknown(format!("edition {edition} of {key} on file")))?;
    Ok((claim, row))
}

fn undecided(claim: &Claim, row: &IncentiveRow) -> Result<(), Refusal> {
    match claim.decided {
        None => Ok(()),
        Some(_) => Err(out_of_order(row, "it is decided")),
    }
}

fn positive(field: &str, amount: u64) -> Result<(), Refusal> {
    if amount == 0 { Err(wrong(field, "is above zero")) } else { Ok(()) }
}

fn within(field: &str, amount: u64, most: u64) -> Result<(), Refusal> {
    positive(field, amount)?;
    if amount > most {
        return Err(wrong(field, format!("is at most {most}")));
    }
    Ok(())
}

fn capped(row: &IncentiveRow, amount: u64, left: u64) -> Result<(), Refusal> {
    if amount <= left {
        return Ok(());
    }
    let left = self::amount(left, row);
    Err(rule(
        "CAP_REACHED",
        &row.citation,
        format!("of the cap of {} for one project {left} are left", row.cap),
        format!("超过单个项目上限{}，剩余{left}", row.cap),
    ))
}

/// An amount as it is told, `CNY 500000.00`.
fn amount(minor: u64, row: &IncentiveRow) -> String {
    money(minor, row).map_or_else(|why| why.to_string(), |money| money.to_string())
}

/// A voucher is one movement of money: named twice it would be counted twice.
fn voucher(at: &At<'_>, voucher: &str) -> Result<(), Refusal> {
    required(&[("voucher", voucher)])?;
    let used = at.case.claims.iter().any(|claim| {
        claim.payments.iter().any(|(_, paid)| paid.voucher == voucher)
            || claim.repayments.iter().any(|(_, repaid)| repaid.voucher == voucher)
    });
    if used { Err(Refusal::Exists(format!("voucher {voucher}"))) } else { Ok(()) }
}

fn out_of_order(row: &IncentiveRow, why: &str) -> Refusal {
    rule("INCENTIVE_OUT_OF_ORDER", &row.citation, why, "申请所处阶段不允许此项操作")
}
