//! Divides what is too large for one block into several.

use super::{
    MAX_BLOCKS, MAX_UNITS,
    build::Compiler,
    element::{pieces, units, weight},
};
use crate::docs::markdown::tree::{Inline, Kind, Merge, Node, Rich, Table, Warning};

/// Columns of a table.
const MAX_COLUMNS: usize = 100;
/// Cells of one table such that it fits into one request: each cell is two blocks.
const MAX_CELLS: usize = (MAX_BLOCKS - 1) / 2;
/// Mentions of people or documents in one table, such that it fits into one request.
const MAX_TABLE_MENTIONS: usize = 150;
/// People, documents and reminders of one text.
const MAX_RUNS: [usize; 3] = [100, 50, 30];

impl Compiler<'_> {
    pub(super) fn split(&mut self, node: Node) -> Vec<Node> {
        let Node {
            kind,
            style,
            id,
            children,
        } = node;
        let whole = |kind, children| Node {
            kind,
            style: style.clone(),
            id: id.clone(),
            children,
        };
        match kind {
            Kind::Table(table) => self.split_table(&table, children),
            Kind::Code { language, text } if units(&text) > MAX_UNITS => {
                self.warnings.add(Warning::TextSplit);
                pieces(&text)
                    .into_iter()
                    .map(|text| whole(Kind::Code { language, text }, Vec::new()))
                    .collect()
            }
            Kind::Text(rich) => self.split_head(rich, children, &whole, Kind::Text),
            Kind::Heading(level, rich) => {
                self.split_head(rich, children, &whole, |rich| Kind::Heading(level, rich))
            }
            Kind::Bullet(rich) => self.split_head(rich, children, &whole, Kind::Bullet),
            Kind::Ordered(rich) => self.split_head(rich, children, &whole, Kind::Ordered),
            Kind::QuoteText(rich) => self.split_head(rich, children, &whole, Kind::QuoteText),
            Kind::Todo(done, rich) => {
                self.split_head(rich, children, &whole, |rich| Kind::Todo(done, rich))
            }
            kind => vec![whole(kind, children)],
        }
    }

    fn split_head(
        &mut self,
        rich: Rich,
        children: Vec<Node>,
        whole: &impl Fn(Kind, Vec<Node>) -> Node,
        make: impl Fn(Rich) -> Kind,
    ) -> Vec<Node> {
        let mut parts = self.split_rich(rich);
        let last = parts.pop().unwrap_or_default();
        let mut nodes: Vec<Node> = parts
            .into_iter()
            .map(|rich| whole(make(rich), Vec::new()))
            .collect();
        nodes.push(whole(make(last), children));
        nodes
    }

    /// At least one part; each within the limits of a text.
    fn split_rich(&mut self, rich: Rich) -> Vec<Rich> {
        let size: usize = rich.iter().map(weight).sum();
        let counted = rich.iter().fold([0; 3], count);
        if size <= MAX_UNITS && within(counted) {
            return vec![rich];
        }
        self.warnings.add(Warning::TextSplit);
        let mut parts = vec![Rich::new()];
        let (mut size, mut counted) = (0, [0; 3]);
        for run in rich.into_iter().flat_map(small) {
            let with = count(counted, &run);
            if size + weight(&run) > MAX_UNITS || !within(with) {
                parts.push(Rich::new());
                (size, counted) = (0, [0; 3]);
            }
            size += weight(&run);
            counted = count(counted, &run);
            if let Some(part) = parts.last_mut() {
                part.push(run);
            }
        }
        parts
    }

    /// Tables of at most so many columns and cells, each with the header row.
    fn split_table(&mut self, table: &Table, cells: Vec<Node>) -> Vec<Node> {
        let (rows, columns) = (table.rows, table.columns);
        if columns == 0 || rows == 0 || cells.len() != rows * columns {
            return cells.into_iter().flat_map(|cell| cell.children).collect();
        }
        if columns > MAX_COLUMNS {
            self.warnings.add(Warning::TableNarrowed);
        }
        let mut parts = Vec::new();
        for from in (0..columns).step_by(MAX_COLUMNS) {
            let to = columns.min(from + MAX_COLUMNS);
            let ranges = row_ranges(&cells, columns, (from, to));
            if ranges.len() > 1 {
                self.warnings.add(Warning::TableSplit);
            }
            for (index, (first, last)) in ranges.into_iter().enumerate() {
                let mut taken: Vec<usize> = (first..last).collect();
                if index > 0 {
                    taken.insert(0, 0);
                }
                parts.push(part(table, &cells, &taken, (from, to)));
            }
        }
        parts
    }
}

