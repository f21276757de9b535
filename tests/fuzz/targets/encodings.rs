#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    let source = duban::source::Source::plain("a.txt", bytes.to_vec());
    for encoding in [
        duban::decode::Encoding::Utf8,
        duban::decode::Encoding::Gb18030,
        duban::decode::Encoding::Big5,
        duban::decode::Encoding::Utf16Le,
        duban::decode::Encoding::Utf16Be,
        duban::decode::Encoding::Hz,
    ] {
        if let Ok(decoded) = duban::decode::decode_as(&source, encoding) {
            let all = duban::text::Span::new(0, decoded.text.as_str().len());
            assert!(decoded.text.source(all).end <= bytes.len());
        }
    }
});
