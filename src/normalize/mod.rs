//! Damage undone, width and space made consistent, traditional characters written simplified.
//!
//! In: a text as its source has it: `各縣區(qū)科協(xié),各學(xué)會(huì):`. Out: the same in the one form that the rooms behind rely on:
//! `各县区科协，各学会：`. A normalizer is a function from a text to edits; it knows nothing of the others and touches no
//! offset. `STEPS` is their order. What one look at a text shows (its `Signs`) decides which of them run, so sound
//! text costs next to nothing.
//!
//! Laws: normalizing twice is normalizing once; a well-formed simplified notice stays as it is; no text makes it panic.

mod adrift;
mod block;
mod codepoint;
mod control;
mod explain;
mod halves;
mod hanzi;
mod layout;
mod leftover;
mod markup;
mod model;
mod mojibake;
mod number;
mod page;
mod phrase;
mod pinyin;
mod question;
mod reading;
mod repeat;
mod running;
mod shifted;
mod signs;
mod space;
mod syllable;
mod token;
mod utf8;
mod width;
mod wrap;

use crate::error::{Code, Warning};
use crate::rule::RuleSet;
use crate::text::{Edit, Span, Text};
use clap::ValueEnum;
pub use explain::{Explanation, explain};
pub(crate) use hanzi::Traditional;
pub use hanzi::script;
use serde::{Deserialize, Serialize};
use signs::Signs;

/// How much is repaired. What makes text uniform (width, blanks, script) is done at every level.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Repair {
    /// Nothing: damage stays as the source has it
    Off,
    /// What is certain
    #[default]
    Safe,
    /// Also what is only the likeliest; each such place gets a warning
    Full,
}

/// What a repair changes, and what stays doubtful.
#[derive(Debug, Default)]
struct Findings {
    edits: Vec<Edit>,
    doubts: Vec<(Code, String, Span)>,
}

/// One kind of repair: what should change in a text.
type Normalizer = fn(&str, &RuleSet) -> Vec<Edit>;

/// A repair that weighs one reading against another.
type Restorer = fn(&str, &RuleSet, Repair) -> Findings;

/// How a step works, and whether it repairs or only makes uniform.
#[derive(Clone, Copy)]
enum Step {
    Uniform(Normalizer),
    Repair(Normalizer),
    Restore(Restorer),
}

/// What text shows that was decoded as what it is not.
const MOJIBAKE: Signs = Signs::LATIN
    .or(Signs::PRIVATE)
    .or(Signs::RARE_HANZI)
    .or(Signs::UTF8_AS_GBK);

/// The steps in their order, each with the signs without which it has nothing to do.
const STEPS: &[(Signs, Step)] = &[
    (MOJIBAKE, Step::Restore(mojibake::undo)),
    (Signs::ANY, Step::Repair(markup::leftovers)),
    (Signs::MARKUP, Step::Repair(markup::entities)),
    (
        Signs::INVISIBLE.or(Signs::LINE_END),
        Step::Uniform(control::control),
    ),
    (Signs::QUESTION, Step::Repair(question::blanks)),
    (
        Signs::QUESTION.or(Signs::HALF_MARK),
        Step::Restore(shifted::restore),
    ),
    (Signs::QUESTION, Step::Restore(halves::restore)),
    (
        Signs::LOST.or(Signs::QUESTION),
        Step::Restore(adrift::restore),
    ),
    (Signs::HALF_MARK, Step::Repair(pinyin::annotated)),
    (
        Signs::COMPATIBLE.or(Signs::PRIVATE),
        Step::Restore(codepoint::unify),
    ),
    (Signs::WIDE_BLANK, Step::Uniform(space::wide)),
    (Signs::WIDE_ASCII, Step::Uniform(width::letters)),
    (Signs::NEWLINE, Step::Repair(running::heads)),
    (Signs::ANY, Step::Repair(layout::furniture)),
    (
        Signs::BLANK.or(Signs::WIDE_BLANK),
        Step::Repair(layout::spaced),
    ),
    (Signs::NEWLINE, Step::Repair(repeat::repeated)),
    (Signs::NEWLINE, Step::Repair(wrap::wraps)),
    (Signs::ANY, Step::Uniform(number::document_number)),
    (Signs::MISREAD, Step::Repair(number::misread)),
    (Signs::HALF_MARK, Step::Uniform(width::marks)),
    (
        Signs::BLANK.or(Signs::WIDE_BLANK),
        Step::Uniform(space::idle),
    ),
    (
        Signs::RARE_HANZI.or(Signs::OLD_FORM),
        Step::Uniform(hanzi::simplify),
    ),
];

/// Rounds until nothing changes any more; what one normalizer does can show another what to do.
const ROUNDS: usize = 8;

/// Repairs what is certain and normalizes `text`; gives back what stayed doubtful.
pub fn normalize(text: &mut Text, rules: &RuleSet) -> Vec<Warning> {
    normalize_at(text, rules, Repair::default())
}

/// Normalizes `text` and repairs it as far as `level` allows; gives back what stayed doubtful.
pub fn normalize_at(text: &mut Text, rules: &RuleSet, level: Repair) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for _ in 0..ROUNDS {
        if !round(text, rules, level, &mut warnings) {
            break;
        }
    }
    warnings.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    warnings.dedup();
    warnings
}

