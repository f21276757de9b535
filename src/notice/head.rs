//! What stands above the body: marks, number, signatory, title, recipients.

use super::closing;
use super::element::{Elements, solid};
use super::label;
use super::line::{Line, Role};
use crate::rule::RuleSet;
use crate::text::Span;
use crate::unit::split;

/// Longest title line and longest authority's name in bytes.
const TITLE: usize = 240;

/// How many lines a title may be spread over.
const TITLE_LINES: usize = 5;

pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    let first_label = lines
        .iter()
        .position(|l| l.role == Role::Body && label::read(l.of(text)).is_some());
    let head = first_label.unwrap_or(lines.len());
    marks(text, &mut lines[..head], rules, elements);
    let recipients = (0..head)
        .find(|&at| lines[at].role == Role::Body && is_recipients(lines[at].of(text), rules));
    if let Some(at) = recipients {
        lines[at].role = Role::MainRecipients;
        let words = lines[at].of(text);
        // 致各校校长：
        let addressed = if words.starts_with('致') {
            '致'.len_utf8()
        } else {
            0
        };
        let list = Span::new(addressed, words.trim_end_matches(['：', ':']).len());
        elements.main_recipients = split::recipients(words, list, rules)
            .iter()
            .map(|span| solid(span.of(words)))
            .collect();
    }
    let mut titles = Vec::new();
    let mut at = 0;
    while at < head {
        match title_at(text, lines, at, head, rules) {
            Some(end) => {
                titles.push((at, end));
                at = end;
            }
            None => at += 1,
        }
    }
    // A title stands above its recipients; where they come first, over the attached text.
    let main = match recipients {
        Some(limit) => titles
            .iter()
            .rev()
            .find(|(_, end)| *end <= limit)
            .or(titles.first()),
        None => titles.first(),
    };
    let main = main
        .copied()
        .or_else(|| plain_title(text, &lines[..head], rules));
    for &(from, to) in titles.iter().chain(&main) {
        lines[from..to]
            .iter_mut()
            .filter(|l| l.role == Role::Body)
            .for_each(|line| line.role = Role::Title);
    }
    if let Some((from, to)) = main.filter(|_| elements.title.is_none()) {
        let words = lines[from..to]
            .iter()
            .filter(|l| l.role == Role::Title)
            .map(|line| solid(line.of(text)));
        elements.title = Some(words.collect::<String>());
    }
    elements.territory = territory(text, lines);
    elements.title_issuer = elements
        .title
        .as_deref()
        .and_then(|title| issuer_in_title(title, rules));
}

/// Takes the lines above the title that say one thing each.
fn marks(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    // 国家某局令 over 第12号: together they are the number.
    for at in 1..lines.len() {
        let (above, below) = (lines[at - 1].of(text), lines[at].of(text));
        if rules.word("decree_number").is_match(below)
            && let Some(decree) = rules.word("decree").captures(above)
        {
            elements.document_number = Some(solid(above) + &solid(below));
            elements.authority_mark = Some(solid(&decree["mark"]));
            lines[at - 1].role = Role::DocumentNumber;
            lines[at].role = Role::DocumentNumber;
        }
    }
    for line in lines
        .iter_mut()
        .filter(|line| matches!(line.role, Role::Body | Role::Metadata))
    {
        let words = line.of(text);
        if words.len() > TITLE {
            continue;
        }
        if let Some(found) = rules.word("document_number_line").captures(words) {
            elements
                .document_number
                .get_or_insert_with(|| number(&found["number"]));
            if let Some(name) = rules.word("signatory").captures(words) {
                elements.signatory = Some(solid(&name["name"]));
            }
            if let Some(mark) = found.name("mark") {
                elements
                    .authority_mark
                    .get_or_insert_with(|| solid(mark.as_str()));
            }
            line.role = Role::DocumentNumber;
        } else if let Some(mark) = rules.word("authority_mark").captures(words) {
            elements
                .authority_mark
                .get_or_insert_with(|| solid(&mark["mark"]));
            line.role = Role::AuthorityMark;
        } else if let Some(name) = rules
            .word("signatory")
            .captures(words)
            .filter(|_| words.len() < 60)
        {
            elements.signatory = Some(solid(&name["name"]));
            line.role = Role::DocumentNumber;
        } else if rules.word("marking").is_match(words) {
            line.role = Role::Marking;
        } else if rules.word("metadata").is_match(words) {
            line.role = Role::Metadata;
            metadata(words, rules, elements);
        } else if let Some(mark) = rules.word("letter_mark").captures(words) {
            elements
                .authority_mark
                .get_or_insert_with(|| solid(&mark["mark"]));
            line.role = Role::AuthorityMark;
        } else if let Some(subject) = rules.word("subject").captures(words) {
            elements.title = Some(solid(subject["title"].trim_end_matches('。')));
            line.role = Role::Title;
        }
    }
}

/// Reads a line of a government site's table; several entries may share it.
fn metadata(words: &str, rules: &RuleSet, elements: &mut Elements) {
    let mut at = 0;
    while let Some(found) = rules.word("metadata_entry").captures_at(words, at) {
        at = found.name("value").map_or(words.len(), |value| value.end());
        let value = solid(&found["value"]);
        match solid(&found["key"]).as_str() {
            "发文机关" | "发文机构" | "发布机构" | "制发机关" | "发文单位" | "发布单位"
                if !value.is_empty() =>
            {
                elements.listed_issuer.get_or_insert(value);
            }
            "发文字号" | "文号" | "发文号" | "文件编号"
                if rules.word("document_number").is_match(&value) =>
            {
                elements
                    .document_number
                    .get_or_insert_with(|| number(&value));
            }
            "成文日期" | "发文日期" => {
                elements.listed_date = elements.listed_date.or_else(|| closing::day(&value, rules));
            }
            _ => {}
        }
    }
}

