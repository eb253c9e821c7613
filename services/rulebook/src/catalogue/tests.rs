//! The seeds as they are, and what becomes of seeds that are wrong.

mod broken;
mod conditions;
mod small;
mod whole;

use std::path::Path;

use jiff::civil::Date;

use super::*;

/// The repository's own seeds.
fn real_files() -> Vec<SeedFile> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds"));
    let mut files = Vec::new();
    for folder in ["catalogue", "agencies", "forms"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push(SeedFile { path: format!("{folder}/{name}"), text });
        }
    }
    files
}

fn real() -> Catalogue {
    Catalogue::parse(&real_files()).unwrap_or_else(|faults| panic!("{}", told(&faults)))
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}
