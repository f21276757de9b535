//! Numbers inside dates, in figures and in hanzi, with what scanners make of them.
//!
//! In: `二十一`, `二〇二一`, `2Ol9`, `两`. Out: 21, 2021, 2019, 2.

/// A number, and whether a letter in it had to be read as a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) struct Number {
    pub value: u32,
    pub repaired: bool,
}

/// Reads `words` as one number.
pub(in crate::extract) fn read(words: &str) -> Option<Number> {
    let mut repaired = false;
    let mut figures = 0u32;
    let mut total = 0u32;
    let mut digits = 0;
    let mut hanzi = false;
    let mut power = false;
    for c in words.chars() {
        let digit = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            'l' | 'I' => {
                repaired = true;
                1
            }
            'O' | 'o' | 'Ｏ' | '○' => {
                repaired = true;
                0
            }
            '〇' | '零' => 0,
            '十' | '百' | '廿' => {
                let (unit, times) = match c {
                    '百' => (100, figures.max(1)),
                    '廿' => (20, 1),
                    _ => (10, figures.max(1)),
                };
                total = total.checked_add(unit * times)?;
                figures = 0;
                digits = 0;
                hanzi = true;
                power = true;
                continue;
            }
            _ => {
                hanzi = true;
                hanzi_digit(c)?
            }
        };
        if power {
            // After 十 or 百 a single figure follows: 二十一, 一百零五.
            figures = digit;
        } else {
            figures = figures.checked_mul(10)?.checked_add(digit)?;
        }
        digits += 1;
    }
    if digits == 0 && !power {
        return None;
    }
    // A lone letter is a letter.
    if repaired && !hanzi && words.chars().count() == 1 && !words.starts_with(['l', 'I']) {
        return None;
    }
    Some(Number {
        value: total.checked_add(figures)?,
        repaired,
    })
}

fn hanzi_digit(c: char) -> Option<u32> {
    "一二三四五六七八九"
        .chars()
        .position(|d| d == c)
        .and_then(|i| u32::try_from(i + 1).ok())
        .or((c == '两').then_some(2))
}

/// 1 for 一 to 7 for 日 and 天, as in 周一.
pub(super) fn weekday(c: char) -> Option<u8> {
    match c {
        '日' | '天' => Some(7),
        _ => hanzi_digit(c)
            .and_then(|d| u8::try_from(d).ok())
            .filter(|d| *d <= 6),
    }
}

/// Whether `c` may be part of a number in hanzi.
pub(super) fn is_hanzi_number(c: char) -> bool {
    hanzi_digit(c).is_some() || matches!(c, '十' | '百' | '千' | '万' | '亿' | '〇' | '零')
}

/// Whether `c` may be part of a number in a date, with what scanners make of figures.
pub(super) fn is_numeral(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, 'l' | 'I' | 'O' | 'o' | 'Ｏ' | '○' | '廿')
        || is_hanzi_number(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_hanzi() {
        for (words, value) in [
            ("12", 12),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("三十一", 31),
            ("廿八", 28),
            ("二〇二一", 2021),
            ("二O一九", 2019),
            ("2Ol9", 2019),
            ("l2", 12),
            ("一百二十", 120),
            ("一百一十", 110),
            ("两", 2),
        ] {
            assert_eq!(read(words).map(|n| n.value), Some(value), "{words}");
        }
        assert_eq!(read(""), None);
        assert_eq!(read("年"), None);
        assert_eq!(read("99999999999"), None);
    }
}
