//! UTF-8 that was read as GBK.
//!
//! In: `请于6月底前报送，鐗靛ご鍗曚綅：市科协`. Out: `请于6月底前报送，牵头单位：市科协`. Three bytes of UTF-8 are a character and a half of GBK, so
//! an odd number of hanzi leaves a byte without partner, which becomes U+FFFD or `?` and is gone with its character. All
//! others come back exactly. Sound text hardly ever has the bytes of UTF-8: it stays, also in the same line.

use super::mojibake::{Judge, Line, is_chinese, looks_misread};
use super::shifted::confidence;
use super::signs::{Signs, is_hanzi, is_wide_mark};
use super::{Findings, Repair};
use crate::error::Code;
use crate::text::{Edit, Reason, Span};
use encoding_rs::GBK;

/// Characters around a lost one by which it is chosen.
const NEAR: usize = 6;

/// UTF-8 read as GBK. Lines that show it are enough to try the others, too.
pub(super) fn utf8_as_gbk(
    lines: &[Line<'_>],
    judge: &mut Judge<'_>,
    level: Repair,
    findings: &mut Findings,
) {
    let is_suspect =
        |line: &str, signs: Signs| signs.show(Signs::UTF8_AS_GBK) || looks_misread(line, signs);
    let mut open = Vec::new();
    for &(start, line, signs) in lines {
        let before = findings.edits.len();
        if is_suspect(line, signs) {
            read_as_utf8((start, line), false, judge, level, findings);
        }
        if findings.edits.len() == before {
            open.push((start, line));
        }
    }
    if !findings.edits.is_empty() {
        for (start, line) in open {
            read_as_utf8((start, line), true, judge, level, findings);
        }
    }
}

/// Reads the line at byte `start` anew as UTF-8; `believed` says that the text has shown that it must be.
fn read_as_utf8(
    (start, line): (usize, &str),
    believed: bool,
    judge: &mut Judge<'_>,
    level: Repair,
    findings: &mut Findings,
) {
    for (at, part) in parts(line) {
        let new = bytes_of(part)
            .and_then(|bytes| read(&bytes))
            .filter(|(new, _)| believed && is_chinese(new, 0) || judge.trusts(new, part));
        // 锟斤拷 is what two U+FFFD look like: nothing is left of what stood there, but at least that can be said.
        let lost = || {
            let left = part.replace("锟斤拷", "\u{fffd}\u{fffd}");
            (left != part).then_some((left, Vec::new()))
        };
        let Some((mut new, heads)) = new.or_else(lost) else {
            continue;
        };
        let span = Span::new(start + at, start + at + part.len());
        if level == Repair::Full && !heads.is_empty() {
            let (chosen, lead) = choose(&new, &heads, judge);
            if chosen != new {
                let sure = confidence(lead);
                let message = format!("“{chosen}”中有按前后文补回的字，可信度{sure:.2}");
                findings.doubts.push((Code::DamageGuessed, message, span));
                new = chosen;
            }
        }
        if new.contains('\u{fffd}') {
            let message = "误解码的文字中有字节丢失";
            findings
                .doubts
                .push((Code::DamageLeft, message.to_owned(), span));
        }
        findings.edits.push(Edit::new(span, new, Reason::Mojibake));
    }
}

/// Puts the likeliest in the place of each character of `text` that lost its last byte, among those that begin with the
/// same two: 医� is 医院 for sure, 特� is 特急 or 特性.
///
/// Also by how many bits the least sure one is likelier than the next.
fn choose(text: &str, heads: &[Head], judge: &mut Judge<'_>) -> (String, f64) {
    let mut least = f64::INFINITY;
    let mut chars: Vec<char> = text.chars().collect();
    let lost: Vec<usize> = (0..chars.len())
        .filter(|&i| chars[i] == '\u{fffd}')
        .collect();
    for (&i, head) in lost.iter().zip(heads) {
        let Some([a, b]) = *head else { continue };
        let Some(left) = judge.choices.checked_sub(1) else {
            break;
        };
        judge.choices = left;
        let before = &chars[i.saturating_sub(NEAR)..i];
        let after: Vec<char> = chars[i + 1..]
            .iter()
            .copied()
            .take_while(|&c| c != '\u{fffd}')
            .take(NEAR)
            .collect();
        let model = judge.model();
        let mut scored: Vec<(f64, char)> = (0x80..=0xBF)
            .filter_map(|c| std::str::from_utf8(&[a, b, c]).ok()?.chars().next())
            .filter(|&c| {
                is_hanzi(c) && !Signs::of_char(c).show(Signs::RARE_HANZI) || is_wide_mark(c)
            })
            .map(|c| (model.score(&[before, &[c], &after].concat()), c))
            .collect();
        scored.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        if let Some(&(best, likeliest)) = scored.first() {
            chars[i] = likeliest;
            least = scored.get(1).map_or(least, |next| least.min(best - next.0));
        }
    }
    (chars.into_iter().collect(), least)
}

/// The whole line, if all of it is UTF-8, or the stretches of it that are.
fn parts(line: &str) -> Vec<(usize, &str)> {
    let Some(bytes) = bytes_of(line) else {
        return stretches(line);
    };
    if read(&bytes).is_some() {
        vec![(0, line)]
    } else {
        stretches(line)
    }
}

/// The stretches of whole characters whose bytes are UTF-8 with a hanzi in it, or with one that lost a byte.
fn stretches(line: &str) -> Vec<(usize, &str)> {
    // The bytes of the characters, and where the character of each begins.
    let mut bytes: Vec<(Byte, Option<usize>)> = Vec::with_capacity(line.len());
    let mut buffer = [0; 4];
    for (at, c) in line.char_indices() {
        let (code, _, failed) = GBK.encode(c.encode_utf8(&mut buffer));
        if c == '\u{fffd}' {
            bytes.push((None, Some(at)));
        } else if failed {
            // No program that reads GBK makes such a character.
            bytes.push((Some(0xFF), Some(at)));
        } else {
            let places = std::iter::once(Some(at)).chain(std::iter::repeat(None));
            bytes.extend(code.iter().map(|&b| Some(b)).zip(places));
        }
    }
    let place = |i: usize| bytes.get(i).map_or(Some(line.len()), |&(_, at)| at);
    let mut found = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let (Some(Some(0xE2..=0xEF)), Some(start)) = (bytes.get(i).map(|b| b.0), place(i)) else {
            i += 1;
            continue;
        };
        let (mut pos, mut good) = (i, None);
        let mut shown = false;
        while let Some((c, len, _)) = one(&bytes[pos..], |b| b.0) {
            pos += len;
            shown |= is_hanzi(c) || c == '\u{fffd}';
            // What is ASCII at the end is sound, whichever way it is read.
            if !c.is_ascii()
                && let Some(end) = place(pos)
            {
                good = Some((pos, end));
            }
        }
        match good.filter(|_| shown) {
            Some((next, end)) => {
                found.push((start, &line[start..end]));
                i = next;
            }
            None => i = pos.max(i + 1),
        }
    }
    found
}

