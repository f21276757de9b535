//! What archives did to notices, run forward.

use super::Draw;
use encoding_rs::{DecoderResult, Encoding, GBK};
use opencc_rust::OpenCC;
use std::fmt::Write;

/// Characters that such a site annotates, each with the one reading that it knows.
const ANNOTATED: &str = "區qū 協xié 學xué 會huì 經jīng 機jī 關guān 屬shǔ 業yè 現xiàn 長zhǎng 術shù 點diǎn 發fā 請qǐng 結jié 實shí 際jì 認rèn 貫guàn \
    徹chè 國guó 產chǎn 規guī 劃huà 開kāi 習xí 時shí 義yì 領lǐng 導dǎo 圍wéi 繞rào 團tuán 隊duì 動dòng 員yuán 務wù 創chuàng 驅qū 強qiáng 責zé \
    職zhí 聯lián 組zǔ 織zhī 幹gàn 當dāng 質zhì 難nán 題tí 項xiàng 處chǔ 場chǎng 設shè 計jì 數shù 據jù 總zǒng 節jié 環huán 縣xiàn 鄉xiāng 鎮zhèn 農nóng \
    電diàn 話huà 報bào 評píng 價jià 驗yàn 標biāo 準zhǔn 級jí 類lèi 條tiáo 運yùn 競jìng 爭zhēng 歷lì 衛wèi 醫yī 療liáo 護hù 證zhèng 側cè 冊cè 單dān";

/// Characters of another site, which shares none with the first.
const OTHERS: &str = "為wèi 對duì 們men 個gè 這zhè 來lái 體tǐ 與yǔ 從cóng 進jìn 門mén 間jiān 見jiàn 說shuō 讓ràng 給gěi 過guò 應yīng 統tǒng 傳chuán \
    廣guǎng 選xuǎn 達dá 銷xiāo 費fèi 負fù 貨huò 財cái 貿mào 資zī 賽sài 頭tóu 額é 顧gù 風fēng 飛fēi 養yǎng 館guǎn 馬mǎ 魚yú 齊qí 辦bàn 調diào 許xǔ \
    書shū 確què 穩wěn 綜zōng 維wéi 網wǎng 績jì 續xù 編biān 線xiàn 練liàn 將jiāng 屆jiè 歲suì 軍jūn 輸shū 轉zhuǎn 連lián 鄭zhèng 錄lù 鐵tiě 陽yáng 陳chén";

/// How a copying site works.
#[derive(Clone, Copy, Default)]
pub(super) struct Site {
    /// An old decoder, which left nothing where bytes fit nothing at the end of a piece.
    pub old: bool,
    /// Annotates other characters.
    pub other: bool,
    /// A blank behind the pinyin: 會(huì )
    pub blank: bool,
    /// A comma before some marks: ,。
    pub commas: bool,
}

/// The pages of a copying site: annotations put into bytes, the bytes cut before marks, decoded piece by piece.
pub(super) fn copied(simplified: &str, converter: &OpenCC, draw: &mut Draw, site: Site) -> String {
    let old = site.old;
    let annotated = if site.other { OTHERS } else { ANNOTATED };
    let mut traditional = converter.convert(simplified).replace('隻', "只");
    if site.commas {
        let marks = |c: char| "，。、；".contains(c);
        let chars: Vec<char> = traditional.chars().collect();
        traditional = chars
            .into_iter()
            .flat_map(|c| {
                let comma = (marks(c) && draw.next(4) == 0).then_some(',');
                comma.into_iter().chain([c])
            })
            .collect();
    }
    let mut bytes = GBK.encode(&traditional).0.into_owned();
    for entry in annotated.split_whitespace() {
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
                out.extend(site.blank.then_some(b' '));
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
pub(super) fn misread(
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

/// Characters of `text` of which a byte is gone when its UTF-8 is read as GBK.
pub(super) fn lost_as_gbk(text: &str) -> usize {
    let mut decoder = GBK.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(text.len() * 2 + 16);
    let mut gone = vec![false; text.len()];
    let mut at = 0;
    loop {
        let rest = &text.as_bytes()[at..];
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut out, true);
        at += read;
        match result {
            DecoderResult::Malformed(len, after) => {
                let end = at - usize::from(after);
                gone[end - usize::from(len)..end].fill(true);
            }
            _ => break,
        }
    }
    let is_gone = |&(at, c): &(usize, char)| gone[at..at + c.len_utf8()].contains(&true);
    text.char_indices().filter(is_gone).count()
}

/// How a page is printed.
pub(super) struct Page {
    /// Hanzi a line.
    pub width: usize,
    /// What stands before and behind a paragraph.
    pub around: (&'static str, &'static str),
    /// Whether each page of 22 lines ends in its number.
    pub numbered: bool,
    /// What stands at the head of each page, before its number.
    pub head: Option<&'static str>,
}

/// `text` as a printer cuts it into lines.
pub(super) fn printed(text: &str, page: &Page) -> String {
    let (indent, gap) = page.around;
    let mut out = String::new();
    let (mut lines, mut number) = (0, 1);
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
        let mut column = indent.chars().count() * 2;
        out.push_str(indent);
        for c in words.chars() {
            let in_word = c.is_ascii_graphic() && out.ends_with(|c: char| c.is_ascii_graphic());
            if column + 2 > 2 * page.width && !in_word && !"，。、；：！？）》”".contains(c)
            {
                out.push('\n');
                column = 0;
                lines += 1;
                if lines % 22 == 0 {
                    if let Some(head) = page.head {
                        let _ = writeln!(out, "{head}　{number}");
                    }
                    if page.numbered {
                        let _ = write!(out, "\n— {number} —\n\n");
                    }
                    number += 1;
                }
            }
            column += if c.is_ascii() { 1 } else { 2 };
            out.push(c);
        }
        out.push('\n');
        out.push_str(gap);
        lines += 1;
    }
    out
}

/// Indents of NBSP, each of which a converter made `?`, and those behind a full stop.
pub(super) fn blanks_lost(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let words = line.trim();
        let opens = words.starts_with(|c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '“' | '（'));
        out.push_str(if opens { "????" } else { "" });
        out.push_str(words);
        out.push_str(if words.ends_with('。') { "??\n" } else { "\n" });
    }
    out
}

