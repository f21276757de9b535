//! Rebuilds the program when a rule file is added, since `rules/` is compiled into it.

fn main() {
    println!("cargo:rerun-if-changed=rules");
}
