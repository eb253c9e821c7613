//! Files of law that are spoilt: each fault is told with its file and line, all of them in one run, and
//! nothing of such a folder is used.

use crate::{
    cli::{Said, run},
    copied::Copied,
};
use std::fs;

/// In this file, this becomes that; the fault is told where `at` stands then, in these words.
struct Spoilt {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    at: &'static str,
    words: &'static str,
}

fn spoilt(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    at: &'static str,
    words: &'static str,
) -> Spoilt {
    Spoilt { file, from, to, at, words }
}

/// A file of items.
macro_rules! item {
    ($code:literal) => {
        concat!("catalogue/", $code, ".toml")
    };
}

fn check(seeds: &Copied) -> Said {
    run(&["catalogue", "check", seeds.path()])
}

/// Spoils every row in one copy, and finds every one of them told.
fn told_at_once(name: &str, rows: Vec<Spoilt>) {
    let seeds = Copied::new(name);
    for row in &rows {
        seeds.spoil(row.file, row.from, row.to);
    }
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let mut missing = Vec::new();
    for Spoilt { file, at, words, .. } in &rows {
        let text = fs::read_to_string(seeds.folder().join(file)).expect("a seed");
        let offset = text.find(at).unwrap_or_else(|| panic!("{file} has no {at:?}"));
        let line = 1 + text[..offset].matches('\n').count();
        let start = format!("{}/{file}:{line}: ", seeds.path());
        let found = said.out.lines().any(|told| told.starts_with(&start) && told.contains(words));
        if !found {
            missing.push(format!("{file}:{line}: {words}"));
        }
    }
    assert!(missing.is_empty(), "not told:\n{}\nbut\n{}", missing.join("\n"), said.out);
    let counted = said.out.lines().count();
    assert!(said.err.contains(&format!("{counted} fault")), "{}", said.err);
}

#[test]
fn fields_of_items_are_what_they_must_be() {
    let committed = "committed = { limit = \"7wd\"";
    told_at_once(
        "fields",
        vec![
            spoilt(
                item!("S2-01"),
                "kind = ",
                "colour = \"red\"\nkind = ",
                "colour",
                "unknown field `colour`",
            ),
            spoilt(item!("S3-02"), "kind = \"confirmation\"\n", "", "# ", "`kind` is missing"),
            spoilt(item!("S2-05"), "\"20wd\"", "\"20days\"", "\"20days\"", "`limit`"),
            spoilt(item!("S2-06"), "\"20wd\"", "\"-20wd\"", "\"-20wd\"", "`limit`"),
            spoilt(item!("S2-07"), "\"20wd\"", "\"0wd\"", "\"0wd\"", "cannot be zero"),
            spoilt(
                item!("S2-03"),
                "limit = \"",
                "limit = 20 # \"",
                "limit = 20",
                "`limit` must be text",
            ),
            spoilt(
                item!("S3-01"),
                committed,
                "committed = { limit = \"\"",
                "committed = {",
                "not empty",
            ),
            spoilt(item!("S4-01"), "limit = \"10wd\"", "limit = \"null\"", "\"null\"", "`limit`"),
            spoilt(
                item!("S4-03"),
                "limit = \"0wd\"",
                "limit = nan",
                "limit = nan",
                "`limit` must be text",
            ),
            spoilt(item!("S3-04"), "limit = \"1wd\"", "limit = \"１wd\"", "\"１wd\"", "`limit`"),
            spoilt(
                item!("S3-05"),
                "stage = \"acceptance\"",
                "stage = \"no\"",
                "stage = \"no\"",
                "must be one of",
            ),
            spoilt(
                item!("S3-06"),
                "mark = \"assumption\"",
                "mark = false",
                "mark = false",
                "`mark` must be text",
            ),
            spoilt(
                item!("S3-07"),
                "effective = 2",
                "effective = \"2\" # ",
                "effective = ",
                "must be a date",
            ),
            spoilt(
                item!("S3-08"),
                "[name]",
                "[name]\njp = \"許可\"",
                "jp = ",
                "unknown field `jp`",
            ),
            spoilt(
                item!("S3-10"),
                "co_agencies = [",
                "co_agencies = [12, ",
                "co_agencies = [12",
                "`co_agencies` must be text",
            ),
            spoilt(
                item!("S2-12"),
                "procedure = \"",
                "procedure = \"x",
                "procedure = ",
                "unknown procedure",
            ),
        ],
    );
}

