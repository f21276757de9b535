#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: duban_fuzz::watch(), |bytes: &[u8]| {
    duban_fuzz::archive(".txt.zst", bytes);
});
