//! Words of a PDF that has any: a text layer, not pictures of words.
//!
//! In: `BT /F1 16 Tf 90 700 Td <4E2D534E> Tj ET` on a page. Out: the lines of all pages, top to bottom.
//! A scan is a failure that says so, and so is a file whose fonts keep for themselves which characters they show.

mod file;
mod font;
mod lexer;
mod path;

use super::Problem;
use super::grid::MOST_TEXT;
use super::layout::{self, Piece, Sheet};
use crate::error::{Code, Limit, Warning};
use crate::text::Span;
use file::File;
use font::Font;
use lexer::{Dict, Lexer, Object};
use path::Path;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Pages of one file.
const MOST_PAGES: usize = 20_000;

/// Operators of all pages.
const MOST_STEPS: usize = 50_000_000;

/// Forms in forms.
const DEEPEST: usize = 8;

/// Reads the file `bytes`; tells which pages are only pictures where others have words.
pub(super) fn read(bytes: &[u8]) -> Result<(String, Option<Warning>), Problem> {
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
        path: Path::default(),
        pictures: 0,
        codes: 0,
        unknown: 0,
        steps: 0,
        bytes: 0,
    };
    let mut found = Vec::new();
    let mut scans = Vec::new();
    for (nth, page) in pages.iter().enumerate() {
        reader.pictures = 0;
        reader.page(&mut file, page)?;
        let sheet = Sheet {
            pieces: std::mem::take(&mut reader.pieces),
            rules: reader.path.take(),
        };
        if sheet.pieces.is_empty() && reader.pictures > 0 {
            scans.push((nth + 1).to_string());
        }
        found.push(sheet);
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
    let unread = (!scans.is_empty()).then(|| {
        let message = format!("第{}页是图片，没有可读的文字", scans.join("、"));
        Warning::new(Code::PartUnread, message, Span::new(0, 0))
    });
    Ok((layout::lines(found)?, unread))
}

/// A page, and its fonts and forms, which many pages have in common.
struct Page {
    node: Dict,
    inherited: Inherited,
}

/// What a page has from the branch of the tree that it hangs on.
#[derive(Clone, Default)]
struct Inherited {
    resources: Option<Rc<Object>>,
    /// Degrees by which it is turned, clockwise.
    turned: Option<f64>,
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
    let page = |mut node: Dict, above: Inherited| Page {
        inherited: Inherited {
            resources: node.remove("Resources").map(Rc::new).or(above.resources),
            turned: file.of(&node, "Rotate").number().or(above.turned),
        },
        node,
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Object, Inherited)> = root
        .into_iter()
        .map(|root| (root, Inherited::default()))
        .collect();
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
            open.extend(kids.map(|kid| (kid, page.inherited.clone())));
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
            .map(|node| page(node, Inherited::default()))
            .collect();
    }
    found
}

/// `[a b c d e f]`: how a place in one space is a place in another.
type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// How a page is turned before anyone sees it: scanners and wide tables lie on their side.
fn turn(degrees: f64) -> Matrix {
    match degrees.rem_euclid(360.0) as u32 {
        90 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
        180 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
        270 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
        _ => SAME,
    }
}

/// Where a place of one space lies on the page; y grows downward.
fn seen(at: (f64, f64), place: Matrix) -> (f64, f64) {
    (
        at.0 * place[0] + at.1 * place[2] + place[4],
        -(at.0 * place[1] + at.1 * place[3] + place[5]),
    )
}

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
    path: Path,
    /// Pictures on the page in hand.
    pictures: usize,
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
        let own = page
            .inherited
            .resources
            .as_deref()
            .map(|own| file.follow(own));
        let none = Dict::new();
        let resources = match own.as_deref() {
            Some(Object::Dict(resources)) => resources,
            _ => &none,
        };
        let state = State {
            place: turn(page.inherited.turned.unwrap_or(0.0)),
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
                "m" => self.path.begin(seen((number(0), number(1)), state.place)),
                "l" => self.path.line(seen((number(0), number(1)), state.place)),
                "c" | "v" | "y" => self.path.curve(),
                "h" => self.path.close(),
                "re" => {
                    let (left, low) = (number(0), number(1));
                    let (right, high) = (left + number(2), low + number(3));
                    self.path.begin(seen((left, low), state.place));
                    for corner in [(right, low), (right, high), (left, high)] {
                        self.path.line(seen(corner, state.place));
                    }
                    self.path.close();
                }
                "f" | "F" | "f*" => self.path.paint(false),
                "S" | "B" | "B*" => self.path.paint(true),
                "s" | "b" | "b*" => {
                    self.path.close();
                    self.path.paint(true);
                }
                "n" => self.path.drop(),
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
                    self.pictures += 1;
                    lexer.at += picture(&content[lexer.at..]);
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
        match form.get("Subtype").and_then(Object::name) {
            Some("Form") => {}
            Some("Image") => {
                self.pictures += 1;
                return Ok(());
            }
            _ => return Ok(()),
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

/// Bytes of a picture up to the `EI` that ends it, which stands alone.
fn picture(bytes: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, b"EI")
        .find(|at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let around = [before, bytes.get(at + 2)];
            around
                .iter()
                .all(|byte| byte.is_none_or(|byte| lexer::is_blank(*byte)))
        })
        .map_or(bytes.len(), |at| at + 2)
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
        let (words, unread) = read(&file(font, &content)).unwrap_or_default();
        assert_eq!((words.as_str(), unread), ("各县2区：\n一\n", None));
    }

    #[test]
    fn pages_that_lie_on_their_side_are_read_upright() {
        let font = "<</Type/Font/Subtype/Type0/Encoding/GBK-EUC-H/DescendantFonts[<</DW 1000>>]>>";
        let content = b"0 1 -1 0 0 0 cm BT /F1 16 Tf 90 -100 Td <D2BB> Tj 0 -20 Td <B6FE> Tj ET";
        let bytes = file(font, content);
        let at = memchr::memmem::find(&bytes, b"/Page/").unwrap_or_default() + 5;
        let turned = [&bytes[..at], b"/Rotate 90", &bytes[at..]].concat();
        let (words, _) = read(&turned).unwrap_or_default();
        assert_eq!(words, "一\n二\n");
    }

    #[test]
    fn pictures_end_where_they_say() {
        assert_eq!(picture(b" \x01EI\x02 EI Q"), 8);
        assert_eq!(picture(b" \x01"), 2);
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
