//! Damage run forward comes back.
//!
//! The clean notices of `corpus/` are damaged as archives were (a copying site's blind work on bytes, every pair of
//! encodings taken for one another, printers, scanners), repaired, and compared character by character.
//! `cargo test --test repair -- --nocapture` prints what returned and every line that did not.
#![allow(clippy::print_stdout)]

mod damage;
mod prose;

use damage::{
    Page, Site, blanks_lost, copied, escaped, exported, in_pieces, looks_alike, lost_as_gbk,
    misread, printed, scanned, toneless, unseen,
};
use duban::decode::decode;
use duban::normalize::{Repair, normalize, normalize_at, script};
use duban::record::Script;
use duban::rule::RuleSet;
use duban::source::Source;
use duban::text::{Span, Text};
use encoding_rs::{BIG5, Encoding, GBK, UTF_8, WINDOWS_1252};
use opencc_rust::{DefaultConfig, OpenCC};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> =
    LazyLock::new(|| RuleSet::embedded().expect("the embedded rules compile"));

fn repaired(text: &str, level: Repair) -> String {
    Restored::of(Text::from_utf8(text), level).text
}

/// A text after repair, and what is said of it.
struct Restored {
    text: String,
    /// Lines in which something is reported as doubtful.
    doubtful: BTreeSet<String>,
}

impl Restored {
    fn of(mut text: Text, level: Repair) -> Self {
        let warnings = normalize_at(&mut text, &RULES, level);
        let mut doubtful = BTreeSet::new();
        let mut start = 0;
        for line in text.as_str().split_inclusive('\n') {
            let place = text.source(Span::new(start, start + line.len()));
            start += line.len();
            if warnings.iter().any(|warning| warning.span.overlaps(place)) {
                doubtful.insert(line.trim().to_owned());
            }
        }
        Self {
            text: text.as_str().to_owned(),
            doubtful,
        }
    }
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

/// What is done to a notice.
type Damage<'d> = &'d mut dyn FnMut(&str) -> String;

/// What came back of one kind of damage.
struct Report {
    kind: &'static str,
    chars: usize,
    right: usize,
    /// Characters of which a byte is gone for good.
    lost: usize,
    wrong: Vec<Wrong>,
}

/// A line that did not come back, from where it differs.
struct Wrong {
    want: String,
    got: String,
    chars: usize,
    why: Why,
}

/// Why a line did not come back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// The program says that the line is doubtful, or leaves the sign of a lost byte in it.
    Reported,
    /// The words are right; nothing shows whether the line ends there.
    LineEnd,
    /// As the damage left it: what is certain does not reach so far.
    Untouched,
    /// Something else stands there, and nobody is told.
    Silent,
}

impl Why {
    const ALL: [Self; 4] = [Self::Reported, Self::LineEnd, Self::Untouched, Self::Silent];

    const fn words(self) -> &'static str {
        match self {
            Self::Reported => "reported as doubtful",
            Self::LineEnd => "nothing shows whether the line ends there",
            Self::Untouched => "left as the damage made it",
            Self::Silent => "wrong without a word",
        }
    }
}

