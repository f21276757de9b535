//! The printed number of a clause.
//!
//! In: the beginning of a line, `（三）加强组织领导。`. Out: its style, its number and how long it is.
//! What only looks like a number is none: `3.5亿元`, `2019.5`, `一、二、三等奖`, `第一书记`, `（2021年）`.

use crate::text::Span;

/// How a number is printed. Full and half width are one style, and so are the marks after a hanzi number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// 第一章.
    Chapter,
    /// 第一节.
    Section,
    /// 第一条.
    Article,
    /// 第一部分.
    Part,
    /// 任务一, 专栏1.
    Named,
    /// 壹、
    Formal,
    /// 一、
    Hanzi,
    /// （一）
    HanziParentheses,
    /// 一）
    HanziParenthesis,
    /// 1.
    ArabicDot,
    /// 1、
    ArabicComma,
    /// （1）
    ArabicParentheses,
    /// 1）
    ArabicParenthesis,
    /// 1 before a heading, in documents numbered 1, 1.1, 1.1.1.
    ArabicBare,
    /// 1.1, 1.1.1: the number of parts.
    Decimal(u8),
    /// ① ⑴ ⒈
    Circled,
    /// Ⅰ、 I.
    Roman,
    /// A.
    Letter,
    ///
    LetterDash,
    /// 一是, 首先.
    Ordinal,
    /// • ● — ·
    Bullet,
}

/// A printed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// How it is printed.
    pub style: Style,
    /// What it counts; the last part of `1.2`; 0 for a bullet.
    pub number: u32,
    /// Where it stands.
    pub span: Span,
}

/// Reads the label at the beginning of `line`; its span counts from the beginning of the line.
pub fn read(line: &str) -> Option<Label> {
    let first = line.chars().next()?;
    let (style, number, len) = match first {
        '0'..='9' => arabic(line)?,
        '（' | '(' => parenthesized(line)?,
        '第' => ordinal_heading(line)?,
        '①'..='⒛' | '❶'..='❿' => circled(first)?,
        'Ⅰ'..='Ⅻ' => roman(line, first)?,
        'A'..='Z' => letter(line)?,
        '•'
        | '●'
        | '○'
        | '◆'
        | '■'
        | '★'
        | '▲'
        | '·'
        | '◇'
        | '□'
        | '\u{f000}'..='\u{f0ff}'
        | '—' => bullet(line, first)?,
        '任' | '专' => named(line)?,
        '首' | '其' | '再' | '最' => sequence_word(line)?,
        '-' | '*' | '+' => markdown_item(line)?,
        '壹' | '贰' | '叁' | '参' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' | '拾' => {
            formal(line, first)?
        }
        _ => hanzi(line)?,
    };
    Some(Label {
        style,
        number,
        span: Span::new(0, len),
    })
}

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

