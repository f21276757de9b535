//! A text a line, its limits a line: the use of this room by itself.
//!
//! A line is made uniform first, as notices are: `請於 6 月 15 日前` is read as `请于6月15日前`, and quoted as it stands.
//!
//! In: `请于6月15日前报送总结。`, or `{"text":"请于6月15日前报送总结。","issued":"2021-05-24"}`. Out: a JSON array of the
//! limits as `records.md` writes them; for a line that is no such object, `{"error":"…"}` in its place.

use super::{Reference, find};
use crate::normalize::{normalize, script};
use crate::record::{DeadlineRecord, Script};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Text};
use serde::Deserialize;
use std::io::{BufRead, Write};

/// One line of input, where it is an object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The words to search.
    pub text: String,
    /// Date of the notice they stand in; `2020-09-?`, `2020-09` and `2020` give its year.
    #[serde(default)]
    pub issued: Option<String>,
    /// Its year, where the date is not known.
    #[serde(default)]
    pub year: Option<i16>,
    /// The issuer is Taiwanese.
    #[serde(default)]
    pub taiwan: bool,
}

/// Reads `input` to its end and writes a line for each of its lines; what a line does not say of its notice is taken
/// from `reference`. Returns how many lines could not be read.
///
/// # Errors
/// The input cannot be read or the output not written.
pub fn lines(
    input: impl BufRead,
    mut output: impl Write,
    reference: &Reference,
    rules: &RuleSet,
) -> std::io::Result<usize> {
    let mut failed = 0;
    for line in input.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
        match one(line, reference, rules) {
            Ok(found) => serde_json::to_writer(&mut output, &found)?,
            Err(error) => {
                failed += 1;
                serde_json::to_writer(&mut output, &serde_json::json!({ "error": error }))?;
            }
        }
        output.write_all(b"\n")?;
    }
    Ok(failed)
}

fn one(line: &str, reference: &Reference, rules: &RuleSet) -> Result<Vec<DeadlineRecord>, String> {
    let records = |source: &str, reference: &Reference| {
        let mut text = Text::from_utf8(source);
        text.rewrite(breaks(source));
        normalize(&mut text, rules);
        // Who writes traditional characters and 112年3月 counts from 1912.
        let reference = Reference {
            taiwan: reference.taiwan || script(source) == Script::Hant,
            ..reference.clone()
        };
        find(text.as_str(), &reference, rules)
            .iter()
            .map(|deadline| {
                let span = text.source(deadline.span);
                DeadlineRecord {
                    quote: span.of(source).to_owned(),
                    span,
                    ..deadline.record(text.as_str())
                }
            })
            .collect()
    };
    if !line.starts_with('{') {
        return Ok(records(line, reference));
    }
    let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let mut reference = reference.clone();
    if let Some(issued) = &line.issued {
        (reference.issued, reference.year) = match year_alone(issued) {
            Some(year) => (None, Some(year)),
            None => {
                let date = issued
                    .parse()
                    .map_err(|e| format!("issued: {issued:?} is no date like 2021-05-24: {e}"))?;
                (Some(date), None)
            }
        };
    } else if line.year.is_some() {
        reference.issued = None;
    }
    reference.year = line.year.or(reference.year);
    reference.taiwan |= line.taiwan;
    Ok(records(&line.text, &reference))
}

/// The year of a date whose day is not known: `2020-09-?`.
fn year_alone(issued: &str) -> Option<i16> {
    let mut parts = issued.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = parts.next().unwrap_or("?");
    let day = parts.next().unwrap_or("?");
    let unknown = |part: &str| part.chars().all(|c| matches!(c, '?' | 'x' | 'X'));
    let known = |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
    let partly = parts.next().is_none() && unknown(day) && (unknown(month) || known(month));
    partly.then_some(year)
}

/// The line breaks inside a sentence: `请于9月` and `25日前报送` on the next line. Rows of a table are no sentence.
fn breaks(text: &str) -> Vec<Edit> {
    let within = |c: char| c.is_alphanumeric() || matches!(c, '，' | '、' | ',');
    if text.contains(['\t', '|', '｜']) {
        return Vec::new();
    }
    text.match_indices('\n')
        .filter(|(at, _)| {
            text[..*at].ends_with(within) && text[at + 1..].starts_with(char::is_alphanumeric)
        })
        .map(|(at, _)| Edit::delete(at..at + 1, Reason::Wrap))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_objects() {
        let rules = RuleSet::embedded().expect("the rules compile");
        let reference = Reference::issued(jiff::civil::date(2021, 5, 24));
        let input = "请于6月15日前报送总结。\n\
            {\"text\":\"请于6月15日前报送总结。\",\"issued\":\"2019-05-28\"}\n\
            {\"text\":1}\n\n\
            請於 6 月\u{3000}15 日前報送總結。\n\
            {\"text\":\"9月25日前完成宣传。\",\"issued\":\"2020-09-?\"}\n\
            {\"text\":\"9月25日前完成宣传。\",\"issued\":\"2020-09-28\"}\n\
            {\"text\":\"請各校於112年6\\n月15日前完成填報，以資統計並供檢討。\"}\n";
        let mut output = Vec::new();
        let failed = lines(input.as_bytes(), &mut output, &reference, &rules).expect("in memory");
        let output = String::from_utf8(output).expect("JSON is UTF-8");
        let rows: Vec<serde_json::Value> = output
            .lines()
            .map(|row| serde_json::from_str(row).expect("each line is JSON"))
            .collect();
        assert_eq!(failed, 1);
        assert_eq!(rows.len(), 8);
        assert_eq!(rows[0][0]["end"], "2021-06-15");
        assert_eq!(rows[0][0]["about"], "报送总结");
        assert_eq!(rows[1][0]["end"], "2019-06-15");
        assert!(rows[2]["error"].is_string());
        assert_eq!(rows[3], serde_json::json!([]));
        assert_eq!(rows[4][0]["text"], "6月15日前");
        assert_eq!(rows[4][0]["quote"], "6 月\u{3000}15 日前");
        // Only a day of issue that is known puts a day off to the next year.
        assert_eq!(rows[5][0]["end"], "2020-09-25");
        assert_eq!(rows[6][0]["end"], "2021-09-25");
        assert_eq!(rows[7][0]["text"], "112年6月15日前");
        assert_eq!(rows[7][0]["end"], "2023-06-15");
    }
}
