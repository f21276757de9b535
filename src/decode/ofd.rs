//! Words of an `.ofd` (GB/T 33190), the fixed-layout format that offices sign and seal.
//!
//! In: `<ofd:TextObject Boundary="30 40 120 6"><ofd:TextCode X="0" Y="5">各县区科协：</ofd:TextCode></ofd:TextObject>` on a page.
//! Out: the lines of the page in reading order.

use super::Problem;
use super::layout::{self, Piece, Sheet};
use super::pack::Pack;
use super::ruled::Rule;
use super::xml::{self, Token};

/// Pages of one document.
const MOST_PAGES: usize = 20_000;

/// Reads the file `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    let mut pack = Pack::open(bytes)?;
    let mut pages = Vec::new();
    for document in documents(&mut pack)? {
        let folder = document
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let Some(part) = pack.text(&document)? else {
            return Err(Problem::from(format!(
                "its part {document} is missing: get the file anew"
            )));
        };
        let mut names = Vec::new();
        xml::read(&part, |token| {
            if let Token::Open("Page", at) = token {
                names.extend(at.get("BaseLoc"));
            }
            Ok(())
        })?;
        for name in names.into_iter().take(MOST_PAGES) {
            if let Some(part) = pack.text(&below(&folder, &name))? {
                pages.push(page(&part)?);
            }
        }
    }
    layout::lines(pages)
}

/// Where the documents of the file lie; there is one but for rare cases.
fn documents(pack: &mut Pack<'_>) -> Result<Vec<String>, Problem> {
    let part = pack.text("OFD.xml")?.unwrap_or_default();
    let (mut roots, mut root) = (Vec::new(), false);
    xml::read(&part, |token| {
        match token {
            Token::Open("DocRoot", _) => root = true,
            Token::Close("DocRoot") => root = false,
            Token::Words(words) if root => {
                roots.push(words.trim().trim_start_matches('/').to_owned())
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(roots)
}

/// `Pages/Page_0/Content.xml` below `Doc_0`; from the root if it begins with a slash.
fn below(folder: &str, name: &str) -> String {
    match name.strip_prefix('/') {
        Some(name) => name.to_owned(),
        None if folder.is_empty() => name.to_owned(),
        None => format!("{folder}/{name}"),
    }
}

fn numbers(list: &str) -> Vec<f64> {
    list.split_ascii_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Straight lines of one page; a drawing has more.
const MOST_RULES: usize = 20_000;

/// Adds the lines of a path such as `M 0 0 L 100 0` that stands at `left` and `top`.
fn rules(path: &str, (left, top): (f64, f64), found: &mut Vec<Rule>) {
    let mut at = None;
    let mut first = None;
    let mut step = ' ';
    let mut place = Vec::new();
    for word in path.split_ascii_whitespace() {
        let letter = word.chars().next().filter(char::is_ascii_alphabetic);
        if let Some(letter) = letter {
            step = letter;
            place.clear();
            if letter == 'C'
                && let (Some(from), Some(to)) = (at, first)
            {
                found.push(Rule { from, to });
            }
            continue;
        }
        place.extend(word.parse::<f64>());
        let [x, y] = place[..] else { continue };
        place.clear();
        let to = (left + x, top + y);
        match (step, at) {
            ('L', Some(from)) => found.push(Rule { from, to }),
            ('M' | 'S', _) => first = Some(to),
            _ => {}
        }
        at = Some(to);
    }
}

/// The stretches of words on a page, and its lines. Its y grows downward.
fn page(part: &str) -> Result<Sheet, Problem> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut drawn: Vec<Rule> = Vec::new();
    let (mut corner, mut path) = ((0.0, 0.0), false);
    let (mut left, mut top, mut height) = (0.0, 0.0, 4.0);
    let mut code: Option<(f64, f64, f64)> = None;
    xml::read(part, |token| {
        match token {
            Token::Open("TextObject", at) => {
                let boundary = numbers(&at.get("Boundary").unwrap_or_default());
                left = boundary.first().copied().unwrap_or(0.0);
                top = boundary.get(1).copied().unwrap_or(0.0);
                // Some programs write it in small letters.
                height = at
                    .get("Size")
                    .or_else(|| at.get("size"))
                    .and_then(|size| size.parse().ok())
                    .unwrap_or(4.0);
                code = None;
            }
            Token::Open("PathObject", at) => {
                let boundary = numbers(&at.get("Boundary").unwrap_or_default());
                let number = |nth: usize| boundary.get(nth).copied().unwrap_or(0.0);
                corner = (number(0), number(1));
            }
            Token::Open("AbbreviatedData", _) => path = true,
            Token::Close("AbbreviatedData") => path = false,
            Token::Words(words) if path && drawn.len() < MOST_RULES => {
                rules(words, corner, &mut drawn);
            }
            Token::Open("TextCode", at) => {
                let number = |name: &str| at.get(name).and_then(|value| value.parse::<f64>().ok());
                let deltas = numbers(&at.get("DeltaX").unwrap_or_default());
                // DeltaX="g 10 5.6": ten times 5.6.
                let step = deltas.last().copied().unwrap_or(height);
                let (x, y) = (number("X").unwrap_or(0.0), number("Y").unwrap_or(height));
                code = Some((left + x, top + y, step));
            }
            Token::Words(words) => {
                if let Some((x, y, step)) = code {
                    pieces.push(Piece {
                        x,
                        y,
                        width: step * words.chars().count() as f64,
                        size: height,
                        words: words.to_owned(),
                    });
                }
            }
            Token::Close("TextCode") => code = None,
            _ => {}
        }
        Ok(())
    })?;
    if drawn.len() >= MOST_RULES {
        drawn.clear();
    }
    Ok(Sheet {
        pieces,
        rules: drawn,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_line_come_together() {
        let part = r#"<ofd:Page xmlns:ofd="o"><ofd:Content><ofd:Layer>
            <ofd:TextObject Boundary="30 60 100 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g 3 5">特此通知。</ofd:TextCode></ofd:TextObject>
            <ofd:TextObject Boundary="30 40 20 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="5">各县</ofd:TextCode></ofd:TextObject>
            <ofd:TextObject Boundary="40 40 20 6" Size="5"><ofd:TextCode X="0" Y="5" DeltaX="5">区：</ofd:TextCode></ofd:TextObject>
            </ofd:Layer></ofd:Content></ofd:Page>"#;
        let sheet = page(part).unwrap_or_default();
        assert_eq!(
            layout::lines(vec![sheet]).unwrap_or_default(),
            "各县区：\n特此通知。\n"
        );
    }

    #[test]
    fn paths_are_lines() {
        let mut found = Vec::new();
        rules("M 0 0 L 10 0 L 10 5 C", (1.0, 2.0), &mut found);
        let ends: Vec<_> = found.iter().map(|rule| (rule.from, rule.to)).collect();
        assert_eq!(
            ends,
            [
                ((1.0, 2.0), (11.0, 2.0)),
                ((11.0, 2.0), (11.0, 7.0)),
                ((11.0, 7.0), (1.0, 2.0))
            ]
        );
        rules("L x 3 B 1 2 3 M", (0.0, 0.0), &mut found);
    }
}