impl Report {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            chars: 0,
            right: 0,
            lost: 0,
            wrong: Vec::new(),
        }
    }

    /// Repairs `damaged` and compares.
    fn compare(&mut self, sound: &str, damaged: &str, level: Repair) {
        let restored = Restored::of(Text::from_utf8(damaged), level);
        self.compare_with(sound, damaged, &restored);
    }

    /// Compares line by line what became of `damaged`; of a wrong line, what both begin and end with is right.
    fn compare_with(&mut self, sound: &str, damaged: &str, restored: &Restored) {
        let lines = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .map(|l| l.trim().to_owned())
                .collect()
        };
        let (sound, found) = (lines(sound), lines(&restored.text));
        // A line that was joined or cut shifts all others: what both begin and end with is compared around it.
        let same = sound.len() == found.len();
        let all = found.concat();
        let same_words = sound.concat() == all;
        let mut at = 0;
        for (i, want) in sound.iter().enumerate() {
            let chars = want.chars().count();
            self.chars += chars;
            let got = if same {
                found[i].clone()
            } else {
                match all[at..].find(want.as_str()) {
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
            let pairs = || want.chars().zip(got.chars());
            let head = pairs().take_while(|(a, b)| a == b).count();
            let tail = want
                .chars()
                .rev()
                .zip(got.chars().rev())
                .take_while(|(a, b)| a == b)
                .count();
            // Of as many characters each answers the one in its place.
            let right = if got.chars().count() == chars {
                pairs().filter(|(a, b)| a == b).count()
            } else {
                (head + tail).min(chars.saturating_sub(1))
            };
            self.right += right;
            let why = if same_words {
                Why::LineEnd
            } else if got.contains('\u{fffd}') || restored.doubtful.contains(&got) {
                Why::Reported
            } else if !same && got.is_empty() {
                // The line is found nowhere as it was: whatever the program says of this text may be of this line.
                if restored.doubtful.is_empty() {
                    Why::Silent
                } else {
                    Why::Reported
                }
            } else if damaged.contains(got.as_str()) {
                Why::Untouched
            } else {
                Why::Silent
            };
            let cut = |text: &str| {
                text.chars()
                    .skip(head.saturating_sub(6))
                    .take(30)
                    .collect::<String>()
            };
            self.wrong.push(Wrong {
                want: cut(want),
                got: cut(&got),
                chars: chars - right,
                why,
            });
        }
        // What should be gone and is not.
        let surplus = all
            .chars()
            .count()
            .saturating_sub(sound.concat().chars().count());
        self.right = self.right.saturating_sub(surplus);
    }

    /// The share of characters that are wrong for a reason.
    fn wrong_for(&self, why: Why) -> f64 {
        let wrong = self.wrong.iter().filter(|wrong| wrong.why == why);
        wrong.map(|wrong| wrong.chars).sum::<usize>() as f64 / self.chars.max(1) as f64
    }

    fn share(&self) -> f64 {
        self.right as f64 / self.chars.max(1) as f64
    }

    /// The share of what was not lost.
    fn of_the_rest(&self) -> f64 {
        self.right as f64 / (self.chars - self.lost).max(1) as f64
    }

    fn print(&self) {
        println!(
            "{:<28} {:>7} characters, {:.3} % right, {} lost, {:.3} % of the rest right, {} lines wrong",
            self.kind,
            self.chars,
            self.share() * 100.0,
            self.lost,
            self.of_the_rest() * 100.0,
            self.wrong.len()
        );
        for why in Why::ALL {
            let wrong: Vec<_> = self.wrong.iter().filter(|wrong| wrong.why == why).collect();
            if !wrong.is_empty() {
                let share = self.wrong_for(why) * 100.0;
                println!("  {}: {} lines, {share:.3} %", why.words(), wrong.len());
            }
            for Wrong { want, got, .. } in wrong {
                println!("    {want:?} came back as {got:?}");
            }
        }
    }
}

