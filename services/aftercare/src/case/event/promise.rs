//! What can happen to a government commitment.

use crate::case::wire::{Part, parts};
use desk::fields::Fields;
use jiff::civil::Date;
use proto::aftercare::v1 as pb;

parts! {
    /// An authority made a written commitment (外商投资法实施条例 art. 27).
    PromiseMade {
        /// Number within the project, from 1.
        number: u32,
        /// What was promised.
        promise: String,
        /// Law or policy on which the power to promise rests, with its article.
        legal_basis: String,
        /// Written document.
        document: String,
        /// Code of the agency that owes it.
        owner: String,
        /// Last day on which it is kept in time.
        due: Date,
    }
}

parts! {
    /// Another agency takes a commitment over; nothing else of it changes (条例 art. 28).
    PromiseReassigned {
        /// Number of the commitment.
        number: u32,
        /// Code of the agency that owed it.
        from: String,
        /// Code of the agency that owes it now.
        to: String,
        /// Document of the reorganisation.
        document: String,
    }
}

parts! {
    /// The enterprise countersigns the record as it stands.
    PromiseCountersigned {
        /// Number of the commitment.
        number: u32,
    }
}

parts! {
    /// The enterprise disputes the record.
    PromiseDisputed {
        /// Number of the commitment.
        number: u32,
        /// On which grounds.
        grounds: String,
    }
}

parts! {
    /// The owner shows that it did what was promised.
    PromisePerformed {
        /// Number of the commitment.
        number: u32,
        /// Day on which it was done.
        performed_on: Date,
        /// Document that shows it.
        evidence: String,
    }
}

parts! {
    /// A change in the public interest, by procedure and with compensation (外商投资法 art. 25).
    PromiseChanged {
        /// Number of the commitment.
        number: u32,
        /// The public interest.
        ground: String,
        /// Decision that changed it.
        document: String,
        /// Compensation in fen of CNY.
        compensation_fen: u64,
        /// New last day.
        due: Date,
    }
}
