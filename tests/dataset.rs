//! What is published with the records holds: schemas, descriptor, hashes.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn duban(arguments: &[&str], paths: &[&Path]) -> String {
    let run = Command::new(assert_cmd::cargo::cargo_bin!("duban"))
        .args(arguments)
        .args(paths)
        .output()
        .expect("duban runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).expect("UTF-8")
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Checks a value against the part of JSON Schema that the program's own schemas use; another word in one stops the test.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    let Some(schema) = schema.as_object() else {
        assert_eq!(schema, &Value::Bool(true), "{at}");
        return;
    };
    for (word, rule) in schema {
        match word.as_str() {
            "$schema" | "title" | "description" | "$defs" | "format" | "default" => {}
            "minimum" => assert!(value.is_null() || value.as_f64() >= rule.as_f64(), "{at}"),
            "maximum" => assert!(value.is_null() || value.as_f64() <= rule.as_f64(), "{at}"),
            "const" => assert_eq!(value, rule, "{at}"),
            "enum" => assert!(
                rule.as_array().expect("values").contains(value),
                "{at}: {value}"
            ),
            "$ref" => {
                let name = rule.as_str().and_then(|path| path.strip_prefix("#/$defs/"));
                let definition = &root["$defs"][name.expect("a definition")];
                check(value, definition, root, at);
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str().expect("a type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("{at}: type {other}"),
                };
                let fits = rule
                    .as_array()
                    .map_or_else(|| is(rule), |kinds| kinds.iter().any(is));
                assert!(fits, "{at}: {value} is no {rule}");
            }
            "required" => {
                for name in rule.as_array().expect("names") {
                    let name = name.as_str().expect("a name");
                    assert!(
                        value.is_null() || value.get(name).is_some(),
                        "{at}: no {name}"
                    );
                }
            }
            "properties" => {
                let properties = rule.as_object().expect("properties");
                for (name, value) in value.as_object().into_iter().flatten() {
                    let schema = properties.get(name);
                    let schema =
                        schema.unwrap_or_else(|| panic!("{at}: {name} is not in the schema"));
                    check(value, schema, root, &format!("{at}.{name}"));
                }
            }
            "items" => {
                for value in value.as_array().into_iter().flatten() {
                    check(value, rule, root, &format!("{at}[]"));
                }
            }
            "prefixItems" => {
                let rules = rule.as_array().expect("schemas");
                for (value, rule) in value.as_array().expect("a list").iter().zip(rules) {
                    check(value, rule, root, &format!("{at}[]"));
                }
            }
            "minItems" | "maxItems" => {
                let length = value.as_array().map(|list| list.len() as u64);
                assert_eq!(length, rule.as_u64(), "{at}");
            }
            "anyOf" | "oneOf" => {
                let fits = rule.as_array().expect("schemas").iter().any(|schema| {
                    if schema["type"] == "null" {
                        return value.is_null();
                    }
                    std::panic::catch_unwind(|| check(value, schema, root, at)).is_ok()
                });
                assert!(fits, "{at}: {value}");
            }
            other => panic!("{at}: the schema says {other}"),
        }
    }
}

#[test]
fn every_record_of_the_corpus_fits_its_schema() {
    let folder = folder();
    duban(
        &["extract", "--records", "all", "-o"],
        &[folder.path(), &corpus()],
    );
    for (name, file) in [
        ("task", "tasks.jsonl"),
        ("clause", "clauses.jsonl"),
        ("document", "documents.jsonl"),
    ] {
        let schema: Value = serde_json::from_str(&duban(&["schema", name], &[])).expect("JSON");
        let records = fs::read_to_string(folder.path().join(file)).expect("records");
        assert!(!records.is_empty());
        for line in records.lines() {
            let record = serde_json::from_str(line).expect("JSON");
            check(&record, &schema, &schema, name);
        }
        let first = records.lines().next().expect("a record");
        let mut spoiled: Value = serde_json::from_str(first).expect("JSON");
        spoiled["schema"] = Value::from("one");
        let refused = std::panic::catch_unwind(|| check(&spoiled, &schema, &schema, name));
        assert!(refused.is_err(), "the check checks nothing");
    }
}

#[test]
fn a_dataset_describes_itself() {
    let (first, second) = (folder(), folder());
    let corpus = corpus().join("qujing");
    for folder in [&first, &second] {
        duban(&["extract", "--dataset"], &[folder.path(), &corpus]);
    }
    let words = fs::read_to_string(first.path().join("datapackage.json")).expect("a descriptor");
    let package: Value = serde_json::from_str(&words).expect("JSON");
    assert_eq!(
        package["$schema"],
        "https://datapackage.org/profiles/2.0/datapackage.json"
    );
    assert!(
        package["rules_digest"]
            .as_str()
            .is_some_and(|digest| !digest.is_empty())
    );
    let resources = package["resources"].as_array().expect("resources");
    assert!(resources.len() >= 8, "{resources:?}");
    for resource in resources {
        let name = resource["path"].as_str().expect("a path");
        let bytes = fs::read(first.path().join(name)).expect("the file");
        assert_eq!(resource["bytes"], bytes.len() as u64, "{name}");
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(resource["hash"], format!("sha256:{hex}"), "{name}");
        let again = fs::read(second.path().join(name)).expect("the file");
        assert!(again == bytes, "{name} differs from run to run");
        if name.ends_with(".csv") {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let head = text
                .trim_start_matches('\u{feff}')
                .lines()
                .next()
                .unwrap_or("")
                .to_owned();
            let fields = resource["schema"]["fields"].as_array().expect("fields");
            let names: Vec<_> = fields.iter().filter_map(|f| f["name"].as_str()).collect();
            assert_eq!(head, names.join(","), "{name}");
        }
    }
    let card = fs::read_to_string(first.path().join("README.md")).expect("a card");
    assert!(
        card.starts_with("---\nlanguage:\n  - zh\n") && card.contains("云南省曲靖市"),
        "{card}"
    );
    for kind in ["task", "clause", "document"] {
        assert!(first.path().join(format!("schema/{kind}.json")).is_file());
    }
}
