//! What the program says to people, in English and in Chinese.

use super::extract::Summary;
use crate::audit::By;
use crate::error::Error;
use crate::extract::near::Why;
use crate::record::ClauseKind;
use clap::ValueEnum;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

/// What a command line asks for and cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// `--records all` without `-o DIR`.
    AllNeedsFolder,
    /// No file below the paths given.
    NoInput,
    /// `--format xlsx` without `-o FILE`.
    FormatNeedsFile,
    /// `--records clause` in a workbook.
    FormatHoldsOthers,
    /// `--resume` without `-o`.
    ResumeNeedsOutput,
}

impl Language {
    /// Chinese where the system speaks it, else English.
    pub fn of_locale() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .unwrap_or_default();
        if locale.starts_with("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }

    /// What could not be read or written, and why.
    pub fn error(self, error: &Error) -> String {
        if self == Self::En {
            return error.to_string();
        }
        match error {
            Error::Read { name, cause } => format!("无法读取 {name}：{cause}"),
            Error::Decode { name, problem } => format!("无法解码 {name}：{problem}"),
            Error::Limit {
                name,
                limit,
                allowed,
            } => format!("无法处理 {name}：超过限制 {}（{allowed}）", limit.name()),
            Error::Defect { name } => {
                format!("无法处理 {name}：程序在此文件上出错，请连同文件一并反馈")
            }
            Error::Recorded { problem, .. } => problem.clone(),
            Error::Passed { name, .. } => format!("跳过 {name}：不是文档"),
            Error::Journal { path, problem } => {
                format!("无法从 {} 继续：{problem}", path.display())
            }
            Error::Rule { file, problem } => format!("规则文件 {file}：{problem}"),
            Error::Write { path, cause } => format!("无法写入 {}：{cause}", path.display()),
        }
    }

    pub(super) fn usage(self, usage: Usage) -> &'static str {
        match (self, usage) {
            (Self::En, Usage::AllNeedsFolder) => {
                "--records all writes four files: give the folder with -o DIR"
            }
            (Self::Zh, Usage::AllNeedsFolder) => "--records all 要写四个文件，请用 -o 指定文件夹",
            (Self::En, Usage::FormatNeedsFile) => {
                "this format cannot be written to standard output: give the file with -o FILE"
            }
            (Self::Zh, Usage::FormatNeedsFile) => "此格式不能写到标准输出，请用 -o 指定文件",
            (Self::En, Usage::FormatHoldsOthers) => {
                "this format does not hold these records: .xlsx and .ics hold tasks, mentions go into .csv or .parquet"
            }
            (Self::Zh, Usage::FormatHoldsOthers) => {
                "此格式不存这类记录：.xlsx 和 .ics 只存任务，mention 存为 .csv 或 .parquet"
            }
            (Self::En, Usage::NoInput) => {
                "no document there (txt, md, html, docx, doc, pdf, …, or an archive of them); \
                 a file given by name is read whatever its ending, datasets in folders with --text-field"
            }
            (Self::Zh, Usage::NoInput) => {
                "给定路径下没有文档（txt、md、html、docx、doc、pdf等，或其压缩包）；直接写出文件名则不限扩展名，\
                 文件夹中的数据集需用 --text-field"
            }
            (Self::En, Usage::ResumeNeedsOutput) => "--resume goes on with a file: name it with -o",
            (Self::Zh, Usage::ResumeNeedsOutput) => "--resume 需要用 -o 指定输出文件",
        }
    }

    pub(super) fn summary(self, summary: &Summary) -> String {
        let Summary {
            documents,
            tasks,
            failures,
            duplicates,
            near_duplicates,
            skipped,
            seconds,
        } = summary;
        let skipped = *skipped;
        let again = match (self, *duplicates, *near_duplicates) {
            (_, 0, 0) => String::new(),
            (Self::En, same, near) => format!(" ({same} of them copies, {near} nearly)"),
            (Self::Zh, same, near) => format!("（其中重复 {same} 件，近似 {near} 件）"),
        };
        match self {
            Self::En => {
                let skipped = if skipped > 0 {
                    format!(", {skipped} files of other kinds passed by")
                } else {
                    String::new()
                };
                format!(
                    "{documents} documents{again}, {tasks} tasks, {failures} failures{skipped}, {seconds:.2} seconds"
                )
            }
            Self::Zh => {
                let skipped = if skipped > 0 {
                    format!("，跳过其他类型文件 {skipped} 个")
                } else {
                    String::new()
                };
                format!(
                    "文件 {documents} 件{again}，任务 {tasks} 项，失败 {failures} 件{skipped}，用时 {seconds:.2} 秒"
                )
            }
        }
    }

