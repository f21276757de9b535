//! Sheets of a workbook: `.xlsx`, `.xls` and the `.et` of WPS.
//!
//! In: the bytes of the file. Out: the rows of all visible sheets, `| 完善制度 | 市教育局 | 2021-06-30 |`; a cell merged over rows stands in
//! each of them, a row with one cell is a line.

use super::Problem;
use super::grid::{self, Cell, Layer};
use super::pack::Pack;
use crate::error::Limit;
use calamine::{Data, ExcelDateTime, Reader, Sheets, open_workbook_auto_from_rs};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Cells of one workbook, and for the old format also the empty ones between them.
const MOST_CELLS: usize = 4_000_000;

/// Bytes of the parts of a workbook, unpacked.
const MOST_BYTES: u64 = 256 << 20;

type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// First and last row and column of cells that are one.
type Merged = ((u32, u32), (u32, u32));

/// Reads the workbook `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.starts_with(b"PK") {
        Pack::open(bytes)?.check(MOST_BYTES)?;
    } else {
        check_cells(bytes)?;
    }
    let damaged = |error: calamine::Error| {
        let text = error.to_string();
        if text.to_lowercase().contains("password") {
            return Problem::from("it is encrypted: save it without a password first");
        }
        Problem::from(format!("it is damaged ({text}): get the file anew"))
    };
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let sheets: Vec<_> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == calamine::SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut layer = Layer::default();
    let mut cells = 0;
    for name in sheets {
        let (grid, merged) = match &mut book {
            Sheets::Xlsx(book) => {
                let mut grid = Grid::new();
                let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
                let Ok(mut reader) = book.worksheet_cells_reader(&name) else {
                    // A sheet with a chart has no cells.
                    continue;
                };
                while let Some(cell) = reader.next_cell().map_err(|error| damaged(error.into()))? {
                    cells += 1;
                    if cells > MOST_CELLS {
                        return Err(Problem::Limit(Limit::Entries, MOST_CELLS as u64));
                    }
                    let (row, column) = cell.get_position();
                    put(
                        &mut grid,
                        row,
                        column,
                        &Data::from(cell.get_value().clone()),
                    );
                }
                (grid, merged)
            }
            Sheets::Xls(book) => {
                let mut grid = Grid::new();
                let range = book
                    .worksheet_range(&name)
                    .map_err(|error| damaged(error.into()))?;
                let (top, left) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    put(&mut grid, top + row as u32, left + column as u32, value);
                }
                (
                    grid,
                    book.merge_cells_by_sheet_name(&name).unwrap_or_default(),
                )
            }
            _ => {
                return Err(Problem::from(
                    "it is a workbook of another kind: save it as xlsx",
                ));
            }
        };
        let merged: Vec<Merged> = merged.iter().map(|area| (area.start, area.end)).collect();
        sheet(&grid, &merged, &mut layer)?;
    }
    Ok(layer.finish())
}

fn put(grid: &mut Grid, row: u32, column: u32, value: &Data) {
    let words = match value {
        Data::String(words) | Data::DateTimeIso(words) | Data::DurationIso(words) => words.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(moment) => date(moment),
        Data::Bool(_) | Data::Error(_) | Data::Empty => return,
    };
    if !words.trim().is_empty() {
        grid.entry(row).or_default().insert(column, words);
    }
}

/// `2021-06-30`, and with a time of day `2021-06-30 17:00`.
fn date(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
    let mut text = format!("{year}-{month:02}-{day:02}");
    if (hour, minute) != (0, 0) {
        text.push_str(&format!(" {hour:02}:{minute:02}"));
    }
    text
}

