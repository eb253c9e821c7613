//! Decision, delivery, commitment, silence as consent, and how permits end.

use super::*;

fn granted() -> Story {
    Story::filed("S2-10", "2021-10-12").then("2021-10-12", accept()).then("2021-10-15", grant())
}

#[test]
fn a_decision_is_delivered_within_ten_working_days() {
    let story = granted().holds("2021-10-15", "agency:CD deliver by 2021-10-29");
    let closed = story.then("2021-10-29", deliver()).holds("2021-10-30", "nobody nothing by -");
    assert_eq!(closed.matter.closed_on(), Some(day("2021-10-29")));
    closed
        .refuses("2021-10-30", deliver(), Rejection::AlreadyDelivered { on: day("2021-10-29") })
        .refuses("2021-10-30", grant(), Rejection::AlreadyDecided { on: day("2021-10-15") });
}

#[test]
fn a_refusal_tells_its_reasons_and_remedies_and_leaves_no_permit() {
    let no_remedies = Act::Decide {
        outcome: Outcome::Refused {
            reasons: vec!["不符合标准".to_owned()], remedies: Vec::new()
        },
        document: String::new(),
    };
    let story = Story::filed("S2-10", "2021-10-12")
        .refuses("2021-10-12", grant(), Rejection::NotYetAccepted)
        .then("2021-10-12", accept())
        .refuses("2021-10-13", no_remedies, Rejection::Missing(Part::Remedies))
        .refuses("2021-10-13", deliver(), Rejection::NotDecided)
        .then("2021-10-13", refuse());
    assert!(!story.matter.is_in_force());
    story.refuses("2021-10-14", revoke(RevocationGround::Deceit), Rejection::NotGranted);
}

#[test]
fn the_applicant_may_withdraw_until_the_decision() {
    let withdraw = || Act::WithdrawApplication { reason: String::new() };
    for begun in [
        Story::filed("S2-10", "2021-10-12"),
        Story::filed("S2-10", "2021-10-12").then("2021-10-12", correct(&["design_scheme"])),
        Story::filed("S2-10", "2021-10-12").then("2021-10-12", accept()),
    ] {
        let gone = begun.then("2021-10-13", withdraw());
        let why = Rejection::ApplicationWithdrawn { on: day("2021-10-13") };
        gone.holds("2021-10-14", "nobody nothing by -")
            .refuses("2021-10-14", accept(), why.clone())
            .refuses("2021-10-14", grant(), why.clone())
            .refuses("2021-10-14", withdraw(), why);
    }
    let decided = Rejection::AlreadyDecided { on: day("2021-10-15") };
    granted().refuses("2021-10-18", withdraw(), decided);
}

fn on_commitment() -> Story {
    Story::filed_on_track("S2-10", Track::Commitment, "2021-10-12")
        .then("2021-10-12", accept())
        .then("2021-10-12", grant())
        .then("2021-10-12", deliver())
}

fn check(found: Check) -> Act {
    Act::CheckCommitment { check: found, document: "限改-1".to_owned(), materials: Vec::new() }
}

fn found_false() -> Check {
    Check::False(vec!["面积不足".to_owned()])
}

fn rectified() -> Act {
    Act::RecordRectification { evidence: "复查记录".to_owned() }
}

fn revoke(ground: RevocationGround) -> Act {
    Act::RevokePermit { ground, reason: "承诺不实".to_owned(), document: "撤销-1".to_owned() }
}

#[test]
fn a_commitment_found_false_and_not_put_right_in_time_is_revoked() {
    let because = || revoke(RevocationGround::CommitmentFalse);
    let story = on_commitment()
        .holds("2021-10-13", "agency:CD check_commitment by 2021-11-23")
        .refuses("2021-10-20", because(), Rejection::CommitmentNotFalse)
        .then("2021-11-01", check(found_false()))
        .holds("2021-11-02", "enterprise rectify by 2021-11-22")
        .refuses(
            "2021-11-02",
            check(Check::Kept),
            Rejection::AlreadyChecked { on: day("2021-11-01") },
        )
        .refuses(
            "2021-11-22",
            because(),
            Rejection::RectificationRunning { due: day("2021-11-22") },
        )
        .refuses("2021-11-23", rectified(), Rejection::RectificationOver { due: day("2021-11-22") })
        .holds("2021-11-23", "agency:CD revoke by -")
        .then("2021-11-23", because());
    assert!(!story.matter.is_in_force());
    assert_eq!(story.matter.authority_days(day("2021-12-31"), &calendar()).len(), 0);
}

#[test]
fn a_commitment_put_right_on_the_last_day_keeps_the_permit() {
    let story = on_commitment()
        .then("2021-11-01", check(found_false()))
        .then("2021-11-22", rectified())
        .holds("2021-11-23", "nobody nothing by -")
        .refuses(
            "2021-11-24",
            revoke(RevocationGround::CommitmentFalse),
            Rejection::CommitmentNotFalse,
        )
        .refuses("2021-11-24", rectified(), Rejection::NothingToRectify);
    assert!(story.matter.is_in_force());
    on_commitment()
        .then("2021-11-01", check(Check::Kept))
        .holds("2021-11-02", "nobody nothing by -");
}

