//! Values that several facts share: dates, limits, names, materials, notices.

use jiff::civil::Date;
use proto::{matter::v1 as pb, r#type::v1 as ty};
use rulebook::{
    catalogue::Text,
    clock::{Limit, MAX_UNITS, Notice, Unit},
    matter::{CitedLimit, Defect, Material},
};

use super::Malformed;

/// `YYYY-MM-DD` and nothing else: padded, no zone, a day that exists.
pub(crate) fn date(text: &str) -> Result<Date, Malformed> {
    let parsed: Option<Date> = text.parse().ok();
    // Written back, it must be the same.
    let plain = parsed.filter(|date| text.len() == 10 && date.to_string() == text);
    plain.ok_or(Malformed::new("date", "is no date YYYY-MM-DD"))
}

pub(super) fn date_in(field: &str, text: &str) -> Result<Date, Malformed> {
    date(text).map_err(|bad| Malformed::new(field, bad.problem))
}

pub(super) fn optional_date(field: &str, text: &str) -> Result<Option<Date>, Malformed> {
    if text.is_empty() { Ok(None) } else { date_in(field, text).map(Some) }
}

pub(super) fn optional_date_text(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// A limit as it is stored and shown.
#[must_use]
pub fn limit_to_wire(limit: Limit) -> ty::Limit {
    let unit = match limit.unit {
        Unit::WorkingDays => ty::Unit::WorkingDay,
        Unit::CalendarDays => ty::Unit::CalendarDay,
        Unit::Months => ty::Unit::Month,
    };
    ty::Limit { n: limit.n, unit: unit.into() }
}

/// A stored limit.
///
/// # Errors
/// It is missing, or its unit or number cannot be read; the field is named.
pub fn limit(field: &str, limit: Option<&ty::Limit>) -> Result<Limit, Malformed> {
    optional_limit(field, limit)?.ok_or(Malformed::new(field, "is missing"))
}

pub(super) fn optional_limit(
    field: &str,
    limit: Option<&ty::Limit>,
) -> Result<Option<Limit>, Malformed> {
    let Some(limit) = limit else { return Ok(None) };
    let unit = match limit.unit() {
        ty::Unit::WorkingDay => Unit::WorkingDays,
        ty::Unit::CalendarDay => Unit::CalendarDays,
        ty::Unit::Month => Unit::Months,
        ty::Unit::Unspecified => {
            return Err(Malformed::new(format!("{field}.unit"), "is not said or unknown"));
        }
    };
    if limit.n > MAX_UNITS {
        return Err(Malformed::new(format!("{field}.n"), "is too large"));
    }
    Ok(Some(Limit { n: limit.n, unit }))
}

pub(super) fn cited_to_wire(cited: &CitedLimit) -> pb::CitedLimit {
    let limit = Some(limit_to_wire(cited.limit));
    pb::CitedLimit { limit, citation: cited.citation.clone() }
}

pub(super) fn cited(field: &str, cited: Option<&pb::CitedLimit>) -> Result<CitedLimit, Malformed> {
    optional_cited(field, cited)?.ok_or(Malformed::new(field, "is missing"))
}

pub(super) fn optional_cited(
    field: &str,
    cited: Option<&pb::CitedLimit>,
) -> Result<Option<CitedLimit>, Malformed> {
    let Some(cited) = cited else { return Ok(None) };
    let limit = limit(&format!("{field}.limit"), cited.limit.as_ref())?;
    Ok(Some(CitedLimit { limit, citation: cited.citation.clone() }))
}

/// A name as it is stored and shown.
#[must_use]
pub fn text_to_wire(text: &Text) -> ty::Text {
    ty::Text { zh: text.zh.clone(), en: text.en.clone() }
}

pub(super) fn text(field: &str, text: Option<&ty::Text>) -> Result<Text, Malformed> {
    let text = text.ok_or(Malformed::new(field, "is missing"))?;
    Ok(Text { zh: text.zh.clone(), en: text.en.clone() })
}

pub(crate) fn material_to_wire(material: &Material) -> pb::Material {
    pb::Material {
        key: material.key.clone(),
        sha256: material.sha256.clone().unwrap_or_default(),
        version: material.version,
    }
}

pub(super) fn materials_to_wire(materials: &[Material]) -> Vec<pb::Material> {
    materials.iter().map(material_to_wire).collect()
}

pub(super) fn materials(materials: &[pb::Material]) -> Vec<Material> {
    let material = |material: &pb::Material| Material {
        key: material.key.clone(),
        sha256: Some(material.sha256.clone()).filter(|hex| !hex.is_empty()),
        version: material.version,
    };
    materials.iter().map(material).collect()
}

pub(crate) fn defects_to_wire(defects: &[Defect]) -> Vec<pb::Defect> {
    let defect = |defect: &Defect| pb::Defect {
        material: defect.material.clone(),
        problem: defect.problem.clone(),
    };
    defects.iter().map(defect).collect()
}

pub(super) fn defects(defects: &[pb::Defect]) -> Vec<Defect> {
    let defect = |defect: &pb::Defect| Defect {
        material: defect.material.clone(),
        problem: defect.problem.clone(),
    };
    defects.iter().map(defect).collect()
}

pub(crate) fn notice_to_wire(notice: &Notice) -> pb::Notice {
    pb::Notice { number: notice.number.clone(), given_on: notice.given_on.to_string() }
}

pub(super) fn notice(field: &str, notice: Option<&pb::Notice>) -> Result<Notice, Malformed> {
    let notice = notice.ok_or(Malformed::new(field, "is missing"))?;
    let given_on = date_in(&format!("{field}.given_on"), &notice.given_on)?;
    Ok(Notice { number: notice.number.clone(), given_on })
}
