//! The labels that Word counts by itself.
//!
//! In: `numbering.xml`, `styles.xml` and, paragraph by paragraph, which list and level it belongs to. Out: `一、`, `（一）`, `1.`:
//! what the reader of the document sees and its text does not hold. No clause could be told from another without them.

use super::Problem;
use super::xml::{self, Token};
use std::collections::BTreeMap;

/// Levels of a list in Word.
const LEVELS: usize = 9;

/// Styles based on one another; more than a few is a circle.
const ANCESTORS: usize = 20;

/// One level of a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    start: usize,
    format: String,
    /// `（%1）`.
    text: String,
    /// The paragraph style that stands for this level.
    style: Option<String>,
    /// All numbers in Arabic digits, as in legal texts.
    legal: bool,
    /// Whether it goes on counting below a new number of a higher level.
    goes_on: bool,
}

impl Level {
    /// A level as old documents define it.
    pub(super) fn new(start: usize, format: &str, text: &str, legal: bool) -> Self {
        Self {
            start,
            format: format.to_owned(),
            text: text.to_owned(),
            legal,
            ..Self::default()
        }
    }
}

/// A list by number: its definition, and what it changes in it.
#[derive(Debug, Clone, Default)]
struct List {
    definition: String,
    starts: BTreeMap<usize, usize>,
    levels: BTreeMap<usize, Level>,
}

#[derive(Debug, Clone, Default)]
struct Definition {
    levels: BTreeMap<usize, Level>,
    /// The style whose list it stands for.
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<String>,
    level: Option<usize>,
}

