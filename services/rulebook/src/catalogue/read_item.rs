//! An item's file, edition by edition.

use super::draft::{Claim, Claimed, Draft, Procedure, Procedures};
use super::facts::Condition;
use super::item::{Eligible, InForce, Item, Material, OpinionRow, ToleranceTerms};
use super::limit::{Duty, DutyWithin, LimitCase, RuledLimit};
use super::read_condition::conditions;
use super::read_parts::{
    exclusions, materials, opinions, outcomes, output, prerequisites, sub_items, values,
};
use super::read_rest::{self, extension};
use super::sheet::{Fields, Placed, Zero};
use super::words::{Citation, Kind, Phase, Stage, Text};

/// What every edition of the file shares.
struct Head {
    code: String,
    stage: Stage,
    phase: Option<Phase>,
    kind: Kind,
    name: Text,
}

/// Every edition in the file; `stem` is the file's name without its ending.
pub(super) fn item_file(
    fields: &Fields<'_>,
    stem: &str,
    procedures: Option<&Procedures>,
) -> Vec<Draft<Item>> {
    let head = head(fields, stem);
    let editions = fields.tables("edition");
    if editions.is_empty() && !fields.has("edition") {
        fields.missing("edition");
    }
    editions.iter().map(|edition_fields| edition(edition_fields, &head, procedures)).collect()
}

fn head(fields: &Fields<'_>, stem: &str) -> Head {
    let code = fields.text("code");
    let stages = Stage::ALL.map(|stage| (stage.word(), stage));
    let stage = fields.choice("stage", &stages).unwrap_or(Stage::Intake);
    let phases = Phase::ALL.map(|phase| (phase.word(), phase));
    let phase =
        if fields.has("national_phase") { fields.choice("national_phase", &phases) } else { None };
    if !code.value.is_empty() {
        check_code(fields, &code, stem, stage);
    }
    Head {
        code: code.value,
        stage,
        phase,
        kind: fields.choice("kind", &Kind::WORDS).unwrap_or(Kind::Filing),
        name: fields.table("name").map_or_else(Text::default, |name| name.names()),
    }
}

fn check_code(fields: &Fields<'_>, code: &Placed<String>, stem: &str, stage: Stage) {
    let number = code.value.get(3..).unwrap_or_default();
    let shaped = number.len() == 2 && number.chars().all(|c| c.is_ascii_digit());
    if !shaped || !Stage::ALL.iter().any(|stage| code.value.starts_with(stage.code_prefix())) {
        let message = format!("`{}` is not an item code such as S2-05", code.value);
        fields.sheet.fault(code.line, message);
    } else if !code.value.starts_with(stage.code_prefix()) {
        let prefix = stage.code_prefix();
        let message =
            format!("codes of the stage {stage} begin with {prefix}, not `{}`", code.value);
        fields.sheet.fault(code.line, message);
    }
    if code.value != stem {
        let message = format!("the file is named {stem}.toml but holds `{}`", code.value);
        fields.sheet.fault(code.line, message);
    }
}

