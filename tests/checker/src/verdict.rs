//! What a check found: how much it looked at, and what does not hold.

use std::fmt;

/// A promise that was broken, with the smallest witness that the check has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule, in a few words.
    pub rule: &'static str,
    /// What shows it: operations, positions, keys.
    pub witness: String,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Id of the check, such as `C1`.
    pub check: &'static str,
    /// What it checks, in a few words.
    pub title: &'static str,
    /// What it looked at, and how many of each.
    pub looked_at: Vec<(&'static str, usize)>,
    /// What does not hold.
    pub violations: Vec<Violation>,
    /// Whether a run may hold nothing for it to look at.
    pub is_optional: bool,
}

impl Verdict {
    /// Of a check that has not looked at anything yet.
    #[must_use]
    pub fn new(check: &'static str, title: &'static str) -> Self {
        let (looked_at, violations) = (Vec::new(), Vec::new());
        Self { check, title, looked_at, violations, is_optional: false }
    }

    /// Notes that so many of something were looked at.
    pub fn saw(&mut self, what: &'static str, many: usize) {
        match self.looked_at.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += many,
            None => self.looked_at.push((what, many)),
        }
    }

    /// Notes that a rule does not hold.
    pub fn broken(&mut self, rule: &'static str, witness: impl Into<String>) {
        self.violations.push(Violation { rule, witness: witness.into() });
    }

    /// Whether it looked at nothing at all.
    #[must_use]
    pub fn saw_nothing(&self) -> bool {
        self.looked_at.iter().all(|(_, many)| *many == 0)
    }
}

/// One line.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match (self.violations.len(), self.saw_nothing(), self.is_optional) {
            (0, true, false) => "NOTHING SEEN".to_owned(),
            (0, true, true) => "not there".to_owned(),
            (0, false, _) => "holds".to_owned(),
            (broken, _, _) => format!("BROKEN {broken} times"),
        };
        let looked_at: Vec<_> =
            self.looked_at.iter().map(|(what, many)| format!("{many} {what}")).collect();
        write!(f, "{:<4} {:<46} {verdict}: {}", self.check, self.title, looked_at.join(", "))
    }
}

/// How a run is judged; the number is the exit code of the binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Every promise was kept, and enough was tried.
    Good = 0,
    /// A promise was broken.
    Broken = 1,
    /// Too little was tried to say so.
    TooLittle = 2,
    /// The folder cannot be read.
    Unreadable = 3,
}

/// Judges a run by what its checks found and by what it lacks of what was wanted.
#[must_use]
pub fn judge(verdicts: &[Verdict], lacking: &[String]) -> Judgement {
    if verdicts.iter().any(|verdict| !verdict.violations.is_empty()) {
        return Judgement::Broken;
    }
    let blind = verdicts.iter().any(|verdict| verdict.saw_nothing() && !verdict.is_optional);
    if blind || !lacking.is_empty() { Judgement::TooLittle } else { Judgement::Good }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Verdict {
        let mut verdict = Verdict::new("C0", "nothing in particular");
        verdict.saw("events", 3);
        verdict
    }

    #[test]
    fn a_broken_promise_weighs_more_than_too_little_to_look_at() {
        let blind = Verdict::new("C1", "blind");
        let mut broken = seen();
        broken.broken("a rule", "position 3");
        assert_eq!(judge(&[seen()], &[]), Judgement::Good);
        assert_eq!(judge(&[seen(), blind.clone()], &[]), Judgement::TooLittle);
        assert_eq!(judge(&[seen()], &["no kill bit".to_owned()]), Judgement::TooLittle);
        assert_eq!(judge(&[blind.clone(), broken], &["x".to_owned()]), Judgement::Broken);
        assert_eq!(judge(&[Verdict { is_optional: true, ..blind }], &[]), Judgement::Good);
    }
}
