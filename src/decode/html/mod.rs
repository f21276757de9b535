//! Pages of the web as text: a tag is an edit to nothing, and every word still points at its bytes.
//!
//! In: `<p>由<b>市教育局</b>牵头&nbsp;</p><td>甲<td>乙`. Out: `由市教育局牵头`, a line end, `| 甲 | 乙 |`.
//! Blocks end lines, rows of tables stand between `|`, a cell over several rows is repeated in each, and blanks are worth what a browser
//! makes of them: a line broken in the page's source is no line of the notice.

mod content;
mod entity;
mod role;
mod tag;

use super::Problem;
use crate::error::Limit;
use crate::text::{Edit, Reason, Span, Text};
pub(crate) use entity::entity;
use role::{Role, roles};
use tag::{Element, Kind, Tag};

/// Changes to one page; each tag is one at most.
const MOST_EDITS: usize = 4_000_000;

/// Takes the tags out of `text`.
pub(super) fn read(text: &mut Text) -> Result<(), Problem> {
    let page = text.as_str();
    let tags = tag::tags(page);
    let elements = tag::elements(&tags);
    let unwanted = content::unwanted(page, &tags, &elements);
    let mut reader = Reader::new(page, &tags, &elements);
    reader.run(&unwanted)?;
    let edits = reader.edits;
    text.rewrite(edits);
    Ok(())
}

/// The encoding that a page names in its head: `<meta charset="gb2312">`.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let at = memchr::memmem::find(head, b"charset=")? + 8;
    let label: Vec<u8> = head[at..]
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .collect();
    encoding_rs::Encoding::for_label(&label)
}

/// A cell that goes on in the rows below.
#[derive(Clone, Default)]
struct Below {
    rows: usize,
    words: String,
}

/// Bytes of repeated cells of one page.
const MOST_REPEATED: usize = 16 << 20;

struct Reader<'a> {
    page: &'a str,
    tags: &'a [Tag<'a>],
    roles: Vec<Role>,
    edits: Vec<Edit>,
    /// Where the stretch began that is not seen and not yet edited out.
    gap: Option<usize>,
    /// What stands for it.
    to: String,
    /// The blanks in it: none, one, or the end of a line of the source.
    blank: Option<u8>,
    /// The last character that is seen.
    last: Option<char>,
    row: Option<Row>,
    /// Cells from rows above, by column.
    below: Vec<Below>,
    /// The first row of the table, as it was written.
    header: Option<String>,
    first_row: bool,
    repeated: usize,
}

/// A row being read.
struct Row {
    /// Whether it has one cell only: a title over all columns.
    single: bool,
    column: usize,
    cell: Option<(usize, usize)>,
    words: String,
    line: String,
    plain: bool,
}

