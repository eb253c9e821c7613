//! Special procedures and the one extension (行政许可法 art. 42, 45).

use jiff::civil::Date;

use super::{Act, Today, required, said};
use crate::clock::Limit;
use crate::matter::event::Event;
use crate::matter::rejection::{Part, Rejection};
use crate::matter::state::{Matter, Suspension};

type Decision = Result<Vec<Event>, Rejection>;

/// Without a written notice given by then, the clock does not stop.
pub(super) fn suspend(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    act: &Act,
) -> Decision {
    let Act::Suspend { ground, notice, expected, waits_for } = act else { return Ok(Vec::new()) };
    let review = matter.under_review()?;
    let on = today.claimed(claimed, review.accepted_on)?;
    let unknown = || Rejection::UnknownGround { ground: ground.clone() };
    let rule = matter.terms.exclusion(ground).ok_or_else(unknown)?;
    if review.suspensions.iter().any(|stop| stop.ground == *ground && stop.until.is_none()) {
        return Err(Rejection::AlreadySuspended { ground: ground.clone() });
    }
    let notice = notice.as_ref().filter(|notice| !notice.number.trim().is_empty());
    let notice = notice.ok_or(Rejection::NoWrittenNotice)?;
    today.not_in_the_future(notice.given_on)?;
    if notice.given_on > on {
        return Err(Rejection::NoticeTooLate { given_on: notice.given_on, from: on });
    }
    if let Some(limit) = rule.limit.filter(|limit| !fits(*expected, *limit)) {
        return Err(Rejection::LongerThanAllowed { ground: ground.clone(), limit });
    }
    Ok(vec![Event::Suspended {
        on,
        ground: ground.clone(),
        article: rule.article.clone(),
        notice: notice.clone(),
        expected: *expected,
        waits_for: *waits_for,
    }])
}

pub(super) fn resume(
    matter: &Matter,
    claimed: Option<Date>,
    today: Today<'_>,
    ground: &str,
) -> Decision {
    let review = matter.under_review()?;
    let open = |stop: &&Suspension| stop.ground == ground && stop.until.is_none();
    let not_open = || Rejection::NotSuspended { ground: ground.to_owned() };
    let stop = review.suspensions.iter().find(open).ok_or_else(not_open)?;
    let on = today.claimed(claimed, stop.from)?;
    Ok(vec![Event::Resumed { on, ground: ground.to_owned() }])
}

/// Once, within the cap, by the right office; approval and notice both by the un-extended due date.
pub(super) fn extend(matter: &Matter, today: Today<'_>, act: &Act) -> Decision {
    let Act::Extend { by, approver, approved_on, notice, reason } = act else {
        return Ok(Vec::new());
    };
    let review = matter.under_review()?;
    if review.extension.is_some() {
        return Err(Rejection::AlreadyExtended);
    }
    let rule = matter.terms.extension.as_ref().ok_or(Rejection::NoExtensionAllowed)?;
    let statutory = matter.clocks(today.calendar).statutory;
    let clock = statutory.ok_or(Rejection::NoExtensionAllowed)?.clock;
    if approver.trim() != rule.approver.trim() {
        return Err(Rejection::WrongApprover { approver: rule.approver.clone() });
    }
    if by.n == 0 || !fits(*by, rule.cap) {
        return Err(Rejection::ExtensionTooLong { cap: rule.cap });
    }
    said(Part::Reason, reason)?;
    said(Part::NoticeNumber, &notice.number)?;
    required(Part::NoticeNumber, notice.given_on >= *approved_on)?;
    today.claimed(Some(*approved_on), review.accepted_on)?;
    let on = today.claimed(Some(notice.given_on), *approved_on)?;
    // While the clock stands it has not run out: what is left of the limit lies after today.
    let deadline = clock.resume(today.date).deadline(today.calendar);
    let due = deadline.ok_or(Rejection::NoExtensionAllowed)?.due;
    if on > due {
        return Err(Rejection::TooLateToExtend { due });
    }
    Ok(vec![Event::Extended {
        on,
        by: *by,
        approver: approver.clone(),
        approved_on: *approved_on,
        notice: notice.clone(),
        reason: reason.clone(),
        article: rule.citation.clone(),
    }])
}

/// Whether a limit keeps within a cap; a limit in another unit cannot be compared and does not.
fn fits(limit: Limit, cap: Limit) -> bool {
    limit.unit == cap.unit && limit.n <= cap.n
}
