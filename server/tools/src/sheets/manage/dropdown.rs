//! Dropdowns: what may be chosen in cells.

use feishu::api::sheets::{self as api, Options as Behaviour};
use model::Locale;

use super::{
    super::{refusal::explain, send::send},
    Job,
    options::colour,
};
use crate::{ErrorKind, ToolCx, ToolError, render::clean_line};

/// Choices of a dropdown.
const CHOICES: usize = 500;
/// Characters of a choice.
const CHOICE: usize = 100;
/// The colour of choices without one, where others have one.
const GREY: &str = "#bacefd";

pub(super) async fn dropdown(job: &Job<'_>) -> Result<String, ToolError> {
    let cx = job.cx;
    let place = job.place()?;
    let area = place.area(cx)?;
    let (range, name) = (area.range(&place.tab.id), place.tab.name(&area));
    let off = job.options.flag(cx, "off")?.unwrap_or(false);
    let multiple = job.options.flag(cx, "multiple")?.unwrap_or(false);
    let entries = job.options.rest();
    if off {
        if !job.dry {
            let sent = send(cx, || api::clear_dropdown(&cx.feishu, job.token(), &range)).await?;
            if let Some(why) = sent.map_err(|fault| explain(cx, fault))? {
                let why = clean_line(&why, 100);
                return Err(ToolError::new(
                    ErrorKind::Upstream,
                    format!("{name}: {why}"),
                ));
            }
        }
        return Ok(format!(
            "{name}: {}",
            cx.say(
                "dropdown taken off, the values stay",
                "已移除下拉列表，单元格内容保留"
            )
        ));
    }
    let choices = choices(cx, &entries)?;
    let coloured = choices.iter().any(|(_, tint)| tint.is_some());
    let behaviour = Behaviour {
        multiple_values: multiple,
        highlight_valid_data: coloured,
        colors: if coloured {
            let tints = choices
                .iter()
                .map(|(_, tint)| tint.clone().unwrap_or_else(|| GREY.to_owned()));
            tints.collect()
        } else {
            Vec::new()
        },
    };
    let words: Vec<String> = choices.into_iter().map(|(word, _)| word).collect();
    if !job.dry {
        let sent = send(cx, || {
            api::set_dropdown(&cx.feishu, job.token(), &range, &words, &behaviour)
        })
        .await?;
        sent.map_err(|fault| explain(cx, fault))?;
    }
    Ok(match cx.locale {
        Locale::En => format!("{name}: dropdown with {} choices", words.len()),
        Locale::Zh => format!("{name}：下拉列表，{} 个选项", words.len()),
    })
}

/// Words, each with its colour; a word twice is one.
fn choices(cx: &ToolCx, entries: &[&str]) -> Result<Vec<(String, Option<String>)>, ToolError> {
    let mut choices: Vec<(String, Option<String>)> = Vec::new();
    for entry in entries {
        let (word, tint) = match entry.rsplit_once('=') {
            Some((word, tint)) if tint.trim_start().starts_with('#') => {
                (word.trim(), Some(colour(cx, word, tint)?))
            }
            _ => (*entry, None),
        };
        let fits = !word.is_empty() && word.chars().count() <= CHOICE && !word.contains(',');
        if !fits {
            let word = clean_line(word, 60);
            return Err(ToolError::invalid(match cx.locale {
                Locale::En => {
                    format!("\"{word}\" cannot be a choice: 1 to 100 characters without commas")
                }
                Locale::Zh => format!("“{word}”不能作为选项：需为 1–100 字且不含英文逗号"),
            }));
        }
        if !choices.iter().any(|(known, _)| known == word) {
            choices.push((word.to_owned(), tint));
        }
    }
    if choices.is_empty() || choices.len() > CHOICES {
        return Err(ToolError::invalid(cx.say(
            "`set` needs 1 to 500 choices, such as [\"todo\", \"done=#d9f5d6\"], or \"off\"",
            "`set` 需要 1–500 个选项，如 [\"待办\", \"完成=#d9f5d6\"]，或 \"off\"",
        )));
    }
    Ok(choices)
}
