//! Sound text, as much as is wanted, all of it different: official prose with its headings, lists, tables and contacts,
//! English, figures, formulas, addresses, source code.

use super::Draw;
use std::fmt::Write;

const UNITS: &[&str] = &[
    "市发展改革委",
    "市教育局",
    "市科技局",
    "市工业和信息化局",
    "市公安局",
    "市民政局",
    "市司法局",
    "市财政局",
    "市人力资源社会保障局",
    "市自然资源和规划局",
    "市生态环境局",
    "市住房城乡建设局",
    "市交通运输局",
    "市水利局",
    "市农业农村局",
    "市商务局",
    "市文化广电和旅游局",
    "市卫生健康委",
    "市退役军人事务局",
    "市应急管理局",
    "市审计局",
    "市市场监管局",
    "市统计局",
    "市医疗保障局",
    "市乡村振兴局",
    "市林业局",
    "团市委",
    "市妇联",
    "市科协",
    "市残联",
    "各县（市、区）人民政府",
    "乾安县人民政府",
    "皇后镇政府",
    "后稷乡人民政府",
    "范公堤街道办事处",
];
const ADVERBS: &[&str] = &[
    "认真", "深入", "扎实", "积极", "全面", "切实", "持续", "有序", "统筹", "加快", "大力", "着力",
    "精准", "依法", "稳步", "分类", "逐步", "定期", "主动", "严格",
];
const VERBS: &[&str] = &[
    "推进", "落实", "完善", "加强", "优化", "开展", "组织", "健全", "提升", "规范", "实施", "建立",
    "强化", "拓展", "培育", "巩固", "整治", "排查", "修订", "制定", "宣传", "覆盖", "征求", "准备",
    "复核", "恢复",
];
const THINGS: &[&str] = &[
    "安全生产专项整治",
    "乡村振兴示范点建设",
    "营商环境评价体系",
    "政务公开标准化目录",
    "网格化服务管理机制",
    "农村饮水安全巩固工程",
    "城市内涝治理项目",
    "老旧小区改造计划",
    "困难群众救助政策",
    "科学素质提升行动",
    "大气污染防治措施",
    "防汛抗旱应急预案",
    "社会信用信息平台",
    "产业链供应链协同机制",
    "高标准农田建设任务",
    "义务教育优质均衡发展",
    "公共文化服务体系",
    "医疗保障基金监管制度",
    "干部教育培训规划",
    "历史文化名城保护名录",
    "里程碑节点考核办法",
    "乾隆年间古桥修缮工程",
    "瞭望塔和防火道",
    "面粉和谷物储备",
    "松树苗圃基地",
    "云计算服务",
    "丑橘和余姚杨梅品牌",
    "征信系统",
    "皇后湖湿地",
    "著名商标保护",
    "慰藉心灵的公益项目",
    "于谦祠修缮",
    "沈阳路延伸段",
    "钟楼广场",
];
const AIMS: &[&str] = &[
    "确保取得实效",
    "切实保障群众合法权益",
    "不断提高服务水平",
    "形成齐抓共管的良好局面",
    "为高质量发展提供有力支撑",
    "推动工作落地见效",
    "营造良好的社会氛围",
    "做到底数清、情况明",
    "坚决防止走过场",
    "努力实现全年目标",
    "着力补齐短板弱项",
    "让群众看得见、摸得着",
];
const TIMES: &[&str] = &[
    "6月底前",
    "2021年12月31日前",
    "上半年",
    "每季度末",
    "9月15日17:00前",
    "“十四五”期间",
    "三季度",
    "年底前",
    "11月上旬",
    "5月中旬至6月上旬",
    "每月5日前",
    "汛期前",
    "印发之日起30日内",
    "2023—2025年",
    "二〇二一年六月",
    "春节前",
];
const FIGURES: &[&str] = &[
    "8.5%",
    "3.5亿元",
    "1,200公里",
    "120余项",
    "0.35万吨",
    "95%以上",
    "3至5个",
    "2.4平方公里",
    "±0.5℃",
    "1:500",
    "15分钟",
    "“3+1”",
    "No.7",
    "A4",
    "5G",
    "PM2.5",
    "100～150毫米",
    "-12℃",
    "¥3,600.00",
    "2×4",
    "1/3",
    "60dB(A)",
    "GB/T 9704-2012",
    "11·9",
    "24小时",
];
const NAMES: &[&str] = &[
    "王芳",
    "李堃",
    "陈喆",
    "朱镕基",
    "欧阳建国",
    "巴特尔",
    "张旸",
    "钟南山",
    "沈括",
    "于是之",
    "干宝",
    "范仲淹",
    "锺书",
    "岳玥",
    "覃征",
    "佟适",
];
const SUBJECTS: &[&str] = &[
    "The Ministry",
    "Each county",
    "Our office",
    "A working group",
    "The municipal bureau",
    "Every department",
    "The agency",
    "No applicant",
];
const PREDICATES: &[&str] = &[
    "shall submit",
    "has reviewed",
    "will publish",
    "may withdraw",
    "is expected to revise",
    "does not accept",
    "keeps",
    "must retain",
];
const OBJECTS: &[&str] = &[
    "the annual report (see Annex 2)",
    "all records for 10 years",
    "its naïve first draft",
    "a 3.5% surcharge",
    "the façade survey of São Paulo",
    "forms A-1, A-2 and B",
    "the data set v2.0.1",
    "R&D expenses over $1,000,000",
    "notice No. 47 (2019)",
    "the café's licence",
    "25 µm filters",
];
const CODES: &[&str] = &[
    "int main(void) { return a[N] ? 1 : 0; } // GB 18030",
    "SELECT name, COUNT(*) FROM t WHERE id > N GROUP BY name;",
    "if (x < N && y > z) { puts(\"ok\"); }",
    "let n: Vec<u8> = (0..N).map(|i| i as u8).collect();",
    "for f in *.txt; do wc -l \"$f\" >> log.N; done",
    "f(x) = (a + b)/N, x < y, p = 0.05",
    "E = mc^2; a_N = 2n + 1; sum(i, 1, N) = N(N + 1)/2",
    "https://www.example.gov.cn/art/N/5/28/art_1.html?id=3,4&p=2",
    "a.b-c@mail.example.cn; ftp.example.org/N/index.php?a=1",
    "192.168.0.N/24 → 10.0.0.1:8080",
];

