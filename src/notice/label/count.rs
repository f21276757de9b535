//! Numbers in figures and hanzi: `1.`, `1.1`, `（三）`, `十二、`.

use super::{Style, is_hanzi};

/// A number in hanzi, up to 999, and its length in bytes.
pub fn hanzi_number(text: &str) -> Option<(u32, usize)> {
    let (mut total, mut digit, mut len) = (0u32, None, 0);
    for c in text.chars().take(7) {
        match c {
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
                let value = "一二三四五六七八九".chars().position(|d| d == c)? as u32 + 1;
                // 一二 is no number: two digits without 十 between them.
                if digit.is_some() {
                    return None;
                }
                digit = Some(value);
            }
            '十' => total += digit.take().unwrap_or(1) * 10,
            '百' => total += digit.take()? * 100,
            '〇' | '零' if total >= 100 => {}
            _ => break,
        }
        len += c.len_utf8();
    }
    total += digit.unwrap_or(0);
    (len > 0 && total > 0).then_some((total, len))
}

pub(super) fn digits(text: &str) -> Option<(u32, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    // Years and telephone numbers at the start of a line are no labels.
    (1..=3).contains(&len).then(|| {
        text[..len]
            .parse()
            .ok()
            .filter(|&n| n > 0)
            .map(|n| (n, len))
    })?
}

/// What may stand after a measured number: 3.5亿元, 1.5倍, 2.5万人.
fn measure(c: char) -> bool {
    matches!(
        c,
        '亿' | '万'
            | '千'
            | '百'
            | '元'
            | '倍'
            | '%'
            | '％'
            | '个'
            | '米'
            | '公'
            | '平'
            | '吨'
            | '月'
            | '日'
            | '年'
            | '人'
            | '家'
            | '项'
            | '‰'
            | '版'
    )
}

/// `2月11日举行`, and not the `8月份` of 7、8月份.
fn begins_with_day(words: &str) -> bool {
    let digits = |words: &str| words.bytes().take_while(u8::is_ascii_digit).count();
    let month = digits(words);
    let Some(day) = words[month..].strip_prefix('月') else {
        return false;
    };
    let len = digits(day);
    (1..=2).contains(&month) && (1..=2).contains(&len) && day[len..].starts_with('日')
}

pub(super) fn arabic(line: &str) -> Option<(Style, u32, usize)> {
    let (number, len) = digits(line)?;
    let rest = &line[len..];
    let mark = rest.chars().next()?;
    let after = &rest[mark.len_utf8()..];
    let digit_follows = after.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let at = len + mark.len_utf8();
    match mark {
        // 1.2020年工作方案, 1.2019—2020年任务表: the heading begins with a year.
        '.' | '．' if begins_with_year(after) => Some((Style::ArabicDot, number, at)),
        // 3.7月5日前报送: the words begin with a date.
        '.' | '．'
            if after
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with('月')
                && digit_follows =>
        {
            Some((Style::ArabicDot, number, at))
        }
        '.' | '．' | '﹒' if after.starts_with(|c: char| c.is_ascii_digit()) => decimal(line),
        // 5. 30 may be a date cut by a scanner; a clause rarely begins with a bare number.
        '.' | '．' | '﹒' => (!after.is_empty() && (!digit_follows || !after.starts_with(' ')))
            .then_some((Style::ArabicDot, number, at)),
        '、' => (!after.is_empty()
            && (!after.starts_with(|c: char| c.is_ascii_digit()) || begins_with_day(after)))
        .then_some((Style::ArabicComma, number, at)),
        '）' | ')' => (!after.is_empty()).then_some((Style::ArabicParenthesis, number, at)),
        '—' | '-' | '－' => {
            let (second, second_len) = digits(after)?;
            let end = at + second_len;
            let next = line[end..].chars().next()?;
            (next.is_whitespace() && second < 100).then_some((Style::Decimal(2), second, end))
        }
        c if c.is_whitespace() => {
            let heading = after.trim_start();
            // 1　工作任务　1—1　…: a wide blank ends it.
            let end = heading
                .char_indices()
                .take(BARE_HEADING)
                .find(|(at, c)| *c == '\u{3000}' || heading[*at..].starts_with("  "))
                .map_or(heading.len(), |(at, _)| at);
            let words = end <= BARE_HEADING
                && heading.starts_with(is_hanzi)
                && !heading.starts_with(measure);
            (words && len <= 2).then_some((Style::ArabicBare, number, len))
        }
        _ => None,
    }
}

