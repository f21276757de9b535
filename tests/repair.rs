//! Damage run forward comes back.
//!
//! The clean notices of `corpus/` are damaged as archives were (a copying site's blind work on bytes, every pair of
//! encodings taken for one another, printers, scanners), repaired, and compared character by character.
//! `cargo test --test repair -- --nocapture` prints what returned and every line that did not.
#![allow(clippy::print_stdout)]

use duban::decode::decode;
use duban::normalize::{Repair, normalize, normalize_at, script};
use duban::record::Script;
use duban::rule::RuleSet;
use duban::source::Source;
use duban::text::{Span, Text};
use encoding_rs::{BIG5, Encoding, GBK, WINDOWS_1252};
use opencc_rust::{DefaultConfig, OpenCC};
use std::path::Path;
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the embedded rules compile"));

fn repaired(text: &str, level: Repair) -> String {
    let mut text = Text::from_utf8(text);
    normalize_at(&mut text, &RULES, level);
    text.as_str().to_owned()
}

/// The notices of `corpus/` in simplified characters, as they are when nothing is wrong with them.
fn notices() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut names: Vec<_> = walkdir::WalkDir::new(corpus)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    names.sort();
    let mut notices = Vec::new();
    for name in names {
        let bytes = std::fs::read(&name).expect("a file of the corpus can be read");
        let Ok(decoded) = decode(&Source::plain(name.display().to_string(), bytes)) else {
            continue;
        };
        if script(decoded.text.as_str()) != Script::Hans {
            continue;
        }
        let sound = repaired(decoded.text.as_str(), Repair::Safe);
        // What GB 2312 cannot write was no simplified page of that time.
        if !sound.contains(|c: char| ('\u{e000}'..='\u{f8ff}').contains(&c) || c == '\u{fffd}') {
            notices.push(sound);
        }
    }
    assert!(
        notices.len() >= 30,
        "the corpus has fewer simplified notices than it had"
    );
    notices
}

/// A stream of numbers that is the same in every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What came back of one kind of damage.
struct Report {
    kind: &'static str,
    chars: usize,
    right: usize,
    wrong: Vec<(String, String)>,
}

impl Report {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            chars: 0,
            right: 0,
            wrong: Vec::new(),
        }
    }

    /// Compares line by line; of a wrong line, what both begin and end with is right.
    fn compare(&mut self, sound: &str, restored: &str) {
        let lines = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .map(|l| l.trim().to_owned())
                .collect()
        };
        let (sound, restored) = (lines(sound), lines(restored));
        // A line that was joined or cut shifts all others: what both begin and end with is compared around it.
        let same = sound.len() == restored.len();
        let restored_all = restored.concat();
        let mut at = 0;
        for (i, want) in sound.iter().enumerate() {
            let chars = want.chars().count();
            self.chars += chars;
            let got = if same {
                restored[i].clone()
            } else {
                match restored_all[at..].find(want.as_str()) {
                    Some(found) => {
                        at += found + want.len();
                        want.clone()
                    }
                    None => String::new(),
                }
            };
            if *want == got {
                self.right += chars;
                continue;
            }
            let head = want
                .chars()
                .zip(got.chars())
                .take_while(|(a, b)| a == b)
                .count();
            let tail = want
                .chars()
                .rev()
                .zip(got.chars().rev())
                .take_while(|(a, b)| a == b)
                .count();
            // Of as many characters each answers the one in its place.
            self.right += if got.chars().count() == chars {
                want.chars()
                    .zip(got.chars())
                    .filter(|(a, b)| a == b)
                    .count()
            } else {
                (head + tail).min(chars.saturating_sub(1))
            };
            let cut = |text: &str| {
                text.chars()
                    .skip(head.saturating_sub(6))
                    .take(30)
                    .collect::<String>()
            };
            self.wrong.push((cut(want), cut(&got)));
        }
        // Lines that should be one or two.
        let head = |line: &String| line.chars().take(60).collect::<String>();
        let missing = |of: &[String], from: &[String]| -> String {
            let missing: Vec<_> = of
                .iter()
                .filter(|line| !from.contains(line))
                .map(head)
                .collect();
            missing.join(" / ")
        };
        if !same {
            self.wrong
                .push((missing(&sound, &restored), missing(&restored, &sound)));
        }
    }

    fn share(&self) -> f64 {
        self.right as f64 / self.chars.max(1) as f64
    }

    fn print(&self) {
        println!(
            "{:<28} {:>7} characters, {:.3} % right, {} lines wrong",
            self.kind,
            self.chars,
            self.share() * 100.0,
            self.wrong.len()
        );
        for (want, got) in self.wrong.iter().take(400) {
            println!("    {want:?} came back as {got:?}");
        }
    }
}

