//! The document, in words.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Sections with a table each.
const SECTIONS: usize = 20;
/// Plain blocks of a section, below its heading.
const PLAIN: usize = 48;
/// Rows and columns of a table.
const TABLE: (usize, usize) = (3, 4);
/// Blocks of one request of `docx.v1.documentBlockDescendant.create`.
const MOST: usize = 1_000;

/// A part of the document.
pub enum Piece {
    /// Key of the block in the API, its number, what stands before it in Markdown, and its text in
    /// three runs, the middle one bold.
    Text(&'static str, u16, &'static str, [String; 3]),
    /// Plain text in a fence.
    Code(String),
    /// Cells by row.
    Table(Vec<Vec<String>>),
    /// A file of the user, by name.
    Picture(String),
    /// Mermaid.
    Diagram(String),
}

impl Piece {
    /// Blocks that it becomes: a cell holds a text.
    fn blocks(&self) -> usize {
        match self {
            Self::Table(rows) => 1 + rows.iter().map(|row| 2 * row.len()).sum::<usize>(),
            _ => 1,
        }
    }
}

/// The document.
pub struct Paper {
    /// Its title, short enough for Feishu's server (27 characters).
    pub title: &'static str,
    /// Its content.
    pub pieces: Vec<Piece>,
}

impl Paper {
    /// 20 sections with a table each, 5 pictures, 5 diagrams, and texts.
    pub fn of_1500_blocks() -> Self {
        let mut pieces = Vec::new();
        for section in 1..=SECTIONS {
            let heading = format!("Section {section}: results of the quarter");
            pieces.push(plain("heading2", 4, "## ", heading));
            for number in 1..=PLAIN {
                pieces.push(block(section, number));
            }
            let (rows, columns) = TABLE;
            let cell = |row, column| match row {
                0 => format!("Column {column}"),
                _ => format!("{}", section * 1_000 + row * 10 + column),
            };
            let row = |row| (0..columns).map(|column| cell(row, column)).collect();
            pieces.push(Piece::Table((0..rows).map(row).collect()));
            if section % 4 == 0 {
                pieces.push(Piece::Picture(format!("chart-{section}.png")));
                let code = format!("graph TD\nA[Plan {section}] -->|then| B[Do {section}]");
                pieces.push(Piece::Diagram(code));
            }
        }
        let mut paper = Self {
            title: "Large report",
            pieces,
        };
        while paper.blocks() < 1_500 {
            let number = paper.blocks();
            let words = format!("Closing remark {number}.");
            paper.pieces.push(plain("text", 2, "", words));
        }
        paper
    }

    /// Blocks below the page.
    pub fn blocks(&self) -> usize {
        self.pieces.iter().map(Piece::blocks).sum()
    }

    /// How many of its pieces are so.
    pub fn count(&self, of: impl Fn(&Piece) -> bool) -> usize {
        self.pieces.iter().filter(|piece| of(piece)).count()
    }

    fn pictures(&self) -> usize {
        self.count(|piece| matches!(piece, Piece::Picture(_)))
    }

    fn diagrams(&self) -> usize {
        self.count(|piece| matches!(piece, Piece::Diagram(_)))
    }

    /// The fewest calls of Feishu's API that make all of it.
    pub fn fewest(&self) -> usize {
        1 + self.blocks().div_ceil(MOST) + self.pictures() + 1 + self.diagrams()
    }

    /// Which ones.
    pub fn why_fewest(&self) -> String {
        format!(
            "1 for the document, {} for {} blocks at {MOST} a call, {} uploads, 1 that puts all \
             pictures into their blocks, {} drawings",
            self.blocks().div_ceil(MOST),
            self.blocks(),
            self.pictures(),
            self.diagrams()
        )
    }

    /// What is written.
    pub fn description(&self) -> String {
        format!(
            "{} blocks: {} tables, {} pictures, {} diagrams, texts",
            self.blocks(),
            self.count(|piece| matches!(piece, Piece::Table(_))),
            self.pictures(),
            self.diagrams()
        )
    }

    /// As Markdown. Pictures are named as `picture` says.
    pub fn markdown(&self, picture: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            let _infallible = match piece {
                Piece::Text(_, _, lead, [before, bold, after]) if bold.is_empty() => {
                    write!(out, "{lead}{before}{after}\n\n")
                }
                Piece::Text(_, _, lead, [before, bold, after]) => {
                    write!(out, "{lead}{before}**{bold}**{after}\n\n")
                }
                Piece::Code(code) => write!(out, "```\n{code}\n```\n\n"),
                Piece::Table(rows) => {
                    let lines = rows.iter().map(|row| format!("| {} |\n", row.join(" | ")));
                    let mut lines: Vec<String> = lines.collect();
                    lines.insert(1, format!("|{}\n", " --- |".repeat(TABLE.1)));
                    writeln!(out, "{}", lines.concat())
                }
                Piece::Picture(name) => write!(out, "![{name}]({})\n\n", picture(name)),
                Piece::Diagram(code) => write!(out, "```mermaid\n{code}\n```\n\n"),
            };
        }
        out
    }

    /// The texts that must be read again, cells and code included.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(_, _, _, runs) => texts.push(runs.concat()),
                Piece::Code(code) => texts.push(code.clone()),
                Piece::Table(rows) => texts.extend(rows.iter().flatten().cloned()),
                Piece::Picture(_) | Piece::Diagram(_) => {}
            }
        }
        texts
    }
}

fn plain(key: &'static str, number: u16, lead: &'static str, text: String) -> Piece {
    Piece::Text(key, number, lead, [text, String::new(), String::new()])
}

fn block(section: usize, number: usize) -> Piece {
    let runs = [
        format!("Item {section}.{number} tells what the team "),
        "decided".to_owned(),
        ", who does it and until when.".to_owned(),
    ];
    match number % 6 {
        1 => Piece::Text("text", 2, "", runs),
        2 => Piece::Text("bullet", 12, "- ", runs),
        3 => Piece::Text("todo", 17, "- [ ] ", runs),
        4 => Piece::Text("ordered", 13, "1. ", runs),
        5 => Piece::Text("heading3", 5, "### ", runs),
        _ => Piece::Code(format!("let item = ({section}, {number});")),
    }
}

/// The runs of a text as the API takes them.
pub fn elements(runs: &[String; 3]) -> Value {
    let run = |at: usize| {
        let style = json!({ "bold": at == 1 });
        json!({ "text_run": { "content": runs[at], "text_element_style": style } })
    };
    let all = (0..3).filter(|at| !runs[*at].is_empty()).map(run);
    all.collect()
}
