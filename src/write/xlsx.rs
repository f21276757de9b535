//! The workbook that an office keeps: what is to be done, how far it is, where it is written.
//!
//! In: the tasks of a document. Out: rows of three sheets with the same 序号:
//!
//! | sheet | a row for each | columns |
//! |---|---|---|
//! | 任务分解表 | task | 序号 一级标题 二级标题 工作任务 牵头单位 责任单位 配合单位 完成时限 截止日期 备注 |
//! | 督办台账 | task | 序号 工作任务 牵头单位 责任单位 配合单位 责任领导 截止日期, four quarters, 进展情况, 状态 to be filled in |
//! | 来源 | unit, person or time limit named; a task without any has one row | 序号 文件标题 发文字号 发文机关 成文日期 行政区划代码 条款号 类别 原文 规则 起止字节 文件 |
//!
//! Units are joined by 、 as in the notices. All cells are typed words, dates or numbers, so nothing can run as a formula.
//! Rows go to the disk as they come. The same input gives the same bytes: the workbook says 1980-01-01 for its making.

use super::table::{day, due, roles};
use super::whole::Whole;
use crate::error::Error;
use crate::process::Records;
use crate::record::{TaskRecord, UnitRecord};
use crate::text::Span;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use std::io;

/// Characters that a cell can hold.
const CELL: usize = 32_767;
/// Rows of a sheet, without its header.
const ROWS: u32 = 1_048_575;
/// The day that a sheet counts days from, and the first that it counts right.
const EPOCH: Date = date(1899, 12, 30);
const FIRST: Date = date(1900, 3, 1);
/// A4 in the list of papers.
const A4: u8 = 9;

const TASKS: [(&str, u16); 10] = [
    ("序号", 6),
    ("一级标题", 18),
    ("二级标题", 18),
    ("工作任务", 52),
    ("牵头单位", 18),
    ("责任单位", 18),
    ("配合单位", 20),
    ("完成时限", 16),
    ("截止日期", 12),
    ("备注", 18),
];

const LEDGER: [(&str, u16); 13] = [
    ("序号", 6),
    ("工作任务", 44),
    ("牵头单位", 16),
    ("责任单位", 16),
    ("配合单位", 18),
    ("责任领导", 12),
    ("截止日期", 12),
    ("一季度", 10),
    ("二季度", 10),
    ("三季度", 10),
    ("四季度", 10),
    ("进展情况", 24),
    ("状态", 10),
];

const SOURCES: [(&str, u16); 12] = [
    ("序号", 6),
    ("文件标题", 40),
    ("发文字号", 20),
    ("发文机关", 22),
    ("成文日期", 12),
    ("行政区划代码", 10),
    ("条款号", 10),
    ("类别", 10),
    ("原文", 28),
    ("规则", 26),
    ("起止字节", 14),
    ("文件", 28),
];

const STATES: [&str; 4] = ["未启动", "进行中", "已完成", "逾期"];

/// A workbook in the making.
pub struct Xlsx {
    file: Whole,
    workbook: Workbook,
    tasks: Sheet,
    ledger: Sheet,
    sources: Sheet,
    number: u32,
}

struct Sheet {
    sheet: Worksheet,
    columns: u16,
    widths: Vec<u16>,
    rows: u32,
    words: Format,
    date: Format,
}

/// Height of a line and of the highest row, in points.
const LINE: f64 = 17.0;
const HIGHEST: f64 = 409.0;

/// Rows that are given a height: LibreOffice does not grow a row to its wrapped words by itself, and each height stays in
/// memory. Excel grows the rest.
const TALL: u32 = 10_000;

/// One value.
enum Value<'a> {
    Blank,
    Words(&'a str),
    Owned(String),
    Number(u32),
    Date(Date),
}

impl Value<'_> {
    /// Lines that it takes in a column that is `width` half-width characters wide.
    fn lines(&self, width: u16) -> usize {
        let words = match self {
            Self::Words(words) => words,
            Self::Owned(words) => words.as_str(),
            Self::Blank | Self::Number(_) | Self::Date(_) => return 1,
        };
        let width = usize::from(width.saturating_sub(1)).max(2);
        let of_line = |line: &str| {
            let cells: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
            cells.div_ceil(width).max(1)
        };
        words.split('\n').map(of_line).sum()
    }
}

