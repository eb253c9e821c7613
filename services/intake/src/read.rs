//! Reads what the enterprise says of its project from a request: everything wrong is found at once.

use crate::case::event::{Investor, ProjectFacts, Site};
use desk::{docket::Bench, fields::Fields};
use proto::{intake::v1 as pb, r#type::v1 as ty};
use rulebook::{
    catalogue::{Catalogue, Text},
    identifiers::{self, OverrideReason, uscc::Uscc},
    money::{Money, plain_decimal},
    negative_list::UNLISTED,
};
use rust_decimal::Decimal;

/// Most investors of one project.
const MAX_INVESTORS: usize = 50;

/// Reads the facts; `None` once something is wrong that leaves a gap, which `fields` has noted.
pub(crate) fn facts(
    fields: &mut Fields,
    said: Option<&pb::ProjectFacts>,
    bench: &Bench,
) -> Option<ProjectFacts> {
    let Some(said) = said else {
        fields.wrong("facts", "is required");
        return None;
    };
    let name = text(fields, "facts.name", said.name.as_ref());
    let enterprise = fields.required_short("facts.enterprise", &said.enterprise);
    let (uscc, uscc_override_reason) = uscc(fields, said);
    let investors = investors(fields, &said.investors);
    let site = site(fields, said.site.as_ref(), &bench.law.catalogue);
    let activity = fields.required_short("facts.activity", &said.activity);
    let known = bench.law.negative_lists.activities();
    if activity != UNLISTED && !known.contains(&activity.as_str()) {
        fields.wrong("facts.activity", format!("is a key of the negative lists, or `{UNLISTED}`"));
    }
    let industry = fields.required_short("facts.industry", &said.industry);
    if industry.len() != 4 || !industry.bytes().all(|byte| byte.is_ascii_digit()) {
        fields.wrong("facts.industry", "is a code of four digits (GB/T 4754-2017)");
    }
    let total_investment = money(fields, "facts.total_investment", said.total_investment.as_ref());
    let scope = fields.required_long("facts.scope", &said.scope);
    Some(ProjectFacts {
        name,
        enterprise,
        uscc,
        uscc_override_reason,
        investors,
        site: site?,
        activity,
        industry,
        total_investment: total_investment?,
        scope,
    })
}

fn text(fields: &mut Fields, field: &str, said: Option<&ty::Text>) -> Text {
    let said = said.cloned().unwrap_or_default();
    let zh = fields.required_short(&format!("{field}.zh"), &said.zh);
    let en = fields.required_short(&format!("{field}.en"), &said.en);
    Text { zh, en }
}

/// The code as it is kept, and the reason where its check character is overridden.
fn uscc(fields: &mut Fields, said: &pb::ProjectFacts) -> (String, String) {
    if said.uscc.is_empty() {
        return (String::new(), String::new());
    }
    let overridden = if said.uscc_override_reason.is_empty() {
        None
    } else {
        let read = OverrideReason::new(&said.uscc_override_reason);
        read.map_err(|bad| fields.wrong("facts.uscc_override_reason", bad.to_string())).ok()
    };
    match Uscc::with_reason(&said.uscc, overridden) {
        Ok(uscc) => {
            let kept = uscc.override_reason().map(|reason| reason.as_str().to_owned());
            (uscc.as_str().to_owned(), kept.unwrap_or_default())
        }
        Err(malformed) => {
            let hint = if malformed.result().is_mismatch() {
                "; give a reason in uscc_override_reason if it is right all the same"
            } else {
                ""
            };
            fields.wrong("facts.uscc", format!("{malformed}{hint}"));
            (identifiers::normalise(&said.uscc), String::new())
        }
    }
}

fn investors(fields: &mut Fields, said: &[pb::Investor]) -> Vec<Investor> {
    fields.some("facts.investors", said.len());
    if said.len() > MAX_INVESTORS {
        fields.wrong("facts.investors", format!("has at most {MAX_INVESTORS} entries"));
    }
    let mut investors = Vec::new();
    for (i, one) in said.iter().take(MAX_INVESTORS).enumerate() {
        let at = |field: &str| format!("facts.investors[{i}].{field}");
        let name = fields.required_short(&at("name"), &one.name);
        if one.country.len() != 2 || !one.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            fields.wrong(at("country"), "is two capital letters (ISO 3166-1), e.g. JP");
        }
        let share = plain_decimal(&one.share_percent)
            .ok()
            .filter(|share| *share > Decimal::ZERO && *share <= Decimal::ONE_HUNDRED);
        if share.is_none() {
            fields.wrong(at("share_percent"), "is a decimal number above 0 and at most 100");
        }
        investors.push(Investor {
            name,
            country: one.country.clone(),
            share: share.unwrap_or_default(),
        });
    }
    let sum: Decimal = investors.iter().map(|investor| investor.share).sum();
    if !investors.is_empty() && sum != Decimal::ONE_HUNDRED {
        fields.wrong("facts.investors", format!("hold {sum} percent together; it must be 100"));
    }
    investors
}

fn site(fields: &mut Fields, said: Option<&pb::Site>, catalogue: &Catalogue) -> Option<Site> {
    let Some(said) = said else {
        fields.wrong("facts.site", "is required");
        return None;
    };
    if catalogue.district(&said.district).is_none() {
        fields.wrong(
            "facts.site.district",
            "is a GB/T 2260 code of a district of the city, e.g. 210213",
        );
    }
    let zone = catalogue.zone(&said.zone);
    if !said.zone.is_empty() && zone.is_none() {
        fields.wrong("facts.site.zone", "is the code of a functional zone, e.g. DLZ-JP, or empty");
    }
    // The boundary is one of parcels: other zones of the same division, and the division, have some inside.
    let division = zone.map_or(said.district.as_str(), |zone| zone.host.as_str());
    if said.inside_ftz && !catalogue.zones().any(|zone| zone.ftz && zone.host == division) {
        fields.wrong(
            "facts.site.inside_ftz",
            "can be true only where the pilot free-trade zone has parcels",
        );
    }
    let parcel = fields.required_short("facts.site.parcel", &said.parcel);
    Some(Site {
        district: said.district.clone(),
        zone: said.zone.clone(),
        parcel,
        inside_ftz: said.inside_ftz,
    })
}

fn money(fields: &mut Fields, field: &str, said: Option<&ty::Money>) -> Option<Money> {
    let Some(said) = said else {
        fields.wrong(field, "is required");
        return None;
    };
    match Money::parse(&said.amount, &said.currency_code) {
        Ok(money) if money.amount() > Decimal::ZERO => Some(money),
        Ok(_) => {
            fields.wrong(format!("{field}.amount"), "is more than nothing");
            None
        }
        Err(error) => {
            let part = if error.field() == "currency" { "currency_code" } else { "amount" };
            fields.wrong(format!("{field}.{part}"), error.to_string());
            None
        }
    }
}
