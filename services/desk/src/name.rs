//! Resource names: `projects/{project}` and `projects/{project}/matters/{matter}`.

use std::fmt;

use rulebook::matter::MatterId;

/// Longest id of a project.
const MAX_PROJECT: usize = 63;

/// The id of a project: 1 to 63 characters of `a-z`, `0-9` and `-`, not at its ends.
#[must_use]
pub fn is_project(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_PROJECT).contains(&id.len())
        && id.bytes().all(plain)
        && !id.starts_with('-')
        && !id.ends_with('-')
}

/// The project of a name `projects/{project}`.
#[must_use]
pub fn project(name: &str) -> Option<&str> {
    name.strip_prefix("projects/").filter(|id| is_project(id))
}

/// The name of a matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MatterName {
    /// Id of the project.
    pub project: String,
    /// Id of the matter within it.
    pub matter: MatterId,
}

impl MatterName {
    /// Reads `projects/{project}/matters/{matter}`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (project, matter) = name.strip_prefix("projects/")?.split_once("/matters/")?;
        let matter = matter.parse().ok()?;
        is_project(project).then(|| MatterName { project: project.to_owned(), matter })
    }
}

impl fmt::Display for MatterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "projects/{}/matters/{}", self.project, self.matter)
    }
}
