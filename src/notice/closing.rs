//! What stands below the body: attachments, signature, date, contacts, copies, print.

use super::element::{Dated, Elements, solid};
use super::label;
use super::line::{Line, Role};
use crate::record::{Contact, Scope};
use crate::rule::RuleSet;
use crate::text::Span;
use crate::unit::split;
use jiff::civil::Date;

/// Longest line in bytes that can be a signature or a date.
const SHORT: usize = 120;

/// How many authorities may sign one notice, a line each.
const SIGNATURES: usize = 12;

pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    small_lines(text, lines, rules, elements);
    attachments(text, lines, rules, elements);
    signatures(text, lines, rules, elements);
    contacts(text, lines, rules, elements);
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
        if rules.word("attachment_mark").is_match(words) {
            // 附件： over a list of names announces them, with names of its own it is the list.
            let next_is_item = lines.get(at).is_some_and(|next| {
                label::read(next.of(text)).is_some() && next.span.len() <= SHORT
            });
            if !(words.ends_with('：') && next_is_item && elements.attachment_list.is_empty()) {
                lines[at - 1].role = Role::AttachmentMark;
                continue;
            }
        }
        let Some(found) = rules.word("attachment_list").captures(words) else {
            continue;
        };
        if !elements.attachment_list.is_empty() {
            // 附件2：任务分解表 below the signature begins the attachment itself.
            lines[at - 1].role = Role::AttachmentMark;
            continue;
        }
        lines[at - 1].role = Role::AttachmentList;
        let first = found.name("list").map_or("", |list| list.as_str());
        items(first, &mut elements.attachment_list);
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

/// Names, telephones and mail addresses wherever they are announced.
fn contacts(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    let last_label = lines
        .iter()
        .rposition(|l| l.role == Role::Body && label::read(l.of(text)).is_some());
    let mut names = Vec::new();
    let (mut phones, mut mails) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter_mut().enumerate() {
        if !matches!(line.role, Role::Body | Role::Note) {
            continue;
        }
        let words = line.of(text);
        if !words.contains('：') && !words.contains(':') {
            continue;
        }
        if let Some(found) = rules.word("contact_name").captures(words) {
            names.extend(people(&found["names"], rules));
            // 联系人：常老师 138…: the number stands without a word for it.
            if !rules.word("contact_phone").is_match(words) {
                phones.extend(
                    rules
                        .word("bare_phone")
                        .find_iter(words)
                        .map(|found| solid(found.as_str())),
                );
            }
        }
        phones.extend(
            rules
                .word("contact_phone")
                .captures_iter(words)
                .map(|found| solid(&found["phone"])),
        );
        mails.extend(
            rules
                .word("contact_mail")
                .find_iter(words)
                .map(|found| found.as_str().to_owned()),
        );
        if let Some(found) = rules.word("contact_address").captures(words) {
            elements
                .address
                .get_or_insert_with(|| solid(&found["address"]));
        }
        let below = last_label.is_none_or(|last| at > last);
        if line.role == Role::Body
            && below
            && words.len() <= 2 * SHORT
            && rules.word("contact_line").is_match(words)
        {
            line.role = Role::Contact;
        }
    }
    let people = names.len().max(phones.len()).max(mails.len());
    // One telephone or address announced for several people is that of each.
    let of = |list: &[String], at: usize| {
        list.get(at)
            .or_else(|| list.first().filter(|_| list.len() == 1))
            .cloned()
    };
    elements.contacts = (0..people)
        .map(|at| Contact {
            name: names.get(at).cloned(),
            phone: of(&phones, at),
            email: of(&mails, at),
        })
        .collect();
}

/// `市水保处 闵某 电话` is one person; an office stands for itself only where nobody is named.
fn people(words: &str, rules: &RuleSet) -> Vec<String> {
    let is_office = |name: &str| rules.units().scope(name) == Some(Scope::Unit);
    let names: Vec<&str> = words
        .split(['、', '，', ' ', '\u{3000}'])
        .filter(|name| !name.is_empty())
        .take_while(|name| !rules.word("contact_word").is_match(name))
        .map(|name| {
            match rules
                .word("office_before_name")
                .captures(name)
                .and_then(|found| found.name("name"))
            {
                Some(person) if !is_office(name) => person.as_str(),
                _ => name,
            }
        })
        .collect();
    let offices = names.iter().all(|name| is_office(name));
    names
        .iter()
        .filter(|name| offices || !is_office(name))
        .map(|name| (*name).to_owned())
        .collect()
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
