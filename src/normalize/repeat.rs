//! Paragraphs that stand twice.
//!
//! In: a paragraph, the same again, or several and the same several again. Out: each once. Copying sites paste a paragraph
//! twice, and a page with its print version holds the whole notice twice. What comes back later, behind something else, stays.

use super::page::lines;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use std::collections::BTreeMap;

/// Shortest paragraph in bytes that is taken out when it stands twice: 16 hanzi. Shorter ones repeat in lists and tables.
const SHORTEST: usize = 48;
/// Paragraphs of the longest part that is looked for a second time.
const LONGEST: usize = 200;

/// Paragraphs that stand twice in a row, one by one or several together.
pub(super) fn repeated(text: &str, _: &RuleSet) -> Vec<Edit> {
    let lines = lines(text);
    let words = |i: usize| &text[lines[i].start..lines[i].end];
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    let mut edits = Vec::new();
    let (mut i, mut done) = (0, 0);
    while i < lines.len() {
        if lines[i].end - lines[i].start < SHORTEST {
            i += 1;
            continue;
        }
        let before = last.insert(words(i), i);
        let part = before.map(|before| (before, i - before));
        // The part may begin with short lines, before the first long one that comes back.
        let found = part.filter(|&(_, n)| n <= LONGEST).and_then(|(before, n)| {
            let back = (0..before.min(n - 1).min(i - done))
                .take_while(|k| words(before - k - 1) == words(i - k - 1))
                .count();
            let start = i - back;
            let whole = start + n <= lines.len()
                && (start..start + n).all(|k| words(k) == words(k - n))
                && (start..start + n).all(|k| !words(k).contains(['\t', '|']));
            whole.then_some((start, n))
        });
        let Some((start, n)) = found else {
            i += 1;
            continue;
        };
        let end = lines[start + n - 1].end;
        edits.push(Edit::delete(lines[start - 1].end..end, Reason::Repetition));
        // A third time is the second's second.
        for k in i..start + n {
            last.insert(words(k), k);
        }
        i = start + n;
        done = i;
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::repeated;

    const ONE: &str = "各单位要高度重视，切实加强组织领导，确保取得实效。";
    const TWO: &str = "各部门要密切配合，形成工作合力，及时报送进展情况。";

    #[test]
    fn a_paragraph_stands_once() {
        assert_eq!(
            run(repeated, &format!("{ONE}\n\n{ONE}\n一、")),
            format!("{ONE}\n一、")
        );
        assert_eq!(run(repeated, &format!("{ONE}\n{ONE}\n{ONE}")), ONE);
    }

    #[test]
    fn several_stand_once() {
        let part = format!("某局文件\n一、总则\n{ONE}\n二、分工\n{TWO}");
        assert_eq!(
            run(repeated, &format!("{part}\n\n{part}\n完")),
            format!("{part}\n完")
        );
        assert_eq!(run(repeated, &format!("{part}\n{part}\n{part}")), part);
    }

    #[test]
    fn what_comes_back_later_stays() {
        for text in [
            format!("{ONE}\n一、\n{ONE}"),
            format!("{ONE}\n一、\n{TWO}\n{ONE}\n二、\n{TWO}"),
            "办公室\n办公室".to_owned(),
            format!("1\t{ONE}\n1\t{ONE}"),
        ] {
            stays(repeated, &text);
        }
    }
}