#[test]
fn what_is_no_toml_is_told_with_its_line_and_hides_no_other_fault() {
    told_at_once(
        "toml",
        vec![
            spoilt(
                item!("S4-04"),
                "code = ",
                "code = \"S4-04\"\ncode = ",
                "code = \"S4-04\"\n\nstage",
                "duplicate key",
            ),
            spoilt(item!("S4-05"), "code = ", "code = &anchor ", "&anchor", "not TOML"),
            spoilt(item!("S4-06"), "[name]", "[name", "[name", "not TOML"),
            spoilt(item!("S4-07"), "kind = ", "kind = 010 # ", "kind = 010", "not TOML"),
            spoilt(item!("S4-08"), "kind = ", "<<: *base\nkind = ", "<<:", "not TOML"),
            spoilt(
                item!("S4-09"),
                "\n\n[name]",
                "\u{0}\n\n[name]",
                "\u{0}",
                "invisible character U+0000",
            ),
            spoilt(
                "calendar/2021.toml",
                "year = 2021",
                "year = 2021\nyear = 2021",
                "year = 2021\n\n",
                "duplicate key",
            ),
            spoilt(
                "negative-list/FTZ-2021.toml",
                "scope = ",
                "scope = \"ftz\"\nscope = ",
                "scope = \"ftz\"\ndoc",
                "duplicate key",
            ),
            spoilt(item!("S3-02"), "kind = ", "colour = 1\nkind = ", "colour", "unknown field"),
            spoilt("key-project/rule.toml", "inclusive = true\n", "", "[[rule]]", "inclusive"),
            spoilt(
                "budget/plan-attached.toml",
                "limit = \"10wd\"",
                "limit = \"10\"",
                "limit = \"10\"",
                "limit",
            ),
            spoilt(
                "security-review/grounds.toml",
                "needs_control = ",
                "needs_controle = ",
                "needs_controle",
                "needs_controle",
            ),
        ],
    );
}

#[test]
fn what_files_say_of_each_other_fits() {
    told_at_once(
        "graph",
        vec![
            spoilt(
                item!("S2-05"),
                "agency = \"NR\"",
                "agency = \"XX\"",
                "agency = \"XX\"",
                "unknown agency `XX`",
            ),
            spoilt(
                item!("S3-01"),
                "[\"S2-17\"]",
                "[\"S2-97\"]",
                "[\"S2-97\"]",
                "unknown item `S2-97`",
            ),
            spoilt(item!("S3-10"), "[\"S3-09\"]", "[\"S3-10\"]", "[\"S3-10\"]", "names itself"),
            spoilt(item!("S2-09"), "any:S1-08,S1-09", "any:S1-08", "any:S1-08", "has one member"),
            spoilt(
                item!("S2-02"),
                "any:S1-08,S1-09",
                "any:S1-08,S1-08",
                "any:S1-08,S1-08",
                "twice",
            ),
            spoilt(
                item!("S2-03"),
                "prerequisites = [",
                "prerequisites = [\"S2-05\", ",
                "prerequisites = [\"S2-05\"",
                "in a circle: ",
            ),
            spoilt(
                item!("S2-12"),
                "code = \"S2-12\"",
                "code = \"S2-13\"",
                "code = \"S2-13\"",
                "the file is named S2-12.toml",
            ),
            spoilt(
                item!("S3-03"),
                "prior:S2-08",
                "prior:S2-88",
                "prior:S2-88",
                "unknown item `S2-88`",
            ),
            spoilt(
                "catalogue/gates.toml",
                "any_of = [\"S3-02\"]",
                "any_of = [\"S3-92\"]",
                "S3-92",
                "unknown item `S3-92`",
            ),
            spoilt(
                "catalogue/gates.toml",
                "id = \"G5\"",
                "id = \"G4\"",
                "[[gate]]\nid = \"G4\"\nname = { zh = \"排污",
                "the gate G4 is listed twice",
            ),
            spoilt(
                "agencies/agencies.toml",
                "code = \"DRC\"",
                "code = \"COM\"",
                "[[agency]]\ncode = \"COM\"\nseed_name = \"市发展",
                "the agency COM is listed twice",
            ),
            spoilt("forms/P1.toml", "lead = \"", "lead = \"ZZ", "lead = \"ZZ", "unknown agency"),
        ],
    );
}

