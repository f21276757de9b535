//! Which encoding bytes are in.
//!
//! In: `CD A8 D6 AA` and no word about it. Out: GB18030 (通知), although the bytes are valid UTF-8 (֪ͨ).
//!
//! A byte-order mark decides; then UTF-8, which hardly anything else is by chance; then HZ by its
//! escapes; and what is left by ruling out: each candidate reads a sample, and the one whose
//! characters are the most common wins. A browser's detector (`chardetng`) is asked only where two
//! come close, since one bad byte makes it drop an encoding, and never with a top-level domain:
//! with `cn` it takes all Big5 for GBK.

use super::score::{Score, score};
use super::{Encoding, hz};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// Length of one window, of which there are three at most.
const WINDOW: usize = 2048;

/// Two readings this close are told apart by a second opinion.
const NARROW: f32 = 0.15;

/// A reading above this leaves nothing to compare: a wrong one hardly reaches the half of it.
const CLEAR: f32 = 0.8;

/// A reading below this is doubtful, however far behind the others are.
const POOR: f32 = 0.4;

/// How bytes are to be read.
#[derive(Debug)]
pub(super) struct Choice {
    pub encoding: Encoding,
    /// Bytes of byte-order mark at the beginning.
    pub mark: usize,
    /// Bytes after it that are left over from a character cut in two.
    pub cut: usize,
    /// What the sample looks like in that reading.
    pub score: Score,
    /// Whether all of the bytes are valid UTF-8.
    pub valid: bool,
    /// Why the choice may be wrong.
    pub doubt: Option<String>,
}

impl Choice {
    const fn sure(encoding: Encoding, mark: usize, score: Score) -> Self {
        Self {
            encoding,
            mark,
            cut: 0,
            score,
            valid: false,
            doubt: None,
        }
    }
}

/// The encoding that a byte-order mark at the beginning tells, and the length of the mark.
pub(super) fn byte_order_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        [0x84, 0x31, 0x95, 0x33, ..] => Some((Encoding::Gb18030, 4)),
        _ => None,
    }
}

/// Finds out how `bytes` are to be read.
pub(super) fn choose(bytes: &[u8]) -> Choice {
    let mut buffer = String::new();
    let mark = byte_order_mark(bytes);
    let (marked, len) = mark.map_or((None, 0), |(encoding, len)| (Some(encoding), len));
    // Fields of fixed length are padded with zeros, which say nothing.
    let padding = bytes[len..].iter().rev().take_while(|byte| **byte == 0);
    let rest = &bytes[len..bytes.len() - padding.count()];
    let windows = Windows::of(rest);
    let valid = simdutf8::basic::from_utf8(rest).is_ok();
    let choice = match marked {
        // The mark of UTF-8 before other bytes: an editor added it to a file that it misread.
        Some(encoding) if encoding != Encoding::Utf8 || valid => {
            let score = score(windows.aligned(encoding, 0), encoding, &mut buffer);
            Choice::sure(encoding, len, score)
        }
        _ if valid => valid_utf8(rest, &windows, &mut buffer),
        _ => rule_out(&windows, len, &mut buffer),
    };
    Choice { valid, ..choice }
}

/// Chooses where bytes without a mark are valid UTF-8: nearly always that is what they are.
fn valid_utf8(bytes: &[u8], windows: &Windows<'_>, buffer: &mut String) -> Choice {
    if windows.ascii && hz::is_likely(bytes) {
        return Choice::sure(Encoding::Hz, 0, Score::default());
    }
    let zeros = memchr::memchr(0, bytes).is_some();
    let hanzi = bytes.iter().any(|&byte| byte >= 0xE0);
    if (windows.ascii || hanzi) && !zeros {
        return Choice::sure(Encoding::Utf8, 0, windows.plain());
    }
    let mut by = |encoding| score(windows.aligned(encoding, 0), encoding, buffer);
    let utf8 = by(Encoding::Utf8);
    // Letters in UTF-16 have a zero each.
    if utf8.nuls * 20 > utf8.chars {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let wide = by(encoding);
            if wide.share > CLEAR && wide.errors == 0 && wide.nuls * 20 <= wide.chars {
                return Choice::sure(encoding, 0, wide);
            }
        }
    }
    // A few hanzi of GBK can be valid UTF-8: 通知 is ֪ͨ, and no notice writes that. One alone is
    // rather a letter: é is 茅.
    let gb = by(Encoding::Gb18030);
    let mut runs = bytes.split(u8::is_ascii).filter(|run| !run.is_empty());
    let pairs = !windows.ascii && runs.all(|run| run.len() >= 4);
    if !pairs || hanzi || utf8.share > POOR || gb.share < CLEAR {
        // U+0080 to U+009F are what bytes look like that some program read as Latin-1; no binary data is valid UTF-8.
        let controls = utf8.controls.min(windows.plain().controls);
        return Choice::sure(Encoding::Utf8, 0, Score { controls, ..utf8 });
    }
    Choice {
        doubt: Some("也是有效的UTF-8，但不成汉字，按GB18030读".to_owned()),
        ..Choice::sure(Encoding::Gb18030, 0, gb)
    }
}

