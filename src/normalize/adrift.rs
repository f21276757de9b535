//! GBK out of step because a character was cut at a buffer's edge, or one byte of it was dropped.
//!
//! In: `对各地工作进行�讲椋怨ぷ鞑涣Φ挠枰酝ūㄅ馈�`. Out: `对各地工作进行�查，对工作不力的予以通报批�`. From there to the next ASCII byte
//! every character is half of one and half of the next. What stands between is in the bytes and comes back exactly; the
//! characters at both ends lost a byte each: they stay U+FFFD, unless the likeliest is wanted. Where the decoder saw
//! nothing wrong at the beginning, the run begins where the two halves make most sense. Undone only where the result is prose
//! and what stands there is none.

use super::model::Model;
use super::pinyin;
use super::shifted::confidence;
use super::signs::is_hanzi;
use super::token::{bytes, character};
use super::{Findings, Repair};
use crate::error::Code;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};

/// Fewest characters between the two ends that show what they are.
const SHORTEST: usize = 4;
/// Longest stretch in which a beginning is looked for.
const LONGEST: usize = 160;
/// Bits a character that prose takes at most.
const PROSE: f64 = 12.5;
/// Bits by which the stretch must be likelier than it was.
const MARGIN: f64 = 36.0;
/// Bits by which one beginning must be likelier than another to be the one.
const OPEN: f64 = 10.0;
/// Characters weighed in one document; a crafted text must not take minutes.
const BUDGET: usize = 600_000;
/// Characters around a lost one by which it is chosen.
const NEAR: usize = 6;

/// Reads runs that are out of step from their second bytes on.
pub(super) fn restore(text: &str, rules: &RuleSet, level: Repair) -> Findings {
    let mut findings = Findings::default();
    // A copying site's `?` has its own causes.
    let questions = !pinyin::is_copy(text);
    let is_sign = |c: char| c == LOST || c == '?' && questions;
    let mut work = Work {
        model: Model::new(rules),
        budget: BUDGET,
        level,
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        if words.contains(is_sign) && !words.is_ascii() {
            work.line(start, words, is_sign, &mut findings);
        }
        start += line.len();
    }
    findings
}

const LOST: char = '\u{fffd}';

struct Work<'r> {
    model: Model<'r>,
    budget: usize,
    level: Repair,
}

/// A character, where it stands, its bytes in GBK.
type Pair = (usize, char, [u8; 2]);

/// A stretch read half a character later.
struct Run {
    /// Characters before it that are in step.
    kept: usize,
    /// What stands between the two ends.
    inner: Vec<char>,
    /// The byte that is left of the last character, if it lost its other one.
    last: Option<u8>,
    /// Characters of the stretch that are read anew, or that and the ASCII letter behind it.
    end: usize,
    gain: f64,
}

