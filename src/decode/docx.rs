//! Words of a `.docx`, as its reader sees them.
//!
//! In: `<w:p><w:numPr>…</w:numPr><w:t>总体要求</w:t></w:p>` in `word/document.xml`. Out: the line `一、总体要求`.
//!
//! Paragraphs are lines, tables rows between `|`, labels counted by Word are written out, text boxes come before the paragraph that they
//! hang on, and changes under review are read as accepted. Page headers are left out: they say nothing that the notice does not.
//! The XML files that Word 2003 saved (`w:wordDocument`) hold the same elements.

use super::Problem;
use super::grid::{self, Cell, Layer};
use super::numbering::Numbering;
use super::pack::Pack;
use super::xml::{self, Attributes, Token};

/// Reads the office file `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<String, Problem> {
    let mut pack = Pack::open(bytes)?;
    let main = main_part(&mut pack)?;
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut numbering = Numbering::default();
    if let Some(part) = pack.text(&format!("{folder}/styles.xml"))? {
        numbering.read_styles(&part)?;
    }
    if let Some(part) = pack.text(&format!("{folder}/numbering.xml"))? {
        numbering.read_lists(&part)?;
    }
    let part = pack
        .text(&main)?
        .ok_or_else(|| Problem::from("it has no document part: get the file anew"))?;
    words(&part, numbering)
}

/// Reads a document saved by Word 2003 as one XML file.
pub(super) fn read_flat(xml: &str) -> Result<String, Problem> {
    let mut numbering = Numbering::default();
    numbering.read_styles(xml)?;
    words(xml, numbering)
}

/// The part that holds the text; its name is only a habit.
fn main_part(pack: &mut Pack<'_>) -> Result<String, Problem> {
    const USUAL: &str = "word/document.xml";
    let mut found = None;
    if let Some(part) = pack.text("_rels/.rels")? {
        xml::read(&part, |token| {
            if let Token::Open("Relationship", at) = token
                && at
                    .get("Type")
                    .is_some_and(|kind| kind.ends_with("/officeDocument"))
            {
                found = at.get("Target");
            }
            Ok(())
        })?;
    }
    let found = found.map(|name| name.trim_start_matches('/').to_owned());
    Ok(found
        .filter(|name| pack.has(name))
        .unwrap_or_else(|| USUAL.to_owned()))
}

fn words(part: &str, numbering: Numbering) -> Result<String, Problem> {
    let mut reader = Reader::new(numbering);
    xml::read(part, |token| reader.take(token))?;
    reader.finish()
}

/// What is being read at one depth of the document.
enum Frame {
    /// The document, a text box.
    Story(Layer),
    Paragraph(Paragraph),
    Table(Vec<Vec<Cell>>),
    Row {
        cells: Vec<Cell>,
        deleted: bool,
    },
    Cell(Cell),
}

#[derive(Default)]
struct Paragraph {
    words: String,
    style: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    /// Text boxes that hang on it.
    boxes: Layer,
    /// Its end is deleted: the next paragraph goes on with it.
    joined: bool,
}

struct Reader {
    numbering: Numbering,
    frames: Vec<Frame>,
    /// Names of the open elements.
    open: Vec<String>,
    /// Where what is skipped began.
    skipped: Option<usize>,
    /// Whether the run being read is hidden.
    hidden: bool,
    /// Whether the last paragraph goes on in the next.
    joined: bool,
}

impl Reader {
    fn new(numbering: Numbering) -> Self {
        Self {
            numbering,
            frames: vec![Frame::Story(Layer::default())],
            open: Vec::new(),
            skipped: None,
            hidden: false,
            joined: false,
        }
    }

    fn take(&mut self, token: Token<'_, '_>) -> Result<(), Problem> {
        match token {
            Token::Open(name, at) => {
                self.open.push(name.to_owned());
                if self.skipped.is_none() {
                    self.open(name, at);
                }
            }
            Token::Close(name) => {
                let depth = self.open.len();
                self.open.pop();
                match self.skipped {
                    Some(from) if from == depth => self.skipped = None,
                    Some(_) => {}
                    None => self.close(name)?,
                }
            }
            Token::Words(words) => {
                if self.skipped.is_none() && self.within("t") && !self.hidden {
                    self.write(words);
                }
            }
        }
        Ok(())
    }

    fn within(&self, name: &str) -> bool {
        self.open.last().is_some_and(|open| open == name)
    }

