//! What looking for damage costs where there is none: `cargo bench --bench normalize`.
//!
//! `look` goes through a sound notice of 54 kB and changes nothing; `whole` is the whole run over the same bytes, of which
//! it is a part. Where text is damaged, repairing may cost what it must: `repair` shows it by kinds.

use divan::Bencher;
use divan::counter::BytesCount;
use duban::decode::decode;
use duban::normalize::normalize;
use duban::process::process;
use duban::rule::RuleSet;
use duban::source::Source;
use duban::text::Text;
use std::sync::LazyLock;

fn main() {
    divan::main();
}

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the program's own rules are sound"));

const CLAUSE: &str = "坚持问题导向和目标导向相统一，统筹推进基础设施建设与管理服务提升，切实把各项惠民政策落到实处。6月底前完成方案编制，\
    报送率达到95%以上。（牵头单位：市发展改革委；配合单位：市财政局、市住房城乡建设局）";

/// About 54 kB: a notice of 180 clauses.
fn notice() -> String {
    let mut text = String::from(
        "某市人民政府办公室文件\n\n某政办发〔2021〕15号\n\n关于印发《某市2021年重点工作安排》的通知\n\n各县（市、区）人民政府，市政府各部门：\n\n",
    );
    for clause in 1..=180 {
        text.push_str(&format!(
            "    {clause}.完善第{clause}项公共服务。{CLAUSE}\n"
        ));
    }
    text.push_str("\n某市人民政府办公室\n2021年3月12日\n");
    text
}

fn normalized(bencher: Bencher<'_, '_>, text: Text) {
    bencher
        .counter(BytesCount::new(text.as_str().len()))
        .with_inputs(|| text.clone())
        .bench_values(|mut text| normalize(&mut text, &RULES));
}

#[divan::bench]
fn look(bencher: Bencher<'_, '_>) {
    let source = Source::plain("notice.txt", notice().into_bytes());
    let text = decode(&source).expect("text").text;
    let mut same = text.clone();
    normalize(&mut same, &RULES);
    assert!(same.edits().is_empty(), "the notice is not sound");
    normalized(bencher, text);
}

#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    let source = Source::plain("notice.txt", notice().into_bytes());
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .bench(|| process(&source, &RULES));
}

/// Kinds of damage.
const KINDS: [&str; 4] = [
    "UTF-8 as Windows-1252",
    "UTF-8 as GBK",
    "lines of 32",
    "blanks lost",
];

#[divan::bench(args = KINDS)]
fn repair(bencher: Bencher<'_, '_>, kind: &str) {
    let sound = notice();
    let misread = |encoding: &'static encoding_rs::Encoding| -> String {
        let lines = sound.lines().map(|line| {
            let (wrong, _) = encoding.decode_without_bom_handling(line.as_bytes());
            wrong.into_owned() + "\n"
        });
        lines.collect()
    };
    let damaged = match kind {
        "UTF-8 as Windows-1252" => misread(encoding_rs::WINDOWS_1252),
        "UTF-8 as GBK" => misread(encoding_rs::GBK),
        "blanks lost" => sound.replace("    ", "????"),
        _ => sound
            .chars()
            .enumerate()
            .flat_map(|(n, c)| [Some(c), (n % 32 == 31).then_some('\n')])
            .flatten()
            .collect(),
    };
    normalized(bencher, Text::from_utf8(damaged));
}
