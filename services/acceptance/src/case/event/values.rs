//! Values that several facts share, to and from their messages.

use std::collections::BTreeSet;

use desk::wire::Malformed;
use jiff::civil::Date;
use proto::{acceptance::v1 as pb, matter::v1 as matter, r#type::v1 as ty};
use rulebook::{
    catalogue::Text,
    clock::{Limit, Unit as LimitUnit},
    matter::{CitedLimit, MatterId},
};

use crate::case::particulars::{Finding, Member, Reference, Scope};

pub(super) fn malformed(field: &str, problem: &'static str) -> Malformed {
    Malformed { field: field.to_owned(), problem }
}

pub(super) fn date(field: &str, text: &str) -> Result<Date, Malformed> {
    let parsed: Option<Date> = text.parse().ok();
    // Written back, it must be the same: no time, no zone, nothing left out.
    let plain = parsed.filter(|date| date.to_string() == text);
    plain.ok_or_else(|| malformed(field, "is no date YYYY-MM-DD"))
}

pub(super) fn id(field: &str, text: &str) -> Result<MatterId, Malformed> {
    text.parse().map_err(|_| malformed(field, "is no matter's id"))
}

pub(super) fn text_to_wire(text: &Text) -> ty::Text {
    ty::Text { zh: text.zh.clone(), en: text.en.clone() }
}

pub(super) fn text(field: &str, text: Option<&ty::Text>) -> Result<Text, Malformed> {
    let text = text.ok_or_else(|| malformed(field, "is missing"))?;
    Ok(Text { zh: text.zh.clone(), en: text.en.clone() })
}

pub(super) fn scope_to_wire(scope: &Scope) -> pb::Scope {
    pb::Scope { phase: scope.phase.clone(), units: scope.units.iter().cloned().collect() }
}

pub(super) fn scope(field: &str, scope: Option<&pb::Scope>) -> Result<Scope, Malformed> {
    let scope = scope.ok_or_else(|| malformed(field, "is missing"))?;
    let units: BTreeSet<String> = scope.units.iter().cloned().collect();
    Ok(Scope { phase: scope.phase.clone(), units })
}

pub(super) fn reference_to_wire(used: &Reference) -> pb::Reference {
    pb::Reference {
        matter: used.matter.to_string(),
        material: used.material.clone(),
        version: used.version,
        sha256: used.sha256.clone(),
    }
}

pub(super) fn references(field: &str, used: &[pb::Reference]) -> Result<Vec<Reference>, Malformed> {
    let one = |used: &pb::Reference| {
        Ok(Reference {
            matter: id(field, &used.matter)?,
            material: used.material.clone(),
            version: used.version,
            sha256: used.sha256.clone(),
        })
    };
    used.iter().map(one).collect()
}

impl Member {
    /// The member as it is stored and shown.
    #[must_use]
    pub fn to_wire(&self) -> pb::Member {
        pb::Member {
            member: self.key.clone(),
            edition: self.edition.clone(),
            agency: self.agency.clone(),
            title: Some(text_to_wire(&self.title)),
            inputs: self.inputs.iter().cloned().collect(),
            output: self.output.clone(),
            limit: Some(cited_to_wire(&self.limit)),
        }
    }
}

pub(super) fn member(stored: &pb::Member) -> Result<Member, Malformed> {
    Ok(Member {
        key: stored.member.clone(),
        edition: stored.edition.clone(),
        agency: stored.agency.clone(),
        title: text("joint_applied.members.title", stored.title.as_ref())?,
        inputs: stored.inputs.iter().cloned().collect(),
        output: stored.output.clone(),
        limit: cited("joint_applied.members.limit", stored.limit.as_ref())?,
    })
}

fn cited_to_wire(cited: &CitedLimit) -> matter::CitedLimit {
    let unit = match cited.limit.unit {
        LimitUnit::WorkingDays => ty::Unit::WorkingDay,
        LimitUnit::CalendarDays => ty::Unit::CalendarDay,
        LimitUnit::Months => ty::Unit::Month,
    };
    let limit = Some(ty::Limit { n: cited.limit.n, unit: unit.into() });
    matter::CitedLimit { limit, citation: cited.citation.clone() }
}

fn cited(field: &str, cited: Option<&matter::CitedLimit>) -> Result<CitedLimit, Malformed> {
    let missing = || malformed(field, "is missing");
    let cited = cited.ok_or_else(missing)?;
    let limit = cited.limit.as_ref().ok_or_else(missing)?;
    let unit = match limit.unit() {
        ty::Unit::WorkingDay => LimitUnit::WorkingDays,
        ty::Unit::CalendarDay => LimitUnit::CalendarDays,
        ty::Unit::Month => LimitUnit::Months,
        ty::Unit::Unspecified => return Err(malformed(field, "has no unit that is known")),
    };
    Ok(CitedLimit { limit: Limit { n: limit.n, unit }, citation: cited.citation.clone() })
}

pub(super) fn finding_to_wire(finding: &Finding) -> (pb::Result, Vec<String>, String) {
    match finding {
        Finding::Pass => (pb::Result::Pass, Vec::new(), String::new()),
        Finding::Rectify(defects) => (pb::Result::Rectify, defects.clone(), String::new()),
        Finding::NotApplicable(reason) => (pb::Result::NotApplicable, Vec::new(), reason.clone()),
    }
}

pub(super) fn finding(stored: &pb::MemberExamined) -> Result<Finding, Malformed> {
    match stored.result() {
        pb::Result::Unspecified => {
            Err(malformed("member_examined.result", "is not said or unknown"))
        }
        pb::Result::Pass => Ok(Finding::Pass),
        pb::Result::Rectify => Ok(Finding::Rectify(stored.defects.clone())),
        pb::Result::NotApplicable => Ok(Finding::NotApplicable(stored.reason.clone())),
    }
}