/// Writes one sheet.
fn sheet(grid: &Grid, merged: &[Merged], layer: &mut Layer) -> Result<(), Problem> {
    let last = grid.values().filter_map(|row| row.keys().next_back()).max();
    let first = grid.values().filter_map(|row| row.keys().next()).min();
    let (Some(&first), Some(&last)) = (first, last) else {
        return Ok(());
    };
    // What stands below the first row of a merged area: its words are those of its first cell.
    let mut below: BTreeMap<u32, Vec<(u32, &str)>> = BTreeMap::new();
    let mut repeated = 0;
    for ((top, left), (bottom, _)) in merged {
        let words = grid.get(top).and_then(|row| row.get(left));
        if let Some(words) = words.filter(|_| top < bottom) {
            for (row, _) in grid.range(top + 1..=*bottom) {
                repeated += 1;
                if repeated > MOST_CELLS {
                    return Err(Problem::Limit(Limit::Entries, MOST_CELLS as u64));
                }
                below.entry(*row).or_default().push((*left, words));
            }
        }
    }
    let mut rows = Vec::new();
    for (number, row) in grid {
        let mut row: BTreeMap<u32, &str> = row
            .iter()
            .map(|(column, words)| (*column, words.as_str()))
            .collect();
        for (column, words) in below.remove(number).unwrap_or_default() {
            row.entry(column).or_insert(words);
        }
        if row.len() == 1 {
            rows.push(row.into_values().map(Cell::new).collect());
            continue;
        }
        let width = (last - first) as usize + 1;
        if rows.len().saturating_mul(width) > MOST_CELLS {
            return Err(Problem::Limit(Limit::Entries, MOST_CELLS as u64));
        }
        rows.push(
            (first..=last)
                .map(|column| Cell::new(*row.get(&column).unwrap_or(&"")))
                .collect(),
        );
    }
    grid::write(rows, layer)
}

/// Looks at the places of all cells of an old workbook before anything is laid out: two cells in far corners would ask for all memory.
fn check_cells(bytes: &[u8]) -> Result<(), Problem> {
    let damaged = |cause: std::io::Error| {
        Problem::from(format!("it is damaged ({cause}): get the file anew"))
    };
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = ["/Workbook", "/Book"]
        .into_iter()
        .find(|name| file.is_stream(name));
    let Some(name) = name else {
        return Err(Problem::from("it holds no workbook: get the file anew"));
    };
    let mut stream = Vec::new();
    let most = bytes.len() as u64 * 2;
    file.open_stream(name)
        .and_then(|part| part.take(most).read_to_end(&mut stream))
        .map_err(damaged)?;
    let (mut at, mut total) = (0, 0);
    let mut corners: Option<(usize, usize, usize, usize)> = None;
    let mut close = |corners: &mut Option<(usize, usize, usize, usize)>| {
        if let Some((top, left, bottom, right)) = corners.take() {
            total += (bottom - top + 1) * (right - left + 1);
        }
        total <= MOST_CELLS
    };
    let word =
        |at: usize| Some(u16::from_le_bytes([*stream.get(at)?, *stream.get(at + 1)?]) as usize);
    while let (Some(kind), Some(len)) = (word(at), word(at + 2)) {
        match kind {
            0x2F => {
                return Err(Problem::from(
                    "it is encrypted: save it without a password first",
                ));
            }
            // A sheet begins.
            0x809 | 0x409 | 0x209 | 0x09 if !close(&mut corners) => break,
            // Numbers, words, formulas, blanks, and several of them at once.
            0x06 | 0x203 | 0x204 | 0x205 | 0x27E | 0xFD | 0xBD | 0xD6 | 0x201 | 0xBE | 0x206
            | 0x406 | 0x02 | 0x03 | 0x04 => {
                if let (Some(row), Some(column)) = (word(at + 4), word(at + 6)) {
                    let right = if kind == 0xBD {
                        column + len / 6
                    } else {
                        column
                    };
                    let all = corners.get_or_insert((row, column, row, right));
                    *all = (
                        all.0.min(row),
                        all.1.min(column),
                        all.2.max(row),
                        all.3.max(right),
                    );
                }
            }
            _ => {}
        }
        at += 4 + len;
    }
    if close(&mut corners) {
        Ok(())
    } else {
        Err(Problem::Limit(Limit::Entries, MOST_CELLS as u64))
    }
}
