#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("room for a folder");
    let path = folder.path().join("journal");
    std::fs::write(&path, bytes).expect("room for a file");
    let header = duban::journal::Header {
        version: "1".to_owned(),
        rules: "r".to_owned(),
        inputs: "a".to_owned(),
    };
    let _ = duban::journal::Journal::open(&path, &header, true, |_| Ok(()));
});