/// What a document says of its lists, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: BTreeMap<String, Definition>,
    lists: BTreeMap<String, List>,
    styles: BTreeMap<String, Style>,
    default_style: Option<String>,
    counters: BTreeMap<String, [Option<usize>; LEVELS]>,
    restarted: BTreeMap<(String, usize), ()>,
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(super) fn read_lists(&mut self, part: &str) -> Result<(), Problem> {
        let mut definition: Option<String> = None;
        let mut list: Option<String> = None;
        let mut level: Option<(usize, Level)> = None;
        let mut overridden = None;
        xml::read(part, |token| {
            match token {
                Token::Open("abstractNum", at) => definition = at.get("abstractNumId"),
                Token::Open("num", at) => list = at.get("numId"),
                Token::Open("abstractNumId", at) => {
                    if let (Some(list), Some(id)) = (&list, at.get("val")) {
                        self.lists.entry(list.clone()).or_default().definition = id;
                    }
                }
                Token::Open("numStyleLink", at) => {
                    if let Some(id) = &definition {
                        self.definitions.entry(id.clone()).or_default().style = at.get("val");
                    }
                }
                Token::Open("lvlOverride", at) => overridden = at.number("ilvl"),
                Token::Open("startOverride", at) => {
                    if let (Some(list), Some(nth), Some(start)) =
                        (&list, overridden, at.number("val"))
                    {
                        let list = self.lists.entry(list.clone()).or_default();
                        list.starts.insert(nth, start);
                    }
                }
                Token::Open("lvl", at) => {
                    level = at.number("ilvl").filter(|nth| *nth < LEVELS).map(|nth| {
                        let start = Level {
                            format: "decimal".to_owned(),
                            ..Level::default()
                        };
                        (nth, start)
                    });
                }
                Token::Close("lvl") => {
                    let levels = match (&list, &definition) {
                        (Some(list), _) => &mut self.lists.entry(list.clone()).or_default().levels,
                        (None, Some(id)) => {
                            &mut self.definitions.entry(id.clone()).or_default().levels
                        }
                        (None, None) => return Ok(()),
                    };
                    levels.extend(level.take());
                }
                Token::Close("abstractNum") => definition = None,
                Token::Close("num") => list = None,
                Token::Open(name, at) => {
                    if let Some((_, level)) = &mut level {
                        match name {
                            "start" => level.start = at.number("val").unwrap_or(1),
                            "numFmt" => level.format = at.get("val").unwrap_or_default(),
                            "lvlText" => level.text = at.get("val").unwrap_or_default(),
                            "pStyle" => level.style = at.get("val"),
                            "isLgl" => level.legal = at.on(),
                            "lvlRestart" => level.goes_on = at.number("val") == Some(0),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Reads `styles.xml`.
    pub(super) fn read_styles(&mut self, part: &str) -> Result<(), Problem> {
        let mut style: Option<(String, Style)> = None;
        xml::read(part, |token| {
            match token {
                Token::Open("style", at) => {
                    style = at.get("styleId").map(|id| (id, Style::default()));
                    if let Some((id, _)) = &style
                        && at.get("type").as_deref() == Some("paragraph")
                        && at.get("default").is_some_and(|value| value != "0")
                    {
                        self.default_style = Some(id.clone());
                    }
                }
                Token::Close("style") => self.styles.extend(style.take()),
                Token::Open(name, at) => {
                    if let Some((_, style)) = &mut style {
                        match name {
                            "basedOn" => style.based_on = at.get("val"),
                            "numId" => style.list = at.get("val"),
                            "ilvl" => style.level = at.number("val"),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Defines one level of a list.
    pub(super) fn define(&mut self, definition: &str, nth: usize, level: Level) {
        let definition = self.definitions.entry(definition.to_owned()).or_default();
        definition.levels.insert(nth, level);
    }

    /// Names a list and its definition.
    pub(super) fn list(&mut self, id: &str, definition: &str) {
        self.lists.entry(id.to_owned()).or_default().definition = definition.to_owned();
    }

    /// Defines a style.
    pub(super) fn style(
        &mut self,
        id: &str,
        based_on: Option<String>,
        list: Option<String>,
        level: Option<usize>,
    ) {
        let style = Style {
            based_on,
            list,
            level,
        };
        self.styles.insert(id.to_owned(), style);
    }

    /// The label of the next paragraph in this style, with this list and level of its own.
    pub(super) fn label(
        &mut self,
        style: Option<&str>,
        list: Option<String>,
        level: Option<usize>,
    ) -> String {
        let (list, level) = match list {
            Some(list) => (list, level.unwrap_or(0)),
            None => match self.of_style(style) {
                Some((list, nth)) => (list, level.unwrap_or(nth)),
                None => return String::new(),
            },
        };
        if list == "0" || level >= LEVELS {
            return String::new();
        }
        self.count(&list, level)
    }

    /// The list and level that come with a style or one that it is based on.
    fn of_style(&self, style: Option<&str>) -> Option<(String, usize)> {
        let mut id = style.or(self.default_style.as_deref())?;
        for _ in 0..ANCESTORS {
            let style = self.styles.get(id)?;
            if let Some(list) = &style.list {
                let level = style.level.or_else(|| {
                    let levels = self.levels(list)?;
                    let nth = levels
                        .iter()
                        .find(|(_, level)| level.style.as_deref() == Some(id));
                    nth.map(|(nth, _)| *nth)
                });
                return Some((list.clone(), level.unwrap_or(0)));
            }
            id = style.based_on.as_deref()?;
        }
        None
    }

    /// The definition behind a list; some only name the style that has one.
    fn definition(&self, list: &str) -> Option<&str> {
        let id = &self.lists.get(list)?.definition;
        let style = self.definitions.get(id).and_then(|d| d.style.as_deref());
        let linked = style
            .and_then(|style| self.styles.get(style)?.list.as_deref())
            .and_then(|list| self.lists.get(list));
        Some(linked.map_or(id, |list| &list.definition))
    }

    fn levels(&self, list: &str) -> Option<&BTreeMap<usize, Level>> {
        Some(&self.definitions.get(self.definition(list)?)?.levels)
    }

    fn level(&self, list: &str, nth: usize) -> Option<&Level> {
        let own = self.lists.get(list).and_then(|list| list.levels.get(&nth));
        own.or_else(|| self.levels(list)?.get(&nth))
    }

    fn count(&mut self, list: &str, nth: usize) -> String {
        let (Some(level), Some(definition)) = (
            self.level(list, nth).cloned(),
            self.definition(list).map(str::to_owned),
        ) else {
            return String::new();
        };
        let start = self
            .lists
            .get(list)
            .and_then(|list| list.starts.get(&nth).copied());
        let goes_on: Vec<_> = (0..LEVELS)
            .map(|nth| self.level(list, nth).is_some_and(|level| level.goes_on))
            .collect();
        let restart =
            start.is_some() && self.restarted.insert((list.to_owned(), nth), ()).is_none();
        let counters = self.counters.entry(definition).or_default();
        let first = start.unwrap_or(level.start);
        counters[nth] = Some(match counters[nth] {
            Some(count) if !restart => count.saturating_add(1),
            _ => first,
        });
        for deeper in nth + 1..LEVELS {
            if !goes_on[deeper] {
                counters[deeper] = None;
            }
        }
        let counters = *counters;
        if level.format == "bullet" {
            return "●".to_owned();
        }
        let mut label = String::new();
        let mut rest = level.text.as_str();
        while let Some(at) = rest.find('%') {
            label.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some(digit) = rest.chars().next().and_then(|c| c.to_digit(10)) else {
                label.push('%');
                continue;
            };
            rest = &rest[1..];
            let Some(of) = (digit as usize).checked_sub(1) else {
                continue;
            };
            let other = self.level(list, of);
            let count = counters[of].unwrap_or_else(|| other.map_or(1, |other| other.start));
            let format = other.map_or("decimal", |other| other.format.as_str());
            let format = if level.legal { "decimal" } else { format };
            label.push_str(&numeral(count, format));
        }
        label.push_str(rest);
        label
    }
}

/// A number as Word writes it in a format.
pub(super) fn numeral(number: usize, format: &str) -> String {
    let letter = |first: char| {
        let nth = (number.max(1) - 1) % 26;
        let letter = char::from_u32(first as u32 + nth as u32).unwrap_or(first);
        letter
            .to_string()
            .repeat(((number.max(1) - 1) / 26 + 1).min(9))
    };
    let of = |signs: &str| {
        let nth = number.checked_sub(1).and_then(|nth| signs.chars().nth(nth));
        nth.map_or_else(|| number.to_string(), String::from)
    };
    match format {
        "none" => String::new(),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "koreanDigital2" => chinese(number, "〇一二三四五六七八九", "十百千万"),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => {
            chinese(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万")
        }
        "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" => number
            .to_string()
            .chars()
            .filter_map(|c| "〇一二三四五六七八九".chars().nth(c.to_digit(10)? as usize))
            .collect(),
        "ideographTraditional" => of("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => of("子丑寅卯辰巳午未申酉戌亥"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
        "decimalEnclosedParen" => of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
        "decimalEnclosedFullstop" => of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
        "ideographEnclosedCircle" => of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
        "upperLetter" => letter('A'),
        "lowerLetter" => letter('a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

fn chinese(number: usize, digits: &str, units: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let units: Vec<char> = units.chars().collect();
    if number == 0 || number > 9999 || digits.len() < 10 || units.len() < 4 {
        return number.to_string();
    }
    let mut text = String::new();
    let (mut rest, mut gap) = (number, false);
    for (size, unit) in [
        (1000, Some(units[2])),
        (100, Some(units[1])),
        (10, Some(units[0])),
        (1, None),
    ] {
        let digit = rest / size;
        rest %= size;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        // 十一, not 一十一.
        if !(size == 10 && digit == 1 && number < 20 && digits[1] == '一') {
            text.push(digits[digit]);
        }
        text.extend(unit);
    }
    text
}

fn roman(number: usize) -> String {
    const SIGNS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="7">
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
          <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
        </w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
      </w:numbering>"#;

    #[test]
    fn lists_count_as_word_does() {
        let mut numbering = Numbering::default();
        numbering.read_lists(LISTS).expect("is sound");
        numbering
            .read_styles(r#"<w:styles xmlns:w="w"><w:style w:styleId="a"><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>"#)
            .expect("is sound");
        let mut label =
            |list: &str, level| numbering.label(None, Some(list.to_owned()), Some(level));
        assert_eq!(label("1", 0), "一、");
        assert_eq!(label("1", 1), "（一）");
        assert_eq!(label("1", 1), "（二）");
        assert_eq!(label("1", 2), "1.");
        assert_eq!(label("1", 0), "二、");
        assert_eq!(label("1", 1), "（一）");
        assert_eq!(label("2", 0), "一、", "a list that starts anew");
        assert_eq!(label("2", 0), "二、");
        assert_eq!(label("0", 0), "", "no list");
        assert_eq!(numbering.label(Some("b"), None, None), "（一）");
        assert_eq!(numbering.label(Some("c"), None, None), "");
    }

    #[test]
    fn numerals_of_all_kinds() {
        for (number, format, text) in [
            (10, "chineseCounting", "十"),
            (11, "chineseCountingThousand", "十一"),
            (20, "chineseCounting", "二十"),
            (101, "japaneseCounting", "一百零一"),
            (12, "ideographDigital", "一二"),
            (3, "chineseLegalSimplified", "叁"),
            (3, "decimalEnclosedCircle", "③"),
            (28, "lowerLetter", "bb"),
            (9, "upperRoman", "IX"),
            (0, "upperLetter", "A"),
            (usize::MAX, "ideographTraditional", "18446744073709551615"),
        ] {
            assert_eq!(numeral(number, format), text, "{number} in {format}");
        }
    }
}
