//! Words of a PDF that has any: a text layer, not pictures of words.
//!
//! In: `BT /F1 16 Tf 90 700 Td <4E2D534E> Tj ET` on a page. Out: the lines of all pages, top to bottom.
//! A scan is a failure that says so, and so is a file whose fonts keep for themselves which characters they show.

mod file;
mod font;
mod lexer;

use super::Problem;
use super::grid::MOST_TEXT;
use super::layout::{self, Piece};
use crate::error::Limit;
use file::File;
use font::Font;
use lexer::{Dict, Lexer, Object};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Pages of one file.
const MOST_PAGES: usize = 20_000;

/// Operators of all pages.
const MOST_STEPS: usize = 50_000_000;

/// Forms in forms.
const DEEPEST: usize = 8;

/// Reads the file `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    let mut file = File::read(bytes)?;
    let pages = pages(&file);
    if pages.is_empty() {
        return Err(Problem::from(
            "it is a damaged PDF without pages: get the file anew",
        ));
    }
    let mut reader = Reader {
        fonts: BTreeMap::new(),
        pieces: Vec::new(),
        codes: 0,
        unknown: 0,
        steps: 0,
        bytes: 0,
    };
    let mut found = Vec::new();
    for page in pages {
        reader.page(&mut file, &page)?;
        found.push(std::mem::take(&mut reader.pieces));
    }
    if file.is_spent() {
        return Err(Problem::from(
            "it is a damaged PDF whose objects run into one another: print it to PDF anew",
        ));
    }
    if reader.codes == 0 {
        return Err(Problem::from(
            "it is a PDF without text, a scan: read it with a text recognizer first",
        ));
    }
    if reader.unknown * 3 > reader.codes {
        return Err(Problem::from(
            "its fonts do not tell which characters they show: print it to PDF anew, or read it with a text recognizer",
        ));
    }
    layout::lines(found)
}

/// A page, and its fonts and forms, which many pages have in common.
struct Page {
    node: Dict,
    resources: Option<Rc<Object>>,
}

/// The pages in order, each with what it inherits.
fn pages(file: &File<'_>) -> Vec<Page> {
    let dict = |number: u32| match file.get(number) {
        Some(Object::Dict(dict)) => Some(dict),
        _ => None,
    };
    let is = |dict: &Dict, name: &str| dict.get("Type").and_then(Object::name) == Some(name);
    let numbers = file.numbers();
    let root = numbers
        .iter()
        .rev()
        .filter_map(|number| dict(*number))
        .find(|dict| is(dict, "Catalog"))
        .and_then(|catalog| catalog.get("Pages").cloned());
    let page = |mut node: Dict, inherited: Option<Rc<Object>>| Page {
        resources: node.remove("Resources").map(Rc::new).or(inherited),
        node,
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Object, Option<Rc<Object>>)> =
        root.into_iter().map(|root| (root, None)).collect();
    while let Some((next, inherited)) = open.pop() {
        // A page that holds itself is met but once.
        if let Object::Reference(number) = next
            && !seen.insert(number)
        {
            continue;
        }
        let Object::Dict(node) = file.follow(&next).into_owned() else {
            continue;
        };
        let page = page(node, inherited);
        if let Object::Array(kids) = &*file.of(&page.node, "Kids") {
            let kids = kids.iter().rev().cloned();
            open.extend(kids.map(|kid| (kid, page.resources.clone())));
        } else if found.len() < MOST_PAGES {
            found.push(page);
        }
    }
    if found.is_empty() {
        // The tree of pages is lost: what is left of them comes in the order of the file.
        found = numbers
            .iter()
            .filter_map(|number| dict(*number))
            .filter(|dict| is(dict, "Page"))
            .take(MOST_PAGES)
            .map(|node| page(node, None))
            .collect();
    }
    found
}

/// `[a b c d e f]`: how a place in one space is a place in another.
type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State {
    place: Matrix,
    font: Option<FontKey>,
    size: f64,
    spacing: f64,
    word_spacing: f64,
    stretch: f64,
    leading: f64,
}

type FontKey = String;

struct Reader {
    /// Fonts read so far, by number or by the words that define them.
    fonts: BTreeMap<FontKey, Option<Font>>,
    pieces: Vec<Piece>,
    codes: usize,
    unknown: usize,
    steps: usize,
    /// Bytes of all words.
    bytes: usize,
}

