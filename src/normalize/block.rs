//! What a line is, as far as joining lines must know.
//!
//! In: a line without the blanks around it. Out: whether it is the start of something (`（一）`, `附件`, a date), a row of
//! a table, a title, a contact line, and how it ends. Rough on purpose: it decides about line breaks only, the elements
//! of a notice are read elsewhere.

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// In a mark that ends a paragraph.
    Final,
    /// In a mark after which something must follow: ，、
    Comma,
    /// In the middle of words.
    Open,
}

/// Marks that no line begins with.
pub(super) const NEVER_FIRST: &[char] = &[
    '，', '。', '、', '；', '！', '？', '”', '》', '）', '〕', '】', '’',
];

/// Words that no line ends with, where they are words of their own.
pub(super) const NEVER_LAST: &[char] = &['把', '被', '与', '和', '或', '及', '将', '在', '的'];

const NUMERALS: &str = "一二三四五六七八九十百零〇ー—－";
const BULLETS: &[char] = &[
    '●', '◆', '★', '■', '▲', '□', '○', '◎', '※', '☆', '•', '-', '–', '—', '*', '#', '>',
];

const STROKES: &[char] = &['—', '-', '–'];

/// Words with which a line begins that is no part of a sentence before it.
const OPENERS: &[&str] = &[
    "附件",
    "附：",
    "附:",
    "附表",
    "附录",
    "抄送",
    "抄报",
    "主送",
    "印发",
    "联系人",
    "联系电话",
    "联系方式",
    "联系地址",
    "电话",
    "传真",
    "地址",
    "邮箱",
    "邮编",
    "电子邮箱",
    "电子信箱",
    "电子邮件",
    "网址",
    "签发人",
    "来源",
    "发布",
    "主题词",
    "特此",
    "此致",
    "当前位置",
    "首页",
    "责任单位",
    "牵头",
    "配合单位",
    "完成时限",
    "版权",
    "[image",
];

/// Words that begin a line which tells whom to ask.
const CONTACTS: &[&str] = &[
    "联系",
    "电话",
    "传真",
    "地址",
    "邮箱",
    "邮编",
    "电子邮箱",
    "电子信箱",
    "网址",
    "来源",
    "发布",
    "签发人",
    "抄送",
    "抄报",
    "主题词",
    "联 系",
];

/// Bytes of the longest title.
const LONGEST_TITLE: usize = 400;

/// Words with which titles end.
const TITLES: &[&str] = &[
    "通知",
    "方案",
    "意见",
    "要点",
    "办法",
    "计划",
    "规划",
    "决定",
    "函",
    "报告",
    "规定",
    "细则",
    "公告",
    "通告",
    "通报",
    "批复",
    "请示",
    "纪要",
    "命令",
    "议案",
    "清单",
    "名单",
    "分工",
    "措施",
    "制度",
    "讲话",
    "文件",
    "（试行）",
    "(试行)",
    "一览表",
];

/// Words with which units end.
const UNITS: &[&str] = &[
    "协会",
    "科协",
    "局",
    "委",
    "委员会",
    "政府",
    "办公室",
    "厅",
    "部",
    "院",
    "中心",
    "学会",
    "总工会",
    "学校",
    "大学",
    "公司",
    "所",
    "站",
    "会",
];

/// How `line` ends.
pub(super) fn ending(line: &str) -> Ending {
    for c in line.chars().rev() {
        return match c {
            '，' | '、' | ',' => Ending::Comma,
            '。' | '！' | '？' | '；' | '：' | '!' | '?' | ';' | ':' | '…' | '）' | ')' | '】' => {
                Ending::Final
            }
            // A mark was lost there as likely as not.
            '\u{fffd}' => Ending::Final,
            // What stands inside the quotes decides: “……。”
            '”' | '’' | '"' if line.ends_with(c) => continue,
            _ => Ending::Open,
        };
    }
    Ending::Open
}

