//! Files with every kind of fault.

use super::*;

const HEAD: &str = "\
edition = \"NAT-2030\"
scope = \"national\"
doc = \"a list\"
order = \"an order\"
promulgated = 2030-01-01
effective = 2030-02-01
count = 1
count_source = \"a test\"
";

const ITEM: &str = "
[[item]]
no = 1
key = \"printing\"
sector = \"制造业\"
kind = \"chinese_control\"
rule = { below_pct = 50 }
condition = \"a condition\"
text = \"a text\"
mark = \"memory\"
source = \"a test\"
";

fn faults(texts: &[&str]) -> Vec<String> {
    let files: Vec<SeedFile> = texts
        .iter()
        .zip(1..)
        .map(|(text, n)| SeedFile {
            path: format!("negative-list/{n}.toml"),
            text: (*text).to_owned(),
        })
        .collect();
    match NegativeLists::parse(&files) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(Fault::to_string).collect(),
    }
}

/// The head and one item, with one thing replaced, and the faults that follow.
fn check_fault(from: &str, to: &str, expected: &[&str]) {
    let text = format!("{HEAD}{ITEM}");
    assert!(text.contains(from), "{from}");
    assert_eq!(faults(&[&text.replacen(from, to, 1)]), expected, "{from} -> {to}");
}

#[test]
fn a_good_file_has_no_faults_with_a_byte_order_mark_or_windows_line_ends_either() {
    let text = format!("{HEAD}{ITEM}");
    assert_eq!(faults(&[&text]), [""; 0]);
    assert_eq!(faults(&[&format!("\u{FEFF}{text}")]), [""; 0]);
    assert_eq!(faults(&[&text.replace('\n', "\r\n")]), [""; 0]);
}

#[test]
fn each_fault_of_a_file_is_named_with_its_line() {
    let p = "negative-list/1.toml";
    let one = |from: &str, to: &str, line: usize, message: &str| {
        check_fault(from, to, &[&format!("{p}:{line}: {message}")]);
    };
    one("count = 1", "count = 2", 7, "`count` is 2, but there are 1 items");
    one("no = 1", "no = 2", 11, "number 2 where 1 is expected");
    one("count = 1", "count = 1\ncolour = \"red\"", 8, "unknown field `colour` in the file");
    one("mark = ", "colour = \"red\"\nmark = ", 18, "unknown field `colour` in an item");
    one("\"national\"", "\"city\"", 2, "`scope` must be one of national, ftz, not `city`");
    one("2030-02-01", "2029-02-01", 6, "`effective` must not be before `promulgated`");
    one("count = 1", "repealed = 2030-02-01\ncount = 1", 7, "`repealed` must be after `effective`");
    one(
        "\"printing\"",
        "\"Printing\"",
        12,
        "key `Printing` must be lower-case letters, digits and `_`",
    );
    one("\"printing\"", "\"unlisted\"", 12, "key `unlisted` is reserved for what is on no list");
    one(
        "mark = ",
        "also = [{ key = \"printing\" }]\nmark = ",
        18,
        "key `printing` is already used on line 12",
    );
    one(
        "mark = ",
        "gbt_hint = [\"23\", \"C231\"]\nmark = ",
        18,
        "`C231` is not a GB/T 4754 code of two to four digits",
    );
    one("condition = \"a condition\"\n", "", 10, "no `condition`: say what a person must check");
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 51 }",
        10,
        "under kind `chinese_control` only shares below 50 may pass",
    );
    one(
        "{ below_pct = 50 }",
        "{ max_pct = 50 }",
        10,
        "under kind `chinese_control` only shares below 50 may pass",
    );
    one("{ below_pct = 50 }", "{ below_pct = 0 }", 15, "a share must be above 0 and at most 100");
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 50, max_pct = 40 }",
        15,
        "give `max_pct` or `below_pct`, not both",
    );
    one(
        "{ below_pct = 50 }",
        "{ manual_max_pct = 50 }",
        15,
        "a rule needs `max_pct` or `below_pct`",
    );
    one(
        "{ below_pct = 50 }",
        "{ below_pct = 50, manual_max_pct = 40 }",
        15,
        "the manual bound of a rule must be above the other",
    );
    one(
        "kind = \"chinese_control\"",
        "kind = \"equity_cap\"",
        10,
        "kind `equity_cap` and `max_foreign_pct` go together",
    );
    one(
        "kind = \"chinese_control\"",
        "kind = \"equity_cap\"\nmax_foreign_pct = 49",
        10,
        "the rule lets pass more than `max_foreign_pct`",
    );
    one(
        "{ below_pct = 50 }",
        "\"allowed\"",
        15,
        "`rule` must be `prohibited`, `joint_venture`, `manual` or a table, not `allowed`",
    );
}

