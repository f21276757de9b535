//! Bytes of any encoding become a [`Text`].

mod encoding;

use crate::error::{Error, Warning};
use crate::source::Source;
use crate::text::Text;

/// A source read as text.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// Its words and their way back to its bytes.
    pub text: Text,
    /// `UTF-8`, `GB18030`, `Big5`, `UTF-16LE`, `UTF-16BE`, `HZ-GB-2312`.
    pub encoding: &'static str,
    /// Doubts, with spans in the source.
    pub warnings: Vec<Warning>,
}

/// Reads the bytes of `source` as text.
///
/// # Errors
/// They are no text.
pub fn decode(source: &Source) -> Result<Decoded, Error> {
    encoding::decode(source)
}

/// The words that `span` of `bytes` holds.
pub fn quote(bytes: &[u8], _encoding: &str, span: crate::text::Span) -> String {
    String::from_utf8_lossy(&bytes[span.start..span.end]).into_owned()
}
