//! Text that was decoded as what it is not.
//!
//! In: `閫氱煡锛氬悇鍗曚綅`. Out: `通知：各单位`. Some program read UTF-8 as GBK, GBK as Latin-1, Big5 as GBK, and saved what it
//! saw. The way back is to write the characters in the encoding that was taken by mistake and to read the bytes anew. That
//! is done where the result is Chinese and the text as it stands is not; what is sound stays, line by line, since files are
//! put together from parts. Twice damaged text comes back in two rounds.

use super::model::Model;
use super::signs::{Signs, is_hanzi};
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};
use encoding_rs::{BIG5, Encoding, GBK, UTF_8, WINDOWS_1252};

/// Bits a character that prose takes at most.
const PROSE: f64 = 12.5;
/// Bits a character that the result must be better by.
const BETTER: f64 = 3.0;

/// Reads anew what was decoded wrongly.
pub(super) fn undo(text: &str, rules: &RuleSet, _: Repair) -> Findings {
    let mut findings = Findings::default();
    let mut judge = Judge { rules, model: None };
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        if !words.is_ascii() {
            lines.push((start, words, Signs::of(words)));
        }
        start += line.len();
    }
    if lines
        .iter()
        .any(|(_, _, signs)| signs.show(Signs::UTF8_AS_GBK))
    {
        utf8_as_gbk(&lines, &mut judge, &mut findings);
    }
    latin(&lines, &mut judge, &mut findings);
    wide(&lines, &mut judge, &mut findings);
    findings.edits.sort_by_key(|edit| edit.span);
    findings
        .edits
        .dedup_by(|next, last| next.span.start < last.span.end);
    findings
}

/// Tells prose from what is none; the counts are read when they are first needed.
struct Judge<'r> {
    rules: &'r RuleSet,
    model: Option<Model<'r>>,
}

impl Judge<'_> {
    fn bits(&mut self, text: &str) -> f64 {
        let sample: String = text.chars().take(200).collect();
        self.model
            .get_or_insert_with(|| Model::new(self.rules))
            .bits(&sample)
    }

    /// Whether `new`, which is well-formed UTF-8 as hardly any other bytes are, is likelier than `old`.
    fn trusts(&mut self, new: &str, old: &str) -> bool {
        is_chinese(new, 2) && self.bits(new) + 1.0 < self.bits(old)
    }

    /// Whether `new` is prose, and `old` is none.
    fn prefers(&mut self, new: &str, old: &str) -> bool {
        if !is_chinese(new, 2) {
            return false;
        }
        let bits = self.bits(new);
        bits < PROSE && bits + BETTER < self.bits(old)
    }
}

/// Whether what is not ASCII in `text` is Chinese, with at least `fewest` hanzi.
fn is_chinese(text: &str, fewest: usize) -> bool {
    let (mut hanzi, mut rare, mut strange) = (0, 0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if is_hanzi(c) {
            hanzi += 1;
            rare += usize::from(
                Signs::of_char(c).show(Signs::RARE_HANZI) && super::hanzi::simplified(c).is_none(),
            );
        } else if is_foreign(c) {
            strange += 1;
        }
    }
    hanzi >= fewest && rare * 8 <= hanzi && strange * 8 <= hanzi
}

/// Letters of other scripts, syllables of kana and bopomofo, private use: what Chinese text is seldom made of.
const fn is_foreign(c: char) -> bool {
    !matches!(c, '×' | '÷' | '±' | '·' | '°' | '§')
        && matches!(c, '\u{80}'..='\u{1fff}' | 'ぁ'..='ヿ' | '\u{3105}'..='\u{312f}' | '가'..='힣' | '\u{e000}'..='\u{f8ff}' | '﹐'..='﹫')
}

/// How bytes can be read.
const READINGS: [&Encoding; 3] = [UTF_8, GBK, BIG5];

/// Runs of Latin letters and signs that are bytes of UTF-8, GBK or Big5. A long run shows which; once two of a text do,
/// short ones are believed, too: 2021Äê4ÔÂ is a date.
fn latin(lines: &[Line<'_>], judge: &mut Judge<'_>, findings: &mut Findings) {
    let runs: Vec<(usize, &str)> = lines
        .iter()
        .filter(|(_, _, signs)| signs.show(Signs::LATIN))
        .flat_map(|&(start, line, _)| latin_runs(line).map(move |(at, run)| (start + at, run)))
        .collect();
    let read = |run: &str, encoding: &'static Encoding| {
        let bytes = as_bytes(run);
        encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .map(std::borrow::Cow::into_owned)
    };
    let mut votes = [0usize; READINGS.len()];
    let mut open = Vec::new();
    for &(at, run) in &runs {
        let mut best: Option<(f64, usize, String)> = None;
        for (i, encoding) in READINGS.into_iter().enumerate() {
            let Some(new) = read(run, encoding) else {
                continue;
            };
            let good = if encoding == UTF_8 {
                judge.trusts(&new, run)
            } else {
                judge.prefers(&new, run)
            };
            let bits = if good { judge.bits(&new) } else { continue };
            if best
                .as_ref()
                .is_none_or(|&(least, _, _)| bits + 1.0 < least)
            {
                best = Some((bits, i, new));
            }
            if encoding == UTF_8 {
                break;
            }
        }
        match best {
            Some((_, i, new)) => {
                votes[i] += 1;
                findings
                    .edits
                    .push(Edit::new(at..at + run.len(), new, Reason::Mojibake));
            }
            None => open.push((at, run)),
        }
    }
    let most = (0..READINGS.len())
        .max_by_key(|&i| votes[i])
        .filter(|&i| votes[i] > 1);
    for (at, run) in open {
        if let Some(new) = most
            .and_then(|i| read(run, READINGS[i]))
            .filter(|new| is_chinese(new, 0))
        {
            findings
                .edits
                .push(Edit::new(at..at + run.len(), new, Reason::Mojibake));
        }
    }
}