/// A scanner's and a typist's marks.
pub(super) fn scanned(text: &str) -> String {
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

/// A simplified page as the engine leaves it that writes pinyin without tones, now and then twice: 省(sheng)(sheng).
pub(super) fn toneless(text: &str, simplify: &OpenCC, draw: &mut Draw) -> String {
    let plain = |c: char| {
        let tones = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ".chars().position(|t| t == c);
        tones.map_or(c, |at| ['a', 'e', 'i', 'o', 'u', 'v'][at / 4])
    };
    let known: std::collections::BTreeMap<char, String> = ANNOTATED
        .split_whitespace()
        .filter_map(|entry| {
            let c = entry.chars().next()?;
            let pinyin = entry[c.len_utf8()..].chars().map(plain).collect();
            Some((simplify.convert(c.to_string()).chars().next()?, pinyin))
        })
        .collect();
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if let Some(pinyin) = known.get(&c) {
            let times = 1 + usize::from(draw.next(3) == 0);
            out.push_str(&format!("({pinyin})").repeat(times));
        }
    }
    out
}

/// GBK that a program decodes in pieces of `len` bytes; also how many characters lost a byte.
pub(super) fn in_pieces(text: &str, len: usize) -> (String, usize) {
    let bytes = GBK.encode(text).0.into_owned();
    let read = |piece| GBK.decode_without_bom_handling(piece).0.into_owned();
    let damaged: String = bytes.chunks(len).map(read).collect();
    let lost = damaged.matches('\u{fffd}').count();
    (damaged, lost)
}

/// Code points that look like the character: `table` has them as `⼯工`.
pub(super) fn looks_alike(text: &str, table: &str) -> String {
    let mut pairs: std::collections::BTreeMap<char, char> = std::collections::BTreeMap::new();
    for pair in table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(' '))
    {
        let mut chars = pair.chars();
        if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            pairs.entry(to).or_insert(from);
        }
    }
    let is_hanzi = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    text.chars()
        .map(|c| pairs.get(&c).copied().filter(|_| is_hanzi(c)).unwrap_or(c))
        .collect()
}

/// What no reader sees, between hanzi.
pub(super) fn unseen(text: &str, draw: &mut Draw) -> String {
    let signs = ['\u{ad}', '\u{200b}', '\u{feff}', '\u{2060}', '\u{1}'];
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if draw.next(20) == 0 && ('\u{4e00}'..='\u{9fff}').contains(&c) {
            out.push(signs[draw.next(5) as usize]);
        }
    }
    out
}

/// Marks as entities, escaped once more each time.
pub(super) fn escaped(text: &str, times: usize) -> String {
    let mut out = text.replace('&', "&amp;");
    for (mark, name) in [
        ('“', "&ldquo;"),
        ('”', "&rdquo;"),
        ('《', "&#12298;"),
        ('》', "&#x300B;"),
        ('—', "&mdash;"),
    ] {
        out = out.replace(mark, name);
    }
    for _ in 1..times {
        out = out.replace('&', "&amp;");
    }
    out
}

/// Marks of images and Word's field codes, at the ends of lines.
pub(super) fn exported(text: &str, draw: &mut Draw) -> String {
    let marks = [
        "[image: image1.png]",
        "HYPERLINK \"http://www.example.gov.cn/\" \\l \"a\" \\o \"b\"",
        "PAGE \\* MERGEFORMAT",
        "EMBED Word.Document.8",
        "![](media/image2.jpeg)",
    ];
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(line);
        if !line.trim().is_empty() && draw.next(4) == 0 {
            out.push_str(marks[draw.next(5) as usize]);
        }
        out.push('\n');
    }
    out
}
