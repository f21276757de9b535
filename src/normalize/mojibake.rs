//! Text that was decoded as what it is not.
//!
//! In: `閫氱煡锛氬悇鍗曚綅`. Out: `通知：各单位`. Some program read UTF-8 as GBK, GBK as Latin-1, Big5 as GBK, and saved what it
//! saw. The way back is to write the characters in the encoding that was taken by mistake and to read the bytes anew. That
//! is done where the result is Chinese and the text as it stands is not; what is sound stays, line by line, since files are
//! put together from parts. Twice damaged text comes back in two rounds.

use super::model::Model;
use super::signs::{Signs, is_hanzi};
use super::utf8::utf8_as_gbk;
use super::{Findings, Repair};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};
use encoding_rs::{BIG5, Encoding, GBK, UTF_8, WINDOWS_1252};

/// Bits a character that prose takes at most.
const PROSE: f64 = 12.5;
/// Bits a character that the result must be better by.
const BETTER: f64 = 3.0;
/// Characters that are chosen in one document; a crafted text must not take minutes.
const CHOICES: usize = 3000;

/// Reads anew what was decoded wrongly.
pub(super) fn undo(text: &str, rules: &RuleSet, level: Repair) -> Findings {
    let mut findings = Findings::default();
    let mut judge = Judge {
        rules,
        model: None,
        choices: CHOICES,
    };
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        if !words.is_ascii() {
            lines.push((start, words, Signs::of(words)));
        }
        start += line.len();
    }
    utf8_as_gbk(&lines, &mut judge, level, &mut findings);
    latin(&lines, &mut judge, &mut findings);
    wide(&lines, &mut judge, &mut findings);
    findings.edits.sort_by_key(|edit| edit.span);
    findings
        .edits
        .dedup_by(|next, last| next.span.start < last.span.end);
    findings
}

/// Tells prose from what is none; the counts are read when they are first needed.
pub(super) struct Judge<'r> {
    rules: &'r RuleSet,
    model: Option<Model<'r>>,
    /// Characters that may still be chosen in this document.
    pub choices: usize,
}

impl Judge<'_> {
    /// The counts.
    pub fn model(&mut self) -> &Model<'_> {
        self.model.get_or_insert_with(|| Model::new(self.rules))
    }

    fn bits(&mut self, text: &str) -> f64 {
        let sample: String = text.chars().take(200).collect();
        self.model().bits(&sample)
    }

    /// Whether `new`, which is well-formed UTF-8 as hardly any other bytes are, is likelier than `old`.
    pub fn trusts(&mut self, new: &str, old: &str) -> bool {
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

/// Whether what is not ASCII in `text` is Chinese, with at least `fewest` hanzi. A name may have a rare one: 局长沈㛃.
pub(super) fn is_chinese(text: &str, fewest: usize) -> bool {
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
    hanzi >= fewest && rare * 8 <= hanzi + 7 && strange * 8 <= hanzi
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
    for &(at, written) in &runs {
        let inner = once_less(written);
        let run = inner.as_str();
        let mut best: Option<(f64, usize, String)> = None;
        for (i, encoding) in READINGS.into_iter().enumerate() {
            let Some(new) = read(run, encoding) else {
                continue;
            };
            // Two wide blanks and a date are UTF-8 for sure, and say nothing yet.
            if encoding == UTF_8 && is_chinese(&new, 0) && !is_chinese(&new, 2) {
                break;
            }
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
                    .push(Edit::new(at..at + written.len(), new, Reason::Mojibake));
            }
            None => open.push((at, written.len(), inner)),
        }
    }
    let most = (0..READINGS.len())
        .max_by_key(|&i| votes[i])
        .filter(|&i| votes[i] > 1);
    for (at, len, run) in open {
        if let Some(new) = most
            .and_then(|i| read(&run, READINGS[i]))
            .filter(|new| is_chinese(new, 0))
        {
            findings
                .edits
                .push(Edit::new(at..at + len, new, Reason::Mojibake));
        }
    }
}

/// Times that text is read anew before it must be Chinese.
const DEEPEST: usize = 4;

/// `run` as it was before it was saved again: Ã¥Â¸Â is å¸ once more encoded.
fn once_less(run: &str) -> String {
    let mut run = run.to_owned();
    for _ in 0..DEEPEST {
        let bytes = as_bytes(&run);
        let inner = std::str::from_utf8(&bytes)
            .ok()
            .filter(|inner| !inner.is_ascii() && inner.chars().all(is_bytes));
        match inner {
            Some(inner) if inner.len() < run.len() => run = inner.to_owned(),
            _ => break,
        }
    }
    run
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

/// A line with its place and its signs.
pub(super) type Line<'a> = (usize, &'a str, Signs);

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
    let known = findings.edits.len();
    for pair in PAIRS {
        let sure = suspects
            .iter()
            .filter(|(_, line, _)| anew(line, pair).is_some_and(|new| judge.prefers(&new, line)))
            .take(2)
            .count();
        if sure == 0 {
            continue;
        }
        for &(start, line, signs) in lines {
            let whole = anew(line, pair).filter(|new| {
                if sure > 1 {
                    is_chinese(new, 0)
                } else {
                    looks_misread(line, signs) && judge.prefers(new, line)
                }
            });
            let Some(whole) = whole else {
                // A letter or a lost byte spoils the line; what stands between is read for itself.
                if sure > 1 {
                    findings
                        .edits
                        .extend(part_edits(cells_believed(line, pair, judge), start));
                }
                continue;
            };
            // A name in good order before it, or a cell of a table.
            let parts = cells_anew(line, pair, judge);
            let mut by_parts = line.to_owned();
            for (at, part, new) in parts.iter().rev() {
                by_parts.replace_range(*at..at + part.len(), new);
            }
            if by_parts != whole && judge.bits(&by_parts) + BETTER / 2.0 < judge.bits(&whole) {
                findings.edits.extend(part_edits(parts, start));
            } else {
                let span = start..start + line.len();
                findings
                    .edits
                    .push(Edit::new(span, whole, Reason::Mojibake));
            }
        }
    }
    if findings.edits.len() == known {
        for &&(start, line, _) in &suspects {
            let mut parts = PAIRS.into_iter().map(|pair| cells_anew(line, pair, judge));
            let parts = parts.find(|parts| !parts.is_empty()).unwrap_or_default();
            findings.edits.extend(part_edits(parts, start));
        }
    }
}

