//! The rows that are written: names and meanings are a contract with other people's scripts.
//!
//! In: a notice and its tasks. Out: `{"record":"task","schema":1,"id":"5f0c2a9d81b3e764:3.2",…}`.

use crate::error::Warning;
use crate::text::{Reason, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// Version of the meaning of all fields.
pub const SCHEMA: u32 = 1;

/// The first `digits` hex digits of a hash.
pub(crate) fn hex(hash: &[u8], digits: usize) -> String {
    let mut text = String::with_capacity(digits);
    for byte in hash.iter().take(digits.div_ceil(2)) {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text.truncate(digits);
    text
}

/// A region by its code of GB/T 2260.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// `370400`.
    pub code: String,
    /// From the province down: `山东省枣庄市`.
    pub name: String,
}

/// One unit or person, named in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitRecord {
    /// As written, normalized.
    pub name: String,
    /// The full name, where it can be known.
    pub canonical: Option<String>,
    /// What kind of name it is.
    pub scope: Scope,
    /// Of a collective, whom it stands for as far as the notice names them: the departments behind 各部室, 其他部室.
    #[serde(default)]
    pub members: Option<Vec<String>>,
    /// The rule that found it.
    pub rule: Arc<str>,
    /// The source's own words.
    pub quote: String,
    /// Where they stand in the source.
    pub span: Span,
}

/// Whom a name stands for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One unit: 市教育局.
    Unit,
    /// Several, not named one by one: 各部室, 有关部门.
    Collective,
    /// A person: 张三, 分管副市长.
    Person,
}

/// What a time limit is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 6月底前.
    Date,
    /// 2021—2023年.
    Range,
    /// 每月28日前.
    Recurring,
    /// 印发之日起30日内.
    Relative,
    /// 长期坚持.
    Ongoing,
    /// 尽快.
    Vague,
}

/// On which side of its date a limit lies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Done when the time is over.
    By,
    /// Done within the time.
    During,
    /// Done from the time on.
    After,
}

/// One time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineRecord {
    /// Normalized words.
    pub text: String,
    /// What it is.
    pub kind: DeadlineKind,
    /// First day, `2019-05-11`; with a time of day `2021-06-18T17:00`.
    pub start: Option<String>,
    /// Last day that it allows.
    pub end: Option<String>,
    /// RFC 5545 parts: `FREQ=MONTHLY;BYMONTHDAY=28`.
    pub recurrence: Option<String>,
    /// ISO 8601 duration: `P30D`; `P3BD` for working days.
    pub offset: Option<String>,
    /// `issue`, or `event:活动结束`.
    pub anchor: Option<String>,
    /// On which side of the date.
    pub bound: Option<Bound>,
    /// What is due by it.
    pub about: Option<String>,
    /// What was inferred: `year_inferred`, `rolled_forward`.
    pub inferred: Vec<Cow<'static, str>>,
    /// The rule that found it.
    pub rule: Arc<str>,
    /// The source's own words.
    pub quote: String,
    /// Where they stand in the source.
    pub span: Span,
}

/// The document of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentHead {
    /// First 16 hex digits of the SHA-256 of the source's bytes.
    pub id: String,
    /// Name of the source.
    pub source: String,
    /// 标题.
    pub title: Option<String>,
    /// 发文字号.
    pub document_number: Option<String>,
    /// 发文机关, its full name.
    pub issuer: Option<String>,
    /// Where the issuer governs.
    pub region: Option<Region>,
    /// 成文日期.
    pub document_date: Option<String>,
    /// The year that dates without one are in.
    pub year: Option<i16>,
}

/// The clause of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClauseHead {
    /// Positions in the tree, from 1.
    pub path: Vec<usize>,
    /// As written, normalized: `10、`.
    pub label: String,
    /// Depth in the tree.
    pub level: usize,
    /// Headings of the clauses above, the outermost first.
    pub headings: Vec<String>,
}

/// What the program exists for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskRecord {
    /// `"task"`.
    #[schemars(extend("const" = "task"))]
    pub record: Cow<'static, str>,
    /// [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// Document id and clause path; `#n` for a second task of one clause.
    pub id: String,
    /// The notice.
    pub document: Arc<DocumentHead>,
    /// Its clause; null where the demand stands outside the numbered clauses.
    pub clause: Option<ClauseHead>,
    /// The clause's heading or first sentence.
    pub title: String,
    /// Its remaining words.
    pub text: String,
    /// 牵头.
    pub lead: Vec<UnitRecord>,
    /// 责任、负责、承办.
    pub responsible: Vec<UnitRecord>,
    /// 配合、参与.
    pub support: Vec<UnitRecord>,
    /// 分管领导.
    pub supervisor: Vec<UnitRecord>,
    /// Time limits in order of appearance.
    pub deadlines: Vec<DeadlineRecord>,
    /// The clause in the source.
    pub span: Span,
    /// Doubts about this task.
    pub warnings: Vec<Warning>,
}

