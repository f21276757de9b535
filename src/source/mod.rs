//! Where notices come from.

use std::borrow::Cow;

/// One byte stream as archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// A path below the folder given, a path as given, or `-`. A member of a zip is `a.zip!/b.docx`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `text/plain`.
    pub media_type: &'static str,
}

impl Source {
    /// A plain text by name.
    pub fn plain(name: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into().into_owned(),
            media_type: "text/plain",
        }
    }
}