/// The cells of `line` that were read wrongly, each with its place and what it says.
fn cells_anew<'t>(
    line: &'t str,
    pair: Pair,
    judge: &mut Judge<'_>,
) -> Vec<(usize, &'t str, String)> {
    cells(line)
        .filter(|(_, part)| looks_misread(part, Signs::of(part)))
        .filter_map(|(at, part)| {
            let new = anew(part, pair).filter(|new| judge.prefers(new, part))?;
            Some((at, part, new))
        })
        .collect()
}

/// The same where the text has shown what was taken for what: 4堎25゜ is 4月25日.
fn cells_believed<'t>(
    line: &'t str,
    pair: Pair,
    judge: &mut Judge<'_>,
) -> Vec<(usize, &'t str, String)> {
    cells(line)
        .filter_map(|(at, part)| {
            let new = anew(part, pair).filter(|new| is_chinese(new, 1))?;
            (judge.bits(&new) + BETTER < judge.bits(part)).then_some((at, part, new))
        })
        .collect()
}

fn part_edits(parts: Vec<(usize, &str, String)>, start: usize) -> impl Iterator<Item = Edit> {
    parts.into_iter().map(move |(at, part, new)| {
        let at = start + at;
        Edit::new(at..at + part.len(), new, Reason::Mojibake)
    })
}

/// An encoding that was taken for another, and the one that was meant.
type Pair = (&'static Encoding, &'static Encoding);

const PAIRS: [Pair; 2] = [(GBK, BIG5), (BIG5, GBK)];

/// What `line` says when its bytes are read as they were meant.
fn anew(line: &str, (taken, meant): Pair) -> Option<String> {
    let (bytes, _, failed) = taken.encode(line);
    let read = meant.decode_without_bom_handling_and_without_replacement(&bytes)?;
    (!failed).then(|| read.into_owned())
}

/// The stretches of `line` between ASCII and lost bytes: cells of a table, what stands behind a name and a colon.
fn cells(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = |c: char| c.is_ascii() || c == '\u{fffd}';
    let mut at = 0;
    line.split_inclusive(ends).map(move |part| {
        let start = at;
        at += part.len();
        (start, part.trim_end_matches(ends))
    })
}

/// Traditional text shows rare hanzi, too, but such as have a simplified form; Big5 read as GBK shows private use.
pub(super) fn looks_misread(line: &str, signs: Signs) -> bool {
    let is_odd = |&c: &char| {
        is_hanzi(c)
            && Signs::of_char(c).show(Signs::RARE_HANZI)
            && super::hanzi::simplified(c).is_none()
            || matches!(c, '\u{3105}'..='\u{3129}' | 'ぁ'..='ヶ' | '\u{e000}'..='\u{f8ff}' | '﹐'..='﹫')
    };
    signs.show(Signs::RARE_HANZI.or(Signs::PRIVATE))
        && line.chars().filter(is_odd).take(2).count() > 1
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
        let part = misread(&BIG5.encode("各單位要認真組織，抓好落實").0, GBK);
        assert_eq!(
            run(&format!("要求: {part}")),
            "要求: 各單位要認真組織，抓好落實"
        );
        assert_eq!(run("锟斤拷"), "\u{fffd}\u{fffd}");
        let latin = |text: &str| text.bytes().map(char::from).collect::<String>();
        assert_eq!(run(&latin(NOTICE)), NOTICE);
        assert_eq!(run(&latin(&latin(NOTICE))), NOTICE);
        let again = misread(misread(&gbk, WINDOWS_1252).as_bytes(), WINDOWS_1252);
        assert_eq!(run(&again), NOTICE);
        let mixed = misread(&GBK.encode("考试时间为4月25日，遇极端天气顺延。").0, BIG5);
        assert_eq!(
            run(&format!("{0}\n{0}\n{mixed}\u{fffd}", misread(&gbk, BIG5))),
            format!("{NOTICE}\n{NOTICE}\n考试时间为4月25日，遇极端天气顺延。\u{fffd}")
        );
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
            "鑫淼公司、淼鑫集团、犇牛乡、骉马村、焱某、垚某",
            "浣溪沙、浣花溪街道、锟铻、斤拷",
            "résumé、déjà vu、Ñandú、Øresund",
            "ÄÖÜ äöü ß、Ë、ï",
            "α、β、γ射线，Σ=∑，Ω",
            "日本語のお知らせ、한국어 안내",
            "",
        ] {
            assert_eq!(run(text), text);
        }
    }
}