#[test]
fn prose_without_a_rule_is_refused_and_may_be_marked_manual() {
    let expected =
        "negative-list/1.toml:10: no `rule`: say what the share decides, or rule = \"manual\"";
    check_fault("rule = { below_pct = 50 }\n", "", &[expected]);
    check_fault("{ below_pct = 50 }", "\"manual\"", &[]);
    let expected =
        "negative-list/1.toml:18: no `rule`: say what the share decides, or rule = \"manual\"";
    let part = "also = [{ key = \"books\", condition = \"books only\" }]\nmark = ";
    check_fault("mark = ", part, &[expected]);
}

#[test]
fn all_faults_of_all_files_come_at_once() {
    let first =
        format!("{HEAD}{ITEM}").replace("doc = \"a list\"\n", "").replace("no = 1", "no = \"one\"");
    let second = HEAD.replace("2030-02-01", "soon");
    let found = faults(&[&first, &second]);
    assert_eq!(
        found,
        [
            "negative-list/1.toml:1: the file lacks `doc`",
            "negative-list/1.toml:10: `no` must be a whole number, not the text \"one\"",
            "negative-list/2.toml:6: `effective` must be a date, as in 2020-07-23, not the text \"soon\"",
            "negative-list/2.toml:6: string values must be quoted, expected literal string",
            "negative-list/2.toml:7: `count` is 1, but there are 0 items",
        ],
        "{found:#?}"
    );
}

#[test]
fn editions_of_one_scope_may_touch_and_not_overlap() {
    let edition = |code: &str, scope: &str, effective: &str, repealed: &str| {
        let text = format!("{HEAD}{ITEM}")
            .replace("NAT-2030", code)
            .replace("\"national\"", &format!("\"{scope}\""))
            .replace("effective = 2030-02-01", &format!("effective = {effective}"));
        if repealed.is_empty() {
            text
        } else {
            text.replace("count = 1", &format!("repealed = {repealed}\ncount = 1"))
        }
    };
    let a = edition("A", "national", "2030-02-01", "2031-01-01");
    assert_eq!(faults(&[&a, &edition("B", "national", "2031-01-01", "")]), [""; 0]);
    assert_eq!(faults(&[&a, &edition("B", "ftz", "2030-06-01", "")]), [""; 0]);
    assert_eq!(
        faults(&[&a, &edition("B", "national", "2030-12-31", "")]),
        ["negative-list/2.toml:6: edition `B` overlaps edition `A`"]
    );
    assert_eq!(
        faults(&[
            &edition("A", "national", "2030-02-01", ""),
            &edition("B", "national", "2035-01-01", "")
        ]),
        ["negative-list/2.toml:6: edition `B` overlaps edition `A`"]
    );
    assert_eq!(
        faults(&[&a, &edition("A", "ftz", "2030-06-01", "")]),
        ["negative-list/2.toml:1: a second edition `A`"]
    );
}

#[test]
fn no_list_at_all_is_a_fault() {
    assert_eq!(faults(&[]), ["negative-list/:1: there is no edition of a negative list"]);
}

proptest! {
    #[test]
    fn any_text_is_a_list_or_faults(text in any::<String>()) {
        prop_assert!(!faults(&[&text]).is_empty());
    }
}
