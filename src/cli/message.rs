//! What the program says to people, in English and in Chinese.

use super::extract::Summary;
use crate::error::Error;
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
            (Self::En, Usage::NoInput) => {
                "no .txt, .text or .md file there; a file given by name is read whatever its ending"
            }
            (Self::Zh, Usage::NoInput) => {
                "给定路径下没有 .txt、.text 或 .md 文件；直接写出文件名则不限扩展名"
            }
        }
    }

    pub(super) fn summary(self, summary: &Summary) -> String {
        let Summary {
            documents,
            tasks,
            failures,
            skipped,
            seconds,
        } = summary;
        match self {
            Self::En => {
                let skipped = if *skipped > 0 {
                    format!(", {skipped} files of other kinds passed by")
                } else {
                    String::new()
                };
                format!(
                    "{documents} documents, {tasks} tasks, {failures} failures{skipped}, {seconds:.2} seconds"
                )
            }
            Self::Zh => {
                let skipped = if *skipped > 0 {
                    format!("，跳过其他类型文件 {skipped} 个")
                } else {
                    String::new()
                };
                format!(
                    "文件 {documents} 件，任务 {tasks} 项，失败 {failures} 件{skipped}，用时 {seconds:.2} 秒"
                )
            }
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
