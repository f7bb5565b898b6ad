//! Rows out of a file of the drive.

use feishu::api::{files, media};

use crate::{
    ToolCx, ToolError,
    args::{kind::Kind, resolve::resolve},
};

/// The text of a CSV file. Where the file lies is asked of the fence like everything else.
pub(super) async fn text(cx: &ToolCx, reference: &str) -> Result<String, ToolError> {
    let target = resolve(cx, reference).await?;
    if target.kind != Kind::File {
        return Err(no_csv(cx));
    }
    let file = media::download_file(&cx.feishu, &target.token, files::MAX_FILE).await;
    let bytes = file.map_err(|fault| cx.fault(fault))?.bytes;
    let text = String::from_utf8(bytes.to_vec());
    // A workbook is a ZIP archive, which is no text.
    match text {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(no_csv(cx)),
    }
}

fn no_csv(cx: &ToolCx) -> ToolError {
    ToolError::invalid(cx.say(
        "only a CSV file in UTF-8 can be read as rows",
        "只能读取 UTF-8 编码的 CSV 文件",
    ))
    .with_hint(cx.say(
        "Save the workbook as CSV (UTF-8), upload it with `media_put`, and pass its ref. `files` \
         import makes a new base out of an XLSX file.",
        "请将工作簿另存为 CSV（UTF-8），用 `media_put` 上传后传入其引用；`files` import 可将 XLSX 导入为新的多维表格。",
    ))
}