    /// Whether `name` encloses the element that was just opened, `above` elements higher up.
    fn parent(&self, above: usize, name: &str) -> bool {
        let depth = self.open.len().checked_sub(above + 1);
        depth
            .and_then(|depth| self.open.get(depth))
            .is_some_and(|open| open == name)
    }

    fn write(&mut self, words: &str) {
        if let Some(Frame::Paragraph(paragraph)) = self.frames.last_mut() {
            paragraph.words.push_str(words);
        }
    }

    fn paragraph(&mut self) -> Option<&mut Paragraph> {
        match self.frames.last_mut() {
            Some(Frame::Paragraph(paragraph)) => Some(paragraph),
            _ => None,
        }
    }

    fn cell(&mut self) -> Option<&mut Cell> {
        match self.frames.last_mut() {
            Some(Frame::Cell(cell)) => Some(cell),
            _ => None,
        }
    }

    fn open(&mut self, name: &str, at: &Attributes<'_>) {
        let own = self.parent(1, "pPr");
        match name {
            // Deleted and moved-away words, the instructions of fields, what old programs show in place of a shape, readings above hanzi.
            "del" if self.parent(1, "trPr") => {
                let row = self.frames.iter_mut().rev().find_map(|frame| match frame {
                    Frame::Row { deleted, .. } => Some(deleted),
                    _ => None,
                });
                if let Some(deleted) = row {
                    *deleted = true;
                }
            }
            "del" if self.parent(1, "rPr") => {
                if self.parent(2, "pPr")
                    && let Some(paragraph) = self.paragraph()
                {
                    paragraph.joined = true;
                }
            }
            "del" | "moveFrom" | "instrText" | "delInstrText" | "delText" | "Fallback" | "rt"
            | "pPrChange" | "rPrChange" | "tblPrChange" | "tcPrChange" | "trPrChange"
            | "numberingChange" | "binData" | "docPr" | "DocumentProperties" | "hdr" | "ftr"
            | "annotation" => {
                // Annotations of Word 2003 hold insertions, too.
                let kept = name == "annotation"
                    && !at
                        .get("type")
                        .is_some_and(|kind| kind.ends_with("Deletion"));
                if !kept {
                    self.skipped = Some(self.open.len());
                }
            }
            "p" => self.frames.push(Frame::Paragraph(Paragraph::default())),
            "txbxContent" => self.frames.push(Frame::Story(Layer::default())),
            "tbl" => self.frames.push(Frame::Table(Vec::new())),
            "tr" => self.frames.push(Frame::Row {
                cells: Vec::new(),
                deleted: false,
            }),
            "tc" => self.frames.push(Frame::Cell(Cell {
                columns: 1,
                ..Cell::default()
            })),
            "gridSpan" => {
                if let (Some(cell), Some(columns)) = (self.cell(), at.number("val")) {
                    cell.columns = columns.max(1);
                }
            }
            "vMerge" | "vmerge" => {
                if let Some(cell) = self.cell() {
                    cell.below = at.get("val").as_deref() != Some("restart");
                }
            }
            "gridBefore" => {
                let empty = at.number("val").unwrap_or(0).min(100);
                if let Some(Frame::Row { cells, .. }) = self.frames.last_mut() {
                    cells.extend((0..empty).map(|_| Cell::new("")));
                }
            }
            "pStyle" if own => {
                let style = at.get("val");
                if let Some(paragraph) = self.paragraph() {
                    paragraph.style = style;
                }
            }
            "numId" | "ilvl" if self.parent(2, "pPr") => {
                let (list, level) = (at.get("val"), at.number("val"));
                if let Some(paragraph) = self.paragraph() {
                    if name == "numId" {
                        paragraph.list = list;
                    } else {
                        paragraph.level = level;
                    }
                }
            }
            // Word 2003 writes the label out: <wx:t wx:val="一、"/>.
            "t" if at.get("val").is_some() && self.parent(1, "listPr") => {
                let label = at.get("val").unwrap_or_default();
                self.write(&label);
            }
            "r" => self.hidden = false,
            "vanish" if self.parent(2, "r") => self.hidden = at.on(),
            "tab" if self.parent(1, "r") => self.write("\t"),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Problem> {
        match (name, self.frames.last()) {
            ("r", _) => self.hidden = false,
            ("p", Some(Frame::Paragraph(_)))
            | ("txbxContent", Some(Frame::Story(_)))
            | ("tbl", Some(Frame::Table(_)))
            | ("tr", Some(Frame::Row { .. }))
            | ("tc", Some(Frame::Cell(_))) => {
                if self.frames.len() > 1
                    && let Some(frame) = self.frames.pop()
                {
                    self.done(frame)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Hands a frame that was read to the one around it.
    fn done(&mut self, frame: Frame) -> Result<(), Problem> {
        match frame {
            Frame::Paragraph(paragraph) => self.line(paragraph),
            Frame::Story(layer) => match self.frames.last_mut() {
                Some(Frame::Paragraph(paragraph)) => paragraph.boxes.append(layer),
                _ => self.lines(|lines| lines.append(layer)),
            },
            Frame::Table(rows) => self.lines(|lines| grid::write(rows, lines)),
            Frame::Row { cells, deleted } => {
                if let Some(Frame::Table(rows)) = self.frames.last_mut()
                    && !deleted
                {
                    rows.push(cells);
                }
                Ok(())
            }
            Frame::Cell(cell) => {
                if let Some(Frame::Row { cells, .. }) = self.frames.last_mut() {
                    cells.push(cell);
                }
                Ok(())
            }
        }
    }

    fn line(&mut self, paragraph: Paragraph) -> Result<(), Problem> {
        let goes_on = std::mem::replace(&mut self.joined, paragraph.joined);
        let has_words = !paragraph.words.trim().is_empty();
        // An empty paragraph of a list shows its number too, but there is nothing to number.
        let label = if has_words && !goes_on {
            self.numbering
                .label(paragraph.style.as_deref(), paragraph.list, paragraph.level)
        } else {
            String::new()
        };
        let parted = label.ends_with(|c: char| c.is_ascii_punctuation())
            && paragraph
                .words
                .starts_with(|c: char| c.is_ascii_alphanumeric());
        let words = format!(
            "{label}{}{}",
            if parted { " " } else { "" },
            paragraph.words
        );
        let boxes = paragraph.boxes;
        self.lines(|lines| {
            lines.append(boxes)?;
            match lines.last_mut() {
                Some(last) if goes_on => {
                    last.push_str(&words);
                    Ok(())
                }
                _ => lines.push(words),
            }
        })
    }

    /// The lines that a paragraph or table at this place belongs to.
    fn lines(
        &mut self,
        write: impl FnOnce(&mut Layer) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let lines = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Story(lines) => Some(lines),
            Frame::Cell(cell) => Some(&mut cell.lines),
            _ => None,
        });
        lines.map_or(Ok(()), write)
    }

    fn finish(mut self) -> Result<String, Problem> {
        match self.frames.swap_remove(0) {
            Frame::Story(lines) => Ok(lines.finish()),
            _ => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> String {
        let part = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        words(&part, Numbering::default()).unwrap_or_else(|_| "damaged".to_owned())
    }

    #[test]
    fn changes_are_read_as_accepted() {
        assert_eq!(
            text(
                "<w:p><w:r><w:t>由</w:t></w:r><w:del><w:r><w:delText>市科协</w:delText></w:r></w:del>\
                 <w:ins><w:r><w:t>市教育局</w:t></w:r></w:ins><w:r><w:t>牵头</w:t></w:r></w:p>"
            ),
            "由市教育局牵头\n"
        );
        assert_eq!(
            text(
                "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>各县</w:t></w:r></w:p><w:p><w:r><w:t>区</w:t></w:r></w:p>"
            ),
            "各县区\n"
        );
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        assert_eq!(
            text(
                "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>\
                 <w:r><w:t>通</w:t><w:tab/><w:t>知</w:t></w:r></w:p>"
            ),
            "通\t知\n"
        );
    }

    #[test]
    fn boxes_come_once_and_before_their_paragraph() {
        assert_eq!(
            text(
                "<w:p><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>某市文件</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>\
                 <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>某市文件</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>\
                 <w:r><w:t>各单位：</w:t></w:r></w:p>"
            ),
            "某市文件\n各单位：\n"
        );
    }

    #[test]
    fn tables_in_frames_stay_tables() {
        let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
        let table = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("甲"), cell("乙"));
        assert_eq!(
            text(&format!(
                "<w:tbl><w:tr><w:tc>{table}<w:p/></w:tc></w:tr></w:tbl>"
            )),
            "| 甲 | 乙 |\n\n"
        );
    }
}