/// A byte, or one that was lost.
type Byte = Option<u8>;

/// The bytes of a text that was read as GBK; U+FFFD is a byte that had no partner.
fn bytes_of(text: &str) -> Option<Vec<Byte>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        if c == '\u{fffd}' {
            bytes.push(None);
            continue;
        }
        let (code, _, failed) = GBK.encode(c.encode_utf8(&mut buffer));
        if failed {
            return None;
        }
        bytes.extend(code.iter().map(|&b| Some(b)));
    }
    Some(bytes)
}

/// The two bytes that are left of a character of three, if these are.
type Head = Option<[u8; 2]>;

/// The character of UTF-8 that `bytes` begin with and its length; U+FFFD if one of its bytes was lost, and what is left.
fn one<T>(bytes: &[T], byte: impl Fn(&T) -> Byte) -> Option<(char, usize, Head)> {
    let len = match byte(bytes.first()?) {
        Some(b @ 0..0x80) => return Some((char::from(b), 1, None)),
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        None => return Some(('\u{fffd}', 1, None)),
        Some(_) => return None,
    };
    let mut all = [0; 4];
    for n in 0..len {
        match bytes.get(n).and_then(&byte) {
            Some(b) if n == 0 || b & 0xC0 == 0x80 => all[n] = b,
            // The byte that should stand here is gone; some programs write `?` for it.
            None | Some(b'?') if n > 0 => {
                let end = (n + 1).min(bytes.len());
                let rest = bytes[end..len.min(bytes.len()).max(end)].iter();
                let more = rest.take_while(|b| byte(b).is_none_or(|b| b & 0xC0 == 0x80));
                let head = (n == 2 && len == 3).then_some([all[0], all[1]]);
                return Some(('\u{fffd}', end + more.count(), head));
            }
            _ => return None,
        }
    }
    let c = std::str::from_utf8(&all[..len]).ok()?.chars().next()?;
    Some((c, len, None))
}

/// Reads bytes as UTF-8; a character that lost a byte is U+FFFD. `None` where they are no UTF-8.
fn read(bytes: &[Byte]) -> Option<(String, Vec<Head>)> {
    let mut out = String::with_capacity(bytes.len());
    let mut heads = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (c, len, head) = one(&bytes[at..], |b| *b)?;
        out.push(c);
        if c == '\u{fffd}' {
            heads.push(head);
        }
        at += len;
    }
    Some((out, heads))
}

#[cfg(test)]
mod tests {
    use super::super::mojibake::undo;
    use super::super::tests::rules;
    use super::super::{Repair, Signs};
    use crate::text::Text;
    use encoding_rs::GBK;

    fn run(text: &str) -> String {
        let mut result = Text::from_utf8(text);
        assert!(Signs::of(text).show(super::super::MOJIBAKE));
        result.rewrite(undo(text, rules(), Repair::Safe).edits);
        result.as_str().to_owned()
    }

    #[test]
    fn a_part_of_a_line_comes_back() {
        assert_eq!(
            run("请于6月底前报送，鐗靛ご鍗曚綅：市科协"),
            "请于6月底前报送，牵头单位：市科协"
        );
        let (damaged, _) = GBK.decode_without_bom_handling("，及时报送材料".as_bytes());
        assert_eq!(
            run(&format!("各单位要认真落实{damaged}")),
            "各单位要认真落实，及时报送材\u{fffd}"
        );
    }

    #[test]
    fn a_question_mark_is_a_lost_byte() {
        assert_eq!(run("鍚勫崟浣?"), "各单\u{fffd}");
        let findings = undo("鍚勫崟浣?", rules(), Repair::Full);
        assert_eq!(findings.edits[0].to, "各单位");
        assert_eq!(findings.doubts.len(), 1, "a choice is told");
    }

    #[test]
    fn sound_lines_stay() {
        for text in [
            "涓涓细流，汇成江河？",
            "銆字号？鐨字",
            "锛是金属元素？",
            "琛琛同志、钅罗",
        ] {
            assert_eq!(run(text), text);
        }
    }
}