fn pick<'a>(draw: &mut Draw, from: &[&'a str]) -> &'a str {
    let n = draw.next(from.len() as u64);
    from[usize::try_from(n).expect("lists are short")]
}

/// A sentence of official prose.
fn sentence(draw: &mut Draw) -> String {
    let mut p = |from| pick(draw, from);
    let (unit, time, figure) = (p(UNITS), p(TIMES), p(FIGURES));
    let (adverb, verb, thing, aim) = (p(ADVERBS), p(VERBS), p(THINGS), p(AIMS));
    let (other, second, name) = (p(UNITS), p(THINGS), p(NAMES));
    match draw.next(9) {
        0 => format!("{unit}要{adverb}{verb}{thing}，{aim}。"),
        1 => format!("{time}完成{thing}，达到{figure}，{aim}。"),
        2 => format!("由{unit}牵头，{other}配合，{adverb}{verb}{thing}和{second}。"),
        3 => format!("对{thing}中发现的问题，{unit}应当在{time}报送，不得瞒报；{aim}！"),
        4 => format!("{verb}“{thing}”（比上年增长{figure}），{adverb}{verb}{second}。"),
        5 => format!(
            "根据《{thing}管理办法（试行）》（{}政发〔2021〕{}号），{unit}负责{second}。",
            "某",
            draw.next(99) + 1
        ),
        6 => format!("{name}同志主持会议，听取{unit}关于{thing}的汇报；会议强调，{aim}。"),
        7 => format!("是否{verb}{thing}？怎样{verb}？{unit}要拿出办法，{aim}。"),
        _ => format!("（牵头单位：{unit}；配合单位：{other}；完成时限：{time}）"),
    }
}

