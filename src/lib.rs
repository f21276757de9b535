//! Turns archived Chinese government notices into data: tasks, lead departments and deadlines.
//!
//! Bytes become text by edits; edits remember; rules look at text; everything found points back at bytes.
//!
//! ```
//! use duban::{process, rule::RuleSet, source::Source};
//!
//! let notice = "关于做好防汛工作的通知\n各镇人民政府：\n一、排查隐患。6月底前完成河道清障。（牵头单位：县水利局）\n2021年4月2日\n";
//! let rules = RuleSet::embedded()?;
//! let records = process(&Source::plain("fangxun.txt", notice.as_bytes()), &rules)?;
//! let task = &records.tasks[0];
//! assert_eq!(task.lead[0].name, "县水利局");
//! assert_eq!(task.deadlines[0].end.as_deref(), Some("2021-06-30"));
//! assert_eq!(task.lead[0].span.of(notice), "县水利局");
//! # Ok::<(), duban::error::Error>(())
//! ```
//!
//! The rooms, in the order in which a notice goes through them: [`source`], [`decode`], [`normalize`], [`notice`],
//! [`extract`], [`record`], [`write`](mod@write). [`mod@process`] chains them for one source, [`batch`] for many.

pub mod audit;
pub mod batch;
pub mod cli;
pub mod decode;
pub mod dedupe;
pub mod error;
pub mod extract;
pub mod journal;
pub mod manifest;
pub mod normalize;
pub mod notice;
pub mod process;
pub mod record;
pub mod rule;
pub mod source;
pub mod text;
pub mod unit;
pub mod write;

pub use extract::deadline;
pub use process::{process, process_at};
