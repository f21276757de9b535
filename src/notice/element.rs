//! The elements of GB/T 9704-2012 around the body.
//!
//! In: lines. `枣科协字〔2019〕1号` becomes the document number, `保定市科协` over `2019年9月2日` the signature
//! and the date; what is left is the body.

use super::line::Line;
use super::{closing, head};
use crate::record::Contact;
use crate::rule::RuleSet;
use crate::text::Span;
use jiff::civil::Date;

/// A date with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub date: Date,
    /// Where it is written.
    pub span: Span,
}

/// What the masthead and the closing block say; values are normalized, without blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elements {
    /// 发文机关标志, without 文件.
    pub authority_mark: Option<String>,
    /// 发文字号.
    pub document_number: Option<String>,
    /// 签发人.
    pub signatory: Option<String>,
    /// 标题.
    pub title: Option<String>,
    /// The authority that the title begins with.
    pub title_issuer: Option<String>,
    /// 主送机关, split as written.
    pub main_recipients: Vec<String>,
    /// 附件说明.
    pub attachment_list: Vec<String>,
    /// 发文机关署名; several for a joint notice.
    pub authority_signature: Vec<String>,
    /// 成文日期.
    pub document_date: Option<Dated>,
    /// 抄送机关.
    pub copy_recipients: Vec<String>,
    /// 印发机关.
    pub printing_office: Option<String>,
    /// 印发日期.
    pub print_date: Option<Date>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// 发文机关 in a government site's table above the notice.
    pub listed_issuer: Option<String>,
    /// 成文日期 in the same table.
    pub listed_date: Option<Date>,
    /// 台湾省, 香港特别行政区, 澳门特别行政区 where the notice is from there.
    pub territory: Option<&'static str>,
    /// Postal address, a clue to the region.
    pub address: Option<String>,
}

impl Elements {
    /// 成文日期: under the signature, else in a government site's table.
    pub fn issued(&self) -> Option<Date> {
        self.document_date
            .map(|dated| dated.date)
            .or(self.listed_date)
    }

    /// The authority that issued the notice, as it calls itself: mark, signatures, title, site's table. Several sign jointly.
    pub fn issuer(&self) -> Option<String> {
        let signed =
            (!self.authority_signature.is_empty()).then(|| self.authority_signature.join("、"));
        self.authority_mark
            .clone()
            .or(signed)
            .or_else(|| self.title_issuer.clone())
            .or_else(|| self.listed_issuer.clone())
    }

    /// The year that dates without one are in: of the date, else of the number, else of the title.
    pub fn year(&self) -> Option<i16> {
        self.issued()
            .map(Date::year)
            .or_else(|| self.document_number.as_deref().and_then(written_year))
            .or_else(|| self.title_year())
    }

    /// The year in the title: 2022年工作要点.
    pub fn title_year(&self) -> Option<i16> {
        self.title.as_deref().and_then(written_year)
    }

    /// The year that a plan is for, where its title says so.
    pub fn plan_year(&self, rules: &RuleSet) -> Option<i16> {
        let plan = rules.word("annual_plan").find(self.title.as_deref()?)?;
        written_year(plan.as_str())
    }
}

/// The first year of this or the last century that stands in `words`.
fn written_year(words: &str) -> Option<i16> {
    let at = words.find("20").or_else(|| words.find("19"))?;
    words.get(at..at + 4)?.parse().ok()
}

/// Takes the elements' lines out of the body.
pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet) -> Elements {
    let mut elements = Elements::default();
    closing::read(text, lines, rules, &mut elements);
    head::read(text, lines, rules, &mut elements);
    elements
}

/// The words of a line without any blanks: `关于印发 2019 年工作要点的通知` as one string.
pub(super) fn solid(words: &str) -> String {
    words.chars().filter(|c| !c.is_whitespace()).collect()
}
