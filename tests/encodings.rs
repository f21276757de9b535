//! How often the encoding is found, by length, on sentences made up for this test.
//!
//! `cargo test --test encodings -- --nocapture` prints the table.

use duban::decode::decode;
use duban::source::Source;
use encoding_rs::{BIG5, GB18030};

const SIMPLIFIED: &[&str] = &[
    "各县（市、区）科协，市直各有关单位：",
    "为贯彻落实全省科普工作会议精神，",
    "现将有关事项通知如下，请认真组织实施。\n",
    "一、加强组织领导，明确责任分工。",
    "由市教育局牵头，市财政局、市人力资源和社会保障局配合，",
    "于2021年6月底前完成整改任务；",
    "（二）开展青少年科技创新大赛",
    "推动学会改革，建设高水平专家库，",
    "每季度首月10日前报送进展情况。\n",
    "联系人：张伟，联系电话：0632-3314567。",
    "对工作不力、进度滞后的单位予以通报批评。",
    "积极争取上级资金，确保项目按期竣工，",
    "做好防汛抗旱、森林防火和安全生产督查，",
];

const TRADITIONAL: &[&str] = &[
    "各縣（市、區）科協，市直各有關單位：",
    "為貫徹落實全省科普工作會議精神，",
    "現將有關事項通知如下，請認真組織實施。\n",
    "一、加強組織領導，明確責任分工。",
    "由市教育局牽頭，市財政局、市衛生局配合，",
    "於2021年6月底前完成整改任務；",
    "（二）開展青少年科技創新大賽",
    "推動學會改革，建設高水平專家庫，",
    "每季度首月10日前報送進展情況。\n",
    "聯繫人：張偉，聯絡電話：0632-3314567。",
    "對工作不力、進度滯後的單位予以通報批評。",
];

const CANTONESE: &[&str] = &[
    "呢份通告係發畀各區民政事務處嘅，",
    "請喺六月底之前交返啲資料，",
    "唔明嘅地方可以打電話嚟問，",
    "各部門要做好嘅工作包括防洪同埋清潔街道。\n",
    "佢哋負責統籌，其他單位配合，",
    "冇交齊文件嘅，唔會受理。",
];

/// 䶮 has two bytes only in the later GB18030, the others four.
const RARE: &[char] = &['㐂', '㕑', '㵘', '䢺', '𠮷', '𬭚', '𫖯'];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn words(&mut self, pool: &[&str], len: usize) -> String {
        let mut text = String::new();
        while text.chars().count() < len + 30 {
            text.push_str(pool[self.roll(pool.len())]);
        }
        let skip = self.roll(20);
        text.chars().skip(skip).take(len).collect()
    }

    fn rare(&mut self, len: usize) -> String {
        let mut text: Vec<char> = self.words(SIMPLIFIED, len).chars().collect();
        for _ in 0..1 + len / 50 {
            let (at, rare) = (self.roll(text.len()), self.roll(RARE.len()));
            text[at] = RARE[rare];
        }
        text.into_iter().collect()
    }
}

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    mark.into_iter()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

fn hz(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |l| (l, "\n"));
        for run in line.split_inclusive(|c: char| c.is_ascii()) {
            let (hanzi, letter) = run
                .strip_suffix(|c: char| c.is_ascii())
                .map_or((run, ""), |hanzi| (hanzi, &run[hanzi.len()..]));
            if !hanzi.is_empty() {
                bytes.extend_from_slice(b"~{");
                bytes.extend(GB18030.encode(hanzi).0.iter().map(|byte| byte & 0x7F));
                bytes.extend_from_slice(b"~}");
            }
            bytes.extend_from_slice(letter.as_bytes());
        }
        bytes.extend_from_slice(end.as_bytes());
    }
    bytes
}

type Make = fn(&mut Dice, usize) -> Vec<u8>;

/// Takes the first and the last byte off, and so cuts two characters.
fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.remove(0);
    bytes.pop();
    bytes
}

fn spoil(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = dice.roll(bytes.len());
    bytes[at] = 0xFF;
    bytes
}

