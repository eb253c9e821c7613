//! The hybrid check systems of ISO/IEC 7064: MOD 11,10 over digits and MOD 37,36 over digits and
//! letters.

/// The check value that follows `values`, each below `modulus` (10 for MOD 11,10; 36 for
/// MOD 37,36). Every single wrong value is detected, and most swaps of neighbours.
pub(super) fn check_value(values: impl IntoIterator<Item = u32>, modulus: u32) -> u32 {
    let mut product = modulus;
    for value in values {
        let sum = (product + value) % modulus;
        let sum = if sum == 0 { modulus } else { sum };
        product = sum * 2 % (modulus + 1);
    }
    (modulus + 1 - product) % modulus
}
