#![no_main]

use duban::normalize::{Repair, normalize_at};
use duban::text::{Span, Text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    let words = String::from_utf8_lossy(bytes);
    for level in [Repair::Off, Repair::Safe, Repair::Full] {
        let mut text = Text::from_utf8(words.as_ref());
        normalize_at(&mut text, duban_fuzz::rules(), level);
        for (at, c) in text.as_str().char_indices() {
            let span = text.source(Span::new(at, at + c.len_utf8()));
            assert!(words.get(span.start..span.end).is_some(), "{span:?}");
        }
    }
});
