//! Every way in which seeds can be wrong, told with its line.

use super::*;

/// Replaces the first `find` in the file by `put`, and expects exactly these faults.
fn check(path: &str, find: &str, put: &str, expected: &[&str]) {
    let mut files = small::files();
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    assert!(file.text.contains(find), "{path} has no {find}");
    file.text = file.text.replacen(find, put, 1);
    expect(&files, expected);
}

fn expect(files: &[SeedFile], expected: &[&str]) {
    let faults = Catalogue::parse(files).err().unwrap_or_default();
    let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, expected);
}

const FIRST: &str = "catalogue/S2-01.toml";
const SECOND: &str = "catalogue/S2-02.toml";
const GATES: &str = "catalogue/gates.toml";
const ENDANGERS: &str = "catalogue/endangers.toml";
const FORM: &str = "forms/P2.toml";

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    check(
        FIRST,
        "stage = \"planning\"",
        "stage = ",
        &[
            "catalogue/S2-01.toml:2: not TOML: string values must be quoted, expected literal string",
        ],
    );
    check(
        FIRST,
        "stage = \"planning\"",
        "code = \"S2-03\"",
        &["catalogue/S2-01.toml:2: not TOML: duplicate key"],
    );
}

#[test]
fn an_unknown_field_is_refused() {
    check(
        FIRST,
        "kind = \"licence\"",
        "kind = \"licence\"\ncolour = \"red\"",
        &["catalogue/S2-01.toml:4: unknown field `colour`"],
    );
    check(
        FIRST,
        "commitment = { eligible",
        "commitment = { fee = 1, eligible",
        &["catalogue/S2-01.toml:19: unknown field `fee`"],
    );
}

#[test]
fn a_missing_field_is_told() {
    check(FIRST, "agency = \"NR\"\n", "", &["catalogue/S2-01.toml:9: `agency` is missing"]);
    check(
        FIRST,
        "validity = \"for ever\"\n",
        "",
        &["catalogue/S2-01.toml:21: `validity` is missing"],
    );
    let mut files = small::files();
    let first = files.iter_mut().find(|file| file.path == FIRST).unwrap();
    first.text.truncate(first.text.find("[[edition]]").unwrap());
    expect(&files, &["catalogue/S2-01.toml:1: `edition` is missing"]);
}

#[test]
fn a_limit_has_a_number_and_a_unit_of_its_own() {
    let not_a_limit = |text: &str| {
        format!(
            "catalogue/S2-01.toml:18: `limit`: `{text}` is not a limit: write a number up to 10000 \
             and its unit, as in 20wd, 15cal or 3month"
        )
    };
    for text in ["20days", "-20wd", "20", "wd", "20 wd", "1e3wd", "99999wd"] {
        check(FIRST, "\"20wd\"", &format!("{text:?}"), &[&not_a_limit(text)]);
    }
    check(FIRST, "\"20wd\"", "20", &["catalogue/S2-01.toml:18: `limit` must be text"]);
    check(
        FIRST,
        "\"20wd\"",
        "\"20cal\"",
        &["catalogue/S2-01.toml:18: 行政许可法 counts working days (art. 82), not `20cal`"],
    );
}

#[test]
fn nobody_is_given_no_time_where_time_is_needed() {
    check(FIRST, "\"20wd\"", "\"0wd\"", &["catalogue/S2-01.toml:18: `limit` cannot be zero here"]);
    check(SECOND, "\"3wd\"", "\"0wd\"", &["catalogue/S2-02.toml:30: `limit` cannot be zero here"]);
}

#[test]
fn a_licence_has_a_limit_in_law_and_everything_has_some_limit() {
    let statutory = "statutory = { limit = \"20wd\", citation = \"行政许可法 art. 42\", mark = \"verified\" }\n";
    check(
        FIRST,
        statutory,
        "",
        &["catalogue/S2-01.toml:9: `statutory` is missing: a licence has a limit in law"],
    );
    let mut files = small::files();
    let file = files.iter_mut().find(|file| file.path == FIRST).unwrap();
    file.text = file.text.replace("licence", "tax").replace(statutory, "");
    expect(
        &files,
        &["catalogue/S2-01.toml:9: no limit at all: give `statutory`, `committed` or `duty`"],
    );
}