#[test]
fn damage_run_forward_comes_back() {
    let notices = notices();
    let s2t = OpenCC::new(DefaultConfig::S2T).expect("OpenCC is installed");
    let mut reports = Vec::new();

    let plain = Site::default();
    let other = Site {
        other: true,
        ..plain
    };
    let blank = Site {
        blank: true,
        ..plain
    };
    let commas = Site {
        commas: true,
        ..plain
    };
    for (kind, level, site, seed) in [
        ("copying site, safe", Repair::Safe, plain, 7),
        ("copying site, full", Repair::Full, plain, 7),
        ("copying site, other list", Repair::Safe, other, 401),
        ("copying site, blanks", Repair::Safe, blank, 402),
        ("copying site, commas", Repair::Safe, commas, 403),
    ] {
        let mut report = Report::new(kind);
        let mut draw = Draw(seed);
        for notice in &notices {
            // OpenCC's way there and back is not the site's: what it does to sound text is taken as given.
            let sound = repaired(&s2t.convert(notice).replace('隻', "只"), level);
            report.compare(&sound, &copied(notice, &s2t, &mut draw, site), level);
        }
        reports.push(report);
    }

    let t2s = OpenCC::new(DefaultConfig::T2S).expect("OpenCC is installed");
    let mut draw = Draw(404);
    let table = RULES.data("normalize/code_points.txt");
    let latin = |text: &str| text.bytes().map(char::from).collect::<String>();
    let kinds: [(&'static str, Damage<'_>); 8] = [
        ("toneless, simplified", &mut |text| {
            toneless(text, &t2s, &mut draw)
        }),
        ("radicals and doubles", &mut |text| looks_alike(text, table)),
        ("unseen characters", &mut |text| {
            unseen(text, &mut Draw(405))
        }),
        ("escaped once", &mut |text| escaped(text, 1)),
        ("escaped twice", &mut |text| escaped(text, 2)),
        ("images and field codes", &mut |text| {
            exported(text, &mut Draw(406))
        }),
        ("UTF-8 as Latin-1", &mut |text| latin(text)),
        ("UTF-8 as Latin-1, twice", &mut |text| latin(&latin(text))),
    ];
    for (kind, damage) in kinds {
        let mut report = Report::new(kind);
        for notice in &notices {
            report.compare(notice, &damage(notice), Repair::Safe);
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
            report.compare(&repaired(&sound, Repair::Safe), &damaged, Repair::Safe);
        }
        reports.push(report);
    }

    let page = |width, around, numbered, head| Page {
        width,
        around,
        numbered,
        head,
    };
    let (indented, spaced) = (("　　", ""), ("", "\n"));
    for (kind, cut) in [
        ("lines of 28", page(28, indented, false, None)),
        ("lines of 38", page(38, indented, false, None)),
        ("lines of 32, spaced", page(32, spaced, false, None)),
        ("lines of 28, page numbers", page(28, indented, true, None)),
        (
            "lines of 36, heads",
            page(36, indented, false, Some("某市人民政府公报")),
        ),
    ] {
        let mut report = Report::new(kind);
        for notice in &notices {
            let whole = page(1 << 30, cut.around, false, None);
            let (sound, damaged) = (printed(notice, &whole), printed(notice, &cut));
            // What stands at the head of one page does not come back.
            if cut
                .head
                .is_some_and(|head| damaged.matches(head).count() < 2)
            {
                continue;
            }
            let sound = repaired(&sound, Repair::Safe);
            report.compare(&sound, &damaged, Repair::Safe);
        }
        reports.push(report);
    }

    let mut report = Report::new("NBSP as question marks");
    for notice in &notices {
        report.compare(notice, &blanks_lost(notice), Repair::Safe);
    }
    reports.push(report);

    let mut report = Report::new("every notice twice");
    // A few rows of a table may well say the same twice.
    for notice in notices.iter().filter(|notice| notice.lines().count() > 8) {
        let twice = format!("{}\n\n{notice}", notice.trim_end());
        report.compare(notice, &twice, Repair::Safe);
    }
    reports.push(report);

    let mut report = Report::new("scanner and typist");
    for notice in &notices {
        report.compare(notice, &scanned(notice), Repair::Safe);
    }
    reports.push(report);

    // Where a byte had no partner it is gone, and its character with it: what is left must be right around it. Half of all
    // stretches between ASCII have an odd number of bytes, and 0x80 is no byte of GBK.
    let mut lossy = Report::new("UTF-8 as GBK, bytes lost");
    let mut lost = 0;
    for notice in &notices {
        let damaged = misread(notice, None, GBK).expect("UTF-8 can write everything");
        lossy.compare(notice, &damaged, Repair::Safe);
        lost += lost_as_gbk(notice);
    }
    lossy.lost = lost;
    lossy.print();
    assert!(lossy.of_the_rest() >= 0.99);
    // Characters that were cut at the edges of a buffer.
    for (kind, len) in [
        ("GBK in pieces of 1023", 1023),
        ("GBK in pieces of 255", 255),
    ] {
        let mut pieces = Report::new(kind);
        for notice in &notices {
            let (damaged, lost) = in_pieces(notice, len);
            pieces.compare(notice, &damaged, Repair::Safe);
            pieces.lost += lost;
        }
        pieces.print();
        assert!(pieces.of_the_rest() >= 0.99);
    }
    // Nor does an old decoder leave a sign where it dropped a byte.
    let mut dropped = Report::new("copying site, old decoder");
    let mut draw = Draw(7);
    let old = Site {
        old: true,
        ..Site::default()
    };
    for notice in &notices {
        let sound = repaired(&s2t.convert(notice).replace('隻', "只"), Repair::Safe);
        let page = copied(notice, &s2t, &mut draw, old);
        dropped.compare(&sound, &page, Repair::Safe);
    }
    dropped.print();
    assert!(dropped.share() >= 0.96);

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
        let silent = report.wrong_for(Why::Silent);
        assert!(
            silent <= 0.003,
            "{}: {silent:.5} of the characters are wrong without a word",
            report.kind
        );
        assert!(
            report.share() >= 0.99,
            "{}: only {:.3} of the characters came back",
            report.kind,
            report.share()
        );
    }
}

