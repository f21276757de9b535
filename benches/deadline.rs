//! Time limits, in MB/s, over prose as notices have it: most sentences set none.

use divan::Bencher;
use divan::counter::BytesCount;
use duban::deadline::{Reference, find};
use duban::rule::RuleSet;

fn main() {
    divan::main();
}

/// Sentences of work plans; every eighth has a time limit, as in the plans that this was made from.
const PROSE: [&str; 16] = [
    "坚持以习近平新时代中国特色社会主义思想为指导，深入贯彻落实党的各项决策部署，团结引领广大科技工作者听党话、跟党走。",
    "完善联系服务机制，加强与基层一线科技工作者的联系，拓宽沟通渠道，提供政策宣传、信息沟通、诉求反馈、成长助力等服务。",
    "2021年是实施“十四五”规划的开局之年，全市各级各部门要提高政治站位，强化责任担当。",
    "加强学术交流平台建设，支持市属学会开展高端前沿、跨学科的精品学术活动，提升学会服务能力。",
    "推动科技志愿服务组织建设，组织开展实用技术培训、青少年科技教育、卫生健康服务和应急安全技能培训。",
    "（牵头部室：普及部、学会部；配合部室：办公室、素质中心、各直属单位）",
    "各县区要结合实际制定实施方案，6月底前完成动员部署，形成上下联动、齐抓共管的工作格局。",
    "严格落实意识形态工作责任制，加强阵地管理，确保正确的政治方向和舆论导向。",
    "健全完善考核评价体系，把工作成效纳入年度目标责任考核，对推进不力的单位予以通报。",
    "组织开展全国科普日、防灾减灾日、食品安全宣传周、文化科技卫生“三下乡”等系列品牌活动。",
    "加大对企业技术创新的支持力度，柔性引进高端人才，助力企业转型升级和高质量发展。",
    "加强网络安全和信息化建设，提升宣传阵地管理和运行水平，加大新闻宣传和信息报送力度。",
    "坚持目标导向和问题导向相结合，补短板、强弱项，不断提升公共服务均等化水平。",
    "请各单位于活动结束后15日内将总结材料报送至领导小组办公室。",
    "依托科技工作者状况调查站点，组织开展人才调查研究，推出一批有影响的智库成果。",
    "深化基层组织改革，广泛吸收医院院长、学校校长、农技站站长进入县乡两级领导机构。",
];

#[divan::bench]
fn ordinary_prose(bencher: Bencher<'_, '_>) {
    let rules = RuleSet::embedded().expect("the rules compile");
    let reference = Reference::issued(jiff::civil::date(2021, 5, 24));
    let text = PROSE.concat().repeat(64);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| find(divan::black_box(&text), &reference, &rules));
}

#[divan::bench]
fn every_sentence_has_one(bencher: Bencher<'_, '_>) {
    let rules = RuleSet::embedded().expect("the rules compile");
    let reference = Reference::issued(jiff::civil::date(2021, 5, 24));
    let text = [PROSE[6], PROSE[13]].concat().repeat(64);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| find(divan::black_box(&text), &reference, &rules));
}
