//! Text drawings on boards.

use feishu::{
    FeishuError,
    api::board::{self, Syntax},
};

use crate::{ToolCx, ToolError};

/// Most characters of one drawing (`plant_uml_code`).
const CODE_MAX: usize = 1_000_000;
/// `invalid format` and `invalid arg`: what Feishu says of code that it cannot draw.
const NOT_DRAWN: [i64; 2] = [2_890_001, 2_890_002];

/// Draws on a board that the caller was admitted to; gives the id of the node.
///
/// # Errors
/// [`crate::ErrorKind::Invalid`] for code that Feishu cannot draw; nothing is on the board then.
pub(crate) async fn draw(
    cx: &ToolCx,
    board: &str,
    syntax: Syntax,
    code: &str,
) -> Result<String, ToolError> {
    let code = code.trim();
    if code.is_empty() || code.chars().count() > CODE_MAX {
        return Err(ToolError::invalid(cx.say(
            "a drawing is 1 to 1,000,000 characters of text",
            "图表代码需为 1–1,000,000 字",
        )));
    }
    let drawn = board::draw(&cx.feishu, board, syntax, code).await;
    drawn.map_err(|fault| match &fault {
        FeishuError::Api { code, .. } if NOT_DRAWN.contains(code) => {
            let name = match syntax {
                Syntax::Mermaid => "Mermaid",
                Syntax::PlantUml => "PlantUML",
            };
            let mut error = cx.fault(fault);
            error.message = format!(
                "{} {name}",
                cx.say("Feishu could not draw this as", "飞书无法绘制该")
            );
            error.with_hint(cx.say(
                "Correct the syntax (first line: the kind of diagram) and try again. The board \
                 is unchanged.",
                "请修正语法（首行为图表类型）后重试，画板未改变。",
            ))
        }
        _ => cx.fault(fault),
    })
}
