//! Tables that are drawn: words in boxes of straight lines, as PDF and OFD have them.
//!
//! In: words at places of a page, and its lines. Out: rows of cells, each with the words in its box, in whatever order they were drawn:
//! `| 完善校园安防设施 | 市教育局 |`, not `完善校园    市教育` and `安防设施    局` below it. A box without a line between two rows goes over both.

use super::grid::Cell;
use super::layout::{self, Piece};

/// A line from one place to another; y grows downward.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub from: (f64, f64),
    pub to: (f64, f64),
}

/// A table, and where it stands.
pub(super) struct Ruled {
    pub top: f64,
    /// Where its columns part.
    pub columns: Vec<f64>,
    pub rows: Vec<Vec<Cell>>,
    /// How far apart two places may be that are meant to be one.
    slack: f64,
}

/// Lines of one direction on a page with tables; a drawing has more.
const MOST_LINES: usize = 1000;

/// Boxes of one table.
const MOST_BOXES: usize = 50_000;

/// A line across or down: where it lies, from where to where it goes.
#[derive(Clone, Copy)]
struct Stroke {
    at: f64,
    from: f64,
    to: f64,
}

impl Stroke {
    fn spans(&self, place: f64, slack: f64) -> bool {
        self.from - slack <= place && place <= self.to + slack
    }
}

/// The tables of a page; their words are taken out of `pieces`.
pub(super) fn tables(pieces: &mut Vec<Piece>, rules: &[Rule]) -> Vec<Ruled> {
    let mut sizes: Vec<f64> = pieces.iter().map(|piece| piece.size).collect();
    sizes.sort_by(f64::total_cmp);
    let Some(size) = sizes
        .get(sizes.len() / 2)
        .copied()
        .filter(|size| *size > 0.0)
    else {
        return Vec::new();
    };
    let slack = size * 0.2;
    let stroke = |at: (f64, f64), along: (f64, f64)| {
        let (from, to) = (along.0.min(along.1), along.0.max(along.1));
        let straight = (at.0 - at.1).abs() < slack && to - from > size * 0.5;
        (straight && from.is_finite() && to.is_finite()).then_some(Stroke {
            at: (at.0 + at.1) / 2.0,
            from,
            to,
        })
    };
    let across = rules
        .iter()
        .filter_map(|rule| stroke((rule.from.1, rule.to.1), (rule.from.0, rule.to.0)));
    let across = joined(across.collect(), slack);
    let down = rules
        .iter()
        .filter_map(|rule| stroke((rule.from.0, rule.to.0), (rule.from.1, rule.to.1)));
    let down = joined(down.collect(), slack);
    if across.len() > MOST_LINES || down.len() > MOST_LINES {
        return Vec::new();
    }
    let mut found: Vec<Ruled> = crossing(&across, &down, slack)
        .into_iter()
        .filter_map(|(across, down)| Boxes::new(&across, &down, slack)?.fill(pieces))
        .collect();
    found.sort_by(|a, b| a.top.total_cmp(&b.top));
    found
}

/// Lines that lie in one and touch are one: programs draw the border of each cell by itself.
fn joined(mut strokes: Vec<Stroke>, slack: f64) -> Vec<Stroke> {
    strokes.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut first = f64::NEG_INFINITY;
    for stroke in &mut strokes {
        if stroke.at - first > slack {
            first = stroke.at;
        }
        stroke.at = first;
    }
    strokes.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut found: Vec<Stroke> = Vec::new();
    for stroke in strokes {
        match found.last_mut() {
            Some(last) if last.at == stroke.at && stroke.from <= last.to + slack => {
                last.to = last.to.max(stroke.to);
            }
            _ => found.push(stroke),
        }
    }
    found
}

/// Lines that hang together, each set a table or a drawing.
fn crossing(across: &[Stroke], down: &[Stroke], slack: f64) -> Vec<(Vec<Stroke>, Vec<Stroke>)> {
    let mut left: Vec<bool> = vec![true; down.len()];
    let mut open: Vec<bool> = vec![true; across.len()];
    let touch = |a: &Stroke, d: &Stroke| a.spans(d.at, slack) && d.spans(a.at, slack);
    let mut found = Vec::new();
    for first in 0..across.len() {
        if !open[first] {
            continue;
        }
        open[first] = false;
        let (mut rows, mut columns) = (vec![across[first]], Vec::new());
        let (mut row, mut column) = (0, 0);
        while row < rows.len() || column < columns.len() {
            if let Some(a) = rows.get(row).copied() {
                row += 1;
                for (nth, d) in down.iter().enumerate() {
                    if left[nth] && touch(&a, d) {
                        left[nth] = false;
                        columns.push(*d);
                    }
                }
            } else if let Some(d) = columns.get(column).copied() {
                column += 1;
                for (nth, a) in across.iter().enumerate() {
                    if open[nth] && touch(a, &d) {
                        open[nth] = false;
                        rows.push(*a);
                    }
                }
            }
        }
        found.push((rows, columns));
    }
    found
}

