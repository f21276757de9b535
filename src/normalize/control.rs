//! Ends of lines and characters that no reader sees.
//!
//! In: text of any system. Out: the same with `\n` alone, and nothing invisible.
//! `加强\u{200b}组织\u{feff}领导\r\n` becomes `加强组织领导\n`. Word writes a vertical tab for a line break inside
//! a paragraph; web editors leave zero-width spaces wherever text was pasted. U+0000 must go first of all: OpenCC
//! takes it for the end.

use super::signs::Signs;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// One sign for the end of a line, and nothing that cannot be seen.
pub(super) fn control(text: &str, _: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let sign = Signs::of_char(c);
        if sign.show(Signs::INVISIBLE) {
            let mut end = at + c.len_utf8();
            while let Some((_, c)) =
                chars.next_if(|&(_, c)| Signs::of_char(c).show(Signs::INVISIBLE))
            {
                end += c.len_utf8();
            }
            edits.push(Edit::delete(at..end, Reason::Invisible));
        } else if c == '\r' && chars.next_if(|&(_, c)| c == '\n').is_some() {
            edits.push(Edit::new(at..at + 2, "\n", Reason::LineEnd));
        } else if sign.show(Signs::LINE_END) {
            edits.push(Edit::new(at..at + c.len_utf8(), "\n", Reason::LineEnd));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::control;

    #[test]
    fn lines_end_in_one_way() {
        assert_eq!(
            run(control, "一、\r\n二、\r三、\u{b}四、\u{2028}五、\u{85}六、"),
            "一、\n二、\n三、\n四、\n五、\n六、"
        );
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(
            run(control, "加\u{200b}强\u{ad}组\0织\u{feff}\u{200d}领导"),
            "加强组织领导"
        );
        assert_eq!(run(control, "\u{202d}2019\u{202c}年"), "2019年");
    }

    #[test]
    fn tabs_blanks_and_accents_stay() {
        for text in [
            "序号\t任务\n",
            "  一、",
            "naïve café",
            "　　缩进",
            "a\u{a0}b",
            "50％",
        ] {
            stays(control, text);
        }
    }
}