#[test]
fn a_circle_is_shown_whole() {
    let seeds = Copied::new("circle");
    seeds.spoil(item!("S2-03"), "prerequisites = [", "prerequisites = [\"S2-05\", ");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2));
    let circle = said.out.lines().find(|line| line.contains("circle")).expect("it is told");
    for code in ["S2-03", "S2-04", "S2-05"] {
        assert!(circle.contains(code), "{circle}");
    }
}

#[test]
fn a_gate_that_nothing_can_open_is_refused() {
    let seeds = Copied::new("gate");
    seeds.spoil("catalogue/gates.toml", "blocks = [\"S1-05\", \"S1-12\"]", "blocks = [\"S1-02\"]");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(
        said.out.contains("catalogue/gates.toml:")
            && said.out.contains("nothing can open the gate G1"),
        "{}",
        said.out
    );
}

#[test]
fn editions_follow_each_other_without_gap_or_overlap() {
    for (name, from, to, words) in [
        ("overlap", "until = 2022-02-28", "until = 2022-03-31", "overlaps the next"),
        (
            "gap",
            "until = 2022-02-28",
            "until = 2022-01-31",
            "no edition is in force after 2022-01-31",
        ),
        ("backward", "until = 2022-02-28", "until = 2000-01-01", "before it begins"),
    ] {
        let seeds = Copied::new(name);
        seeds.spoil(item!("S1-05"), from, to);
        let said = check(&seeds);
        assert_eq!(said.code, Some(2), "{name}: {}", said.out);
        assert!(
            said.out.contains("catalogue/S1-05.toml:") && said.out.contains(words),
            "{name}: {}",
            said.out
        );
    }
    let seeds = Copied::new("one-code");
    fs::create_dir(seeds.folder().join("catalogue/again")).expect("a folder");
    fs::copy(
        seeds.folder().join(item!("S3-04")),
        seeds.folder().join("catalogue/again/S3-04.toml"),
    )
    .expect("a copy");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.out.contains("S3-04"), "{}", said.out);
}

#[test]
fn calendars_are_possible_years() {
    told_at_once(
        "calendar",
        vec![
            spoilt(
                "calendar/2022.toml",
                "\"2022-10-08\"",
                "\"2022-10-11\"",
                "\"2022-10-11\"",
                "which is worked anyway",
            ),
            spoilt(
                "calendar/2022.toml",
                "\"2022-05-02\"]",
                "\"2022-05-02\", \"2022-05-01\"]",
                "\"2022-05-01\"]",
                "2022-05-01 is listed twice",
            ),
            spoilt(
                "calendar/2022.toml",
                "\"2022-06-05\"",
                "\"2023-06-05\"",
                "\"2023-06-05\"",
                "outside 2022",
            ),
            spoilt(
                "calendar/2022.toml",
                "\"2022-09-12\"",
                "\"2022-09-31\"",
                "\"2022-09-31\"",
                "is not a date",
            ),
            spoilt(
                "calendar/2022.toml",
                "\"2022-04-04\"",
                "\"2022-4-4\"",
                "\"2022-4-4\"",
                "is not a date",
            ),
            spoilt("calendar/2021.toml", "year = 2021", "jahr = 2021", "jahr", "jahr"),
            spoilt(
                "calendar/2023.toml",
                "year = 2023",
                "year = 2033",
                "year = 2033",
                "named 2023.toml",
            ),
            spoilt(
                "calendar/2020.toml",
                "published = \"2019-11-21\"",
                "published = \"2020-11-21\"",
                "published = \"2020-01",
                "out of order",
            ),
            spoilt(
                "calendar/2024.toml",
                "mark = \"",
                "mark = \"rumour",
                "mark = \"rumour",
                "rumour",
            ),
            spoilt(
                "calendar/2019.toml",
                "published = \"2018",
                "published = \"2017",
                "published = \"2017",
                "published in 2019 or the year before",
            ),
            spoilt(
                "calendar/statutory.toml",
                "\"10-01\"",
                "\"10-32\"",
                "\"10-32\"",
                "is not a date",
            ),
        ],
    );
}

