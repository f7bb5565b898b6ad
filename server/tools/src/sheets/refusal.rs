//! What Feishu's refusals about spreadsheets mean, and what to do next.

use feishu::FeishuError;
use model::Locale;

use crate::{ErrorKind, ToolCx, ToolError};

type Words = (
    ErrorKind,
    (&'static str, &'static str),
    (&'static str, &'static str),
);

/// The meaning of the last digits, which both versions of the API share.
const fn words(digits: i64) -> Option<Words> {
    Some(match digits {
        202 | 212 => (
            ErrorKind::Invalid,
            ("Feishu does not know this range", "飞书无法识别该范围"),
            (
                "Read the tab again: rows or columns may have been deleted.",
                "请重新读取该工作表，行或列可能已被删除。",
            ),
        ),
        207 | 250 => (
            ErrorKind::Invalid,
            ("Feishu does not take this title", "飞书不接受该名称"),
            ("Choose another title.", "请更换名称。"),
        ),
        208 | 210 | 240 => (
            ErrorKind::Conflict,
            ("this name is taken", "该名称已被使用"),
            ("Choose another name.", "请更换名称。"),
        ),
        211 | 215 => (
            ErrorKind::NotFound,
            ("the tab is gone", "该工作表已不存在"),
            ("Read the spreadsheet again.", "请重新读取该表格。"),
        ),
        218 => (
            ErrorKind::ForbiddenResource,
            (
                "the cells are locked against this user",
                "单元格已被锁定，该用户无法修改",
            ),
            (
                "sheet_read as=layout tells what is protected; its editors or the owner can change it.",
                "可用 sheet_read as=layout 查看保护范围；需由其编辑者或所有者修改。",
            ),
        ),
        219 => (
            ErrorKind::Invalid,
            (
                "the spreadsheet would have too many cells",
                "单元格总数将超过上限",
            ),
            (
                "A spreadsheet holds 5,000,000 cells and a tab 13,000 columns: delete what is empty, or make another one.",
                "一个表格最多 500 万单元格、每个工作表 13,000 列：请删除空白行列或另建表格。",
            ),
        ),
        221 | 222 | 226 | 227 => (
            ErrorKind::Invalid,
            ("this is more than Feishu takes at once", "超出飞书单次上限"),
            ("Do it in smaller parts.", "请分批进行。"),
        ),
        228 | 242 => (
            ErrorKind::Conflict,
            (
                "the spreadsheet is being imported or changed over",
                "表格正在导入或转换",
            ),
            ("Try again in a minute.", "请一分钟后重试。"),
        ),
        249 | 304 => (
            ErrorKind::NotFound,
            ("the spreadsheet was deleted", "该表格已被删除"),
            ("Choose another one.", "请选择其他表格。"),
        ),
        236 => (
            ErrorKind::Invalid,
            ("Feishu does not take this filter", "飞书不接受该筛选条件"),
            (
                "`help sheets` shows how filters are written.",
                "筛选写法见 `help` 的 sheets 主题。",
            ),
        ),
        _ => return None,
    })
}

/// The error in the caller's language.
pub(crate) fn explain(cx: &ToolCx, fault: FeishuError) -> ToolError {
    let digits = match &fault {
        FeishuError::Api { code, .. } if (90_200..90_400).contains(code) => code - 90_000,
        FeishuError::Api { code, .. } if (1_310_200..1_310_300).contains(code) => code - 1_310_000,
        _ => return cx.fault(fault),
    };
    let mut error = cx.fault(fault);
    if let Some((kind, message, hint)) = words(digits) {
        error.kind = kind;
        let pick = |(en, zh): (&str, &str)| match cx.locale {
            Locale::En => en.to_owned(),
            Locale::Zh => zh.to_owned(),
        };
        error.message = pick(message);
        error.hint = Some(pick(hint));
    }
    error
}

/// Whether a call may have had its effect though no answer came.
pub(crate) const fn is_unclear(fault: &FeishuError) -> bool {
    match fault {
        FeishuError::Timeout | FeishuError::Transport(_) | FeishuError::Decode { .. } => true,
        FeishuError::Api { http, .. } => *http >= 500,
        _ => false,
    }
}
