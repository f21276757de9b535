//! What kinds of characters a text holds, found in one look.
//!
//! In: a text. Out: a set of [`Signs`]. A normalizer runs only on a text that shows its signs, so that
//! `一、加强组织领导。` costs one table look-up a character, and `一、加強組織領導。` brings in OpenCC.

use std::sync::LazyLock;

/// A set of kinds of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signs(u32);

impl Signs {
    /// What every text shows.
    pub const ANY: Self = Self(1);
    /// Control characters and what no reader sees: U+0007, U+200B, U+FEFF.
    pub const INVISIBLE: Self = Self(1 << 1);
    /// Ends of lines other than U+000A.
    pub const LINE_END: Self = Self(1 << 2);
    /// U+0020 and the tab.
    pub const BLANK: Self = Self(1 << 3);
    /// Blanks that are not ASCII: U+00A0, U+3000.
    pub const WIDE_BLANK: Self = Self(1 << 4);
    /// Full-width letters, digits and signs of calculation: ２０１９, ％.
    pub const WIDE_ASCII: Self = Self(1 << 5);
    /// Marks that have a full-width twin: `,` `:` `;` `?` `!` `(` `)`.
    pub const HALF_MARK: Self = Self(1 << 6);
    /// Brackets that stand in for 〔〕.
    pub const BRACKET: Self = Self(1 << 7);
    /// Hanzi that GB 2312 lacks: nearly always a traditional form, or a name.
    pub const RARE_HANZI: Self = Self(1 << 8);
    /// What a scanner takes for a numeral: ー, ○, O.
    pub const MISREAD: Self = Self(1 << 9);
    /// Radicals and compatibility ideographs: ⼀, 金.
    pub const COMPATIBLE: Self = Self(1 << 10);
    /// Private-use characters.
    pub const PRIVATE: Self = Self(1 << 11);
    /// Letters and signs of U+00A1 to U+02FF: ó, µ.
    pub const LATIN: Self = Self(1 << 12);
    /// U+FFFD.
    pub const LOST: Self = Self(1 << 13);
    /// `&` or `<`, with which an entity or a tag begins.
    pub const MARKUP: Self = Self(1 << 14);
    /// Ends of lines.
    pub const NEWLINE: Self = Self(1 << 15);
    /// `?`, which stands for bytes that fit nothing, too.
    pub const QUESTION: Self = Self(1 << 16);
    /// Hanzi that the UTF-8 of common characters and marks looks like when it is read as GBK.
    pub const UTF8_AS_GBK: Self = Self(1 << 17);
    /// Traditional forms that GB 2312 has, for names: 後, 於, 乾.
    pub const OLD_FORM: Self = Self(1 << 18);