#[test]
fn negative_lists_decide_or_say_that_a_person_does() {
    told_at_once(
        "lists",
        vec![
            spoilt(
                "negative-list/NAT-2020.toml",
                "repealed = 2022-01-01",
                "repealed = 2022-02-01",
                "repealed = 2022-02-01",
                "",
            ),
            spoilt(
                "negative-list/NAT-2021.toml",
                "rule = \"prohibited\"\n",
                "",
                "[[item]]\nno = 2\n",
                "no `rule`",
            ),
            spoilt(
                "negative-list/NAT-2024.toml",
                "rule = \"prohibited\"",
                "rule = \"foreigners may not\"",
                "rule = \"foreigners",
                "`rule` must be",
            ),
            spoilt("negative-list/FTZ-2020.toml", "count = ", "count = 9", "count = 9", "items"),
            spoilt(
                "negative-list/FTZ-2021.toml",
                "no = 2\n",
                "no = 3\n",
                "no = 3\n",
                "where 2 is expected",
            ),
            spoilt(
                "negative-list/FTZ-2021.toml",
                "max_pct = 66",
                "max_pct = 166",
                "max_pct = 166",
                "at most 100",
            ),
            spoilt("negative-list/NAT-2021.toml", "\"0112\"", "\"O112\"", "\"O112\"", "gbt_hint"),
        ]
        .into_iter()
        .filter(|row| !row.words.is_empty())
        .collect(),
    );
    let seeds = Copied::new("two-lists");
    seeds.spoil("negative-list/NAT-2020.toml", "repealed = 2022-01-01", "repealed = 2022-02-01");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.out.contains("edition `NAT-2021` overlaps edition `NAT-2020`"), "{}", said.out);
    let seeds = Copied::new("same-day");
    let list =
        fs::read_to_string(seeds.folder().join("negative-list/NAT-2021.toml")).expect("a list");
    let other = list.replace("edition = \"NAT-2021\"", "edition = \"NAT-2021-b\"");
    fs::write(seeds.folder().join("negative-list/NAT-2021-b.toml"), other).expect("a list");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.out.contains("overlaps"), "{}", said.out);
}

#[test]
fn texts_show_what_they_say() {
    told_at_once(
        "texts",
        vec![
            spoilt(item!("S2-01"), "en = \"Land", "en = \"<b>Land", "en = \"<b>Land", "markup"),
            spoilt(
                item!("S2-02"),
                "zh = \"",
                "zh = \"<script>alert(1)</script>",
                "zh = \"<script>",
                "markup",
            ),
            spoilt(
                item!("S2-05"),
                "zh = \"建设",
                "zh = \"\u{202e}建设",
                "\u{202e}",
                "invisible character U+202E",
            ),
            spoilt(item!("S2-06"), "note = \"", "note = \"=HYPERLINK(1) ", "note = \"=", "formula"),
            spoilt(
                "agencies/agencies.toml",
                "zh = \"大连市商务局\"",
                "zh = \"@SUM(A1)\"",
                "zh = \"@SUM",
                "formula",
            ),
            spoilt(
                "agencies/agencies.toml",
                "en = \"Municipal Commerce",
                "en = \"+Municipal Commerce",
                "en = \"+",
                "formula",
            ),
            spoilt("agencies/districts.toml", "zh = \"", "zh = \"-", "zh = \"-", "formula"),
            spoilt(
                "calendar/2022.toml",
                "name = \"国庆节\"",
                "name = \"国庆\u{200b}节\"",
                "\u{200b}",
                "invisible character U+200B",
            ),
            spoilt(
                "calendar/2021.toml",
                "notice = \"",
                "notice = \"<img src=x> ",
                "notice = \"<img",
                "markup",
            ),
            spoilt(
                "negative-list/NAT-2021.toml",
                "text = \"禁止",
                "text = \"\u{2066}禁止",
                "\u{2066}",
                "invisible character U+2066",
            ),
            spoilt(
                "security-review/grounds.toml",
                "zh = \"",
                "zh = \"</td>",
                "zh = \"</td>",
                "markup",
            ),
            spoilt(
                "key-project/rule.toml",
                "# The gate",
                "# \u{202e}The gate",
                "\u{202e}",
                "invisible character U+202E",
            ),
            spoilt("forms/P1.toml", "zh = \"", "zh = \"=", "zh = \"=", "formula"),
        ],
    );
}

