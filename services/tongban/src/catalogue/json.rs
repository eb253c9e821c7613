//! An item as JSON.

use std::io::{self, Write};

use jiff::civil::Date;
use rulebook::catalogue::{
    Catalogue, CommitmentTerms, Condition, Duty, Eligible, Item, LimitCase, Material, OpinionRow,
    Phase, RuledLimit, Text,
};
use serde_json::{Value, json};

use super::words;

pub(super) fn write(
    item: &Item,
    catalogue: &Catalogue,
    on: Date,
    out: &mut dyn Write,
) -> io::Result<()> {
    let told = json!({
        "on": on.to_string(),
        "code": item.code,
        "edition": item.edition,
        "effective": {
            "from": item.effective.from.to_string(),
            "until": item.effective.until.map(|until| until.to_string()),
        },
        "stage": item.stage.word(),
        "national_phase": item.national_phase.map(Phase::word),
        "kind": words::kind(item.kind),
        "name": text(&item.name),
        "agency": agency(catalogue, &item.agency),
        "co_agencies":
            item.co_agencies.iter().map(|code| agency(catalogue, code)).collect::<Vec<_>>(),
        "legal_basis": item.legal_basis.iter().map(|citation| {
            json!({ "citation": citation.text, "mark": words::mark(citation.mark) })
        }).collect::<Vec<_>>(),
        "statutory": item.statutory.as_ref().map(limit),
        "committed": item.committed.as_ref().map(limit),
        "committed_plan_attached": item.committed_plan_attached.as_ref().map(limit),
        "duty": item.duty.as_ref().map(duty),
        "correction": {
            "limit": item.correction.limit.to_string(),
            "silence": words::silence(item.correction.silence),
            "citation": item.correction.citation,
            "mark": words::mark(item.correction.mark),
        },
        "delivery": limit(&item.delivery),
        "consent_by_silence": item.consent_by_silence.as_ref().map(|rule| {
            json!({ "after": rule.after.to_string(), "citation": rule.citation })
        }),
        "opinions":
            item.opinions.iter().map(|row| opinion(catalogue, row)).collect::<Vec<_>>(),
        "exclusions": item.exclusions.iter().map(|exclusion| json!({
            "key": exclusion.key,
            "ground": text(&exclusion.ground),
            "limit": exclusion.limit.map(|limit| limit.to_string()),
            "citation": exclusion.article,
            "mark": words::mark(exclusion.mark),
        })).collect::<Vec<_>>(),
        "commitment": commitment(&item.commitment, item.commitment_terms.as_ref()),
        "prerequisites": item.prerequisites.iter().map(|prerequisite| {
            json!({ "any_of": prerequisite.any_of })
        }).collect::<Vec<_>>(),
        "materials": item.materials.iter().map(material).collect::<Vec<_>>(),
        "outcomes": item.outcomes,
        "output": {
            "key": item.output.key,
            "name": text(&item.output.name),
            "validity": item.output.validity,
            "mark": words::mark(item.output.mark),
        },
        "merges": item.merges,
        "sub_items": item.sub_items,
        "applies": when(item.applies.as_ref()),
        "note": item.note,
    });
    writeln!(out, "{told}")
}

fn text(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

fn when(condition: Option<&Condition>) -> Option<String> {
    condition.map(words::condition)
}

fn agency(catalogue: &Catalogue, code: &str) -> Value {
    json!({ "code": code, "name": catalogue.agency(code).map(|agency| text(&agency.name)) })
}

fn limit(limit: &RuledLimit) -> Value {
    json!({
        "limit": limit.limit.to_string(),
        "citation": limit.citation,
        "mark": words::mark(limit.mark),
        "extension": limit.extension.as_ref().map(|extension| json!({
            "cap": extension.cap.to_string(),
            "approver": extension.approver,
            "citation": extension.citation,
            "mark": words::mark(extension.mark),
        })),
        "cases": limit.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(case: &LimitCase) -> Value {
    json!({
        "when": words::condition(&case.when),
        "limit": case.limit.to_string(),
        "consent_by_silence": case.consent_by_silence,
        "citation": case.citation,
        "mark": words::mark(case.mark),
    })
}

fn duty(duty: &Duty) -> Value {
    json!({
        "within": words::within(duty.within),
        "what": text(&duty.what),
        "citation": duty.citation,
        "mark": words::mark(duty.mark),
    })
}

fn opinion(catalogue: &Catalogue, row: &OpinionRow) -> Value {
    json!({
        "key": row.key,
        "agency": agency(catalogue, &row.agency),
        "subject": text(&row.subject),
        "inputs": row.inputs,
        "limit": row.limit.to_string(),
        "citation": row.citation,
        "mark": words::mark(row.mark),
        "silence_is_consent_by": row.silence,
        "when": when(row.when.as_ref()),
    })
}

fn commitment(eligible: &Eligible, terms: Option<&CommitmentTerms>) -> Value {
    let condition = match eligible {
        Eligible::Conditional(condition) => Some(condition),
        Eligible::Yes | Eligible::No | Eligible::NotApplicable => None,
    };
    json!({
        "eligible": words::commitment(eligible),
        "condition": condition,
        "terms": terms.map(|terms| json!({
            "check_due": terms.check_due.to_string(),
            "rectification": terms.rectification.to_string(),
            "citation": terms.citation,
            "mark": words::mark(terms.mark),
        })),
    })
}

fn material(material: &Material) -> Value {
    let (source, from) = words::source(&material.source);
    json!({
        "key": material.key,
        "name": text(&material.name),
        "source": source,
        "from": from,
        "secondary": material.secondary,
        "when": when(material.when.as_ref()),
    })
}
