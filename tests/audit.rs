//! What is said about notices: findings, differences, and the page, clicked through by a browser where one is installed.
#![allow(clippy::print_stderr)]

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Its recipients are single units; one of them has no task, one unit with a task is no recipient; a number is missing; a
/// deadline is soon past; a task has support alone, another two leads, another nobody.
const NOTICE: &str = "关于做好重点工作的通知\n市教育局、市财政局、市水利局：\n一、建立校园安全工作台账\n建立台账，2021年5月底前完成。（牵头单位：市教育局；配合单位：市财政局、市林业局）\n二、开展联合检查\n开展检查。（配合单位：市财政局）\n三、做好经费保障\n做好保障。（牵头单位：市财政局、市教育局）\n五、整理归档\n整理有关材料，2021年12月31日前完成。\n某某市人民政府办公室\n2021年3月5日\n";

/// A year later: another lead, another day, a task more, a task less.
const LATER: &str = "关于做好重点工作的通知\n市教育局、市财政局、市水利局：\n一、建立校园安全工作台账\n建立台账，2022年5月底前完成。（牵头单位：市公安局；配合单位：市财政局、市林业局）\n二、做好经费保障\n做好保障。（牵头单位：市财政局、市教育局）\n三、修订防汛预案\n修订预案，2022年6月底前完成。（牵头单位：市水利局）\n某某市人民政府办公室\n2022年3月5日\n";

fn duban(arguments: &[&str], paths: &[&Path]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("duban"))
        .args(arguments)
        .args(paths)
        .output()
        .expect("duban runs")
}

fn said(run: &Output) -> String {
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout.clone()).expect("UTF-8")
}

fn notice(folder: &TempDir, name: &str, words: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, words).expect("a notice");
    path
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn findings_tell_what_is_wrong() {
    let folder = folder();
    let path = notice(&folder, "a.txt", NOTICE);
    let json = said(&duban(
        &["audit", "--format", "json", "--today", "2021-06-01"],
        &[&path],
    ));
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let has = |kind: &str, words: &str| {
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().any(|finding| {
            finding["kind"] == kind
                && finding["message"]
                    .as_str()
                    .is_some_and(|m| m.contains(words))
        })
    };
    assert!(has("support-without-lead", "联合检查"), "{json}");
    assert!(has("several-leads", "经费保障"), "{json}");
    assert!(has("names-nobody", "整理归档"), "{json}");
    assert!(has("not-a-recipient", "市林业局"), "{json}");
    assert!(has("recipient-not-named", "市水利局"), "{json}");
    assert!(has("numbering", "五"), "{json}");
    assert!(has("overdue", "台账"), "{json}");
    assert!(!has("overdue", "归档"), "{json}");
    let rows = report["rows"].as_array().expect("rows");
    let finance = rows
        .iter()
        .find(|row| row["aliases"][0] == "市财政局")
        .expect("a row");
    assert_eq!(
        (&finance["lead"], &finance["support"]),
        (&1.into(), &2.into())
    );
}

#[test]
fn a_deadline_before_its_notice_is_found() {
    let folder = folder();
    let path = notice(&folder, "a.txt", NOTICE);
    let records = said(&duban(&["extract"], &[&path]));
    let stored = notice(
        &folder,
        "tasks.jsonl",
        &records.replace("2021-12-31", "2020-12-31"),
    );
    let csv = said(&duban(
        &["audit", "--format", "csv", "--findings"],
        &[&stored],
    ));
    assert!(
        csv.contains("期限早于成文日期") && csv.contains("2020-12-31"),
        "{csv}"
    );
}

#[test]
fn stored_records_give_the_same_report_as_their_notices() {
    let folder = folder();
    let path = notice(&folder, "a.txt", NOTICE);
    let stored = folder.path().join("stored");
    let extract = ["extract", "--records", "all", "-o"];
    said(&duban(&extract, &[&stored, &path]));
    for form in ["json", "csv", "md", "html"] {
        let from_notice = said(&duban(&["audit", "--format", form], &[&path]));
        let from_records = said(&duban(&["audit", "--format", form], &[&stored]));
        assert_eq!(from_notice, from_records, "{form}");
    }
}

#[test]
fn parquet_tables_give_the_same_units_as_their_notices() {
    let folder = folder();
    let path = notice(&folder, "a.txt", NOTICE);
    let stored = folder.path().join("stored");
    let extract = ["extract", "--records", "all", "--format", "parquet", "-o"];
    said(&duban(&extract, &[&stored, &path]));
    let from_notice = said(&duban(&["audit", "--format", "csv"], &[&path]));
    let from_tables = said(&duban(&["audit", "--format", "csv"], &[&stored]));
    assert_eq!(from_notice, from_tables);
    let alone = stored.join("tasks.parquet");
    let diff = said(&duban(&["diff"], &[&path, &alone]));
    assert_eq!(diff, "");
}

#[test]
fn one_task_with_other_leads_is_found() {
    let folder = folder();
    let first = notice(&folder, "a.txt", NOTICE);
    let second = notice(&folder, "b.txt", LATER);
    let csv = said(&duban(
        &["audit", "--format", "csv", "--findings"],
        &[&first, &second],
    ));
    assert!(
        csv.contains("牵头不一致") && csv.contains("市公安局"),
        "{csv}"
    );
}

#[test]
fn no_word_of_a_notice_is_markup() {
    let folder = folder();
    let words = NOTICE.replace("建立台账", "建立</script><script>alert(1)</script><!--台账");
    let path = notice(&folder, "a.txt", &words);
    let page = said(&duban(&["audit", "--format", "html"], &[&path]));
    assert!(page.contains("\\u003c/script>"), "the words are not there");
    assert!(!page.contains("<script>alert") && !page.contains("<!--"));
    assert_eq!(page.matches("</script>").count(), 2);
}