/// `2020年…`, `2019—2020年…`.
fn begins_with_year(words: &str) -> bool {
    let year =
        |words: &str| words.len() > 4 && words.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    if !year(words) {
        return false;
    }
    let rest = &words[4..];
    let second = rest.trim_start_matches(['—', '－', '–', '-', '~', '～', '至']);
    rest.starts_with('年')
        || second.len() < rest.len() && year(second) && second[4..].starts_with('年')
}

/// Longest heading in bytes after a bare number.
const BARE_HEADING: usize = 60;

/// `1.1`, `1.1.1` before a heading; not `3.5亿元`, `2021.6.30`, `1.5倍`.
fn decimal(line: &str) -> Option<(Style, u32, usize)> {
    let (mut at, mut parts) = (0, 0u8);
    let last = loop {
        let (number, len) = digits(&line[at..])?;
        if len > 2 {
            return None;
        }
        (at, parts) = (at + len, parts + 1);
        let rest = &line[at..];
        let dot = rest.starts_with('.') || rest.starts_with('．');
        let step = rest.chars().next().map_or(0, char::len_utf8);
        if dot && rest[step..].starts_with(|c: char| c.is_ascii_digit()) {
            at += step;
            continue;
        }
        // 1.1. and 1.1、 are written as well.
        if dot || rest.starts_with('、') {
            at += step;
        }
        break number;
    };
    let next = line[at..].chars().next()?;
    (parts <= 4
        && !measure(next)
        && (next.is_whitespace() || is_hanzi(next) || "“《【".contains(next)))
    .then_some((Style::Decimal(parts), last, at))
}

pub(super) fn parenthesized(line: &str) -> Option<(Style, u32, usize)> {
    let open = line.chars().next()?.len_utf8();
    let inner = line[open..].trim_start();
    let skipped = line.len() - inner.len();
    let (style, (number, len)) = match inner.chars().next()? {
        '0'..='9' => (Style::ArabicParentheses, digits(inner)?),
        _ => (Style::HanziParentheses, hanzi_number(inner)?),
    };
    let rest = &inner[len..];
    let close = rest.trim_start();
    let mark = close.chars().next().filter(|c| matches!(c, '）' | ')'))?;
    let mut at = skipped + len + (rest.len() - close.len()) + mark.len_utf8();
    // （一）、 and （一）. are written as well.
    if let Some(extra) = line[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '、' | '.' | '．'))
    {
        at += extra.len_utf8();
    }
    (!line[at..].trim().is_empty()).then_some((style, number, at))
}

pub(super) fn hanzi(line: &str) -> Option<(Style, u32, usize)> {
    let (number, len) = hanzi_number(line)?;
    let rest = line[len..].trim_start();
    let skipped = line.len() - rest.len();
    let mark = rest.chars().next()?;
    let at = skipped + mark.len_utf8();
    let after = &line[at..];
    match mark {
        '、' | '.' | '．' | '﹒' => {
            // 一、二、三等奖 counts prizes.
            let counts_on = hanzi_number(after).is_some_and(|(next, n)| {
                next == number + 1 && after[n..].starts_with(['、', '和', '等'])
            });
            (!counts_on && !after.trim().is_empty()).then_some((Style::Hanzi, number, at))
        }
        '）' | ')' => (!after.is_empty()).then_some((Style::HanziParenthesis, number, at)),
        '是' | '要' if skipped == len && !after.is_empty() => Some((Style::Ordinal, number, at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hanzi_numbers() {
        for (text, number) in [
            ("十", 10),
            ("十一", 11),
            ("二十", 20),
            ("三十二、", 32),
            ("一百零三", 103),
        ] {
            assert_eq!(hanzi_number(text).map(|(n, _)| n), Some(number), "{text}");
        }
    }
}
