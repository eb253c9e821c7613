//! Every file that is no item: procedures, facts, gates, agencies, districts, zones, forms.

use super::agency::{Agency, District, Zone};
use super::draft::{Claim, Claimed, Draft, Procedure, Procedures};
use super::facts::{FactRule, FactType, Question};
use super::form::Form;
use super::gate::{Demand, Gate};
use super::item::{CommitmentTerms, Exclusion, ToleranceTerms};
use super::limit::{CorrectionRule, ExtensionRule, RuledLimit, Silence};
use super::read_item::citations;
use super::sheet::{Fields, Zero};
use super::words::{Phase, Stage, Text};
use crate::clock::{Limit, Unit};

/// 行政许可法 counts its own limits in working days (art. 82), so that a limit that cites it and
/// counts otherwise is a slip.
pub(super) fn check_unit(fields: &Fields<'_>, limit: Limit, citation: &str) {
    if citation.starts_with("行政许可法") && limit.unit != Unit::WorkingDays {
        let message = format!("行政许可法 counts working days (art. 82), not `{limit}`");
        fields.sheet.fault(fields.line_of("limit"), message);
    }
}

pub(super) fn extension(fields: &Fields<'_>) -> ExtensionRule {
    ExtensionRule {
        cap: fields.limit("cap", Zero::Refused),
        approver: fields.text("approver").value,
        citation: fields.text("citation").value,
        mark: fields.mark(),
    }
}

pub(super) fn exclusion(fields: &Fields<'_>) -> Exclusion {
    Exclusion {
        key: fields.key("key").value,
        ground: fields.names(),
        article: fields.text("article").value,
        limit: fields.limit_if("limit", Zero::Refused),
        mark: fields.mark(),
    }
}

pub(super) fn procedures(fields: &Fields<'_>) -> Procedures {
    let mut found = Procedures::default();
    for row in fields.tables("procedure") {
        let name = row.key("name");
        let procedure = Procedure {
            correction: row
                .table("correction")
                .map_or_else(|| Procedure::blank().correction, |rule| correction(&rule)),
            delivery: row
                .table("delivery")
                .map_or_else(|| Procedure::blank().delivery, |rule| delivery(&rule)),
            extension: row.table_if("extension").map(|rule| extension(&rule)),
            exclusions: row.tables("exclusion").iter().map(exclusion).collect(),
        };
        if found.by_name.insert(name.value.clone(), procedure).is_some() {
            row.sheet.fault(name.line, format!("the procedure `{}` is listed twice", name.value));
        }
    }
    found.commitment = fields.table("commitment").map(|terms| CommitmentTerms {
        check_due: terms.limit("check_due", Zero::Refused),
        rectification: terms.limit("rectification", Zero::Refused),
        citation: terms.text("citation").value,
        mark: terms.mark(),
    });
    found.tolerance = fields.table("tolerance").map(|terms| tolerance(&terms));
    found
}

pub(super) fn tolerance(fields: &Fields<'_>) -> ToleranceTerms {
    ToleranceTerms {
        supply: fields.limit("supply", Zero::Refused),
        citation: fields.text("citation").value,
        mark: fields.mark(),
    }
}

fn correction(fields: &Fields<'_>) -> CorrectionRule {
    let words = [("accepted", Silence::Accepted), ("no_effect", Silence::NoEffect)];
    let rule = CorrectionRule {
        limit: fields.limit("limit", Zero::Allowed),
        silence: fields.choice("silence", &words).unwrap_or(Silence::NoEffect),
        citation: fields.text("citation").value,
        mark: fields.mark(),
    };
    check_unit(fields, rule.limit, &rule.citation);
    rule
}

fn delivery(fields: &Fields<'_>) -> RuledLimit {
    let limit = fields.limit("limit", Zero::Refused);
    let citation = fields.text("citation").value;
    check_unit(fields, limit, &citation);
    RuledLimit { limit, citation, mark: fields.mark(), extension: None, cases: Vec::new() }
}

pub(super) fn draft<T>(fields: &Fields<'_>, value: T, claims: Vec<Claim>) -> Draft<T> {
    Draft { path: fields.sheet.path.clone(), line: fields.line, value, claims }
}

pub(super) fn facts(fields: &Fields<'_>) -> Vec<Draft<FactRule>> {
    let each = fields.tables("fact").into_iter().map(|row| {
        let question = row.table("question").map(|question| Question {
            zh: question.text("zh").value,
            en: question.text("en").value,
            ja: question.text("ja").value,
            ko: question.text("ko").value,
        });
        let rule = FactRule {
            key: row.key("key").value,
            kind: fact_type(&row),
            question: question.unwrap_or_default(),
            legal_basis: citations(&row),
        };
        draft(&row, rule, Vec::new())
    });
    each.collect()
}

fn fact_type(fields: &Fields<'_>) -> FactType {
    let given = ["flag", "words", "number"].into_iter().filter(|key| fields.has(key)).count();
    if given != 1 || fields.flag_if("flag") == Some(false) {
        let message = "a fact is exactly one of `flag = true`, `words` and `number`";
        fields.sheet.fault(fields.line, message);
    }
    if fields.has("words") {
        FactType::Word(fields.texts("words").into_iter().map(|word| word.value).collect())
    } else if fields.has("number") {
        FactType::Number { unit: fields.text("number").value }
    } else {
        FactType::Flag
    }
}