impl Work<'_> {
    /// Restores the runs of the line that begins at byte `start`.
    fn line(
        &mut self,
        start: usize,
        line: &str,
        is_sign: impl Fn(char) -> bool,
        findings: &mut Findings,
    ) {
        let chars: Vec<(usize, char)> = line.char_indices().collect();
        let mut done = 0;
        let mut i = 0;
        while i < chars.len() {
            let pairs: Vec<Pair> = chars[i..]
                .iter()
                .map_while(|&(at, c)| Some((at, c, bytes(c)?)))
                .collect();
            if pairs.is_empty() {
                i += 1;
                continue;
            }
            let opened = i > 0 && is_sign(chars[i - 1].1);
            let next = i + pairs.len();
            let after = chars.get(next).map(|&(_, c)| c);
            let closed = after.is_some_and(&is_sign);
            let found = self.read(&pairs, opened, closed, after);
            if let Some(run) = found {
                let sign = if opened && run.kept == 0 {
                    i - 1
                } else {
                    i + run.kept
                };
                let from = sign.max(done);
                let whole = run.last.is_some() && closed;
                let to = (i + run.end + usize::from(whole)).min(chars.len());
                let before: Vec<char> = chars[from.saturating_sub(NEAR)..from]
                    .iter()
                    .map(|&(_, c)| c)
                    .collect();
                let end = chars.get(to).map_or(line.len(), |&(at, _)| at);
                let span = Span::new(start + chars[from].0, start + end);
                // A decoder that takes the byte behind a half with it leaves no ASCII there.
                let next = chars.get(to).map(|&(_, c)| c);
                let first = pairs[run.kept].2[0];
                let mut out = self.ends(&before, first, &run, next, span, findings);
                if from > sign {
                    // The run before ends in the same sign.
                    out.remove(0);
                }
                findings
                    .edits
                    .push(Edit::new(span, out, Reason::ShiftedBytes));
                done = to;
            }
            i = next;
        }
    }

    /// The best way to read `pairs` out of step, if it is far better than as they stand.
    fn read(
        &mut self,
        pairs: &[Pair],
        opened: bool,
        closed: bool,
        after: Option<char>,
    ) -> Option<Run> {
        if pairs.len() <= SHORTEST || !opened && !closed {
            return None;
        }
        let words: Vec<char> = pairs.iter().map(|&(_, c, _)| c).collect();
        let first = words.len().saturating_sub(LONGEST);
        let tried = if !closed || opened && first > 0 {
            0..1
        } else {
            first..words.len() - SHORTEST
        };
        let mut found: Vec<Run> = Vec::new();
        for kept in tried {
            let Some((inner, last, end)) = shifted(&pairs[kept..], closed, after) else {
                continue;
            };
            let Some(left) = self.budget.checked_sub(words.len()) else {
                break;
            };
            self.budget = left;
            if inner.iter().filter(|&&c| is_hanzi(c)).count() < SHORTEST {
                continue;
            }
            let score = self.model.score(&inner);
            if -score / inner.len() as f64 > PROSE {
                continue;
            }
            let stop = (kept + end).min(words.len());
            let near = &words[kept.saturating_sub(NEAR)..kept];
            let gain = self.model.score(near) + score
                - self.model.score(&words[kept.saturating_sub(NEAR)..stop]);
            if gain > MARGIN {
                found.push(Run {
                    kept,
                    inner,
                    last,
                    end: kept + end,
                    gain,
                });
            }
        }
        // A sign shows where it begins.
        if opened && found.first().is_some_and(|run| run.kept == 0) {
            return found.into_iter().next();
        }
        let best = found.iter().map(|run| run.gain).max_by(f64::total_cmp)?;
        found.retain(|run| run.gain + OPEN > best);
        if self.level == Repair::Full {
            return found.into_iter().max_by(|a, b| a.gain.total_cmp(&b.gain));
        }
        // Where it begins is open between the first and the last of them: what only some say is not written.
        let least = found.last()?.kept;
        let mut run = found.into_iter().next()?;
        let doubtful = (least - run.kept).min(run.inner.len());
        run.inner[..doubtful].fill(LOST);
        Some(run)
    }

    /// What is written: between the ends what the bytes say, at the ends what is likeliest or U+FFFD.
    fn ends(
        &mut self,
        before: &[char],
        first: u8,
        run: &Run,
        next: Option<char>,
        span: Span,
        findings: &mut Findings,
    ) -> String {
        let mut out = vec![LOST];
        let mut least = f64::INFINITY;
        out.extend(&run.inner);
        out.extend(run.last.map(|_| LOST));
        if self.level == Repair::Full {
            // Which of the two bytes was lost is not known.
            let either = (0x40..=0xFE)
                .flat_map(|b| [character(b, first), character(first, b)])
                .flatten();
            if let Some((c, lead)) = self.likeliest(before, either, &run.inner) {
                out[0] = c;
                least = lead;
            }
            let head = run.last.filter(|_| next.is_none_or(|c| c.is_ascii()));
            let ends_line = next.is_none();
            let last = head.and_then(|head| {
                let chars = (0x40..=0xFE).filter_map(|b| character(head, b));
                let near = &run.inner[run.inner.len().saturating_sub(NEAR)..];
                // A line ends in a full stop more often than in a comma.
                let after = if ends_line { &['\n'][..] } else { &[] };
                self.likeliest(near, chars, after)
            });
            if let (Some((c, lead)), Some(place)) = (last, out.last_mut()) {
                *place = c;
                least = least.min(lead);
            }
        }
        let out: String = out.into_iter().collect();
        let (code, message) = if self.level == Repair::Full {
            (
                Code::DamageGuessed,
                format!(
                    "丢失字节的错位文字复原为“{out}”，首尾的字按前后文补回，可信度{:.2}",
                    confidence(least)
                ),
            )
        } else {
            (
                Code::DamageLeft,
                format!("丢失字节的错位文字复原为“{out}”，首尾的字不明"),
            )
        };
        findings.doubts.push((code, message, span));
        out
    }

    /// The likeliest of `chars` between its neighbors, and by how many bits it is likelier than the next.
    fn likeliest(
        &self,
        before: &[char],
        chars: impl Iterator<Item = char>,
        after: &[char],
    ) -> Option<(char, f64)> {
        let after = &after[..after.len().min(NEAR)];
        let ends_line = |c: char| match c {
            _ if after != ['\n'] => 0.0,
            '。' => 4.0,
            '，' | '、' => -8.0,
            _ => 0.0,
        };
        let mut scored: Vec<(f64, char)> = chars
            .map(|c| {
                let bits = self.model.score(&[before, &[c], after].concat());
                (bits + ends_line(c), c)
            })
            .collect();
        scored.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        scored.dedup();
        let &(best, c) = scored.first()?;
        Some((c, scored.get(1).map_or(f64::INFINITY, |next| best - next.0)))
    }
}

