//! Ids, codes and sentences that other programs rely on.

use std::collections::BTreeSet;

use super::*;
use crate::catalogue::Stage;

#[test]
fn the_id_of_a_matter_says_its_item_its_ordinal_and_its_stage() {
    let id: MatterId = "S2-05-1".parse().unwrap();
    assert_eq!((id.item(), id.ordinal(), id.stage()), ("S2-05", 1, Stage::Planning));
    assert_eq!(id.to_string(), "S2-05-1");
    for bad in [
        "S2-05", "S2-05-0", "S2-05-01", "S5-05-1", "S2-5-1", "s2-05-1", "S2-05-1 ", "S2-05--1",
        "S2-05-+1", "",
    ] {
        assert_eq!(bad.parse::<MatterId>(), Err(NotAMatterId), "{bad:?}");
    }
}

#[test]
fn every_refusal_has_a_code_of_its_own_an_article_and_a_chinese_sentence() {
    let key = || "ecology".to_owned();
    let on = day("2021-10-09");
    let refusals = [
        Rejection::InTheFuture { on, today: on },
        Rejection::OutOfOrder { on, not_before: on },
        Rejection::Missing(Part::Remedies),
        Rejection::NotYetAccepted,
        Rejection::AlreadyAccepted { on },
        Rejection::Declined { on },
        Rejection::ApplicationWithdrawn { on },
        Rejection::CorrectionsAwaited { since: on },
        Rejection::NoCorrectionsRequested,
        Rejection::AcceptedBySilence { as_of: on, due: on },
        Rejection::SilenceNotYet { due: OrStanding(None) },
        Rejection::SilenceHasNoEffect,
        Rejection::SecondCorrection { materials: vec![key()] },
        Rejection::NothingCorrected { outstanding: vec![key()] },
        Rejection::MaterialUnchanged { key: key() },
        Rejection::StaleVersion { key: key(), held: 2 },
        Owed::NotTolerable { keys: vec![key()] }.into(),
        Owed::NotMissing { key: key() }.into(),
        Owed::Nothing.into(),
        Owed::NotOwed { keys: vec![key()] }.into(),
        Owed::Over { due: on }.into(),
        Owed::Running { due: OrStanding(Some(on)) }.into(),
        Owed::Outstanding { keys: vec![key()] }.into(),
        Owed::Terminated { on }.into(),
        Rejection::UnknownGround { ground: key() },
        Rejection::NoWrittenNotice,
        Rejection::NoticeTooLate { given_on: on, from: on },
        Rejection::AlreadySuspended { ground: key() },
        Rejection::NotSuspended { ground: key() },
        Rejection::LongerThanAllowed { ground: key(), limit: limit("20wd") },
        Rejection::NoExtensionAllowed,
        Rejection::AlreadyExtended,
        Rejection::WrongApprover { approver: key() },
        Rejection::ExtensionTooLong { cap: limit("10wd") },
        Rejection::TooLateToExtend { due: on },
        Rejection::UnknownOpinion { key: key() },
        Rejection::NoOpinionsNeeded,
        Rejection::AlreadyAsked { key: key() },
        Rejection::OpinionNotAsked { key: key() },
        Rejection::OpinionAlreadyGiven { key: key() },
        Rejection::OpinionsJoined,
        Rejection::NothingReopened,
        Rejection::OpinionsNotAsked { keys: vec![key()] },
        Rejection::OpinionsOpen { keys: vec![key()] },
        Rejection::OpinionsObject { keys: vec![key()] },
        Rejection::ClockStands { ground: key() },
        Rejection::NotEligibleForCommitment,
        Rejection::NotOnCommitment,
        Rejection::CommitmentNotRecorded,
        Rejection::CommitmentAlreadyRecorded,
        Rejection::AlreadyDecided { on },
        Rejection::NotDecided,
        Rejection::NotGranted,
        Rejection::AlreadyDelivered { on },
        Rejection::AlreadyChecked { on },
        Rejection::NothingToRectify,
        Rejection::RectificationOver { due: on },
        Rejection::RectificationRunning { due: on },
        Rejection::CommitmentNotFalse,
        Rejection::PermitEnded { on },
        Rejection::PermitNotEnded,
        Rejection::NotExpired { on },
        Rejection::AlreadyDeregistered { on },
        Rejection::UnknownCard { card: key() },
        Rejection::OnlyAWarning { card: key() },
        Rejection::AlreadyContested { on },
        Rejection::TooLateToContest { due: on },
        Rejection::NotContested,
        Rejection::CardDecided { on },
    ];
    let codes: BTreeSet<&str> = refusals.iter().map(Rejection::reason).collect();
    assert_eq!(codes.len(), refusals.len(), "a code stands for one refusal");
    for refusal in &refusals {
        assert!(!refusal.article().is_empty(), "{refusal:?}");
        assert!(refusal.zh().ends_with('。'), "{refusal:?}: {}", refusal.zh());
    }
}
