//! Which encoding bytes are in.

use super::Decoded;
use crate::error::Error;
use crate::source::Source;
use crate::text::Text;

pub(super) fn decode(source: &Source) -> Result<Decoded, Error> {
    let text = String::from_utf8_lossy(&source.bytes);
    Ok(Decoded {
        text: Text::from_utf8(text),
        encoding: "UTF-8",
        warnings: Vec::new(),
    })
}
