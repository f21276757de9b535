//! Faults of files.

use super::{NOTICE, docx, duban, folder, gz, put, read, with, zip};
use std::fs;
use std::io::Write;
use std::path::Path;

#[test]
fn every_fault_is_told_by_name() {
    let bomb = "0".repeat(80 << 20);
    let deep = "<w:p>".repeat(200_000);
    let mut torn = docx("<w:p><w:r><w:t>各县区科协</w:t></w:r></w:p>");
    let sound = torn.clone();
    torn.truncate(torn.len() / 2);
    let laughs = "<!DOCTYPE a [<!ENTITY b \"各县区\">]><w:document xmlns:w=\"w\"><w:body>&b;</w:body></w:document>";
    let mut lying = zip(&[("n.txt", NOTICE.as_bytes())]);
    let at = lying
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("a list");
    lying[at + 16] ^= 0xFF;
    let mut ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    ole.extend([7; 4000]);
    let nested = (0..8).fold(zip(&[("n.txt", NOTICE.as_bytes())]), |inner, _| {
        zip(&[("i.zip", &inner)])
    });
    for (name, bytes, told) in [
        (
            "noise.txt",
            [0u8, 1, 2, 3, 0xFE, 0xFF, 9].repeat(300),
            "binary",
        ),
        (
            "large.txt",
            "各".repeat(23 << 20).into_bytes(),
            "document-size",
        ),
        ("bomb.txt.gz", gz(bomb.as_bytes()), "document-size"),
        (
            "bomb.zip",
            zip(&[("b.txt", bomb.as_bytes())]),
            "document-size",
        ),
        (
            "bomb.docx",
            docx(&format!(
                "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
                "a".repeat(130 << 20)
            )),
            "text-size",
        ),
        ("nested.zip", nested, "nesting"),
        ("lying.zip", lying, "cannot"),
        ("torn.docx", torn, "damaged"),
        ("torn.zip", b"PK\x03\x04garbage".to_vec(), "damaged"),
        ("deep.docx", docx(&deep), "xml-depth"),
        (
            "laughs.docx",
            zip(&[("word/document.xml", laughs.as_bytes())]),
            "document type",
        ),
        ("empty.docx", docx("<w:p/>"), "no words"),
        ("ole.doc", ole, "damaged"),
        ("torn.pdf", b"%PDF-1.4\n1 0 obj<<".to_vec(), "damaged"),
        (
            "swollen.pdf",
            pdf("/Filter/FlateDecode", &flate(&vec![b' '; 70 << 20])),
            "text-size",
        ),
        (
            "twice.pdf",
            pdf(
                "/Filter[/FlateDecode/FlateDecode]",
                &flate(&flate(&vec![b' '; 70 << 20])),
            ),
            "text-size",
        ),
        (
            "circle.pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R 2 0 R]>>endobj".to_vec(),
            "without pages",
        ),
        (
            "scan.pdf",
            pdf("", b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"),
            "a scan",
        ),
        (
            "deep.pdf",
            pdf("", &[b"BT /F1 16 Tf ".to_vec(), b"[".repeat(1_000_000)].concat()),
            "a scan",
        ),
        (
            "tables.docx",
            docx(&"<w:tbl><w:tr><w:tc>".repeat(20_000)),
            "xml-depth",
        ),
        (
            "deep.rtf",
            format!("{{\\rtf1 {}", "{".repeat(1_000_001)).into_bytes(),
            "xml-depth",
        ),
        (
            "foreign.docx",
            zip(&[("word/document.xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><w:document xmlns:w=\"w\">&b;</w:document>")]),
            "document type",
        ),
        (
            "endless.docx",
            sound[..sound.len() - 22].to_vec(),
            "damaged",
        ),
        ("overlap.zip", overlapping(), "over one another"),
        ("swollen.tar.gz", swollen_tar(), "expansion"),
        ("torn.7z", b"7z\xBC\xAF\x27\x1C\0\x04garbage".to_vec(), "damaged"),
        ("unended.7z", [b"7z\xBC\xAF\x27\x1C\0\x04".to_vec(), vec![0; 60]].concat(), "not packed to its end"),
        ("rows-brotli.parquet", saved("rows-brotli.parquet"), "compression"),
        ("secret.pdf", locked("secret.pdf"), "encrypted"),
        ("secret.xlsx", locked("secret.xlsx"), "encrypted"),
        ("secret.docx", locked("secret.xlsx"), "encrypted"),
        ("secret.zip", locked("secret.zip"), "encrypted"),
        ("secret-aes.zip", locked("secret-aes.zip"), "encrypted"),
        ("secret.7z", locked("secret.7z"), "encrypted"),
        (
            "torn.xlsx",
            zip(&[("xl/workbook.xml", b"<workbook>")]),
            "damaged",
        ),
        (
            "torn.tar",
            [&[0u8; 257][..], b"ustar", &[1; 300]].concat(),
            "damaged",
        ),
        (
            "torn.txt.gz",
            gz(NOTICE.as_bytes())[..60].to_vec(),
            "cannot read",
        ),
        ("a.rar", b"Rar!\x1A\x07\x01\0 and so on".to_vec(), "unpack it"),
        ("a.tar.bz2", b"BZh91AY&SY and so on".to_vec(), "bunzip2"),
        (
            "torn.txt.zst",
            b"\x28\xB5\x2F\xFD\x00\x00\x00".to_vec(),
            "cannot read",
        ),
    ] {
        let (failures, code) = with(&[(name, bytes)], &["--text-field", "text"]);
        assert_eq!(code, 1, "{name} fails, the rest is done");
        assert_eq!(
            failures.lines().count(),
            1,
            "{name} is one failure: {failures}"
        );
        assert!(
            failures.contains(told),
            "{name} is told as {told}: {failures}"
        );
        assert!(failures.contains(name), "{name} is named: {failures}");
    }
}

#[test]
fn names_that_lead_out_of_an_archive_are_only_names() {
    let (failures, code) = with(
        &[(
            "slip.zip",
            zip(&[
                ("../../slip.txt", NOTICE.as_bytes()),
                ("/etc/slip.txt", NOTICE.as_bytes()),
            ]),
        )],
        &[],
    );
    assert_eq!((failures.as_str(), code), ("", 0));
}

#[test]
fn rows_of_a_dataset_fail_one_by_one() {
    let row = |id: &str, text: &str| serde_json::json!({"id": id, "text": text}).to_string();
    let deep = "[".repeat(100_000);
    let lines = [
        row("1", NOTICE),
        "{torn".to_owned(),
        row("2", NOTICE),
        "{\"id\":3}".to_owned(),
        format!("{{\"x\":{deep}"),
    ]
    .join("\n");
    let (failures, code) = with(
        &[("rows.jsonl", lines.into_bytes())],
        &["--text-field", "text"],
    );
    assert_eq!(code, 1);
    assert_eq!(failures.lines().count(), 3, "{failures}");
    assert!(
        failures.contains("rows.jsonl!/3") && failures.contains("--text-field"),
        "{failures}"
    );
}

/// What holds other files: where it lost the name of one, that is passed by like any file of another kind.
const HOLDS_OTHERS: [&str; 7] = [".eml", ".zip", ".7z", ".gz", ".zst", ".jsonl", ".parquet"];

#[test]
fn damaged_files_of_every_format_end_in_a_row() {
    let (input, output) = (folder(), folder());
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats");
    let mut files = 0;
    let mut state = 1u32;
    for entry in fs::read_dir(formats).expect("is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "README" || HOLDS_OTHERS.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        let bytes = fs::read(entry.path()).expect("readable");
        for tenth in [3, 7, 9] {
            put(
                &input,
                &format!("cut{tenth}-{name}"),
                &bytes[..bytes.len() * tenth / 10],
            );
            files += 1;
        }
        for seed in 0..4 {
            let mut flipped = bytes.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % flipped.len();
                flipped[at] ^= 1 << (state >> 29);
            }
            put(&input, &format!("flip{seed}-{name}"), flipped);
            files += 1;
        }
    }
    let ran = duban()
        .args(["extract", "--records", "document", "-o"])
        .arg(output.path().join("documents.jsonl"))
        .arg(input.path())
        .output()
        .expect("runs");
    assert!(matches!(ran.status.code(), Some(0 | 1)), "{:?}", ran.status);
    let manifest = read(&output.path().join("manifest.jsonl"));
    let sources: std::collections::BTreeSet<_> = manifest
        .lines()
        .map(|row| {
            serde_json::from_str::<serde_json::Value>(row).expect("is JSON")["source"].to_string()
        })
        .map(|name| {
            name.split("!/")
                .next()
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned()
        })
        .collect();
    assert_eq!(sources.len(), files, "every file is accounted for");
    assert!(
        !manifest.contains("please report"),
        "no file is a defect: {manifest}"
    );
}