pub(super) fn gates(fields: &Fields<'_>) -> Vec<Draft<Gate>> {
    fields.tables("gate").iter().map(gate).collect()
}

fn gate(fields: &Fields<'_>) -> Draft<Gate> {
    let mut claims = Vec::new();
    let gate = Gate {
        id: fields.text("id").value,
        name: fields.table("name").map_or_else(Text::default, |name| name.names()),
        blocks: codes(fields, "blocks", &mut claims),
        act: fields.has("act").then(|| fields.key("act").value),
        until: fields.tables("until").iter().map(|row| demand(row, &mut claims)).collect(),
        legal_basis: citations(fields),
    };
    if gate.blocks.is_empty() && gate.act.is_none() {
        fields.sheet.fault(fields.line, format!("the gate {} blocks nothing", gate.id));
    }
    if gate.until.is_empty() {
        let message = format!("nothing can open the gate {}: it has no `until`", gate.id);
        fields.sheet.fault(fields.line, message);
    }
    draft(fields, gate, claims)
}

fn demand(fields: &Fields<'_>, claims: &mut Vec<Claim>) -> Demand {
    let outcomes: Vec<_> = fields.texts("outcomes").into_iter().map(|word| word.value).collect();
    let demand = Demand {
        any_of: codes(fields, "any_of", claims),
        outcomes: if fields.has("outcomes") { outcomes } else { vec!["granted".to_owned()] },
        or_commitment: fields.flag_if("or_commitment").unwrap_or(false),
    };
    if demand.any_of.is_empty() {
        fields.sheet.fault(fields.line, "nothing can meet this demand: `any_of` is empty");
    }
    demand
}

pub(super) fn codes(
    fields: &Fields<'_>,
    key: &'static str,
    claims: &mut Vec<Claim>,
) -> Vec<String> {
    let codes = fields.texts(key);
    for code in &codes {
        claims.push(Claim { line: code.line, what: Claimed::Item(key, code.value.clone()) });
    }
    codes.into_iter().map(|code| code.value).collect()
}

pub(super) fn agencies(fields: &Fields<'_>) -> Vec<Draft<Agency>> {
    let words = Stage::ALL.map(|stage| (stage.word(), stage));
    let each = fields.tables("agency").into_iter().map(|row| {
        let mut stages = Vec::new();
        for word in row.texts("stages") {
            match words.iter().find(|(name, _)| *name == word.value) {
                Some((_, stage)) => stages.push(*stage),
                None => row.sheet.fault(word.line, format!("unknown stage `{}`", word.value)),
            }
        }
        if !row.has("stages") {
            row.missing("stages");
        }
        let agency = Agency {
            code: row.text("code").value,
            name: row.names(),
            seed_name: row.text_if("seed_name").map(|name| name.value),
            role: row.text("role").value,
            stages,
            oversees: row.flag_if("oversees").unwrap_or(false),
        };
        draft(&row, agency, Vec::new())
    });
    each.collect()
}

pub(super) fn districts(fields: &Fields<'_>) -> Vec<Draft<District>> {
    let each = fields.tables("district").into_iter().map(|row| {
        let code = row.text("code");
        let six_digits = code.value.len() == 6 && code.value.chars().all(|c| c.is_ascii_digit());
        if !six_digits && !code.value.is_empty() {
            row.sheet.fault(code.line, "`code` must be the six digits of GB/T 2260");
        }
        draft(&row, District { code: code.value, name: row.names() }, Vec::new())
    });
    each.collect()
}

pub(super) fn zones(fields: &Fields<'_>) -> Vec<Draft<Zone>> {
    let each = fields.tables("zone").into_iter().map(|row| {
        let host = row.text("host");
        let claims = vec![Claim { line: host.line, what: Claimed::District(host.value.clone()) }];
        if !row.has("ftz") {
            row.missing("ftz");
        }
        let zone = Zone {
            code: row.text("code").value,
            name: row.names(),
            host: host.value,
            ftz: row.flag_if("ftz").unwrap_or(false),
        };
        draft(&row, zone, claims)
    });
    each.collect()
}

/// One form; `stem` is the file's name without its ending, and the form's key.
pub(super) fn form(fields: &Fields<'_>, stem: &str) -> Draft<Form> {
    let mut claims = Vec::new();
    let phases = Phase::ALL.map(|phase| (phase.word(), phase));
    let phase = fields.choice("phase", &phases);
    if let Some(phase) = phase
        && phase.word() != stem
    {
        let message = format!("the file is named {stem}.toml but holds {}", phase.word());
        fields.sheet.fault(fields.line_of("phase"), message);
    }
    let lead = fields.text("lead");
    claims.push(Claim { line: lead.line, what: Claimed::Agency(lead.value.clone()) });
    let items = codes(fields, "items", &mut claims);
    let materials = fields.texts("materials");
    for material in &materials {
        let what = Claimed::Material(material.value.clone());
        claims.push(Claim { line: material.line, what });
    }
    let form = Form {
        key: stem.to_owned(),
        phase: phase.unwrap_or(Phase::Parallel),
        name: fields.table("name").map_or_else(Text::default, |name| name.names()),
        effective: fields.date("effective").map_or(jiff::civil::Date::ZERO, |date| date.value),
        lead: lead.value,
        items,
        materials: materials.into_iter().map(|material| material.value).collect(),
    };
    if form.items.is_empty() {
        fields.sheet.fault(fields.line_of("items"), "the form opens no item");
    }
    draft(fields, form, claims)
}
