//! Paragraphs that stand twice.
//!
//! In: a paragraph, the same again, or several and the same several again. Out: each once. Copying sites paste a paragraph
//! twice, and a page with its print version holds the whole notice twice. What comes back later, behind something else, stays;
//! so does what stands five times and more in a row, as in a form, and a table without the words around it.

use super::page::lines;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use std::collections::BTreeMap;

/// Shortest paragraph in bytes that is taken out when it stands twice: 16 hanzi. Shorter ones repeat in lists and tables.
const SHORTEST: usize = 48;
/// Paragraphs of the longest part that is looked for a second time.
const LONGEST: usize = 400;
/// Paragraphs of the same words that are tried as the beginning.
const ALIKE: usize = 4;
/// Lines from which on a part is more than a few rows of a table.
const ROWS: usize = 8;
/// Times that a part stands in a row at most where copying did it; what stands more often is a form or a list.
const MOST: usize = 4;

/// Paragraphs that stand twice in a row, one by one or several together.
pub(super) fn repeated(text: &str, _: &RuleSet) -> Vec<Edit> {
    let lines = lines(text);
    let words = |i: usize| &text[lines[i].start..lines[i].end];
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut edits = Vec::new();
    let (mut i, mut done) = (0, 0);
    while i < lines.len() {
        if lines[i].end - lines[i].start < SHORTEST {
            i += 1;
            continue;
        }
        let before = places.entry(words(i)).or_default();
        // The part may begin with short lines, before the first long one that comes back.
        let found = before.iter().rev().take(ALIKE).find_map(|&before| {
            let n = i - before;
            let back = (0..before.min(n - 1).min(i - done))
                .take_while(|k| words(before - k - 1) == words(i - k - 1))
                .count();
            let part = i - back..i - back + n;
            let is_row = |k: usize| words(k).contains(['\t', '|']);
            let whole = n <= LONGEST
                && part.end <= lines.len()
                && part.clone().all(|k| words(k) == words(k - n))
                && (!part.clone().any(is_row)
                    || n > ROWS
                        && part
                            .clone()
                            .any(|k| !is_row(k) && words(k).len() >= SHORTEST));
            whole.then_some(part)
        });
        before.push(i);
        let Some(part) = found else {
            i += 1;
            continue;
        };
        // A third time is the second's second.
        let n = part.len();
        let mut end = part.end;
        while end + n <= lines.len() && (end..end + n).all(|k| words(k) == words(k - n)) {
            end += n;
        }
        if (end - part.start) / n < MOST {
            let span = lines[part.start - 1].end..lines[end - 1].end;
            edits.push(Edit::delete(span, Reason::Repetition));
        }
        for k in i + 1..end {
            places.entry(words(k)).or_default().push(k);
        }
        (i, done) = (end, end);
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
            // A form and a table, not a paragraph that was pasted twice.
            format!("{ONE}\n").repeat(5),
            format!("{ONE}\n{TWO}\n").repeat(6),
            (1..11)
                .map(|n| format!("{n}\t{ONE}\n"))
                .collect::<String>()
                .repeat(2),
        ] {
            stays(repeated, &text);
        }
    }
}
