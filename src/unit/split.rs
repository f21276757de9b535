//! Lists of units, split into single ones.
//!
//! `市教育局、市财政局和市发展和改革委员会` is three units; `市级学会、协会、研究会` is one.

use crate::rule::RuleSet;
use crate::text::Span;

/// A list of units as it was split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Each unit's name.
    pub names: Vec<Span>,
    /// Whether the list ended in 等: there are more than are named.
    pub open: bool,
}

/// Splits an assignment's list.
pub fn units(text: &str, list: Span, rules: &RuleSet) -> Split {
    let mut list = list;
    let open = rules
        .word("and_others")
        .find(list.of(text))
        .map(|found| list.start + found.start());
    if let Some(end) = open {
        list.end = end;
    }
    Split {
        names: names(text, list, rules),
        open: open.is_some(),
    }
}

/// Splits 主送机关 or 抄送机关 as the notice writes them: between commas; between 、 only where both sides are whole names.
pub fn recipients(text: &str, list: Span, rules: &RuleSet) -> Vec<Span> {
    names(text, list, rules)
}

fn names(text: &str, list: Span, rules: &RuleSet) -> Vec<Span> {
    let mut names: Vec<Name> = Vec::new();
    let mut parted = true;
    for piece in pieces(text, list, rules) {
        let words = piece.span.of(text);
        let bare = rules.word("bare_kind").is_match(words);
        let joins = |name: &Name| {
            let last = name.last.of(text);
            // 市级学会、协会、研究会: the bare kinds share the head of the first.
            bare && !rules.word("bare_kind").is_match(name.span.of(text))
                || name.shared && piece.after_and && !rules.word("own_head").is_match(words)
                // 机关各部门、各直属单位; 市科协各部（室）、事业单位: inside of one house.
                || rules.word("house").is_match(last) && rules.word("inner_kind").is_match(words)
                // 各市（州）、直管市、神农架林区科协: places that share the last one's ending.
                || rules.word("place_only").is_match(last)
        };
        match names.last_mut().filter(|name| !parted && joins(name)) {
            Some(name) => {
                name.shared |= bare;
                name.span.end = piece.span.end;
                name.last = piece.span;
            }
            None => names.push(Name {
                span: piece.span,
                last: piece.span,
                shared: false,
            }),
        }
        parted = piece.strong_after;
    }
    names.into_iter().map(|name| name.span).collect()
}

/// A name that may still grow.
struct Name {
    span: Span,
    /// Its last piece.
    last: Span,
    /// Whether bare kinds joined it: 市级学会、协会.
    shared: bool,
}

struct Piece {
    span: Span,
    /// Whether 和, 及 or 与 stood before it.
    after_and: bool,
    /// Whether a comma or semicolon stands after it, which always parts.
    strong_after: bool,
}

fn pieces(text: &str, list: Span, rules: &RuleSet) -> Vec<Piece> {
    let words = list.of(text);
    let mut pieces = Vec::new();
    let (mut start, mut depth, mut after_and) = (0, 0usize, false);
    let mut push = |from: usize, to: usize, after_and: bool, strong_after: bool| {
        let part = &words[from..to];
        let trimmed = part.trim();
        if !trimmed.is_empty() {
            let at = list.start + from + (part.len() - part.trim_start().len());
            pieces.push(Piece {
                span: Span::new(at, at + trimmed.len()),
                after_and,
                strong_after,
            });
        }
    };
    let mut skip_to = 0;
    for (at, c) in words.char_indices() {
        if at < skip_to {
            continue;
        }
        match c {
            '（' | '(' | '《' | '“' => depth += 1,
            '）' | ')' | '》' | '”' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '、' | '，' | ',' | '；' | ';' => {
                push(start, at, after_and, c != '、');
                start = at + c.len_utf8();
                after_and = false;
            }
            c if c.is_whitespace() => {
                // A blank parts names only where both sides are whole: 市教育局 市财政局.
                if rules.word("unit").is_match(words[start..at].trim()) {
                    push(start, at, after_and, true);
                    start = at + c.len_utf8();
                    after_and = false;
                }
            }
            '和' | '及' | '与' | '以' | '并' => {
                let rest = &words[at..];
                let Some(and) = ["以及", "并会同", "和", "及", "与"]
                    .into_iter()
                    .find(|and| rest.starts_with(and))
                else {
                    continue;
                };
                let left = words[start..at].trim();
                // 发展和改革委员会, 教育和体育局: no unit ends before 和.
                if rules.word("unit").is_match(left) && !rest[and.len()..].trim().is_empty() {
                    push(start, at, after_and, false);
                    start = at + and.len();
                    skip_to = start;
                    after_and = true;
                }
            }
            _ => {}
        }
    }
    push(start, words.len(), after_and, true);
    pieces
}
