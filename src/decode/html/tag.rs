//! Tags of a page and the elements that they enclose.
//!
//! In: `<div id=zoom><P>各县区<br>`. Out: where each tag stands, and elements with their beginning and end, closed as browsers close
//! them where the page forgot to. No tag is looked at twice and nothing nests by recursion: 100,000 `<div>` in one another are
//! 100,000 entries of a list.

use crate::text::Span;
use std::collections::HashMap;

/// A tag, or something else that is not seen: a comment, a script.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    pub span: Span,
    pub name: &'a str,
    pub kind: Kind,
    /// What stands between its name and its `>`.
    pub attributes: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    /// Comments, declarations, and all of a script.
    Unseen,
}

impl Tag<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|c: char| c.is_ascii_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            let after = after.trim_start();
            let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
                rest = if end == 0 {
                    rest.get(1..).unwrap_or_default()
                } else {
                    after
                };
                continue;
            };
            let (value, left) = match value.chars().next() {
                Some(mark @ ('"' | '\'')) => {
                    value[1..].split_once(mark).unwrap_or((&value[1..], ""))
                }
                _ => value.split_at(
                    value
                        .find(|c: char| c.is_ascii_whitespace())
                        .unwrap_or(value.len()),
                ),
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = left;
        }
    }

    /// The same as a number between 1 and 1000: how many rows or columns a cell takes.
    pub(super) fn count(&self, name: &str) -> usize {
        let value = self.get(name).and_then(|value| value.trim().parse().ok());
        value.unwrap_or(1usize).clamp(1, 1000)
    }
}

/// Elements whose insides are no words of the page.
const UNSEEN: [&str; 12] = [
    "script", "style", "title", "textarea", "noscript", "iframe", "template", "svg", "select",
    "object", "button", "canvas",
];

/// So many quotation marks without an end, and they are no longer believed.
const MOST_TORN: usize = 100;

/// Finds all tags of `page`.
pub(super) fn tags(page: &str) -> Vec<Tag<'_>> {
    let bytes = page.as_bytes();
    let mut tags = Vec::new();
    let (mut at, mut torn) = (0, 0);
    // Changes that are marked are read as accepted: what was deleted is not seen, if the page says where it ends.
    let mut struck = true;
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + found;
        let after = &page[start + 1..];
        let unseen = |end: usize| Tag {
            span: Span::new(start, end),
            name: "",
            kind: Kind::Unseen,
            attributes: "",
        };
        let past = |words: &str, len: usize| {
            memchr::memmem::find(&bytes[start..], words.as_bytes())
                .map_or(bytes.len(), |end| start + end + len)
        };
        if after.starts_with("!--") {
            at = past("-->", 3);
            tags.push(unseen(at));
            continue;
        }
        if after.starts_with(['!', '?']) {
            at = past(">", 1);
            tags.push(unseen(at));
            continue;
        }
        let close = after.starts_with('/');
        let name = &after[usize::from(close)..];
        let len = name
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_'))
            .count();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let from = start + 1 + usize::from(close) + len;
        let whole = (torn < MOST_TORN)
            .then(|| end_of_tag(bytes, from))
            .flatten();
        let end = whole.or_else(|| {
            torn += 1;
            memchr::memchr(b'>', &bytes[from..]).map(|end| from + end)
        });
        let Some(end) = end else {
            // A page cut off in a tag.
            tags.push(unseen(bytes.len()));
            break;
        };
        let tag = Tag {
            span: Span::new(start, end + 1),
            name: &name[..len],
            kind: if close { Kind::Close } else { Kind::Open },
            attributes: page.get(from..end).unwrap_or_default(),
        };
        at = end + 1;
        let hides = UNSEEN.iter().any(|unseen| tag.is(unseen)) || struck && tag.is("del");
        let hidden = (hides && !close && !tag.attributes.ends_with('/'))
            .then(|| closing(bytes, at, tag.name));
        match hidden {
            Some(None) if tag.is("del") => {
                struck = false;
                tags.push(tag);
            }
            Some(end) => {
                at = end.unwrap_or(bytes.len());
                tags.push(unseen(at));
            }
            None => tags.push(tag),
        }
    }
    tags
}

/// The `>` that ends a tag, not one between quotation marks.
fn end_of_tag(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        match bytes[at] {
            b'>' => return Some(at),
            // Only after = do quotation marks open a value; elsewhere they are dirt.
            mark if bytes[..at].iter().rev().find(|b| !b.is_ascii_whitespace()) == Some(&b'=') => {
                at += 1 + memchr::memchr(mark, &bytes[at + 1..])? + 1;
            }
            _ => at += 1,
        }
    }
}

/// Where `</name>` ends that closes what began before `at`.
fn closing(bytes: &[u8], mut at: usize, name: &str) -> Option<usize> {
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
        let from = at + found + 2;
        let to = from + name.len();
        if bytes
            .get(from..to)
            .is_some_and(|other| other.eq_ignore_ascii_case(name.as_bytes()))
        {
            let end = memchr::memchr(b'>', &bytes[to..]);
            return Some(end.map_or(bytes.len(), |end| to + end + 1));
        }
        at = from;
    }
    None
}

