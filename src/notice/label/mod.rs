//! The printed number of a clause.
//!
//! In: the beginning of a line, `（三）加强组织领导。`. Out: its style, its number and how long it is.
//! What only looks like a number is none: `3.5亿元`, `2019.5`, `一、二、三等奖`, `第一书记`, `（2021年）`.

mod count;
mod word;

use crate::text::Span;
pub use count::hanzi_number;

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
    /// 任务一：, 行动二：.
    Named,
    /// 专栏1: a box among the items, not under the one before it.
    Box,
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
    /// a）
    SmallLetter,
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
        '0'..='9' => count::arabic(line)?,
        '（' | '(' => count::parenthesized(line)?,
        '第' => word::ordinal_heading(line)?,
        '①'..='⒛' | '❶'..='❿' => word::circled(first)?,
        'Ⅰ'..='Ⅻ' => word::roman(line, first)?,
        'A'..='Z' | 'a'..='z' => word::letter(line)?,
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
        | '—' => word::bullet(line, first)?,
        '首' | '其' | '再' | '最' => word::sequence_word(line)?,
        '-' | '*' | '+' => word::markdown_item(line)?,
        '壹' | '贰' | '叁' | '参' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' | '拾' => {
            word::formal(line, first)?
        }
        _ => count::hanzi(line).or_else(|| word::named(line))?,
    };
    Some(Label {
        style,
        number,
        span: Span::new(0, len),
    })
}

/// Whether `c` is a common Chinese character.
pub(super) fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
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
            ("3、2月11日举行签约仪式", Style::ArabicComma, 3, "3、"),
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
            ("专栏1 重点工程", Style::Box, 1, "专栏1"),
            ("行动二：清理河道", Style::Named, 2, "行动二："),
            ("a）自查", Style::SmallLetter, 1, "a）"),
            ("1.2019—2020年任务表", Style::ArabicDot, 1, "1."),
            ("1.1 目标", Style::Decimal(2), 1, "1.1"),
            ("3.7月5日前报送总结", Style::ArabicDot, 3, "3."),
            ("1.2020年重点工作分工", Style::ArabicDot, 1, "1."),
            ("2  活动时间", Style::ArabicBare, 2, "2"),
            ("2.3.1 目标", Style::Decimal(3), 1, "2.3.1"),
            ("1—1 目标", Style::Decimal(2), 1, "1—1"),
            ("一是加强学习", Style::Ordinal, 1, "一是"),
            ("首先，要统一思想", Style::Ordinal, 1, "首先，"),
            ("——坚持创新", Style::Bullet, 0, "——"),
            ("——3月31日前完成申报", Style::Bullet, 0, "——"),
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
            "—3月",
            "——3——",
            "— 3 —",
            "7、8月份",
            "一切从实际出发",
            "二十大精神",
            "12345热线",
            "PPT",
            "e租宝",
            "行动二字",
            "1.2019",
            "十四五规划",
        ] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
