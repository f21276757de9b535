//! Each stage and the whole run, in MB/s, on a fixed generated corpus: `cargo bench --bench stages`.

use divan::Bencher;
use divan::counter::BytesCount;
use duban::decode::decode;
use duban::extract::task;
use duban::normalize::normalize;
use duban::notice::segment;
use duban::process::process;
use duban::rule::RuleSet;
use duban::source::Source;
use duban::text::Text;
use mimalloc::MiMalloc;
use std::sync::LazyLock;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    divan::main();
}

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the program's own rules are sound"));

/// Kinds of text that archives hold.
const KINDS: [&str; 4] = ["clean UTF-8", "GBK", "traditional", "pinyin"];

/// Prose between the tasks, as notices have it.
const PROSE: [&str; 4] = [
    "坚持问题导向和目标导向相统一，统筹推进基础设施建设与管理服务提升，切实把各项惠民政策落到实处，不断增强人民群众的获得感和幸福感。",
    "深入开展调查研究，全面摸清底数，建立工作台账，逐项明确整改措施，做到底数清、情况明、措施实。",
    "充分利用报纸、广播、网络等媒体开展宣传，营造全社会关心支持、共同参与的良好氛围，及时总结推广好经验好做法。",
    "完善信息共享和协调联动机制，加强业务培训和技术指导，提高基层工作人员的服务能力和水平。",
];

/// About 54 kB: a notice of 90 clauses.
fn notice() -> String {
    let mut text = String::from(
        "某市人民政府办公室文件\n\n某政办发〔2021〕15号\n\n关于印发《某市2021年重点工作安排》的通知\n\n各县（市、区）人民政府，市政府各部门、直属各机构：\n\n",
    );
    for clause in 0..90 {
        if clause % 10 == 0 {
            text.push_str(&format!(
                "{}、推进重点领域工作\n\n",
                ["一", "二", "三", "四", "五", "六", "七", "八", "九"][clause / 10]
            ));
        }
        text.push_str(&format!("{}.完善公共服务体系。", clause + 1));
        (0..3).for_each(|at| text.push_str(PROSE[(clause + at) % PROSE.len()]));
        text.push_str("6月底前完成方案编制。（牵头单位：市发展改革委；配合单位：市财政局、市住房城乡建设局）\n\n");
    }
    text.push_str("某市人民政府办公室\n2021年3月12日\n");
    text
}

/// Traditional characters for the simplified ones that the notice has, with the pinyin of a copying site for some.
fn traditional(text: &str, pinyin: bool) -> String {
    const PAIRS: [(char, &str, &str); 24] = [
        ('开', "開", ""),
        ('动', "動", "dòng"),
        ('关', "關", "guān"),
        ('机', "機", "jī"),
        ('务', "務", "wù"),
        ('发', "發", "fā"),
        ('学', "學", "xué"),
        ('会', "會", "huì"),
        ('体', "體", ""),
        ('进', "進", "jìn"),
        ('坚', "堅", "jiān"),
        ('导', "導", "dǎo"),
        ('统', "統", "tǒng"),
        ('设', "設", "shè"),
        ('实', "實", "shí"),
        ('领', "領", ""),
        ('题', "題", ""),
        ('标', "標", "biāo"),
        ('相', "相", ""),
        ('础', "礎", "chǔ"),
        ('县', "縣", ""),
        ('单', "單", ""),
        ('头', "頭", "tóu"),
        ('财', "財", ""),
    ];
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match PAIRS.iter().find(|(simplified, _, _)| *simplified == c) {
            Some((_, form, reading)) => {
                out.push_str(form);
                if pinyin && !reading.is_empty() {
                    out.push_str(&format!("({reading})"));
                }
            }
            None => out.push(c),
        }
    }
    out
}

fn source(kind: &str) -> Source {
    let text = notice();
    let bytes = match kind {
        "GBK" => encoding_rs::GBK.encode(&text).0.into_owned(),
        "traditional" => traditional(&text, false).into_bytes(),
        "pinyin" => traditional(&text, true).into_bytes(),
        _ => text.into_bytes(),
    };
    Source::plain(kind, bytes)
}

#[divan::bench(args = KINDS)]
fn a_decode(bencher: Bencher<'_, '_>, kind: &str) {
    let source = source(kind);
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .bench(|| decode(&source));
}

#[divan::bench(args = KINDS)]
fn b_normalize(bencher: Bencher<'_, '_>, kind: &str) {
    let source = source(kind);
    let text = decode(&source).expect("text").text;
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .with_inputs(|| text.clone())
        .bench_values(|mut text| normalize(&mut text, &RULES));
}

#[divan::bench(args = KINDS)]
fn c_segment(bencher: Bencher<'_, '_>, kind: &str) {
    let source = source(kind);
    let mut text = decode(&source).expect("text").text;
    normalize(&mut text, &RULES);
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .with_inputs(|| text.clone())
        .bench_values(|text: Text| segment(text, &RULES));
}

#[divan::bench(args = KINDS)]
fn d_extract(bencher: Bencher<'_, '_>, kind: &str) {
    let source = source(kind);
    let mut text = decode(&source).expect("text").text;
    normalize(&mut text, &RULES);
    let notice = segment(text, &RULES);
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .bench(|| task::find(&notice, &RULES).len());
}

#[divan::bench(args = KINDS)]
fn e_whole(bencher: Bencher<'_, '_>, kind: &str) {
    let source = source(kind);
    bencher
        .counter(BytesCount::new(source.bytes.len()))
        .bench(|| process(&source, &RULES));
}