/// Runs every step once; says whether one of them changed something.
fn round(text: &mut Text, rules: &RuleSet, level: Repair, warnings: &mut Vec<Warning>) -> bool {
    let mut signs = Signs::of(text.as_str());
    let mut changed = false;
    for (needed, step) in STEPS {
        if !signs.show(*needed) {
            continue;
        }
        let findings = match *step {
            Step::Repair(_) | Step::Restore(_) if level == Repair::Off => continue,
            Step::Uniform(normalizer) | Step::Repair(normalizer) => Findings {
                edits: normalizer(text.as_str(), rules),
                doubts: Vec::new(),
            },
            Step::Restore(restorer) => restorer(text.as_str(), rules, level),
        };
        let doubts = findings.doubts.into_iter();
        warnings.extend(
            doubts.map(|(code, message, span)| Warning::new(code, message, text.source(span))),
        );
        if !findings.edits.is_empty() {
            text.rewrite(findings.edits);
            signs = Signs::of(text.as_str());
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    /// The program's rules, compiled once for all tests.
    pub(crate) fn rules() -> &'static RuleSet {
        static RULES: OnceLock<RuleSet> = OnceLock::new();
        RULES.get_or_init(|| RuleSet::embedded().expect("the embedded rules compile"))
    }

    /// What one normalizer makes of `text`.
    pub(crate) fn run(normalizer: Normalizer, text: &str) -> String {
        let mut result = Text::from_utf8(text);
        let edits = normalizer(text, rules());
        result.rewrite(edits);
        result.as_str().to_owned()
    }

    /// Asserts that a normalizer leaves `text` alone.
    pub(crate) fn stays(normalizer: Normalizer, text: &str) {
        let edits = normalizer(text, rules());
        assert!(
            edits.is_empty(),
            "{text:?} is sound and should stay, but: {edits:?}"
        );
    }

    fn normal(text: &str) -> Text {
        let mut result = Text::from_utf8(text);
        normalize(&mut result, rules());
        result
    }

    /// A notice as GB/T 9704 wants it: nothing in it should change.
    const SOUND: &str = "某市科学技术协会文件\n\n某科协〔2021〕5号\n\n某市科学技术协会关于印发《2021年工作要点》的通知\n\n各县（市、区）科协，各市级学会：\n　　现将《2021年工作要点》印发给你们，请认真贯彻落实。联系人：王芳，电话：0471-6621013，邮箱：kexie@a.gov.cn。\n　　一、总体要求，指导思想\n　　坚持“四个服务”，上午9:30开会（不含5,000元以下的项目），增长8.5%。\n　　（一）加强领导。6月底前完成“3+1”试点（牵头单位：办公室；配合单位：各部室）。\n　　1.组织学习。乾安县、皇后镇要落实到位！\n　　附件：1.任务分工表\n　　　　　2.报名表\n\n　　　　　　　　某市科学技术协会\n　　　　　　　　2021年5月24日\n";

    #[test]
    fn a_sound_notice_is_left_as_it_is() {
        let result = normal(SOUND);
        assert_eq!(result.as_str(), SOUND);
        assert!(result.edits().is_empty());
    }

    #[test]
    fn many_kinds_of_damage_at_once() {
        let text = "各縣區(qū)科協(xié),高新區(qū)科協(xié),各學(xué)會(huì)(協(xié)會(huì)、研究會(huì)):\r\n２０２１ 年工作，\r\n\r\n要點(diǎn)印發(fā)給你們。\r\n長科協字[2021] 5 號";
        assert_eq!(
            normal(text).as_str(),
            "各县区科协，高新区科协，各学会（协会、研究会）：\n2021年工作，要点印发给你们。\n长科协字〔2021〕5号"
        );
    }

    proptest! {
        /// Normalizing twice is normalizing once, and every byte still has its place in the source.
        #[test]
        fn twice_is_once(text in "(?:[一二三各市科协机關會議關於乾后号年月日]{0,9}|[0-9ー○OＡ１０９％．－]{0,3}|[a-z .,]{0,5}|[ 　\u{a0}\t]{0,2}|[，。、；：！？（）()“”《》〔〕\\[\\],:;?!]|\n|\r\n|\\(jī\\)|\u{200b}|通知|附件|2019年|&nbsp;|<p>|— 3 —\\n|\\?shù\\)|[茀咚刭]f?|鐨勯€氱煡|鐗靛ご鍗曚綅|µÄ|[\\?]{2,4}|[於後乾徵對實]|某市公报 [1-3]\n|各单位要高度重视，切实加强组织领导，确保取得实效。\n|\u{e000}|⼯|联 系 人：|\\(2019\\)5号|（一）|1\\.|一、|http://a.b){0,40}") {
            let once = normal(&text);
            let twice = normal(once.as_str());
            prop_assert_eq!(twice.as_str(), once.as_str(), "{:?}", twice.edits());
            let mut last = 0;
            for (at, c) in once.as_str().char_indices() {
                let span = once.source(Span::new(at, at + c.len_utf8()));
                prop_assert!(span.start >= last && span.end <= text.len() && text.get(span.start..span.end).is_some());
                last = span.start;
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let once = normal(&text);
            let twice = normal(once.as_str());
            prop_assert_eq!(twice.as_str(), once.as_str());
        }
    }
}
