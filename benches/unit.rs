//! Regions and names: what a document costs.
//!
//! `cargo bench --bench unit`

use divan::{Bencher, black_box};
use duban::rule::RuleSet;
use duban::unit::{Clues, Units};

fn main() {
    divan::main();
}

fn units() -> Units {
    let rules = RuleSet::embedded().expect("the rules compile");
    Units::new(&rules)
}

#[divan::bench]
fn compile_all_rules() -> RuleSet {
    RuleSet::embedded().expect("the rules compile")
}

#[divan::bench]
fn region_of_an_issuer(bencher: Bencher<'_, '_>) {
    let units = units();
    let clues = Clues {
        issuer: Some("枣庄市科学技术协会"),
        ..Clues::default()
    };
    bencher.bench(|| units.region(black_box(&clues)));
}

#[divan::bench(args = ["市发改委", "组宣部", "团市委", "薛城区教育局", "市宜居办", "各部室"])]
fn full_name(bencher: Bencher<'_, '_>, name: &str) {
    let units = units();
    let issuer = Some("枣庄市科学技术协会");
    let region = units.region(&Clues {
        issuer,
        ..Clues::default()
    });
    bencher.bench(|| units.full_name(black_box(name), issuer, region.as_ref(), None));
}

#[divan::bench]
fn scope(bencher: Bencher<'_, '_>) {
    let units = units();
    bencher.bench(|| units.scope(black_box("市住房和城乡建设局")));
}
