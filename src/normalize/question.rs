//! Blanks that became question marks.
//!
//! In: `????各单位要高度重视。??`. Out: the same with blanks. A converter writes `?` for what its encoding lacks; GBK lacks NBSP, with
//! which web editors indent. No line begins with `??` and a word. Between words it may be a doubt, so there it is only
//! undone in a text whose lines show it, and where nothing asks.

use super::pinyin;
use super::signs::{is_hanzi, is_wide_mark};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// Words that ask.
const ASKING: &[&str] = &[
    "吗", "呢", "么", "何", "谁", "哪", "怎", "几", "多少", "是否", "能否", "可否", "吧", "嗎",
    "麼", "誰", "幾",
];
/// Bytes of a clause before a mark in which something may ask.
const CLAUSE: usize = 120;

/// The runs of `?` that stand for blanks.
pub(super) fn blanks(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'?', &text.as_bytes()[at..]) {
        let start = at + found;
        let end = start + text[start..].bytes().take_while(|&b| b == b'?').count();
        at = end;
        if end - start > 1 {
            runs.push((start, end, place(text, start, end)));
        }
    }
    let is = |wanted: Place| move |run: &&(usize, usize, Place)| run.2 == wanted;
    let shown = runs.iter().filter(is(Place::Indent)).count();
    if runs.iter().filter(is(Place::Other)).count() == runs.len() {
        return Vec::new();
    }
    // A copying site's `??` may be two halves of characters.
    if pinyin::is_copy(text) {
        runs.retain(|&(start, end, place)| place == Place::Indent && end - start > 3);
    }
    runs.into_iter()
        .filter(|&(start, _, place)| match place {
            Place::Indent | Place::End => true,
            Place::Between => shown > 1 && !asks(&text[..start]),
            Place::Other => false,
        })
        .map(|(start, end, _)| Edit::new(start..end, " ".repeat(end - start), Reason::Space))
        .collect()
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of a line, before a word.
    Indent,
    /// At the end of a line, after a full stop.
    End,
    /// Between two words.
    Between,
    Other,
}

fn place(text: &str, start: usize, end: usize) -> Place {
    let before = text[..start].chars().next_back().unwrap_or('\n');
    let after = text[end..].chars().next().unwrap_or('\n');
    let opens = |c: char| is_hanzi(c) || matches!(c, '“' | '《' | '（' | '【');
    let indents = |c: char| opens(c) || c.is_ascii_digit();
    match (before, after) {
        ('\n', c) if indents(c) => Place::Indent,
        ('。' | '；', '\n' | '\r') => Place::End,
        (b, c) if (is_hanzi(b) || is_wide_mark(b)) && opens(c) => Place::Between,
        _ => Place::Other,
    }
}

/// Whether the clause at the end of `before` asks something.
fn asks(before: &str) -> bool {
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(CLAUSE))..];
    let clause = near
        .rsplit(['。', '，', '；', '\n', '?'])
        .next()
        .unwrap_or(near);
    ASKING.iter().any(|word| clause.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::blanks;

    #[test]
    fn indents_come_back() {
        assert_eq!(
            run(
                blanks,
                "????各单位要高度重视。??\n????一、加强领导\n??摘??要：有关工作??安排如下"
            ),
            "    各单位要高度重视。  \n    一、加强领导\n  摘  要：有关工作  安排如下"
        );
        assert_eq!(run(blanks, "????2021年5月\n"), "    2021年5月\n");
    }

    #[test]
    fn questions_stay() {
        for text in [
            "这是什么??大家都不知道",
            "真的吗??\n是的??",
            "消息??海南",
            "?号表示不明",
            "?",
            "??",
            "????",
            "a ?? b : c",
            "?? no idea",
            "1754?1836年",
        ] {
            stays(blanks, text);
        }
        let shown = "????各单位\n????各部门\n为什么??因为";
        assert_eq!(run(blanks, shown), "    各单位\n    各部门\n为什么??因为");
    }

    #[test]
    fn halves_of_characters_stay() {
        for text in [
            "科協(xié)機(jī)關(guān)建設(shè)，機(jī)關(guān)協(xié)會(huì)\n??茀f(xié)工作",
            "科協(xié)機(jī)關(guān)建設(shè)，機(jī)關(guān)協(xié)會(huì)。??\n",
        ] {
            stays(blanks, text);
        }
    }
}
