//! The terms of an item, as the first fact of a matter keeps them.

use proto::matter::v1 as pb;
use rulebook::matter::{
    CommitmentTerm, ExcludedProcedure, ExtensionTerm, OpinionTerm, Terms, ToleranceTerm, Track,
};

use super::{Malformed, values};

pub(crate) fn to_wire(terms: &Terms) -> pb::Terms {
    pb::Terms {
        item: terms.item.clone(),
        edition: terms.edition.clone(),
        title: Some(values::text_to_wire(&terms.title)),
        track: track_to_wire(terms.track).into(),
        agency: terms.agency.clone(),
        statutory: terms.statutory.as_ref().map(values::cited_to_wire),
        committed: terms.committed.as_ref().map(values::cited_to_wire),
        extension: terms.extension.as_ref().map(|term| pb::ExtensionTerm {
            cap: Some(values::limit_to_wire(term.cap)),
            approver: term.approver.clone(),
            citation: term.citation.clone(),
        }),
        correction: Some(values::cited_to_wire(&terms.correction)),
        delivery: Some(values::cited_to_wire(&terms.delivery)),
        exclusions: terms.exclusions.iter().map(exclusion_to_wire).collect(),
        opinions: terms.opinions.iter().map(opinion_to_wire).collect(),
        commitment: terms.commitment.as_ref().map(|term| pb::CommitmentTerm {
            check_within: Some(values::limit_to_wire(term.check_within)),
            rectify_within: Some(values::limit_to_wire(term.rectify_within)),
            citation: term.citation.clone(),
        }),
        consent_by_silence: terms.consent_by_silence.as_ref().map(values::cited_to_wire),
        acceptance_by_silence: terms.acceptance_by_silence,
        tolerance: terms.tolerance.as_ref().map(|term| pb::ToleranceTerm {
            materials: term.materials.clone(),
            within: Some(values::cited_to_wire(&term.within)),
        }),
    }
}

pub(crate) fn from_wire(terms: &pb::Terms) -> Result<Terms, Malformed> {
    Ok(Terms {
        item: terms.item.clone(),
        edition: terms.edition.clone(),
        title: values::text("title", terms.title.as_ref())?,
        track: track(terms.track()).ok_or(Malformed::new("track", "is not said or unknown"))?,
        agency: terms.agency.clone(),
        statutory: values::optional_cited("statutory", terms.statutory.as_ref())?,
        committed: values::optional_cited("committed", terms.committed.as_ref())?,
        extension: terms.extension.as_ref().map(extension).transpose()?,
        correction: values::cited("correction", terms.correction.as_ref())?,
        acceptance_by_silence: terms.acceptance_by_silence,
        delivery: values::cited("delivery", terms.delivery.as_ref())?,
        consent_by_silence: values::optional_cited(
            "consent_by_silence",
            terms.consent_by_silence.as_ref(),
        )?,
        exclusions: terms.exclusions.iter().map(exclusion).collect::<Result<_, _>>()?,
        opinions: terms.opinions.iter().map(opinion).collect::<Result<_, _>>()?,
        commitment: terms.commitment.as_ref().map(commitment).transpose()?,
        tolerance: terms.tolerance.as_ref().map(tolerance).transpose()?,
    })
}

fn track_to_wire(track: Track) -> pb::Track {
    match track {
        Track::Ordinary => pb::Track::Ordinary,
        Track::PlanAttached => pb::Track::PlanAttached,
        Track::Commitment => pb::Track::Commitment,
    }
}

pub(crate) fn track(track: pb::Track) -> Option<Track> {
    match track {
        pb::Track::Unspecified => None,
        pb::Track::Ordinary => Some(Track::Ordinary),
        pb::Track::PlanAttached => Some(Track::PlanAttached),
        pb::Track::Commitment => Some(Track::Commitment),
    }
}

fn extension(term: &pb::ExtensionTerm) -> Result<ExtensionTerm, Malformed> {
    Ok(ExtensionTerm {
        cap: values::limit("extension.cap", term.cap.as_ref())?,
        approver: term.approver.clone(),
        citation: term.citation.clone(),
    })
}

fn exclusion_to_wire(term: &ExcludedProcedure) -> pb::ExcludedProcedure {
    pb::ExcludedProcedure {
        key: term.key.clone(),
        ground: term.ground.clone(),
        article: term.article.clone(),
        limit: term.limit.map(values::limit_to_wire),
    }
}

fn exclusion(term: &pb::ExcludedProcedure) -> Result<ExcludedProcedure, Malformed> {
    Ok(ExcludedProcedure {
        key: term.key.clone(),
        ground: term.ground.clone(),
        article: term.article.clone(),
        limit: values::optional_limit("exclusions.limit", term.limit.as_ref())?,
    })
}

fn opinion_to_wire(term: &OpinionTerm) -> pb::OpinionTerm {
    pb::OpinionTerm {
        key: term.key.clone(),
        agency: term.agency.clone(),
        subject: Some(values::text_to_wire(&term.subject)),
        inputs: term.inputs.clone(),
        limit: Some(values::cited_to_wire(&term.limit)),
        silence_is_consent: term.silence_is_consent.clone().unwrap_or_default(),
    }
}

fn opinion(term: &pb::OpinionTerm) -> Result<OpinionTerm, Malformed> {
    let rule = Some(term.silence_is_consent.clone()).filter(|rule| !rule.is_empty());
    Ok(OpinionTerm {
        key: term.key.clone(),
        agency: term.agency.clone(),
        subject: values::text("opinions.subject", term.subject.as_ref())?,
        inputs: term.inputs.clone(),
        limit: values::cited("opinions.limit", term.limit.as_ref())?,
        silence_is_consent: rule,
    })
}

fn commitment(term: &pb::CommitmentTerm) -> Result<CommitmentTerm, Malformed> {
    Ok(CommitmentTerm {
        check_within: values::limit("commitment.check_within", term.check_within.as_ref())?,
        rectify_within: values::limit("commitment.rectify_within", term.rectify_within.as_ref())?,
        citation: term.citation.clone(),
    })
}

fn tolerance(term: &pb::ToleranceTerm) -> Result<ToleranceTerm, Malformed> {
    Ok(ToleranceTerm {
        materials: term.materials.clone(),
        within: values::cited("tolerance.within", term.within.as_ref())?,
    })
}
