//! Protected rows and columns.

use feishu::api::sheets::{self as api, Axis, Protected};
use model::Locale;

use super::{
    super::{refusal::explain, send::send},
    Job,
    apart::Lines,
};
use crate::{ToolError, docs::markdown::inline::is_open_id, render::clean_line};

/// People who may still change what is protected.
const PEOPLE: usize = 50;

/// The people in `editors=ou_…,ou_…`.
pub(super) fn editors(job: &Job<'_>) -> Result<Vec<String>, ToolError> {
    let text = job.options.get("editors").unwrap_or_default();
    let words = text
        .split([',', ' '])
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let people: Vec<String> = words
        .map(|word| word.strip_prefix("user:").unwrap_or(word).to_owned())
        .collect();
    if people.len() > PEOPLE || people.iter().any(|id| !is_open_id(id)) {
        return Err(ToolError::invalid(job.cx.say(
            "editors are open ids: editors=ou_…,ou_…",
            "editors 需为 open_id：editors=ou_…,ou_…",
        ))
        .with_hint(job.cx.say(
            "`search` with kinds=[\"user\"] finds them.",
            "可用 `search`（kinds=[\"user\"]）查找。",
        )));
    }
    Ok(people)
}

pub(super) async fn protect(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    let lines = Lines::needed(job, &place)?;
    place.area(cx)?;
    let off = job.options.flag(cx, "off")?.unwrap_or(false);
    let people = editors(job)?;
    let note = clean_line(job.options.get("note").unwrap_or_default(), 200);
    job.options.all_used(cx)?;
    let name = format!("{}: {}", place.tab.quoted(), lines.name(job));
    let known = api::protections(&cx.feishu, job.token()).await;
    let known = known.map_err(|fault| explain(cx, fault))?;
    let known = known
        .into_iter()
        .filter(|one| one.dimension.sheet_id == place.tab.id);
    if off {
        let hit: Vec<String> = known
            .filter(|one| meets(one, &lines))
            .map(|one| one.protect_id)
            .collect();
        if hit.is_empty() {
            return Ok(format!("{name} {}", cx.say("is not protected", "未被保护")));
        }
        if !job.dry {
            let sent = send(cx, || {
                api::remove_protections(&cx.feishu, job.token(), &hit)
            })
            .await?;
            sent.map_err(|fault| explain(cx, fault))?;
        }
        return Ok(match cx.locale {
            Locale::En => format!("{name}: protection taken off ({})", hit.join(", ")),
            Locale::Zh => format!("{name}：已取消保护（{}）", hit.join(", ")),
        });
    }
    // The same lines are protected once.
    if let Some(same) = known.into_iter().find(|one| is_same(one, &lines)) {
        return Ok(match cx.locale {
            Locale::En => format!(
                "{name} is protected already (protect:{}); off=true takes it off first",
                same.protect_id
            ),
            Locale::Zh => format!(
                "{name} 已被保护（protect:{}）；可先用 off=true 取消",
                same.protect_id
            ),
        });
    }
    if job.dry {
        return Ok(format!(
            "{name} {}",
            cx.say("would be protected", "将被保护")
        ));
    }
    let spot = (job.token(), place.tab.id.as_str());
    let sent = send(cx, || {
        api::add_protection(&cx.feishu, spot, lines.axis, lines.pair(), (&people, &note))
    })
    .await?;
    let id = sent.map_err(|fault| explain(cx, fault))?;
    Ok(match cx.locale {
        Locale::En => format!(
            "{name} protected (protect:{id}); only the user and {} editors can change it",
            people.len()
        ),
        Locale::Zh => format!(
            "{name} 已保护（protect:{id}）；仅该用户和 {} 位编辑者可修改",
            people.len()
        ),
    })
}

fn ends(one: &Protected) -> (i64, i64, bool) {
    let rows = one.dimension.major_dimension != "COLUMNS";
    (one.dimension.start_index - 1, one.dimension.end_index, rows)
}

fn meets(one: &Protected, lines: &Lines) -> bool {
    let (start, end, rows) = ends(one);
    rows == (lines.axis == Axis::Rows)
        && start < i64::from(lines.end)
        && i64::from(lines.start) < end
}

fn is_same(one: &Protected, lines: &Lines) -> bool {
    ends(one)
        == (
            i64::from(lines.start),
            i64::from(lines.end),
            lines.axis == Axis::Rows,
        )
}
