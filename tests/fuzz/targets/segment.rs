#![no_main]

use duban::notice::segment;
use duban::text::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    let text = Text::from_utf8(String::from_utf8_lossy(bytes).as_ref());
    let notice = segment(text, duban_fuzz::rules());
    let words = notice.text.as_str();
    notice.body.walk(&mut |clause, _, _| {
        assert!(words.get(clause.span.start..clause.span.end).is_some());
        assert!(words.get(clause.heading.start..clause.heading.end).is_some());
    });
});
