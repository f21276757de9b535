//! Reading the structure of a notice, in MB/s, at 10 kB, 1 MB and 100 MB: `cargo bench --bench structure`. The three
//! are alike, because no stage of it looks at a line more often than the lines beside it ask for.

use divan::Bencher;
use divan::counter::BytesCount;
use duban::notice::segment;
use duban::rule::RuleSet;
use duban::text::Text;
use std::fmt::Write as _;
use std::sync::LazyLock;

fn main() {
    divan::main();
}

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the program's own rules are sound"));

/// Sizes of texts in bytes.
const SIZES: [usize; 3] = [10_000, 1_000_000, 100_000_000];

/// A notice whose sections, items, boxes, tables and contacts come again and again.
fn lines(size: usize) -> String {
    let mut text = String::with_capacity(size + 2_000);
    text.push_str("某市人民政府办公室文件\n\n某政办发〔2021〕15号\n\n关于印发《某市2021年重点工作安排》的通知\n\n各县（市、区）人民政府，市政府各部门：\n");
    let mut item = 0;
    while text.len() < size {
        text.push_str("一、推进重点领域工作\n（一）完善公共服务体系。深入开展调查研究，全面摸清底数，建立工作台账。\n");
        for _ in 0..5 {
            item = item % 999 + 1;
            writeln!(text, "{item}.改造提升农贸市场，6月底前完成方案编制。2021年完成投资1.5亿元，改造面积3.5万平方米。（牵头单位：市商务局；配合单位：市财政局）").expect("strings take all");
        }
        text.push_str(
            "专栏1 重点工程\n●市民中心项目。\n二、保障措施\n一是加强领导；二是落实责任。\n",
        );
        text.push_str("附件1\n任务分解表\n序号 | 工作任务 | 牵头单位 | 完成时限\n1 | 建设停车场 | 市住建局 | 年底前\n联系人：张某，电话：0531-1234567\n");
    }
    text.push_str("某市人民政府办公室\n2021年3月12日\n");
    text
}

/// The same words on one line.
fn one_line(size: usize) -> String {
    lines(size).replace('\n', " ")
}

fn measure(bencher: Bencher<'_, '_>, text: &str) {
    let text = Text::from_utf8(text);
    bencher
        .counter(BytesCount::new(text.as_str().len()))
        .with_inputs(|| text.clone())
        .bench_values(|text| segment(text, &RULES));
}

#[divan::bench(args = SIZES, max_time = 20)]
fn by_lines(bencher: Bencher<'_, '_>, size: usize) {
    measure(bencher, &lines(size));
}

#[divan::bench(args = SIZES, max_time = 20)]
fn on_one_line(bencher: Bencher<'_, '_>, size: usize) {
    measure(bencher, &one_line(size));
}
