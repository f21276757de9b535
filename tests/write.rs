//! Each kind of file, opened by the program that its users open it with, where that is installed.
#![allow(clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A notice with what files stumble over: a formula, a comma, a quote, a deadline with a time of day.
const NOTICE: &str = "关于做好2021年重点工作的通知\n市直各部门：\n一、建立工作台账\n=1+1，建立“一账,通管”台账，6月底前完成。（牵头单位：市教育局；配合单位：市财政局、市住房和城乡建设局）\n二、报送总结\n请市财政局于12月20日17:00前报送总结。\n某某市人民政府办公室\n2021年3月5日\n";

struct Run {
    folder: TempDir,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for files");
        fs::create_dir(folder.path().join("in")).expect("a folder");
        fs::write(folder.path().join("in/notice.txt"), NOTICE).expect("a notice");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Extracts into `name` and gives its path.
    fn extract(&self, name: &str, more: &[&str]) -> PathBuf {
        let output = self.path(name);
        let run = Command::new(assert_cmd::cargo::cargo_bin!("duban"))
            .arg("extract")
            .arg(self.path("in"))
            .arg("-o")
            .arg(&output)
            .args(more)
            .output()
            .expect("duban runs");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        output
    }
}

/// The standard output of another program; none where it is not installed.
fn with(program: &str, arguments: &[&str]) -> Option<String> {
    let Ok(run) = Command::new(program).args(arguments).output() else {
        eprintln!("skipped: {program} is not installed");
        return None;
    };
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        if said.contains("ModuleNotFoundError") {
            eprintln!("skipped: {program} lacks a module: {said}");
            return None;
        }
        panic!("{program} {arguments:?}: {said}");
    }
    Some(String::from_utf8_lossy(&run.stdout).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is UTF-8")
}

#[test]
fn csv_has_a_mark_and_no_formulas() {
    let run = Run::new();
    let csv = fs::read_to_string(run.extract("t.csv", &[])).expect("UTF-8");
    let rows = csv.strip_prefix('\u{feff}').expect("a byte-order mark");
    assert!(rows.starts_with("id,document_id,source,"));
    assert!(rows.contains("市财政局；市住房和城乡建设局"));
    let mut reader = csv::ReaderBuilder::new().from_reader(rows.as_bytes());
    for row in reader.records() {
        for cell in &row.expect("a row") {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}

#[test]
fn the_same_notices_give_the_same_bytes() {
    let run = Run::new();
    for ending in ["jsonl", "csv", "xlsx", "parquet", "sqlite", "ics"] {
        let first = fs::read(run.extract(&format!("a.{ending}"), &[])).expect("a file");
        let second = fs::read(run.extract(&format!("b.{ending}"), &[])).expect("a file");
        assert!(
            !first.is_empty() && first == second,
            ".{ending} differs from run to run"
        );
    }
    let left = fs::read_dir(run.folder.path()).expect("the folder");
    let partial = left
        .flatten()
        .any(|e| e.file_name().to_string_lossy().contains("partial"));
    assert!(!partial, "a partial file was left behind");
}

#[test]
fn a_file_that_cannot_be_written_leaves_the_old_one() {
    let run = Run::new();
    let old = run.path("t.xlsx");
    fs::write(&old, "old").expect("an old file");
    let refused = Command::new(assert_cmd::cargo::cargo_bin!("duban"))
        .args(["extract", "--records", "clause", "-o"])
        .args([&old, &run.path("in")])
        .output()
        .expect("duban runs");
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read(&old).expect("the old file"), b"old");
}

#[test]
fn sqlite_answers() {
    let run = Run::new();
    let path = run.extract("t.sqlite", &[]);
    let ask = |sql| with("sqlite3", &[text(&path), sql]);
    let Some(load) = ask("SELECT unit, lead, support FROM unit_load WHERE unit LIKE '%教育局'")
    else {
        return;
    };
    assert!(load.trim_end().ends_with("教育局|1|0"), "{load}");
    let found = ask("SELECT count(*) FROM tasks_text WHERE tasks_text MATCH '工作台账'");
    assert_eq!(found.as_deref(), Some("1\n"));
    assert_eq!(ask("PRAGMA foreign_key_check").as_deref(), Some(""));
    assert_eq!(ask("PRAGMA integrity_check").as_deref(), Some("ok\n"));
    assert_eq!(
        ask("SELECT * FROM due_by_month").as_deref(),
        Some("2021-06|1\n2021-12|1\n")
    );
}

#[test]
fn parquet_is_read_by_duckdb_and_pandas() {
    let run = Run::new();
    let folder = run.extract("pq", &["--records", "all", "--format", "parquet"]);
    let script = r#"
import sys, duckdb
d = sys.argv[1]
print(duckdb.sql(f"select lead, support, due, typeof(lead), typeof(due) from '{d}/tasks.parquet' order by id").fetchall())
print(duckdb.sql(f"select end_time from '{d}/mentions.parquet' where end_time is not null").fetchall())
import pandas
print(len(pandas.read_parquet(f"{d}/clauses.parquet")), len(pandas.read_parquet(f"{d}/documents.parquet")))
"#;
    let Some(said) = with("python3", &["-c", script, text(&folder)]) else {
        return;
    };
    assert!(said.contains("VARCHAR[]', 'DATE'"), "{said}");
    assert!(
        said.contains("['市财政局', '市住房和城乡建设局'], datetime.date(2021, 6, 30)"),
        "{said}"
    );
    assert!(said.contains("('17:00',)"), "{said}");
}

#[test]
fn calendars_are_parsed() {
    let run = Run::new();
    let path = run.extract("t.ics", &[]);
    let calendar = fs::read_to_string(&path).expect("UTF-8");
    let whole = calendar.replace("\r\n ", "");
    assert!(whole.contains("DUE;VALUE=DATE:20210630"), "{whole}");
    assert!(whole.contains("DUE:20211220T090000Z"), "{whole}");
    assert!(calendar.lines().all(|line| line.len() <= 75));
    let script = "import sys, icalendar\nc = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read())\nprint(len(c.walk('VTODO')))";
    if let Some(said) = with("python3", &["-c", script, text(&path)]) {
        assert_eq!(said.trim(), "2");
    }
}

#[test]
fn libreoffice_opens_workbook_and_csv() {
    let run = Run::new();
    for name in ["t.xlsx", "t.csv"] {
        let path = run.extract(name, &[]);
        let home = format!("-env:UserInstallation=file://{}", text(&run.path("office")));
        let out = run.path("out");
        // What the import dialog proposes for a file with a byte-order mark: comma, quote, UTF-8.
        let filter = if name == "t.csv" {
            "--infilter=CSV:44,34,76,1"
        } else {
            "--norestore"
        };
        let asked = [
            filter,
            &home,
            "--headless",
            "--convert-to",
            "html",
            "--outdir",
            text(&out),
            text(&path),
        ];
        if with("soffice", &asked).is_none() {
            return;
        }
        let html = fs::read_to_string(out.join("t.html")).expect("converted");
        assert!(html.contains("市教育局"), "{name} has no lead");
        if name == "t.xlsx" {
            for sheet in ["任务分解表", "督办台账", "来源"] {
                assert!(html.contains(sheet), "no sheet {sheet}");
            }
        }
    }
}
