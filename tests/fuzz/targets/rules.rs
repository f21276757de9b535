#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    if !bytes.windows(8).any(|word| word == b"patterns") {
        return;
    }
    let folder = tempfile::tempdir().expect("room for a folder");
    // Read first, so that what is wrong in it is told before all others are compiled.
    std::fs::write(folder.path().join("0.toml"), bytes).expect("room for a file");
    let _ = duban::rule::RuleSet::overlaid(folder.path());
});
