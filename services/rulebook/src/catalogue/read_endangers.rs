//! `catalogue/endangers.toml`: which change of a project leaves which approvals behind.

use jiff::civil::Date;

use super::draft::Draft;
use super::endangers::{EndangeredRow, EndedRow, PROJECT_FACTS};
use super::read_item::citations;
use super::read_rest::{codes, draft};
use super::sheet::Fields;
use super::words::Text;

pub(super) fn endangers(fields: &Fields<'_>) -> (Vec<Draft<EndangeredRow>>, EndedRow) {
    let ended = fields
        .table("ended")
        .map(|ended| EndedRow { remedy: remedy(&ended), legal_basis: citations(&ended) });
    let rows = fields.tables("endangers").iter().map(row).collect();
    (rows, ended.unwrap_or_default())
}

fn row(fields: &Fields<'_>) -> Draft<EndangeredRow> {
    let change = fields.texts("change");
    for fact in change.iter().filter(|fact| !PROJECT_FACTS.contains(&fact.value.as_str())) {
        let message =
            format!("the project has no fact `{}`, but {}", fact.value, PROJECT_FACTS.join(", "));
        fields.sheet.fault(fact.line, message);
    }
    let mut claims = Vec::new();
    let row = EndangeredRow {
        change: change.into_iter().map(|fact| fact.value).collect(),
        items: codes(fields, "items", &mut claims),
        // A date that is missing or wrong is a fault already, and then nothing is kept.
        from: fields.date("from").map_or(Date::MIN, |from| from.value),
        remedy: remedy(fields),
        legal_basis: citations(fields),
    };
    if row.change.is_empty() || row.items.is_empty() {
        let message = "the row endangers nothing: give it `change` and `items`";
        fields.sheet.fault(fields.line, message);
    }
    draft(fields, row, claims)
}

fn remedy(fields: &Fields<'_>) -> Text {
    fields.table("remedy").map_or_else(Text::default, |remedy| remedy.names())
}