/// What `pairs` say from the second byte of the first on, the byte that is left at the end, and how many characters that
/// takes: up to a sign of loss, or up to an ASCII byte that is the second half of a character.
fn shifted(
    pairs: &[Pair],
    closed: bool,
    after: Option<char>,
) -> Option<(Vec<char>, Option<u8>, usize)> {
    let mut inner = Vec::with_capacity(pairs.len());
    let mut lead = pairs.first()?.2[1];
    for (n, &(_, _, [a, b])) in pairs.iter().enumerate().skip(1) {
        inner.push(character(lead, a)?);
        if b < 0x80 {
            inner.push(char::from(b));
            return Some((inner, None, n + 1));
        }
        lead = b;
    }
    if closed {
        return Some((inner, Some(lead), pairs.len()));
    }
    let trail = after.and_then(|c| u8::try_from(c).ok())?;
    inner.push(character(lead, trail)?);
    Some((inner, None, pairs.len() + 1))
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use crate::text::Text;
    use encoding_rs::GBK;

    fn run(text: &str, level: Repair) -> String {
        let mut result = Text::from_utf8(text);
        let findings = restore(text, rules(), level);
        result.rewrite(findings.edits);
        result.as_str().to_owned()
    }

    const SOUND: &str =
        "市科协将会同有关部门对各地工作开展情况进行督查，对工作不力的予以通报批评。";

    /// `SOUND` as a program reads it that decodes its bytes in pieces of `len`.
    fn pieces(len: usize) -> String {
        let bytes = GBK.encode(SOUND).0.into_owned();
        let read = |piece| GBK.decode_without_bom_handling(piece).0.into_owned();
        bytes.chunks(len).map(read).collect()
    }

    #[test]
    fn characters_cut_at_the_edge_of_a_buffer_leave_the_rest_right() {
        for len in [25, 33, 41, 57] {
            let damaged = pieces(len);
            let (safe, full) = (run(&damaged, Repair::Safe), run(&damaged, Repair::Full));
            let right = |text: &str| {
                SOUND
                    .chars()
                    .zip(text.chars())
                    .filter(|(a, b)| a == b)
                    .count()
            };
            assert_eq!(
                safe.chars().count(),
                SOUND.chars().count(),
                "{damaged} became {safe}"
            );
            assert!(
                right(&safe) + 2 >= SOUND.chars().count(),
                "{damaged} became {safe}"
            );
            assert!(right(&full) >= right(&safe), "{damaged} became {full}");
            assert_eq!(run(&safe, Repair::Safe), safe);
        }
    }

    #[test]
    fn a_dropped_byte_leaves_the_rest_right() {
        let mut bytes = GBK.encode(&format!("{SOUND}\n")).0.into_owned();
        bytes.remove(31);
        let damaged = GBK.decode_without_bom_handling(&bytes).0.into_owned();
        let safe = run(&damaged, Repair::Safe);
        assert!(
            safe.starts_with("市科协将会同有关部门对各地工作\u{fffd}")
                && safe.contains("情况进行督查，对工作不力的予以通报批评"),
            "{damaged} became {safe}"
        );
    }

    #[test]
    fn what_is_in_step_stays() {
        for text in [
            "各单位要高度重视，切实加强组织领导\u{fffd}确保取得实效。",
            "\u{fffd}各单位要高度重视，切实加强组织领导。",
            "局长沈㛃、李堃、陈喆、朱镕基\u{fffd}等参加",
            "为什么?我们要高度重视这项工作?",
            "\u{fffd}\u{fffd}\u{fffd}",
            "怎么办?！真的吗?",
            "",
        ] {
            assert_eq!(run(text, Repair::Full), text);
        }
    }
}