/// `枣科协字[2019]第1号` as the standard writes it: 枣科协字〔2019〕1号.
fn number(words: &str) -> String {
    let mut number = solid(words);
    for (from, to) in [
        ("[", "〔"),
        ("]", "〕"),
        ("【", "〔"),
        ("】", "〕"),
        ("（", "〔"),
        ("）", "〕"),
        ("(", "〔"),
        (")", "〕"),
        ("﹝", "〔"),
        ("﹞", "〕"),
    ] {
        number = number.replace(from, to);
    }
    number.replace("〕第", "〕")
}

/// `各县（市、区）科协，机关各部室：`, not `现将有关事项通知如下：`.
pub(super) fn is_recipients(words: &str, rules: &RuleSet) -> bool {
    let Some(list) = words.strip_suffix(['：', ':']) else {
        return false;
    };
    if list.contains(['。', '！', '“', '：'])
        || label::read(words).is_some()
        || rules.word("not_recipients").is_match(list)
    {
        return false;
    }
    let names = split::recipients(words, Span::new(0, list.len()), rules);
    let units = names
        .iter()
        .filter(|name| rules.word("recipient").is_match(name.of(words).trim()))
        .count();
    units > 0 && units * 2 >= names.len()
}

/// If a title begins at line `at`, the line after its last.
fn title_at(text: &str, lines: &[Line], at: usize, head: usize, rules: &RuleSet) -> Option<usize> {
    let part = |line: &Line| {
        let words = line.of(text);
        line.role == Role::Body
            && words.len() <= TITLE
            && !words.ends_with(['。', '；', '，', '：', ':', '！'])
            && !words.contains('。')
    };
    if !part(&lines[at]) {
        return None;
    }
    let mut joined = String::new();
    let mut end = None;
    for (index, line) in lines[at..head].iter().enumerate().take(TITLE_LINES) {
        if !part(line) {
            break;
        }
        let words = solid(line.of(text));
        // The next line may begin a title of its own: 通知 over the plan that it sends.
        if end.is_some()
            && (rules.word("title_start").is_match(&words)
                || !words.starts_with(['（', '的', '》']) && rules.word("title").is_match(&words))
        {
            break;
        }
        joined.push_str(&words);
        if rules.word("title").is_match(&joined) && balanced(&joined) {
            end = Some(at + index + 1);
            if !may_go_on(&joined) {
                break;
            }
        } else if end.is_some() {
            break;
        }
    }
    end
}

/// The line over a report or a piece of news, which has no word for its kind: the first, if it is short and no sentence.
fn plain_title(text: &str, lines: &[Line], rules: &RuleSet) -> Option<(usize, usize)> {
    let at = lines.iter().position(|line| {
        line.role == Role::Body && !rules.word("signature").is_match(line.of(text))
    })?;
    let words = lines[at].of(text);
    let short = (PLAIN_TITLE..=TITLE / 2).contains(&words.len());
    let goes_on = lines[at + 1..]
        .iter()
        .any(|line| line.role == Role::Body && line.span.len() > TITLE / 2);
    (short && goes_on && !words.ends_with(['。', '；', '，', '：', '！'])).then_some((at, at + 1))
}

/// Shortest title in bytes: 8 hanzi.
const PLAIN_TITLE: usize = 24;

/// `关于印发《…实施方案》` goes on with 的通知.
fn may_go_on(title: &str) -> bool {
    title.contains("关于")
        && ![
            "通知", "意见", "决定", "通报", "公告", "通告", "函", "报告", "请示", "批复",
        ]
        .iter()
        .any(|end| title.trim_end_matches(['）', '》']).ends_with(end))
}

fn balanced(words: &str) -> bool {
    words.matches('《').count() == words.matches('》').count()
        && words.matches('“').count() == words.matches('”').count()
}

/// How many lines at either end say where a notice is from.
const ENDS: usize = 15;

/// Taiwan by its years, Hong Kong and Macao by their names: none of their offices has a region in its name that the
/// mainland's list holds.
fn territory(text: &str, lines: &[Line]) -> Option<&'static str> {
    let last = lines.len().saturating_sub(ENDS).max(ENDS);
    lines
        .iter()
        .take(ENDS)
        .chain(lines.iter().skip(last))
        .map(|line| line.of(text))
        .filter(|words| words.len() <= TITLE / 2)
        .find_map(|words| {
            [
                ("中华民国", "台湾省"),
                ("香港特别行政区政府", "香港特别行政区"),
                ("香港添马", "香港特别行政区"),
                ("澳门特别行政区政府", "澳门特别行政区"),
            ]
            .into_iter()
            .find(|(sign, _)| words.contains(sign))
            .map(|(_, territory)| territory)
        })
}

/// The authority before 关于: `枣庄市科学技术协会关于印发…`.
fn issuer_in_title(title: &str, rules: &RuleSet) -> Option<String> {
    // 某市发展改革委2021年重点事项分解表 has no 关于.
    let name = &title[..title.find("关于").or_else(|| title.find("20"))?];
    if rules.word("signature").is_match(name) {
        return Some(name.to_owned());
    }
    // 某市国有资产监督管理委员会国企改革三年行动2021年任务台账: what it is about follows at once.
    let found = rules.word("issuer_before_title").find(name)?;
    Some(found.as_str().to_owned())
}
