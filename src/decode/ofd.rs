//! Words of an `.ofd` (GB/T 33190), the fixed-layout format that offices sign and seal.
//!
//! In: `<ofd:TextObject Boundary="30 40 120 6"><ofd:TextCode X="0" Y="5">各县区科协：</ofd:TextCode></ofd:TextObject>` on a page.
//! Out: the lines of the page in reading order.

use super::Problem;
use super::layout::{self, Piece};
use super::pack::Pack;
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

/// The stretches of words on a page. Its y grows downward.
fn page(part: &str) -> Result<Vec<Piece>, Problem> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut left, mut top, mut height) = (0.0, 0.0, 4.0);
    let mut code: Option<(f64, f64, f64)> = None;
    xml::read(part, |token| {
        match token {
            Token::Open("TextObject", at) => {
                let boundary = numbers(&at.get("Boundary").unwrap_or_default());
                left = boundary.first().copied().unwrap_or(0.0);
                top = boundary.get(1).copied().unwrap_or(0.0);
                height = at
                    .get("Size")
                    .and_then(|size| size.parse().ok())
                    .unwrap_or(4.0);
                code = None;
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
    Ok(pieces)
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
        let pieces = page(part).unwrap_or_default();
        assert_eq!(
            layout::lines(vec![pieces]).unwrap_or_default(),
            "各县区：\n特此通知。\n"
        );
    }
}
