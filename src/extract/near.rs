//! What nearly was an assignment or a limit: a rule's words stand there, and something kept them from being taken.
//!
//! In: `各牵头单位要加强协调`. Out: the rule for `各…要…`, and that `assignment/refused_exhortation` takes the words for an exhortation.
//! No record needs this; it answers why a name or a time is in none.

use super::assignment::{ROLES, parentheses, places, within_marks};
use crate::rule::{Field, Rule, RuleSet, Value, Within};
use crate::text::Span;

/// A place where a rule holds and that was not taken.
#[derive(Debug, Clone)]
pub struct Near<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// What it would have found; counts bytes of the text.
    pub span: Span,
    /// What kept it out.
    pub why: Why<'r>,
}

/// Why the words of a rule are no value.
#[derive(Debug, Clone, Copy)]
pub enum Why<'r> {
    /// Another rule knows them to be something else.
    Refused(&'r Rule),
    /// They hold the verb of another role, and so are two lists.
    TwoLists,
    /// They say how, where or with what, not who.
    NoList,
    /// They end in no unit's name.
    NoUnit,
}

/// How many are told of one task.
const MOST: usize = 6;

/// What nearly was found in `paragraphs`, the own words of one task, beside what was `taken`.
pub fn near<'r>(
    text: &str,
    paragraphs: &[Span],
    taken: &[Span],
    rules: &'r RuleSet,
) -> Vec<Near<'r>> {
    let mut found: Vec<Near<'r>> = Vec::new();
    for zone in paragraphs
        .iter()
        .flat_map(|paragraph| zones(text, *paragraph))
    {
        let refused = refused(zone.0, text, rules);
        for rule in rules.all().iter().filter(|rule| looks(rule, zone.1)) {
            let limit = rule.field == Field::Deadline;
            for place in places(&rule.patterns, zone.0.of(text), |_| true) {
                let span = place.shift(zone.0.start);
                let known = |other: &Span| other.overlaps(span);
                let why = refused
                    .iter()
                    .find(|(refusing, at)| {
                        known(at)
                            && (refusing.value == Value::Units) != limit
                            && rule.heeds(refusing)
                    })
                    .map(|(refusing, _)| Why::Refused(refusing))
                    .or_else(|| (!limit).then(|| of_list(span.of(text), rules)));
                let new = || !taken.iter().any(known) && !found.iter().any(|old| known(&old.span));
                if let Some(why) = why.filter(|_| new()) {
                    found.push(Near { rule, span, why });
                }
            }
        }
    }
    found.sort_by_key(|near| near.span);
    found.truncate(MOST);
    found
}

/// The sentences of a paragraph, and what stands in its parentheses.
fn zones(text: &str, paragraph: Span) -> Vec<(Span, Within)> {
    let mut zones: Vec<_> = parentheses(text, paragraph)
        .into_iter()
        .map(|group| (within_marks(text, group), Within::Statement))
        .collect();
    let mut start = paragraph.start;
    for sentence in paragraph.of(text).split_inclusive(['。', '；', '！']) {
        zones.push((Span::new(start, start + sentence.len()), Within::Sentence));
        start += sentence.len();
    }
    zones
}

fn looks(rule: &Rule, within: Within) -> bool {
    let unit = ROLES.contains(&rule.field)
        && (rule.within == within || rule.within.is_strict() && within.runs());
    unit || rule.field == Field::Deadline && within.runs()
}

/// What is refused in a zone, by which rule.
fn refused<'r>(zone: Span, text: &str, rules: &'r RuleSet) -> Vec<(&'r Rule, Span)> {
    let places = |rule: &'r Rule| {
        places(&rule.patterns, zone.of(text), |_| true)
            .into_iter()
            .map(move |place| (rule, place.shift(zone.start)))
    };
    rules.of(Field::Refused).iter().flat_map(places).collect()
}

/// What is wrong with a list of units that no rule refuses.
fn of_list<'r>(list: &str, rules: &RuleSet) -> Why<'r> {
    if rules.word("role_verb").is_match(list) {
        Why::TwoLists
    } else if rules.word("no_list").is_match(list) {
        Why::NoList
    } else {
        Why::NoUnit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, String)> {
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        near(text, &[Span::new(0, text.len())], &[], &rules)
            .into_iter()
            .map(|near| {
                let why = match near.why {
                    Why::Refused(rule) => rule.id.to_string(),
                    other => format!("{other:?}"),
                };
                (near.span.of(text).to_owned(), why)
            })
            .collect()
    }

    #[test]
    fn what_keeps_a_value_out_is_told() {
        for (text, value, why) in [
            (
                "各牵头单位要加强协调，抓好落实。",
                "各牵头单位",
                "assignment/refused_exhortation",
            ),
            ("坚持问题导向，切实由专人负责。", "专人", "NoUnit"),
            (
                "增速较去年底回升1.1个百分点。",
                "年底",
                "deadline/refused_since",
            ),
        ] {
            let near = shown(text);
            assert!(
                near.iter()
                    .any(|(words, other)| words == value && other == why),
                "{text}: {near:?}"
            );
        }
        assert!(shown("完善服务体系。").is_empty());
    }
}