/// The stretches of `line` that can be bytes and hold more than ASCII.
fn latin_runs(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + line[from..].find(is_bytes)?;
        let len = line[at..].find(|c| !is_bytes(c)).unwrap_or(line.len() - at);
        from = at + len;
        Some((at, &line[at..from]))
    })
    .filter(|(_, run)| Signs::of(run).show(Signs::LATIN))
}

/// Characters that can be bytes: ASCII, those of Windows-1252, and what two bytes of UTF-8 make.
const fn is_bytes(c: char) -> bool {
    c < '\u{800}' && c != '\n' || matches!(c, '\u{2013}'..='\u{203a}' | '€' | '™')
}

/// The bytes that a run of Latin stands for: its code in Windows-1252, else its own in UTF-8 (in `µÄ֪ͨ` of 的通知 the end was never Latin).
fn as_bytes(run: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len());
    let mut buffer = [0; 4];
    for c in run.chars() {
        let utf8 = c.encode_utf8(&mut buffer);
        match WINDOWS_1252.encode(utf8) {
            (byte, _, false) => bytes.extend_from_slice(&byte),
            _ if u32::from(c) < 0x100 => bytes.push(c as u8),
            _ => bytes.extend_from_slice(utf8.as_bytes()),
        }
    }
    bytes
}

/// UTF-8 read as GBK. Lines that show it are enough to try the others, too.
fn utf8_as_gbk(lines: &[Line<'_>], judge: &mut Judge<'_>, findings: &mut Findings) {
    let mut shown = false;
    for anew in [false, true] {
        for &(start, line, signs) in lines
            .iter()
            .filter(|(_, _, signs)| signs.show(Signs::UTF8_AS_GBK) != anew)
        {
            if !anew || shown {
                let before = findings.edits.len();
                read_as_utf8(line, start, anew, judge, findings);
                shown |= signs.show(Signs::UTF8_AS_GBK) && findings.edits.len() > before;
            }
        }
    }
}

/// Reads `line` anew as UTF-8; `believed` says that the text has shown that it must be.
fn read_as_utf8(
    line: &str,
    start: usize,
    believed: bool,
    judge: &mut Judge<'_>,
    findings: &mut Findings,
) {
    for (at, part) in parts(line) {
        let new = bytes_of(part)
            .and_then(|bytes| read(&bytes))
            .filter(|new| believed && is_chinese(new, 0) || judge.trusts(new, part));
        // 锟斤拷 is what two U+FFFD look like: nothing is left of what stood there, but at least that can be said.
        let lost = || {
            part.contains("锟斤拷")
                .then(|| part.replace("锟斤拷", "\u{fffd}\u{fffd}"))
        };
        let Some(new) = new.or_else(lost) else {
            continue;
        };
        let span = Span::new(start + at, start + at + part.len());
        if new.contains('\u{fffd}') {
            let message = "误解码的文字中有字节丢失";
            findings
                .doubts
                .push((Code::DamageLeft, message.to_owned(), span));
        }
        findings.edits.push(Edit::new(span, new, Reason::Mojibake));
    }
}

/// A line with its place and its signs.
type Line<'a> = (usize, &'a str, Signs);

