//! stub
use crate::record::{Bound, DeadlineKind};
use crate::rule::RuleSet;
use crate::text::Span;
/// What is known of the notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reference {
    /// Day of issue.
    pub issued: Option<jiff::civil::Date>,
    /// Year of the document.
    pub year: Option<i16>,
}
/// One limit.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// Rule.
    pub rule: String,
    /// Kind.
    pub kind: DeadlineKind,
    /// First day.
    pub start: Option<String>,
    /// Last day.
    pub end: Option<String>,
    /// RRULE.
    pub recurrence: Option<String>,
    /// Offset.
    pub offset: Option<String>,
    /// Anchor.
    pub anchor: Option<String>,
    /// Bound.
    pub bound: Option<Bound>,
    /// What is due.
    pub about: Option<Span>,
    /// Inferred.
    pub inferred: Vec<&'static str>,
    /// Place.
    pub span: Span,
}
/// Finds.
pub fn find(_text: &str, _reference: &Reference, _rules: &RuleSet) -> Vec<Deadline> {
    Vec::new()
}