#[test]
fn what_is_named_must_exist() {
    check(
        FIRST,
        "agency = \"NR\"",
        "agency = \"XX\"",
        &["catalogue/S2-01.toml:12: unknown agency `XX`"],
    );
    check(
        FIRST,
        "source = \"applicant\"",
        "source = \"shared:XX\"",
        &["catalogue/S2-01.toml:16: unknown agency `XX`"],
    );
    check(
        FIRST,
        "\"licensing\"",
        "\"magic\"",
        &["catalogue/S2-01.toml:13: unknown procedure `magic`"],
    );
    check(
        SECOND,
        "[\"S2-01\"]",
        "[\"S2-09\"]",
        &["catalogue/S2-02.toml:15: unknown item `S2-09` in `prerequisites`"],
    );
    check(
        SECOND,
        "fact = \"civil_building\"",
        "fact = \"colour\"",
        &["catalogue/S2-02.toml:16: unknown fact `colour`"],
    );
    check(
        SECOND,
        "inputs = [\"plan\"]",
        "inputs = [\"model\"]",
        &["catalogue/S2-02.toml:29: `model` is no material of S2-02"],
    );
    check(
        FORM,
        "\"S2-01\", ",
        "\"S2-08\", ",
        &["forms/P2.toml:5: unknown item `S2-08` in `items`"],
    );
    check(FORM, "lead = \"NR\"", "lead = \"XX\"", &["forms/P2.toml:3: unknown agency `XX`"]);
    check(
        "agencies/zones.toml",
        "210213",
        "210299",
        &["agencies/zones.toml:5: unknown district `210299`"],
    );
}

#[test]
fn a_condition_asks_a_fact_for_what_it_is() {
    let asked = |put: &str, message: &str| {
        let fault = format!("catalogue/S2-02.toml:16: {message}");
        check(SECOND, "{ fact = \"civil_building\", is = true }", put, &[&fault]);
    };
    asked(
        "{ fact = \"civil_building\", is = [\"yes\"] }",
        "`civil_building` is yes or no: write `is = true` or `is = false`",
    );
    asked("{ fact = \"land_supply\", is = true }", "`land_supply` is a word: write `is = [...]`");
    asked(
        "{ fact = \"land_supply\", is = [\"leased\"] }",
        "`land_supply` is never `leased`, but one of transferred, allocated",
    );
    asked(
        "{ fact = \"annual_energy_tce\", is = [\"1000\"] }",
        "`annual_energy_tce` is a number: write `at_least` or `below`",
    );
    asked(
        "{ fact = \"annual_energy_tce\", at_least = \"-1\" }",
        "`at_least` must be a number in quotes, not negative",
    );
    asked("{ fact = \"annual_energy_tce\", at_least = 1000 }", "`at_least` must be text");
    asked(
        "{ any = [{ fact = \"civil_building\", is = true }] }",
        "`any` needs at least two members",
    );
    asked(
        "{ fact = \"civil_building\" }",
        "a condition needs `is`, `at_least`, `below`, `any` or `all`",
    );
    check(
        SECOND,
        "[{ fact = \"civil_building\", is = true }]",
        "[]",
        &["catalogue/S2-02.toml:16: `applies` is empty: leave it out"],
    );
}

#[test]
fn a_code_is_in_one_file_named_after_it() {
    let mut files = small::files();
    let again = files.iter().find(|file| file.path == FIRST).unwrap().text.clone();
    files.push(SeedFile { path: "catalogue/S2-03.toml".into(), text: again });
    expect(
        &files,
        &[
            "catalogue/S2-03.toml:1: the file is named S2-03.toml but holds `S2-01`",
            "catalogue/S2-03.toml:1: the item S2-01 is already in catalogue/S2-01.toml",
        ],
    );
    check(
        FIRST,
        "stage = \"planning\"",
        "stage = \"intake\"",
        &[
            "catalogue/S2-01.toml:1: codes of the stage intake begin with S1-, not `S2-01`",
            "catalogue/S2-01.toml:12: NR cannot decide S2-01: it does not act in intake",
        ],
    );
}

#[test]
fn names_are_listed_once() {
    check(
        "agencies/agencies.toml",
        "code = \"CD\"",
        "code = \"NR\"",
        &[
            "agencies/agencies.toml:8: the agency NR is listed twice, first in line 1",
            "catalogue/S2-02.toml:27: unknown agency `CD`",
        ],
    );
    check(
        SECOND,
        "edition = \"2022-1\"",
        "edition = \"2019-1\"",
        &["catalogue/S2-02.toml:41: the edition `2019-1` is listed twice"],
    );
    check(
        SECOND,
        "key = \"first_permit\", zh = \"甲证\", en = \"first permit\", source = \"prior:S2-01\"",
        "key = \"plan\", zh = \"图\", en = \"plan\", source = \"applicant\"",
        &["catalogue/S2-02.toml:20: the material `plan` is listed twice"],
    );
}

