//! What each tag is to the lines of a page: an end of a line, a row, a cell, or nothing.
//!
//! In: `<table><tr><td>` twice, once around the page's columns, once around tasks and units. Out: blocks for the first, rows and cells for
//! the second. A table that holds another, or a long text in paragraphs, or one cell a row, only lays out the page.

use super::tag::{Element, Kind, Tag};

/// Elements that begin a line and end it.
const BLOCKS: [&str; 40] = [
    "p",
    "div",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "tfoot",
    "caption",
    "section",
    "article",
    "header",
    "main",
    "form",
    "center",
    "blockquote",
    "pre",
    "hr",
    "address",
    "fieldset",
    "legend",
    "figure",
    "figcaption",
    "body",
    "html",
    "head",
];

/// What a tag is to the reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Of no consequence: `<b>`.
    Inline,
    Block,
    /// `<tr>` and `<td>` of a table of data, not of one that only lays out the page.
    Row {
        cells: usize,
    },
    Cell {
        rows: usize,
        columns: usize,
    },
    RowEnd,
    CellEnd,
}

/// A cell with more words than this, in paragraphs, lays out a page.
const FRAME: usize = 6000;

/// What each tag of a page is.
pub(super) fn roles(tags: &[Tag<'_>], elements: &[Element]) -> Vec<Role> {
    let mut roles: Vec<Role> = tags
        .iter()
        .map(|tag| {
            let block = BLOCKS.iter().any(|block| tag.is(block));
            if block { Role::Block } else { Role::Inline }
        })
        .collect();
    // The table that each element stands in, and the tables that others stand in.
    let mut table_of: Vec<Option<usize>> = Vec::with_capacity(elements.len());
    let mut row_of: Vec<Option<usize>> = Vec::with_capacity(elements.len());
    let mut frames = vec![false; elements.len()];
    let mut cells = vec![0usize; elements.len()];
    let mut wide = vec![false; elements.len()];
    for (nth, element) in elements.iter().enumerate() {
        let tag = &tags[element.open];
        let above = element.parent;
        let table = above.and_then(|above| table_of[above]);
        let row = above.and_then(|above| row_of[above]);
        if tag.is("table") {
            if let Some(outer) = table {
                frames[outer] = true;
            }
            table_of.push(Some(nth));
            row_of.push(None);
            continue;
        }
        table_of.push(table);
        row_of.push(if tag.is("tr") { Some(nth) } else { row });
        if (tag.is("td") || tag.is("th"))
            && let (Some(row), Some(table)) = (row, table)
        {
            cells[row] += 1;
            wide[table] |= cells[row] > 1;
            let last = element.end.min(tags.len() - 1);
            let len = tags[last].span.start - tag.span.end.min(tags[last].span.start);
            let lines = tags[element.open..element.end].iter().filter(|tag| {
                tag.kind == Kind::Open && (tag.is("p") || tag.is("br") || tag.is("div"))
            });
            if len > FRAME && lines.take(11).count() > 10 {
                frames[table] = true;
            }
        }
    }
    for (nth, element) in elements.iter().enumerate() {
        let tag = &tags[element.open];
        let Some(table) = table_of[nth] else { continue };
        if frames[table] || !wide[table] {
            continue;
        }
        let (open, end) = if tag.is("tr") {
            (Role::Row { cells: cells[nth] }, Role::RowEnd)
        } else if tag.is("td") || tag.is("th") {
            let cell = Role::Cell {
                rows: tag.count("rowspan"),
                columns: tag.count("colspan").min(100),
            };
            (cell, Role::CellEnd)
        } else {
            continue;
        };
        roles[element.open] = open;
        // An end that is not written falls on the next cell's beginning, which ends the last one itself.
        if let Some(role) = roles.get_mut(element.end)
            && tags[element.end].kind == Kind::Close
            && *role == Role::Block
            && tags[element.end].is(tag.name)
        {
            *role = end;
        }
    }
    roles
}