fn digits(text: &str) -> Option<(u32, usize)> {
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

fn arabic(line: &str) -> Option<(Style, u32, usize)> {
    let (number, len) = digits(line)?;
    let rest = &line[len..];
    let mark = rest.chars().next()?;
    let after = &rest[mark.len_utf8()..];
    let digit_follows = after.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let at = len + mark.len_utf8();
    match mark {
        // 1.2020年工作方案: the heading begins with a year.
        '.' | '．'
            if after.len() > 4
                && after.as_bytes()[..4].iter().all(u8::is_ascii_digit)
                && after[4..].starts_with('年') =>
        {
            Some((Style::ArabicDot, number, at))
        }
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
        '、' => (!after.is_empty() && !after.starts_with(|c: char| c.is_ascii_digit()))
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
            let words = heading.len() <= BARE_HEADING
                && heading.starts_with(is_hanzi)
                && !heading.starts_with(measure);
            (words && len <= 2).then_some((Style::ArabicBare, number, len))
        }
        _ => None,
    }
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

fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

fn parenthesized(line: &str) -> Option<(Style, u32, usize)> {
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

fn hanzi(line: &str) -> Option<(Style, u32, usize)> {
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

fn ordinal_heading(line: &str) -> Option<(Style, u32, usize)> {
    let inner = &line['第'.len_utf8()..];
    let (number, len) = match inner.chars().next()? {
        '0'..='9' => digits(inner)?,
        _ => hanzi_number(inner)?,
    };
    let rest = &inner[len..];
    let (style, word) = [
        (Style::Chapter, "章"),
        (Style::Section, "节"),
        (Style::Article, "条"),
        (Style::Part, "部分"),
    ]
    .into_iter()
    .find(|(_, word)| rest.starts_with(word))?;
    let at = line.len() - rest.len() + word.len();
    let after = &line[at..];
    // 第一条规定…, 第三条所称… in running words; a label is followed by a blank, a mark, or its words.
    let cited = [
        "规定", "所称", "的", "、", "和", "至", "第", "款", "中", "“", "要求",
    ]
    .iter()
    .any(|word| after.starts_with(word));
    (!cited && !after.is_empty()).then(|| {
        let mark = after.chars().next().filter(|c| matches!(c, '：' | ':'));
        (style, number, at + mark.map_or(0, char::len_utf8))
    })
}

/// `任务一：`, `专栏1 `: a word that counts.
fn named(line: &str) -> Option<(Style, u32, usize)> {
    let word = ["任务", "专栏"]
        .into_iter()
        .find(|word| line.starts_with(word))?;
    let inner = &line[word.len()..];
    let (number, len) = digits(inner).or_else(|| hanzi_number(inner))?;
    let at = word.len() + len;
    let mark = line[at..].chars().next()?;
    (matches!(mark, '：' | ':' | '、' | '.') || mark.is_whitespace()).then(|| {
        (
            Style::Named,
            number,
            at + if mark.is_whitespace() {
                0
            } else {
                mark.len_utf8()
            },
        )
    })
}

fn sequence_word(line: &str) -> Option<(Style, u32, usize)> {
    let (number, word) = [(1, "首先，"), (2, "其次，"), (3, "再次，"), (4, "最后，")]
        .into_iter()
        .find(|(_, word)| line.starts_with(word))?;
    Some((Style::Ordinal, number, word.len()))
}

/// `- 建立台账`, as Markdown lists items.
fn markdown_item(line: &str) -> Option<(Style, u32, usize)> {
    let words = line[1..].trim_start();
    (words.len() < line.len() - 1 && words.starts_with(is_hanzi)).then_some((Style::Bullet, 0, 1))
}

/// `壹、计划目的`, as plans in Taiwan number.
fn formal(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let number = "壹贰叁肆伍陆柒捌玖拾"
        .chars()
        .position(|c| c == first)
        .map_or(3, |at| at as u32 + 1);
    let at = first.len_utf8();
    line[at..]
        .starts_with('、')
        .then_some((Style::Formal, number, at + '、'.len_utf8()))
}

fn circled(first: char) -> Option<(Style, u32, usize)> {
    let number = match first {
        '①'..='⑳' => first as u32 - '①' as u32 + 1,
        '⑴'..='⒇' => first as u32 - '⑴' as u32 + 1,
        '⒈'..='⒛' => first as u32 - '⒈' as u32 + 1,
        '❶'..='❿' => first as u32 - '❶' as u32 + 1,
        _ => return None,
    };
    Some((Style::Circled, number, first.len_utf8()))
}

fn roman(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let at = first.len_utf8();
    let mark = line[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '、' | '.' | '．') || c.is_whitespace())?;
    Some((
        Style::Roman,
        first as u32 - 'Ⅰ' as u32 + 1,
        at + if mark.is_whitespace() {
            0
        } else {
            mark.len_utf8()
        },
    ))
}

fn letter(line: &str) -> Option<(Style, u32, usize)> {
    let mut chars = line.chars();
    let number = chars.next()? as u32 - 'A' as u32 + 1;
    let mark = chars.next()?;
    // B-1, C-2 under B., C.
    if mark == '-' {
        let (number, len) = digits(chars.as_str())?;
        let blank = line[2 + len..].starts_with(char::is_whitespace);
        return blank.then_some((Style::LetterDash, number, 2 + len));
    }
    let next = chars.next()?;
    let marked = matches!(mark, '.' | '、' | '．' | '）' | ')');
    let words = is_hanzi(next) || next.is_whitespace() || next == '“';
    (marked && words).then_some((Style::Letter, number, 1 + mark.len_utf8()))
}

fn bullet(line: &str, first: char) -> Option<(Style, u32, usize)> {
    let len: usize = line
        .chars()
        .take_while(|&c| c == first)
        .map(char::len_utf8)
        .sum();
    let after = line[len..].trim_start();
    // — 3 — is a page number, ·30 the rest of a cut 5·30.
    let words = after.starts_with(|c: char| is_hanzi(c) || "“《（【".contains(c));
    (words && len <= 2 * first.len_utf8() && !after.ends_with(first)).then_some((
        Style::Bullet,
        0,
        len,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<(Style, u32, &str)> {
        read(line).map(|label| (label.style, label.number, label.span.of(line)))
    }

    #[test]
    fn labels_of_all_styles() {
        for (line, style, number, label) in [
            ("一、指导思想", Style::Hanzi, 1, "一、"),
            ("十二.其他", Style::Hanzi, 12, "十二."),
            ("（三）加强领导", Style::HanziParentheses, 3, "（三）"),
            ("(三)加强领导", Style::HanziParentheses, 3, "(三)"),
            ("（一）、加强领导", Style::HanziParentheses, 1, "（一）、"),
            ("1.开展活动", Style::ArabicDot, 1, "1."),
            ("4. 搭建平台", Style::ArabicDot, 4, "4."),
            ("10、延伸", Style::ArabicComma, 10, "10、"),
            ("2）开展", Style::ArabicParenthesis, 2, "2）"),
            ("（1）开展", Style::ArabicParentheses, 1, "（1）"),
            ("①开展", Style::Circled, 1, "①"),
            ("⑵开展", Style::Circled, 2, "⑵"),
            ("第一章 总则", Style::Chapter, 1, "第一章"),
            (
                "第二十一条 各级人民政府应当",
                Style::Article,
                21,
                "第二十一条",
            ),
            ("第一部分 任务", Style::Part, 1, "第一部分"),
            ("任务一：清理", Style::Named, 1, "任务一："),
            ("专栏1 重点工程", Style::Named, 1, "专栏1"),
            ("1.1 目标", Style::Decimal(2), 1, "1.1"),
            ("3.7月5日前报送总结", Style::ArabicDot, 3, "3."),
            ("1.2020年重点工作分工", Style::ArabicDot, 1, "1."),
            ("2  活动时间", Style::ArabicBare, 2, "2"),
            ("2.3.1 目标", Style::Decimal(3), 1, "2.3.1"),
            ("1—1 目标", Style::Decimal(2), 1, "1—1"),
            ("一是加强学习", Style::Ordinal, 1, "一是"),
            ("首先，要统一思想", Style::Ordinal, 1, "首先，"),
            ("——坚持创新", Style::Bullet, 0, "——"),
            ("• 落实责任", Style::Bullet, 0, "•"),
            ("Ⅱ、目标", Style::Roman, 2, "Ⅱ、"),
            ("A.目标", Style::Letter, 1, "A."),
            ("B-2 查漏补免", Style::LetterDash, 2, "B-2"),
            ("参、实施内容", Style::Formal, 3, "参、"),
            ("二要果断转移避险", Style::Ordinal, 2, "二要"),
            ("- 建立台账", Style::Bullet, 0, "-"),
        ] {
            assert_eq!(shown(line), Some((style, number, label)), "{line}");
        }
    }

    #[test]
    fn what_is_no_label() {
        for line in [
            "2019.5月底前",
            "3.5亿元",
            "1.5倍以上",
            "5·30活动",
            "2021.6.30",
            "11.5亿元",
            "一、二、三等奖各一名",
            "（2021年）",
            "（2021）",
            "第一书记",
            "第三十二届",
            "2021年是",
            "0471-6621013",
            "第三条规定的",
            "·30 “科技",
            "— 3 —",
            "7、8月份",
            "一切从实际出发",
            "二十大精神",
            "12345热线",
            "PPT",
            "十四五规划",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }

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