fn edition(fields: &Fields<'_>, head: &Head, procedures: Option<&Procedures>) -> Draft<Item> {
    let mut claims = Vec::new();
    let name = fields.text("edition");
    let from = fields.date("effective").map_or(jiff::civil::Date::ZERO, |date| date.value);
    let until = fields.date_if("until").map(|date| date.value);
    let agency = fields.text("agency");
    claims.push(Claim { line: agency.line, what: Claimed::Lead(agency.value.clone()) });
    let co_agencies = fields.texts("co_agencies");
    for agency in &co_agencies {
        claims.push(Claim { line: agency.line, what: Claimed::Agency(agency.value.clone()) });
    }
    let procedure = procedure(fields, procedures);
    let materials = materials(fields, &head.code, &mut claims);
    let opinions = opinions(fields, &mut claims);
    let tolerance_terms = tolerance(fields, procedures, &materials, &opinions);
    let commitment = commitment(fields);
    let committed = matches!(commitment, Eligible::Yes | Eligible::Conditional(_));
    let zero = Zero::Allowed;
    let instant = [Kind::Filing, Kind::Registration, Kind::Report].contains(&head.kind);
    let statutory_zero = if instant { Zero::Allowed } else { Zero::Refused };
    let item = Item {
        code: head.code.clone(),
        edition: name.value,
        effective: InForce { from, until },
        stage: head.stage,
        national_phase: head.phase,
        kind: head.kind,
        name: head.name.clone(),
        agency: agency.value,
        co_agencies: values(co_agencies),
        legal_basis: citations(fields),
        statutory: statutory(fields, statutory_zero, &procedure, &mut claims),
        committed: limit(fields, "committed", zero, &mut claims),
        committed_plan_attached: limit(fields, "committed_plan_attached", zero, &mut claims),
        duty: fields.table_if("duty").map(|duty_fields| duty(&duty_fields)),
        consent_by_silence: None,
        opinions,
        exclusions: exclusions(fields, &procedure),
        commitment,
        commitment_terms: procedures
            .filter(|_| committed)
            .and_then(|procedures| procedures.commitment.clone()),
        tolerance_terms,
        prerequisites: prerequisites(fields, &mut claims),
        materials,
        outcomes: outcomes(fields),
        output: output(fields),
        merges: values(fields.texts("merges")),
        sub_items: sub_items(fields, &mut claims),
        applies: conditions(fields, "applies", &mut claims),
        note: fields.text_if("note").map(|note| note.value).unwrap_or_default(),
        correction: procedure.correction,
        delivery: procedure.delivery,
    };
    check_that_something_ends(fields, &item);
    Draft { path: fields.sheet.path.clone(), line: fields.line, value: item, claims }
}

fn procedure(fields: &Fields<'_>, procedures: Option<&Procedures>) -> Procedure {
    let name = fields.text("procedure");
    let Some(procedures) = procedures else { return Procedure::blank() };
    let found = procedures.by_name.get(&name.value).cloned();
    if found.is_none() && !name.value.is_empty() {
        fields.sheet.fault(name.line, format!("unknown procedure `{}`", name.value));
    }
    found.unwrap_or_else(Procedure::blank)
}

/// How secondary materials may follow: the item's own rule, or the general one. What may be missing cannot be
/// what another agency is asked about.
fn tolerance(
    fields: &Fields<'_>,
    procedures: Option<&Procedures>,
    materials: &[Material],
    opinions: &[OpinionRow],
) -> Option<ToleranceTerms> {
    let own = fields.table_if("tolerance").map(|own| read_rest::tolerance(&own));
    let mut secondary = materials.iter().filter(|material| material.secondary).peekable();
    if secondary.peek().is_none() {
        if own.is_some() {
            fields.sheet.fault(fields.line, "`tolerance` without a secondary material");
        }
        return None;
    }
    for material in secondary {
        if opinions.iter().any(|opinion| opinion.inputs.contains(&material.key)) {
            let message =
                format!("`{}` is an opinion's input and cannot be secondary", material.key);
            fields.sheet.fault(fields.line, message);
        }
    }
    own.or_else(|| procedures.and_then(|procedures| procedures.tolerance.clone()))
}

/// The authority is bound by some limit, or else the enterprise is.
fn check_that_something_ends(fields: &Fields<'_>, item: &Item) {
    let by_law = matches!(item.kind, Kind::Licence | Kind::Joint);
    if by_law && !fields.has("statutory") {
        fields.sheet.fault(fields.line, "`statutory` is missing: a licence has a limit in law");
    } else if !["statutory", "committed", "duty"].iter().any(|key| fields.has(key)) {
        let message = "no limit at all: give `statutory`, `committed` or `duty`";
        fields.sheet.fault(fields.line, message);
    }
}

pub(super) fn citations(fields: &Fields<'_>) -> Vec<Citation> {
    let each = fields.tables("legal_basis");
    if each.is_empty() && !fields.has("legal_basis") {
        fields.missing("legal_basis");
    }
    each.iter().map(|row| Citation { text: row.text("text").value, mark: row.mark() }).collect()
}

