//! Which part of a page is the notice.
//!
//! In: the page of an office's site, its navigation, its list of friendly links, its footer. Out: the elements to leave out.
//!
//! The systems that run such sites put the text into a box with a telling name (`TRS_Editor`, `UCAP-CONTENT`, `zoom`). Where one of
//! them holds most of the words, it is taken, with the heading before it; else all is kept but blocks that consist of links. A page that
//! is one long table of tasks is kept whole either way.

use super::tag::{Element, Kind, Tag};
use crate::text::Span;

/// Names of boxes, as they stand in `id` or `class`, without capitals, `-` and `_`.
const BOXES: [&str; 22] = [
    "trseditor",
    "ucapcontent",
    "zoom",
    "vsbcontent",
    "vnewscontent",
    "wparticlecontent",
    "articlecontent",
    "articlecon",
    "articletext",
    "articlebody",
    "newscontent",
    "newstext",
    "pagescontent",
    "xxgkcontent",
    "contenttext",
    "contenttxt",
    "contentbody",
    "conttext",
    "jscontent",
    "fontzoom",
    "bshcontent",
    "detailcontent",
];

/// Elements that say themselves that they are no text of the page.
const ASIDE: [&str; 3] = ["nav", "footer", "aside"];

/// Elements that can be nothing but a list of links.
const BLOCKS: [&str; 10] = [
    "div", "ul", "ol", "table", "tr", "td", "p", "dl", "section", "header",
];

/// Words of a page before each of its tags, in bytes without blanks.
struct Words {
    all: Vec<usize>,
    linked: Vec<usize>,
    links: Vec<usize>,
}

impl Words {
    fn count(page: &str, tags: &[Tag<'_>]) -> Self {
        let mut words = Self {
            all: vec![0],
            linked: vec![0],
            links: vec![0],
        };
        let (mut all, mut linked, mut links) = (0, 0, 0);
        let mut link = false;
        for (nth, tag) in tags.iter().enumerate() {
            if tag.is("a") {
                link = tag.kind == Kind::Open && tag.get("href").is_some();
                links += usize::from(link);
            }
            let end = tags.get(nth + 1).map_or(page.len(), |next| next.span.start);
            let seen = page[tag.span.end..end]
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .count();
            all += seen;
            linked += if link { seen } else { 0 };
            words.all.push(all);
            words.linked.push(linked);
            words.links.push(links);
        }
        words
    }

    fn of(&self, element: &Element) -> (usize, usize, usize) {
        let (from, to) = (element.open, element.end);
        (
            self.all[to] - self.all[from],
            self.linked[to] - self.linked[from],
            self.links[to] - self.links[from],
        )
    }
}

/// The ranges of tags between which nothing belongs to the notice, in order.
pub(super) fn unwanted(page: &str, tags: &[Tag<'_>], elements: &[Element]) -> Vec<Span> {
    let words = Words::count(page, tags);
    let total = words.all[tags.len()] - words.linked[tags.len()];
    if let Some(chosen) = chosen(tags, elements, &words, total) {
        let mut spans = vec![Span::new(0, chosen.open), Span::new(chosen.end, tags.len())];
        if let Some(heading) = heading(page, tags, elements, &words, chosen) {
            spans[0] = Span::new(0, heading.open);
            spans.insert(1, Span::new(heading.end, chosen.open));
        }
        return spans;
    }
    let mut spans: Vec<Span> = Vec::new();
    for element in elements {
        let span = Span::new(element.open, element.end);
        if spans.last().is_some_and(|last| last.end >= span.end) {
            continue;
        }
        let name = tags[element.open].name.to_ascii_lowercase();
        let (all, linked, links) = words.of(element);
        let aside = ASIDE.contains(&name.as_str()) && all * 2 < total.max(1);
        let list = BLOCKS.contains(&name.as_str())
            && links >= 3
            && linked * 10 >= all * 7
            && !annexes(page, tags, element);
        if aside || list {
            spans.push(span);
        }
    }
    spans
}

/// The box with a telling name that holds most of the words which are no links.
fn chosen<'a>(
    tags: &[Tag<'_>],
    elements: &'a [Element],
    words: &Words,
    total: usize,
) -> Option<&'a Element> {
    let own = |element: &Element| {
        let (all, linked, _) = words.of(element);
        all - linked
    };
    elements
        .iter()
        .filter(|element| {
            let tag = &tags[element.open];
            let named = ["id", "class"].iter().any(|name| {
                tag.get(name).is_some_and(|value| {
                    value.split_ascii_whitespace().any(|word| {
                        let word = word.to_ascii_lowercase().replace(['-', '_'], "");
                        BOXES.contains(&word.as_str())
                    })
                })
            });
            (named || tag.is("article") || tag.is("main")) && own(element) * 2 > total
        })
        // The innermost of those that hold the same.
        .max_by_key(|element| (own(element), element.open))
}

/// Longest heading of a page, in bytes with blanks.
const HEADING: usize = 400;

/// The heading before the box, unless the box begins with it, too.
fn heading<'a>(
    page: &str,
    tags: &[Tag<'_>],
    elements: &'a [Element],
    words: &Words,
    chosen: &Element,
) -> Option<&'a Element> {
    let start = tags[chosen.open].span.end;
    let mut end = page.len().min(start + 6000);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let begins = solid(&page[start..end]);
    elements
        .iter()
        .filter(|element| element.end <= chosen.open)
        .filter(|element| {
            let tag = &tags[element.open];
            let titled = ["id", "class"].iter().any(|name| {
                tag.get(name)
                    .is_some_and(|value| value.to_ascii_lowercase().contains("title"))
            });
            let (all, _, links) = words.of(element);
            let span = Span::new(tag.span.end, tags[element.end].span.start);
            let words = solid(&span.of(page)[..page_end(span.of(page), HEADING)]);
            (tag.is("h1") || tag.is("h2") || tag.is("h3") || titled)
                && (12..HEADING).contains(&all)
                && links == 0
                && !begins.contains(&words)
        })
        .max_by_key(|element| (tags[element.open].is("h1"), element.open))
}

fn page_end(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// The hanzi and figures of a stretch, without its tags.
fn solid(stretch: &str) -> String {
    let mut words = String::new();
    let mut tag = false;
    for c in stretch.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            _ if !tag && c.is_alphanumeric() => words.push(c),
            _ => {}
        }
    }
    words
}

/// Whether a list of links is the list of annexes.
fn annexes(page: &str, tags: &[Tag<'_>], element: &Element) -> bool {
    let start = tags[element.open].span.end;
    let end = tags
        .get(element.end)
        .map_or(page.len(), |tag| tag.span.start);
    let stretch = &page[start..end.max(start)];
    stretch.len() < 20_000 && (stretch.contains("附件") || stretch.contains("附表"))
}
