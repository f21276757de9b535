//! Lines that were cut in the middle of a sentence, joined again.
//!
//! In: `严格落实“三会一课”、`, an empty line, `民主生活会等制度。` Out: `严格落实“三会一课”、民主生活会等制度。` Printers cut where the
//! paper ends, scanners and PDFs where the page ends, and leave an empty line there. Headings, titles, labels, dates,
//! signatures, tables and contact lines stay lines of their own; where nothing says that a sentence goes on, nothing is
//! joined. English text is left as it is.

use super::block::{self, Ending};
use super::signs::is_hanzi;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// A line without the blanks around it.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    /// Whether blanks stand before it.
    indented: bool,
    /// Empty lines before it.
    gap: usize,
}

/// Longest line in bytes that can be one of a page; 120 columns of hanzi.
const LONGEST: usize = 360;
/// Columns of the narrowest page: ten hanzi.
const NARROWEST: usize = 20;
/// Columns of a line that is longer than that.
const PARAGRAPH: usize = 1 << 20;
/// Columns by which full lines of a page differ: a mark that may not begin a line is pulled up or pushed down.
const RAGGED: usize = 7;
/// More empty lines than this are a break that someone wanted.
const WIDEST_GAP: usize = 2;

/// The joints of all cut sentences.
pub(super) fn wraps(text: &str, _: &RuleSet) -> Vec<Edit> {
    let lines = lines(text);
    let page = Page::of(text, &lines);
    let mut edits = Vec::new();
    let mut sentence: Option<Sentence> = None;
    let mut before: Option<Line> = None;
    let mut last_line = 0..0;
    for line in lines {
        let words = &text[line.start..line.end];
        if let Some(before) = &mut before {
            let pair = Pair {
                before: &text[before.start..before.end],
                last_line: &text[last_line.clone()],
                after: words,
                line,
                page: &page,
            };
            if pair.is_cut(&mut sentence) {
                edits.push(Edit::new(
                    before.end..line.start,
                    pair.joint(),
                    Reason::Wrap,
                ));
                before.end = line.end;
                last_line = line.start..line.end;
                if let Some(sentence) = &mut sentence {
                    sentence.read(words);
                }
                continue;
            }
        }
        sentence = None;
        last_line = line.start..line.end;
        before = Some(line);
    }
    edits
}

/// The lines of `text` that are not empty.
fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut gap = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let words = text[start..end].trim_end();
        let head = words.trim_start();
        if head.is_empty() {
            gap += 1;
        } else {
            let at = start + words.len() - head.len();
            lines.push(Line {
                start: at,
                end: at + head.len(),
                indented: at > start,
                gap,
            });
            gap = 0;
        }
        start = end + 1;
    }
    lines
}

/// How wide the lines of a page are, and whether it indents paragraphs.
#[derive(Debug, Default)]
struct Page {
    /// Columns of a full line; 0 where the lines are paragraphs.
    width: usize,
    indents: bool,
}

impl Page {
    /// A text was cut into lines if many are of one length and hardly any is longer. Rows of tables say nothing about that.
    fn of(text: &str, lines: &[Line]) -> Self {
        let words = |line: &Line| &text[line.start..line.end];
        let too_long = lines
            .iter()
            .filter(|line| line.end - line.start > LONGEST)
            .count();
        if lines.len() < 5 || too_long * 5 > lines.len() {
            return Self::default();
        }
        let set: Vec<(Line, usize)> = lines
            .iter()
            .filter(|line| !block::is_row(words(line)))
            .map(|line| {
                (
                    *line,
                    if line.end - line.start > LONGEST {
                        PARAGRAPH
                    } else {
                        columns(words(line))
                    },
                )
            })
            .collect();
        let mut sorted: Vec<usize> = set.iter().map(|&(_, width)| width).collect();
        sorted.sort_unstable();
        // The width within whose ragged edge most lines end.
        let full = |end: usize| end - sorted.partition_point(|&w| w + RAGGED <= sorted[end - 1]);
        let fewest_ends = sorted.len() - sorted.len() / 10;
        let best = (fewest_ends.max(1)..=sorted.len())
            .filter(|&end| sorted[end - 1] < PARAGRAPH)
            .max_by_key(|&end| (full(end), end));
        let Some(end) = best else {
            return Self::default();
        };
        let (width, longer, count) = (sorted[end - 1], sorted.len() - end, full(end));
        if width < NARROWEST || count < 3 {
            return Self::default();
        }
        let after = |wanted: bool| {
            set.windows(2)
                .filter(move |pair| (pair[0].1 + RAGGED > width) == wanted)
        };
        let starts = after(false).count();
        let indents = after(false).filter(|pair| pair[1].0.indented).count() * 2 > starts;
        // A page of short clauses has few full lines; then the next begins further left than a paragraph, as no list does.
        if count * 10 < sorted.len() * 3 {
            let cut = after(true).filter(|pair| !pair[1].0.indented).count();
            if width < 2 * NARROWEST || longer > 1 || !indents || cut * 2 < count {
                return Self::default();
            }
        }
        Self { width, indents }
    }

