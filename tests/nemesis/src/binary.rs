//! The binary as a newcomer gets it: built by cargo, found beside what runs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of `tongban`, built once for all tests of this run; another one's in TONGBAN_BINARY.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("TONGBAN_BINARY").map_or_else(build, PathBuf::from))
}

/// Builds it with the profile and into the folder of what runs, which is `<target>/<profile>/deps/it-…` or
/// `<target>/<profile>/nemesis`.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let mut folders = test.ancestors().skip(1);
    let folder = folders.find(|folder| !folder.ends_with("deps")).expect("the folder of a profile");
    let target = folder.parent().expect("the target folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()).expect("a profile") {
        "debug" => "dev",
        other => other,
    };
    let built = Command::new(env!("CARGO"))
        .args(["build", "-p", "tongban", "--quiet", "--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(built.success(), "tongban does not build");
    folder.join(format!("tongban{}", std::env::consts::EXE_SUFFIX))
}