/// A tag with all that belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    /// Number of the tag that opens it.
    pub open: usize,
    /// Number of the tag before which it ends.
    pub end: usize,
    /// Number of the element around it.
    pub parent: Option<usize>,
}

/// Elements that hold nothing and have no end.
const EMPTY: [&str; 14] = [
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track",
    "wbr", "param",
];

/// How many elements up an unclosed `<td>` is looked for.
const REACH: usize = 64;

/// Finds the elements that `tags` enclose.
pub(super) fn elements(tags: &[Tag<'_>]) -> Vec<Element> {
    let mut elements: Vec<Element> = Vec::new();
    let mut stack: Vec<usize> = Vec::new();
    let mut open: HashMap<String, usize> = HashMap::new();
    let pop = |stack: &mut Vec<usize>,
               elements: &mut Vec<Element>,
               open: &mut HashMap<String, usize>,
               end: usize| {
        if let Some(element) = stack.pop().and_then(|nth| elements.get_mut(nth)) {
            element.end = end;
            if let Some(count) = open.get_mut(&tags[element.open].name.to_ascii_lowercase()) {
                *count = count.saturating_sub(1);
            }
        }
    };
    for (nth, tag) in tags.iter().enumerate() {
        let name = tag.name.to_ascii_lowercase();
        match tag.kind {
            Kind::Unseen => {}
            Kind::Open => {
                if let Some(closes) = implied(&name) {
                    let above = stack.iter().rev().take(REACH).position(|open| {
                        let other = tags[elements[*open].open].name.to_ascii_lowercase();
                        closes.ended.contains(&other.as_str())
                            || closes.until.contains(&other.as_str())
                    });
                    if let Some(above) = above {
                        let found = tags[elements[stack[stack.len() - 1 - above]].open].name;
                        if closes.ended.contains(&found.to_ascii_lowercase().as_str()) {
                            for _ in 0..=above {
                                pop(&mut stack, &mut elements, &mut open, nth);
                            }
                        }
                    }
                }
                if EMPTY.contains(&name.as_str())
                    || tag.attributes.ends_with('/') && name.contains(':')
                {
                    continue;
                }
                elements.push(Element {
                    open: nth,
                    end: tags.len(),
                    parent: stack.last().copied(),
                });
                stack.push(elements.len() - 1);
                *open.entry(name).or_default() += 1;
            }
            Kind::Close => {
                if open.get(&name).is_none_or(|count| *count == 0) {
                    continue;
                }
                loop {
                    let top = stack.last().map(|top| tags[elements[*top].open].name);
                    let Some(top) = top else { break };
                    let ends = top.eq_ignore_ascii_case(&name);
                    // A stray </b> closes no cell and no table.
                    if !ends
                        && name != "table"
                        && name != "body"
                        && name != "html"
                        && matches!(top.to_ascii_lowercase().as_str(), "td" | "th" | "table")
                        && !matches!(name.as_str(), "tr" | "tbody" | "thead" | "td" | "th")
                    {
                        break;
                    }
                    pop(&mut stack, &mut elements, &mut open, nth);
                    if ends {
                        break;
                    }
                }
            }
        }
    }
    elements
}

/// What an opening tag closes without saying so.
struct Implied {
    ended: &'static [&'static str],
    /// And from where on it does not.
    until: &'static [&'static str],
}

fn implied(name: &str) -> Option<Implied> {
    let (ended, until): (&[&str], &[&str]) = match name {
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr"], &["table"]),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
        "li" => (&["li"], &["ul", "ol", "table", "div"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl", "table", "div"]),
        "p" | "div" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            (&["p"], &["td", "th", "div", "li", "table", "body"])
        }
        _ => return None,
    };
    Some(Implied { ended, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_with_any_marks() {
        let page = "<td class='a b' ROWSPAN=2 title=\"x>y\" checked>甲";
        let tags = tags(page);
        assert_eq!(tags.len(), 1);
        assert_eq!(tags[0].get("class"), Some("a b"));
        assert_eq!(tags[0].count("rowspan"), 2);
        assert_eq!(tags[0].get("title"), Some("x>y"));
        assert_eq!(tags[0].get("id"), None);
        assert_eq!(&page[tags[0].span.end..], "甲");
    }

    #[test]
    fn torn_pages_take_no_longer() {
        for page in [
            "<a =\"".repeat(200_000),
            "<".repeat(300_000),
            "<div>".repeat(200_000),
            "</p><p>".repeat(100_000),
        ] {
            let tags = tags(&page);
            elements(&tags);
        }
    }

    #[test]
    fn what_is_left_open_is_closed() {
        let tags = tags("<table><tr><td>甲<td>乙<tr><td>丙</table>丁");
        let elements = elements(&tags);
        let ends: Vec<_> = elements
            .iter()
            .map(|element| (tags[element.open].name, element.end))
            .collect();
        assert_eq!(
            ends,
            [
                ("table", 6),
                ("tr", 4),
                ("td", 3),
                ("td", 4),
                ("tr", 6),
                ("td", 6)
            ]
        );
    }
}
