//! What is due by a limit.
//!
//! In: the text and the place of `6月底之前` in `6月底之前全面完成区（市）科协换届，`. Out: `全面完成区（市）科协换届`: the words
//! of the same clause that follow; else those of the clause after the comma; else those before the limit.

use crate::text::Span;

/// The words that are due by the limit at `limit`.
pub(super) fn about(text: &str, limit: Span) -> Option<Span> {
    let after = &text[limit.end..];
    let behind = clause_end(after);
    let same = trim(text, Span::new(limit.end, limit.end + behind));
    if let Some(span) = same {
        // 补植3月底完成: the verb alone says nothing.
        let bare = VERBS.contains(&span.of(text));
        return if bare {
            same_clause(text, limit.start).or(same)
        } else {
            same
        };
    }
    let comma = after[behind..].chars().next();
    if let Some(comma @ ('，' | ',' | '：' | ':')) = comma {
        let from = limit.end + behind + comma.len_utf8();
        let next = Span::new(from, from + clause_end(&text[from..]));
        if let Some(span) = trim(text, next) {
            return Some(span);
        }
    }
    before(text, limit.start)
}

/// Bytes to look for the end of a clause over.
const REACH: usize = 900;

/// Verbs that name no work when they stand alone.
const VERBS: [&str; 12] = [
    "完成", "进行", "结束", "举行", "开展", "实施", "启动", "到位", "建成", "提交", "报送", "召开",
];

/// Where the clause ends: the first mark outside parentheses, or the parenthesis that closes around it.
fn clause_end(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if at > REACH {
            return at;
        }
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' if depth == 0 => return at,
            '）' | ')' => depth -= 1,
            '。' | '！' | '？' | '\n' => return at,
            '；' | ';' | '，' | ',' | '：' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// The clause that leads up to `end`; of a limit that stands alone in its parentheses or field, the one before.
fn before(text: &str, end: usize) -> Option<Span> {
    let mut end = end;
    for _ in 0..3 {
        let start = clause_start(&text[..end]);
        let words = text[start..end].trim_end_matches(LEADING);
        let label = words.ends_with(['：', ':']);
        if !label && let Some(span) = trim(text, Span::new(start, start + words.len())) {
            return Some(span);
        }
        let (at, mark) = text[..start].char_indices().next_back()?;
        // A line before is a heading, which names what is due under it; a sentence before is another matter.
        if mark == '。' && !text[start..end].trim().is_empty() {
            return None;
        }
        end = at;
    }
    None
}

/// The words before `end` in its own clause.
fn same_clause(text: &str, end: usize) -> Option<Span> {
    let start = clause_start(&text[..end]);
    let words = text[start..end].trim_end_matches(LEADING);
    if words.ends_with(['：', ':']) {
        return None;
    }
    trim(text, Span::new(start, start + words.len()))
}

const LEADING: [char; 7] = ['于', '在', '到', '至', '自', '从', ' '];

fn clause_start(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        if text.len() - at > REACH {
            return at;
        }
        match c {
            '）' | ')' => depth += 1,
            '（' | '(' if depth == 0 => return at + c.len_utf8(),
            '（' | '(' => depth -= 1,
            '。' | '！' | '？' | '\n' => return at + c.len_utf8(),
            '；' | ';' | '，' | ',' if depth == 0 => return at + c.len_utf8(),
            _ => {}
        }
    }
    0
}

fn trim(text: &str, span: Span) -> Option<Span> {
    let words = span.of(text);
    let edge = |c: char| c.is_whitespace() || "，。；、：,;:（()）“”\"·—-".contains(c);
    let opening = |c: char| edge(c) && c != '“' && c != '（' && c != '(';
    let closing = |c: char| edge(c) && c != '”' && c != '）' && c != ')';
    let start = words.len() - words.trim_start_matches(opening).len();
    let end = words.trim_end_matches(closing).len();
    if start >= end {
        return None;
    }
    let span = Span::new(span.start + start, span.start + end);
    span.of(text)
        .chars()
        .any(char::is_alphanumeric)
        .then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(text: &str, limit: &str) -> Option<String> {
        let start = text.find(limit).expect("the limit stands in the text");
        about(text, Span::new(start, start + limit.len())).map(|span| span.of(text).to_owned())
    }

    #[test]
    fn the_clause_without_the_date() {
        let text = "深入实施试点，6月底之前全面完成区（市）科协换届，实现覆盖。";
        assert_eq!(
            due(text, "6月底之前").as_deref(),
            Some("全面完成区（市）科协换届")
        );
        let text = "请各相关单位于6月15日前报送活动总结。";
        assert_eq!(due(text, "6月15日前").as_deref(), Some("报送活动总结"));
        let text = "9月底前，市县两级全部公布清单。";
        assert_eq!(
            due(text, "9月底前").as_deref(),
            Some("市县两级全部公布清单")
        );
        let text = "完成渠道清淤（5月底前）。";
        assert_eq!(due(text, "5月底前").as_deref(), Some("完成渠道清淤"));
        assert_eq!(due("12月底前", "12月底前"), None);
    }
}