    fn is_full(&self, line: &str) -> bool {
        self.width > 0 && line.len() <= LONGEST && columns(line) + RAGGED > self.width
    }
}

/// Columns that `words` takes on paper. Blanks do not count, and marks count as wide, so that what other normalizers do
/// to both makes no difference.
fn columns(words: &str) -> usize {
    words
        .chars()
        .map(|c| match c {
            ' ' | '\t' | '\u{a0}' | '\u{3000}' => 0,
            ',' | ':' | ';' | '?' | '!' | '(' | ')' | '[' | ']' => 2,
            '\0'..='\u{ff}' => 1,
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => 1,
            _ => 2,
        })
        .sum()
}

/// What was read of a paragraph so far.
#[derive(Debug, Default)]
struct Sentence {
    /// Brackets and quotes opened and not closed.
    open: Vec<char>,
    commas: usize,
    stops: usize,
    hanzi: usize,
    labeled: bool,
}

impl Sentence {
    fn of(words: &str) -> Self {
        let mut sentence = Self {
            labeled: block::label(words).is_some(),
            ..Self::default()
        };
        sentence.read(words);
        sentence
    }

    fn read(&mut self, words: &str) {
        for c in words.chars() {
            match c {
                '，' | ',' => self.commas += 1,
                '。' | '；' | ';' => self.stops += 1,
                '“' | '《' | '（' | '(' | '〔' | '【' => self.open.push(c),
                // A scanner loses marks: only the partner closes.
                _ if self.open.last().is_some_and(|&open| closes(open, c)) => {
                    self.open.pop();
                }
                _ if is_hanzi(c) => self.hanzi += 1,
                _ => {}
            }
        }
    }

    /// Whether `words` close what stands open before they open the same anew.
    fn goes_on_in(&self, words: &str) -> bool {
        let Some(&open) = self.open.last() else {
            return false;
        };
        words
            .chars()
            .find(|&c| closes(open, c) || c == open)
            .is_some_and(|c| c != open)
    }
}

const fn closes(open: char, c: char) -> bool {
    matches!(
        (open, c),
        ('“', '”') | ('《', '》') | ('（' | '(', '）' | ')') | ('〔', '〕') | ('【', '】')
    )
}

/// Two lines, and whether a sentence runs across.
struct Pair<'a> {
    /// What was joined so far.
    before: &'a str,
    /// The last of its lines.
    last_line: &'a str,
    after: &'a str,
    line: Line,
    page: &'a Page,
}