/// Characters that such a site annotates, each with the one reading that it knows.
const ANNOTATED: &str = "區qū 協xié 學xué 會huì 經jīng 機jī 關guān 屬shǔ 業yè 現xiàn 長zhǎng 術shù 點diǎn 發fā 請qǐng 結jié 實shí 際jì 認rèn 貫guàn \
    徹chè 國guó 產chǎn 規guī 劃huà 開kāi 習xí 時shí 義yì 領lǐng 導dǎo 圍wéi 繞rào 團tuán 隊duì 動dòng 員yuán 務wù 創chuàng 驅qū 強qiáng 責zé \
    職zhí 聯lián 組zǔ 織zhī 幹gàn 當dāng 質zhì 難nán 題tí 項xiàng 處chǔ 場chǎng 設shè 計jì 數shù 據jù 總zǒng 節jié 環huán 縣xiàn 鄉xiāng 鎮zhèn 農nóng \
    電diàn 話huà 報bào 評píng 價jià 驗yàn 標biāo 準zhǔn 級jí 類lèi 條tiáo 運yùn 競jìng 爭zhēng 歷lì 衛wèi 醫yī 療liáo 護hù 證zhèng 側cè 冊cè 單dān";

/// The pages of a copying site: annotations put into bytes, the bytes cut before marks, decoded piece by piece.
fn copied(simplified: &str, converter: &OpenCC, draw: &mut Draw, old: bool) -> String {
    let traditional = converter.convert(simplified).replace('隻', "只");
    let mut bytes = GBK.encode(&traditional).0.into_owned();
    for entry in ANNOTATED.split_whitespace() {
        let c = entry.chars().next().expect("no entry is empty");
        let code = GBK.encode(&entry[..c.len_utf8()]).0.into_owned();
        // The sites write toned vowels in GBK, too.
        let note = GBK.encode(&entry[c.len_utf8()..]).0.into_owned();
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at..].starts_with(&code) {
                out.extend_from_slice(&code);
                out.push(b'(');
                out.extend_from_slice(&note);
                out.push(b')');
                at += 2;
            } else {
                out.push(bytes[at]);
                at += 1;
            }
        }
        bytes = out;
    }
    let marks = [
        [0xA3, 0xA1],
        [0xA3, 0xBF],
        [0xA3, 0xAC],
        [0xA3, 0xBB],
        [0xA1, 0xA3],
        [0xA1, 0xA2],
    ];
    let mut page = String::new();
    let mut start = 0;
    for at in 1..bytes.len() {
        if at > start && marks.iter().any(|mark| bytes[at..].starts_with(mark)) && draw.next(2) == 0
        {
            decode_cp936(&bytes[start..at], &mut page, old);
            start = at;
        }
    }
    decode_cp936(&bytes[start..], &mut page, old);
    // A data set folded the wide marks of ASCII.
    page.chars()
        .map(|c| {
            if ('！'..='～').contains(&c) {
                char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

/// As PHP decodes CP936: a lead with a trail that fits nothing is one `?`, and both bytes are gone. Before its version 8 a
/// lead at the end of a piece was nothing at all.
fn decode_cp936(bytes: &[u8], out: &mut String, old: bool) {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            byte @ 0..0x80 => {
                out.push(char::from(byte));
                at += 1;
            }
            0x80 => {
                out.push('€');
                at += 1;
            }
            _ => {
                let pair = &bytes[at..bytes.len().min(at + 2)];
                let (read, failed) = GBK.decode_without_bom_handling(pair);
                if pair.len() < 2 && old {
                    return;
                }
                if failed || pair.len() < 2 || pair[1] < 0x40 || pair[1] == 0x7F {
                    out.push('?')
                } else {
                    out.push_str(&read)
                }
                at += 2;
            }
        }
    }
}

/// What a program sees that takes text in one encoding for another.
fn misread(
    text: &str,
    written: Option<&'static Encoding>,
    taken: &'static Encoding,
) -> Option<String> {
    let bytes = match written {
        None => text.as_bytes().to_vec(),
        Some(encoding) => {
            let (bytes, _, failed) = encoding.encode(text);
            if failed {
                return None;
            }
            bytes.into_owned()
        }
    };
    Some(taken.decode_without_bom_handling(&bytes).0.into_owned())
}

/// Lines of `width` hanzi, as a printer cuts them; paragraphs are indented, and a page of 22 lines has its number.
fn printed(text: &str, width: usize, numbered: bool) -> String {
    let mut out = String::new();
    let mut lines = 0;
    let mut page = 1;
    for paragraph in text.lines() {
        let words = paragraph.trim();
        if words.is_empty() {
            continue;
        }
        if words.contains(['|', '\t']) || words.contains("  ") {
            // Rows of tables are not set as text.
            out.push_str(words);
            out.push('\n');
            continue;
        }
        let mut column = 4;
        out.push_str("　　");
        for c in words.chars() {
            let in_word = c.is_ascii_graphic() && out.ends_with(|c: char| c.is_ascii_graphic());
            if column + 2 > 2 * width && !in_word && !"，。、；：！？）》”".contains(c) {
                out.push('\n');
                column = 0;
                lines += 1;
                if numbered && lines % 22 == 0 {
                    out.push_str(&format!("\n— {page} —\n\n"));
                    page += 1;
                }
            }
            column += if c.is_ascii() { 1 } else { 2 };
            out.push(c);
        }
        out.push('\n');
        lines += 1;
    }
    out
}

/// A scanner's and a typist's marks.
fn scanned(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let words = words
            .strip_prefix("（一）")
            .map_or_else(|| words.to_owned(), |rest| format!("(ー){rest}"));
        out.push_str(indent);
        out.push_str(
            &words
                .replace('〔', "[")
                .replace('〕', "]")
                .replace('（', "(")
                .replace('）', ")")
                .replace('，', ",")
                .replace('：', ":")
                .replace('；', ";"),
        );
        out.push('\n');
    }
    out
}

