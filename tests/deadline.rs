//! The cases that stand beside the rules for time limits, and the laws that hold for any text.

use duban::deadline::{Inferred, Reference, find, find_stated};
use duban::rule::{RuleSet, case};
use jiff::ToSpan;
use proptest::prelude::*;

#[test]
fn every_case_beside_a_rule_holds() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let mut wrong = Vec::new();
    let (mut found, mut refused) = (0, 0);
    for outcome in case::run(&rules).filter(|o| o.rule.id.starts_with("deadline/")) {
        if outcome.case.marks.is_empty() {
            refused += 1;
        } else {
            found += 1;
        }
        if let Some(problem) = outcome.problem {
            wrong.push(format!("{}: {problem}", outcome.rule.id));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases fail:\n{}",
        wrong.len(),
        found + refused,
        wrong.join("\n")
    );
}

#[test]
fn a_text_without_time_gives_nothing() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let text = "各单位要高度重视，加强领导，压实责任，确保取得实效。";
    assert!(find(text, &Reference::default(), &rules).is_empty());
}

/// A year that only the notice's own title gives, and words known to be a time limit.
#[test]
fn what_is_known_of_the_notice_settles_what_is_left_out() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let ends = |text: &str, reference: &Reference| -> Vec<Option<String>> {
        find(text, reference, &rules)
            .iter()
            .map(|deadline| deadline.end.map(|end| end.to_string()))
            .collect()
    };
    let text = "6月底前完成换届。";
    let nothing_known = Reference::default();
    assert_eq!(ends(text, &nothing_known), [None]);
    let found = find(text, &nothing_known, &rules);
    assert_eq!(found[0].inferred, [Inferred::YearUnknown]);
    let year = Reference {
        year: Some(2019),
        ..Reference::default()
    };
    assert_eq!(ends(text, &year), [Some("2019-06-30".to_owned())]);
    // 2022年工作要点, issued in December 2021.
    let ahead = Reference {
        issued: Some(jiff::civil::date(2021, 12, 20)),
        year: Some(2022),
        ..Reference::default()
    };
    assert_eq!(ends("12月底前", &ahead), [Some("2022-12-31".to_owned())]);
    let taiwan = Reference {
        issued: Some(jiff::civil::date(2021, 5, 24)),
        taiwan: true,
        ..Reference::default()
    };
    let text = "请于110年6月30日前完成申报。";
    assert_eq!(ends(text, &taiwan), [Some("2021-06-30".to_owned())]);
    let known = Reference {
        issued: Some(jiff::civil::date(2019, 9, 2)),
        events: vec![("活动结束".to_owned(), jiff::civil::date(2019, 10, 31))],
        ..Reference::default()
    };
    assert_eq!(
        ends("活动结束后15日内报送总结。", &known),
        [Some("2019-11-15".to_owned())]
    );
}

#[test]
fn a_cell_of_the_column_of_time_limits_needs_no_other_sign() {
    let rules = RuleSet::embedded().expect("the rules compile");
    let reference = Reference::issued(jiff::civil::date(2021, 5, 24));
    for (cell, want) in [
        ("2021年12月", Some("2021-12-31")),
        ("6月", Some("2021-06-30")),
        ("长期坚持", None),
        ("9月底前", Some("2021-09-30")),
        ("第三季度", Some("2021-09-30")),
        ("2021年", Some("2021-12-31")),
    ] {
        let found = find_stated(cell, &reference, &rules);
        assert_eq!(found.len(), 1, "{cell}");
        assert_eq!(found[0].span.of(cell), cell);
        let end = found[0].end.map(|end| end.to_string());
        assert_eq!(end.as_deref(), want, "{cell}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Any text is read without a panic, and what is found is cut on whole characters and does not overlap.
    #[test]
    fn any_text_is_read(text in arbitrary_text(), issued in prop::option::of(0i64..40_000)) {
        let issued = issued.and_then(|days| jiff::civil::date(1950, 1, 1).checked_add(days.days()).ok());
        let reference = Reference { issued, taiwan: text.len() % 2 == 0, ..Reference::default() };
        let mut last = 0;
        for deadline in find(&text, &reference, rules()) {
            prop_assert!(text.get(deadline.span.start..deadline.span.end).is_some());
            prop_assert!(!deadline.span.is_empty());
            prop_assert!(deadline.span.start >= last, "spans overlap in {text:?}");
            last = deadline.span.end;
            if let Some(about) = deadline.about {
                prop_assert!(text.get(about.start..about.end).is_some());
                prop_assert!(!about.overlaps(deadline.span), "{text:?}");
            }
            if let (Some(start), Some(end)) = (deadline.start, deadline.end) {
                prop_assert!(start.date <= end.date, "{text:?}");
            }
        }
    }
}

/// Compiled once for all runs of a property.
fn rules() -> &'static RuleSet {
    static RULES: std::sync::OnceLock<RuleSet> = std::sync::OnceLock::new();
    RULES.get_or_init(|| RuleSet::embedded().expect("the rules compile"))
}

/// Time words, figures and hanzi in any order, and texts of any characters.
fn arbitrary_text() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "年",
        "月",
        "日",
        "号",
        "曰",
        "旬",
        "上旬",
        "中旬",
        "下旬",
        "底",
        "末",
        "初",
        "前",
        "之前",
        "以前",
        "内",
        "起",
        "止",
        "后",
        "至",
        "到",
        "—",
        "-",
        "一",
        "、",
        "和",
        "，",
        "。",
        "；",
        "：",
        "\n",
        "（",
        "）",
        "《",
        "》",
        "“",
        "”",
        "每",
        "每月",
        "每季度",
        "每周",
        "每年",
        "首月",
        "季度",
        "上半年",
        "下半年",
        "今年",
        "明年",
        "次年",
        "本月",
        "下月",
        "当日",
        "周",
        "五",
        "三",
        "十",
        "二十",
        "三十一",
        "二〇二一",
        "2021",
        "2020",
        "1",
        "2",
        "6",
        "12",
        "30",
        "31",
        "99999999999",
        "0",
        ".",
        "/",
        "l",
        "O",
        "○",
        "时",
        "点",
        "分",
        "17:00",
        "下午",
        "下班",
        "工作日",
        "个",
        "小时",
        "天",
        "半",
        "印发",
        "之日",
        "即日",
        "活动结束",
        "春节",
        "国庆",
        "汛期",
        "十四五",
        "期间",
        "完成时限",
        "完成",
        "于",
    ];
    let words =
        prop::collection::vec(prop::sample::select(WORDS), 0..24).prop_map(|words| words.concat());
    prop_oneof![4 => words, 1 => any::<String>(), 1 => "[0-9年月日前至一二三十〇 ]{0,40}"]
}