    pub(super) fn interrupted(self) -> &'static str {
        match self {
            Self::En => {
                "stopped; what is done is kept: the same command with --resume goes on from here"
            }
            Self::Zh => "已停止；已完成的部分已保存，同一命令加 --resume 可继续",
        }
    }

    pub(super) fn progress(
        self,
        documents: usize,
        failures: usize,
        speed: f64,
        left: Option<f64>,
    ) -> String {
        let left = left.map_or_else(String::new, |seconds| self.left(seconds));
        match self {
            Self::En => {
                format!("{documents} documents, {failures} failures, {speed:.1} MB/s{left}")
            }
            Self::Zh => format!("文件 {documents} 件，失败 {failures} 件，{speed:.1} MB/s{left}"),
        }
    }

    /// `, 1 h 20 min left`.
    fn left(self, seconds: f64) -> String {
        let seconds = seconds as u64;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        match (self, hours, minutes) {
            (Self::En, 0, 0) => format!(", {seconds} s left"),
            (Self::En, 0, _) => format!(", {minutes} min {} s left", seconds % 60),
            (Self::En, _, _) => format!(", {hours} h {minutes} min left"),
            (Self::Zh, 0, 0) => format!("，还需 {seconds} 秒"),
            (Self::Zh, 0, _) => format!("，还需 {minutes} 分 {} 秒", seconds % 60),
            (Self::Zh, _, _) => format!("，还需 {hours} 小时 {minutes} 分"),
        }
    }

    pub(super) fn columns(self) -> [&'static str; 6] {
        match self {
            Self::En => [
                "clause",
                "task",
                "lead 牵头",
                "responsible 责任",
                "support 配合",
                "deadline 期限",
            ],
            Self::Zh => ["条款", "任务", "牵头", "责任", "配合", "期限"],
        }
    }

    pub(super) fn changes(self, gained: usize, lost: usize, changed: usize, same: usize) -> String {
        match self {
            Self::En => format!("{gained} gained, {lost} lost, {changed} changed, {same} the same"),
            Self::Zh => {
                format!("新增 {gained} 项，减少 {lost} 项，变化 {changed} 项，不变 {same} 项")
            }
        }
    }

    pub(super) fn kind(self, kind: ClauseKind) -> &'static str {
        match (self, kind) {
            (Self::En, ClauseKind::Task) => "task",
            (Self::Zh, ClauseKind::Task) => "任务",
            (Self::En, ClauseKind::Background) => "background",
            (Self::Zh, ClauseKind::Background) => "背景",
            (Self::En, ClauseKind::Requirement) => "requirement",
            (Self::Zh, ClauseKind::Requirement) => "要求",
            (Self::En, ClauseKind::Other) => "heading",
            (Self::Zh, ClauseKind::Other) => "标题",
        }
    }

    pub(super) fn audited(self, documents: usize, tasks: usize) -> String {
        match self {
            Self::En => {
                format!(
                    "{documents} documents, {tasks} tasks; a name with ? has no known full name"
                )
            }
            Self::Zh => format!("文件 {documents} 件，任务 {tasks} 项；带 ? 的名称未能识别全称"),
        }
    }

    pub(super) fn more_rows(self, count: usize) -> String {
        match self {
            Self::En => format!("and {count} more; all of them with --format csv"),
            Self::Zh => format!("另有 {count} 行；用 --format csv 查看全部"),
        }
    }

    pub(super) fn audit_columns(self, by: By) -> [&'static str; 8] {
        match self {
            Self::En => [
                match by {
                    By::Unit => "unit",
                    By::Function => "function",
                    By::Region => "region",
                    By::Document => "document",
                },
                "lead 牵头",
                "responsible 责任",
                "support 配合",
                "documents",
                "regions",
                "dates",
                "met as",
            ],
            Self::Zh => [
                crate::audit::render::subject(by),
                "牵头",
                "责任",
                "配合",
                "文件数",
                "地区数",
                "日期",
                "出现的名称",
            ],
        }
    }

    pub(super) fn finding_columns(self) -> [&'static str; 4] {
        match self {
            Self::En => ["finding", "count", "what", "document"],
            Self::Zh => ["问题", "件数", "说明", "文件"],
        }
    }

    /// A field of a task, as `explain` shows it.
    pub(super) fn field(self, field: &'static str) -> &'static str {
        match (self, field) {
            (Self::En, field) => field,
            (Self::Zh, "lead") => "牵头",
            (Self::Zh, "responsible") => "责任",
            (Self::Zh, "support") => "配合",
            (Self::Zh, "supervisor") => "领导",
            (Self::Zh, "deadline") => "期限",
            (Self::Zh, field) => field,
        }
    }

    pub(super) fn line(self, line: usize) -> String {
        match self {
            Self::En => format!("line {line}"),
            Self::Zh => format!("第{line}行"),
        }
    }

    pub(super) fn names_nobody(self) -> &'static str {
        match self {
            Self::En => "names nobody and no time",
            Self::Zh => "未写明单位和期限",
        }
    }

    /// What kept words out that a rule nearly took.
    pub(super) fn why(self, why: Why<'_>) -> String {
        match (self, why) {
            (Self::En, Why::Refused(rule)) => format!("refused by {}  {}", rule.id, rule.summary),
            (Self::En, Why::TwoLists) => "holds the verb of another role".to_owned(),
            (Self::En, Why::NoList) => "does not begin as a list of units".to_owned(),
            (Self::En, Why::NoUnit) => "ends in no unit's name".to_owned(),
            (Self::Zh, Why::Refused(rule)) => format!("被 {} 排除：{}", rule.id, rule.summary),
            (Self::Zh, Why::TwoLists) => "含有另一种分工的动词".to_owned(),
            (Self::Zh, Why::NoList) => "开头不是单位名单".to_owned(),
            (Self::Zh, Why::NoUnit) => "没有单位名称的词尾".to_owned(),
        }
    }

    pub(super) fn nearly(self) -> &'static str {
        match self {
            Self::En => "nearly",
            Self::Zh => "差一点",
        }
    }

    pub(super) fn unresolved(self) -> &'static str {
        match self {
            Self::En => "full name unknown",
            Self::Zh => "全称未知",
        }
    }

    pub(super) fn full_name(self) -> &'static str {
        match self {
            Self::En => "gives the full name",
            Self::Zh => "全称出自此表",
        }
    }

    pub(super) fn no_tasks(self) -> &'static str {
        match self {
            Self::En => "assigns nothing",
            Self::Zh => "未布置任务",
        }
    }

    pub(super) fn cases(self, held: usize, failed: usize) -> String {
        match self {
            Self::En => format!("{held} cases hold, {failed} do not"),
            Self::Zh => format!("{held} 个用例通过，{failed} 个未通过"),
        }
    }
}
