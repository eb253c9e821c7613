//! Where all projects stand, page by page.

use crate::{Status, moment::Basis, project::Project};
use desk::{
    mandates::Sight,
    refuse::{self, Violation},
};
use proto::status::v1::{ListProjectStatusesRequest, ListProjectStatusesResponse};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write};

const DEFAULT_SIZE: usize = 50;
const MAX_SIZE: usize = 200;
/// Bytes of the digest in a token.
const SEAL: usize = 8;

/// Which rows are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    size: usize,
    /// The last project of the page before; empty for the first page.
    after: String,
}

impl Page {
    /// Reads a request.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a negative size, and for a token that is not one of ours as it came.
    pub(crate) fn of(request: &ListProjectStatusesRequest) -> Result<Self, tonic::Status> {
        let mut violations = Vec::new();
        let size = usize::try_from(request.page_size).unwrap_or_else(|_negative| {
            violations.push(Violation::new("page_size", "0 or more; 0 means 50"));
            0
        });
        let after = match request.page_token.as_str() {
            "" => String::new(),
            token => opened(token).unwrap_or_else(|| {
                let rule = "use the token of the last page as it came";
                violations.push(Violation::new("page_token", rule));
                String::new()
            }),
        };
        let size = if size == 0 { DEFAULT_SIZE } else { size.min(MAX_SIZE) };
        if violations.is_empty() {
            Ok(Self { size, after })
        } else {
            Err(refuse::fields(violations))
        }
    }
}

impl Status {
    /// One page of statuses in the order of the projects' names.
    pub(crate) fn list(
        &self,
        page: &Page,
        sight: &Sight,
    ) -> Result<ListProjectStatusesResponse, tonic::Status> {
        // One more than asked for tells whether there is another page.
        let n = page.size + 1;
        let mut found: BTreeMap<String, Project> = BTreeMap::new();
        let mut basis = Basis::default();
        for (source, live) in &self.logs {
            let ask = live.read_known(|projects, at| (projects.after(&page.after, n, sight), at));
            let ((parts, at), stop) = ask.map_err(refuse::stopped)?;
            basis.as_of.push(self.epochs().token(*source, at));
            basis.stops.extend(stop);
            for (id, part) in parts {
                let project = found.entry(id).or_insert_with_key(|id| self.nothing_of(id));
                project.put(part);
            }
        }
        let bench = self.bench();
        let statuses = found.values().take(page.size).map(|project| project.status(&bench));
        let last = found.keys().nth(page.size - 1).filter(|_| found.len() > page.size);
        Ok(ListProjectStatusesResponse {
            statuses: statuses.collect(),
            next_page_token: last.map(|id| sealed(id)).unwrap_or_default(),
            stopped: basis.stopped(),
            as_of: basis.as_of,
        })
    }
}

/// A token: the digest of the last project's id, and the id, in hex. It hides nothing; the digest is there so
/// that a token that was shortened, joined or made up is told from a real one.
fn sealed(id: &str) -> String {
    let digest = Sha256::digest(format!("{}\0{id}", crate::SERVICE_NAME));
    digest.iter().take(SEAL).chain(id.as_bytes()).fold(String::new(), |mut token, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(token, "{byte:02x}");
        token
    })
}

fn opened(token: &str) -> Option<String> {
    let digits = token.get(2 * SEAL..)?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?;
    let id = String::from_utf8(bytes).ok()?;
    // Written back, it must be the same.
    (sealed(&id) == token).then_some(id)
}
