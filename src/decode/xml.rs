//! Elements and words of an XML part, one after the other.
//!
//! In: `<w:p><w:t>各县&amp;区</w:t></w:p>`. Out: open `p`, open `t`, words `各县&区`, close, close.
//! Names lose their prefix: Word writes `w:t`, WPS and strict files another one for the same thing. A document type is refused, since
//! only those who mean harm put entities into an office file.

use super::Problem;
use crate::error::Limit;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements in one another; office programs write some thirty.
const DEEPEST: usize = 1000;

/// What stands next in an XML part.
pub(super) enum Token<'a, 'b> {
    Open(&'b str, &'b Attributes<'a>),
    Close(&'b str),
    Words(&'b str),
}

/// The attributes of an element.
pub(super) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// The value of the attribute with this name, whatever its prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)
            .map(|attribute| {
                attribute
                    .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                    .map_or_else(|_| attribute.value.to_string(), |value| value.into_owned())
            })
    }

    /// The same as a number.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.trim().parse().ok()
    }

    /// Whether a switch such as `<w:vanish/>` is on: no value means yes.
    pub(super) fn on(&self) -> bool {
        !matches!(self.get("val").as_deref(), Some("0" | "false" | "off"))
    }
}

/// Hands the tokens of `xml` to `take`, in order.
pub(super) fn read(
    xml: &str,
    mut take: impl FnMut(Token<'_, '_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.check_end_names = true;
    let mut depth = 0;
    loop {
        let event = reader.read_event().map_err(|error| {
            Problem::from(format!("its XML is damaged ({error}): get the file anew"))
        })?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Problem::Limit(Limit::XmlDepth, DEEPEST as u64));
                }
                take(Token::Open(
                    start.local_name().as_ref(),
                    &Attributes(&start),
                ))?;
            }
            Event::Empty(start) => {
                let name = start.local_name();
                take(Token::Open(name.as_ref(), &Attributes(&start)))?;
                take(Token::Close(name.as_ref()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                take(Token::Close(end.local_name().as_ref()))?;
            }
            Event::Text(words) => take(Token::Words(&words.xml10_content()))?,
            Event::CData(words) => take(Token::Words(&words.xml10_content()))?,
            Event::GeneralRef(reference) => {
                let words = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => match reference.xml10_content().as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    }
                    .to_owned(),
                };
                take(Token::Words(&words))?;
            }
            Event::DocType(_) => {
                return Err(Problem::from(
                    "it declares a document type, which no office program writes: do not trust it",
                ));
            }
            Event::Eof if depth > 0 => {
                return Err(Problem::from("its XML ends too early: get the file anew"));
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(xml: &str) -> Result<String, Problem> {
        let mut all = String::new();
        read(xml, |token| {
            if let Token::Words(words) = token {
                all.push_str(words);
            }
            Ok(())
        })
        .map(|()| all)
    }

    #[test]
    fn references_become_characters() {
        assert_eq!(
            words("<a>R&amp;D&#x4E00;、<![CDATA[<b>]]></a>")
                .ok()
                .as_deref(),
            Some("R&D一、<b>")
        );
    }

    #[test]
    fn bombs_and_torn_parts_are_refused() {
        assert!(words("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").is_err());
        assert!(words("<a><b>").is_err());
        assert!(matches!(
            words(&"<a>".repeat(1_000_000)),
            Err(Problem::Limit(Limit::XmlDepth, _))
        ));
    }
}