fn paragraph(draw: &mut Draw) -> String {
    (0..2 + draw.next(4)).map(|_| sentence(draw)).collect()
}

fn english(draw: &mut Draw) -> String {
    let mut p = |from| pick(draw, from);
    let (a, b, c) = (p(SUBJECTS), p(PREDICATES), p(OBJECTS));
    let (d, e, f) = (p(SUBJECTS), p(PREDICATES), p(OBJECTS));
    format!(
        "{a} {b} {c}; {}, {e} {f}? Yes: by {} May, at 9:30.",
        d.to_lowercase(),
        draw.next(30) + 1
    )
}

fn table(draw: &mut Draw, out: &mut String, bar: &str) {
    let _ = writeln!(out, "序号{bar}任务{bar}责任单位{bar}时限");
    for row in 1..4 + draw.next(4) {
        let (thing, unit, time) = (pick(draw, THINGS), pick(draw, UNITS), pick(draw, TIMES));
        let _ = writeln!(out, "{row}{bar}{thing}{bar}{unit}{bar}{time}");
    }
}

/// A notice of some kB that has a bit of everything; no two are the same.
pub(super) fn document(draw: &mut Draw) -> String {
    let thing = pick(draw, THINGS);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "某市人民政府办公室文件\n\n某政办发〔2021〕{}号\n",
        draw.next(200) + 1
    );
    let _ = writeln!(
        out,
        "某市人民政府办公室关于{}{thing}的通知\n",
        pick(draw, VERBS)
    );
    let _ = writeln!(out, "各县（市、区）人民政府，市政府各部门、直属各机构：");
    let _ = writeln!(out, "　　{}", paragraph(draw));
    for label in ["一", "二", "三", "四", "五"] {
        let _ = writeln!(
            out,
            "　　{label}、{}{}",
            pick(draw, VERBS),
            pick(draw, THINGS)
        );
        let _ = writeln!(out, "　　{}", paragraph(draw));
        match draw.next(8) {
            0 => table(draw, &mut out, "\t"),
            1 => table(draw, &mut out, " | "),
            2 => {
                let _ = writeln!(out, "{}", english(draw));
            }
            3 => {
                let code = pick(draw, CODES).replace('N', &draw.next(900).to_string());
                let _ = writeln!(out, "{code}");
            }
            4 => {
                let (name, unit) = (pick(draw, NAMES), pick(draw, UNITS));
                let _ = writeln!(
                    out,
                    "　　联系人：{name}，电话：0471-66{:05}，邮箱：a{}@b.gov.cn",
                    draw.next(99_999),
                    draw.next(99)
                );
                let _ = writeln!(
                    out,
                    "　　地址：中山路{}号院3号楼2单元401室（{unit}）",
                    draw.next(300) + 1
                );
            }
            5 => {
                for n in ["1.", "2.", "3."] {
                    let _ = writeln!(out, "　　{n}{}", sentence(draw));
                }
            }
            6 => {
                for n in ["（一）", "（二）"] {
                    let _ = writeln!(
                        out,
                        "　　{n}{}{}。{}",
                        pick(draw, VERBS),
                        pick(draw, THINGS),
                        paragraph(draw)
                    );
                }
            }
            _ => {
                let _ = writeln!(out, "　　——{}", sentence(draw));
                let _ = writeln!(out, "　　——{}", sentence(draw));
            }
        }
    }
    let _ = writeln!(out, "\n　　附件：1.{}任务分解表", pick(draw, THINGS));
    let _ = writeln!(out, "　　　　　2.报名表\n");
    let _ = writeln!(
        out,
        "　　　　　　　　某市人民政府办公室\n　　　　　　　　2021年{}月{}日",
        draw.next(12) + 1,
        draw.next(28) + 1
    );
    out
}
