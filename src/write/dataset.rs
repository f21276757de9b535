//! A folder to publish: the records in every format, described so that others can check them and make them again.
//!
//! In: the records of one document after the other. Out:
//!
//! | file | holds |
//! |---|---|
//! | `documents`, `clauses`, `tasks` `.jsonl`; with `mentions` also `.csv`, `.parquet` | the records, and the tables of `table.rs` |
//! | `duban.sqlite`, `tasks.xlsx`, `deadlines.ics` | the same for auditors, offices, calendars |
//! | `schema/task.json` … | JSON Schema of each record |
//! | `datapackage.json` | a Data Package v2: each file with its columns, keys, bytes and SHA-256 |
//! | `README.md` | the data card: what it is, how much of what, by which rules it was made |
//!
//! Nothing in it depends on when or where it was made.

use super::schema::schema;
use super::table::{Kind, Table};
use super::{Format, Output, Whole};
use crate::error::Error;
use crate::process::Records;
use crate::record::{SCHEMA, hex};
use crate::rule::RuleSet;
use crate::unit::Units;
use crate::write::table::roles;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A dataset in the making.
pub struct Dataset {
    folder: PathBuf,
    outputs: Vec<(Resource, Output)>,
    units: Units,
    digest: String,
    counts: Counts,
    /// Ids of documents, as the numbers that they are.
    seen: BTreeSet<u64>,
}

/// One file of it.
struct Resource {
    file: String,
    format: Format,
    table: Table,
}

/// What the card counts.
#[derive(Default)]
struct Counts {
    documents: usize,
    repeated: usize,
    clauses: usize,
    tasks: usize,
    with_lead: usize,
    with_day: usize,
    regions: BTreeMap<String, usize>,
    years: BTreeMap<String, usize>,
    functions: BTreeMap<String, usize>,
}

impl Dataset {
    /// Begins a dataset, with the formats that this build has.
    ///
    /// # Errors
    /// Its folder cannot be written to.
    pub fn create(folder: &Path, rules: &RuleSet) -> Result<Self, Error> {
        let mut resources = Vec::new();
        for format in [Format::Jsonl, Format::Csv, Format::Parquet] {
            for table in Table::ALL.into_iter().filter(|table| format.holds(*table)) {
                let file = format!("{}.{}", table.name(), format.ending());
                resources.push((file, format, table));
            }
        }
        for (file, format) in [
            ("duban.sqlite", Format::Sqlite),
            ("tasks.xlsx", Format::Xlsx),
            ("deadlines.ics", Format::Ics),
        ] {
            resources.push((file.to_owned(), format, Table::Tasks));
        }
        let outputs = resources
            .into_iter()
            .filter(|(_, format, _)| format.is_built())
            .map(|(file, format, table)| {
                let output = Output::create(&folder.join(&file), format, table)?;
                let resource = Resource {
                    file,
                    format,
                    table,
                };
                Ok((resource, output))
            });
        Ok(Self {
            folder: folder.to_owned(),
            outputs: outputs.collect::<Result<_, Error>>()?,
            units: rules.units().clone(),
            digest: rules.digest().to_owned(),
            counts: Counts::default(),
            seen: BTreeSet::new(),
        })
    }

    /// Adds one document. One that is there already (the same bytes under another name) is left out, so that ids are keys.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn push(&mut self, records: &Records) -> Result<(), Error> {
        let id = u64::from_str_radix(&records.document.id, 16);
        if id.is_ok_and(|id| !self.seen.insert(id)) {
            self.counts.repeated += 1;
            return Ok(());
        }
        self.counts.add(records, &self.units);
        let mut outputs = self.outputs.iter_mut();
        outputs.try_for_each(|(_, output)| output.push(records))
    }

    /// Gives the files their names and describes them.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn finish(self) -> Result<(), Error> {
        let mut resources = Vec::new();
        for (resource, output) in self.outputs {
            output.finish()?;
            resources.push(resource.describe(&self.folder)?);
        }
        for (table, name) in [
            (Table::Tasks, "task"),
            (Table::Clauses, "clause"),
            (Table::Documents, "document"),
        ] {
            let path = self.folder.join("schema").join(format!("{name}.json"));
            let words = serde_json::to_string_pretty(&schema(table)).unwrap_or_default();
            put(&path, &words)?;
        }
        let package = json!({
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "duban-dataset",
            "title": "任务、条款与期限：政府机关通知数据",
            "description": "Tasks, clauses, documents and mentions read from notices by duban.",
            "version": SCHEMA.to_string(),
            "keywords": ["政府公文", "任务分解", "牵头单位", "期限"],
            "rules_digest": self.digest,
            "made_by": concat!("duban ", env!("CARGO_PKG_VERSION")),
            "resources": resources,
        });
        let words = serde_json::to_string_pretty(&package).unwrap_or_default();
        put(&self.folder.join("datapackage.json"), &words)?;
        put(
            &self.folder.join("README.md"),
            &self.counts.card(&self.digest),
        )
    }
}

fn put(path: &Path, words: &str) -> Result<(), Error> {
    let mut file = Whole::create(path)?;
    let written = writeln!(file, "{}", words.trim_end());
    written.map_err(|cause| failure(path, cause))?;
    file.finish()
}

fn failure(path: &Path, cause: io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        cause,
    }
}

