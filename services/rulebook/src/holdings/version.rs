//! One version of a material.

use jiff::civil::Date;

use crate::catalogue::Text;

/// What the bytes are, wherever they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Bytes; 0 where only the hash is kept here.
    pub size: u64,
    /// Media type as the content shows; empty where only the hash is kept.
    pub media_type: String,
    /// Name of the file as its sender wrote it; never a path.
    pub file_name: String,
    /// What the content shows and nobody vouches for, e.g. `signed`.
    pub observations: Vec<String>,
}

/// Where a material comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The enterprise handed it in.
    Enterprise {
        /// Its principal.
        principal: String,
    },
    /// It came out of a matter.
    Prior {
        /// The matter's resource name.
        matter: String,
    },
    /// An agency had it and shared it.
    Shared {
        /// Code of the agency.
        agency: String,
    },
}

/// The search for malicious content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// Not done; the version is not used meanwhile.
    Pending,
    /// Nothing was found.
    Clean,
    /// Something was found: quarantine for ever.
    Malicious {
        /// In the scanner's words.
        finding: String,
    },
}

/// How a certificate ended before its time: four different acts (行政许可法 art. 8, 69, 70).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// 撤回.
    Withdrawn,
    /// 撤销.
    Revoked,
    /// 吊销.
    RevokedAsPenalty,
    /// 注销.
    Deregistered,
}

/// What makes a version a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its number.
    pub number: String,
    /// Its name.
    pub title: Text,
    /// Resource name of the matter it came out of.
    pub matter: String,
    /// Code of the agency that issued it.
    pub agency: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Electronic licence identifier (GB/T 36904-2018), or why there is none.
    pub licence_id: Result<String, String>,
}

/// A material in one version. It is never edited; what happens to it is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// The bytes.
    pub content: Content,
    /// Where it comes from.
    pub origin: Origin,
    /// Day of filing or of issue.
    pub filed_on: Date,
    /// First day of validity.
    pub valid_from: Option<Date>,
    /// Last day of validity.
    pub valid_until: Option<Date>,
    /// The search for malicious content.
    pub scan: Scan,
    /// What changed since, by the enterprise's own word.
    pub outdated: Option<String>,
    /// When and how a certificate ended before its time.
    pub ended: Option<(Date, Ending)>,
    /// What makes it a certificate; `None` for other materials.
    pub certificate: Option<Certificate>,
}

impl Version {
    /// Whether its validity has begun and not run out. The last day is still in time.
    pub fn is_valid_on(&self, on: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= on)
            && self.valid_until.is_none_or(|until| on <= until)
    }
}

/// Where a version stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not yet searched for malicious content.
    BeingChecked,
    /// Malicious; never served.
    Quarantined,
    /// In force.
    Current,
    /// A later version took its place.
    Superseded,
    /// What it shows has changed.
    Outdated,
    /// Its validity has not begun or has run out.
    NotValid,
    /// A certificate that ended before its time.
    Ended,
}
