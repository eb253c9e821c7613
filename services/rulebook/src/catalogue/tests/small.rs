//! A catalogue small enough to see all of, with nothing wrong in it.

use super::*;

const AGENCIES: &str = r#"[[agency]]
code = "NR"
zh = "自然资源局"
en = "Natural Resources"
role = "land"
stages = ["planning"]

[[agency]]
code = "CD"
zh = "人防办"
en = "Civil Defence"
role = "shelters"
stages = ["planning"]

[[agency]]
code = "MR"
zh = "市场监管局"
en = "Market Regulation"
role = "registration"
stages = ["intake"]

[[agency]]
code = "COURT"
zh = "法院"
en = "Court"
role = "outside the platform"
stages = []
"#;

const DISTRICTS: &str = r#"[[district]]
code = "210213"
zh = "金州区"
en = "Jinzhou"
"#;

const ZONES: &str = r#"[[zone]]
code = "DLZ-JP"
zh = "金普新区"
en = "Jinpu"
host = "210213"
ftz = false
"#;

const FACTS: &str = r#"[[fact]]
key = "land_supply"
words = ["transferred", "allocated"]
legal_basis = [{ text = "城乡规划法 art. 36", mark = "verified" }]
question = { zh = "如何供地？", en = "How?", ja = "どう？", ko = "어떻게?" }

[[fact]]
key = "civil_building"
flag = true
legal_basis = [{ text = "人民防空法 art. 22", mark = "verified" }]
question = { zh = "民用？", en = "Civil?", ja = "民用？", ko = "민용?" }

[[fact]]
key = "annual_energy_tce"
number = "tce"
legal_basis = [{ text = "节约能源法 art. 15", mark = "verified" }]
question = { zh = "多少？", en = "How much?", ja = "いくら？", ko = "얼마?" }
"#;

const PROCEDURES: &str = r#"[[procedure]]
name = "licensing"
correction = { limit = "5wd", silence = "accepted", citation = "行政许可法 art. 32(4)", mark = "verified" }
delivery = { limit = "10wd", citation = "行政许可法 art. 44", mark = "verified" }

[commitment]
check_due = "30wd"
rectification = "15wd"
citation = "practice"
mark = "assumption"

[tolerance]
supply = "5wd"
citation = "practice"
mark = "assumption"
"#;

const GATES: &str = r#"[[gate]]
id = "G1"
name = { zh = "开工", en = "Start" }
blocks = ["S2-02"]
legal_basis = [{ text = "城乡规划法 art. 40", mark = "verified" }]

[[gate.until]]
any_of = ["S2-01"]
"#;

const ENDANGERS: &str = r#"[ended]
remedy = { zh = "待复核", en = "Wait" }
legal_basis = [{ text = "行政许可法 art. 69", mark = "verified" }]

[[endangers]]
change = ["site"]
items = ["S2-01"]
from = 2019-01-01
remedy = { zh = "申请变更", en = "Apply" }
legal_basis = [{ text = "城乡规划法 art. 43", mark = "verified" }]
"#;

const FIRST: &str = r#"code = "S2-01"
stage = "planning"
kind = "licence"

[name]
zh = "甲"
en = "First"

[[edition]]
edition = "2019-1"
effective = 2019-01-01
agency = "NR"
procedure = "licensing"
legal_basis = [{ text = "城乡规划法 art. 37", mark = "verified" }]
materials = [
  { key = "plan", zh = "图", en = "plan", source = "applicant" },
]
statutory = { limit = "20wd", citation = "行政许可法 art. 42", mark = "verified" }
commitment = { eligible = "no" }

[edition.output]
key = "first_permit"
zh = "甲证"
en = "first permit"
validity = "for ever"
mark = "memory"
"#;

const SECOND: &str = r#"code = "S2-02"
stage = "planning"
kind = "licence"

[name]
zh = "乙"
en = "Second"

[[edition]]
edition = "2019-1"
effective = 2019-01-01
until = 2021-12-31
agency = "NR"
procedure = "licensing"
prerequisites = ["S2-01"]
applies = [{ fact = "civil_building", is = true }]
legal_basis = [{ text = "城乡规划法 art. 40", mark = "verified" }]
materials = [
  { key = "plan", zh = "图", en = "plan", source = "applicant" },
  { key = "first_permit", zh = "甲证", en = "first permit", source = "prior:S2-01" },
]
statutory = { limit = "20wd", citation = "行政许可法 art. 42", mark = "verified" }
commitment = { eligible = "no" }

[[edition.opinion]]
key = "shelter"
agency = "CD"
subject = { zh = "人防", en = "shelter" }
inputs = ["plan"]
limit = "3wd"
citation = "人民防空法 art. 22"
mark = "assumption"

[edition.output]
key = "second_permit"
zh = "乙证"
en = "second permit"
validity = "one year"
mark = "memory"

[[edition]]
edition = "2022-1"
effective = 2022-01-01
agency = "NR"
procedure = "licensing"
legal_basis = [{ text = "城乡规划法 art. 40", mark = "verified" }]
statutory = { limit = "20wd", citation = "行政许可法 art. 42", mark = "verified" }
commitment = { eligible = "no" }

[edition.output]
key = "second_permit"
zh = "乙证"
en = "second permit"
validity = "one year"
mark = "memory"
"#;

const FORM: &str = r#"phase = "P2"
effective = 2019-01-01
lead = "NR"
name = { zh = "申请表", en = "Form" }
items = ["S2-01", "S2-02"]
materials = ["plan"]
"#;

pub(super) fn files() -> Vec<SeedFile> {
    let files = [
        ("agencies/agencies.toml", AGENCIES),
        ("agencies/districts.toml", DISTRICTS),
        ("agencies/zones.toml", ZONES),
        ("catalogue/facts.toml", FACTS),
        ("catalogue/procedures.toml", PROCEDURES),
        ("catalogue/gates.toml", GATES),
        ("catalogue/endangers.toml", ENDANGERS),
        ("catalogue/S2-01.toml", FIRST),
        ("catalogue/S2-02.toml", SECOND),
        ("forms/P2.toml", FORM),
    ];
    let file = |(path, text): (&str, &str)| SeedFile { path: path.into(), text: text.into() };
    files.into_iter().map(file).collect()
}

#[test]
fn the_small_catalogue_has_nothing_wrong_in_it() {
    let catalogue = Catalogue::parse(&files()).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    assert_eq!(catalogue.codes().collect::<Vec<_>>(), ["S2-01", "S2-02"]);
    assert_eq!(catalogue.editions("S2-02").len(), 2);
}

#[test]
fn an_edition_without_an_end_ends_on_the_eve_of_the_next() {
    let mut files = files();
    for file in &mut files {
        file.text = file.text.replace("until = 2021-12-31\n", "");
    }
    let catalogue = Catalogue::parse(&files).unwrap();
    assert_eq!(catalogue.editions("S2-02")[0].effective.until, Some(day("2021-12-31")));
    assert_eq!(catalogue.editions("S2-02")[1].effective.until, None);
}

#[test]
fn files_of_other_folders_are_not_looked_at() {
    let mut files = files();
    files.push(SeedFile { path: "calendar/2022.toml".into(), text: "= nonsense".into() });
    files.push(SeedFile { path: "catalogue/README.md".into(), text: "# words".into() });
    assert!(Catalogue::parse(&files).is_ok());
}