impl Xlsx {
    /// Begins a workbook.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub fn new(file: Whole) -> Result<Self, Error> {
        let begin = || {
            let mut workbook = Workbook::new();
            let made = ExcelDateTime::from_ymd(1980, 1, 1)?;
            let properties = DocProperties::new()
                .set_title("任务分解表与督办台账")
                .set_author("duban")
                .set_creation_datetime(&made);
            workbook.set_properties(&properties);
            let tasks = Sheet::new(&mut workbook, "任务分解表", &TASKS)?;
            let ledger = Sheet::new(&mut workbook, "督办台账", &LEDGER)?;
            let sources = Sheet::new(&mut workbook, "来源", &SOURCES)?;
            Ok((workbook, tasks, ledger, sources))
        };
        let (workbook, tasks, ledger, sources) = begin().map_err(|e| failure(&file, e))?;
        Ok(Self {
            file,
            workbook,
            tasks,
            ledger,
            sources,
            number: 0,
        })
    }

    /// Adds the tasks of one document.
    ///
    /// # Errors
    /// The disk is full, or a sheet is.
    pub fn push(&mut self, records: &Records) -> Result<(), Error> {
        for task in &records.tasks {
            self.number += 1;
            self.task(task).map_err(|e| failure(&self.file, e))?;
        }
        Ok(())
    }

    fn task(&mut self, task: &TaskRecord) -> Result<(), XlsxError> {
        use Value::{Blank, Number, Owned, Words};
        let number = self.number;
        let headings = task.clause.as_ref().map_or(&[][..], |c| &c.headings);
        let heading = |at: usize| headings.get(at).map_or(Blank, |words| Words(words));
        let what = || match (task.title.as_str(), task.text.as_str()) {
            (title, "") => Words(title),
            (title, text) => Owned(format!("{title}\n{text}")),
        };
        let limits: Vec<_> = task.deadlines.iter().map(|d| d.text.as_str()).collect();
        let due = || due(task).map_or(Blank, Value::Date);
        let doubts: Vec<_> = task.warnings.iter().map(|w| w.message.as_str()).collect();
        self.tasks.push(&[
            Number(number),
            heading(0),
            heading(1),
            what(),
            names(&task.lead),
            names(&task.responsible),
            names(&task.support),
            Owned(limits.join("；")),
            due(),
            Owned(doubts.join("；")),
        ])?;
        self.ledger.push(&[
            Number(number),
            what(),
            names(&task.lead),
            names(&task.responsible),
            names(&task.support),
            names(&task.supervisor),
            due(),
            Blank,
            Blank,
            Blank,
            Blank,
            Blank,
            Words(STATES[0]),
        ])?;
        let labels = ["牵头", "责任", "配合", "责任领导"];
        let mut named = false;
        for ((_, units), label) in roles(task).into_iter().zip(labels) {
            for unit in units {
                named = true;
                self.source(task, label, &unit.quote, &unit.rule, unit.span)?;
            }
        }
        for limit in &task.deadlines {
            named = true;
            self.source(task, "完成时限", &limit.quote, &limit.rule, limit.span)?;
        }
        if !named {
            self.source(task, "工作任务", "", "", task.span)?;
        }
        Ok(())
    }

    fn source(
        &mut self,
        task: &TaskRecord,
        what: &str,
        quote: &str,
        rule: &str,
        span: Span,
    ) -> Result<(), XlsxError> {
        use Value::{Blank, Number, Owned, Words};
        let document = &task.document;
        let some = |words: &'_ Option<String>| words.clone().map_or(Blank, Owned);
        let path = task.clause.as_ref().map_or(Blank, |clause| {
            let path: Vec<_> = clause.path.iter().map(usize::to_string).collect();
            Owned(path.join("."))
        });
        self.sources.push(&[
            Number(self.number),
            some(&document.title),
            some(&document.document_number),
            some(&document.issuer),
            document
                .document_date
                .as_deref()
                .and_then(day)
                .map_or(Blank, Value::Date),
            document.region.as_ref().map_or(Blank, |r| Words(&r.code)),
            path,
            Words(what),
            Words(quote),
            Words(rule),
            Owned(format!("{}–{}", span.start, span.end)),
            Words(&document.source),
        ])
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            mut file,
            mut workbook,
            mut tasks,
            mut ledger,
            mut sources,
            ..
        } = self;
        let end = || {
            late(&mut tasks, "$I2", None)?;
            late(&mut ledger, "$G2", Some("$M2"))?;
            let last = ledger.rows.max(1);
            let states = DataValidation::new()
                .allow_list_strings(&STATES)?
                .set_error_title("状态")?
                .set_error_message("请从下拉列表中选择")?;
            ledger.sheet.add_data_validation(1, 12, last, 12, &states)?;
            for sheet in [&mut tasks, &mut ledger, &mut sources] {
                let last = sheet.rows.max(1);
                sheet.sheet.autofilter(0, 0, last, sheet.columns - 1)?;
            }
            for sheet in [tasks, ledger, sources] {
                workbook.push_worksheet(sheet.sheet);
            }
            workbook.save_to_writer(&mut file)
        };
        end().map_err(|e| failure(&file, e))?;
        file.finish()
    }
}

