//! Lists of units, split into single ones.
//!
//! `市教育局、市财政局和市发展和改革委员会` is three units; `市级学会、协会、研究会` is one.

use super::shape::{Look, Shape};
use crate::record::Scope;
use crate::rule::RuleSet;
use crate::text::Span;

/// A list of units as it was split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Each unit's name.
    pub names: Vec<Listed>,
    /// Whether the list ended in 等: there are more than are named.
    pub open: bool,
}

/// One name of a list, with the words that it shares with its neighbors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// What is written for this unit alone.
    pub span: Span,
    /// 市委 of 市委组织部, for the 宣传部 after it.
    pub head: Option<Span>,
    /// 部门 of 人社部门, for the 市教育 before it.
    pub tail: Option<Span>,
    /// What the words written for it look like.
    pub look: Look,
}

impl Listed {
    /// The whole name: 市委宣传部.
    pub fn name(&self, text: &str) -> String {
        [self.head, Some(self.span), self.tail]
            .into_iter()
            .flatten()
            .map(|span| span.of(text))
            .collect()
    }
}

/// Splits an assignment's list.
pub fn units(text: &str, list: Span, rules: &RuleSet) -> Split {
    let mut list = list;
    // 列第一位者为牵头单位，下同: said of the list, no part of it.
    if let Some(remark) = rules.word("list_remark").find(list.of(text)) {
        list.end = list.start + remark.start();
    }
    let open = rules
        .word("and_others")
        .find(list.of(text))
        .map(|found| list.start + found.start());
    if let Some(end) = open {
        list.end = end;
    }
    Split {
        names: shared(text, names(text, list, rules, false), rules),
        open: open.is_some(),
    }
}

/// Splits 主送机关 or 抄送机关 as the notice writes them: between commas; where there are none, between 、 with whole
/// names on both sides. A 、 between commas parts nothing but what is of another house: 各高校科协、市级学会.
pub fn recipients(text: &str, list: Span, rules: &RuleSet) -> Vec<Span> {
    let parted: Vec<_> = names(text, list, rules, true)
        .into_iter()
        .map(|name| name.span)
        .collect();
    if !list.of(text).contains(['，', ',', '；']) {
        return parted;
    }
    let is = |word, name: Span| rules.word(word).is_match(name.of(text));
    let tail = |name: Span| name.of(text).chars().rev().take(2).collect::<String>();
    let comma = |one: &Span, next: &Span| {
        Span::new(one.end, next.start)
            .of(text)
            .contains(['，', ',', '；', ';', ' '])
    };
    let mut whole: Vec<Span> = Vec::new();
    for segment in parted.chunk_by(|one, next| !comma(one, next)) {
        let other = segment.windows(2).any(|pair| {
            is("other_house", pair[1]) || is("zone", pair[1]) && tail(pair[0]) == tail(pair[1])
        });
        match (segment, other) {
            ([first, .., last], false) => whole.push(Span::new(first.start, last.end)),
            _ => whole.extend_from_slice(segment),
        }
    }
    whole
}

/// Gives back what neighbors share: 市委组织部、宣传部 is 市委宣传部, too; 市教育、财政、人社部门 is three departments.
fn shared(text: &str, names: Vec<Name>, rules: &RuleSet) -> Vec<Listed> {
    let mut listed: Vec<_> = names
        .into_iter()
        .map(|name| Listed {
            span: name.span,
            head: None,
            tail: None,
            look: name.look,
        })
        .collect();
    let (mut head, mut rank) = (None, None);
    for name in &mut listed {
        let shared = name
            .look
            .is(Shape::SharedHead)
            .then(|| rules.word("shared_head").captures(name.span.of(text)))
            .flatten();
        if let Some(found) = shared.and_then(|found| found.name("head")) {
            head = Some(Span::new(found.start(), found.end()).shift(name.span.start));
        } else if name.look.is(Shape::InnerDepartment) && head.is_some() {
            name.head = head;
        } else {
            head = None;
            ranked(text, name, &mut rank, rules);
        }
    }
    regions(text, &mut listed, rules);
    // Back from the one that has the ending: 财政, 教育 wait for 部门.
    let Some(last) = listed
        .iter()
        .position(|name| name.look.is(Shape::SharedTail))
    else {
        return listed;
    };
    let tail = listed[last].span.end - "部门".len()..listed[last].span.end;
    let waits = |name: &Listed| {
        let words = name.span.of(text);
        let ends = words.char_indices().last();
        let ends = ends.is_some_and(|(at, _)| rules.units().is_ending(&words[at..]));
        let open = name.look.scope.is_none() || words.chars().nth(4).is_none();
        !ends && open && rules.word("field_of_work").is_match(words)
    };
    let first = listed[..last]
        .iter()
        .rposition(|name| !waits(name))
        .map_or(0, |at| at + 1);
    if first == last {
        return listed;
    }
    let region = rules.word("region_head").find(listed[first].span.of(text));
    let region =
        region.map(|found| Span::new(found.start(), found.end()).shift(listed[first].span.start));
    for (at, name) in listed[first..=last].iter_mut().enumerate() {
        name.head = region.filter(|_| at > 0);
        name.tail = (at < last - first).then(|| Span::from(tail.clone()));
    }
    listed
}