/// One candidate's reading.
#[derive(Clone, Copy)]
struct Reading {
    encoding: Encoding,
    cut: usize,
    score: Score,
}

fn rule_out(windows: &Windows<'_>, mark: usize, buffer: &mut String) -> Choice {
    let mut readings: Vec<Reading> = Vec::with_capacity(CANDIDATES.len());
    for encoding in CANDIDATES {
        let reading = best_cut(windows, encoding, buffer);
        let Score {
            share,
            foreign,
            errors,
            nuls,
            ..
        } = reading.score;
        // Sequences of UTF-8 do not come about by chance: three of four are enough.
        let sequences = encoding == Encoding::Utf8
            && foreign >= errors + nuls + 4
            && (errors + nuls) * 4 <= foreign;
        if sequences || (share > CLEAR && errors == 0 && foreign >= 10) {
            return Choice {
                cut: reading.cut,
                ..Choice::sure(encoding, mark, reading.score)
            };
        }
        readings.push(reading);
    }
    // Stable: of equals the first candidate stays first.
    readings.sort_by(|a, b| b.score.share.total_cmp(&a.score.share));
    let (mut best, mut next) = (readings[0], readings[1]);
    let margin = best.score.share - next.score.share;
    let mut doubt = None;
    if margin < NARROW {
        let guess = second_opinion(windows);
        if guess == Some(next.encoding) {
            std::mem::swap(&mut best, &mut next);
        }
        if guess != Some(best.encoding) || margin < NARROW / 3.0 {
            doubt = Some(format!("也可能是{}", next.encoding));
        }
    } else if best.score.share < POOR {
        doubt = Some(format!("按{}读，常用字很少", best.encoding));
    }
    Choice {
        encoding: best.encoding,
        mark,
        cut: best.cut,
        score: best.score,
        valid: false,
        doubt,
    }
}

/// The most frequent first.
const CANDIDATES: [Encoding; 5] = [
    Encoding::Gb18030,
    Encoding::Utf8,
    Encoding::Big5,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
];

/// Reads the sample from its first byte, and where that looks bad, from the next few: a file
/// that was cut in the middle of a character goes wrong up to the first letter or line end.
fn best_cut(windows: &Windows<'_>, encoding: Encoding, buffer: &mut String) -> Reading {
    let whole = score(windows.aligned(encoding, 0), encoding, buffer);
    let mut best = Reading {
        encoding,
        cut: 0,
        score: whole,
    };
    let head = windows.head(encoding);
    // In UTF-8 every byte tells whether it begins a character: the decoder finds the place itself.
    if encoding == Encoding::Utf8 || head.len() < 6 {
        return best;
    }
    let straight = score([head], encoding, buffer);
    for cut in 1..=3 {
        let good = straight.errors == 0 && straight.share > 0.7;
        if good || (cut > 1 && encoding != Encoding::Gb18030) {
            break;
        }
        let shifted = score([&head[cut..]], encoding, buffer);
        // Either reading of a few hanzi may make sense, but only one ends where the letter begins.
        let clear = shifted.share > straight.share + 0.2
            || (straight.errors > 0 && shifted.share > straight.share);
        if shifted.errors == 0 && shifted.share > 0.6 && clear {
            best.cut = cut;
            best.score = score(windows.aligned(encoding, cut), encoding, buffer);
            break;
        }
    }
    best
}

fn second_opinion(windows: &Windows<'_>) -> Option<Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for window in windows.aligned(Encoding::Gb18030, 0) {
        detector.feed(window, false);
    }
    let guess = detector.guess(None, Utf8Detection::Allow);
    CANDIDATES.into_iter().find(|candidate| {
        candidate.standard() == guess
            || (*candidate == Encoding::Gb18030 && guess == encoding_rs::GBK)
    })
}

