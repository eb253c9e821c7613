//! What can happen to an incentive. Amounts are in minor units of the claim's currency.

use crate::case::wire::{Part, parts};
use desk::fields::Fields;
use proto::aftercare::v1 as pb;

parts! {
    /// The enterprise claims an incentive under one edition of its rule.
    IncentiveClaimed {
        /// Number within the project, from 1; the platform's.
        number: u32,
        /// Key of the rule.
        rule: String,
        /// Edition of the rule; empty in a request means the one in force.
        edition: String,
        /// Year for which it is claimed, YYYY; empty for a rule that pays once.
        period: String,
        /// Who claims, as a reference; the platform's.
        claimant: String,
        /// ISO 4217 code of the rule's currency; the platform's.
        currency: String,
        /// Amount on which a rate is reckoned; zero where the rule has none.
        base_minor: u64,
        /// Amount claimed.
        amount_minor: u64,
        /// What is handed in to show the base.
        materials: Vec<String>,
    }
    /// The deciding agency approves a claim, in whole or in part.
    IncentiveApproved {
        /// Number of the claim.
        number: u32,
        /// Amount approved.
        amount_minor: u64,
        /// Why less than claimed; may be empty when it is not less.
        reasons: String,
        /// Number of the decision.
        document: String,
    }
    /// The deciding agency refuses a claim.
    IncentiveRefused {
        /// Number of the claim.
        number: u32,
        /// Reasons, as told to the enterprise.
        reasons: String,
        /// Number of the decision.
        document: String,
    }
    /// The paying agency pays on a claim.
    IncentivePaid {
        /// Number of the claim.
        number: u32,
        /// Amount of this payment.
        amount_minor: u64,
        /// Number of the payment voucher, unlike any other of the project.
        voucher: String,
    }
    /// The deciding agency orders what was paid back.
    IncentiveClawedBack {
        /// Number of the claim.
        number: u32,
        /// Ground, a key of the rule's row.
        ground: String,
        /// Amount that is to be repaid.
        amount_minor: u64,
        /// What happened.
        reasons: String,
        /// Number of the order.
        document: String,
    }
    /// The paying agency has received what was ordered back, or a part of it.
    IncentiveRepaid {
        /// Number of the claim.
        number: u32,
        /// Amount received.
        amount_minor: u64,
        /// Number of the receipt voucher, unlike any other of the project.
        voucher: String,
    }
}
