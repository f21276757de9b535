#![no_main]

use duban::process::process;
use duban::source::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    let words = String::from_utf8_lossy(bytes);
    let source = Source::plain("a.txt", words.as_bytes().to_vec());
    let Ok(records) = process(&source, duban_fuzz::rules()) else {
        return;
    };
    if records.document.encoding != "UTF-8" {
        return;
    }
    for task in &records.tasks {
        let units = [&task.lead, &task.responsible, &task.support, &task.supervisor];
        for unit in units.into_iter().flatten() {
            assert_eq!(words.get(unit.span.start..unit.span.end), Some(unit.quote.as_str()));
        }
        for deadline in &task.deadlines {
            assert_eq!(words.get(deadline.span.start..deadline.span.end), Some(deadline.quote.as_str()));
        }
    }
});
