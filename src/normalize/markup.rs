//! Entities, tags and field codes that converters left in the text.
//!
//! In: `&ldquo;四个意识&rdquo;&nbsp;各单位</p>`. Out: `“四个意识” 各单位`. Pages were stored escaped, sometimes twice; Word keeps
//! the instruction of a field (`PAGE \* MERGEFORMAT`) beside its result, and plain-text exports write both.

use crate::decode::entity;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use regex::Regex;
use std::sync::LazyLock;

static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // The names that editors of pages write; <2019> and <通知> are no tags.
    let names = "p|br|div|span|font|strong|b|i|u|em|a|img|table|tbody|tr|td|th|h[1-6]|o:p|st1:[a-z]+|center|ul|ol|li|hr|sup|sub";
    Regex::new(&format!(r"(?i)</?(?:{names})(?:\s[^<>\n]{{0,400}})?\s*/?>")).ok()
});

static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)
        (?:\{\x20?)?(?:
            (?:PAGE|NUMPAGES|SHAPE|SECTIONPAGES|EMBED\x20[\w.]+|INCLUDEPICTURE\x20"[^"\n]*"|DATE|TIME)\x20{1,2}\\\*\x20{1,2}MERGEFORMAT\w*
          | HYPERLINK\x20{1,2}(?:\\l\x20{1,2})?"[^"\n]*"(?:\x20{1,2}\\[a-z]\x20{1,2}"[^"\n]*")*
          | TOC\x20{1,2}\\o\x20{1,2}"[^"\n]*"(?:\x20{1,2}\\[a-z])*
          | PAGEREF\x20{1,2}_Toc\d+(?:\x20{1,2}\\[a-z])*
        )\x20?\}?"#,
    )
    .ok()
});

/// Entities, escaped once; what was escaped twice comes back in the next round. Without its `;` it may be words.
pub(super) fn entities(text: &str, _: &RuleSet) -> Vec<Edit> {
    memchr::memchr_iter(b'&', text.as_bytes())
        .filter_map(|at| {
            let (to, len) = entity(&text[at..])?;
            let whole = text[at..at + len].ends_with(';');
            whole.then(|| Edit::new(at..at + len, to, Reason::Markup))
        })
        .collect()
}

/// Tags and field codes, and the ends of lines that spreadsheets write as `_x000D_`.
pub(super) fn leftovers(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    if memchr::memchr(b'<', text.as_bytes()).is_some() {
        for tag in TAG.iter().flat_map(|tag| tag.find_iter(text)) {
            let name = tag
                .as_str()
                .trim_start_matches(['<', '/'])
                .to_ascii_lowercase();
            let breaks = name.starts_with("br")
                || tag.as_str().starts_with("</")
                    && (name.starts_with("p>") || name.starts_with("div"));
            edits.push(Edit::new(
                tag.range(),
                if breaks { "\n" } else { "" },
                Reason::Markup,
            ));
        }
    }
    for sign in ["_x000D_\n", "_x000D_", "x0dx0a"] {
        edits.extend(
            memchr::memmem::find_iter(text.as_bytes(), sign)
                .map(|at| Edit::new(at..at + sign.len(), "\n", Reason::Markup)),
        );
    }
    if FIELDS
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
    {
        edits.extend(
            FIELD
                .iter()
                .flat_map(|field| field.find_iter(text))
                .map(|field| Edit::delete(field.range(), Reason::Markup)),
        );
    }
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    edits.dedup_by(|next, last| next.span.start < last.span.end);
    edits
}

/// Words without which no field code stands in a text.
const FIELDS: &[&str] = &[
    "MERGEFORMAT",
    "HYPERLINK",
    "TOC \\",
    "PAGEREF _Toc",
    "TOC  \\",
    "PAGEREF  _Toc",
];

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::{entities, leftovers};

    #[test]
    fn entities_become_characters() {
        assert_eq!(
            run(
                entities,
                "&ldquo;四个意识&rdquo;&nbsp;&#160;&#x4e00;、A&amp;B"
            ),
            "“四个意识”\u{a0}\u{a0}一、A&B"
        );
        assert_eq!(run(entities, "&amp;nbsp;"), "&nbsp;");
    }

    #[test]
    fn tags_and_fields_go() {
        assert_eq!(
            run(
                leftovers,
                "<p style=\"a\">各单位：</p>现将<span>通知</span><br/>印发"
            ),
            "各单位：\n现将通知\n印发"
        );
        assert_eq!(run(leftovers, "- PAGE \\* MERGEFORMAT 2 -"), "- 2 -");
        assert_eq!(
            run(leftovers, "邮箱：HYPERLINK \"mailto:a@b.cn\" a@b.cn"),
            "邮箱：a@b.cn"
        );
        assert_eq!(
            run(leftovers, "一、x0dx0a二、_x000D_\n三、"),
            "一、\n二、\n三、"
        );
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in [
            "R&D投入；A&B公司",
            "若a<b且c>d，则",
            "<通知>",
            "PAGE 2",
            "AT&T;",
            "<2019>",
            "&foo;",
            "TOC目录",
            "a &lt b",
            "5<p",
        ] {
            stays(entities, text);
            stays(leftovers, text);
        }
    }
}