/// A box of a table: its first row and column, and how many it takes.
struct Frame {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
}

struct Boxes {
    xs: Vec<f64>,
    ys: Vec<f64>,
    frames: Vec<Frame>,
    /// The frame of each place, row by row.
    of: Vec<usize>,
    slack: f64,
}

impl Boxes {
    fn new(across: &[Stroke], down: &[Stroke], slack: f64) -> Option<Self> {
        let places = |strokes: &[Stroke]| {
            let mut places: Vec<f64> = strokes.iter().map(|stroke| stroke.at).collect();
            places.sort_by(f64::total_cmp);
            places.dedup();
            places
        };
        let (xs, mut ys) = (places(down), places(across));
        // A row that goes on on the next page has no line below it here, and none above it there.
        let top = down
            .iter()
            .map(|stroke| stroke.from)
            .fold(f64::MAX, f64::min);
        let bottom = down.iter().map(|stroke| stroke.to).fold(f64::MIN, f64::max);
        if ys.first().is_some_and(|first| first - top > slack * 4.0) {
            ys.insert(0, top);
        }
        if ys.last().is_some_and(|last| bottom - last > slack * 4.0) {
            ys.push(bottom);
        }
        let (columns, rows) = (xs.len().checked_sub(1)?, ys.len().checked_sub(1)?);
        if columns < 2 || rows < 1 || columns * rows > MOST_BOXES {
            return None;
        }
        let middle = |places: &[f64], nth: usize| (places[nth] + places[nth + 1]) / 2.0;
        // Whether there is a line on the right of each place, and one below it.
        let (mut wall, mut floor) = (vec![false; columns * rows], vec![false; columns * rows]);
        for stroke in down {
            let nth = xs.partition_point(|x| *x < stroke.at);
            for row in (0..rows).filter(|_| nth > 0) {
                wall[row * columns + nth - 1] |= stroke.spans(middle(&ys, row), 0.0);
            }
        }
        for stroke in across {
            let nth = ys.partition_point(|y| *y < stroke.at);
            for column in (0..columns).filter(|_| nth > 0) {
                floor[(nth - 1) * columns + column] |= stroke.spans(middle(&xs, column), 0.0);
            }
        }
        let mut of = vec![usize::MAX; columns * rows];
        let mut frames = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                if of[row * columns + column] != usize::MAX {
                    continue;
                }
                let free = |row: usize, column: usize| of[row * columns + column] == usize::MAX;
                let (mut wide, mut high) = (1, 1);
                while column + wide < columns
                    && !wall[row * columns + column + wide - 1]
                    && free(row, column + wide)
                {
                    wide += 1;
                }
                while row + high < rows
                    && (column..column + wide).all(|column| {
                        !floor[(row + high - 1) * columns + column] && free(row + high, column)
                    })
                {
                    high += 1;
                }
                for row in row..row + high {
                    of[row * columns + column..row * columns + column + wide].fill(frames.len());
                }
                frames.push(Frame {
                    row,
                    column,
                    rows: high,
                    columns: wide,
                });
            }
        }
        Some(Self {
            xs,
            ys,
            frames,
            of,
            slack,
        })
    }

    /// The frame that a piece stands in.
    fn around(&self, piece: &Piece) -> Option<usize> {
        let place = |places: &[f64], at: f64| {
            let after = places.partition_point(|place| *place <= at);
            (after > 0 && after < places.len()).then(|| after - 1)
        };
        let column = place(&self.xs, piece.x + piece.width / 2.0)?;
        let row = place(&self.ys, piece.y - piece.size * 0.35)?;
        self.of.get(row * (self.xs.len() - 1) + column).copied()
    }

    /// Puts words into the boxes, unless they run over their lines: then it is a drawing with words on it.
    fn fill(self, pieces: &mut Vec<Piece>) -> Option<Ruled> {
        let (mut inside, mut over) = (0, 0);
        for piece in pieces.iter() {
            if let Some(frame) = self.around(piece).map(|nth| &self.frames[nth]) {
                let (left, right) = (self.xs[frame.column], self.xs[frame.column + frame.columns]);
                let beyond = piece.size * 0.6;
                inside += 1;
                over +=
                    usize::from(piece.x < left - beyond || piece.x + piece.width > right + beyond);
            }
        }
        if inside == 0 || over * 10 > inside {
            return None;
        }
        let mut words: Vec<Vec<Piece>> = Vec::new();
        words.resize_with(self.frames.len(), Vec::new);
        pieces.retain(|piece| match self.around(piece) {
            Some(nth) => {
                words[nth].push(piece.clone());
                false
            }
            None => true,
        });
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        rows.resize_with(self.ys.len() - 1, Vec::new);
        // Frames are in the order of their first rows; what goes on from above stands at its column.
        let mut order: Vec<(usize, usize, usize)> = Vec::new();
        for (nth, frame) in self.frames.iter().enumerate() {
            order.extend((frame.row..frame.row + frame.rows).map(|row| (row, frame.column, nth)));
        }
        order.sort_unstable();
        for (row, _, nth) in order {
            let frame = &self.frames[nth];
            let mut cell = Cell::new("");
            if frame.row == row {
                let wide = self.xs[frame.column + frame.columns] - self.xs[frame.column];
                let words = paragraphs(std::mem::take(&mut words[nth]), wide);
                cell = Cell::new(words.join("\n"));
            } else {
                cell.below = true;
            }
            cell.columns = frame.columns;
            rows[row].push(cell);
        }
        Some(Ruled {
            top: self.ys[0],
            columns: self.xs,
            rows,
            slack: self.slack,
        })
    }
}