impl Reader {
    fn page(&mut self, file: &mut File<'_>, page: &Page) -> Result<(), Problem> {
        let streams = match page.node.get("Contents") {
            Some(Object::Reference(number)) => match file.get(*number) {
                Some(Object::Array(list)) => list,
                _ => vec![Object::Reference(*number)],
            },
            Some(Object::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for stream in streams.iter().take(10_000) {
            if let Object::Reference(number) = stream {
                content.extend(file.stream(*number)?.unwrap_or_default());
                content.push(b'\n');
            }
        }
        let own = page.resources.as_deref().map(|own| file.follow(own));
        let none = Dict::new();
        let resources = match own.as_deref() {
            Some(Object::Dict(resources)) => resources,
            _ => &none,
        };
        let state = State {
            place: SAME,
            font: None,
            size: 12.0,
            spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
        };
        self.run(file, &content, resources, state, 0)
    }

    /// Follows the operators of a page or form.
    fn run(
        &mut self,
        file: &mut File<'_>,
        content: &[u8],
        resources: &Dict,
        state: State,
        depth: usize,
    ) -> Result<(), Problem> {
        let (fonts, forms) = (
            file.dict(resources, "Font"),
            file.dict(resources, "XObject"),
        );
        let mut state = state;
        let mut kept: Vec<State> = Vec::new();
        let (mut line, mut text) = (SAME, SAME);
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer {
            bytes: content,
            at: 0,
        };
        while let Some(object) = lexer.next(0) {
            let Object::Word(word) = object else {
                if operands.len() < 1000 {
                    operands.push(object);
                }
                continue;
            };
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(Problem::Limit(Limit::Entries, MOST_STEPS as u64));
            }
            if self.bytes > MOST_TEXT {
                return Err(Problem::Limit(Limit::TextSize, MOST_TEXT as u64));
            }
            let number = |nth: usize| operands.get(nth).and_then(Object::number).unwrap_or(0.0);
            let matrix = || {
                [
                    number(0),
                    number(1),
                    number(2),
                    number(3),
                    number(4),
                    number(5),
                ]
            };
            match word.as_str() {
                "q" if kept.len() < 1000 => kept.push(state.clone()),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.place = times(matrix(), state.place),
                "BT" => (line, text) = (SAME, SAME),
                "Tf" => {
                    state.size = number(1);
                    state.font = match operands.first() {
                        Some(Object::Name(name)) => self.font(file, &fonts, name)?,
                        _ => None,
                    };
                }
                "Tc" => state.spacing = number(0),
                "Tw" => state.word_spacing = number(0),
                "Tz" => state.stretch = number(0) / 100.0,
                "TL" => state.leading = number(0),
                "Td" | "TD" => {
                    if word == "TD" {
                        state.leading = -number(1);
                    }
                    line = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line);
                    text = line;
                }
                "Tm" => (line, text) = (matrix(), matrix()),
                "T*" | "'" | "\"" => {
                    line = times([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if let (true, Some(Object::Bytes(bytes))) = (word != "T*", operands.last()) {
                        self.show(&state, &mut text, bytes);
                    }
                }
                "Tj" => {
                    if let Some(Object::Bytes(bytes)) = operands.first() {
                        self.show(&state, &mut text, bytes);
                    }
                }
                "TJ" => {
                    if let Some(Object::Array(list)) = operands.first() {
                        for item in list {
                            match item {
                                Object::Bytes(bytes) => self.show(&state, &mut text, bytes),
                                Object::Number(back) => {
                                    let by = -back / 1000.0 * state.size * state.stretch;
                                    text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], text);
                                }
                                _ => {}
                            }
                        }
                    }
                }
                "Do" if depth < DEEPEST => {
                    if let Some(Object::Name(name)) = operands.first() {
                        self.form(file, (resources, &forms), name, &state, depth)?;
                    }
                }
                // The bytes of a picture in the page: what stands between ID and EI is no operator.
                "ID" => {
                    let rest = &content[lexer.at..];
                    lexer.at += memchr::memmem::find(rest, b"EI").map_or(rest.len(), |end| end + 2);
                }
                _ => {}
            }
            operands.clear();
        }
        Ok(())
    }

