//! What happens to a service request.

use crate::case::wire::{Part, parts};
use desk::fields::Fields;
use proto::aftercare::v1 as pb;

parts! {
    /// Somebody asks for a service (大政发〔2020〕24号 (十三), (十四), (十六), (十八)).
    ServiceRequestRaised {
        /// Number within the project, from 1.
        number: u32,
        /// What is asked for, a key of `seeds/aftercare/requests.toml`.
        service: String,
        /// Who raises it, as a reference.
        raiser: String,
        /// The association that speaks for the enterprise; empty where none does.
        association: String,
        /// Code of the agency that has to answer.
        agency: String,
        /// The request in words.
        subject: String,
        /// Opaque reference of the permit that it is about; empty where it is about none.
        permit: String,
        /// Last day of that permit, YYYY-MM-DD; empty where there is none.
        expires_on: String,
    }
    /// The agency takes the request in charge.
    ServiceRequestTaken {
        /// Number of the request.
        number: u32,
        /// Code of the agency.
        agency: String,
    }
    /// The agency hands the request on; the promise goes on running.
    ServiceRequestHandedOn {
        /// Number of the request.
        number: u32,
        /// Code of the agency that had to answer.
        from: String,
        /// Code of the agency that has to now.
        to: String,
        /// Why.
        reason: String,
    }
    /// The agency answers.
    ServiceRequestAnswered {
        /// Number of the request.
        number: u32,
        /// Code of the agency.
        agency: String,
        /// Its answer.
        answer: String,
        /// New last day of the permit, YYYY-MM-DD; empty where it was not prolonged.
        expires_on: String,
    }
    /// The raiser sends the answer back; the promise runs anew.
    ServiceRequestReturned {
        /// Number of the request.
        number: u32,
        /// What the answer leaves open.
        reason: String,
    }
    /// The raiser closes the request; silence does not.
    ServiceRequestClosed {
        /// Number of the request.
        number: u32,
        /// What came of it.
        result: String,
    }
}