fn limit(
    fields: &Fields<'_>,
    key: &'static str,
    zero: Zero,
    claims: &mut Vec<Claim>,
) -> Option<RuledLimit> {
    let table = fields.table_if(key)?;
    Some(ruled_limit(&table, zero, claims))
}

fn statutory(
    fields: &Fields<'_>,
    zero: Zero,
    procedure: &Procedure,
    claims: &mut Vec<Claim>,
) -> Option<RuledLimit> {
    let table = fields.table_if("statutory")?;
    let own = table.table_if("extension").map(|own| extension(&own));
    let extendable = table.flag_if("extendable").unwrap_or(true);
    if own.is_some() && !extendable {
        let line = table.line_of("extendable");
        table.sheet.fault(line, "`extendable` is false, but an `extension` is given");
    }
    let mut limit = ruled_limit(&table, zero, claims);
    limit.extension = own.or_else(|| procedure.extension.clone()).filter(|_| extendable);
    Some(limit)
}

/// Limit, citation, mark and cases.
pub(super) fn ruled_limit(fields: &Fields<'_>, zero: Zero, claims: &mut Vec<Claim>) -> RuledLimit {
    let mut cases = Vec::new();
    for case in fields.tables("case") {
        let when = conditions(&case, "when", claims);
        if when.is_none() && !case.has("when") {
            case.missing("when");
        }
        let consent_by_silence = case.flag_if("consent_by_silence").unwrap_or(false);
        let zero = if consent_by_silence { Zero::Refused } else { zero };
        cases.push(LimitCase {
            when: when.unwrap_or(Condition::All(Vec::new())),
            limit: case.limit("limit", zero),
            consent_by_silence,
            citation: case.text("citation").value,
            mark: case.mark(),
        });
    }
    let limit = fields.limit("limit", zero);
    let citation = fields.text("citation").value;
    super::read_rest::check_unit(fields, limit, &citation);
    RuledLimit { limit, citation, mark: fields.mark(), extension: None, cases }
}

fn duty(fields: &Fields<'_>) -> Duty {
    let within = match fields.table_if("yearly_window") {
        Some(window) => DutyWithin::YearlyWindow {
            from: month_and_day(&window, "from"),
            until: month_and_day(&window, "until"),
        },
        None => DutyWithin::Limit(fields.limit("limit", Zero::Allowed)),
    };
    if let DutyWithin::YearlyWindow { from, until } = within
        && until < from
    {
        fields.sheet.fault(fields.line_of("yearly_window"), "the window closes before it opens");
    }
    Duty {
        within,
        what: fields.names(),
        citation: fields.text("citation").value,
        mark: fields.mark(),
    }
}

/// `06-30`, a day every year has.
fn month_and_day(fields: &Fields<'_>, key: &'static str) -> (i8, i8) {
    let text = fields.text(key);
    let day = text.value.split_once('-').and_then(|(month, day)| {
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        jiff::civil::Date::new(2023, month, day).ok().map(|_| (month, day))
    });
    if day.is_none() && !text.value.is_empty() {
        let message = format!("`{key}` must be a month and day such as 06-30");
        fields.sheet.fault(text.line, message);
    }
    day.unwrap_or((1, 1))
}

fn commitment(fields: &Fields<'_>) -> Eligible {
    let Some(table) = fields.table("commitment") else { return Eligible::No };
    let words = [("yes", 0), ("no", 1), ("conditional", 2), ("not_applicable", 3)];
    let word = table.choice("eligible", &words);
    let condition = table.text_if("condition");
    match (word, condition) {
        (Some(2), Some(condition)) => Eligible::Conditional(condition.value),
        (Some(2), None) => {
            table.missing("condition");
            Eligible::No
        }
        (word, condition) => {
            if let Some(condition) = condition {
                let message = "`condition` is only for items that are conditional";
                table.sheet.fault(condition.line, message);
            }
            match word {
                Some(0) => Eligible::Yes,
                Some(3) => Eligible::NotApplicable,
                _ => Eligible::No,
            }
        }
    }
}