/// Big5 read as GBK, GBK read as Big5. One line shows it best when it is long; once two lines of a text do, the others
/// are believed, too.
fn wide(lines: &[Line<'_>], judge: &mut Judge<'_>, findings: &mut Findings) {
    let suspects: Vec<_> = lines
        .iter()
        .filter(|(_, line, signs)| looks_misread(line, *signs))
        .collect();
    if suspects.is_empty() {
        return;
    }
    for (taken, meant) in [(GBK, BIG5), (BIG5, GBK)] {
        let anew = |line: &str| -> Option<String> {
            let (bytes, _, failed) = taken.encode(line);
            let read = meant.decode_without_bom_handling_and_without_replacement(&bytes)?;
            (!failed).then(|| read.into_owned())
        };
        let sure = suspects
            .iter()
            .filter(|(_, line, _)| anew(line).is_some_and(|new| judge.prefers(&new, line)))
            .take(2)
            .count();
        if sure == 0 {
            continue;
        }
        for &(start, line, signs) in lines {
            let Some(new) = anew(line) else { continue };
            let believed = if sure > 1 {
                is_chinese(&new, 0)
            } else {
                looks_misread(line, signs) && judge.prefers(&new, line)
            };
            if believed {
                findings
                    .edits
                    .push(Edit::new(start..start + line.len(), new, Reason::Mojibake));
            }
        }
    }
}

/// Traditional text shows rare hanzi, too, but such as have a simplified form; Big5 read as GBK shows private use.
fn looks_misread(line: &str, signs: Signs) -> bool {
    let is_odd = |&c: &char| {
        is_hanzi(c)
            && Signs::of_char(c).show(Signs::RARE_HANZI)
            && super::hanzi::simplified(c).is_none()
            || matches!(c, '\u{3105}'..='\u{3129}' | 'ぁ'..='ヶ' | '\u{e000}'..='\u{f8ff}' | '﹐'..='﹫')
    };
    signs.show(Signs::RARE_HANZI.or(Signs::PRIVATE))
        && line.chars().filter(is_odd).take(2).count() > 1
}

/// The whole line, or its parts between sound ones: stretches without blanks.
fn parts(line: &str) -> Vec<(usize, &str)> {
    let whole = std::iter::once((0, line));
    if bytes_of(line).is_some_and(|bytes| read(&bytes).is_some()) {
        return whole.collect();
    }
    let mut parts = Vec::new();
    let mut at = 0;
    for part in line.split_inclusive([' ', '\t', '　']) {
        let words = part.trim_end_matches([' ', '\t', '　']);
        parts.push((at, words));
        at += part.len();
    }
    parts
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

/// Reads bytes as UTF-8; a character that lost a byte is U+FFFD. `None` where they are no UTF-8.
fn read(bytes: &[Byte]) -> Option<String> {
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let len = match bytes[at] {
            Some(0..0x80) => 1,
            Some(0xC2..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF4) => 4,
            None => {
                out.push('\u{fffd}');
                at += 1;
                continue;
            }
            Some(_) => return None,
        };
        let rest = &bytes[at..bytes.len().min(at + len)];
        if rest[1..]
            .iter()
            .any(|b| b.is_some_and(|b| b & 0xC0 != 0x80))
        {
            return None;
        }
        match rest
            .iter()
            .copied()
            .collect::<Option<Vec<u8>>>()
            .filter(|all| all.len() == len)
        {
            Some(all) => out.push_str(std::str::from_utf8(&all).ok()?),
            None => out.push('\u{fffd}'),
        }
        at += rest.len();
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::text::Text;

    const NOTICE: &str = "关于开展科技活动周的通知：各单位要认真组织，抓好落实。";

    fn run(text: &str) -> String {
        let mut result = Text::from_utf8(text);
        let findings = undo(text, rules(), Repair::Safe);
        result.rewrite(findings.edits);
        result.as_str().to_owned()
    }

    /// `bytes` as a program reads them that takes them for `encoding`.
    fn misread(bytes: &[u8], encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }

    #[test]
    fn each_pair_is_undone() {
        let traditional = "關於開展科技活動周的通知：各單位要認真組織，抓好落實。";
        let gbk = GBK.encode(NOTICE).0;
        let big5 = BIG5.encode(traditional).0;
        assert_eq!(run(&misread(&gbk, WINDOWS_1252)), NOTICE);
        assert_eq!(run(&misread(NOTICE.as_bytes(), WINDOWS_1252)), NOTICE);
        assert_eq!(run(&misread(&big5, WINDOWS_1252)), traditional);
        assert_eq!(run(&misread(&big5, GBK)), traditional);
        assert_eq!(run(&misread(&gbk, BIG5)), NOTICE);
        assert_eq!(run("閫氱煡锛氬悇鍗曚綅"), "通知：各单位");
        assert_eq!(run("µÄ\u{368}\u{5aa}"), "的通知");
        assert_eq!(run("锟斤拷"), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_lost_byte_costs_one_character() {
        let damaged = misread("认真贯彻落实会议精神,抓好工作。".as_bytes(), GBK);
        let restored = run(&damaged);
        assert!(restored.matches('\u{fffd}').count() <= 1, "{restored}");
        assert!(restored.starts_with("认真贯彻落实会议精"), "{restored}");
    }

    #[test]
    fn sound_text_stays() {
        for text in [
            NOTICE,
            "關於開展科技活動週的通知：各單位要認真組織，涓滴歸公。",
            "涓涓细流、琛琛、銆字号、鐨字",
            "Café Müller, naïve façade, Ångström 25 µm ± 3 °C",
            "São Paulo、Zürich的经验；×÷±°§",
            "朱镕基、堃、喆、旸、玥、堃",
            "Привет, мир",
            "",
        ] {
            assert_eq!(run(text), text);
        }
    }
}
