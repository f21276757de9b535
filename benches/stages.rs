//! Each stage and the whole run, in MB/s.

fn main() {
    divan::main();
}
