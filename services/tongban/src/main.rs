//! The one binary. All of it is in the library, which tests can reach.

use std::process::ExitCode;

fn main() -> ExitCode {
    tongban::main()
}
