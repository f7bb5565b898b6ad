//! `watch_file`: asks Feishu to tell the tenant's app of changes of a file. Without it no event
//! about the file comes.

use feishu::api::subscriptions;
use model::policy::Effect;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, args::resolve::resolve};

pub(crate) struct WatchFile;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
}

impl Tool for WatchFile {
    const SPEC: ToolSpec = ToolSpec {
        name: "watch_file",
        title: Text::new("Watch a file", "关注文件"),
        description: Text::new(
            "Asks Feishu to tell the organisation's app of changes of a document, sheet or base. \
             The app must manage the file.",
            "让飞书把文档、表格或多维表格的变更通知企业应用。应用须有该文件的管理权限。",
        ),
        args: &[(
            "ref",
            Text::new(
                "Feishu link, kind:TOKEN or bare token.",
                "飞书链接、kind:TOKEN 或 token。",
            ),
        )],
        effect: Effect::Write,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let target = resolve(cx, &input.r#ref).await?;
        subscriptions::subscribe(&cx.feishu, &target.token, target.kind.feishu())
            .await
            .map_err(|fault| cx.fault(fault))?;
        Ok(ToolOutput::text(format!(
            "{} {}",
            cx.say("watched:", "已关注："),
            target.reference()
        ))
        .with_target(target.kind.word(), &target.token))
    }
}
