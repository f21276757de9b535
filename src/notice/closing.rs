//! What stands below the body: attachments, signature, date, contacts, copies, print.

use super::element::{Dated, Elements, solid};
use super::line::{Line, Role};
use super::{contact, label};
use crate::rule::RuleSet;
use crate::text::Span;
use crate::unit::split;
use jiff::civil::Date;

/// Longest line in bytes that can be a signature or a date.
pub(super) const SHORT: usize = 120;

/// How many authorities may sign one notice, a line each.
const SIGNATURES: usize = 12;

pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    small_lines(text, lines, rules, elements);
    attachments(text, lines, rules, elements);
    signatures(text, lines, rules, elements);
    contact::read(text, lines, rules, elements);
}

/// 抄送, 印发, 附注: each says what it is.
fn small_lines(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    for line in lines.iter_mut().filter(|line| line.role == Role::Body) {
        let words = line.of(text);
        if let Some(found) = rules.word("copy_recipients").captures(words) {
            let Some(list) = found.name("list") else {
                continue;
            };
            let list = Span::new(
                list.start(),
                list.start() + list.as_str().trim_end_matches(['。', '.']).len(),
            );
            let names = split::recipients(words, list, rules);
            elements
                .copy_recipients
                .extend(names.iter().map(|name| solid(name.of(words))));
            line.role = Role::CopyRecipients;
        } else if let Some(found) = rules.word("recipients_line").captures(words) {
            let Some(list) = found.name("list") else {
                continue;
            };
            let list = Span::new(
                list.start(),
                list.start() + list.as_str().trim_end_matches(['。', '.']).len(),
            );
            elements.main_recipients = split::recipients(words, list, rules)
                .iter()
                .map(|name| solid(name.of(words)))
                .collect();
            line.role = Role::MainRecipients;
        } else if let Some(found) = rules
            .word("printing")
            .captures(words)
            .filter(|_| words.len() <= SHORT)
        {
            elements.printing_office = found
                .name("office")
                .map(|office| solid(office.as_str()))
                .filter(|o| !o.is_empty());
            elements.print_date = found
                .name("date")
                .and_then(|date| day(date.as_str(), rules));
            line.role = Role::Printing;
        } else if words.len() <= SHORT && rules.word("note").is_match(words) {
            line.role = Role::Note;
        }
    }
}

/// 附件说明 (附件：1.… 2.…) and the marks under which attachments begin (附件1).
fn attachments(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let words = line.of(text);
        at += 1;
        if line.role != Role::Body || words.len() > 2 * SHORT || !words.starts_with("附") {
            continue;
        }
        let mark = rules.word("attachment_mark").is_match(words);
        let announces = mark
            && elements.attachment_list.is_empty()
            && announces(text, words, &lines[at..], rules);
        let found = rules.word("attachment_list").captures(words);
        // 附件2：任务分解表 below the signature, or right above a table, begins the attachment itself.
        let over_table = lines.get(at).is_some_and(|next| next.role == Role::Table);
        if mark && !announces
            || found.is_some() && (!elements.attachment_list.is_empty() || over_table)
        {
            lines[at - 1].role = Role::AttachmentMark;
            continue;
        }
        let list = found.as_ref().and_then(|found| found.name("list"));
        if list.is_none() && !announces {
            continue;
        }
        lines[at - 1].role = Role::AttachmentList;
        items(
            list.map_or("", |list| list.as_str()),
            &mut elements.attachment_list,
        );
        while let Some(next) = lines.get_mut(at) {
            let words = next.of(text);
            let item = label::read(words)
                .filter(|label| label.number as usize == elements.attachment_list.len() + 1);
            if next.role != Role::Body
                || next.span.len() > SHORT
                || item.is_none()
                || words.ends_with('。')
            {
                break;
            }
            items(words, &mut elements.attachment_list);
            next.role = Role::AttachmentList;
            at += 1;
        }
    }
}

/// 附件： over a list of names announces them; 附件 alone does where the signature follows the names.
fn announces(text: &str, mark: &str, below: &[Line], rules: &RuleSet) -> bool {
    let item = |(nth, line): (usize, &Line)| {
        let words = line.of(text);
        line.role == Role::Body
            && words.len() <= SHORT
            && !words.ends_with('。')
            && label::read(words).is_some_and(|label| label.number as usize == nth + 1)
    };
    let items = below
        .iter()
        .enumerate()
        .take_while(|&(nth, line)| item((nth, line)))
        .count();
    let signed = below.get(items).is_none_or(|next| {
        let words = next.of(text);
        words.len() <= SHORT
            && (rules.word("signature").is_match(words) || rules.word("date_line").is_match(words))
    });
    items > 0 && (signed || mark.ends_with(['：', ':']))
}