/// What names of offices end in, and what others begin with: where both meet at the end of a line, two names stand below one another.
const ENDS: &str = "局委办部会院校司处室队厅镇乡县区府";
const BEGINS: &str = "省市县区各州镇乡";

/// Marks that no line begins with.
const MARKS: &str = "，、。；：！？）》”〉】";

/// The paragraphs in a box: a line that fills it goes on in the next.
fn paragraphs(pieces: Vec<Piece>, wide: f64) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut free: Option<f64> = None;
    for line in layout::gathered(pieces) {
        let two = |last: &String| {
            last.ends_with(|c| ENDS.contains(c)) && line.words.starts_with(|c| BEGINS.contains(c))
        };
        // A mark must not begin a line: the letter before it went down with it.
        let marked = line.words.chars().nth(1).is_some_and(|c| MARKS.contains(c));
        let full = free.is_some_and(|free| free < line.size * if marked { 3.2 } else { 2.2 });
        match found.last_mut() {
            Some(last) if full && !layout::is_labeled(&line.words) && !two(last) => {
                layout::go_on(last, &line.words);
            }
            _ => found.push(line.words.clone()),
        }
        free = Some(wide - (line.right - line.left));
    }
    found
}

impl Ruled {
    /// Whether another one, first on its page, is the rest of this one, last on the page before.
    pub(super) fn goes_on_in(&self, next: &Self) -> bool {
        self.columns.len() == next.columns.len()
            && self
                .columns
                .iter()
                .zip(&next.columns)
                .all(|(a, b)| (a - b).abs() < self.slack * 2.0)
    }

