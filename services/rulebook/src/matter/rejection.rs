//! Why an act is refused: sentences for the person at the desk, each with a stable code and the
//! article it rests on.

mod article;
mod chinese;
mod owed;
mod part;
mod reason;
mod standing;

use jiff::civil::Date;

use crate::clock::Limit;

pub use owed::Owed;
pub use part::Part;
pub use standing::OrStanding;

/// Why an act is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A date in law lies after today.
    #[error("{on} lies in the future; today is {today}")]
    InTheFuture {
        /// The date claimed.
        on: Date,
        /// Today.
        today: Date,
    },
    /// The date claimed lies before what it must follow.
    #[error("{on} is too early: this cannot have happened before {not_before}")]
    OutOfOrder {
        /// The date claimed.
        on: Date,
        /// The earliest possible.
        not_before: Date,
    },
    /// Something is missing without which the act has no effect.
    #[error("this needs {}", .0.en())]
    Missing(Part),
    /// The matter is not accepted yet.
    #[error("the application has not been accepted yet")]
    NotYetAccepted,
    /// The matter is accepted already.
    #[error("the application was accepted on {on}")]
    AlreadyAccepted {
        /// Day of acceptance.
        on: Date,
    },
    /// The application was not accepted: it is over.
    #[error("the application was declined on {on}")]
    Declined {
        /// Day.
        on: Date,
    },
    /// The applicant withdrew: it is over.
    #[error("the applicant withdrew the application on {on}")]
    ApplicationWithdrawn {
        /// Day.
        on: Date,
    },
    /// The ball is with the applicant.
    #[error("the applicant's corrections, requested on {since}, are not complete")]
    CorrectionsAwaited {
        /// Day of the notice.
        since: Date,
    },
    /// Nothing was asked to be corrected.
    #[error("no corrections have been requested")]
    NoCorrectionsRequested,
    /// Silence has had its effect.
    #[error(
        "the application is accepted by silence as of {as_of}: no notice was given by {due}, and every correction had to be told by then"
    )]
    AcceptedBySilence {
        /// Day as of which it is accepted.
        as_of: Date,
        /// Last day for the notice.
        due: Date,
    },
    /// Silence has no effect yet.
    #[error("silence has no effect before the end of {due}")]
    SilenceNotYet {
        /// Last day for the answer; `None` while the clock stands.
        due: OrStanding,
    },
    /// No rule gives silence an effect here.
    #[error("no rule gives silence an effect here; being late does not approve anything")]
    SilenceHasNoEffect,
    /// A second notice for what could be known the first time.
    #[error(
        "all corrections had to be told at once: {} could be known the first time",
        .materials.join(", ")
    )]
    SecondCorrection {
        /// Keys of the materials that are not newly supplied.
        materials: Vec<String>,
    },
    /// Nothing of what is outstanding was supplied.
    #[error("none of these materials was asked for; outstanding are {}", .outstanding.join(", "))]
    NothingCorrected {
        /// Keys of the outstanding materials.
        outstanding: Vec<String>,
    },
    /// The material is the one on file.
    #[error("{key} is the same document that is on file")]
    MaterialUnchanged {
        /// Key of the material.
        key: String,
    },
    /// The version is not newer than the one on file.
    #[error("version {held} of {key} is on file; a newer one must have a higher number")]
    StaleVersion {
        /// Key of the material.
        key: String,
        /// Version on file.
        held: u32,
    },
    /// About what may be missing at acceptance, and follow later.
    #[error(transparent)]
    Owed(#[from] Owed),
    /// The ground is none of the item's special procedures.
    #[error("{ground} is not one of the item's special procedures")]
    UnknownGround {
        /// Key of the ground.
        ground: String,
    },
    /// A suspension without written notice.
    #[error("without a written notice of the time needed, the clock does not stop")]
    NoWrittenNotice,
    /// The notice was given after the day from which it should count.
    #[error("the notice was given on {given_on}; the clock cannot stop on {from}, before it")]
    NoticeTooLate {
        /// Day of the notice.
        given_on: Date,
        /// Day claimed for the stop.
        from: Date,
    },
    /// The same special procedure is open.
    #[error("the clock already stands for {ground}")]
    AlreadySuspended {
        /// Key of the ground.
        ground: String,
    },
    /// No such special procedure is open.
    #[error("the clock does not stand for {ground}")]
    NotSuspended {
        /// Key of the ground.
        ground: String,
    },
    /// The special procedure would take longer than its rule allows.
    #[error("{ground} may exclude at most {limit}")]
    LongerThanAllowed {
        /// Key of the ground.
        ground: String,
        /// The most.
        limit: Limit,
    },
    /// The item's limit cannot be extended.
    #[error("no rule allows this item's limit to be extended")]
    NoExtensionAllowed,
    /// It was extended before.
    #[error("the limit was extended before; it can be extended once")]
    AlreadyExtended,
    /// Another office must approve.
    #[error("the extension must be approved by {approver}")]
    WrongApprover {
        /// The office that must.
        approver: String,
    },
    /// More than the rule allows, or another unit.
    #[error("the limit can be extended by at most {cap}")]
    ExtensionTooLong {
        /// The most.
        cap: Limit,
    },
    /// Approved or told after the limit ran out.
    #[error("the limit ran out on {due}; approval and notice both had to come by then")]
    TooLateToExtend {
        /// The un-extended due date.
        due: Date,
    },
    /// The item's rule lists no such opinion.
    #[error("the item's rule asks for no opinion {key}")]
    UnknownOpinion {
        /// Key.
        key: String,
    },
    /// The item needs no opinion.
    #[error("the item's rule asks for no opinion")]
    NoOpinionsNeeded,
    /// It was asked for before.
    #[error("opinion {key} was asked for before")]
    AlreadyAsked {
        /// Key.
        key: String,
    },
    /// It was not asked for.
    #[error("opinion {key} has not been asked for")]
    OpinionNotAsked {
        /// Key.
        key: String,
    },
    /// It was given before.
    #[error("opinion {key} was given before; only changed materials open it again")]
    OpinionAlreadyGiven {
        /// Key.
        key: String,
    },
    /// Every opinion is in and none objects.
    #[error("every opinion is in and none objects; nothing is open to change")]
    OpinionsJoined,
    /// The materials concern no agency that was asked.
    #[error("these materials concern no agency that was asked")]
    NothingReopened,
    /// Opinions must be asked for before a decision.
    #[error("these opinions have not been asked for: {}", .keys.join(", "))]
    OpinionsNotAsked {
        /// Keys.
        keys: Vec<String>,
    },
    /// Opinions are open.
    #[error("these opinions are still open: {}", .keys.join(", "))]
    OpinionsOpen {
        /// Keys.
        keys: Vec<String>,
    },
    /// Agencies object.
    #[error("these opinions object: {}", .keys.join(", "))]
    OpinionsObject {
        /// Keys.
        keys: Vec<String>,
    },
    /// A special procedure is open.
    #[error("the clock stands for {ground}; it must run again first")]
    ClockStands {
        /// Key of the ground.
        ground: String,
    },
    /// The item cannot be decided on commitment.
    #[error("this item cannot be decided on commitment")]
    NotEligibleForCommitment,
    /// The matter is not on the commitment track.
    #[error("the matter is not on the commitment track")]
    NotOnCommitment,
    /// The commitment is missing.
    #[error("the applicant's commitment has not been recorded")]
    CommitmentNotRecorded,
    /// The commitment is recorded.
    #[error("the applicant's commitment was recorded before")]
    CommitmentAlreadyRecorded,
    /// It is decided.
    #[error("the matter was decided on {on}")]
    AlreadyDecided {
        /// Day.
        on: Date,
    },
    /// It is not decided.
    #[error("the matter has not been decided yet")]
    NotDecided,
    /// There is no permit.
    #[error("the application was refused: there is no permit")]
    NotGranted,
    /// It is delivered.
    #[error("the decision was delivered on {on}")]
    AlreadyDelivered {
        /// Day.
        on: Date,
    },
    /// It is checked.
    #[error("the commitment was checked on {on}")]
    AlreadyChecked {
        /// Day.
        on: Date,
    },
    /// Nothing was ordered to be put right, or it is put right.
    #[error("nothing is ordered to be put right")]
    NothingToRectify,
    /// The applicant's time is over.
    #[error("the time to put it right ended on {due}")]
    RectificationOver {
        /// Last day.
        due: Date,
    },
    /// The applicant's time is not over.
    #[error("the applicant may put it right until the end of {due}")]
    RectificationRunning {
        /// Last day.
        due: Date,
    },
    /// No check found the commitment false, or it was put right.
    #[error("no check found the commitment false and unremedied")]
    CommitmentNotFalse,
    /// The permit has ended.
    #[error("the permit ended on {on}")]
    PermitEnded {
        /// Day.
        on: Date,
    },
    /// The permit has not ended.
    #[error("the permit has not been withdrawn or revoked")]
    PermitNotEnded,
    /// The permit has not expired.
    #[error("the permit has not expired on {on}")]
    NotExpired {
        /// Day claimed.
        on: Date,
    },
    /// It is off the register.
    #[error("the permit was struck off the register on {on}")]
    AlreadyDeregistered {
        /// Day.
        on: Date,
    },
    /// The matter has no such card.
    #[error("the matter has no card {card}")]
    UnknownCard {
        /// Name asked for.
        card: String,
    },
    /// An amber light is no card.
    #[error("{card} is a warning and no card; there is nothing to contest")]
    OnlyAWarning {
        /// Name asked for.
        card: String,
    },
    /// The card was contested before.
    #[error("the card was contested on {on}")]
    AlreadyContested {
        /// Day.
        on: Date,
    },
    /// The time to contest it is over.
    #[error("the card could be contested until {due}")]
    TooLateToContest {
        /// Last day.
        due: Date,
    },
    /// Nobody contests the card.
    #[error("nobody contests the card; there is nothing to decide")]
    NotContested,
    /// The supervising agency has decided on the card.
    #[error("the supervising agency decided on the card on {on}")]
    CardDecided {
        /// Day.
        on: Date,
    },
    /// The permit has no such condition.
    #[error("the permit has no condition {number}")]
    UnknownCondition {
        /// Number asked for.
        number: u32,
    },
    /// The condition is met.
    #[error("condition {number} was found to be met on {on}")]
    ConditionMet {
        /// Its number.
        number: u32,
        /// Day of the check.
        on: Date,
    },
}
