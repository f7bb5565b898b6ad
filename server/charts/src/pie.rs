//! Parts of a whole, as a ring.

use std::f64::consts::PI;

use crate::{
    Chart, Refusal,
    chart::PARTS,
    frame::{MARGIN, Room, head},
    numbers,
    paper::{Anchor, BASE, INK, Paper, SOFT, Shape, WIDTH, Words, color},
    text,
};

/// Size of the words beside parts.
const SIZE: f64 = 13.0;
/// Least room between two lines of words.
const APART: f64 = 20.0;

/// A part.
struct Part {
    name: String,
    value: f64,
    /// From where to where, as shares of the whole.
    from: f64,
    to: f64,
}

/// Draws the first series.
pub(crate) fn draw(chart: &Chart, paper: &Paper) -> Result<(), Refusal> {
    let (parts, whole) = parts(chart)?;
    let room = head(chart, paper, &[]);
    let center = (WIDTH / 2.0, f64::midpoint(room.top, room.bottom));
    let radius = ((room.bottom - room.top) / 2.0 - 16.0).min(190.0);
    for (number, part) in parts.iter().enumerate() {
        ring(paper, center, radius, (part, number));
    }
    middle(chart, paper, center, radius, whole);
    if chart.legend {
        names(paper, &parts, center, radius, room);
    }
    Ok(())
}

/// The parts, the smallest put together where they are many.
fn parts(chart: &Chart) -> Result<(Vec<Part>, f64), Refusal> {
    let series = chart.series.first().ok_or(Refusal::Empty)?;
    if series.numbers().any(|value| value < 0.0) {
        return Err(Refusal::Negative);
    }
    let labels = chart.labels.iter().enumerate();
    let mut values: Vec<(String, f64)> = labels
        .filter_map(|(at, label)| series.at(at).map(|value| (label.clone(), value)))
        .filter(|(_, value)| *value > 0.0)
        .collect();
    let whole: f64 = values.iter().map(|(_, value)| value).sum();
    if whole <= 0.0 || !whole.is_finite() {
        return Err(Refusal::Empty);
    }
    if values.len() > PARTS {
        values.sort_by(|one, other| other.1.total_cmp(&one.1));
        let rest: f64 = values.drain(PARTS - 1..).map(|(_, value)| value).sum();
        let name = if chart.chinese { "其他" } else { "Other" };
        values.push((name.to_owned(), rest));
    }
    let mut from = 0.0;
    let parts = values.into_iter().map(|(name, value)| {
        let to = from + value / whole;
        let part = Part {
            name,
            value,
            from,
            to,
        };
        from = to;
        part
    });
    Ok((parts.collect(), whole))
}

/// A place on a circle; shares go clockwise from the top.
fn on(center: (f64, f64), radius: f64, share: f64) -> (f64, f64) {
    let angle = share * 2.0 * PI;
    (
        center.0 + radius * angle.sin(),
        center.1 - radius * angle.cos(),
    )
}

fn ring(paper: &Paper, center: (f64, f64), radius: f64, (part, number): (&Part, usize)) {
    let mut share = part.from;
    let mut outer = Vec::new();
    while share < part.to {
        outer.push(share);
        share += 1.0 / 360.0;
    }
    outer.push(part.to);
    let rim = outer.iter().map(|share| on(center, radius, *share));
    let inner = outer
        .iter()
        .rev()
        .map(|share| on(center, radius * 0.58, *share));
    let mut points: Vec<(f64, f64)> = rim.chain(inner).collect();
    paper.add(Shape::Fill {
        points: points.clone(),
        color: color(number),
        alpha: 1.0,
    });
    if part.to - part.from < 0.999 {
        // Ground between the parts.
        points.push(points[0]);
        paper.add(Shape::Line {
            points,
            color: plotters::style::WHITE,
            alpha: 1.0,
            width: 2.0,
        });
    }
}

/// The whole, in the middle.
fn middle(chart: &Chart, paper: &Paper, center: (f64, f64), radius: f64, whole: f64) {
    let title = match chart.y_title.trim() {
        "" if chart.chinese => "合计",
        "" => "Total",
        title => title,
    };
    let lines = [
        (numbers::value(whole, chart.chinese), 24.0, INK, true, 4.0),
        (text::fit(title, SIZE, radius), SIZE, SOFT, false, 26.0),
    ];
    for (text, size, color, bold, down) in lines {
        paper.add(Shape::Text(Words {
            text,
            at: (center.0, center.1 + down),
            size,
            anchor: Anchor::Middle,
            color,
            bold,
            turned: 0.0,
        }));
    }
}

/// Names and shares beside the parts, pushed apart where parts are small.
fn names(paper: &Paper, parts: &[Part], center: (f64, f64), radius: f64, room: Room) {
    for right in [true, false] {
        let mut side: Vec<(&Part, f64, f64)> = parts
            .iter()
            .map(|part| match part.to - part.from {
                // The only part has its name at the right.
                whole if whole > 0.999 => (part, 0.25),
                _ => (part, f64::midpoint(part.from, part.to)),
            })
            .filter(|(_, share)| (*share <= 0.5) == right)
            .map(|(part, share)| (part, share, on(center, radius + 18.0, share).1))
            .collect();
        side.sort_by(|one, other| one.2.total_cmp(&other.2));
        spread(&mut side, room);
        for (part, share, at) in side {
            let sign = if right { 1.0 } else { -1.0 };
            let elbow = center.0 + sign * (radius + 26.0);
            let (from, bend) = (on(center, radius + 3.0, share), (elbow, at));
            paper.line(from, bend, BASE);
            paper.line(bend, (elbow + sign * 8.0, at), BASE);
            let start = elbow + sign * 14.0;
            let most = WIDTH - MARGIN - (center.0 + radius + 40.0) - 70.0;
            let percent = format!("{:.1}%", (part.to - part.from) * 100.0);
            let name = text::fit(&part.name, SIZE, most);
            paper.add(Shape::Text(Words {
                text: format!("{name}  {percent}"),
                at: (start, at + 4.5),
                size: SIZE,
                anchor: if right { Anchor::Start } else { Anchor::End },
                color: INK,
                bold: false,
                turned: 0.0,
            }));
        }
    }
    debug_assert!(
        parts.iter().all(|part| part.value > 0.0),
        "nothing has no part"
    );
}

/// Moves lines of words apart, first downwards, then up from the lower edge.
fn spread(side: &mut [(&Part, f64, f64)], room: Room) {
    let mut least = room.top + 8.0;
    for line in side.iter_mut() {
        line.2 = line.2.max(least);
        least = line.2 + APART;
    }
    let mut most = room.bottom - 8.0;
    for line in side.iter_mut().rev() {
        line.2 = line.2.min(most);
        most = line.2 - APART;
    }
}