#[test]
fn editions_neither_overlap_nor_leave_a_gap() {
    check(
        SECOND,
        "until = 2021-12-31",
        "until = 2022-01-01",
        &[
            "catalogue/S2-02.toml:9: the edition `2019-1` overlaps the next, which begins on 2022-01-01",
        ],
    );
    check(
        SECOND,
        "until = 2021-12-31",
        "until = 2021-12-30",
        &["catalogue/S2-02.toml:9: no edition is in force after 2021-12-30 and before 2022-01-01"],
    );
    check(
        SECOND,
        "effective = 2022-01-01",
        "effective = 2019-01-01",
        &[
            "catalogue/S2-02.toml:9: the edition `2019-1` overlaps the next, which begins on 2019-01-01",
        ],
    );
    check(
        SECOND,
        "until = 2021-12-31",
        "until = 2018-12-31",
        &["catalogue/S2-02.toml:9: the edition `2019-1` ends on 2018-12-31, before it begins"],
    );
    check(
        SECOND,
        "effective = 2019-01-01",
        "effective = \"2019-01-01\"",
        &["catalogue/S2-02.toml:11: `effective` must be a date such as 2019-01-01, without quotes"],
    );
}

#[test]
fn prerequisites_in_a_circle_are_printed() {
    check(
        FIRST,
        "procedure = \"licensing\"",
        "procedure = \"licensing\"\nprerequisites = [\"S2-02\"]",
        &[
            "catalogue/S2-01.toml:14: prerequisites in a circle: S2-01 → S2-02 → S2-01",
            "catalogue/gates.toml:8: nothing can open the gate G1: it blocks what S2-01 needs",
        ],
    );
    check(SECOND, "[\"S2-01\"]", "[\"S2-02\"]", &["catalogue/S2-02.toml:15: S2-02 names itself"]);
}

#[test]
fn any_of_one_is_no_choice() {
    check(
        SECOND,
        "[\"S2-01\"]",
        "[\"any:S2-01\"]",
        &["catalogue/S2-02.toml:15: `any:S2-01` has one member: write the code alone"],
    );
    check(
        SECOND,
        "[\"S2-01\"]",
        "[\"any:S2-01,S2-01\"]",
        &["catalogue/S2-02.toml:15: `any:` names S2-01 twice"],
    );
}

#[test]
fn an_opinion_is_asked_of_someone_who_can_give_it() {
    let asked = |agency: &str, because: &str| {
        let fault = format!(
            "catalogue/S2-02.toml:27: {agency} cannot give the opinion `shelter`: {because}"
        );
        check(SECOND, "agency = \"CD\"", &format!("agency = {agency:?}"), &[&fault]);
    };
    asked("COURT", "it is outside the platform");
    asked("MR", "it does not act in planning");
    asked("NR", "it decides itself, and nothing was merged");
    check(
        SECOND,
        "agency = \"CD\"",
        "agency = \"XX\"",
        &["catalogue/S2-02.toml:27: unknown agency `XX`"],
    );
}

#[test]
fn the_lead_may_ask_itself_in_a_merged_review() {
    let mut files = small::files();
    let file = files.iter_mut().find(|file| file.path == SECOND).unwrap();
    file.text = file.text.replacen("agency = \"CD\"", "agency = \"NR\"", 1).replacen(
        "prerequisites",
        "merges = [\"旧证\"]\nprerequisites",
        1,
    );
    expect(&files, &[]);
}

#[test]
fn a_row_that_endangers_what_is_not_there_is_refused() {
    check(
        ENDANGERS,
        "[\"site\"]",
        "[\"site\", \"colour\"]",
        &[
            "catalogue/endangers.toml:6: the project has no fact `colour`, but name, enterprise, investors, site, activity, total_investment, scope",
        ],
    );
    check(
        ENDANGERS,
        "[\"S2-01\"]",
        "[\"S2-09\"]",
        &["catalogue/endangers.toml:7: unknown item `S2-09` in `items`"],
    );
    check(
        ENDANGERS,
        "[\"site\"]",
        "[]",
        &["catalogue/endangers.toml:5: the row endangers nothing: give it `change` and `items`"],
    );
    let row = "[[endangers]]\nchange = [\"site\"]\nitems = [\"S2-01\"]\nfrom = 2019-01-01\n";
    let parts = "remedy = { zh = \"甲\", en = \"a\" }\nlegal_basis = [{ text = \"乙\", mark = \"seed\" }]\n\n";
    check(
        ENDANGERS,
        "[[endangers]]",
        &format!("{row}{parts}[[endangers]]"),
        &[
            "catalogue/endangers.toml:12: a change of `site` endangers `S2-01` twice from 2019-01-01, first in line 5",
        ],
    );
}