/// Gives regions the office of the last of them: 万源市、宣汉县、大竹县水务局 is 万源市水务局, too.
fn regions(text: &str, listed: &mut [Listed], rules: &RuleSet) {
    let mut tail: Option<(Span, usize)> = None;
    for name in listed.iter_mut().rev() {
        let words = name.span.of(text);
        let near = tail.filter(|&(_, next)| !text[name.span.end..next].contains(['，', '；']));
        if let Some((shared, _)) = near.filter(|_| rules.word("region_only").is_match(words)) {
            name.tail = Some(shared);
            tail = Some((shared, name.span.start));
            continue;
        }
        let office = rules.word("region_office").captures(words);
        tail = office.and_then(|found| found.name("office")).map(|office| {
            let shared = Span::new(office.start(), office.end()).shift(name.span.start);
            (shared, name.span.start)
        });
    }
}

/// Gives an office the rank of the one before it: 省教育厅、总工会 is 省总工会, too.
fn ranked(text: &str, name: &mut Listed, rank: &mut Option<Span>, rules: &RuleSet) {
    let words = name.span.of(text);
    let own = rules.word("rank").is_match(words).then(|| {
        let first = words.chars().next().map_or(0, char::len_utf8);
        Span::new(name.span.start, name.span.start + first)
    });
    if own.is_some() || name.look.is(Shape::OwnHead) {
        *rank = own.filter(|_| name.look.scope == Some(Scope::Unit));
    } else if rank.is_some() && rules.units().is_office(words) {
        name.head = *rank;
    }
}

fn names(text: &str, list: Span, rules: &RuleSet, addressees: bool) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut parted = true;
    for piece in pieces(text, list, rules) {
        let words = piece.span.of(text);
        let look = rules.look(words);
        let is = |word, words| rules.word(word).is_match(words);
        let bare = look.is(Shape::BareKind);
        let joins = |name: &Name| {
            let last = || name.last.of(text);
            // 市级学会、协会、研究会: the bare kinds share the head of the first.
            bare && !name.look.is(Shape::BareKind)
                || name.shared && piece.after_and && !look.is(Shape::OwnHead)
                // 各市（州）、直管市、神农架林区科协: places that share the last one's ending.
                || name.last_look.is(Shape::PlaceOnly)
                    && !words.starts_with('各')
                    && !same_city(last(), words)
                || addressees && (is("house", last()) && is("inner_kind", words) || is("regional", last()) && is("regional_kind", words))
        };
        match names.last_mut().filter(|name| !parted && joins(name)) {
            Some(name) => {
                name.shared |= bare;
                name.span.end = piece.span.end;
                name.last = piece.span;
                name.last_look = look;
                name.look = rules.look(name.span.of(text));
            }
            None => names.push(Name {
                span: piece.span,
                look,
                last: piece.span,
                last_look: look,
                shared: false,
            }),
        }
        parted = piece.strong_after;
    }
    names
}

/// 赣州经开区、赣州高新区管委会: each says its city, and stands for itself.
fn same_city(one: &str, next: &str) -> bool {
    one.chars()
        .zip(next.chars())
        .take(2)
        .filter(|(a, b)| a == b)
        .count()
        == 2
}

/// A name that may still grow.
struct Name {
    span: Span,
    look: Look,
    /// Its last piece.
    last: Span,
    last_look: Look,
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
    let is_whole = |left: &str| rules.units().scope(left).is_some();
    let mut skip_to = 0;
    for (at, c) in words.char_indices() {
        if at < skip_to {
            continue;
        }
        match c {
            '（' | '(' | '《' | '“' | '〔' => depth += 1,
            '）' | ')' | '》' | '”' | '〕' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '、' | '，' | ',' | '；' | ';' => {
                push(start, at, after_and, c != '、');
                start = at + c.len_utf8();
                after_and = false;
            }
            // A blank parts names only where both sides are whole: 市教育局 市财政局.
            c if c.is_whitespace() && is_whole(&words[start..at]) => {
                push(start, at, after_and, true);
                start = at + c.len_utf8();
                after_and = false;
            }
            '和' | '及' | '与' | '以' | '并' => {
                let rest = &words[at..];
                let Some(and) = ["以及", "并会同", "和", "及", "与"]
                    .into_iter()
                    .find(|and| rest.starts_with(and))
                else {
                    continue;
                };
                // 发展和改革委员会, 教育和体育局, 文化广电和旅游局: no unit ends before 和.
                let field = rules.word("field_before_and").is_match(&words[start..at]);
                if is_whole(&words[start..at]) && !field && !rest[and.len()..].trim().is_empty() {
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
