//! Refusals about what may be missing at acceptance (容缺受理), each with its code and its sentences.

use jiff::civil::Date;

use super::OrStanding;

/// Why an act about missing materials, or against what is owed, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Owed {
    /// Only secondary materials may be missing at acceptance.
    #[error("these may not be missing at acceptance: {}", .keys.join(", "))]
    NotTolerable {
        /// Keys.
        keys: Vec<String>,
    },
    /// It is on file.
    #[error("{key} is on file and is not missing")]
    NotMissing {
        /// Key.
        key: String,
    },
    /// Nothing is owed since acceptance.
    #[error("nothing is owed since acceptance")]
    Nothing,
    /// Something else is owed.
    #[error("these are not owed: {}", .keys.join(", "))]
    NotOwed {
        /// Keys.
        keys: Vec<String>,
    },
    /// The time to supply it is over.
    #[error("the time to supply what was missing at acceptance ended on {due}")]
    Over {
        /// Last day.
        due: Date,
    },
    /// The time to supply it is not over.
    #[error("what was missing at acceptance may be supplied until the end of {due}")]
    Running {
        /// Last day.
        due: OrStanding,
    },
    /// Nothing is decided before everything owed is there.
    #[error("these were missing at acceptance and are still owed: {}", .keys.join(", "))]
    Outstanding {
        /// Keys.
        keys: Vec<String>,
    },
    /// The matter ended because what was owed did not come.
    #[error("the matter ended on {on}: what was missing at acceptance was not supplied in time")]
    Terminated {
        /// First day after the time given.
        on: Date,
    },
}

impl Owed {
    /// The stable code.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Owed::NotTolerable { .. } => "NOT_TOLERABLE",
            Owed::NotMissing { .. } => "NOT_MISSING",
            Owed::Nothing => "NOTHING_OWED",
            Owed::NotOwed { .. } => "NOT_OWED",
            Owed::Over { .. } => "OWED_OVER",
            Owed::Running { .. } => "OWED_RUNNING",
            Owed::Outstanding { .. } => "MATERIALS_OWED",
            Owed::Terminated { .. } => "TERMINATED",
        }
    }

    /// The sentence in Chinese.
    pub(super) fn zh(&self) -> String {
        match self {
            Owed::NotTolerable { keys } => {
                format!("以下材料不属于可以容缺的次要材料：{}。", keys.join("、"))
            }
            Owed::NotMissing { key } => format!("{key} 已在档，并不缺少。"),
            Owed::Nothing => "受理后没有尚待补交的材料。".to_owned(),
            Owed::NotOwed { keys } => format!("以下材料不在容缺补交范围内：{}。", keys.join("、")),
            Owed::Over { due } => format!("容缺材料的补交期限已于 {due} 届满。"),
            Owed::Running { due } => match due.0 {
                Some(due) => format!("{due} 结束之前，申请人仍可补交容缺材料。"),
                None => "期限中止期间，申请人仍可补交容缺材料。".to_owned(),
            },
            Owed::Outstanding { keys } => {
                format!("容缺材料尚未补齐，不得作出决定：{}。", keys.join("、"))
            }
            Owed::Terminated { on } => format!("逾期未补交容缺材料，该办件已于 {on} 终止。"),
        }
    }
}
