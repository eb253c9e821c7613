//! What can happen in inspections.

use crate::case::wire::{Part, parts};
use desk::fields::Fields;
use proto::aftercare::v1 as pb;

parts! {
    /// A draw of projects and inspectors, with all that is needed to draw again. It stands in the stream
    /// `aftercare/_draws`, since it concerns many projects. What was drawn is not stored: it follows.
    InspectionDrawn {
        /// Number, from 1; the platform's.
        number: u32,
        /// Codes of the agencies that visit together; the first one draws.
        agencies: Vec<String>,
        /// Reference of the inspection plan; an agency draws once for a plan.
        plan: String,
        /// Items that are inspected.
        items: Vec<String>,
        /// Seed, public and fixed before the draw.
        seed: String,
        /// Name of the algorithm; the platform's.
        algorithm: String,
        /// Every project that could be drawn.
        candidates: Vec<InspectionCandidate>,
        /// Every inspector that could be drawn, as opaque references.
        inspectors: Vec<String>,
    }
    /// A project that could be drawn.
    InspectionCandidate {
        /// Id of the project.
        project: String,
        /// Credit class, A to D.
        credit_class: String,
        /// Ratio of the class in percent, as it stood; the platform's.
        percent: u32,
    }
    /// Agencies visited a project. What several found in one visit is one visit.
    InspectionVisited {
        /// Number within the project, from 1; the platform's.
        number: u32,
        /// Codes of the agencies; the first one records.
        agencies: Vec<String>,
        /// Number of the draw; zero for a visit that was not drawn.
        draw: u32,
        /// Ground of the visit, a key of its row: draw, complaint, transfer, data or full_coverage.
        ground: String,
        /// The complaint, letter or signal on which it rests; empty for a draw.
        reference: String,
        /// Credit class on the day, A to D.
        credit_class: String,
        /// What was inspected.
        items: Vec<String>,
        /// Who inspected, as opaque references.
        inspectors: Vec<String>,
        /// Result, a key of its row, e.g. compliant or exempt_minor.
        result: String,
        /// Article of that result; the platform's.
        article: String,
        /// What was found.
        findings: String,
        /// Number of the visit of another agency on the same day with which this was one; zero for none.
        merged_into: u32,
    }
    /// The result of a visit was made public 一公开.
    InspectionPublished {
        /// Number of the visit.
        number: u32,
        /// Where it can be read.
        place: String,
    }
}

/// Most projects of one draw: what an event may hold.
const MAX_CANDIDATES: usize = 1_000;

impl Part for Vec<InspectionCandidate> {
    type Wire = Vec<pb::InspectionCandidate>;
    fn to_wire(&self) -> Self::Wire {
        self.iter().map(Into::into).collect()
    }
    fn from_wire(wire: Self::Wire) -> Result<Self, &'static str> {
        let read = wire.into_iter().map(InspectionCandidate::try_from);
        read.collect::<Result<_, _>>().map_err(|(_, must)| must)
    }
    fn check(&self, field: &str, fields: &mut Fields) {
        if self.len() > MAX_CANDIDATES {
            fields.wrong(field, format!("has at most {MAX_CANDIDATES} entries"));
        }
        for (at, one) in self.iter().take(MAX_CANDIDATES).enumerate() {
            one.check(&format!("{field}[{at}]."), fields);
        }
    }
}