    /// Whether a text that shows `self` shows any sign of `wanted`.
    pub const fn show(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    /// Either's signs.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The signs of `text`.
    pub fn of(text: &str) -> Self {
        let table = &*TABLE;
        let bytes = text.as_bytes();
        let mut found = Self::ANY.0;
        let mut at = 0;
        while at < bytes.len() {
            let first = bytes[at];
            let rest = |n: usize| usize::from(bytes[at + n] & 0x3F);
            match first {
                0..0x80 => {
                    found |= table[first as usize];
                    at += 1;
                }
                0x80..0xE0 => {
                    found |= table[usize::from(first & 0x1F) << 6 | rest(1)];
                    at += 2;
                }
                0xE0..0xF0 => {
                    found |= table[usize::from(first & 0xF) << 12 | rest(1) << 6 | rest(2)];
                    at += 3;
                }
                _ => {
                    found |= Self::RARE_HANZI.0;
                    at += 4;
                }
            }
        }
        Self(found)
    }

    /// The signs of one character.
    pub fn of_char(c: char) -> Self {
        match u16::try_from(u32::from(c)) {
            Ok(code) => Self(TABLE[usize::from(code)]),
            Err(_) if is_hanzi(c) => Self::RARE_HANZI,
            Err(_) => Self(0),
        }
    }
}

static TABLE: LazyLock<Box<[u32]>> = LazyLock::new(|| {
    let mut table: Box<[u32]> = (0..=u16::MAX)
        .map(|code| char::from_u32(u32::from(code)).map_or(0, |c| kind(c).0))
        .collect();
    // GB 2312 keeps its hanzi in rows 16 to 87, which encoding_rs can read.
    for row in 0xB0..=0xF7u8 {
        for cell in 0xA1..=0xFEu8 {
            let bytes = [row, cell];
            let (read, _) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
            if let Some(code) = read
                .chars()
                .next()
                .and_then(|c| u16::try_from(u32::from(c)).ok())
            {
                table[usize::from(code)] &= !Signs::RARE_HANZI.0;
            }
        }
    }
    for c in UTF8_AS_GBK.chars() {
        if let Ok(code) = u16::try_from(u32::from(c)) {
            table[usize::from(code)] |= Signs::UTF8_AS_GBK.0;
        }
    }
    table
});

/// 锛 is the head of ，, 鐨 that of 的; 锟斤拷 is what two U+FFFD become.
const UTF8_AS_GBK: &str =
    "锛銆鐨涓鏄鍥鍦鍜涔浠绗骞鏈鏃鍙浜鍏鎴杩瑙琛缁璁闈鍚闂閫氱浣犲澶浼冨锟鈥鏂鍔鍒鏀鐢瀹鎶瀛绉鎵";

fn kind(c: char) -> Signs {
    match c {
        '\n' => Signs::NEWLINE,
        '\t' | ' ' => Signs::BLANK,
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Signs::LINE_END,
        _ if is_invisible(c) => Signs::INVISIBLE,
        _ if is_wide_blank(c) => Signs::WIDE_BLANK,
        '！'..='～' if is_wide_ascii(c) => Signs::WIDE_ASCII,
        '?' => Signs::HALF_MARK.or(Signs::QUESTION),
        ',' | ':' | ';' | '!' | '(' | ')' => Signs::HALF_MARK,
        '[' | ']' | '【' | '】' | '﹝' | '﹞' | '「' | '」' | '„' | '‟' => Signs::BRACKET,
        'ー' | '○' | 'O' | 'o' | 'Ｏ' | '―' | '─' | '－' | '-' | '—' | '–' | '|' | '零' => {
            Signs::MISREAD
        }
        '〇' => Signs::MISREAD,
        '&' | '<' => Signs::MARKUP,
        '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' => {
            Signs::COMPATIBLE.or(Signs::RARE_HANZI)
        }
        '\u{e000}'..='\u{f8ff}' => Signs::PRIVATE,
        '\u{a1}'..='\u{2ff}' => Signs::LATIN,
        '\u{fffd}' => Signs::LOST,
        '後' | '於' | '乾' | '徵' | '夥' | '菸' => Signs::OLD_FORM.or(Signs::RARE_HANZI),
        _ if is_hanzi(c) => Signs::RARE_HANZI,
        _ => Signs(0),
    }
}

/// Whether `c` is a Chinese character.
pub(super) const fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

/// Marks that belong to Chinese text only, and so tell that it is Chinese around them.
pub(super) const fn is_wide_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '（'
            | '）'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '〔'
            | '〕'
            | '【'
            | '】'
            | '「'
            | '」'
            | '『'
            | '』'
            | '〖'
            | '〗'
    )
}

/// Characters that no reader sees and that split words for a program.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
}

/// Blanks of every width that are not ASCII.
pub(super) const fn is_wide_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}'
    )
}

/// Full-width letters, digits and the signs that stand among them; the marks of Chinese sentences are not among them.
pub(super) const fn is_wide_ascii(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '＋' | '－' | '／' | '＝' | '＠' | '＿' | '＆' | '＃' | '＊' | '．')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_shows_itself() {
        for (text, sign) in [
            ("零\u{feff}宽", Signs::INVISIBLE),
            ("行\r\n", Signs::LINE_END),
            ("空　格", Signs::WIDE_BLANK),
            ("２０１９", Signs::WIDE_ASCII),
            ("通知:", Signs::HALF_MARK),
            ("機关", Signs::RARE_HANZI),
            ("\u{2f00}", Signs::COMPATIBLE),
            ("\u{e086}", Signs::PRIVATE),
            ("jī", Signs::LATIN),
            ("𠮷", Signs::RARE_HANZI),
        ] {
            assert!(
                Signs::of(text).show(sign),
                "{text:?} should show {sign:?}: is its range in `kind`?"
            );
        }
    }

    #[test]
    fn sound_text_shows_nothing() {
        let text = "一、加强组织领导。各单位要于2019年6月底前报送（不含“双休日”），3.5亿元、50%；《条例》！";
        assert_eq!(
            Signs::of(text),
            Signs::ANY,
            "a sign here makes every sound notice pay for a normalizer"
        );
    }
}