/// Up to three stretches of a source: where it first leaves ASCII, from its middle and its end.
struct Windows<'a> {
    bytes: &'a [u8],
    starts: Vec<usize>,
    ascii: bool,
}

impl<'a> Windows<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let first = bytes.iter().position(|byte| !byte.is_ascii());
        let ascii = first.is_none();
        let first = first.unwrap_or(0);
        let left = bytes.len() - first;
        let mut starts = vec![first];
        if left > 3 * WINDOW {
            starts.extend([first + left / 2, bytes.len() - WINDOW]);
        } else if left > WINDOW {
            starts.extend((1..=(left - 1) / WINDOW).map(|n| first + n * WINDOW));
        }
        Self {
            bytes,
            starts,
            ascii,
        }
    }

    /// The windows, each from the beginning of a character on as far as that can be known.
    fn aligned(&self, encoding: Encoding, cut: usize) -> impl Iterator<Item = &'a [u8]> {
        let bytes = self.bytes;
        self.starts.iter().enumerate().map(move |(n, &start)| {
            let end = bytes.len().min(start + WINDOW);
            let window = &bytes[start..end];
            let skip = match encoding {
                // Letters of UTF-16 are bytes of ASCII: only from the beginning on are pairs sure.
                Encoding::Utf16Le | Encoding::Utf16Be => (start ^ cut) & 1,
                Encoding::Utf8 => window.iter().take_while(|b| (**b & 0xC0) == 0x80).count(),
                // The first begins with a character, unless the source does with half a one.
                _ if n == 0 => cut,
                // No trail byte of GBK or Big5 is below 30: what follows one begins a character.
                _ => window
                    .iter()
                    .position(|byte| *byte < 0x30)
                    .map_or(0, |at| at + 1),
            };
            &window[skip.min(window.len())..]
        })
    }

    /// All that needs to be known of a sample that is valid UTF-8: how many controls are in it.
    fn plain(&self) -> Score {
        let mut score = Score::default();
        for window in self.aligned(Encoding::Utf8, 0) {
            let text = |byte: &&u8| matches!(**byte, b'\t'..=b'\r' | b' '..=b'~' | 0x80..);
            score.chars += window.len();
            score.controls += window.len() - window.iter().filter(text).count();
        }
        score
    }

    /// What half a character at the beginning would spoil: all up to a byte that ends no pair, and
    /// with it what could be three more bytes of a character of four.
    fn head(&self, encoding: Encoding) -> &'a [u8] {
        let head = &self.bytes[..self.bytes.len().min(200)];
        if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            return head;
        }
        if self.starts[0] > 0 {
            return &[];
        }
        let end = head.iter().position(|byte| *byte < 0x40);
        &head[..end.map_or(head.len(), |end| head.len().min(end + 3))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Encoding {
        choose(bytes).encoding
    }

    #[test]
    fn two_hanzi_of_gbk_are_no_greek() {
        let choice = choose(&encoding_rs::GBK.encode("通知").0);
        assert_eq!(choice.encoding, Encoding::Gb18030);
        assert!(choice.doubt.is_some(), "they are valid UTF-8, too");
        for words in ["café", "25 °C, 3×4 m²", "Привет, Иван"] {
            assert_eq!(of(words.as_bytes()), Encoding::Utf8, "{words}");
        }
    }

    #[test]
    fn letters_of_utf_16_are_told_by_their_zeros() {
        let bytes: Vec<u8> = "Notice 2021\r\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(of(&bytes), Encoding::Utf16Be);
    }

    #[test]
    fn a_mark_of_utf_8_before_gbk_does_not_decide() {
        let words = encoding_rs::GBK.encode("各县区科学技术协会要认真落实").0;
        let choice = choose(&[b"\xEF\xBB\xBF", words.as_ref()].concat());
        assert_eq!((choice.encoding, choice.mark), (Encoding::Gb18030, 3));
    }

    #[test]
    fn hanzi_behind_a_page_of_letters_are_found() {
        let page = "<td class=\"a\">".repeat(1000);
        let words = encoding_rs::BIG5
            .encode("各縣市科學技術協會，請於月底前報送。")
            .0;
        assert_eq!(
            of(&[page.as_bytes(), words.as_ref()].concat()),
            Encoding::Big5
        );
    }

    #[test]
    fn a_tilde_and_a_brace_are_not_yet_hz() {
        assert_eq!(of(b"~{JP?FP-~} 2003"), Encoding::Hz);
        assert_eq!(of(b"echo ~{a,b} ~ ~{x y z}"), Encoding::Utf8);
    }
}
