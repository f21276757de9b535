//! Words at places of a page become lines: what PDF and OFD have in common.
//!
//! In: stretches of words with their places, in whatever order a program drew them. Out: lines from top to bottom, a wide gap as four
//! blanks, without page numbers and without the headers that stand on every page.

use super::Problem;
use super::grid::{self, Layer};
use super::ruled::{self, Rule, Ruled};
use std::collections::BTreeMap;

/// A stretch of words; y grows downward and is that of its base line.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    /// Height of its letters.
    pub size: f64,
    pub words: String,
}

/// Words and straight lines of a page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub pieces: Vec<Piece>,
    pub rules: Vec<Rule>,
}

/// What stands on a page, from top to bottom.
enum Block {
    Line { words: String, y: f64 },
    Table(Ruled),
}

/// The lines of all pages.
pub(super) fn lines(pages: Vec<Sheet>) -> Result<String, Problem> {
    let mut pages: Vec<Vec<Block>> = pages.into_iter().map(page).collect();
    headers(&mut pages);
    let mut layer = Layer::default();
    let mut open: Option<Ruled> = None;
    for page in pages {
        for (nth, block) in page.into_iter().enumerate() {
            match (block, &mut open) {
                (Block::Table(next), Some(table)) if nth == 0 && table.goes_on_in(&next) => {
                    table.append(next);
                }
                (block, table) => {
                    if let Some(table) = table.take() {
                        grid::write(table.rows, &mut layer)?;
                    }
                    match block {
                        Block::Line { words, .. } => layer.push(words)?,
                        Block::Table(next) => open = Some(next),
                    }
                }
            }
        }
    }
    if let Some(table) = open {
        grid::write(table.rows, &mut layer)?;
    }
    Ok(layer.finish())
}

fn page(sheet: Sheet) -> Vec<Block> {
    let mut pieces = sheet.pieces;
    pieces.retain(|piece| piece.x.is_finite() && piece.y.is_finite() && !piece.words.is_empty());
    let tables = ruled::tables(&mut pieces, &sheet.rules);
    let lines = gathered(pieces);
    let edges = (
        lines.iter().map(|line| line.left).fold(f64::MAX, f64::min),
        lines.iter().map(|line| line.right).fold(f64::MIN, f64::max),
    );
    let mut found = Vec::new();
    let mut lines = lines.into_iter().peekable();
    for table in tables {
        let above = std::iter::from_fn(|| lines.next_if(|line| line.y < table.top));
        joined(above, edges, &mut found);
        found.push(Block::Table(table));
    }
    joined(lines, edges, &mut found);
    found
}

/// Pieces as lines, from top to bottom.
pub(super) fn gathered(mut pieces: Vec<Piece>) -> Vec<Line> {
    pieces.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line.first().is_some_and(|first| same_line(first, &piece)) => {
                line.push(piece)
            }
            _ => lines.push(vec![piece]),
        }
    }
    lines
        .into_iter()
        .map(line)
        .filter(|line| !line.words.is_empty())
        .collect()
}

/// A line of a page, and from where to where it goes.
pub(super) struct Line {
    pub words: String,
    pub left: f64,
    pub right: f64,
    pub size: f64,
    y: f64,
}

/// Letters of the shortest line that is as wide as a page.
const LONG: f64 = 18.0;

/// Puts together what was one paragraph: a line that reaches the right edge of the text goes on in the next one, unless that is moved in or
/// begins with a label.
fn joined(lines: impl Iterator<Item = Line>, (left, right): (f64, f64), found: &mut Vec<Block>) {
    let mut full = false;
    for line in lines {
        let columns = line.words.contains("    ");
        let goes_on =
            full && !columns && line.left < left + line.size * 0.8 && !is_labeled(&line.words);
        let long = line.right - line.left > line.size * LONG;
        full = !columns && long && right - line.right < line.size * 1.6;
        match found.last_mut() {
            Some(Block::Line { words, .. }) if goes_on => go_on(words, &line.words),
            _ => found.push(Block::Line {
                words: line.words,
                y: line.y,
            }),
        }
    }
}

/// Adds a line to the one above that it goes on with.
pub(super) fn go_on(last: &mut String, words: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if latin(last.chars().next_back()) && latin(words.chars().next()) {
        last.push(' ');
    }
    last.push_str(words);
}

/// Whether words begin like a clause: 一、 （一） 1. 第一条.
pub(super) fn is_labeled(words: &str) -> bool {
    let bare = words.trim_start_matches(['（', '(', '第']);
    let numeral = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(c);
    let rest = bare.trim_start_matches(numeral);
    rest.len() < bare.len() && rest.starts_with(['、', '.', '．', '）', ')', '条', '章', '是'])
}

fn same_line(a: &Piece, b: &Piece) -> bool {
    (a.y - b.y).abs() < a.size.min(b.size).max(1.0) * 0.5
}

