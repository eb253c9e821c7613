//! Loading everything at once: nothing is read in vain, and no fault hides another.

use super::*;

fn file(path: &str, text: &str) -> SeedFile {
    SeedFile { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn what_nothing_reads_is_a_fault_named_once_a_folder() {
    let faults = Law::parse(&[
        file("calender/2022.toml", ""),
        file("calender/2023.toml", ""),
        file("2022.toml", ""),
        file("demo/one.toml", "not law"),
    ])
    .unwrap_err();
    let strangers: Vec<_> =
        faults.iter().filter(|fault| fault.message.starts_with("nothing reads")).collect();
    let paths: Vec<_> = strangers.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["2022.toml", "calender/2022.toml"]);
}

#[test]
fn faults_of_all_parts_come_together_in_order() {
    let faults =
        Law::parse(&[file("zoning/x.toml", ""), file("calendar/2022.toml", "year = 2023")])
            .unwrap_err();
    let paths: BTreeSet<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
    assert!(paths.contains("calendar/2022.toml"), "{faults:?}");
    assert!(paths.contains("calendar/statutory.toml"), "{faults:?}");
    assert!(paths.contains("zoning/x.toml"), "{faults:?}");
    assert!(faults.is_sorted(), "{faults:?}");
}
