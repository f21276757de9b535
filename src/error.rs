//! What keeps one source from being processed, and what is doubtful in one that was.

use crate::text::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::PathBuf;

/// A source, a rule file or an output could not be dealt with. It says which, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read {name}: {cause}")]
    Read {
        /// The source, as it would stand in a record.
        name: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The bytes are no text.
    #[error("cannot decode {name}: {problem}")]
    Decode {
        /// The source, as it would stand in a record.
        name: String,
        /// What is wrong and what helps.
        problem: String,
    },
    /// It is larger, deeper or slower than the run allows.
    #[error("cannot process {name}: {}", limit.crossed(*allowed))]
    Limit {
        /// The source, as it would stand in a record.
        name: String,
        /// Which limit.
        limit: Limit,
        /// Where it lies.
        allowed: u64,
    },
    /// What an earlier run said of this source, before it was broken off.
    #[error("{problem}")]
    Recorded {
        /// The source, as it would stand in a record.
        name: String,
        /// Where it failed.
        stage: Cow<'static, str>,
        /// What was said.
        problem: String,
    },
    /// The journal of a run cannot be gone on with.
    #[error("cannot resume from {}: {problem}", path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
        /// Why, and what helps.
        problem: String,
    },
    /// It is no notice: a picture, a link to a folder, a pipe. That is no failure.
    #[error("passed by {name}: {kind}")]
    Passed {
        /// The source, as it would stand in a record.
        name: String,
        /// What it is instead.
        kind: &'static str,
    },
    /// The program itself failed on this source.
    #[error("cannot process {name}: the program failed on it; please report it with the file")]
    Defect {
        /// The source, as it would stand in a record.
        name: String,
    },
    /// A rule file says something that rules cannot say.
    #[error("rule file {file}: {problem}")]
    Rule {
        /// Path below `rules/`.
        file: String,
        /// What is wrong, with its line where it is known.
        problem: String,
    },
    /// The output could not be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl Error {
    /// The source, rule file or output that it is about.
    pub fn subject(&self) -> String {
        match self {
            Self::Read { name, .. }
            | Self::Decode { name, .. }
            | Self::Limit { name, .. }
            | Self::Recorded { name, .. }
            | Self::Passed { name, .. }
            | Self::Defect { name } => name.clone(),
            Self::Rule { file, .. } => file.clone(),
            Self::Write { path, .. } | Self::Journal { path, .. } => path.display().to_string(),
        }
    }

    /// The stage for a `failure` record.
    pub fn stage(&self) -> &str {
        match self {
            Self::Read { .. } => "read",
            Self::Decode { .. } => "decode",
            Self::Limit { limit, .. } => limit.stage(),
            Self::Passed { .. } => PASSED,
            Self::Defect { .. } => "process",
            Self::Rule { .. } => "rules",
            Self::Write { .. } | Self::Journal { .. } => "write",
            Self::Recorded { stage, .. } => stage,
        }
    }
}

/// The stage of what is passed by.
const PASSED: &str = "passed-by";

impl Error {
    /// Whether it only says that something is no notice.
    pub fn is_passed_by(&self) -> bool {
        self.stage() == PASSED
    }
}

/// What a run allows of one source, so that no file can take all memory or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes of one document.
    DocumentSize,
    /// Bytes of the words of one document.
    TextSize,
    /// Bytes unpacked for each packed byte of an archive.
    Expansion,
    /// Archives in archives.
    Nesting,
    /// Members of one archive.
    Entries,
    /// Bytes of memory that unpacking takes.
    Memory,
    /// Elements of a markup language in one another.
    XmlDepth,
    /// Tags of one page.
    Tags,
    /// Seconds for one document.
    Time,
}

impl Limit {
    /// Its name, as failure rows carry it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentSize => "document-size",
            Self::TextSize => "text-size",
            Self::Expansion => "expansion",
            Self::Nesting => "nesting",
            Self::Entries => "entries",
            Self::Memory => "memory",
            Self::XmlDepth => "xml-depth",
            Self::Tags => "tags",
            Self::Time => "time",
        }
    }

    const fn stage(self) -> &'static str {
        match self {
            Self::TextSize | Self::XmlDepth | Self::Tags => "decode",
            Self::Time => "process",
            _ => "read",
        }
    }

    /// What crossing it means and what helps.
    pub(crate) fn crossed(self, allowed: u64) -> String {
        let name = self.name();
        match self {
            Self::DocumentSize => format!(
                "it is larger than {allowed} bytes (limit {name}): split it into single notices, or raise --max-document-size"
            ),
            Self::TextSize => format!(
                "its words take more than {allowed} bytes (limit {name}): split it into single notices"
            ),
            Self::Expansion => format!(
                "it unpacks to more than {allowed} times its size (limit {name}): it is likely an archive bomb; \
                 raise --max-expansion if it is sound"
            ),
            Self::Nesting => format!(
                "it lies more than {allowed} archives deep (limit {name}): unpack it first, or raise --max-nesting"
            ),
            Self::Entries => format!(
                "it has more than {allowed} members (limit {name}): split it, or raise --max-entries"
            ),
            Self::Memory => format!(
                "unpacking it takes more than {allowed} bytes of memory (limit {name}): pack it anew as .zip"
            ),
            Self::XmlDepth => format!(
                "its elements lie more than {allowed} deep (limit {name}): open it in an office program and save it anew"
            ),
            Self::Tags => format!(
                "it has more than {allowed} tags (limit {name}): save the notice alone, without the page around it"
            ),
            Self::Time => format!(
                "it takes more than {allowed} seconds (limit {name}): raise --timeout-per-document, or leave it out"
            ),
        }
    }
}

/// What is doubtful, by the name that records carry.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    /// Bytes that fit no character were read as U+FFFD.
    InvalidBytes,
    /// The encoding was chosen by a narrow margin.
    EncodingUncertain,
    /// The ending of its name says another format than its bytes.
    WrongExtension,
    /// A part of the document could not be read, and the others were.
    PartUnread,
    /// A place is damaged and was left as it is.
    DamageLeft,
    /// A damaged place was restored by what is likeliest, not by what is certain.
    DamageGuessed,
    /// A number is missing: （三） is followed by （五）.
    NumberGap,
    /// A number stands twice among its siblings.
    NumberRepeated,
    /// A number is smaller than the one before it.
    NumberOrder,
    /// A unit's name has no ending that units have.
    UnitUnrecognized,
    /// Words in an assignment that are no unit's name were left out.
    UnitRejected,
    /// The units stand at a heading above the clause.
    AssignmentInherited,
    /// A list of units ended in 等: there are more than are named.
    UnitsOpen,
    /// A deadline has no year, and the document gives none.
    YearUnknown,
    /// A day that does not exist was read as the last day of its month.
    DateClamped,
    /// A clause says that a unit leads, and no unit could be read there.
    LeadUnread,
}

/// A doubt: what, why, and where in the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Its kind.
    pub code: Code,
    /// For people: `（三）之后是（五）`.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Warning {
    /// A doubt about `span`.
    pub fn new(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            message: message.into(),
            span,
        }
    }
}
