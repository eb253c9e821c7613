//! The lists of an edition: what it waits for, is decided on, and asks others.

use super::draft::{Claim, Claimed, Procedure};
use super::item::{Exclusion, Material, OpinionRow, Output, Prerequisite, Source};
use super::read_condition::conditions;
use super::read_rest::exclusion;
use super::sheet::{Fields, Placed, Zero};
use super::words::{Mark, Text};

pub(super) fn prerequisites(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Vec<Prerequisite> {
    let mut found = Vec::new();
    for text in fields.texts("prerequisites") {
        let any_of: Vec<String> = match text.value.strip_prefix("any:") {
            Some(members) => members.split(',').map(|code| code.trim().to_owned()).collect(),
            None => vec![text.value.clone()],
        };
        if text.value.starts_with("any:") && any_of.len() < 2 {
            let message = format!("`{}` has one member: write the code alone", text.value);
            fields.sheet.fault(text.line, message);
        }
        for code in &any_of {
            let what = Claimed::Item("prerequisites", code.clone());
            claims.push(Claim { line: text.line, what });
        }
        found.push(Prerequisite { any_of });
    }
    found
}

pub(super) fn sub_items(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for text in fields.texts("sub_items") {
        let codes: Vec<String> = text.value.split('|').map(|code| code.trim().to_owned()).collect();
        for code in &codes {
            claims.push(Claim { line: text.line, what: Claimed::Item("sub_items", code.clone()) });
        }
        found.push(codes);
    }
    found
}

pub(super) fn materials(fields: &Fields<'_>, code: &str, claims: &mut Vec<Claim>) -> Vec<Material> {
    let mut found: Vec<Material> = Vec::new();
    for row in fields.tables("materials") {
        let key = row.key("key");
        let source = row.text("source");
        claims.push(Claim { line: key.line, what: Claimed::Listed(key.value.clone()) });
        let material = Material {
            name: row.names(),
            source: read_source(&row, &source, &key.value, code, claims),
            secondary: row.flag_if("secondary").unwrap_or(false),
            when: conditions(&row, "when", claims),
            key: key.value,
        };
        if found.iter().any(|other| other.key == material.key) && !material.key.is_empty() {
            row.sheet.fault(row.line, format!("the material `{}` is listed twice", material.key));
        }
        if material.secondary && material.source != Source::Applicant {
            row.sheet.fault(row.line, "only what the applicant hands in can be secondary");
        }
        found.push(material);
    }
    found
}

fn read_source(
    row: &Fields<'_>,
    source: &Placed<String>,
    key: &str,
    code: &str,
    claims: &mut Vec<Claim>,
) -> Source {
    let line = source.line;
    if let Some(item) = source.value.strip_prefix("prior:") {
        let (item, material) = (item.to_owned(), key.to_owned());
        if item == code {
            row.sheet.fault(line, format!("`{key}` cannot come out of {code} itself"));
        } else {
            let what = Claimed::Prior { item: item.clone(), material };
            claims.push(Claim { line, what });
        }
        return Source::Prior(item);
    }
    if let Some(agency) = source.value.strip_prefix("shared:") {
        claims.push(Claim { line, what: Claimed::Agency(agency.to_owned()) });
        return Source::Shared(agency.to_owned());
    }
    if source.value != "applicant" && !source.value.is_empty() {
        let message = format!(
            "`{}` is not a source: applicant, prior:<item> or shared:<agency>",
            source.value
        );
        row.sheet.fault(line, message);
    }
    Source::Applicant
}

pub(super) fn opinions(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Vec<OpinionRow> {
    let mut found: Vec<OpinionRow> = Vec::new();
    for row in fields.tables("opinion") {
        let key = row.key("key");
        let agency = row.text("agency");
        let inputs = row.texts("inputs");
        if inputs.is_empty() {
            row.sheet.fault(row.line, "an opinion needs `inputs`: the materials it is given on");
        }
        for input in &inputs {
            claims.push(Claim { line: input.line, what: Claimed::Input(input.value.clone()) });
        }
        let what = Claimed::Opinion { agency: agency.value.clone(), key: key.value.clone() };
        claims.push(Claim { line: agency.line, what });
        if found.iter().any(|other| other.key == key.value) && !key.value.is_empty() {
            row.sheet.fault(key.line, format!("the opinion `{}` is listed twice", key.value));
        }
        found.push(OpinionRow {
            key: key.value,
            agency: agency.value,
            subject: row.table("subject").map_or_else(Text::default, |subject| subject.names()),
            inputs: values(inputs),
            limit: row.limit("limit", Zero::Refused),
            citation: row.text("citation").value,
            mark: row.mark(),
            silence: row.text_if("silence").map(|rule| rule.value),
            when: conditions(&row, "when", claims),
        });
    }
    found
}

/// The item's own grounds, and those of its procedure that it does not repeat.
pub(super) fn exclusions(fields: &Fields<'_>, procedure: &Procedure) -> Vec<Exclusion> {
    let mut found: Vec<Exclusion> = Vec::new();
    for row in fields.tables("exclusion") {
        let ground = exclusion(&row);
        if found.iter().any(|other| other.key == ground.key) && !ground.key.is_empty() {
            row.sheet.fault(row.line, format!("the ground `{}` is listed twice", ground.key));
        }
        found.push(ground);
    }
    for general in &procedure.exclusions {
        if !found.iter().any(|own| own.key == general.key) {
            found.push(general.clone());
        }
    }
    found
}

pub(super) fn outcomes(fields: &Fields<'_>) -> Vec<String> {
    if fields.has("outcomes") {
        return values(fields.texts("outcomes"));
    }
    vec!["granted".to_owned(), "refused".to_owned()]
}

pub(super) fn output(fields: &Fields<'_>) -> Output {
    let Some(table) = fields.table("output") else {
        let (key, name, validity) = (String::new(), Text::default(), String::new());
        return Output { key, name, validity, mark: Mark::Assumption };
    };
    Output {
        key: table.key("key").value,
        name: table.names(),
        validity: table.text("validity").value,
        mark: table.mark(),
    }
}

pub(super) fn values(placed: Vec<Placed<String>>) -> Vec<String> {
    placed.into_iter().map(|placed| placed.value).collect()
}