#[test]
fn a_gate_that_nothing_can_open_is_refused() {
    check(
        GATES,
        "[[gate.until]]\nany_of = [\"S2-01\"]\n",
        "",
        &["catalogue/gates.toml:1: nothing can open the gate G1: it has no `until`"],
    );
    check(
        GATES,
        "[\"S2-01\"]",
        "[]",
        &["catalogue/gates.toml:7: nothing can meet this demand: `any_of` is empty"],
    );
    check(
        GATES,
        "[\"S2-01\"]",
        "[\"S2-02\"]",
        &["catalogue/gates.toml:8: nothing can open the gate G1: it blocks what S2-02 needs"],
    );
    check(
        GATES,
        "any_of = [\"S2-01\"]",
        "any_of = [\"S2-01\"]\noutcomes = [\"pass\"]",
        &["catalogue/gates.toml:8: nothing can open the gate G1: S2-01 never ends with pass"],
    );
    check(
        GATES,
        "[\"S2-01\"]",
        "[\"S2-09\"]",
        &["catalogue/gates.toml:8: unknown item `S2-09` in `any_of`"],
    );
    check(
        GATES,
        "blocks = [\"S2-02\"]\n",
        "",
        &["catalogue/gates.toml:1: the gate G1 blocks nothing"],
    );
}

#[test]
fn a_material_is_one_thing_and_comes_from_where_it_is_said_to() {
    check(
        FIRST,
        "zh = \"图\", en = \"plan\"",
        "zh = \"图\", en = \"drawing\"",
        &[
            "catalogue/S2-02.toml:19: the material `plan` is called 图 / drawing in S2-01: one key, one name",
        ],
    );
    check(
        SECOND,
        "key = \"first_permit\"",
        "key = \"old_permit\"",
        &["catalogue/S2-02.toml:20: `old_permit` does not come out of S2-01"],
    );
    check(
        SECOND,
        "prior:S2-01",
        "prior:S2-02",
        &["catalogue/S2-02.toml:20: `first_permit` cannot come out of S2-02 itself"],
    );
    check(
        SECOND,
        "prior:S2-01",
        "S2-01",
        &[
            "catalogue/S2-02.toml:20: `S2-01` is not a source: applicant, prior:<item> or shared:<agency>",
        ],
    );
}

#[test]
fn a_form_carries_once_what_two_items_ask_for() {
    check(
        FORM,
        "[\"plan\"]",
        "[]",
        &["forms/P2.toml:1: `plan` is asked for by S2-01 and S2-02: carry it once"],
    );
    check(
        FORM,
        "[\"plan\"]",
        "[\"plan\", \"model\"]",
        &["forms/P2.toml:6: no item of the form asks the applicant for `model`"],
    );
}

#[test]
fn characters_that_hide_or_reverse_text_are_refused() {
    let fault = "the text contains the invisible character";
    check(
        FIRST,
        "en = \"First\"",
        "en = \"Fi\u{202e}rst\"",
        &[&format!("catalogue/S2-01.toml:7: {fault} U+202E")],
    );
    check(
        FIRST,
        "en = \"First\"",
        "en = \"Fi\\u202Erst\"",
        &[&format!("catalogue/S2-01.toml:7: {fault} U+202E")],
    );
    check(
        FIRST,
        "en = \"First\"",
        "en = \"Fi\\u0000rst\"",
        &[&format!("catalogue/S2-01.toml:7: {fault} U+0000")],
    );
    check(
        FIRST,
        "[name]",
        "# \u{200b}\n[name]",
        &[&format!("catalogue/S2-01.toml:5: {fault} U+200B")],
    );
}

#[test]
fn a_file_that_is_missing_or_too_long_is_told() {
    let mut files = small::files();
    files.retain(|file| file.path != GATES);
    expect(&files, &["catalogue/gates.toml:1: the file is missing"]);
    let mut files = small::files();
    let form = files.iter_mut().find(|file| file.path == FORM).unwrap();
    form.text.push_str(&"#".repeat(256 * 1024));
    expect(&files, &["forms/P2.toml:1: the file is longer than 262144 bytes"]);
}