impl<'a> Reader<'a> {
    fn new(page: &'a str, tags: &'a [Tag<'a>], elements: &[Element]) -> Self {
        Self {
            page,
            tags,
            roles: roles(tags, elements),
            edits: Vec::new(),
            gap: Some(0),
            to: String::new(),
            blank: None,
            last: None,
            row: None,
            below: Vec::new(),
            header: None,
            first_row: true,
            repeated: 0,
        }
    }

    fn run(&mut self, unwanted: &[Span]) -> Result<(), Problem> {
        let (mut at, mut skip) = (0, 0);
        let mut pre = 0usize;
        for nth in 0..=self.tags.len() {
            let start = self
                .tags
                .get(nth)
                .map_or(self.page.len(), |tag| tag.span.start);
            while unwanted.get(skip).is_some_and(|span| span.end < nth) {
                skip += 1;
            }
            let hidden = unwanted.get(skip).is_some_and(|span| {
                span.start < nth && nth <= span.end || span.start == 0 && nth == 0
            });
            if hidden {
                self.unseen(at);
            } else {
                self.words(Span::new(at, start), pre > 0);
            }
            let Some(tag) = self.tags.get(nth) else { break };
            self.unseen(tag.span.start);
            if tag.is("pre") {
                pre = if tag.kind == Kind::Open {
                    pre + 1
                } else {
                    pre.saturating_sub(1)
                };
            }
            if !hidden || self.roles[nth] == Role::Block {
                self.tag(nth);
            }
            at = tag.span.end;
            if self.edits.len() > MOST_EDITS {
                return Err(Problem::Limit(Limit::Tags, MOST_EDITS as u64));
            }
            if self.repeated > MOST_REPEATED {
                return Err(Problem::Limit(Limit::TextSize, MOST_REPEATED as u64));
            }
        }
        self.end_row();
        self.unseen(self.page.len());
        if let Some(gap) = self.gap.take() {
            let end = if self.to.contains('\n') { "\n" } else { "" };
            self.push(Span::new(gap, self.page.len()), end.to_owned());
        }
        Ok(())
    }

    /// From here on nothing is seen, up to the next word.
    fn unseen(&mut self, at: usize) {
        self.gap.get_or_insert(at);
    }

    fn tag(&mut self, nth: usize) {
        let tag = self.tags[nth];
        match self.roles[nth] {
            Role::Inline => {}
            Role::Block if tag.is("table") => {
                self.end_row();
                self.below.clear();
                self.header = None;
                self.first_row = true;
                self.line_end();
            }
            Role::Block
                if self
                    .row
                    .as_ref()
                    .is_some_and(|row| row.cell.is_some() && !row.plain) =>
            {
                self.blank.get_or_insert(b' ');
            }
            Role::Block => self.line_end(),
            Role::Row { cells } => {
                self.end_row();
                self.begin_row(cells);
            }
            Role::Cell { rows, columns } => {
                self.end_cell();
                self.begin_cell(rows, columns);
            }
            Role::CellEnd => self.end_cell(),
            Role::RowEnd => self.end_row(),
        }
    }

    fn line_end(&mut self) {
        let kept = self.to.trim_end_matches([' ', '\n']).len();
        self.to.truncate(kept);
        self.to.push('\n');
        self.blank = None;
    }

    fn begin_row(&mut self, cells: usize) {
        self.line_end();
        let spanned = self.below.iter().any(|below| below.rows > 0);
        self.row = Some(Row {
            single: cells < 2 && !spanned,
            column: 0,
            cell: None,
            words: String::new(),
            line: String::new(),
            plain: cells < 2 && !spanned,
        });
    }

    /// Writes what stands in this column from a row above.
    fn repeat_above(&mut self) {
        while let Some(row) = &mut self.row {
            let Some(below) = self
                .below
                .get_mut(row.column)
                .filter(|below| below.rows > 0)
            else {
                return;
            };
            below.rows -= 1;
            row.column += 1;
            let words = below.words.clone();
            self.repeated += words.len();
            self.to.push_str(&format!(
                "{}{words} |",
                if self.to.ends_with('|') { " " } else { "| " }
            ));
            row.line.push_str(&format!(" {words} |"));
        }
    }

    fn begin_cell(&mut self, rows: usize, columns: usize) {
        self.repeat_above();
        let Some(row) = &mut self.row else { return };
        self.blank = None;
        if !row.plain {
            self.to.push_str(if row.column == 0 { "| " } else { " " });
        }
        row.cell = Some((rows, columns));
        row.words.clear();
    }

    fn end_cell(&mut self) {
        let Some(row) = &mut self.row else { return };
        let Some((rows, columns)) = row.cell.take() else {
            return;
        };
        self.blank = None;
        if row.plain {
            return;
        }
        let words = row.words.trim().to_owned();
        self.to.push_str(" |");
        row.line.push_str(&format!(" {words} |"));
        for _ in 1..columns {
            let again = if self.first_row { words.as_str() } else { "" };
            self.to.push_str(&format!(" {again} |"));
            row.line.push_str(&format!(" {again} |"));
        }
        for column in row.column..row.column + columns {
            if self.below.len() <= column {
                self.below.resize(column + 1, Below::default());
            }
            self.below[column] = Below {
                rows: rows - 1,
                words: if column == row.column || self.first_row {
                    words.clone()
                } else {
                    String::new()
                },
            };
        }
        row.column += columns;
        row.words.clear();
    }

    fn end_row(&mut self) {
        self.end_cell();
        self.repeat_above();
        let Some(row) = self.row.take() else { return };
        self.line_end();
        if row.single {
            // Below a title in the middle of a table the columns are those from its head.
            if let Some(header) = &self.header {
                self.repeated += header.len();
                self.to.push_str(header);
                self.to.push('\n');
            }
            return;
        }
        if self.first_row && row.line.split('|').all(|cell| cell.trim().len() <= 60) {
            self.header = Some(format!("|{}", row.line));
        }
        self.first_row = false;
    }

    /// Words that are seen, with blanks and entities in them.
    fn words(&mut self, span: Span, pre: bool) {
        let mut at = span.start;
        while at < span.end {
            let rest = &self.page[at..span.end];
            let len = rest
                .bytes()
                .position(|byte| byte.is_ascii_whitespace() || byte == b'&')
                .unwrap_or(rest.len());
            if len > 0 {
                self.seen(at, rest.chars().next());
                self.note(&rest[..len]);
                at += len;
                continue;
            }
            if rest.starts_with('&') {
                let (to, len) = entity(rest).unwrap_or_else(|| ("&".to_owned(), 1));
                self.seen(at, to.chars().next());
                self.note(&to);
                if to != "&" || len > 1 {
                    self.push(Span::new(at, at + len), to);
                }
                at += len;
                continue;
            }
            let blanks = rest.bytes().take_while(u8::is_ascii_whitespace).count();
            if pre && rest[..blanks].contains('\n') && self.row.is_none() {
                self.unseen(at);
                self.line_end();
            } else {
                self.unseen(at);
                let broken = rest[..blanks].contains(['\n', '\r']);
                self.blank.get_or_insert(if broken { b'\n' } else { b' ' });
            }
            at += blanks;
        }
    }

    /// Remembers words that are seen.
    fn note(&mut self, words: &str) {
        self.last = words.chars().next_back().or(self.last);
        if let Some(row) = self
            .row
            .as_mut()
            .filter(|row| row.cell.is_some() && !row.plain)
        {
            row.words.push_str(words);
        }
    }

    /// A word begins at `at`: what was not seen before it is edited out.
    fn seen(&mut self, at: usize, next: Option<char>) {
        let Some(gap) = self.gap.take() else { return };
        let blank = self.blank.take();
        let mut to = std::mem::take(&mut self.to);
        if to.is_empty()
            && let Some(blank) = blank
        {
            let wide = |c: Option<char>| c.is_none_or(|c| c >= '\u{2E80}' || c == '“' || c == '”');
            let idle = blank == b'\n' && wide(self.last) && (wide(next) || next == Some('\u{a0}'))
                || self.last.is_none();
            if !idle {
                to.push(' ');
            }
        }
        if self.last.is_none() {
            to = to.trim_start_matches('\n').to_owned();
        }
        if to.ends_with(' ')
            && let Some(row) = &mut self.row
            && row.cell.is_some()
            && !row.words.is_empty()
        {
            row.words.push(' ');
        }
        self.push(Span::new(gap, at), to);
    }

    fn push(&mut self, span: Span, to: String) {
        if span.of(self.page) != to {
            self.edits.push(Edit::new(span, to, Reason::Markup));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &str) -> String {
        let mut text = Text::from_utf8(page);
        read(&mut text).unwrap_or_else(|_| panic!("{page} is small"));
        text.as_str().to_owned()
    }

    #[test]
    fn blocks_end_lines_and_words_point_at_the_page() {
        let page = "<html><head><title>站点</title><style>p{}</style></head><body><p>由<b>市教\n育局</b>牵头，\n&nbsp;R&amp;D</p>\n<p>6月底前<br>完成</p></body></html>";
        let mut read_text = Text::from_utf8(page);
        read(&mut read_text).unwrap_or_else(|_| panic!("is small"));
        assert_eq!(
            read_text.as_str(),
            "由市教育局牵头，\u{a0}R&D\n6月底前\n完成\n"
        );
        let start = read_text.as_str().find("市教").unwrap_or_default();
        let span = read_text.source(Span::new(start, start + 6));
        assert_eq!(span.of(page), "市教");
    }

    #[test]
    fn tables_are_rows_and_merged_cells_stand_in_each() {
        assert_eq!(
            text(
                "<table><tr><th>工作任务<th>牵头单位<th>时限</tr><tr><td rowspan=2><p>完善</p>\n<p>制度</p></td><td>市教育局</td><td>6月</td></tr>\
                 <tr><td>市科协</td><td></td></tr><tr><td colspan=3>二、其他</td></tr><tr><td>检查</td><td>市财政局</td><td>9月</td></tr></table>后"
            ),
            "| 工作任务 | 牵头单位 | 时限 |\n| 完善 制度 | 市教育局 | 6月 |\n| 完善 制度 | 市科协 |  |\n二、其他\n| 工作任务 | 牵头单位 | 时限 |\n| 检查 | 市财政局 | 9月 |\n后"
        );
    }

    #[test]
    fn tables_that_lay_out_a_page_are_none() {
        assert_eq!(
            text(
                "<table><tr><td>左</td><td><table><tr><td>一、加强领导</td></tr></table></td></tr></table>"
            ),
            "左\n一、加强领导\n"
        );
    }

    #[test]
    fn navigation_goes_and_annexes_stay() {
        let page = "<div><a href=1>首页</a> <a href=2>政务公开</a> <a href=3>互动交流</a></div>\
            <p>各县区科协：请于6月底前报送总结，由办公室负责汇总，逾期不再受理。</p>\
            <p>附件：<a href=4>1.登记表格</a><a href=5>2.汇总表格</a><a href=6>3.说明材料</a></p><footer>版权所有</footer>";
        assert_eq!(
            text(page),
            "各县区科协：请于6月底前报送总结，由办公室负责汇总，逾期不再受理。\n附件：1.登记表格2.汇总表格3.说明材料\n"
        );
    }

    #[test]
    fn a_box_with_a_telling_name_is_the_notice() {
        let page = "<div>您的位置：首页</div><h1>关于报送总结的通知</h1><div>来源：办公室</div>\
            <div id=\"zoom\"><p>各县区科协：请于6月底前报送总结，由办公室负责汇总，逾期不再受理。</p></div><div>主办：某市科协</div>";
        assert_eq!(
            text(page),
            "关于报送总结的通知\n各县区科协：请于6月底前报送总结，由办公室负责汇总，逾期不再受理。\n"
        );
    }

    #[test]
    fn changes_are_read_as_accepted() {
        let page = "<p>由<del><span>市科协</span></del><ins>市教育局</ins>牵头</p>";
        assert_eq!(text(page), "由市教育局牵头\n");
        assert_eq!(
            text("<p>甲<del>乙"),
            "甲乙",
            "it does not say where it ends"
        );
    }

    #[test]
    fn depth_and_dirt_do_no_harm() {
        let deep = format!(
            "{}各县区{}",
            "<div>".repeat(100_000),
            "</div>".repeat(100_000)
        );
        assert_eq!(text(&deep), "各县区\n");
        for page in [
            "",
            "<",
            "a<b",
            "<table><td>",
            "</td></tr></table>",
            "<tr><td>甲",
            "<p",
            "<!--",
            "<script>",
        ] {
            text(page);
        }
    }

    #[test]
    fn encodings_are_named_in_many_ways() {
        for page in [
            "<meta charset=\"gb2312\">",
            "<META content='text/html; charset=GBK'>",
        ] {
            assert_eq!(declared(page.as_bytes()), Some(encoding_rs::GBK), "{page}");
        }
        assert_eq!(declared(b"<p>"), None);
    }
}