#[test]
fn damage_run_forward_comes_back() {
    let notices = notices();
    let s2t = OpenCC::new(DefaultConfig::S2T).expect("OpenCC is installed");
    let mut reports = Vec::new();

    for (kind, level, old) in [
        ("copying site, safe", Repair::Safe, false),
        ("copying site, full", Repair::Full, false),
        ("copying site, old decoder", Repair::Safe, true),
    ] {
        let mut report = Report::new(kind);
        let mut draw = Draw(7);
        for notice in &notices {
            // OpenCC's way there and back is not the site's: what it does to sound text is taken as given.
            let sound = repaired(&s2t.convert(notice).replace('隻', "只"), level);
            report.compare(
                &sound,
                &repaired(&copied(notice, &s2t, &mut draw, old), level),
            );
        }
        reports.push(report);
    }

    let pairs: [(
        &'static str,
        Option<&'static Encoding>,
        &'static Encoding,
        bool,
    ); 6] = [
        ("UTF-8 as Windows-1252", None, WINDOWS_1252, false),
        ("UTF-8 as GBK", None, GBK, false),
        ("GBK as Windows-1252", Some(GBK), WINDOWS_1252, false),
        ("GBK as Big5", Some(GBK), BIG5, false),
        ("Big5 as GBK", Some(BIG5), GBK, true),
        ("Big5 as Windows-1252", Some(BIG5), WINDOWS_1252, true),
    ];
    for (kind, written, taken, traditional) in pairs {
        let mut report = Report::new(kind);
        for notice in &notices {
            let (mut sound, mut damaged) = (String::new(), String::new());
            for line in notice.lines() {
                let words = if traditional {
                    s2t.convert(line)
                } else {
                    line.to_owned()
                };
                // Bytes that the wrong encoding has no character for are lost for good, and the line with them.
                if let Some(wrong) =
                    misread(&words, written, taken).filter(|wrong| !wrong.contains('\u{fffd}'))
                {
                    sound.extend([words.as_str(), "\n"]);
                    damaged.extend([wrong.as_str(), "\n"]);
                }
            }
            report.compare(
                &repaired(&sound, Repair::Safe),
                &repaired(&damaged, Repair::Safe),
            );
        }
        reports.push(report);
    }

    for (kind, width, numbered) in [
        ("lines of 28", 28, false),
        ("lines of 38", 38, false),
        ("lines of 28, page numbers", 28, true),
    ] {
        let mut report = Report::new(kind);
        for notice in &notices {
            let sound = repaired(&printed(notice, 1 << 30, false), Repair::Safe);
            report.compare(
                &sound,
                &repaired(&printed(notice, width, numbered), Repair::Safe),
            );
        }
        reports.push(report);
    }

    let mut report = Report::new("scanner and typist");
    for notice in &notices {
        report.compare(notice, &repaired(&scanned(notice), Repair::Safe));
    }
    reports.push(report);

    // Where a byte had no partner it is gone, and its character with it: what is left must be right around it.
    let mut lossy = Report::new("UTF-8 as GBK, bytes lost");
    for line in notices.iter().flat_map(|notice| notice.lines()) {
        let damaged = misread(line, None, GBK).expect("UTF-8 can write everything");
        lossy.compare(line, &repaired(&damaged, Repair::Safe));
    }
    lossy.wrong.truncate(20);
    lossy.print();
    assert!(
        lossy.share() >= 0.9,
        "only {:.3} came back where bytes were lost",
        lossy.share()
    );

    let (mut right, mut chars) = (0, 0);
    for report in &reports {
        report.print();
        right += report.right;
        chars += report.chars;
    }
    assert!(
        right * 100 >= chars * 99,
        "only {right} of {chars} characters came back"
    );
    for report in &reports {
        assert!(
            report.share() >= 0.99,
            "{}: only {:.3} of the characters came back",
            report.kind,
            report.share()
        );
    }
}

