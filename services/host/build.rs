//! A file added to `seeds/` must reach the binary without anybody touching Rust.
fn main() {
    println!("cargo:rerun-if-changed=../../seeds");
}