/// The length of the label that `line` begins with: `一、` `（一）` `1.` `（1）` `①` `第一条`.
pub(super) fn label(line: &str) -> Option<usize> {
    let bracket = line.starts_with(['（', '(']);
    let body = line.trim_start_matches(['（', '(']);
    let opening = line.len() - body.len();
    let first = body.chars().next()?;
    if matches!(first, '①'..='⓿' | '㈠'..='㈩' | '❶'..='➓') {
        return Some(opening + first.len_utf8());
    }
    if let Some(rest) = body.strip_prefix('第').filter(|_| !bracket) {
        let number = numeral(rest);
        let unit = rest[number..].chars().next()?;
        return (number > 0 && matches!(unit, '章' | '节' | '条' | '编'))
            .then_some(3 + number + unit.len_utf8());
    }
    let number = numeral(body);
    let mut rest = body[number..].trim_start_matches(' ').chars();
    let mark = rest.next()?;
    // 1—2  增量电子化
    if STROKES.contains(&mark) && !bracket {
        let second = body[number..].trim_start_matches(STROKES);
        let digits = second.bytes().take_while(u8::is_ascii_digit).count();
        let apart = second[digits..].starts_with("  ");
        return (number > 0 && (1..3).contains(&digits) && apart)
            .then_some(body.len() - second.len() + digits);
    }
    let next = rest.next();
    let closes = match mark {
        '）' | ')' => true,
        '、' => !bracket,
        '.' | '．' => !bracket && !next.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    (number > 0 && closes).then_some(opening + number + mark.len_utf8())
}

/// Length of the numeral that `words` begin with.
fn numeral(words: &str) -> usize {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return if digits <= 3 { digits } else { 0 };
    }
    words
        .char_indices()
        .take(5)
        .find(|&(i, c)| !NUMERALS.contains(c) || i > 12)
        .map_or(0, |(i, _)| i)
}

/// Whether `line` begins something new.
pub(super) fn starts(line: &str) -> bool {
    begins(line) || OPENERS.iter().any(|word| line.starts_with(word)) || is_field(line)
}

/// Whether `line` shows by its form that it begins something new; words say less.
pub(super) fn begins(line: &str) -> bool {
    label(line).is_some()
        || line.starts_with(BULLETS)
        || is_date(line)
        || line.starts_with(['（', '(']) && line.ends_with(['）', ')'])
}

/// `活动时间：6月`: a short name, a colon, its value.
fn is_field(line: &str) -> bool {
    let head: Vec<char> = line.chars().take(7).collect();
    head.iter()
        .position(|c| matches!(c, '：' | ':'))
        .is_some_and(|n| n >= 2 && head[..n].iter().all(|c| super::signs::is_hanzi(*c)))
}

/// A line that is nothing but a date.
pub(super) fn is_date(line: &str) -> bool {
    line.len() <= 60
        && line.contains('年')
        && line.contains('月')
        && line.chars().all(|c| {
            c.is_ascii_digit()
                || c.is_whitespace()
                || NUMERALS.contains(c)
                || matches!(c, '年' | '月' | '日' | 'O' | '○')
        })
}

/// A row of a table, or furniture in columns.
pub(super) fn is_row(line: &str) -> bool {
    line.contains(['\t', '|', '│', '┃', '>']) || line.contains("   ") || line.contains("　　")
}

/// A line that tells whom to ask.
pub(super) fn is_contact(line: &str) -> bool {
    CONTACTS.iter().any(|word| line.starts_with(word)) || is_field(line)
}

/// A line that ends as titles do and holds no sentence.
pub(super) fn is_title(line: &str) -> bool {
    line.len() <= LONGEST_TITLE
        && !line.contains('。')
        && TITLES.iter().any(|word| line.ends_with(word))
}

/// A unit that signs, or a date: a short line without a mark.
pub(super) fn is_signature(line: &str) -> bool {
    is_date(line)
        || line.len() <= 100
            && !line.contains(['，', '。', '；', '：', '、', ',', ';', ':', '）', '”', '》'])
            && UNITS.iter().any(|word| line.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_and_numbers_are_not_labels() {
        for line in [
            "一、总则",
            "（一）总则",
            "(1)总则",
            "1.总则",
            "1、总则",
            "12．总则",
            "①总则",
            "第一条 总则",
            "(ー)总则",
            "十二、",
            "1)总则",
            "4. 搭建",
        ] {
            assert!(label(line).is_some(), "{line} begins with a label");
        }
        for line in [
            "3.5亿元",
            "2019年",
            "一是加强",
            "第一书记",
            "（含下属）",
            "·30",
            "50%以上",
            "二〇一九",
            "",
            "（",
            "1000、",
        ] {
            assert!(label(line).is_none(), "{line} begins with no label");
        }
    }

    #[test]
    fn endings_are_told() {
        assert_eq!(ending("落实。”"), Ending::Final);
        assert_eq!(ending("“三会一课”、"), Ending::Comma);
        assert_eq!(ending("“三会一课”"), Ending::Open);
        assert_eq!(ending(""), Ending::Open);
    }

    #[test]
    fn dates_and_signatures_are_told() {
        assert!(is_date("2019年9月2日") && is_date("二〇一九年九月二日"));
        assert!(!is_date("2019年9月底前完成"));
        assert!(is_signature("湖北省科学技术协会"));
        assert!(!is_signature("善科技创新智库，加强协会"));
    }
}