    fn form(
        &mut self,
        file: &mut File<'_>,
        (resources, forms): (&Dict, &Dict),
        name: &str,
        state: &State,
        depth: usize,
    ) -> Result<(), Problem> {
        let Some(Object::Reference(number)) = forms.get(name) else {
            return Ok(());
        };
        let Some(Object::Dict(form)) = file.get(*number) else {
            return Ok(());
        };
        if form.get("Subtype").and_then(Object::name) != Some("Form") {
            return Ok(());
        }
        let Some(content) = file.stream(*number)? else {
            return Ok(());
        };
        let mut state = state.clone();
        if let Object::Array(list) = &*file.of(&form, "Matrix") {
            let numbers: Vec<f64> = list.iter().filter_map(Object::number).collect();
            if let Ok(matrix) = Matrix::try_from(numbers) {
                state.place = times(matrix, state.place);
            }
        }
        let own = file.dict(&form, "Resources");
        let resources = if own.is_empty() { resources } else { &*own };
        self.run(file, &content, resources, state, depth + 1)
    }

    fn font(
        &mut self,
        file: &mut File<'_>,
        fonts: &Dict,
        name: &str,
    ) -> Result<Option<FontKey>, Problem> {
        let Some(object) = fonts.get(name) else {
            return Ok(None);
        };
        let key = match object {
            Object::Reference(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        file.spend(key.len() as u64);
        if !self.fonts.contains_key(&key) {
            let font = match &*file.follow(object) {
                Object::Dict(dict) => Some(Font::read(file, dict)?),
                _ => None,
            };
            self.fonts.insert(key.clone(), font);
        }
        Ok(Some(key))
    }

    fn show(&mut self, state: &State, text: &mut Matrix, bytes: &[u8]) {
        let font = state
            .font
            .as_ref()
            .and_then(|key| self.fonts.get(key)?.as_ref());
        let Some(font) = font else { return };
        let shown = font.show(bytes);
        self.codes += shown.codes;
        self.unknown += shown.unknown;
        let blanks = shown.words.matches(' ').count() as f64;
        let by = (shown.width / 1000.0 * state.size
            + shown.codes as f64 * state.spacing
            + blanks * state.word_spacing)
            * state.stretch;
        let place = times(*text, state.place);
        let scale = (place[0] * place[3] - place[1] * place[2]).abs().sqrt();
        if !shown.words.trim().is_empty() {
            self.bytes += shown.words.len();
            self.pieces.push(Piece {
                x: place[4],
                y: -place[5],
                width: by * scale,
                size: (state.size * scale).abs(),
                words: shown.words,
            });
        }
        *text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], *text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(font: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1>>endobj\n\
             3 0 obj<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 {font}>>>>/Contents 4 0 R>>endobj\n4 0 obj<</Length 9>>stream\n"
        )
        .into_bytes();
        bytes.extend(content);
        bytes.extend(b"\nendstream endobj\n");
        bytes
    }

    #[test]
    fn encodings_by_name_are_read() {
        let font = "<</Type/Font/Subtype/Type0/Encoding/GBK-EUC-H/DescendantFonts[<</DW 1000>>]>>";
        let mut content = b"BT /F1 16 Tf 90 700 Td <".to_vec();
        for byte in encoding_rs::GBK.encode("各县2区：").0.iter() {
            content.extend(format!("{byte:02X}").bytes());
        }
        content.extend(b"> Tj 0 -20 Td <D2BB> Tj ET");
        assert_eq!(
            read(&file(font, &content)).unwrap_or_default(),
            "各县2区：\n一\n"
        );
    }

    #[test]
    fn scans_and_secrets_are_told() {
        let scan = read(&file("<<>>", b"q 1 0 0 1 0 0 cm /Im0 Do Q"));
        assert!(matches!(scan, Err(Problem::Wrong(problem)) if problem.contains("scan")));
        let font = "<</Type/Font/Subtype/Type0/Encoding/Identity-H>>";
        let secret = read(&file(font, b"BT /F1 16 Tf <00010002> Tj ET"));
        assert!(matches!(secret, Err(Problem::Wrong(problem)) if problem.contains("fonts")));
        assert!(read(b"%PDF-1.4").is_err());
    }
}
