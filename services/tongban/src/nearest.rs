//! What somebody may have meant.

/// The words most like `wanted`, best first, at most three: those that contain it or are contained
/// in it, and those that a few slips of the finger away.
pub(crate) fn nearest<'a>(wanted: &str, words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let slips = 1 + wanted.chars().count() / 3;
    let mut near: Vec<(usize, &str)> = words
        .filter_map(|word| {
            let lower = word.to_lowercase();
            let within = wanted.len() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            let distance = if within { 0 } else { distance(&wanted, &lower) };
            (distance <= slips).then_some((distance, word))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(3);
    near.into_iter().map(|(_, word)| word).collect()
}

/// Levenshtein's: how many characters to insert, drop or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_understood() {
        let words = ["medical", "medical_services", "mining", "gmo", "telecom_value_added"];
        let of = |wanted| nearest(wanted, words.into_iter());
        assert_eq!(of("medcal"), ["medical"]);
        assert_eq!(of("telecom"), ["telecom_value_added"]);
        assert_eq!(of("GMO"), ["gmo"]);
        assert_eq!(of("shipyard"), [""; 0]);
    }
}
