//! What changes, for people and models: lines of Markdown that go and come.

use feishu::api::docx::Block;

use super::{
    super::markdown::render::{Names, Style, join, render},
    lcs,
};
use crate::{ToolCx, render::clean_line};

/// Lines shown around a change.
const CONTEXT: usize = 1;
/// Lines of a whole diff.
const MAX_LINES: usize = 400;
/// Characters of a line.
const MAX_LINE: usize = 400;

/// The difference of two states of a document; empty when both read the same.
pub(crate) fn blocks(cx: &ToolCx, before: &[Block], after: &[Block], names: &Names) -> String {
    let text = |blocks: &[Block]| join(&render(blocks, names, Style::default()));
    lines(cx, &text(before), &text(after))
}

fn lines(cx: &ToolCx, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let mut marked: Vec<(char, &str)> = Vec::new();
    let (mut at, mut to) = (0, 0);
    for (i, j) in lcs::common(&old, &new)
        .into_iter()
        .chain([(old.len(), new.len())])
    {
        marked.extend(old[at..i].iter().map(|line| ('-', *line)));
        marked.extend(new[to..j].iter().map(|line| ('+', *line)));
        if let Some(line) = old.get(i) {
            marked.push((' ', line));
        }
        (at, to) = (i + 1, j + 1);
    }
    let near = |index: usize| {
        let from = index.saturating_sub(CONTEXT);
        let end = marked.len().min(index + CONTEXT + 1);
        marked[from..end].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut out = Vec::new();
    let mut skipped = false;
    for (index, (mark, line)) in marked.iter().enumerate() {
        if !near(index) || (*mark != ' ' && line.is_empty()) {
            skipped = true;
            continue;
        }
        if *mark == ' ' && line.is_empty() {
            continue;
        }
        if out.len() == MAX_LINES {
            out.push(cx.say("… (diff cut)", "…（差异过长，已截断）").to_owned());
            break;
        }
        if skipped && !out.is_empty() {
            out.push("…".to_owned());
        }
        skipped = false;
        let indent: String = line.chars().take_while(|c| *c == ' ').take(20).collect();
        out.push(format!("{mark} {indent}{}", clean_line(line, MAX_LINE)));
    }
    if marked.iter().all(|(mark, _)| *mark == ' ') {
        return String::new();
    }
    out.join("\n")
}