/// English, figures, formulas, addresses, and Chinese that looks like damage and is none.
const SOUND: &[&str] = &[
    "The Ministry issued Notice No. 47 (2019), which applies to all units; see http://www.example.gov.cn/art/2019/5/28/a_1.html?id=3,4.",
    "Café naïve, Ångström, São Paulo, 25 µm ± 3 °C, f(x) = (a + b)/2, x < y && y > z, R&D, AT&T, 3×5, 50%, 1,000,000.50",
    "上午9:30—11:30在A座3楼（301会议室）开会，比例1:3，气温-5℃至12℃，占8.5%，约3.5亿元，5,000余人。",
    "联系人：王芳 李明，电话：0471-6621013、(010)66554433，邮箱：a.b-c@mail.example.cn，地址：中山路88号院3号楼2单元401室。",
    "乾隆年间、皇后镇、里程碑、干部、瞭望哨、沈阳、哪吒、朱镕基、李堃、陈喆、乾安县、后稷、范仲淹、钟锤、征求意见、覆盖。",
    "荨（qián）麻疹、重（chóng）庆、拼音（pīnyīn）、西安（Xi'an）；怎么办？！真的？？是的。",
    "——加强领导；“四个意识”、‘内引号’；《办法（试行）》〔2021〕3号；一是……二是……；①②③；Ⅰ类、Ⅱ类；●重点；★核心。",
    "int main(void) { return a[2019] ? 1 : 0; } // GB 18030-2022, UTF-8, ISO 8859-1",
    "2019年5月中旬一6月上旬，二〇一九年，第十三届，三八妇女节，五一劳动节，11·9消防日，5·30科技工作者日。",
];

#[test]
fn sound_text_is_not_touched() {
    let mut size = 0;
    let notices = notices();
    while size < 1 << 20 {
        for text in notices
            .iter()
            .map(String::as_str)
            .chain(SOUND.iter().copied())
        {
            // Each a few times: rounds more say nothing new.
            size += text.len() * 8;
            let mut result = Text::from_utf8(text);
            let warnings = normalize(&mut result, &RULES);
            let edits: Vec<_> = result
                .edits()
                .iter()
                .map(|edit| (edit.reason, edit.span.of(text), &edit.to))
                .collect();
            assert!(
                edits.is_empty() && warnings.is_empty(),
                "sound text was changed: {edits:?} {warnings:?}"
            );
        }
    }
}

#[test]
fn every_repaired_character_points_at_its_bytes() {
    let s2t = OpenCC::new(DefaultConfig::S2T).expect("OpenCC is installed");
    let mut draw = Draw(11);
    for notice in notices().iter().take(8) {
        let source = copied(notice, &s2t, &mut draw, false);
        let mut text = Text::from_utf8(source.as_str());
        normalize_at(&mut text, &RULES, Repair::Full);
        let mut last = 0;
        for (at, c) in text.as_str().char_indices() {
            let span = text.source(Span::new(at, at + c.len_utf8()));
            assert!(
                span.start >= last && source.get(span.start..span.end).is_some(),
                "{c} at {at} points at {span:?}"
            );
            last = span.start;
        }
        let again = repaired(text.as_str(), Repair::Full);
        assert_eq!(again, text.as_str(), "repairing twice changes nothing more");
    }
}

#[test]
fn the_damaged_seed_reads_as_it_should() {
    let seed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds/001_9ea7fcb19178ca69.txt");
    let Ok(source) = std::fs::read_to_string(seed) else {
        return;
    };
    let text = repaired(&source, Repair::Safe);
    for words in ["确保科协工作", "担当的高素质科协干部队伍", "“三牛”精神"]
    {
        assert!(text.contains(words), "{words} is not restored");
    }
}
