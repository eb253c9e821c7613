//! What happens to a complaint (外商投资企业投诉工作办法).

use crate::case::wire::{Part, parts};
use desk::fields::Fields;
use proto::aftercare::v1 as pb;

parts! {
    /// The enterprise complains (外商投资企业投诉工作办法 art. 2); no permit stands still for it.
    ComplaintFiled {
        /// Number within the project, from 1.
        number: u32,
        /// Who complains, as a reference.
        complainant: String,
        /// Code of the agency that handles it, never one that is complained of.
        lead: String,
        /// Codes of the agencies complained of.
        respondents: Vec<String>,
        /// What it is about, as the respondents may read it.
        subject: String,
        /// What is handed in with it.
        materials: Vec<String>,
        /// What only the handling agency may read, sealed; empty where nothing is secret.
        sealed: Vec<u8>,
    }
    /// The one notice of everything that is missing (art. 14).
    ComplaintSupplementAsked {
        /// Number within the project, from 1.
        number: u32,
        /// Everything that is missing.
        missing: Vec<String>,
        /// Number of the written notice.
        notice: String,
    }
    /// The complainant supplies what was missing.
    ComplaintSupplemented {
        /// Number within the project, from 1.
        number: u32,
        /// What is handed in.
        materials: Vec<String>,
    }
    /// The complaint is accepted (art. 15).
    ComplaintAccepted {
        /// Number within the project, from 1.
        number: u32,
        /// Number of the written notice.
        notice: String,
    }
    /// The complaint is not accepted (art. 15).
    ComplaintRefused {
        /// Number within the project, from 1.
        number: u32,
        /// Reasons, as told to the complainant.
        reasons: String,
        /// Number of the written notice.
        notice: String,
    }
    /// An agency complained of answers the handling agency.
    ComplaintAnswered {
        /// Number within the project, from 1.
        number: u32,
        /// Code of the agency.
        agency: String,
        /// Its answer.
        answer: String,
    }
    /// The handling agency goes on without the answers that are missing.
    ComplaintOverridden {
        /// Number within the project, from 1.
        number: u32,
        /// Codes of the agencies that have not answered.
        agencies: Vec<String>,
        /// Why it does not wait for them.
        reason: String,
    }
    /// The time to close is prolonged, once, with reasons (art. 19).
    ComplaintExtended {
        /// Number within the project, from 1.
        number: u32,
        /// By how many working days.
        working_days: u32,
        /// The reason.
        reason: String,
        /// Number of the notice to the complainant.
        notice: String,
    }
    /// The complaint is closed, with one reply for all agencies (art. 18).
    ComplaintClosed {
        /// Number within the project, from 1.
        number: u32,
        /// The result.
        result: String,
    }
    /// The result was told in writing (art. 22).
    ComplaintResultTold {
        /// Number within the project, from 1.
        number: u32,
        /// Number of the document.
        document: String,
    }
    /// The complainant withdraws.
    ComplaintWithdrawn {
        /// Number within the project, from 1.
        number: u32,
        /// Why; may be empty.
        reason: String,
    }
}