    /// Takes the rows of the rest: its head may be repeated, its first row may have begun on the page before.
    pub(super) fn append(&mut self, next: Self) {
        let words = |row: &Vec<Cell>| row.iter().map(Cell::words).collect::<Vec<_>>();
        let head = self.rows.first().map(words);
        let mut rest = next.rows.into_iter().peekable();
        if rest.peek().map(words) == head {
            rest.next();
        }
        if let (Some(last), Some(first)) = (self.rows.last_mut(), rest.peek_mut()) {
            let filled = |row: &[Cell]| row.iter().filter(|cell| !cell.words().is_empty()).count();
            let begun = first.first().is_some_and(|cell| cell.words().is_empty());
            let alike = first.len() == last.len() && first.len() > 1;
            let apart = last
                .iter()
                .zip(first.iter())
                .all(|(above, below)| above.words().is_empty() || below.words().is_empty());
            if begun && alike && (filled(first) * 2 < filled(last) || apart) {
                for (cell, more) in last.iter_mut().zip(first.iter()) {
                    cell.go_on(&more.words());
                }
                rest.next();
            } else if begun && alike {
                first[0].below = true;
            }
        }
        self.rows.extend(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::{self, Layer};
    use super::super::layout::tests::at;
    use super::*;

    fn line(from: (f64, f64), to: (f64, f64)) -> Rule {
        Rule { from, to }
    }

    fn written(tables: Vec<Ruled>) -> String {
        let mut layer = Layer::default();
        for table in tables {
            assert!(grid::write(table.rows, &mut layer).is_ok(), "is small");
        }
        layer.finish()
    }

    /// Columns at 0, 60 and 120, lines at the heights given.
    fn lines(heights: &[f64]) -> Vec<Rule> {
        let bottom = heights.last().copied().unwrap_or(0.0);
        let mut rules: Vec<Rule> = heights
            .iter()
            .map(|y| line((0.0, *y), (120.0, *y)))
            .collect();
        rules.extend([0.0, 60.0, 120.0].map(|x| line((x, heights[0]), (x, bottom))));
        rules
    }

    #[test]
    fn words_of_a_box_come_together() {
        let mut pieces = vec![
            at(5.0, 12.0, "工作任务"),
            at(65.0, 12.0, "牵头单位"),
            at(5.0, 32.0, "完善校园安"),
            at(65.0, 32.0, "市教育局"),
            at(5.0, 44.0, "防设施"),
            at(65.0, 44.0, "市科协"),
            at(0.0, 90.0, "特此通知"),
        ];
        let tables = tables(&mut pieces, &lines(&[0.0, 20.0, 50.0]));
        assert_eq!(
            written(tables),
            "| 工作任务 | 牵头单位 |\n| 完善校园安防设施 | 市教育局 市科协 |\n"
        );
        assert_eq!(pieces.len(), 1, "what stands below is no part of it");
    }

    #[test]
    fn a_box_over_two_rows_stands_in_both() {
        let mut rules = lines(&[0.0, 20.0, 60.0]);
        rules.push(line((60.0, 40.0), (120.0, 40.0)));
        let mut pieces = vec![
            at(5.0, 12.0, "工作任务"),
            at(65.0, 12.0, "牵头单位"),
            at(5.0, 42.0, "隐患排查"),
            at(65.0, 32.0, "县水利局"),
            at(65.0, 52.0, "县城管局"),
        ];
        assert_eq!(
            written(tables(&mut pieces, &rules)),
            "| 工作任务 | 牵头单位 |\n| 隐患排查 | 县水利局 |\n| 隐患排查 | 县城管局 |\n"
        );
    }

    #[test]
    fn a_table_goes_on_on_the_next_page() {
        let head = || vec![at(5.0, 12.0, "工作任务"), at(65.0, 12.0, "牵头单位")];
        let mut one = [
            head(),
            vec![at(5.0, 32.0, "排查隐患"), at(65.0, 32.0, "县水利局")],
        ]
        .concat();
        let mut two = [
            head(),
            vec![at(5.0, 32.0, "储备物资"), at(65.0, 32.0, "县应急局")],
        ]
        .concat();
        let rules = lines(&[0.0, 20.0, 40.0]);
        let mut first = tables(&mut one, &rules).remove(0);
        let second = tables(&mut two, &rules).remove(0);
        assert!(first.goes_on_in(&second));
        first.append(second);
        assert_eq!(
            written(vec![first]),
            "| 工作任务 | 牵头单位 |\n| 排查隐患 | 县水利局 |\n| 储备物资 | 县应急局 |\n"
        );
    }

    #[test]
    fn a_row_goes_on_on_the_next_page() {
        let open = |heights: &[f64], bottom: f64| {
            let mut rules = lines(heights);
            rules.truncate(heights.len());
            rules.extend([0.0, 60.0, 120.0].map(|x| line((x, 0.0), (x, bottom))));
            rules
        };
        let head = || vec![at(5.0, 12.0, "工作任务"), at(65.0, 12.0, "牵头单位")];
        let mut one = [head(), vec![at(65.0, 32.0, "县水利局")]].concat();
        let mut two = [head(), vec![at(5.0, 32.0, "排查隐患")]].concat();
        let mut first = tables(&mut one, &open(&[0.0, 20.0], 40.0)).remove(0);
        let second = tables(&mut two, &open(&[0.0, 20.0, 40.0], 40.0)).remove(0);
        // The first column is filled below only: not what was begun above.
        first.append(second);
        assert_eq!(first.rows.len(), 3);
        let mut three = [head(), vec![at(5.0, 32.0, "排查隐患")]].concat();
        let mut four = [head(), vec![at(65.0, 32.0, "县水利局")]].concat();
        let mut first = tables(&mut three, &open(&[0.0, 20.0], 40.0)).remove(0);
        first.append(tables(&mut four, &open(&[0.0, 20.0, 40.0], 40.0)).remove(0));
        assert_eq!(
            written(vec![first]),
            "| 工作任务 | 牵头单位 |\n| 排查隐患 | 县水利局 |\n"
        );
    }

    #[test]
    fn drawings_and_frames_are_no_tables() {
        let mut pieces = vec![at(0.0, 12.0, "各县区科协要加强领导，明确责任。")];
        assert!(
            tables(&mut pieces, &lines(&[0.0, 20.0])).is_empty(),
            "runs over a line"
        );
        let frame = [
            line((0.0, 0.0), (200.0, 0.0)),
            line((0.0, 90.0), (200.0, 90.0)),
            line((0.0, 0.0), (0.0, 90.0)),
            line((200.0, 0.0), (200.0, 90.0)),
        ];
        assert!(tables(&mut pieces, &frame).is_empty(), "one box");
        let odd = [line((f64::NAN, 0.0), (1.0, f64::INFINITY))];
        assert!(tables(&mut pieces, &odd).is_empty());
        assert!(tables(&mut Vec::new(), &frame).is_empty());
        assert_eq!(pieces.len(), 1);
    }
}
