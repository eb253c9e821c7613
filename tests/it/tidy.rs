//! The architecture as tests: who may use whom, and how long things may grow.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Which crate may depend on which of ours. What is absent here is the architecture.
const MAY_USE: &[(&str, &[&str])] = &[
    ("rulebook", &[]),
    ("proto", &[]),
    // Bytes between processes: `proto` for tongban.log.v1 and nothing else of it.
    ("eventlog", &["proto"]),
    // What callers link: the wire and nothing behind it.
    ("client", &["proto"]),
    ("host", &["proto", "rulebook"]),
    ("desk", &["proto", "rulebook", "eventlog", "host"]),
    ("intake", &["proto", "rulebook", "eventlog", "host", "desk"]),
    ("planning", &["proto", "rulebook", "eventlog", "host", "desk"]),
    ("acceptance", &["proto", "rulebook", "eventlog", "host", "desk"]),
    ("dossier", &["proto", "rulebook", "eventlog", "host", "desk"]),
    ("aftercare", &["proto", "rulebook", "eventlog", "host", "desk"]),
    ("status", &["proto", "rulebook", "eventlog", "host", "desk"]),
    // What is checked must not check itself: only the messages on the wire are shared.
    ("checker", &["proto"]),
    (
        "tongban",
        &[
            "proto",
            "client",
            "rulebook",
            "eventlog",
            "host",
            "desk",
            "intake",
            "planning",
            "acceptance",
            "aftercare",
            "dossier",
            "status",
        ],
    ),
];

/// The pure crate sees no world.
const NOT_IN_RULEBOOK: &[&str] = &["tokio", "sqlx", "tonic", "async-nats", "axum", "tracing"];

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 70;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

fn sources(below: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(below).expect("folder").map(|entry| entry.expect("entry").path()) {
        if path.is_dir() {
            if !["gen", "target", ".git"].iter().any(|skip| path.ends_with(skip)) {
                sources(&path, extension, found);
            }
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

fn rust_files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["proto", "services", "tests"] {
        sources(&root().join(folder), "rs", &mut files);
    }
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("utf-8");
            (path, text)
        })
        .collect()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest).expect("manifest");
    let section =
        text.split("\n[").find(|section| section.starts_with("dependencies]")).unwrap_or_default();
    section
        .lines()
        .skip(1)
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

#[test]
fn each_crate_uses_only_what_the_architecture_allows() {
    let ours: BTreeSet<_> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut crates: Vec<_> = fs::read_dir(root().join("services"))
        .expect("services")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.is_dir())
        .collect();
    crates.push(root().join("proto"));
    crates.push(root().join("tests/checker"));
    for folder in crates {
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        let (_, allowed) = MAY_USE
            .iter()
            .find(|(crate_name, _)| *crate_name == name)
            .unwrap_or_else(|| panic!("give {name} a row in MAY_USE"));
        let used = dependencies(&folder.join("Cargo.toml"));
        for dependency in used.intersection(&ours) {
            assert!(allowed.contains(&dependency.as_str()), "{name} may not use {dependency}");
        }
        if name == "rulebook" {
            for outside in NOT_IN_RULEBOOK {
                assert!(!used.contains(*outside), "rulebook is pure and may not use {outside}");
            }
        }
    }
}

#[test]
fn files_and_functions_stay_short_enough_to_read() {
    let mut long = Vec::new();
    for (path, text) in rust_files() {
        if is_test(&path) {
            continue;
        }
        let lines: Vec<_> = text.lines().collect();
        if lines.len() > MAX_FILE_LINES {
            long.push(format!("{}: {} lines", path.display(), lines.len()));
        }
        for (start, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            let is_function = [
                "fn ",
                "pub fn ",
                "pub(crate) fn ",
                "pub(super) fn ",
                "async fn ",
                "pub async fn ",
                "const fn ",
                "pub const fn ",
            ]
            .iter()
            .any(|prefix| head.starts_with(prefix));
            if is_function {
                let end = format!("{}}}", " ".repeat(indent));
                let length = lines[start..].iter().position(|line| *line == end).unwrap_or(0);
                if length > MAX_FUNCTION_LINES {
                    long.push(format!(
                        "{}:{}: a function of {length} lines",
                        path.display(),
                        start + 1
                    ));
                }
            }
        }
    }
    assert!(long.is_empty(), "split by idea:\n{}", long.join("\n"));
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    for (path, text) in rust_files() {
        assert!(text.starts_with("//!"), "{} begins without //!", path.display());
    }
}

#[test]
fn no_module_is_named_for_being_shared() {
    for (path, _) in rust_files() {
        let stem = path.file_stem().expect("stem").to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "types", "helpers", "misc"].contains(&stem.as_str()),
            "{}",
            path.display()
        );
    }
}

#[test]
fn events_are_matched_by_name() {
    for (path, text) in rust_files() {
        if path.ends_with("case/state.rs")
            || path.ends_with("case/event.rs")
            || path.ends_with("matter/state.rs")
            || path.ends_with("matter/event.rs")
        {
            assert!(
                !text.contains("_ =>"),
                "{}: name every event, so that the compiler keeps the list",
                path.display()
            );
        }
    }
}

#[test]
fn sql_stays_with_the_log() {
    for (path, text) in rust_files() {
        let inside = path.components().any(|part| part.as_os_str() == "eventlog")
            || path.starts_with(root().join("tests"));
        assert!(
            inside || !text.contains("sqlx::"),
            "{} talks SQL; only eventlog may",
            path.display()
        );
    }
}

/// Faults on purpose are in no build that anybody asked for without naming them.
#[test]
fn seeded_faults_are_never_in_a_build_by_default() {
    let mut manifests = Vec::new();
    for folder in ["proto", "services", "tests", "deploy"] {
        sources(&root().join(folder), "toml", &mut manifests);
    }
    manifests.push(root().join("Cargo.toml"));
    let mut forwarded = Vec::new();
    for path in manifests.iter().filter(|path| path.ends_with("Cargo.toml")) {
        let text = fs::read_to_string(path).expect("manifest");
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            if !line.contains("seeded-faults") {
                continue;
            }
            let own = line.starts_with("seeded-faults = [");
            assert!(own, "{}: `{line}` lets them in by default", path.display());
            forwarded.push(path.parent().expect("a crate").to_owned());
        }
    }
    let crates: BTreeSet<_> = forwarded.iter().filter_map(|path| path.file_name()).collect();
    assert_eq!(crates, BTreeSet::from(["eventlog", "desk", "tongban"].map(std::ffi::OsStr::new)));
    // Nothing that builds an image or a release names the feature.
    let run = fs::read_to_string(root().join("Cargo.toml")).expect("manifest");
    assert!(!run.contains("seeded"));
    let mut recipes = Vec::new();
    sources(&root().join("deploy"), "yml", &mut recipes);
    sources(&root().join("deploy"), "yaml", &mut recipes);
    recipes
        .extend(fs::read_dir(root().join("deploy")).expect("deploy").flatten().map(|e| e.path()));
    for path in recipes.iter().filter(|path| path.is_file()) {
        let text = fs::read_to_string(path).unwrap_or_default();
        assert!(!text.contains("seeded-faults"), "{} builds seeded faults", path.display());
    }
}
