//! The program as its users run it.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

const NOTICE: &str = "关于做好防汛工作的通知\n各镇人民政府：\n一、排查隐患。6月底前完成河道清障。（牵头单位：县水利局；配合单位：县应急管理局）\n2021年4月2日\n";

fn duban() -> Command {
    let mut command = Command::cargo_bin("duban").expect("the program is built");
    command
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C");
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for a test")
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("written");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect()
}

#[test]
fn standard_input_gives_tasks_on_standard_output() {
    let output = duban()
        .args(["extract", "-"])
        .write_stdin(NOTICE)
        .assert()
        .success()
        .get_output()
        .clone();
    let row: Value = serde_json::from_slice(&output.stdout).expect("one row");
    assert_eq!(row["lead"][0]["name"], "县水利局");
    assert_eq!(row["support"][0]["name"], "县应急管理局");
    assert_eq!(row["deadlines"][0]["end"], "2021-06-30");
    assert_eq!(row["document"]["source"], "-");
    let summary = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        summary.starts_with("1 documents, 1 tasks, 0 failures"),
        "{summary}"
    );
}

#[test]
fn a_failure_is_a_row_and_the_run_goes_on() {
    let dir = folder();
    fs::write(dir.path().join("a.txt"), NOTICE).expect("written");
    let noise = (0u32..5000)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect::<Vec<_>>();
    fs::write(dir.path().join("b.txt"), noise).expect("written");
    fs::write(dir.path().join("c.txt"), "").expect("written");
    let out = dir.path().join("out/tasks.jsonl");
    duban()
        .arg("extract")
        .arg(dir.path())
        .arg("-o")
        .arg(&out)
        .assert()
        .code(1);
    assert_eq!(rows(&out).len(), 1);
    let failures = rows(&dir.path().join("out/failures.jsonl"));
    assert_eq!(failures.len(), 1);
    assert!(
        failures[0]["source"]
            .as_str()
            .is_some_and(|name| name.ends_with("b.txt"))
    );
    assert_eq!(failures[0]["stage"], "decode");
}

#[test]
fn all_records_go_into_one_folder() {
    let dir = folder();
    fs::write(dir.path().join("a.txt"), NOTICE).expect("written");
    let out = dir.path().join("out");
    duban()
        .args(["extract", "--records", "all", "-o"])
        .arg(&out)
        .arg(dir.path().join("a.txt"))
        .assert()
        .success();
    for (name, count) in [
        ("documents", 1),
        ("clauses", 1),
        ("tasks", 1),
        ("failures", 0),
    ] {
        assert_eq!(
            rows(&out.join(format!("{name}.jsonl"))).len(),
            count,
            "{name}"
        );
    }
}

#[test]
fn what_cannot_run_ends_with_two() {
    duban()
        .args(["extract", "--records", "all", "-"])
        .assert()
        .code(2);
    let dir = folder();
    duban().arg("extract").arg(dir.path()).assert().code(2);
    duban()
        .args(["extract", "-", "--rules", "/nowhere/at/all"])
        .write_stdin(NOTICE)
        .assert()
        .code(2);
}

#[test]
fn messages_follow_the_language() {
    let output = duban()
        .args(["--lang", "zh", "extract", "-"])
        .write_stdin(NOTICE)
        .assert()
        .success()
        .get_output()
        .clone();
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("文件 1 件，任务 1 项"));
    let output = duban()
        .env("LANG", "zh_CN.UTF-8")
        .args(["extract", "-"])
        .write_stdin(NOTICE)
        .assert()
        .success()
        .get_output()
        .clone();
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("文件 1 件"));
}

#[test]
fn a_user_adds_a_wording_without_compiling() {
    let dir = folder();
    let rule = "field = \"lead\"\nvalue = \"units\"\nwithin = \"statement\"\nsummary = \"挂帅\"\npatterns = ['''^(?<value>{short_names})挂帅$''']\n\n[[case]]\ntext = \"整治河道。（⟦县水利局⟧挂帅）\"\n";
    fs::create_dir(dir.path().join("own")).expect("made");
    fs::write(dir.path().join("own/lead.toml"), rule).expect("written");
    duban()
        .args(["rules", "test", "--rules"])
        .arg(dir.path())
        .assert()
        .success();
    let notice = NOTICE.replace("牵头单位：县水利局；配合单位：县应急管理局", "县水利局挂帅");
    let output = duban()
        .args(["extract", "-", "--rules"])
        .arg(dir.path())
        .write_stdin(notice)
        .assert()
        .success()
        .get_output()
        .clone();
    let row: Value = serde_json::from_slice(&output.stdout).expect("one row");
    assert_eq!(row["lead"][0]["rule"], "own/lead");
}

#[test]
fn a_wrong_rule_file_says_where_and_what_is_allowed() {
    let dir = folder();
    fs::write(
        dir.path().join("bad.toml"),
        "field = \"lead\"\nvalue = \"units\"\nsummary = \"\"\npattern = []\n",
    )
    .expect("written");
    let output = duban()
        .args(["rules", "test", "--rules"])
        .arg(dir.path())
        .assert()
        .code(2)
        .get_output()
        .clone();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        message.contains("bad.toml") && message.contains("line 4") && message.contains("patterns"),
        "{message}"
    );
}

#[test]
fn text_is_shown_decoded_repaired_and_explained() {
    let (damaged, _, _) = encoding_rs::GB18030.encode("機(jī)關(guān)各部室,學(xué)會(huì)部\n");
    let run = |option: &[&str]| {
        let output = duban()
            .arg("text")
            .args(option)
            .arg("-")
            .write_stdin(damaged.to_vec())
            .assert()
            .success()
            .get_output()
            .clone();
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(
        run(&["--source"]),
        "機(jī)關(guān)各部室,學(xué)會(huì)部\n"
    );
    assert_eq!(run(&[]), "机关各部室，学会部\n");
    assert!(run(&["--explain"]).contains("pinyin-annotation"));
}

#[test]
fn an_outline_shows_the_tree() {
    let output = duban()
        .args(["outline", "-"])
        .write_stdin("一、目标\n（一）排查\n（三）整改\n")
        .assert()
        .success()
        .get_output()
        .clone();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("  （一）排查"), "{shown}");
    assert!(shown.contains("（三）之前缺第2项"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_itself_ends() {
    let dir = folder();
    fs::write(dir.path().join("a.txt"), NOTICE).expect("written");
    std::os::unix::fs::symlink(dir.path(), dir.path().join("again")).expect("linked");
    duban().arg("extract").arg(dir.path()).assert().success();
}

#[test]
fn one_very_long_line_is_read_in_time_that_grows_with_it() {
    let dir = folder();
    let path = dir.path().join("line.txt");
    fs::write(
        &path,
        "市教育局要在6月底前（牵头单位：各校）完成“整改。".repeat(60_000),
    )
    .expect("written");
    duban()
        .arg("extract")
        .arg(&path)
        .timeout(std::time::Duration::from_secs(120))
        .assert()
        .success();
}