/// What is made, the encoding to be found, and the least share of right answers in percent at 20,
/// 50, 200 and 1000 characters.
const TABLE: &[(&str, &str, [u32; 4], Make)] = &[
    ("UTF-8", "UTF-8", [100; 4], |d, n| {
        d.words(SIMPLIFIED, n).into()
    }),
    ("UTF-8 with mark", "UTF-8", [100; 4], |d, n| {
        format!("\u{FEFF}{}", d.words(SIMPLIFIED, n)).into()
    }),
    ("UTF-8, cut", "UTF-8", [100; 4], |d, n| {
        cut(d.words(SIMPLIFIED, n).into())
    }),
    ("UTF-8, a bad byte", "UTF-8", [100; 4], |d, n| {
        let bytes = d.words(SIMPLIFIED, n).into();
        spoil(d, bytes)
    }),
    ("GBK", "GB18030", [100; 4], |d, n| {
        GB18030.encode(&d.words(SIMPLIFIED, n)).0.into()
    }),
    ("GBK, traditional", "GB18030", [100; 4], |d, n| {
        GB18030.encode(&d.words(TRADITIONAL, n)).0.into()
    }),
    ("GBK, cut", "GB18030", [100; 4], |d, n| {
        cut(GB18030.encode(&d.words(SIMPLIFIED, n)).0.into())
    }),
    ("GBK, a bad byte", "GB18030", [100; 4], |d, n| {
        let bytes = GB18030.encode(&d.words(SIMPLIFIED, n)).0.into();
        spoil(d, bytes)
    }),
    ("GB18030, four bytes", "GB18030", [100; 4], |d, n| {
        GB18030.encode(&d.rare(n)).0.into()
    }),
    ("Big5", "Big5", [100; 4], |d, n| {
        BIG5.encode(&d.words(TRADITIONAL, n)).0.into()
    }),
    ("Big5-HKSCS", "Big5", [100; 4], |d, n| {
        BIG5.encode(&d.words(CANTONESE, n)).0.into()
    }),
    ("Big5, cut", "Big5", [100; 4], |d, n| {
        cut(BIG5.encode(&d.words(TRADITIONAL, n)).0.into())
    }),
    ("UTF-16LE", "UTF-16LE", [99, 100, 100, 100], |d, n| {
        utf16(&d.words(SIMPLIFIED, n), false, u16::to_le_bytes)
    }),
    ("UTF-16BE", "UTF-16BE", [100; 4], |d, n| {
        utf16(&d.words(SIMPLIFIED, n), false, u16::to_be_bytes)
    }),
    ("UTF-16LE with mark", "UTF-16LE", [100; 4], |d, n| {
        utf16(&d.words(SIMPLIFIED, n), true, u16::to_le_bytes)
    }),
    ("UTF-16BE with mark", "UTF-16BE", [100; 4], |d, n| {
        utf16(&d.words(SIMPLIFIED, n), true, u16::to_be_bytes)
    }),
    ("UTF-16LE, cut", "UTF-16LE", [99, 100, 100, 100], |d, n| {
        cut(utf16(&d.words(SIMPLIFIED, n), false, u16::to_le_bytes))
    }),
    ("UTF-16BE, cut", "UTF-16BE", [100; 4], |d, n| {
        cut(utf16(&d.words(SIMPLIFIED, n), false, u16::to_be_bytes))
    }),
    ("HZ", "HZ-GB-2312", [100; 4], |d, n| {
        hz(&d.words(SIMPLIFIED, n))
    }),
];

const TIMES: u32 = 200;

#[test]
#[allow(clippy::print_stdout)]
fn encodings_are_found() {
    let mut report = String::new();
    let mut short = Vec::new();
    for (name, want, least, make) in TABLE {
        report.push_str(&format!("{name:<22}"));
        for (column, len) in [20, 50, 200, 1000].into_iter().enumerate() {
            let mut dice = Dice(len as u64 * 977);
            let (mut right, mut doubts) = (0, 0);
            for _ in 0..TIMES {
                let source = Source::plain("a.txt", make(&mut dice, len));
                if let Ok(decoded) = decode(&source) {
                    right += u32::from(decoded.encoding.name() == *want);
                    let doubt = duban::error::Code::EncodingUncertain;
                    doubts += u32::from(decoded.warnings.iter().any(|w| w.code == doubt));
                }
            }
            let percent = f64::from(right) / f64::from(TIMES) * 100.0;
            report.push_str(&format!(" {percent:>5.1} ({doubts:>3})"));
            if percent < f64::from(least[column]) {
                short.push(format!("{name} at {len}: {percent}"));
            }
        }
        report.push('\n');
    }
    println!("% found (uncertain of {TIMES}) at 20, 50, 200, 1000 characters\n{report}");
    assert!(
        short.is_empty(),
        "found less often than it was: {short:?}\n{report}"
    );
}

/// After a cut the characters themselves come back, but for the two that were cut; a few hanzi
/// before the first letter are too few to tell by, and may be lost with it.
#[test]
fn cut_files_lose_their_ends_only() {
    let mut dice = Dice(7);
    for (encoding, pool) in [(GB18030, SIMPLIFIED), (BIG5, TRADITIONAL)] {
        for _ in 0..TIMES {
            let words = dice.words(pool, 100);
            let bytes = encoding.encode(&words).0;
            if bytes[0].is_ascii() || bytes[bytes.len() - 1].is_ascii() {
                continue;
            }
            let decoded = decode(&Source::plain("a.txt", cut(bytes.into()))).expect("is text");
            let kept: String = words.chars().skip(8).take(91).collect();
            let text = decoded.text.as_str();
            assert!(
                text.ends_with(&format!("{kept}\u{FFFD}")),
                "{words} became {text}"
            );
        }
    }
}
