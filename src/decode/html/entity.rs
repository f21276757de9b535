//! Characters that a page writes by name or number: `&nbsp;`, `&#8220;`, `&ldquo;`.

/// Names that editors of notices write.
const NAMES: &[(&str, &str)] = &[
    ("nbsp", "\u{a0}"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ensp", "\u{2002}"),
    ("emsp", "\u{2003}"),
    ("thinsp", "\u{2009}"),
    ("middot", "·"),
    ("bull", "•"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("deg", "°"),
    ("permil", "‰"),
    ("copy", "©"),
    ("reg", "®"),
    ("sect", "§"),
    ("yen", "¥"),
    ("le", "≤"),
    ("ge", "≥"),
    ("sbquo", "‚"),
    ("bdquo", "„"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("trade", "™"),
    ("para", "¶"),
    ("euro", "€"),
    ("ne", "≠"),
    ("frac12", "½"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("rarr", "→"),
    ("larr", "←"),
    ("zwnj", ""),
    ("zwj", ""),
    ("shy", ""),
    ("sup2", "²"),
    ("sup3", "³"),
    ("oslash", "ø"),
    ("alpha", "α"),
    ("beta", "β"),
    ("mu", "μ"),
    ("micro", "µ"),
];

/// Longest entity between & and ;, in bytes.
const LONGEST: usize = 10;

/// What windows-1252 has where Unicode has controls; old pages number them so.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The characters that the entity at the beginning of `text` stands for, and its length.
pub(crate) fn entity(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('&')?;
    let len = rest
        .bytes()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    let name = &rest[..len];
    let ended = usize::from(rest[len..].starts_with(';'));
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = match code {
            0x80..0xA0 => WINDOWS[(code - 0x80) as usize],
            _ => char::from_u32(code)?,
        };
        let seen = !c.is_control() || c == '\n' || c == '\t';
        return Some((if seen { c.into() } else { String::new() }, 1 + len + ended));
    }
    let (_, to) = NAMES.iter().find(|(known, _)| *known == name)?;
    // Old pages leave out the ; of the most common one.
    (ended == 1 || name == "nbsp").then(|| ((*to).to_owned(), 1 + len + ended))
}

#[cfg(test)]
mod tests {
    use super::entity;

    #[test]
    fn names_and_numbers() {
        for (text, to) in [
            ("&nbsp;县", Some(("\u{a0}", 6))),
            ("&nbsp县", Some(("\u{a0}", 5))),
            ("&#147;", Some(("“", 6))),
            ("&#x4e00;", Some(("一", 8))),
            ("&#0;", Some(("", 4))),
            ("&D投入", None),
            ("&lt县", None),
            ("&#xfffffff;", None),
            ("&", None),
        ] {
            let to = to.map(|(to, len): (&str, usize)| (to.to_owned(), len));
            assert_eq!(entity(text), to, "{text}");
        }
    }
}
