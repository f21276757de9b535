//! Words at places of a page become lines: what PDF and OFD have in common.
//!
//! In: stretches of words with their places, in whatever order a program drew them. Out: lines from top to bottom, a wide gap as four
//! blanks, without page numbers and without the headers that stand on every page.

use super::Problem;
use super::grid::Layer;
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

/// The lines of all pages.
pub(super) fn lines(pages: Vec<Vec<Piece>>) -> Result<String, Problem> {
    let mut pages: Vec<Vec<String>> = pages.into_iter().map(page).collect();
    headers(&mut pages);
    let mut layer = Layer::default();
    for page in pages {
        page.into_iter().try_for_each(|line| layer.push(line))?;
    }
    Ok(layer.finish())
}

fn page(mut pieces: Vec<Piece>) -> Vec<String> {
    pieces.retain(|piece| piece.x.is_finite() && piece.y.is_finite() && !piece.words.is_empty());
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
    joined(
        lines
            .into_iter()
            .map(line)
            .filter(|line| !line.words.is_empty())
            .collect(),
    )
}

/// A line of a page, and from where to where it goes.
struct Line {
    words: String,
    left: f64,
    right: f64,
    size: f64,
}

/// Letters of the shortest line that is as wide as a page.
const LONG: f64 = 18.0;

/// Puts together what was one paragraph: a line that reaches the right edge of the text goes on in the next one, unless that is moved in or
/// begins with a label.
fn joined(lines: Vec<Line>) -> Vec<String> {
    let right = lines.iter().map(|line| line.right).fold(f64::MIN, f64::max);
    let left = lines.iter().map(|line| line.left).fold(f64::MAX, f64::min);
    let mut found: Vec<String> = Vec::new();
    let mut full = false;
    for line in lines {
        let columns = line.words.contains("    ");
        let goes_on =
            full && !columns && line.left < left + line.size * 0.8 && !is_labeled(&line.words);
        let long = line.right - line.left > line.size * LONG;
        full = !columns && long && right - line.right < line.size * 1.6;
        match found.last_mut() {
            Some(last) if goes_on => {
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if latin(last.chars().next_back()) && latin(line.words.chars().next()) {
                    last.push(' ');
                }
                last.push_str(&line.words);
            }
            _ => found.push(line.words),
        }
    }
    found
}

/// Whether words begin like a clause: 一、 （一） 1. 第一条.
fn is_labeled(words: &str) -> bool {
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
    }
}

/// On fewer pages a line may be repeated by chance.
const FEW: usize = 3;

/// Takes out page numbers, and what is first or last on most pages.
fn headers(pages: &mut [Vec<String>]) {
    let bare = |line: &str| -> String {
        line.chars()
            .filter(|c| !c.is_numeric() && !c.is_whitespace())
            .collect()
    };
    let mut edges: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages.iter() {
        for edge in [page.first(), page.last().filter(|_| page.len() > 1)]
            .into_iter()
            .flatten()
        {
            *edges.entry(bare(edge)).or_default() += 1;
        }
    }
    let all = pages.len();
    let idle = |line: &str| {
        let words = bare(line);
        let number = line.chars().any(char::is_numeric)
            && words.chars().all(|c| "-—–－·/第页共 ".contains(c))
            && line.chars().count() < 16;
        number
            || all >= FEW
                && edges
                    .get(&words)
                    .is_some_and(|count| count * 2 > all && !words.is_empty())
    };
    for page in pages {
        if page.len() > 1 && page.last().is_some_and(|line| idle(line)) {
            page.pop();
        }
        if page.len() > 1 && page.first().is_some_and(|line| idle(line)) {
            page.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64, words: &str) -> Piece {
        Piece {
            x,
            y,
            width: 10.0 * words.chars().count() as f64,
            size: 10.0,
            words: words.to_owned(),
        }
    }

    #[test]
    fn gaps_and_bold_letters() {
        let page = vec![
            at(90.0, 20.0, "市教育局"),
            at(0.0, 20.5, "牵头单位"),
            at(0.2, 20.5, "牵头单位"),
            at(0.0, 0.0, "通知"),
        ];
        assert_eq!(
            lines(vec![page]).unwrap_or_default(),
            "通知\n牵头单位    市教育局\n"
        );
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
            lines(vec![page]).unwrap_or_default(),
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
        assert_eq!(
            lines(pages).unwrap_or_default(),
            "一、加强领导\n二、落实责任\n三、检查督促\n"
        );
    }

    #[test]
    fn places_that_are_no_numbers_do_no_harm() {
        assert_eq!(
            lines(vec![vec![
                at(f64::NAN, 0.0, "甲"),
                at(0.0, f64::INFINITY, "乙")
            ]])
            .unwrap_or_default(),
            ""
        );
    }
}