/// However an archive is damaged, the run ends as it should, and what it says of others is the same.
#[test]
fn damaged_archives_end_in_rows_or_are_passed_by() {
    let mut state = 7u32;
    let mut faults = Vec::new();
    for name in [
        "mail.eml",
        "pack.zip",
        "pack.7z",
        "pack.tar.gz",
        "crawl.warc.gz",
        "list.txt.zst",
        "rows.jsonl",
        "rows.parquet",
        "rows-lz4.parquet",
    ] {
        let bytes = saved(name);
        for tenth in 1..10 {
            let cut = bytes[..bytes.len() * tenth / 10].to_vec();
            faults.push((format!("cut{tenth}-{name}"), cut));
        }
        for nth in 0..12 {
            let mut flipped = bytes.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (state >> 3) as usize % flipped.len();
                flipped[at] ^= 1 << (state >> 29);
            }
            faults.push((format!("flip{nth}-{name}"), flipped));
        }
    }
    let faults: Vec<_> = faults
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.clone()))
        .collect();
    let (failures, code) = with(&faults, &["--text-field", "text"]);
    assert_eq!(code, 1);
    assert!(failures.lines().count() > 60, "most of them are told");
    assert!(!failures.contains("please report"), "no file is a defect");
}

#[test]
fn what_is_empty_is_no_failure() {
    let (failures, code) = with(
        &[
            ("empty.txt", Vec::new()),
            ("mark.txt", b"\xEF\xBB\xBF".to_vec()),
            ("wide.txt", b"\xFF\xFE".to_vec()),
            ("empty.jsonl", Vec::new()),
        ],
        &["--text-field", "text"],
    );
    assert_eq!((failures.as_str(), code), ("", 0));
}

