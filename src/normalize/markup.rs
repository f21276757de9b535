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
        \x13[^\x13-\x15\n]{0,400}[\x14\x15]
        | (?:\{\x20?)?(?:
            (?:PAGE|NUMPAGES|SHAPE|SECTIONPAGES|EMBED\x20[\w.]+|INCLUDEPICTURE\x20{1,3}"[^"\n]*"|DATE|TIME)\x20{1,3}\\\*\x20{1,3}MERGEFORMAT\w*
          | (?:DATE|TIME|CREATEDATE|SAVEDATE|PRINTDATE)\x20{1,3}\\@\x20{1,3}"[^"\n]{1,60}"(?:\x20{1,3}\\\*\x20{1,3}MERGEFORMAT)?
          | HYPERLINK\x20{1,2}(?:\\l\x20{1,2})?"[^"\n]*"(?:\x20{1,2}\\[a-z]\x20{1,2}"[^"\n]*")*
          | TOC\x20{1,2}\\o\x20{1,2}"[^"\n]*"(?:\x20{1,2}\\[a-z])*
          | (?:PAGE|NOTE)?REF\x20{1,2}_(?:Toc|Ref|Hlk)\d+(?:\x20{1,2}\\(?:[a-z]|\*\x20MERGEFORMAT))*
          | SEQ\x20{1,3}\S{1,20}\x20{1,3}\\\*\x20{0,3}ARABIC(?:\x20{1,3}\\s\x20{1,3}\d)?
          | EMBED\x20{1,3}[A-Z]\w+\.\w+(?:\.\d+)?
          | (?-u:\b)FORM(?:TEXT|CHECKBOX|DROPDOWN)(?-u:\b)
          | ADDIN\x20{1,3}[A-Z][\w.]*
        )\x20?\}?"#,
    )
    .ok()
});

/// The bare names of fields where only the number of a page can be meant: 第 PAGE 3 页 共 NUMPAGES 5 页.
static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"第 {0,2}(PAGE) {1,3}\d{0,3} {0,2}页|共 {0,2}(NUMPAGES) {1,3}\d{0,3} {0,2}页|[-—–] {0,2}(PAGE) {1,3}\d{1,3} {0,2}[-—–]").ok()
});

/// A figure in a circle as Word composes it: `eq \o\ac(○,1)`.
static CIRCLED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i:eq) {1,3}\\o\\ac\(○,(\d{1,2})\)").ok());

/// Entities, however often they were escaped: `&amp;nbsp;`. Without its `;` it may be words.
pub(super) fn entities(text: &str, _: &RuleSet) -> Vec<Edit> {
    memchr::memchr_iter(b'&', text.as_bytes())
        .filter_map(|at| {
            let (mut to, mut end) = whole(&text[at..]).map(|(to, len)| (to, at + len))?;
            let mut inner = String::new();
            while to == "&" {
                inner.clear();
                inner.push('&');
                inner.extend(text[end..].chars().take(LONGEST));
                let Some((next, len)) = whole(&inner) else {
                    break;
                };
                (to, end) = (next, end + len - 1);
            }
            Some(Edit::new(at..end, to, Reason::Markup))
        })
        .collect()
}

/// Characters behind `&amp;` that can be the rest of an entity.
const LONGEST: usize = 12;

/// The entity at the beginning of `text`, if it has its `;`.
fn whole(text: &str) -> Option<(String, usize)> {
    entity(text).filter(|&(_, len)| text[..len].ends_with(';'))
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
        let deleted = |span| Edit::delete(span, Reason::Markup);
        let fields = FIELD.iter().flat_map(|field| field.find_iter(text));
        edits.extend(fields.map(|field| deleted(field.range())));
        let pages = PAGE.iter().flat_map(|page| page.captures_iter(text));
        edits.extend(pages.flat_map(|page| {
            let names: Vec<Edit> = page
                .iter()
                .skip(1)
                .flatten()
                .map(|n| deleted(n.range()))
                .collect();
            names
        }));
        edits.extend(
            CIRCLED
                .iter()
                .flat_map(|circled| circled.captures_iter(text))
                .filter_map(|found| {
                    let n: u32 = found.get(1)?.as_str().parse().ok()?;
                    let c = char::from_u32(0x2460 + n.checked_sub(1)?).filter(|_| n <= 20)?;
                    Some(Edit::new(found.get(0)?.range(), c, Reason::Markup))
                }),
        );
    }
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    edits.dedup_by(|next, last| next.span.start < last.span.end);
    edits
}

/// Words and signs without which no field code stands in a text.
const FIELDS: &[&str] = &[
    "\\",
    "PAGE",
    "FORM",
    "HYPERLINK",
    "EMBED ",
    "ADDIN ",
    "\u{13}",
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
        assert_eq!(
            run(
                entities,
                "李四&amp;nbsp;王五&amp;#22269;&amp;ldquo;R&amp;amp;D&amp;"
            ),
            "李四\u{a0}王五国“R&D&"
        );
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
        for (text, sound) in [
            ("第 PAGE 3 页 共 NUMPAGES 5 页", "第  3 页 共  5 页"),
            ("- PAGE 4 -", "-  4 -"),
            ("PAGE   \\* MERGEFORMAT 3", "3"),
            ("见REF _Ref123 \\h 图1", "见图1"),
            ("表SEQ 表 \\* ARABIC 1", "表1"),
            ("姓名：FORMTEXT 张三", "姓名：张三"),
            ("TIME \\@ \"yyyy年M月d日\" 2021年3月2日", "2021年3月2日"),
            ("附件EMBED Word.Document.8", "附件"),
            ("eq \\o\\ac(○,1)加强领导", "①加强领导"),
            (
                "见\u{13} HYPERLINK \\l \"a\" \u{14}第一章\u{15}",
                "见第一章\u{15}",
            ),
            ("目录\u{13} SET x \u{15}一", "目录一"),
        ] {
            assert_eq!(run(leftovers, text), sound);
        }
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
            "PAGE页面设计、HOMEPAGE 3 页、第3页",
            "REF参考文献、SEQ ID、EMBED平台、ADDIN插件、INFORM、PLATFORM TEXT",
            "C:\\DATE\\TIME、DATE 2021、equal \\o",
            "FORMTEXTURE",
            "a &lt b",
            "5<p",
        ] {
            stays(entities, text);
            stays(leftovers, text);
        }
    }
}
