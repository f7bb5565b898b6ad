//! What `media_put` answers.

use model::Locale;
use serde_json::json;

use super::{
    super::{Placed, Source, UploadKind, UploadLink, spot},
    Place,
};
use crate::{
    ToolCx, ToolError, ToolOutput,
    args::resolve::Target,
    render::{clean_line, from_millis},
};

/// It is in the block.
pub(in crate::media) fn delivered(
    cx: &ToolCx,
    target: &Target,
    block: &str,
    kind: UploadKind,
    placed: &Placed,
) -> ToolOutput {
    let link = spot::page(cx, target, block);
    let what = match kind {
        UploadKind::Image => cx.say("the image is in the document", "图片已插入文档"),
        UploadKind::File => cx.say("the file is in the document", "文件已插入文档"),
    };
    let text = [
        format!("{what}: {} ({} B)", placed.name, placed.bytes),
        format!("block: {block}"),
        format!("ref: media:{}", placed.token),
        format!("{}: {link}", cx.say("link", "链接")),
        format!("{}: {}", cx.say("revision", "版本"), placed.revision),
    ];
    ToolOutput::text(text.join("\n"))
        .with_structured(json!({
            "token": placed.token,
            "block_id": block,
            "name": placed.name,
            "bytes": placed.bytes,
            "revision": placed.revision,
            "link": link,
        }))
        .with_target(target.kind.word(), &target.token)
        .with_link(link, &placed.name)
}

/// It is in the drive.
pub(super) fn stored(cx: &ToolCx, placed: &Placed) -> ToolOutput {
    let link = cx.facts.page(&format!("/file/{}", placed.token));
    let text = [
        format!(
            "{}: {} ({} B)",
            cx.say("the file is in the drive", "文件已存入云盘"),
            placed.name,
            placed.bytes
        ),
        format!("ref: file:{}", placed.token),
        format!("{}: {link}", cx.say("link", "链接")),
    ];
    ToolOutput::text(text.join("\n"))
        .with_structured(json!({
            "token": placed.token,
            "name": placed.name,
            "bytes": placed.bytes,
            "link": link,
        }))
        .with_target("file", &placed.token)
        .with_link(link, &placed.name)
}

/// The block exists and is empty.
pub(in crate::media) fn blocked(
    cx: &ToolCx,
    target: &Target,
    block: &str,
    error: &ToolError,
) -> ToolOutput {
    let mut lines = vec![
        format!(
            "[partial] {}: {}",
            cx.say(
                "an empty block was made, but nothing is in it yet",
                "已创建空块，但内容尚未写入"
            ),
            error.message
        ),
        format!(
            "→ {} at=\"{block}\"",
            cx.say(
                "Call media_put again with the same ref and",
                "请用相同的 ref 再次调用 media_put，并传"
            )
        ),
    ];
    lines.extend(error.hint.clone());
    lines.push(format!("block: {block}"));
    lines.push(format!(
        "{}: {}",
        cx.say("link", "链接"),
        spot::page(cx, target, block)
    ));
    lines.extend(error.log_id.iter().map(|id| format!("log_id: {id}")));
    ToolOutput::text(lines.join("\n"))
        .with_target(target.kind.word(), &target.token)
        .partial(true)
}

/// A link waits for the bytes.
pub(super) fn waiting(
    cx: &ToolCx,
    place: Option<(&Target, &str)>,
    link: &UploadLink,
) -> ToolOutput {
    let until = from_millis(link.expires.millis(), &cx.facts.time_zone);
    let size = link.max_bytes / 1_048_576;
    let how = match cx.locale {
        Locale::En => {
            format!("run this where the file lies; one upload, at most {size} MiB, until {until}:")
        }
        Locale::Zh => {
            format!("请在文件所在的电脑上执行；仅可上传一次，最大 {size} MiB，{until} 前有效：")
        }
    };
    let mut lines = vec![how, format!("curl -T 'FILE' '{}'", link.url)];
    lines.push(
        cx.say(
            "The answer tells the token. The link is a secret: give it to nobody else.",
            "返回结果中包含 token。链接为机密，请勿转给他人。",
        )
        .to_owned(),
    );
    let mut data = json!({
        "upload_url": link.url,
        "method": "PUT",
        "expires": until,
        "max_bytes": link.max_bytes,
    });
    let mut output = ToolOutput::default();
    if let Some((target, block)) = place {
        lines.push(format!("block: {block}"));
        lines.push(format!(
            "{}: {}",
            cx.say("link", "链接"),
            spot::page(cx, target, block)
        ));
        data["block_id"] = json!(block);
        output = output.with_target(target.kind.word(), &target.token);
    }
    output.text = lines.join("\n");
    output.with_structured(data)
}

/// What would be done.
pub(super) fn preview(cx: &ToolCx, place: &Place, source: Option<&Source>) -> ToolOutput {
    let from = match source {
        None => cx.say("an upload link", "上传链接").to_owned(),
        Some(Source::Url(url)) => clean_line(url, 200),
        Some(Source::Base64(_) | Source::Incoming) => {
            cx.say("the bytes given", "传入的内容").to_owned()
        }
        Some(Source::Media(token)) => format!("media:{token}"),
    };
    let to = match place {
        Place::Folder(folder) if folder.is_empty() => {
            cx.say("the user's root folder", "用户根目录").to_owned()
        }
        Place::Folder(folder) => format!("folder:{folder}"),
        Place::Filled(target, block) => format!(
            "{} {} ({})",
            target.reference(),
            block.block_id,
            if spot::token(block).is_some() {
                cx.say("its content is replaced", "替换原内容")
            } else {
                cx.say("empty", "空块")
            }
        ),
        Place::Gap(target, gap) => format!(
            "{} {} {} {}",
            target.reference(),
            cx.say("new block under", "新块，位于"),
            gap.parent,
            gap.index
        ),
    };
    ToolOutput::text(format!(
        "{}: {from} → {to}",
        cx.say("dry run, nothing was done", "预览，未执行")
    ))
}
