//! CommonMark does not close `**` between a punctuation mark and a letter, which in Chinese is
//! where it nearly always stands: `**注意：**请看`. The marks that it left are paired here.

use feishu::api::docx::ElementStyle;

use super::super::tree::{Inline, Rich, push_text};

/// A mark that was left over, or a run.
enum Part {
    Mark(ElementStyle),
    Run(Inline),
}

impl Part {
    const fn is_mark(&self) -> bool {
        matches!(self, Self::Mark(_))
    }
}

/// Pairs the marks that are left over.
pub(super) fn mend_bold(rich: Rich) -> Rich {
    let has_marks = rich.iter().any(
        |run| matches!(run, Inline::Text { content, style } if !style.inline_code && content.contains("**")),
    );
    if !has_marks {
        return rich;
    }
    let parts = divide(rich);
    let (paired, bold) = pair(&parts);
    let mut mended = Rich::new();
    for (index, part) in parts.into_iter().enumerate() {
        match part {
            Part::Mark(_) if paired.get(index) == Some(&true) => {}
            Part::Mark(style) => push_text(&mut mended, "**", style),
            Part::Run(Inline::Text { content, mut style }) => {
                style.bold |= bold.get(index) == Some(&true);
                push_text(&mut mended, &content, style);
            }
            Part::Run(other) => mended.push(other),
        }
    }
    mended
}

fn divide(rich: Rich) -> Vec<Part> {
    let mut parts = Vec::new();
    for run in rich {
        match run {
            Inline::Text { content, style } if !style.inline_code && style.link.is_none() => {
                for (index, piece) in content.split("**").enumerate() {
                    if index > 0 {
                        parts.push(Part::Mark(style.clone()));
                    }
                    if !piece.is_empty() {
                        parts.push(Part::Run(Inline::Text {
                            content: piece.to_owned(),
                            style: style.clone(),
                        }));
                    }
                }
            }
            other => parts.push(Part::Run(other)),
        }
    }
    parts
}

/// Which marks are used up, and which parts are bold.
fn pair(parts: &[Part]) -> (Vec<bool>, Vec<bool>) {
    let solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    let mut bold = vec![false; parts.len()];
    let mut paired = vec![false; parts.len()];
    let mut open: Option<usize> = None;
    for index in 0..parts.len() {
        if !parts[index].is_mark() {
            continue;
        }
        let (before, after) = around(parts, index);
        match open {
            Some(start) if solid(before) => {
                let (opening, first) = around(parts, start);
                if [opening, first, before, after].into_iter().any(wide) {
                    paired[start] = true;
                    paired[index] = true;
                    bold[start..index].fill(true);
                    open = None;
                } else {
                    open = solid(after).then_some(index);
                }
            }
            _ if solid(after) => open = Some(index),
            _ => {}
        }
    }
    (paired, bold)
}

/// The characters before and after a part.
fn around(parts: &[Part], index: usize) -> (Option<char>, Option<char>) {
    let edge = |part: Option<&Part>, last: bool| match part {
        Some(Part::Run(Inline::Text { content, .. })) if last => content.chars().next_back(),
        Some(Part::Run(Inline::Text { content, .. })) => content.chars().next(),
        Some(Part::Run(_)) => Some('x'),
        _ => None,
    };
    let before = index.checked_sub(1).and_then(|before| parts.get(before));
    (edge(before, true), edge(parts.get(index + 1), false))
}
