//! What Feishu's refusals of moving, making and sharing mean here.

use feishu::FeishuError;

use crate::{ErrorKind, ToolCx, ToolError};

/// As [`ToolCx::fault`], with a hint where Feishu's code tells more than its class.
#[expect(clippy::too_many_lines, reason = "a table of codes")]
pub(crate) fn explain(cx: &ToolCx, fault: FeishuError) -> ToolError {
    let code = match &fault {
        FeishuError::Api { code, .. } => *code,
        _ => 0,
    };
    let mut error = cx.fault(fault);
    let (kind, hint) = match code {
        1_061_041 | 1_061_044 | 1_068_404 | 1_069_912 => (
            ErrorKind::NotFound,
            cx.say(
                "The place does not exist or was deleted. Choose another one.",
                "目标位置不存在或已被删除，请另选位置。",
            ),
        ),
        1_062_505 | 1_062_507 | 131_003 | 1_061_042 => (
            ErrorKind::Invalid,
            cx.say(
                "The place is full. Choose another one.",
                "目标位置已满，请另选位置。",
            ),
        ),
        1_062_506 => (
            ErrorKind::Invalid,
            cx.say(
                "Folders may be 15 deep. Choose a place further up.",
                "文件夹最多 15 层，请选择更上层的位置。",
            ),
        ),
        1_061_008 | 1_061_109 | 1_068_401 => (
            ErrorKind::Invalid,
            cx.say(
                "Feishu does not accept this name. Choose another one.",
                "飞书不接受该名称，请更换。",
            ),
        ),
        1_062_501 | 1_062_502 | 1_062_524 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "The user may not change this place or something in it. Ask its owner.",
                "该用户无权更改该位置或其中的内容，请联系所有者。",
            ),
        ),
        1_062_535 | 1_069_908 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "The user may not put anything there. Choose another place, or ask its owner.",
                "该用户无权在目标位置添加内容，请另选位置或联系其所有者。",
            ),
        ),
        131_008 => (
            ErrorKind::Conflict,
            cx.say("It is in a wiki already.", "它已在知识库中。"),
        ),
        131_101 => (
            ErrorKind::Invalid,
            cx.say(
                "A page cannot go below itself. Choose another place.",
                "页面不能移到其自身之下，请另选位置。",
            ),
        ),
        1_063_003 => (
            ErrorKind::Invalid,
            cx.say(
                "Feishu does not allow this here: a setting of the organisation or of what it lies in forbids it.",
                "飞书不允许此操作：企业设置或上级权限设置禁止。",
            ),
        ),
        1_063_004 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "The user may open this but not share it. Ask its owner.",
                "该用户可以打开但无权分享，请联系所有者。",
            ),
        ),
        1_063_005 => (
            ErrorKind::NotFound,
            cx.say("It was deleted.", "它已被删除。"),
        ),
        1_064_510 | 1_064_511 => (
            ErrorKind::ForbiddenResource,
            cx.say(
                "It belongs to another organisation and cannot be taken along.",
                "它属于其他企业，无法操作。",
            ),
        ),
        _ => return error,
    };
    error.kind = kind;
    error.hint = Some(hint.to_owned());
    error
}