/// The document of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRef {
    /// First 16 hex digits of the SHA-256 of the source's bytes.
    pub id: String,
    /// Name of the source.
    pub source: String,
}

/// What a clause is for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClauseKind {
    /// Directs work.
    Task,
    /// Explains: 指导思想.
    Background,
    /// Says how: 工作要求.
    Requirement,
    /// A heading over other clauses, a list of names.
    Other,
}

/// One numbered clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClauseRecord {
    /// `"clause"`.
    #[schemars(extend("const" = "clause"))]
    pub record: Cow<'static, str>,
    /// [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// Document id and clause path.
    pub id: String,
    /// The notice.
    pub document: Arc<DocumentRef>,
    /// Positions in the tree, from 1.
    pub path: Vec<usize>,
    /// As written, normalized.
    pub label: String,
    /// Depth in the tree.
    pub level: usize,
    /// Title line or first sentence.
    pub heading: String,
    /// The words after it, without the sub-clauses.
    pub text: String,
    /// What it is for.
    pub kind: ClauseKind,
    /// The clause with its sub-clauses in the source.
    pub span: Span,
}

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// 联系人.
    pub name: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 电子邮箱.
    pub email: Option<String>,
}

/// How much a notice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Numbered clauses.
    pub clauses: usize,
    /// Tasks.
    pub tasks: usize,
}

/// How often one kind of repair was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepairCount {
    /// Its kind.
    pub reason: Reason,
    /// How often.
    pub count: usize,
}

/// In which characters the source is written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Simplified.
    Hans,
    /// Traditional.
    Hant,
    /// Both, a good deal of each.
    Mixed,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentRecord {
    /// `"document"`.
    #[schemars(extend("const" = "document"))]
    pub record: Cow<'static, str>,
    /// [`SCHEMA`].
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// First 16 hex digits of `sha256`.
    pub id: String,
    /// Name of the source.
    pub source: String,
    /// SHA-256 of the source's bytes.
    pub sha256: String,
    /// Their number.
    pub bytes: usize,
    /// `text/plain`.
    pub media_type: Cow<'static, str>,
    /// `GB18030`.
    pub encoding: Cow<'static, str>,
    /// Its characters.
    pub script: Script,
    /// 标题.
    pub title: Option<String>,
    /// 发文字号.
    pub document_number: Option<String>,
    /// 发文机关, its full name.
    pub issuer: Option<String>,
    /// Where the issuer governs.
    pub region: Option<Region>,
    /// 签发人.
    pub signatory: Option<String>,
    /// 成文日期.
    pub document_date: Option<String>,
    /// The year that dates without one are in.
    pub year: Option<i16>,
    /// 主送机关.
    pub main_recipients: Vec<String>,
    /// 抄送机关.
    pub copy_recipients: Vec<String>,
    /// 附件说明.
    pub attachment_list: Vec<String>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// How much it holds.
    pub counts: Counts,
    /// What was repaired.
    pub repairs: Vec<RepairCount>,
    /// The rules it was read by.
    pub rules_digest: String,
    /// Doubts about the document.
    pub warnings: Vec<Warning>,
}

/// One source that could not be processed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRecord {
    /// `"failure"`.
    pub record: Cow<'static, str>,
    /// [`SCHEMA`].
    pub schema: u32,
    /// Name of the source.
    pub source: String,
    /// Where it failed: `read`, `decode`.
    pub stage: Cow<'static, str>,
    /// What went wrong.
    pub error: String,
    /// SHA-256 of its bytes, as far as they could be read.
    pub sha256: Option<String>,
}

impl FailureRecord {
    /// The row for a source that could not be processed, and the sum of its bytes.
    pub fn new(error: &crate::error::Error, sha256: Option<&str>) -> Self {
        Self {
            record: "failure".into(),
            schema: SCHEMA,
            source: error.subject(),
            stage: error.stage().to_owned().into(),
            error: error.to_string(),
            sha256: sha256.map(str::to_owned),
        }
    }
}
