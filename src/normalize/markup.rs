//! Entities, tags and field codes that converters left in the text.
//!
//! In: `&ldquo;四个意识&rdquo;&nbsp;各单位</p>`. Out: `“四个意识” 各单位`. Pages were stored escaped, sometimes twice; Word keeps
//! the instruction of a field (`PAGE \* MERGEFORMAT`) beside its result, and plain-text exports write both.

use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use regex::Regex;
use std::sync::LazyLock;

/// Names of entities that web editors write, and what they stand for.
const ENTITIES: &[(&str, &str)] = &[
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", "\u{3000}"),
    ("thinsp", " "),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("middot", "·"),
    ("bull", "•"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("deg", "°"),
    ("permil", "‰"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("sect", "§"),
    ("para", "¶"),
    ("yen", "¥"),
    ("euro", "€"),
    ("le", "≤"),
    ("ge", "≥"),
    ("ne", "≠"),
    ("larr", "←"),
    ("rarr", "→"),
    ("zwnj", ""),
    ("zwj", ""),
    ("shy", ""),
    ("sup2", "²"),
    ("sup3", "³"),
    ("frac12", "½"),
    ("alpha", "α"),
    ("beta", "β"),
    ("mu", "μ"),
    ("micro", "µ"),
];

/// Longest entity in bytes: `&thetasym;`.
const LONGEST: usize = 12;

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

/// Entities, escaped once; what was escaped twice comes back in the next round.
pub(super) fn entities(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let head = &text.as_bytes()[at + 1..text.len().min(at + 1 + LONGEST)];
        let Some(len) = memchr::memchr(b';', head) else {
            continue;
        };
        let name = &text[at + 1..at + 1 + len];
        let to = match name.strip_prefix('#') {
            Some(number) => numeric(number),
            None => ENTITIES
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, to)| (*to).to_owned()),
        };
        if let Some(to) = to {
            edits.push(Edit::new(at..at + len + 2, to, Reason::Markup));
        }
    }
    edits
}

/// `160` and `xA0`.
fn numeric(number: &str) -> Option<String> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
        .filter(|c| !c.is_control())
        .map(String::from)
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
            "“四个意识” \u{a0}一、A&B"
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
