//! Rows of a table set out by blanks whose cells were cut and go on in the lines below.
//!
//! In: `2   牡丹江大桥、敖东大桥及   市城市管理行政` over `    引桥                     执法局`. Out: edits that give each cell its rest back
//! and set `|` between the cells: `2 | 牡丹江大桥、敖东大桥及引桥 | 市城市管理行政执法局`. Tables without cut cells are left alone.

use super::line::Line;
use super::table::{Header, Parted};
use crate::rule::RuleSet;
use crate::text::{Edit, Reason, Span};

/// One row: its cells, and what the lines below add to them.
struct Row {
    /// Column and place of each cell of its first line.
    cells: Vec<(usize, Span)>,
    rests: Vec<(usize, Span)>,
    /// The end of its last line.
    end: usize,
}

/// The edits for all tables in `lines`.
pub(super) fn rows(text: &str, lines: &[Line], rules: &RuleSet) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let header = Header::read(text, lines[at], rules);
        at += 1;
        let Some(header) = header.filter(|header| header.parted == Parted::Blank) else {
            continue;
        };
        let rows = table(text, &lines[at - 1..], &header);
        let taken: usize = rows.iter().map(|row| row.lines(text)).sum();
        at += taken.saturating_sub(1);
        if rows.iter().any(|row| !row.rests.is_empty()) {
            rows.iter()
                .for_each(|row| row.write(text, header.columns().len(), &mut edits));
        }
    }
    edits
}

/// The header and the rows below it, up to an empty line or a line that fits no column.
fn table(text: &str, lines: &[Line], header: &Header) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut before = None;
    for line in lines {
        let apart = before.map_or("", |end| &text[end..line.span.start]);
        if memchr::memchr_iter(b'\n', apart.as_bytes())
            .nth(1)
            .is_some()
        {
            break;
        }
        before = Some(line.span.end);
        let cells = Parted::Blank.cells(text, line.span);
        let cells: Vec<_> = if cells.len() == header.columns().len() {
            cells.into_iter().enumerate().collect()
        } else {
            let under = |cell| (header.under(text, cell), cell);
            cells.into_iter().map(under).collect()
        };
        let begins = cells.first().is_some_and(|(column, _)| *column == 0);
        if !cells.is_sorted_by(|one, next| one.0 < next.0) || begins && cells.len() < 2 {
            break;
        }
        let data = rows.len() > 1;
        match rows.last_mut() {
            Some(row) if !begins && data => {
                row.end = line.span.end;
                row.rests.extend(cells);
            }
            None => rows.push(Row::new(*line, cells)),
            Some(_) if begins => rows.push(Row::new(*line, cells)),
            Some(_) => break,
        }
    }
    rows
}

impl Row {
    fn new(line: Line, cells: Vec<(usize, Span)>) -> Self {
        Self {
            cells,
            rests: Vec::new(),
            end: line.span.end,
        }
    }

    fn lines(&self, text: &str) -> usize {
        let start = self.cells.first().map_or(self.end, |(_, cell)| cell.start);
        1 + memchr::memchr_iter(b'\n', &text.as_bytes()[start..self.end]).count()
    }

    /// Each cell, what belongs to it, and a mark before the next; the lines below are taken out.
    fn write(&self, text: &str, columns: usize, edits: &mut Vec<Edit>) {
        let rest = |column: usize| -> String {
            self.rests
                .iter()
                .filter(|(at, _)| *at == column)
                .map(|(_, piece)| piece.of(text))
                .collect()
        };
        for (nth, &(column, cell)) in self.cells.iter().enumerate() {
            let own = rest(column);
            if !own.is_empty() {
                edits.push(Edit::new(cell.end..cell.end, own, Reason::Wrap));
            }
            let (next, end) = match self.cells.get(nth + 1) {
                Some((next, after)) => (*next, after.start),
                None => (columns, self.end),
            };
            let marks: String = (column + 1..next.max(column + 1))
                .map(|empty| format!(" | {}", rest(empty)))
                .chain((next < columns).then(|| " | ".to_owned()))
                .collect();
            if cell.end < end || !marks.is_empty() {
                edits.push(Edit::new(cell.end..end, marks, Reason::Wrap));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::notice::segment;
    use crate::rule::RuleSet;
    use crate::text::Text;

    #[test]
    fn cut_cells_get_their_rest_back() {
        let text = "\
序号   清雪路段（区域）          牵头单位              配合单位                完成时限
1      人民广场、儿童公园等4处   市园林管理处          各包保单位              2019年11月10日前
       广场公园
2      某江大桥、某东大桥及      市城市管理行政执法    市住房和城乡建设局、    11月底前
       引桥                      局                    市公安局
";
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        let notice = segment(Text::from_utf8(text), &rules);
        let cells: Vec<Vec<_>> = notice
            .rows
            .iter()
            .map(|row| {
                row.cells
                    .iter()
                    .map(|cell| cell.span.of(notice.text.as_str()))
                    .collect()
            })
            .collect();
        assert_eq!(
            cells,
            [
                [
                    "1",
                    "人民广场、儿童公园等4处广场公园",
                    "市园林管理处",
                    "各包保单位",
                    "2019年11月10日前"
                ],
                [
                    "2",
                    "某江大桥、某东大桥及引桥",
                    "市城市管理行政执法局",
                    "市住房和城乡建设局、市公安局",
                    "11月底前"
                ],
            ]
        );
    }
}
