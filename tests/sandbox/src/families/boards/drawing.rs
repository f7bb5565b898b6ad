//! Mermaid and PlantUML as far as a test looks at them: which things there are, and which arrows.

use serde_json::{Value, json};

/// First words of Mermaid's diagrams.
const MERMAID: [&str; 16] = [
    "graph",
    "flowchart",
    "sequenceDiagram",
    "classDiagram",
    "stateDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "journey",
    "gantt",
    "pie",
    "mindmap",
    "timeline",
    "gitGraph",
    "quadrantChart",
    "requirementDiagram",
    "C4Context",
];
/// Arrows of both languages, the longer ones first.
const ARROWS: [&str; 6] = ["-->>", "->>", "-->", "==>", "---", "->"];

/// What was read.
pub(super) struct Drawing {
    /// Name and text, in the order of their first appearance.
    things: Vec<(String, String)>,
    /// From, to, caption.
    arrows: Vec<(usize, usize, String)>,
}

/// Reads a drawing; `None` for what is none.
pub(super) fn read(code: &str, mermaid: bool) -> Option<Drawing> {
    let mut lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next()?;
    if mermaid {
        let word = first.split_whitespace().next()?;
        MERMAID.contains(&word).then_some(())?;
    } else {
        (first.starts_with("@start") && code.trim_end().lines().last()?.starts_with("@end"))
            .then_some(())?;
    }
    let mut drawing = Drawing {
        things: Vec::new(),
        arrows: Vec::new(),
    };
    for line in lines {
        let Some((from, to)) = ARROWS.iter().find_map(|arrow| line.split_once(arrow)) else {
            continue;
        };
        let (to, caption) = match to
            .trim()
            .strip_prefix('|')
            .and_then(|to| to.split_once('|'))
        {
            Some((caption, to)) => (to, caption),
            None => to.split_once(':').unwrap_or((to, "")),
        };
        let (from, to) = (drawing.thing(from), drawing.thing(to));
        drawing.arrows.push((from, to, caption.trim().to_owned()));
    }
    Some(drawing)
}

impl Drawing {
    /// The number of a thing such as `A[Start]`.
    fn thing(&mut self, text: &str) -> usize {
        let text = text.trim();
        let cut = text.find(['[', '(', '{']).unwrap_or(text.len());
        let (name, label) = text.split_at(cut);
        let label = label.trim_matches(['[', ']', '(', ')', '{', '}', '"']);
        let known = self
            .things
            .iter()
            .position(|(known, _)| known == name.trim());
        known.unwrap_or_else(|| {
            let label = if label.is_empty() { name } else { label };
            self.things
                .push((name.trim().to_owned(), label.trim().to_owned()));
            self.things.len() - 1
        })
    }

    /// Puts shapes and connectors below a group.
    pub(super) fn put(&self, group: &Value, mut add: impl FnMut(Value) -> Value) {
        let mut y = 0;
        let mut ids = Vec::with_capacity(self.things.len());
        for (_, text) in &self.things {
            ids.push(add(json!({
                "type": "composite_shape", "parent_id": group,
                "x": 0, "y": y, "width": 120, "height": 60,
                "composite_shape": { "type": "rect" }, "text": { "text": text },
            })));
            y += 100;
        }
        for (from, to, caption) in &self.arrows {
            let end = |at: usize| json!({ "attached_object": { "id": ids[at] } });
            let mut connector = json!({ "start": end(*from), "end": end(*to) });
            if !caption.is_empty() {
                connector["captions"] = json!({ "data": [{ "text": caption }] });
            }
            add(json!({ "type": "connector", "parent_id": group, "connector": connector }));
        }
    }
}
