//! The signs of a line that a copying site damaged.
//!
//! In: `當(dāng)?shù)母`. Out: 當, the annotation `dāng`, the annotation `shù` that lost its parenthesis, 母. Whatever of the site's
//! own marks is in the text is taken for one sign; everything else is a character with its two bytes.

use super::signs::is_hanzi;
use super::syllable;
use crate::text::Span;

/// One sign of a damaged line.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Char(char),
    /// `(xié)`
    Note(String),
    /// `?shù)`: the parenthesis went with the byte before it.
    Broken(String),
    /// A `?` that stands for bytes that fit nothing.
    Lost,
    /// Nothing, where an old decoder left none for such bytes.
    Dropped,
}

/// Marks before which the site cuts, wide and as a data set folds them.
pub(super) const CUT: &[char] = &[
    '！', '？', '，', '；', '：', '。', '、', '（', '!', '?', ',', ';', ':', '(',
];

/// Those of them before which an old decoder can have dropped a byte.
pub(super) const MARKS: &[char] = &[
    '！', '？', '，', '；', '：', '。', '、', '!', '?', ',', ';', ':',
];

/// Whether the `?` at byte `at` can stand for the loss of step: `?shù)`, or before a mark.
pub(super) fn is_start(text: &str, at: usize) -> bool {
    let rest = &text[at + 1..];
    broken(rest).is_some() || rest.starts_with(CUT)
}

/// Signs after a mark within which a run that began at it must be in step again.
const NEAR: usize = 14;

/// Whether an old decoder can have dropped a byte before the mark at byte `at`: the run behind it ends in an annotation that
/// lost its parenthesis, or in a letter that is annotated or stands before a hanzi and behind another or the mark.
pub(super) fn is_dropped(text: &str, at: usize) -> bool {
    let near = tokens(text, at, NEAR);
    let is_letter = |c: char| matches!(c, '@'..='~');
    near[1..].iter().any(|t| matches!(t.kind, Kind::Broken(_)))
        || near.windows(3).enumerate().any(|(i, three)| {
            match (&three[0].kind, &three[1].kind, &three[2].kind) {
                (_, Kind::Char(c), Kind::Note(_)) => is_letter(*c),
                (Kind::Char(a), Kind::Char(c), Kind::Char(b)) => {
                    is_letter(*c) && (i == 0 || is_hanzi(*a)) && is_hanzi(*b)
                }
                _ => false,
            }
        })
}

/// The syllable that `rest` begins with, up to its parenthesis.
pub(super) fn broken(rest: &str) -> Option<(String, usize)> {
    let head = &rest.as_bytes()[..rest.len().min(10)];
    let len = memchr::memchr(b')', head)?;
    Some((syllable::read(rest[..len].trim())?, len + 1))
}

/// The two bytes of a character in GBK.
pub(super) fn bytes(c: char) -> Option<[u8; 2]> {
    let mut buffer = [0; 4];
    let (bytes, _, failed) = encoding_rs::GBK.encode(c.encode_utf8(&mut buffer));
    match (&*bytes, failed) {
        (&[a, b], false) => Some([a, b]),
        _ => None,
    }
}

/// The character of two bytes.
pub(super) fn character(lead: u8, trail: u8) -> Option<char> {
    let bytes = [lead, trail];
    let (read, failed) = encoding_rs::GBK.decode_without_bom_handling(&bytes);
    let mut chars = read.chars();
    match (failed, chars.next(), chars.next()) {
        (false, Some(c), None) if c >= '\u{a0}' && !('\u{e000}'..='\u{f8ff}').contains(&c) => {
            Some(c)
        }
        _ => None,
    }
}

/// The signs from byte `start` to the end of the line, `most` at most.
pub(super) fn tokens(text: &str, start: usize, most: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = start;
    while tokens.len() < most {
        let rest = &text[at..];
        let Some(c) = rest.chars().next().filter(|&c| c != '\n') else {
            break;
        };
        let (kind, len) =
            match c {
                '(' => broken(&rest[1..])
                    .map_or((Kind::Char(c), 1), |(p, len)| (Kind::Note(p), len + 1)),
                '?' => broken(&rest[1..])
                    .map_or((Kind::Lost, 1), |(p, len)| (Kind::Broken(p), len + 1)),
                _ => (Kind::Char(c), c.len_utf8()),
            };
        tokens.push(Token {
            kind,
            span: Span::new(at, at + len),
        });
        at += len;
    }
    tokens
}

/// The `most` characters before byte `start`, without annotations.
pub(super) fn before(text: &str, start: usize, most: usize) -> Vec<char> {
    let mut found = Vec::new();
    let mut rest = &text[..start];
    while found.len() < most {
        if rest.ends_with(')')
            && let Some(open) = rest.rfind('(').filter(|open| rest.len() - open <= 10)
            && broken(&rest[open + 1..]).is_some()
        {
            rest = &rest[..open];
            continue;
        }
        let Some(c) = rest.chars().next_back().filter(|&c| c != '\n') else {
            break;
        };
        found.push(c);
        rest = &rest[..rest.len() - c.len_utf8()];
    }
    found.reverse();
    found
}

/// What a sign looks like to a reader.
pub(super) fn as_is(token: &Token) -> Vec<char> {
    match &token.kind {
        Kind::Char(c) => vec![*c],
        Kind::Note(_) | Kind::Dropped => Vec::new(),
        Kind::Broken(p) => std::iter::once('?').chain(p.chars()).collect(),
        Kind::Lost => vec!['?'],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_one_sign() {
        let kinds: Vec<Kind> = tokens("當(dāng)?shù)母?\n二", 0, 90)
            .into_iter()
            .map(|t| t.kind)
            .collect();
        let names = kinds.iter().map(|k| match k {
            Kind::Char(c) => c.to_string(),
            Kind::Note(p) => format!("({p})"),
            Kind::Broken(p) => format!("?{p}"),
            Kind::Lost => "?".to_owned(),
            Kind::Dropped => String::new(),
        });
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["當", "(dang)", "?shu", "母", "?"]
        );
    }

    #[test]
    fn annotations_are_no_context() {
        assert_eq!(
            before("一\n擔(dān)當(dāng)?", "一\n擔(dān)當(dāng)".len(), 7),
            ['擔', '當']
        );
    }

    #[test]
    fn two_bytes_are_a_character_and_back() {
        assert_eq!(bytes('數'), Some([0x94, 0xB5]));
        assert_eq!(character(0x94, 0xB5), Some('數'));
        assert_eq!(bytes('\u{e086}'), Some([0xAB, 0xC9]));
        assert_eq!(
            (bytes('a'), character(0xAB, 0xC9), character(0x81, 0x20)),
            (None, None, None)
        );
    }
}