/// Rows that go together, as ranges. All but the first begin with the header row.
fn row_ranges(cells: &[Node], columns: usize, (from, to): (usize, usize)) -> Vec<(usize, usize)> {
    let height = (MAX_CELLS / (to - from)).max(2);
    let rows: Vec<&[Node]> = cells.chunks(columns).collect();
    let costs: Vec<usize> = rows
        .iter()
        .map(|row| row[from..to].iter().map(mentions).sum())
        .collect();
    let head = costs.first().copied().unwrap_or(0);
    let mut ranges = Vec::new();
    let (mut first, mut cost) = (0, 0);
    for (row, more) in costs.iter().enumerate() {
        let header = usize::from(first > 0);
        let full =
            row - first + header >= height || cost + more + head * header > MAX_TABLE_MENTIONS;
        if full && row > first.max(1) {
            ranges.push((first, row));
            (first, cost) = (row, 0);
        }
        cost += more;
    }
    ranges.push((first, rows.len()));
    ranges
}

fn mentions(node: &Node) -> usize {
    let own = node.rich().map_or(0, |rich| {
        rich.iter()
            .filter(|run| matches!(run, Inline::Mention { .. } | Inline::Doc(_)))
            .count()
    });
    own + node.children.iter().map(mentions).sum::<usize>()
}

/// Some rows and columns of a table as a table.
fn part(table: &Table, cells: &[Node], rows: &[usize], (from, to): (usize, usize)) -> Node {
    let columns = to - from;
    let inside = rows.iter().flat_map(|row| {
        (from..to).filter_map(move |column| cells.get(row * table.columns + column).cloned())
    });
    let merges = table
        .merges
        .iter()
        .filter_map(|merge| clip(merge, rows, (from, to)));
    let frame = Table {
        rows: rows.len(),
        columns,
        widths: table
            .widths
            .get(from..to)
            .map(<[u32]>::to_vec)
            .unwrap_or_default(),
        header_row: table.header_row,
        header_column: table.header_column && from == 0,
        merges: merges.collect(),
    };
    Node::new(Kind::Table(frame), inside.collect())
}

/// What is left of merged cells in some of the rows and columns.
fn clip(merge: &Merge, rows: &[usize], (from, to): (usize, usize)) -> Option<Merge> {
    let inside = |row: &usize| (merge.row..merge.row + merge.rows).contains(row);
    let row = rows.iter().position(inside)?;
    // The header row does not belong to the rows that follow it here.
    let height = rows[row..]
        .iter()
        .enumerate()
        .take_while(|(step, row_there)| inside(row_there) && **row_there == rows[row] + step)
        .count();
    let left = merge.column.max(from);
    let right = (merge.column + merge.columns).min(to);
    let width = right.checked_sub(left)?;
    (height * width > 1).then_some(Merge {
        row,
        column: left - from,
        rows: height,
        columns: width,
    })
}

fn count(sum: [usize; 3], run: &Inline) -> [usize; 3] {
    let [people, documents, reminders] = sum;
    match run {
        Inline::Mention { .. } => [people + 1, documents, reminders],
        Inline::Doc(_) => [people, documents + 1, reminders],
        Inline::Reminder(_) => [people, documents, reminders + 1],
        _ => sum,
    }
}

fn within(counted: [usize; 3]) -> bool {
    counted
        .iter()
        .zip(MAX_RUNS)
        .all(|(count, most)| *count <= most)
}

/// A run in pieces that fit into a text.
fn small(run: Inline) -> Vec<Inline> {
    match run {
        Inline::Text { content, style } => pieces(&content)
            .into_iter()
            .map(|content| Inline::Text {
                content,
                style: style.clone(),
            })
            .collect(),
        Inline::Equation { content, style } => pieces(&content)
            .into_iter()
            .map(|content| Inline::Equation {
                content,
                style: style.clone(),
            })
            .collect(),
        whole => vec![whole],
    }
}