impl Resource {
    fn describe(&self, folder: &Path) -> Result<Value, Error> {
        let path = folder.join(&self.file);
        let (bytes, hash) = digest(&path).map_err(|cause| failure(&path, cause))?;
        let media = match self.format {
            Format::Jsonl => "application/jsonl",
            Format::Csv => "text/csv",
            Format::Parquet => "application/vnd.apache.parquet",
            Format::Sqlite => "application/vnd.sqlite3",
            Format::Ics => "text/calendar",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        };
        let mut described = json!({
            "name": self.file.replace('.', "-"),
            "path": self.file,
            "format": self.format.ending(),
            "mediatype": media,
            "bytes": bytes,
            "hash": format!("sha256:{hash}"),
        });
        if matches!(self.format, Format::Csv | Format::Parquet) {
            described["type"] = "table".into();
            described["schema"] = table_schema(self.table);
        }
        if self.format == Format::Csv {
            described["encoding"] = "utf-8".into();
            described["dialect"] = json!({"delimiter": ",", "lineTerminator": "\r\n"});
        }
        if self.format == Format::Jsonl {
            let name = self.table.name().trim_end_matches('s');
            described["encoding"] = "utf-8".into();
            described["record_schema"] = format!("schema/{name}.json").into();
        }
        Ok(described)
    }
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex(&hash.finalize(), 64)));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// The columns in the words of Table Schema.
fn table_schema(table: Table) -> Value {
    let fields = table.columns().into_iter().map(|(name, kind)| match kind {
        Kind::Text => json!({"name": name, "type": "string"}),
        Kind::Integer => json!({"name": name, "type": "integer"}),
        Kind::Date => json!({"name": name, "type": "date"}),
        Kind::List => {
            json!({"name": name, "type": "list", "delimiter": "；", "itemType": "string"})
        }
    });
    let document = json!({"fields": ["document_id"], "reference": {"resource": "documents-csv", "fields": ["id"]}});
    let task =
        json!({"fields": ["task_id"], "reference": {"resource": "tasks-csv", "fields": ["id"]}});
    let (key, foreign) = match table {
        Table::Documents => (json!(["id"]), json!([])),
        Table::Tasks | Table::Clauses => (json!(["id"]), json!([document])),
        Table::Mentions => (
            json!(["task_id", "role", "position"]),
            json!([document, task]),
        ),
    };
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": fields.collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": key,
        "foreignKeys": foreign,
    })
}

impl Counts {
    fn add(&mut self, records: &Records, units: &Units) {
        let document = &records.document;
        let tasks = records.tasks.len();
        self.documents += 1;
        self.clauses += records.clauses.len();
        self.tasks += tasks;
        let region = document.region.as_ref().map(|region| {
            let (code, name) = (&region.code, &region.name);
            format!("{code} {name}")
        });
        let unknown = || "—".to_owned();
        *self
            .regions
            .entry(region.unwrap_or_else(unknown))
            .or_default() += tasks;
        let year = document.year.map(|year| year.to_string());
        *self.years.entry(year.unwrap_or_else(unknown)).or_default() += tasks;
        for task in &records.tasks {
            self.with_lead += usize::from(!task.lead.is_empty());
            self.with_day += usize::from(task.deadlines.iter().any(|limit| limit.end.is_some()));
            let named = roles(task).into_iter().flat_map(|(_, units)| units);
            let functions: BTreeSet<_> = named
                .filter_map(|unit| {
                    unit.canonical
                        .as_deref()
                        .and_then(|full| units.function(full))
                })
                .collect();
            for function in functions {
                *self.functions.entry(function.to_owned()).or_default() += 1;
            }
        }
    }

    /// The data card, with the header that dataset hubs read.
    fn card(&self, digest: &str) -> String {
        let Self {
            documents,
            repeated,
            clauses,
            tasks,
            with_lead,
            with_day,
            ..
        } = self;
        let size = match tasks {
            0..1_000 => "n<1K",
            1_000..10_000 => "1K<n<10K",
            10_000..100_000 => "10K<n<100K",
            100_000..1_000_000 => "100K<n<1M",
            _ => "1M<n<10M",
        };
        let version = env!("CARGO_PKG_VERSION");
        let configs = Table::ALL.map(|table| {
            let name = table.name();
            format!("  - config_name: {name}\n    data_files: {name}.parquet\n")
        });
        let table = |title: &str, counts: &BTreeMap<String, usize>| {
            let rows: String = counts
                .iter()
                .map(|(name, count)| format!("| {name} | {count} |\n"))
                .collect();
            format!("\n## {title}\n\n| | 任务 |\n|---|---:|\n{rows}")
        };
        let configs = configs.concat();
        let by_region = table("按地区", &self.regions);
        let by_year = table("按年份", &self.years);
        let by_function = table("按职能（任务中点到的单位）", &self.functions);
        format!(
            "---\nlanguage:\n  - zh\nsize_categories:\n  - {size}\nconfigs:\n{configs}---\n\n\
             # 政府机关通知：任务、条款与期限\n\n\
             由 duban {version} 从通知原文读出；规则摘要 `{digest}`，记录格式版本 {SCHEMA}。\
             每个单位和期限都带有原文和它在原文件中的字节位置。\n\n\
             | | 数量 |\n|---|---:|\n| 文件 | {documents} |\n| 内容相同、未重复收入的文件 | {repeated} |\n| 条款 | {clauses} |\n| 任务 | {tasks} |\n\
             | 有牵头单位的任务 | {with_lead} |\n| 有截止日期的任务 | {with_day} |\n\
             {by_region}{by_year}{by_function}\n\
             ## 核对与重做\n\n\
             `datapackage.json` 列出每个文件的字段、字节数和 SHA-256；`schema/` 是各类记录的 JSON Schema。\
             用同一版本、同一规则（`rules_digest`）处理同样的原文，得到同样的字节。\
             原文的权利由发布者说明，此处不作授权。\n"
        )
    }
}
