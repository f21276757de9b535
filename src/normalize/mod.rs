//! Damage undone, width and space made consistent, traditional characters written simplified.

use crate::error::Warning;
use crate::rule::RuleSet;
use crate::text::Text;

/// Repairs and normalizes `text`; gives back what stayed doubtful.
pub fn normalize(text: &mut Text, rules: &RuleSet) -> Vec<Warning> {
    let _ = (text, rules);
    Vec::new()
}

/// stub
pub fn script(_text: &str) -> crate::record::Script {
    crate::record::Script::Hans
}