/// Colors the date of a task that is past today, or past and not said to be done.
fn late(sheet: &mut Sheet, date: &str, state: Option<&str>) -> Result<(), XlsxError> {
    let column = if state.is_some() { 6 } else { 8 };
    let open = state.map_or_else(String::new, |state| format!(",{state}<>\"已完成\""));
    let rule = Formula::new(format!("=AND({date}<>\"\",{date}<TODAY(){open})"));
    let red = Format::new()
        .set_background_color(Color::RGB(0x00FF_C7CE))
        .set_font_color(Color::RGB(0x009C_0006));
    let late = ConditionalFormatFormula::new()
        .set_rule(rule)
        .set_format(red);
    let last = sheet.rows.max(1);
    sheet
        .sheet
        .add_conditional_format(1, column, last, column, &late)?;
    Ok(())
}

fn names(units: &[UnitRecord]) -> Value<'static> {
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    Value::Owned(names.join("、"))
}

impl Sheet {
    fn new(
        workbook: &mut Workbook,
        name: &str,
        columns: &[(&str, u16)],
    ) -> Result<Self, XlsxError> {
        let cell = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Hair);
        let head = cell
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00DD_E7F3));
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet
            .set_name(name)?
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(1, 0)
            .set_freeze_panes(1, 0)?
            .set_repeat_rows(0, 0)?
            .set_footer("&C第 &P 页，共 &N 页");
        let mut at = 0;
        for (name, width) in columns {
            sheet.set_column_width(at, f64::from(*width))?;
            sheet.write_string_with_format(0, at, *name, &head)?;
            at += 1;
        }
        Ok(Self {
            sheet,
            columns: at,
            widths: columns.iter().map(|(_, width)| *width).collect(),
            rows: 0,
            words: cell.clone(),
            date: cell.set_num_format("yyyy-mm-dd"),
        })
    }

    fn push(&mut self, row: &[Value<'_>]) -> Result<(), XlsxError> {
        if self.rows == ROWS {
            let problem = "a sheet holds 1,048,576 rows and no more; write fewer notices, or .csv";
            return Err(XlsxError::ParameterError(problem.to_owned()));
        }
        self.rows += 1;
        if self.rows <= TALL {
            let lines = row.iter().zip(&self.widths).map(|(v, w)| v.lines(*w));
            let lines = u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX);
            let height = (f64::from(lines) * LINE).min(HIGHEST);
            self.sheet.set_row_height(self.rows, height)?;
        }
        for (at, value) in (0..).zip(row) {
            match value {
                Value::Blank => self.sheet.write_blank(self.rows, at, &self.words)?,
                Value::Words(words) => self.write(at, words)?,
                Value::Owned(words) => self.write(at, words)?,
                Value::Number(number) => {
                    self.sheet
                        .write_number_with_format(self.rows, at, *number, &self.words)?
                }
                // Excel takes 1900 for a leap year: days before its March are words.
                Value::Date(date) if *date >= FIRST => {
                    let days = (*date - EPOCH).get_days();
                    self.sheet
                        .write_number_with_format(self.rows, at, days, &self.date)?
                }
                Value::Date(date) => self.write(at, &date.to_string())?,
            };
        }
        Ok(())
    }

    fn write(&mut self, at: u16, words: &str) -> Result<&mut Worksheet, XlsxError> {
        let words = match words.char_indices().nth(CELL / 2) {
            // A cell counts in UTF-16, where a character takes one or two.
            Some((end, _)) if words.encode_utf16().count() > CELL => &words[..end],
            _ => words,
        };
        if words.is_empty() {
            return self.sheet.write_blank(self.rows, at, &self.words);
        }
        self.sheet
            .write_string_with_format(self.rows, at, words, &self.words)
    }
}

fn failure(file: &Whole, cause: XlsxError) -> Error {
    Error::Write {
        path: file.path().to_owned(),
        cause: io::Error::other(cause),
    }
}