#[test]
fn an_unreadable_file_does_not_make_others_wrong() {
    let mut files = small::files();
    for file in &mut files {
        if file.path.starts_with("agencies/agencies") || file.path == FIRST {
            file.text = "nonsense".to_owned();
        }
    }
    expect(
        &files,
        &[
            "agencies/agencies.toml:1: not TOML: key with no value, expected `=`",
            "catalogue/S2-01.toml:1: not TOML: key with no value, expected `=`",
        ],
    );
}

#[test]
fn every_fault_of_every_file_is_told_at_once() {
    let mut files = small::files();
    for file in &mut files {
        file.text = file
            .text
            .replace("validity = \"for ever\"", "validity = \"\"")
            .replace("agency = \"CD\"", "agency = \"COURT\"")
            .replace("until = 2021-12-31", "until = 2021-11-30")
            .replace("ftz = false", "ftz = \"no\"")
            .replace("mark = \"memory\"", "mark = \"rumour\"");
    }
    let mark = "`mark` is `rumour`, but must be one of verified, memory, assumption, seed";
    expect(
        &files,
        &[
            "agencies/zones.toml:6: `ftz` must be true or false",
            "catalogue/S2-01.toml:25: `validity` must be text that is not empty",
            &format!("catalogue/S2-01.toml:26: {mark}"),
            "catalogue/S2-02.toml:9: no edition is in force after 2021-11-30 and before 2022-01-01",
            "catalogue/S2-02.toml:27: COURT cannot give the opinion `shelter`: it is outside the platform",
            &format!("catalogue/S2-02.toml:39: {mark}"),
            &format!("catalogue/S2-02.toml:55: {mark}"),
        ],
    );
}

#[test]
fn no_line_can_be_lost_without_an_answer() {
    let whole = small::files();
    for (index, file) in whole.iter().enumerate() {
        let lines: Vec<_> = file.text.lines().collect();
        for lost in 0..lines.len() {
            let mut files = whole.clone();
            let mut rest = lines.clone();
            rest.remove(lost);
            files[index].text = rest.join("\n");
            let faults = Catalogue::parse(&files).err().unwrap_or_default();
            let placed = |fault: &Fault| {
                let file = files.iter().find(|file| file.path == fault.path).unwrap();
                (1..=file.text.lines().count() + 1).contains(&fault.line)
            };
            assert!(faults.iter().all(placed), "{}", told(&faults));
            assert!(faults.is_sorted());
        }
    }
}

#[test]
fn what_may_be_missing_is_the_applicants_and_no_opinion_rests_on_it() {
    let plan = "{ key = \"plan\", zh = \"图\", en = \"plan\", source = \"applicant\" },";
    check(
        FIRST,
        plan,
        "{ key = \"plan\", zh = \"图\", en = \"plan\", source = \"shared:NR\", secondary = true },",
        &["catalogue/S2-01.toml:16: only what the applicant hands in can be secondary"],
    );
    check(
        FIRST,
        "commitment = { eligible",
        "tolerance = { supply = \"2wd\", citation = \"practice\", mark = \"assumption\" }\ncommitment = { eligible",
        &["catalogue/S2-01.toml:9: `tolerance` without a secondary material"],
    );
    let opinion = "[[edition.opinion]]\nkey = \"site\"\nagency = \"NR\"\nsubject = { zh = \"选址\", en = \"site\" }\ninputs = [\"plan\"]\nlimit = \"3wd\"\ncitation = \"practice\"\nmark = \"assumption\"\n\n[edition.output]";
    let mut files = small::files();
    let file = files.iter_mut().find(|file| file.path == FIRST).unwrap();
    file.text =
        file.text.replacen(plan, &plan.replace("applicant\"", "applicant\", secondary = true"), 1);
    let good = Catalogue::parse(&files).unwrap();
    let terms = good.editions("S2-01")[0].tolerance_terms.clone().unwrap();
    assert_eq!(terms.supply.to_string(), "5wd");
    let file = files.iter_mut().find(|file| file.path == FIRST).unwrap();
    file.text = file.text.replacen("[edition.output]", opinion, 1);
    expect(
        &files,
        &[
            "catalogue/S2-01.toml:9: `plan` is an opinion's input and cannot be secondary",
            "catalogue/S2-01.toml:23: NR cannot give the opinion `site`: it decides itself, and nothing was merged",
        ],
    );
}