/// Notices in GBK, UTF-8 and Big5 one behind the other, and words in UTF-8 within a line of GBK.
#[test]
fn files_of_several_encodings_come_back() {
    let notices = notices();
    let s2t = OpenCC::new(DefaultConfig::S2T).expect("OpenCC is installed");
    let lines = |text: &str, encoding: &'static Encoding| -> (String, Vec<u8>) {
        let kept = text.lines().filter(|line| !encoding.encode(line).2);
        let text: String = kept.flat_map(|line| [line, "\n"]).collect();
        let bytes = encoding.encode(&text).0.into_owned();
        (text, bytes)
    };
    let mut report = Report::new("blocks of several encodings");
    for three in notices.chunks_exact(3) {
        let parts = [
            lines(&three[0], GBK),
            lines(&three[1], UTF_8),
            lines(&s2t.convert(&three[2]), BIG5),
        ];
        let sound: String = parts.iter().map(|(text, _)| text.as_str()).collect();
        let bytes: Vec<u8> = parts.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let source = Source::plain("three.txt", bytes);
        let Ok(decoded) = decode(&source) else {
            panic!("three notices are text");
        };
        let restored = Restored::of(decoded.text, Repair::Safe);
        report.compare_with(&repaired(&sound, Repair::Safe), "", &restored);
    }
    report.print();
    assert!(report.share() >= 0.99);

    let gb = |words: &str| GBK.encode(words).0.into_owned();
    let bytes = [
        gb("一、各县区要认真落实，抓好整改。"),
        "（责任单位：市科协）".into(),
        gb("请于6月底前报送。\n二、各单位要加强领导。\n"),
    ]
    .concat();
    let decoded = decode(&Source::plain("line.txt", bytes)).expect("a line is text");
    assert_eq!(
        decoded.text.as_str(),
        "一、各县区要认真落实，抓好整改。（责任单位：市科协）请于6月底前报送。\n二、各单位要加强领导。\n"
    );
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
    let untouched = |text: &str| {
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
    };
    notices().iter().for_each(|notice| untouched(notice));
    SOUND.iter().for_each(|text| untouched(text));
    let mut draw = Draw(2021);
    let mut lines = BTreeSet::new();
    let mut size = 0;
    // Only lines that were not there before count.
    while size < 1 << 20 {
        let text = prose::document(&mut draw);
        untouched(&text);
        let new = text.lines().filter(|line| lines.insert((*line).to_owned()));
        size += new.map(str::len).sum::<usize>();
    }
}

#[test]
fn every_repaired_character_points_at_its_bytes() {
    let s2t = OpenCC::new(DefaultConfig::S2T).expect("OpenCC is installed");
    let mut draw = Draw(11);
    for notice in notices().iter().take(8) {
        let source = copied(notice, &s2t, &mut draw, Site::default());
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