impl Pair<'_> {
    fn is_cut(&self, sentence: &mut Option<Sentence>) -> bool {
        let ending = block::ending(self.before);
        let full = self.page.is_full(self.last_line);
        let begins_low = self.after.starts_with(block::NEVER_FIRST);
        // Most pairs of a sound text end here.
        if ending == Ending::Final && !full && !begins_low || self.line.gap > WIDEST_GAP {
            return false;
        }
        if block::is_row(self.after) || block::is_row(self.last_line) {
            return false;
        }
        if !self.after.chars().any(is_hanzi) && !self.before.chars().any(is_hanzi) {
            return false;
        }
        let sentence = sentence.get_or_insert_with(|| Sentence::of(self.before));
        // Where paragraphs are indented, a full line and one without an indent are one paragraph, whatever it begins with.
        let in_paragraph = full && self.page.indents && !self.line.indented && self.line.gap == 0;
        let titled = block::is_title(self.before) && block::starts(self.after);
        if in_paragraph
            && !titled
            && (block::label(self.after).is_none() || sentence.goes_on_in(self.after))
        {
            return true;
        }
        if block::starts(self.after) {
            return false;
        }
        if begins_low {
            return ending != Ending::Final || sentence.goes_on_in(self.after);
        }
        match ending {
            Ending::Final => false,
            Ending::Comma => !block::is_signature(self.after),
            Ending::Open => {
                sentence.goes_on_in(self.after)
                    || full
                        && !(self.page.indents && self.line.indented)
                        && !block::is_signature(self.after)
                    || !block::is_title(self.before)
                        && !block::is_contact(self.before)
                        && self.runs_on(sentence)
            }
        }
    }

    /// What stands between the two once they are one.
    fn joint(&self) -> &'static str {
        let english = self.before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && self.after.starts_with(|c: char| c.is_ascii_alphabetic());
        if english { " " } else { "" }
    }

    /// Whether a line without a final mark holds so much of a sentence that it must go on.
    fn runs_on(&self, sentence: &Sentence) -> bool {
        let marked = self
            .after
            .contains(['，', '。', '；', '：', '、', ',', ';', ':', '）', ')', '”']);
        if !marked || block::is_signature(self.after) {
            return false;
        }
        if sentence.stops > 0 {
            sentence.hanzi >= 12
        } else {
            // 一、提高认识，加强领导 is a heading. A list of recipients has no label.
            !sentence.labeled && sentence.commas > 0 && sentence.hanzi >= 16
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{run, stays};
    use super::wraps;

    #[test]
    fn cut_sentences_are_joined() {
        for (cut, whole) in [
            (
                "严格落实“三会一课”、\n\n民主生活会和组织生活会等制度。",
                "严格落实“三会一课”、民主生活会和组织生活会等制度。",
            ),
            (
                "附件：《某市科协庆祝建党100周年活\n\n动方案》",
                "附件：《某市科协庆祝建党100周年活动方案》",
            ),
            (
                "关于印发《某市科协庆祝建党\n\n100周年活动方案》的通知",
                "关于印发《某市科协庆祝建党100周年活动方案》的通知",
            ),
            (
                "9.开展基层组织建设和赋能行动。加快高校、企业\n\n园区、乡镇（街道）等组织建设。",
                "9.开展基层组织建设和赋能行动。加快高校、企业园区、乡镇（街道）等组织建设。",
            ),
            (
                "各县（市、区）科协，各市级学会（协会、研究会），大学科\n\n协，企业科协，机关各部室：",
                "各县（市、区）科协，各市级学会（协会、研究会），大学科协，企业科协，机关各部室：",
            ),
            (
                "（五）围绕改革，组织好“解放思想勇担当\n\n改革创新善作为”推进活动\n1.办好论坛。",
                "（五）围绕改革，组织好“解放思想勇担当改革创新善作为”推进活动\n1.办好论坛。",
            ),
            (
                "大力举荐优秀科技工作者。开展好每年的5\n\n·30“科技工作者日”主题活动。",
                "大力举荐优秀科技工作者。开展好每年的5·30“科技工作者日”主题活动。",
            ),
            ("请认真落实，及时上报\n。", "请认真落实，及时上报。"),
        ] {
            assert_eq!(run(wraps, cut), whole);
        }
    }

    #[test]
    fn a_page_of_full_lines_becomes_paragraphs() {
        let page = "    各县区要高度重视这项工作，切实加强组织领导，明确责任\n分工，细化工作措施，确保各项任务落到实处、取得实际成效。\n要建立健全工作机制，定期调度，及时协调解决工作推进中的\n困难和问题。\n    各部门要密切配合，形成工作合力，共同做好有关工作，按\n时报送进展情况。\n    一、总体要求\n    深入贯彻落实会议精神，坚持以人民为中心，坚持问题导向\n和目标导向相统一。";
        let whole = "    各县区要高度重视这项工作，切实加强组织领导，明确责任分工，细化工作措施，确保各项任务落到实处、取得实际成效。要建立健全工作机制，定期调度，及时协调解决工作推进中的困难和问题。\n    各部门要密切配合，形成工作合力，共同做好有关工作，按时报送进展情况。\n    一、总体要求\n    深入贯彻落实会议精神，坚持以人民为中心，坚持问题导向和目标导向相统一。";
        assert_eq!(run(wraps, page), whole);
    }

    #[test]
    fn lines_of_their_own_stay() {
        for text in [
            "一、提高认识，加强领导\n各单位要充分认识开展活动的重要意义，抓好落实。",
            "二、科学素质提升行动\n\n针对科普工作重点人群和重点领域，开展行动。",
            "关于开展“全国科普日”活动的通知\n\n各旗县区科协，市属学会、协会：",
            "各旗县区科协，市属学会、协会、研究会：\n现将通知印发给你们。",
            "请认真落实。\n\n某市科学技术协会\n2019年5月28日",
            "为促进动能转换作出贡献。\n\n（牵头责任部门：学会部、组织部，配合部门：各部室）",
            "附件：1.工作方案\n2.报名表，回执",
            "联系人：王芳，电话：0471-1234567\n地址：某市某区，邮编：100000",
            "加强领导，明确责任，抓好各项重点工作落实\n（一）加强领导，抓好落实。",
            "序号\t任务，内容\n1\t加强，领导",
            "活动主题：礼赞共和国，追梦新时代\n活动时间：6月，7月",
            "This is a line, and it is\nwrapped, as mail is.",
            "市科协〔2019〕47号      签发人：孙某\n关于印发方案的通知",
            "2019-03-18 14:41|文章来源：办公室\n\n鄂科协办〔2019〕22号",
            "主要目标如下：\n到2025年，全面建成体系。",
            "特此函告，请予支持。\n",
        ] {
            stays(wraps, text);
        }
    }
}