/// `1.任务分解表 2.报名表` as two names.
fn items(words: &str, list: &mut Vec<String>) {
    let mut rest = words.trim();
    while !rest.is_empty() {
        let body = label::read(rest).map_or(rest, |label| rest[label.span.end..].trim_start());
        let next = body
            .match_indices([' ', '\u{3000}', '；', '，'])
            .map(|(at, mark)| (at, at + mark.len()))
            .find(|(_, after)| label::read(body[*after..].trim_start()).is_some());
        let (name, after) = next.map_or((body, body.len()), |(at, after)| (&body[..at], after));
        let name = solid(name.trim_end_matches(['；', '。', '，']));
        if !name.is_empty() {
            list.push(name);
        }
        rest = body[after..].trim_start();
    }
}

/// The authority's name over its date, at the end of the notice or before its attachment.
fn signatures(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    let content = |line: &Line| line.role == Role::Body;
    for at in 0..lines.len() {
        let words = lines[at].of(text);
        if !content(&lines[at]) || words.len() > SHORT {
            continue;
        }
        let Some(found) = rules.word("date_line").captures(words) else {
            continue;
        };
        let Some(date) = found
            .name("date")
            .and_then(|date| Some((day(date.as_str(), rules)?, date)))
        else {
            continue;
        };
        let own = found
            .name("signature")
            .map(|name| solid(name.as_str()))
            .filter(|name| !name.is_empty());
        let caption = own.is_none() && words.starts_with(['（', '(']);
        let mut signed = Vec::new();
        if let Some(name) = own {
            if !rules.word("signature").is_match(&name) {
                continue;
            }
            signed.push(name);
        } else if !caption {
            let above = (0..at)
                .rev()
                .filter(|&i| lines[i].role != Role::Furniture)
                .take(SIGNATURES);
            for index in above.collect::<Vec<_>>() {
                let words = lines[index].of(text);
                let names: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
                let whole = solid(words);
                let signs = |name: &str| rules.word("signature").is_match(name);
                if !content(&lines[index]) || words.len() > SHORT || label::read(words).is_some() {
                    break;
                }
                // 市教育局   市财政局 side by side, or one name set wide.
                if names.len() > 1 && names.iter().all(|name| signs(name)) {
                    signed.splice(0..0, names);
                } else if signs(&whole) {
                    signed.insert(0, whole);
                } else {
                    break;
                }
                lines[index].role = Role::AuthoritySignature;
            }
        }
        lines[at].role = Role::DocumentDate;
        if elements.document_date.is_none() {
            let (date, place) = date;
            let span = Span::new(place.start(), place.end()).shift(lines[at].span.start);
            elements.document_date = Some(Dated { date, span });
            elements.authority_signature = signed;
        }
    }
}

/// `2019年9月2日`, `二〇一九年九月二日`, `2019-09-02`.
pub(super) fn day(words: &str, rules: &RuleSet) -> Option<Date> {
    let words = solid(words);
    let (found, before) = match rules.word("roc_date").captures(&words) {
        Some(found) => (found, FIRST_YEAR_OF_ROC),
        None => (rules.word("date").captures(&words)?, 0),
    };
    let year = number(&found["year"])? + before;
    let month = number(&found["month"])?;
    let day = number(&found["day"])?;
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// 民國元年 is 1912.
const FIRST_YEAR_OF_ROC: u32 = 1911;

/// 2019, 二〇一九, 十二.
fn number(words: &str) -> Option<u32> {
    if let Ok(number) = words.parse() {
        return Some(number);
    }
    if words.chars().count() == 4 {
        return words.chars().try_fold(0, |sum, c| {
            let digit = match c {
                '〇' | '○' | '零' | 'O' | 'o' | '0' | 'Ｏ' | '◯' => 0,
                _ => label::hanzi_number(c.encode_utf8(&mut [0; 4]))
                    .map(|(n, _)| n)
                    .filter(|&n| n < 10)?,
            };
            Some(sum * 10 + digit)
        });
    }
    label::hanzi_number(words)
        .filter(|(_, len)| *len == words.len())
        .map(|(n, _)| n)
}
