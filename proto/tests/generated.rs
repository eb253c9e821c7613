//! The generated code is checked in, so that a build needs no protoc and no build script. This test
//! proves it current: on a difference it rewrites the files and fails once.

use prost::Message;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn protos(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in
        fs::read_dir(below).expect("proto folder").map(|entry| entry.expect("entry").path())
    {
        if entry.is_dir() {
            protos(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "proto") {
            found.push(entry);
        }
    }
}

fn generate(root: &Path, out: &Path) {
    let mut files = Vec::new();
    protos(&root.join("tongban"), &mut files);
    files.sort();
    let mut compiler = protox::Compiler::new([root]).expect("include path");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files).unwrap_or_else(|error| panic!("{error:?}"));
    let mut descriptors = compiler.file_descriptor_set();
    tonic_prost_build::configure()
        .out_dir(out)
        .include_file("mod.rs")
        .emit_rerun_if_changed(false)
        .btree_map(".")
        .compile_fds(descriptors.clone())
        .expect("code generation");
    for file in &mut descriptors.file {
        file.source_code_info = None;
    }
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec()).expect("descriptors");
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path());
    files
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("file"))
        })
        .collect()
}

#[test]
fn the_generated_code_is_what_the_protos_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked_in = root.join("src/gen");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gen");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh).expect("temporary folder");
    generate(root, &fresh);
    let (fresh, old) = (contents(&fresh), contents(&checked_in));
    if fresh == old {
        return;
    }
    for name in old.keys() {
        fs::remove_file(checked_in.join(name)).expect("old file");
    }
    for (name, text) in &fresh {
        fs::write(checked_in.join(name), text).expect("new file");
    }
    panic!("src/gen was stale and has been rewritten: look at the difference and commit it");
}