#[test]
fn a_file_that_is_not_utf8_is_refused_with_the_offset_of_the_byte() {
    let seeds = Copied::new("gbk");
    // 建设 in GBK, where UTF-8 stood.
    let path = seeds.folder().join(item!("S2-07"));
    let text = fs::read_to_string(&path).expect("a seed");
    let offset = text.find("zh = \"").expect("a name") + 6;
    let line = 1 + text[..offset].matches('\n').count();
    let bytes = [&text.as_bytes()[..offset], &[0xbd, 0xa8, 0xc9, 0xe8], &text.as_bytes()[offset..]]
        .concat();
    fs::write(&path, bytes).expect("a spoilt seed");
    seeds.spoil("calendar/2022.toml", "\"2022-10-08\"", "\"2022-10-11\"");
    seeds.spoil(item!("S3-02"), "kind = ", "colour = 1\nkind = ");
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    let told = format!("catalogue/S2-07.toml:{line}: not UTF-8: the byte at offset {offset} ");
    assert!(said.out.contains(&told), "{told} in\n{}", said.out);
    for other in ["calendar/2022.toml:", "catalogue/S3-02.toml:"] {
        assert!(said.out.contains(other), "{other} in\n{}", said.out);
    }
}

#[test]
fn a_byte_order_mark_and_the_line_ends_of_windows_change_nothing() {
    let seeds = Copied::new("windows");
    let mut folders = vec![seeds.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let text = fs::read_to_string(&path).expect("a seed").replace('\n', "\r\n");
                fs::write(&path, format!("\u{feff}{text}")).expect("a seed");
            }
        }
    }
    let said = check(&seeds);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    // Lines are counted as an editor counts them.
    seeds.spoil(item!("S3-02"), "kind = ", "colour = 1\r\nkind = ");
    seeds.spoil("calendar/2022.toml", "\"2022-10-08\"", "\"2022-10-11\"");
    seeds.spoil("negative-list/NAT-2021.toml", "no = 2\r\n", "no = 3\r\n");
    let said = check(&seeds);
    for (file, at) in [
        (item!("S3-02"), "colour"),
        ("calendar/2022.toml", "\"2022-10-11\""),
        ("negative-list/NAT-2021.toml", "no = 3\r\n"),
    ] {
        let text = fs::read_to_string(seeds.folder().join(file)).expect("a seed");
        let line = 1 + text[..text.find(at).expect("there")].matches('\n').count();
        assert!(said.out.contains(&format!("{file}:{line}: ")), "{file}:{line} in\n{}", said.out);
    }
}

#[test]
fn what_is_too_large_or_too_deep_is_refused_before_it_hurts() {
    let seeds = Copied::new("large");
    let path = seeds.folder().join("calendar/2022.toml");
    let text = fs::read_to_string(&path).expect("a seed");
    fs::write(&path, text + &"#".repeat(5 * 1024 * 1024)).expect("a large seed");
    for (file, deep) in [
        (item!("S2-05"), format!("x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        (item!("S2-06"), format!("x = {}1{}\n", "{ a = ".repeat(100_000), " }".repeat(100_000))),
        (item!("S2-07"), format!("x{} = 1\n", ".a".repeat(50_000))),
        ("calendar/2021.toml", format!("x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        (
            "negative-list/NAT-2021.toml",
            format!("x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        ),
    ] {
        let path = seeds.folder().join(file);
        let text = fs::read_to_string(&path).expect("a seed");
        fs::write(&path, deep + &text).expect("a deep seed");
    }
    let said = check(&seeds);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(!said.err.contains("panicked") && !said.err.contains("overflow"), "{}", said.err);
    for file in [
        "calendar/2022.toml:1: the file has ",
        "catalogue/S2-05.toml:",
        "catalogue/S2-06.toml:",
        "catalogue/S2-07.toml:",
        "calendar/2021.toml:",
        "negative-list/NAT-2021.toml:",
    ] {
        assert!(said.out.contains(file), "{file} in\n{:.2000}", said.out);
    }
}