#[test]
fn nothing_is_granted_on_a_promise_that_was_not_made() {
    let mut terms = terms("S2-10", Track::Commitment, "2021-10-12", &Facts::default());
    let filing = Filing { terms: terms.clone(), materials: Vec::new(), commitment: None };
    let latest = calendar();
    let today = Today { date: day("2021-10-12"), calendar: &latest };
    let matter = Matter::replay(&filing.decide(None, today).unwrap()).unwrap();
    let accepted = Story { matter, events: Vec::new() }.then("2021-10-12", accept());
    accepted
        .refuses("2021-10-12", grant(), Rejection::CommitmentNotRecorded)
        .then("2021-10-12", Act::RecordCommitment(promise()))
        .refuses(
            "2021-10-12",
            Act::RecordCommitment(promise()),
            Rejection::CommitmentAlreadyRecorded,
        )
        .then("2021-10-12", grant());
    terms.commitment = None;
    let filing = Filing { terms, materials: Vec::new(), commitment: Some(promise()) };
    assert_eq!(filing.decide(None, today), Err(Rejection::NotEligibleForCommitment));
    granted().refuses("2021-10-18", check(Check::Kept), Rejection::NotOnCommitment);
}

#[test]
fn silence_on_the_decision_is_consent_only_where_the_law_says_so() {
    // 环评法 art. 24: ten days for the review of an approval older than five years.
    let facts = Facts::new().flag("eia_re_review", true);
    let terms = terms("S2-09", Track::Ordinary, "2021-09-24", &facts);
    let story = Story::open(terms, "2021-09-24").then("2021-09-24", accept());
    // Calendar days: 4 October lies in the holiday, so the limit ends on Friday the 8th.
    assert_eq!(due(&story.clocks().consent_by_silence), "2021-10-08");
    let not_yet = Rejection::SilenceNotYet { due: OrStanding(Some(day("2021-10-08"))) };
    let story = story.refuses("2021-10-08", Act::DeemGranted, not_yet);
    assert_eq!(story.time_demands("2021-10-09"), [Act::DeemGranted]);
    let story = story.then("2021-10-11", Act::DeemGranted);
    assert_eq!(story.matter.decided_on(), Some(day("2021-10-09")));
    assert!(story.matter.is_in_force());

    let late = Story::filed("S2-10", "2021-10-12").then("2021-10-12", accept());
    assert_eq!(late.time_demands("2023-10-12"), []);
    late.refuses("2023-10-12", Act::DeemGranted, Rejection::SilenceHasNoEffect);
}

#[test]
fn four_endings_are_four_different_acts() {
    let withdraw = |compensation: &str| Act::WithdrawPermit {
        ground: WithdrawalGround::CircumstancesChanged,
        public_interest: "地铁选线调整".to_owned(),
        compensation: compensation.to_owned(),
        document: "撤回-1".to_owned(),
    };
    let penalty = || Act::RevokePermitAsPenalty {
        violated: "人民防空法 art. 48".to_owned(),
        penalty_basis: "人民防空法 art. 48".to_owned(),
        document: "罚决-1".to_owned(),
    };
    let strike =
        |ground| Act::DeregisterPermit { ground, reason: "行政许可法 art. 70".to_owned() };
    granted().refuses("2021-11-01", withdraw(" "), Rejection::Missing(Part::Compensation));

    let ended = Rejection::PermitEnded { on: day("2021-11-01") };
    let mut kinds = Vec::new();
    for end in [withdraw("按评估价补偿"), revoke(RevocationGround::WrongProcedure), penalty()]
    {
        let story = granted()
            .refuses(
                "2021-11-01",
                strike(DeregistrationGround::EndedBefore),
                Rejection::PermitNotEnded,
            )
            .then("2021-11-01", end)
            .holds("2021-11-01", "nobody nothing by -")
            .refuses("2021-11-02", withdraw("按评估价补偿"), ended.clone())
            .refuses("2021-11-02", revoke(RevocationGround::Deceit), ended.clone())
            .refuses("2021-11-02", penalty(), ended.clone())
            .refuses("2021-11-02", strike(DeregistrationGround::ForceMajeure), ended.clone());
        assert!(!story.matter.is_in_force());
        kinds.push(story.events.last().unwrap().kind());
        let gone = Rejection::AlreadyDeregistered { on: day("2021-11-03") };
        story.then("2021-11-03", strike(DeregistrationGround::EndedBefore)).refuses(
            "2021-11-04",
            strike(DeregistrationGround::EndedBefore),
            gone,
        );
    }
    assert_eq!(kinds, ["permit_withdrawn", "permit_revoked", "permit_revoked_as_penalty"]);
}

#[test]
fn a_permit_is_struck_off_as_expired_from_the_day_after_its_last() {
    let expired = || Act::DeregisterPermit {
        ground: DeregistrationGround::Expired,
        reason: "有效期届满未延续".to_owned(),
    };
    let not_yet = Rejection::NotExpired { on: day("2024-06-30") };
    let story = granted().then("2021-10-18", deliver()).refuses("2024-06-30", expired(), not_yet);
    let story = story.then("2024-07-01", expired());
    assert!(!story.matter.is_in_force());
}

#[test]
fn a_permit_that_ended_before_its_delivery_is_not_delivered() {
    let struck = Act::DeregisterPermit {
        ground: DeregistrationGround::HolderDissolved,
        reason: "企业注销".to_owned(),
    };
    for end in [struck, revoke(RevocationGround::Deceit)] {
        let over = Rejection::PermitEnded { on: day("2021-10-18") };
        let story = granted().then("2021-10-18", end).refuses("2021-10-19", deliver(), over);
        assert_eq!(story.matter.closed_on(), Some(day("2021-10-18")));
        assert_eq!(charged(&story, "2021-12-01"), "agency:CD 4, nobody 2");
    }
}