#[test]
fn diff_tells_gained_lost_and_changed() {
    let folder = folder();
    let old = notice(&folder, "a.txt", NOTICE);
    let new = notice(&folder, "b.txt", LATER);
    let run = duban(&["diff", "--lang", "zh"], &[&old, &new]);
    let text = said(&run);
    let begins = |sign: &str, words: &str| {
        text.lines()
            .any(|line| line.starts_with(sign) && line.contains(words))
    };
    assert!(begins("+", "修订防汛预案"), "{text}");
    assert!(begins("-", "整理归档"), "{text}");
    assert!(begins("~", "建立校园安全工作台账"), "{text}");
    assert!(
        text.contains("市教育局 → ") && text.contains("2022-05-31"),
        "{text}"
    );
    let same = duban(&["diff"], &[&old, &old]);
    assert_eq!(said(&same), "");
}

/// What the browser does and says: each check is a line `name=value` in the page's last element.
const CLICKS: &str = r##"<script>
const results = {}, wait = (ms) => new Promise((done) => setTimeout(done, ms));
addEventListener("error", (event) => { results.error = event.message; });
(async () => {
  await wait(50);
  results.charts = document.querySelectorAll("main svg").length;
  location.hash = "#tasks"; await wait(300);
  results.found = document.querySelector("[data-found]").dataset.found;
  results.rows = document.querySelectorAll(".task").length;
  const search = document.getElementById("search");
  search.value = "第七十七项"; search.dispatchEvent(new Event("input")); await wait(400);
  results.search = document.querySelector("[data-found]").dataset.found;
  results.sought = document.querySelector(".task").textContent.includes("第七十七项");
  const begun = performance.now();
  search.value = ""; search.dispatchEvent(new Event("input")); await wait(130);
  document.querySelector("[data-found]").getBoundingClientRect();
  results.slow = performance.now() - begun > 1500;
  document.querySelectorAll(".task")[90].click(); await wait(300);
  const record = document.querySelector(".record.on"), mark = document.querySelector(".notice mark.lead.on");
  results.record = !!record; results.mark = mark && mark.textContent;
  const box = document.querySelector(".notice").getBoundingClientRect(), at = mark.getBoundingClientRect();
  results.seen = at.top >= box.top && at.bottom <= box.bottom;
  document.querySelector(".record").click(); await wait(50);
  results.first = document.querySelector(".record.on") === document.querySelector(".record");
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true })); await wait(50);
  results.key = document.querySelector(".record.on") !== document.querySelector(".record");
  document.querySelectorAll(".notice mark")[0].click(); await wait(50);
  results.back = document.querySelector(".record.on") === document.querySelector(".record");
  results.lost = document.querySelectorAll(".lost").length;
})().catch((error) => { results.error = String(error); }).finally(() => {
  const out = document.createElement("pre");
  out.id = "results";
  out.textContent = Object.entries(results).map(([key, value]) => `${key}=${value}`).join("\n");
  document.body.append(out);
});
</script>"##;

/// Numbers up to 99 in Chinese.
fn numeral(n: usize) -> String {
    let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (n / 10, n % 10) {
        (0, ones) => digits[ones].to_owned(),
        (1, ones) => format!("十{}", digits[ones]),
        (tens, ones) => format!("{}十{}", digits[tens], digits[ones]),
    }
}

#[test]
fn a_browser_clicks_through_five_thousand_tasks() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).expect("a folder");
    for document in 1..=51 {
        let mut words = format!("关于做好第{document}批重点工作的通知\n市直各部门：\n");
        for n in 1..=98 {
            let number = numeral(n);
            let month = n % 12 + 1;
            let _ = writeln!(
                words,
                "{number}、推进第{number}项重点工作\n落实工作责任，{month}月底前完成。（牵头单位：市教育局；配合单位：市财政局）"
            );
        }
        words.push_str("某某市人民政府办公室\n2021年1月5日\n");
        notice(&folder, &format!("in/{document}.txt"), &words);
    }
    let page = folder.path().join("report.html");
    said(&duban(
        &["audit", "-o"],
        &[&page, &folder.path().join("in")],
    ));
    let html = fs::read_to_string(&page).expect("a page");
    let markup = html.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !markup.contains("http://") && !markup.contains("https://"),
        "it asks the network"
    );
    fs::write(&page, html.replace("</body>", &format!("{CLICKS}</body>"))).expect("a page");
    let profile = format!(
        "--user-data-dir={}",
        folder.path().join("profile").display()
    );
    let run = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--enable-logging=stderr",
            "--window-size=1280,800",
            &profile,
        ])
        .args(["--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("file://{}", page.display()))
        .output();
    let Ok(run) = run else {
        eprintln!("skipped: chromium is not installed");
        return;
    };
    let log = String::from_utf8_lossy(&run.stderr);
    let console: Vec<_> = log
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .collect();
    assert!(console.is_empty(), "{console:?}");
    let dom = String::from_utf8_lossy(&run.stdout);
    let at = dom
        .find("<pre id=\"results\">")
        .expect("the clicks came to their end");
    let results = &dom[at..];
    for expected in [
        "charts=4",
        "found=4998",
        "search=51",
        "sought=true",
        "slow=false",
        "record=true",
        "seen=true",
        "mark=市教育局",
        "first=true",
        "key=true",
        "back=true",
        "lost=0",
    ] {
        assert!(results.contains(expected), "not {expected}: {results}");
    }
}
