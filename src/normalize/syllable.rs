//! Syllables of Mandarin in pinyin, with or without tone marks.
//!
//! In: what stands between the parentheses of 機(jī), `jī`. Out: the syllable without its tone, `ji`, if Mandarin has it.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The finals that each initial takes.
const FINALS: &[(&str, &str)] = &[
    ("", "a o e ai ei ao ou an en ang eng er"),
    ("b", "a o ai ei ao an en ang eng i ie iao ian in ing u"),
    ("p", "a o ai ei ao ou an en ang eng i ie iao ian in ing u"),
    (
        "m",
        "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    ),
    ("f", "a o ei ou an en ang eng u"),
    (
        "d",
        "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    ),
    (
        "t",
        "a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    ),
    (
        "n",
        "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un v ve",
    ),
    (
        "l",
        "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    ),
    (
        "g",
        "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    ),
    (
        "k",
        "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    ),
    (
        "h",
        "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    ),
    ("j", "i ia ie iao iu ian in iang ing iong u ue uan un"),
    ("q", "i ia ie iao iu ian in iang ing iong u ue uan un"),
    ("x", "i ia ie iao iu ian in iang ing iong u ue uan un"),
    (
        "zh",
        "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    ),
    (
        "ch",
        "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    ),
    (
        "sh",
        "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    ),
    ("r", "e i ao ou an en ang eng ong u ua uo ui uan un"),
    ("z", "a e i ai ei ao ou an en ang eng ong u uo ui uan un"),
    ("c", "a e i ai ao ou an en ang eng ong u uo ui uan un"),
    ("s", "a e i ai ao ou an en ang eng ong u uo ui uan un"),
    ("y", "a o e ao ou an ang i in ing ong u ue uan un"),
    ("w", "a o ai ei an en ang eng u"),
];

/// All that they make together.
static SYLLABLES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let all = FINALS.iter().flat_map(|(initial, finals)| {
        let finals = finals.split(' ');
        finals.map(move |last| format!("{initial}{last}"))
    });
    all.collect()
});

/// A letter of pinyin without its tone mark, and whether it had one; ü is v.
const fn plain(c: char) -> Option<(char, bool)> {
    Some(match c {
        'a'..='z' => (c, false),
        'ā' | 'á' | 'ǎ' | 'à' => ('a', true),
        'ē' | 'é' | 'ě' | 'è' => ('e', true),
        'ī' | 'í' | 'ǐ' | 'ì' => ('i', true),
        'ō' | 'ó' | 'ǒ' | 'ò' => ('o', true),
        'ū' | 'ú' | 'ǔ' | 'ù' => ('u', true),
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => ('v', true),
        'ü' => ('v', false),
        'ɑ' => ('a', false),
        'ɡ' => ('g', false),
        _ => return None,
    })
}

/// Reads `written` as one syllable; gives back its letters without the tone.
pub(super) fn read(written: &str) -> Option<String> {
    let mut letters = String::new();
    let mut tones = 0;
    for c in written.chars() {
        let (letter, toned) = plain(c)?;
        letters.push(letter);
        tones += usize::from(toned);
    }
    (tones <= 1 && SYLLABLES.contains(letters.as_str())).then_some(letters)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn syllables_are_known_from_words() {
        for (written, letters) in [
            ("jī", "ji"),
            ("zhuàng", "zhuang"),
            ("lǜ", "lv"),
            ("è", "e"),
            ("xue", "xue"),
            ("ér", "er"),
        ] {
            assert_eq!(read(written).as_deref(), Some(letters), "{written}");
        }
        for written in [
            "", "xian'an", "pīnyīn", "GDP", "x", "bk", "jīī", "āá", "fong", "xi an", "的",
        ] {
            assert_eq!(read(written), None, "{written}");
        }
    }
}