fn line(mut pieces: Vec<Piece>) -> Line {
    pieces.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut text = String::new();
    let left = pieces.first().map_or(0.0, |piece| piece.x);
    let y = pieces.first().map_or(0.0, |piece| piece.y);
    let mut last: Option<Piece> = None;
    for piece in pieces {
        if let Some(last) = &last {
            // Programs that have no bold letters draw the same word twice, a hair apart.
            let twice = last.words == piece.words && (last.x - piece.x).abs() < piece.size * 0.3;
            if twice {
                continue;
            }
            let gap = piece.x - last.x - last.width;
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            if gap > piece.size * 0.8 {
                text.push_str("    ");
            } else if gap > piece.size * 0.25
                && !text.ends_with(' ')
                && latin(text.chars().next_back())
                && latin(piece.words.chars().next())
            {
                text.push(' ');
            }
        }
        text.push_str(&piece.words);
        last = Some(piece);
    }
    let (right, size) = last.map_or((left, 0.0), |last| (last.x + last.width, last.size));
    Line {
        words: text.trim().to_owned(),
        left,
        right,
        size,
        y,
    }
}

/// On fewer pages a line may be repeated by chance, unless it stands at the same height.
const FEW: usize = 3;

/// A line at the edges of pages: how many have it, and where the first does.
struct Edge {
    count: usize,
    y: f64,
    level: bool,
}

/// Takes out page numbers, and what is first or last on most pages.
fn headers(pages: &mut [Vec<Block>]) {
    let bare = |line: &str| -> String {
        line.chars()
            .filter(|c| !c.is_numeric() && !c.is_whitespace())
            .collect()
    };
    let mut edges: BTreeMap<String, Edge> = BTreeMap::new();
    for page in pages.iter() {
        let last = page.last().filter(|_| page.len() > 1);
        for edge in [page.first(), last].into_iter().flatten() {
            let Block::Line { words, y } = edge else {
                continue;
            };
            let edge = edges.entry(bare(words)).or_insert(Edge {
                count: 0,
                y: *y,
                level: true,
            });
            edge.count += 1;
            edge.level &= (edge.y - y).abs() < 1.0;
        }
    }
    let all = pages.len();
    let idle = |block: &Block| {
        let Block::Line { words: line, .. } = block else {
            return false;
        };
        let words = bare(line);
        let number = line.chars().any(char::is_numeric)
            && words.chars().all(|c| "-—–－·/第页共 ".contains(c))
            && line.chars().count() < 16;
        let repeated = edges.get(&words).is_some_and(|edge| {
            edge.count * 2 > all && all >= FEW || edge.count == 2 && all == 2 && edge.level
        });
        number || repeated && !words.is_empty()
    };
    for page in pages {
        if page.len() > 1 && page.last().is_some_and(idle) {
            page.pop();
        }
        if page.len() > 1 && page.first().is_some_and(idle) {
            page.remove(0);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn at(x: f64, y: f64, words: &str) -> Piece {
        Piece {
            x,
            y,
            width: 10.0 * words.chars().count() as f64,
            size: 10.0,
            words: words.to_owned(),
        }
    }

    fn read(pages: Vec<Vec<Piece>>) -> String {
        let sheet = |pieces| Sheet {
            pieces,
            rules: Vec::new(),
        };
        lines(pages.into_iter().map(sheet).collect()).unwrap_or_default()
    }

    #[test]
    fn gaps_and_bold_letters() {
        let page = vec![
            at(90.0, 20.0, "市教育局"),
            at(0.0, 20.5, "牵头单位"),
            at(0.2, 20.5, "牵头单位"),
            at(0.0, 0.0, "通知"),
        ];
        assert_eq!(read(vec![page]), "通知\n牵头单位    市教育局\n");
    }

    #[test]
    fn full_lines_go_on_in_the_next() {
        let page = vec![
            at(
                20.0,
                0.0,
                "各县区科协要认真落实会议精神，明确任务，加强督促检",
            ),
            at(0.0, 20.0, "查，按时报送。"),
            at(
                0.0,
                40.0,
                "一、加强领导，明确责任，会议精神，明确任务，加强督促检查",
            ),
            at(0.0, 60.0, "（二）落实经费"),
        ];
        assert_eq!(
            read(vec![page]),
            "各县区科协要认真落实会议精神，明确任务，加强督促检查，按时报送。\n一、加强领导，明确责任，会议精神，明确任务，加强督促检查\n（二）落实经费\n"
        );
    }

    #[test]
    fn what_stands_on_every_page_is_no_text() {
        let page = |number: usize, words: &str| {
            vec![
                at(0.0, 0.0, "某市人民政府文件"),
                at(0.0, 20.0, words),
                at(0.0, 90.0, &format!("- {number} -")),
            ]
        };
        let pages = vec![
            page(1, "一、加强领导"),
            page(2, "二、落实责任"),
            page(3, "三、检查督促"),
        ];
        assert_eq!(read(pages), "一、加强领导\n二、落实责任\n三、检查督促\n");
        let pages = vec![page(1, "一、加强领导"), page(2, "二、落实责任")];
        assert_eq!(read(pages), "一、加强领导\n二、落实责任\n");
    }

    #[test]
    fn places_that_are_no_numbers_do_no_harm() {
        assert_eq!(
            read(vec![vec![
                at(f64::NAN, 0.0, "甲"),
                at(0.0, f64::INFINITY, "乙")
            ]]),
            ""
        );
    }
}
