#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    duban_fuzz::parts(
        "a.ofd",
        &["Doc_0/Pages/Page_0/Content.xml", "OFD.xml", "Doc_0/Document.xml"],
        bytes,
    );
});
