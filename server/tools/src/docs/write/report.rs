//! What a change of a document tells: what was done, what exists, and how to go on.

use model::Locale;

use super::{super::markdown::tree::Warnings, job::Outcome, plan::Plan, run::Upload};
use crate::{ToolCx, ToolOutput, args::resolve::Target, render::from_millis};

/// Ids that an answer lists.
const MAX_IDS: usize = 60;

/// The answer after a change.
pub(crate) fn changed<T>(
    cx: &ToolCx,
    target: &Target,
    outcome: &Outcome<T>,
    told: &[String],
    warnings: &Warnings,
) -> ToolOutput {
    let done = &outcome.done;
    let mut lines = Vec::new();
    match &done.stopped {
        None if outcome.again => lines.push(
            cx.say(
                "this call was made before; nothing was done twice",
                "该调用此前已完成，未重复执行",
            )
            .to_owned(),
        ),
        None if done.sent == 0 => {
            lines.push(cx.say("nothing to change", "无需修改").to_owned());
        }
        None => lines.push(match cx.locale {
            Locale::En => format!("changed \"{}\"", outcome.title),
            Locale::Zh => format!("已修改《{}》", outcome.title),
        }),
        Some(stopped) => {
            lines.push(match cx.locale {
                Locale::En => format!(
                    "[partial] \"{}\" was changed in part, then stopped: {}",
                    outcome.title, stopped.message
                ),
                Locale::Zh => format!(
                    "[partial] 《{}》仅部分修改，随后停止：{}",
                    outcome.title, stopped.message
                ),
            });
            lines.push(how_to_go_on(cx, outcome));
            lines.extend(stopped.log_id.iter().map(|id| format!("log_id: {id}")));
        }
    }
    for (number, line) in told.iter().enumerate() {
        lines.push(format!("{}. {line}", number + 1));
    }
    ids(&mut lines, cx.say("changed", "已改"), &done.updated);
    ids(&mut lines, cx.say("new", "新增"), &done.inserted);
    if done.deleted > 0 {
        lines.push(format!("{}: {}", cx.say("deleted", "已删"), done.deleted));
    }
    let link = target.page(cx);
    lines.push(format!(
        "{}: {} · {}: {link}",
        cx.say("revision", "版本"),
        done.revision,
        cx.say("link", "链接"),
    ));
    lines.extend(
        done.notes
            .iter()
            .map(|note| format!("{}: {note}", cx.say("warning", "警告"))),
    );
    lines.extend(upload_lines(cx, &done.uploads));
    lines.extend(warning_lines(cx, warnings));
    ToolOutput::text(lines.join("\n"))
        .with_target("docx", &target.token)
        .with_link(link, outcome.title.clone())
        .partial(done.stopped.is_some())
}

fn how_to_go_on<T>(cx: &ToolCx, outcome: &Outcome<T>) -> String {
    let (key, base) = (&outcome.key, outcome.base);
    match cx.locale {
        Locale::En => format!(
            "→ To finish it, call again with the same arguments, base_revision={base} and idempotency_key=\"{key}\"; what is done will not be done twice."
        ),
        Locale::Zh => format!(
            "→ 请以相同参数、base_revision={base}、idempotency_key=\"{key}\" 再次调用以续完，已完成的部分不会重复。"
        ),
    }
}

fn ids(lines: &mut Vec<String>, name: &str, ids: &[String]) {
    if ids.is_empty() {
        return;
    }
    let shown = ids.len().min(MAX_IDS);
    let more = match ids.len() - shown {
        0 => String::new(),
        more => format!(" … +{more}"),
    };
    lines.push(format!("{name}: {}{more}", ids[..shown].join(" ")));
}

/// The answer of a dry run.
pub(crate) fn rehearsed(
    cx: &ToolCx,
    target: &Target,
    (title, revision): (&str, i64),
    (plan, diff): (&Plan, &str),
    told: &[String],
    warnings: &Warnings,
) -> ToolOutput {
    let mut lines = vec![match cx.locale {
        Locale::En => format!(
            "dry run: nothing was written. \"{title}\" is at revision {revision}; {} requests would be sent.",
            plan.steps().len()
        ),
        Locale::Zh => format!(
            "预览：未写入任何内容。《{title}》当前版本 {revision}；将发送 {} 个请求。",
            plan.steps().len()
        ),
    }];
    for (number, line) in told.iter().enumerate() {
        lines.push(format!("{}. {line}", number + 1));
    }
    if !diff.is_empty() {
        lines.push(format!("```diff\n{diff}\n```"));
    }
    lines.extend(warning_lines(cx, warnings));
    ToolOutput::text(lines.join("\n"))
        .with_target("docx", &target.token)
        .with_link(target.page(cx), title)
}

/// What is left to do on the user's computer.
pub(crate) fn upload_lines(cx: &ToolCx, uploads: &[Upload]) -> Vec<String> {
    let Some(first) = uploads.first() else {
        return Vec::new();
    };
    let until = from_millis(first.link.expires.millis(), &cx.facts.time_zone);
    let how = match cx.locale {
        Locale::En => format!(
            "→ Run each line where its file lies; each works once, until {until}. The links are secrets; after that, media_put with at=BLOCK gives new ones."
        ),
        Locale::Zh => format!(
            "→ 请在文件所在的电脑上逐行执行；每条仅可用一次，{until} 前有效，链接为机密。过期后可用 media_put（at=块 id）重新获取。"
        ),
    };
    let lines = uploads.iter().map(|upload| {
        let (handle, block, url) = (&upload.handle, &upload.block, &upload.link.url);
        format!("curl -T 'FILE' '{url}'  # upload:{handle} → {block}")
    });
    std::iter::once(how).chain(lines).collect()
}

pub(crate) fn warning_lines(cx: &ToolCx, warnings: &Warnings) -> Vec<String> {
    warnings
        .iter()
        .map(|warning| format!("{}: {}", cx.say("warning", "警告"), warning.text(cx.locale)))
        .collect()
}
