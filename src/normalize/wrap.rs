//! Lines that were cut in the middle of a sentence, joined again.
//!
//! In: `严格落实“三会一课”、`, an empty line, `民主生活会等制度。` Out: `严格落实“三会一课”、民主生活会等制度。` Printers cut where the
//! paper ends, scanners and PDFs where the page ends, and leave an empty line there. Headings, titles, labels, dates,
//! signatures, tables and contact lines stay lines of their own; where nothing says that a sentence goes on, nothing is
//! joined. English text is left as it is.

use super::block::{self, Ending};
use super::model::Model;
use super::page::{Line, Page, lines};
use super::signs::is_hanzi;
use crate::rule::RuleSet;
use crate::text::{Edit, Reason};

/// More empty lines than this are a break that someone wanted.
const WIDEST_GAP: usize = 2;
/// Hanzi that a line holds at least before a word can run on from it.
const FEWEST: usize = 8;
/// Bits that two lines are likelier as one than as two where a word runs across.
const STRADDLES: f64 = 7.0;

/// The joints of all cut sentences.
pub(super) fn wraps(text: &str, rules: &RuleSet) -> Vec<Edit> {
    let lines = lines(text);
    let model = Model::new(rules);
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
                model: &model,
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
    model: &'a Model<'a>,
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
        let goes_on = sentence.goes_on_in(self.after);
        // 关于…的通知 and the recipients below it are as long as the page is wide, now and then.
        let titled = block::is_title(self.before) && !self.before.contains('，') && !goes_on;
        if titled && (self.line.gap > 0 || block::starts(self.after) || self.after.ends_with('：'))
        {
            return false;
        }
        // Where a page shows its paragraphs, a full line and one that begins none are one, whatever it begins with.
        let in_paragraph = full
            && self.line.gap == 0
            && (self.page.indents && !self.line.indented || self.page.spaced);
        if in_paragraph && (block::label(self.after).is_none() || goes_on) {
            return true;
        }
        // 活动时间：6月 begins a line, 实施|阶段：4月 may be cut.
        let cut_field = full
            && ending == Ending::Open
            && self.line.gap == 0
            && !block::begins(self.after)
            && !block::is_contact(self.last_line);
        if block::starts(self.after) && !cut_field {
            return false;
        }
        if begins_low {
            return ending != Ending::Final || goes_on;
        }
        match ending {
            Ending::Final => false,
            Ending::Comma => !block::is_signature(self.after),
            Ending::Open if block::is_signature(self.after) => goes_on,
            Ending::Open => {
                goes_on
                    || full && !(self.page.indents && self.line.indented)
                    || !block::is_title(self.before)
                        && !block::is_contact(self.before)
                        && (self.runs_on(sentence) || self.straddles(sentence))
            }
        }
    }

    /// What stands between the two once they are one.
    fn joint(&self) -> &'static str {
        let english = self.before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && self.after.starts_with(|c: char| c.is_ascii_alphabetic());
        if english { " " } else { "" }
    }

    /// Whether a word begins in one line and ends in the other, or the one ends in a word that wants another.
    fn straddles(&self, sentence: &Sentence) -> bool {
        if sentence.hanzi < FEWEST || self.line.gap > 0 || block::is_signature(self.before) {
            return false;
        }
        let hanzi = |c: &char| is_hanzi(*c);
        let mut before: Vec<char> = self
            .before
            .chars()
            .rev()
            .take_while(hanzi)
            .take(4)
            .collect();
        before.reverse();
        let after: Vec<char> = self.after.chars().take_while(hanzi).take(4).collect();
        let (Some(last), Some(_)) = (before.last(), after.first()) else {
            return false;
        };
        block::NEVER_LAST.contains(last)
            && !(before.len() > 1 && self.model.is_word(&before[before.len() - 2..]))
            || self.model.gain(&before, &after) > STRADDLES
    }

    /// Whether a line without a final mark holds so much of a sentence that it must go on.
    fn runs_on(&self, sentence: &Sentence) -> bool {
        let marked = self
            .after
            .contains(['，', '。', '；', '：', '、', ',', ';', ':', '）', ')', '”']);
        if !marked {
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
            (
                "1.持续开展“众心向党”主题宣讲，把\n党的声音传递到车间。",
                "1.持续开展“众心向党”主题宣讲，把党的声音传递到车间。",
            ),
            (
                "现将《某街道飞线充电整治工作方案》印\n发给你们，请结合实际实施。",
                "现将《某街道飞线充电整治工作方案》印发给你们，请结合实际实施。",
            ),
            (
                "（一）健全组织体系，明确由市疾控中\n心承担培训任务",
                "（一）健全组织体系，明确由市疾控中心承担培训任务",
            ),
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
    fn empty_lines_show_paragraphs_too() {
        let page = "为加快档案工作数字化转型，确保各项任务按期完成，现就有关工作\n通知如下。\n\n各单位要高度重视，落实责任，配齐人员和设备，严格按照规范开展。\n扫描、著录和质检要留存记录，验收不合格的一律返工，按期完成实\n施阶段：4月至11月的任务。\n\n请各单位于3月31日前申报数字化经费预算，逾期不再受理，有关情\n况及时报告。\n\n联系人：王芳\n";
        let whole = "为加快档案工作数字化转型，确保各项任务按期完成，现就有关工作通知如下。\n\n各单位要高度重视，落实责任，配齐人员和设备，严格按照规范开展。扫描、著录和质检要留存记录，验收不合格的一律返工，按期完成实施阶段：4月至11月的任务。\n\n请各单位于3月31日前申报数字化经费预算，逾期不再受理，有关情况及时报告。\n\n联系人：王芳\n";
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
            "关于印发《城北街道电动自行车飞线充电专项整治工作方案》的通知\n\n各村（社区），机关各办公室：",
            "2.加强基层组织建设，提升服务能力\n深入开展走访活动，及时解决问题。",
            "一、做好宣传引导和教育培训\n组织各单位学习有关规定，抓好落实。",
        ] {
            stays(wraps, text);
        }
    }
}
