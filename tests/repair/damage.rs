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

/// The pages of a copying site: annotations put into bytes, the bytes cut before marks, decoded piece by piece.
pub(super) fn copied(simplified: &str, converter: &OpenCC, draw: &mut Draw, old: bool) -> String {
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
