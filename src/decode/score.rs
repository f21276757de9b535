//! How much a reading of bytes looks like Chinese.
//!
//! In: a sample and the encoding that it may be in. Out: a score near 1 where every character is a
//! common one, near 0 or below where they are rare, private or no characters at all.
//! `CA D0 BD CC D3 FD BE D6` scores 1 as GB18030 (市教育局) and little as Big5 (庈諒郤擁).

use super::Encoding;
use encoding_rs::DecoderResult;
use std::sync::LazyLock;

/// What Chinese of our time is mostly made of, in both scripts: a wrong reading hits the levels of
/// the standards by chance, but hardly ever these.
const FREQUENT: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经\
    十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新\
    线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求\
    老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争\
    济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传\
    土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太\
    准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞\
    协牵责牢促讲评审印乡镇街村区校站馆部室处委局厅署办函令届期底旬季度宣推普创项督察检督施案划措要点附通知抄送印发报送落实负责配合贯彻\
    這為個國時來們會發動過說產種後學經進著等電裡現實加兩體機當點從業應開還關線內數質氣變條結問無軍長題黨農幾區強決戰則據處隊給門規熱領東導壓爭濟階術極聯認權\
    證單風帶場車務萬達積議聲報鬥類離華確張馬節話集溫傳許廣記觀織裝眾書複復兒須際驗連斷難礦備辦習響約勞團歷構稱準號維劃選標寫親養專狀廠識適屬圓滿縣參紅細聽鐵\
    價嚴龍飛協牽講評審鄉鎮館廳屆創項檢貫徹與總員革層級圖轉輕實無樣義";

/// What one character says for a reading.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Frequent,
    /// Level 1 of GB 2312 or of Big5, and the marks of Chinese type.
    Common,
    Ascii,
    Rare,
    Control,
    Nul,
    /// No reading of Chinese has it: Hangul, private use, compatibility forms nobody types.
    Alien,
}

/// What a sample looks like in one encoding.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Score {
    /// Frequent and common characters less errors and aliens, by the number of characters beyond ASCII.
    pub share: f32,
    /// Characters, all kinds.
    pub chars: usize,
    /// Letters, digits and blanks of ASCII.
    pub letters: usize,
    /// Characters beyond ASCII and places that fit nothing.
    pub foreign: usize,
    /// Places where bytes fit nothing.
    pub errors: usize,
    /// Control characters that no text has.
    pub controls: usize,
    /// U+0000.
    pub nuls: usize,
}

/// Reads `samples` in `encoding`.
pub(super) fn score<'a>(
    samples: impl IntoIterator<Item = &'a [u8]>,
    encoding: Encoding,
    buffer: &mut String,
) -> Score {
    let mut score = Score::default();
    let mut sum = 0.0;
    for sample in samples {
        sum += add(&mut score, sample, encoding, buffer);
    }
    // UTF-16 of letters alone is still told by its zeros: letters count there, and zeros elsewhere.
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        score.foreign += score.letters;
        sum += score.letters as f32;
    } else {
        score.foreign += score.nuls;
        sum -= score.nuls as f32 / 2.0;
    }
    if score.foreign > 0 {
        score.share = sum / score.foreign as f32;
    }
    score
}

fn add(score: &mut Score, sample: &[u8], encoding: Encoding, buffer: &mut String) -> f32 {
    let mut decoder = encoding.standard().new_decoder_without_bom_handling();
    let mut sum = 0.0;
    let mut fed = 0;
    buffer.reserve(sample.len() * 3 + 16);
    loop {
        buffer.clear();
        // Not the last bytes of all: a sample may end in the middle of a character.
        let (result, read) =
            decoder.decode_to_string_without_replacement(&sample[fed..], buffer, false);
        fed += read;
        for c in buffer.chars() {
            score.chars += 1;
            let kind = kind(c);
            match kind {
                Kind::Ascii => score.letters += 1,
                Kind::Nul => score.nuls += 1,
                Kind::Control => score.controls += 1,
                _ => score.foreign += 1,
            }
            sum += match kind {
                Kind::Frequent => 1.0,
                Kind::Common => 0.85,
                Kind::Rare => 0.15,
                Kind::Alien | Kind::Control => -1.0,
                Kind::Ascii | Kind::Nul => 0.0,
            };
        }
        match result {
            DecoderResult::InputEmpty => return sum,
            DecoderResult::OutputFull => buffer.reserve(sample.len()),
            DecoderResult::Malformed(_, after) => {
                score.errors += 1;
                score.foreign += 1;
                sum -= 1.5;
                let end = fed - usize::from(after);
                if out_of_step(&sample[end..], encoding) {
                    fed = end + 1;
                    decoder = encoding.standard().new_decoder_without_bom_handling();
                }
            }
        }
    }
}

