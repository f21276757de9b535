//! The lines of a text and what each is.

use super::{label, run_on};
use crate::rule::{Field, RuleSet};
use crate::text::Span;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Words of the notice: a clause or a paragraph.
    Body,
    /// A header or row of a table of tasks.
    Table,
    /// What a web page or a printer put around it.
    Furniture,
    /// 索引号：… and the other lines of a government site's table above the notice.
    Metadata,
    /// 份号, 密级, 紧急程度.
    Marking,
    /// 发文机关标志.
    AuthorityMark,
    /// 发文字号, with 签发人.
    DocumentNumber,
    /// 标题.
    Title,
    /// 主送机关.
    MainRecipients,
    /// 附件说明.
    AttachmentList,
    /// 发文机关署名.
    AuthoritySignature,
    /// 成文日期.
    DocumentDate,
    /// 附注.
    Note,
    /// 联系人, 电话.
    Contact,
    /// 抄送机关.
    CopyRecipients,
    /// 印发机关和印发日期.
    Printing,
    /// 附件1: an attachment begins.
    AttachmentMark,
}

/// One line that holds more than blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its words, without the blanks around them.
    pub span: Span,
    /// What it is.
    pub role: Role,
}

impl Line {
    /// Its words.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        self.span.of(text)
    }
}

/// The lines of `text` that hold words, all of them [`Role::Body`] for now.
pub(super) fn split(text: &str, rules: &RuleSet) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = &text[start..end];
        let words = line.trim();
        let (begins, ends) = marks(words);
        if begins + ends < words.len() {
            let from = start + (line.len() - line.trim_start().len());
            lines.push(Line {
                span: Span::new(from + begins, from + words.len() - ends),
                role: Role::Body,
            });
        }
        start = end + 1;
    }
    run_on::part(text, lines, rules)
}

/// Lengths of the `## ` that Markdown puts before a heading, the `> ` of a quotation and the `**` around strong words.
fn marks(words: &str) -> (usize, usize) {
    let strong = words
        .strip_prefix("**")
        .and_then(|rest| rest.strip_suffix("**"))
        .is_some_and(|inner| !inner.is_empty() && !inner.contains("**"));
    if strong {
        return (2, 2);
    }
    let rest = words.trim_start_matches('#');
    let rest = words.strip_prefix('>').unwrap_or(rest);
    let title = rest.trim_start();
    let headed = words.len() - rest.len() <= 6 && rest.len() > title.len() && !title.is_empty();
    (if headed { words.len() - title.len() } else { 0 }, 0)
}

/// Marks the block of keys between `---` that Markdown files begin with.
fn mark_front_matter(text: &str, lines: &mut [Line]) {
    let fence = |line: &Line| line.of(text) == "---";
    if lines.first().is_some_and(fence)
        && let Some(end) = lines.iter().skip(1).take(FRONT_MATTER).position(fence)
    {
        lines[..end + 2]
            .iter_mut()
            .for_each(|line| line.role = Role::Metadata);
    }
}

/// Most lines of keys at the head of a Markdown file.
const FRONT_MATTER: usize = 40;

/// Longest line in bytes that may be furniture: menus and footers are short, paragraphs are not.
const FURNITURE: usize = 400;

/// Marks the lines that a web page put around the notice.
pub(super) fn mark_furniture(text: &str, lines: &mut [Line], rules: &RuleSet) {
    mark_front_matter(text, lines);
    for line in lines.iter_mut() {
        let words = line.of(text);
        if line.role == Role::Body
            && words.len() <= FURNITURE
            && is_furniture(words, rules)
            && !rules.word("metadata").is_match(words)
        {
            line.role = Role::Furniture;
        }
    }
    mark_links(text, lines, rules);
    // Below a copyright or licence line a page has only more of its own footer: addresses, sponsors, support.
    let footer = rules.word("page_footer");
    let last_label = lines
        .iter()
        .rposition(|line| label::read(line.of(text)).is_some())
        .map_or(0, |at| at + 1);
    let below = lines[last_label..]
        .iter()
        .position(|line| line.role == Role::Furniture && footer.is_match(line.of(text)))
        .map_or(lines.len(), |at| last_label + at);
    for line in lines[below..]
        .iter_mut()
        .filter(|line| line.role == Role::Body)
    {
        line.role = Role::Furniture;
    }
}

/// Longest line in bytes that names another page: 50 hanzi.
const LINK: usize = 150;

/// Marks the titles of other pages below 相关阅读, after the notice itself.
fn mark_links(text: &str, lines: &mut [Line], rules: &RuleSet) {
    let mut written = false;
    let mut links = false;
    for line in lines.iter_mut() {
        let words = line.of(text);
        links = match line.role {
            Role::Furniture => links || written && rules.word("related_links").is_match(words),
            Role::Body => links && words.len() <= LINK && !words.ends_with(['。', '；', '：']),
            _ => false,
        };
        written |= line.role == Role::Body && line.span.len() > LINK;
        if links {
            line.role = Role::Furniture;
        }
    }
}

fn is_furniture(words: &str, rules: &RuleSet) -> bool {
    rules
        .of(Field::Furniture)
        .iter()
        .any(|rule| rule.matches(words))
}