#[test]
fn links_and_devices_in_an_archive_are_passed_by() {
    let mut archive = Vec::new();
    for (name, kind) in [
        ("a.txt", b'2'),
        ("b.txt", b'1'),
        ("c.txt", b'3'),
        ("../d.txt", b'2'),
    ] {
        archive.extend(tar_header(name, kind, 0));
    }
    archive.extend([0; 1024]);
    let (failures, code) = with(&[("links.tar", archive)], &[]);
    assert_eq!((failures.as_str(), code), ("", 0));
}

#[test]
fn members_beyond_the_limit_are_refused() {
    for name in ["pack.zip", "pack.7z", "pack.tar.gz"] {
        let (failures, code) = with(&[(name, saved(name))], &["--max-entries", "2"]);
        assert_eq!(code, 1, "{name}");
        assert!(failures.contains("limit entries"), "{name}: {failures}");
    }
}

/// What stands behind the dirt is read, or the file is refused; it is never read as empty.
#[test]
fn words_under_dirt_are_not_lost() {
    let deep = |inner: &str| {
        let (open, close) = ("<div>".repeat(20_000), "</div>".repeat(20_000));
        format!("<html><meta charset=utf-8>{open}{inner}{close}</html>")
    };
    let lines: String = NOTICE
        .lines()
        .map(|line| format!("<p>{line}</p>"))
        .collect();
    let input = folder();
    put(&input, "deep.html", deep(&lines));
    let mut junk = vec![b'\n'; 300];
    junk.extend(pdf("", b"BT /F1 16 Tf 90 700 Td <D2BB> Tj ET"));
    put(&input, "junk.pdf", junk);
    let ran = duban()
        .args(["extract", "--records", "document"])
        .arg(input.path())
        .output()
        .expect("runs");
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let rows = String::from_utf8_lossy(&ran.stdout);
    assert!(
        rows.contains("某市科学技术协会关于报送工作总结的通知"),
        "{rows}"
    );
    assert_eq!(rows.lines().count(), 2);
}

/// A PDF of one page, its words in a stream that is packed by `filter`.
fn pdf(filter: &str, content: &[u8]) -> Vec<u8> {
    let font = "<</Type/Font/Subtype/Type0/Encoding/GBK-EUC-H>>";
    let mut bytes = format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]>>endobj \
         3 0 obj<</Type/Page/Resources<</Font<</F1 {font}>>>>/Contents 4 0 R>>endobj 4 0 obj<</Length {}{filter}>>stream\n",
        content.len()
    )
    .into_bytes();
    bytes.extend(content);
    bytes.extend(b"\nendstream endobj");
    bytes
}

fn flate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("room");
    packed.finish().expect("room")
}

/// A zip archive whose list names one member twice, as that of an archive bomb does.
fn overlapping() -> Vec<u8> {
    let once = zip(&[("n.txt", NOTICE.as_bytes())]);
    let list = once
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .expect("a list");
    let end = once
        .windows(4)
        .position(|four| four == b"PK\x05\x06")
        .expect("an end");
    let mut second = once[list..end].to_vec();
    // Its name: n.txt and m.txt.
    second[46] = b'm';
    let mut tail = once[end..].to_vec();
    for at in [8, 10] {
        tail[at] = 2;
    }
    let len = u32::try_from(2 * (end - list)).expect("is small");
    tail[12..16].copy_from_slice(&len.to_le_bytes());
    [&once[..end], &second, &tail].concat()
}

fn tar_header(name: &str, kind: u8, size: usize) -> Vec<u8> {
    let mut header = vec![0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
    header[156] = kind;
    header[257..263].copy_from_slice(b"ustar\0");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// 300 MB of pictures that are nothing but zeros.
fn swollen_tar() -> Vec<u8> {
    const SIZE: usize = 30 << 20;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..10 {
        packed
            .write_all(&tar_header("a.png", b'0', SIZE))
            .expect("room");
        packed.write_all(&vec![0; SIZE]).expect("room");
    }
    packed.finish().expect("room")
}

/// A file of `corpus/formats/`.
fn saved(name: &str) -> Vec<u8> {
    file("corpus/formats", name)
}

/// A file that a program saved with the password `secret`: 7-Zip, qpdf, msoffcrypto.
fn locked(name: &str) -> Vec<u8> {
    file("tests/faults/locked", name)
}

fn file(folder: &str, name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read(folder.join(name)).expect("is there")
}