/// Whether what follows bad bytes makes more sense from the next byte on: one that took the place
/// of a lead byte leaves its trail byte behind, and all pairs after that are wrong up to a letter.
fn out_of_step(rest: &[u8], encoding: Encoding) -> bool {
    if !matches!(encoding, Encoding::Gb18030 | Encoding::Big5) || rest.len() < 5 {
        return false;
    }
    let rest = &rest[..rest.len().min(17)];
    let common = |bytes: &[u8]| {
        let even = &bytes[..bytes.len() & !1];
        let (text, _) = encoding.standard().decode_without_bom_handling(even);
        let kinds = text.chars().map(kind);
        kinds
            .filter(|kind| matches!(kind, Kind::Frequent | Kind::Ascii))
            .count()
    };
    common(&rest[1..]) > common(rest) + 1
}

fn kind(c: char) -> Kind {
    match c {
        '\0' => Kind::Nul,
        '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | ' '..='~' => Kind::Ascii,
        '\u{1}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Kind::Control,
        '\u{AC00}'..='\u{D7FF}' | '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}' => Kind::Alien,
        '\u{FB00}'..='\u{FE2F}' | '\u{FE70}'..='\u{FEFE}' | '\u{A000}'..='\u{ABFF}' => Kind::Alien,
        _ => match u16::try_from(u32::from(c)) {
            Ok(c) if has(&CLASSES.frequent, c) => Kind::Frequent,
            Ok(c) if has(&CLASSES.common, c) => Kind::Common,
            _ => Kind::Rare,
        },
    }
}

/// One bit a code point below U+10000.
type Bits = Box<[u64]>;

struct Classes {
    frequent: Bits,
    common: Bits,
}

fn has(bits: &Bits, c: u16) -> bool {
    bits[usize::from(c >> 6)] >> (c & 63) & 1 == 1
}

fn put(bits: &mut Bits, c: char) {
    if let Ok(c) = u16::try_from(u32::from(c)) {
        bits[usize::from(c >> 6)] |= 1 << (c & 63);
    }
}

static CLASSES: LazyLock<Classes> = LazyLock::new(|| {
    let none = || vec![0; 1024].into_boxed_slice();
    let (mut frequent, mut common) = (none(), none());
    // The first level of GB 2312 is B0A1 to D7F9, that of Big5 A440 to C67E.
    let mut levels: Vec<(u8, u8, &encoding_rs::Encoding)> = Vec::new();
    for first in 0xB0..=0xD7 {
        levels.extend((0xA1..=0xFE).map(|second| (first, second, encoding_rs::GBK)));
    }
    for first in 0xA4..=0xC6 {
        let seconds = (0x40..=0x7E).chain(0xA1..=0xFE);
        levels.extend(seconds.map(|second| (first, second, encoding_rs::BIG5)));
    }
    for (first, second, encoding) in levels {
        let pair = [first, second];
        let (text, _) = encoding.decode_without_bom_handling(&pair);
        for c in text
            .chars()
            .filter(|c| ('\u{4E00}'..'\u{A000}').contains(c))
        {
            put(&mut common, c);
        }
    }
    let marks = "　、。〈〉《》「」『』【】〔〕〇·—…–‘’“”①②③④⑤⑥⑦⑧⑨⑩●■◆★※→○×℃％\u{A0}\u{FEFF}";
    let wide = ('！'..='～').chain(marks.chars());
    wide.for_each(|c| put(&mut common, c));
    let frequent_marks = "，。、：；（）《》“”";
    for c in FREQUENT.chars().chain(frequent_marks.chars()) {
        put(&mut frequent, c);
    }
    Classes { frequent, common }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_reading_scores_highest() {
        let words = "各县区科学技术协会要高度重视，认真落实。";
        let (bytes, ..) = encoding_rs::GBK.encode(words);
        let mut buffer = String::new();
        let mut of = |encoding| score([bytes.as_ref()], encoding, &mut buffer).share;
        assert!(of(Encoding::Gb18030) > 0.95);
        assert!(of(Encoding::Big5) < 0.5);
        assert!(of(Encoding::Utf8) < 0.0);
        assert!(of(Encoding::Utf16Le) < 0.3);
    }
}
