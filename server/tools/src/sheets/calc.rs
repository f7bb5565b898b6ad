//! `sheet_calc`: computes formulas over a live spreadsheet, also as if some cells held something
//! else, without writing.
//!
//! Endpoints: `sheets.v3.spreadsheetSheet.query` for the tabs and
//! `sheets.v2.spreadsheets.values_batch_get.get` for the areas that the formulas need.

mod changes;
mod fetch;
mod report;

use std::{sync::Arc, time::Duration};

use formulas::{Answer, Moment, Plan, Question, Refusal};
use model::{Capability, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::{sync::Semaphore, task, time};

use super::book;
use crate::{ErrorKind, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec};

/// Formulas of one call.
const FORMULAS: usize = 20;
/// Engines at work at one time: each takes a core.
static ENGINES: Semaphore = Semaphore::const_new(2);
/// Longest time that a call waits for its engine.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct SheetCalc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    formulas: Vec<String>,
    #[serde(default)]
    set: Option<Vec<String>>,
    #[serde(default)]
    tab: Option<String>,
}

impl Tool for SheetCalc {
    const SPEC: ToolSpec = ToolSpec {
        name: "sheet_calc",
        title: Text::new("Calculate over a spreadsheet", "表格试算"),
        description: Text::new(
            "Computes formulas over a Feishu spreadsheet without writing: sums, look-ups, conditions, \
             dates, arrays. With set it is a what-if: the cells are taken to hold these values and \
             all that hangs on them is computed anew; before and after are told. help topic: calc.",
            "在不写入的情况下对飞书电子表格计算公式：求和、查找、条件、日期、数组等。传 set 即为假设分析：假定单元格取这些值，重算所有依赖项，并给出前后结果。详见 help 的 calc 主题。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Feishu link (also a wiki page), sheet:TOKEN or token.",
                    "飞书链接（含知识库页面）、sheet:TOKEN 或 token。",
                ),
            ),
            (
                "formulas",
                Text::new(
                    "As in a cell: =SUM(D2:D9), ='Q1 plan'!B3. At most 20.",
                    "与单元格写法相同：=SUM(D2:D9)、=汇总!B3，最多 20 个。",
                ),
            ),
            (
                "set",
                Text::new(
                    "Cells taken to hold something else: Tab!B2=100, B3==A1*2.",
                    "假定的单元格取值：工作表!B2=100、B3==A1*2。",
                ),
            ),
            (
                "tab",
                Text::new(
                    "Tab of cells without one; default the first.",
                    "未写工作表时所指的工作表；默认第一个。",
                ),
            ),
        ],
        effect: Effect::Read,
        reading_ops: &[],
        capability: Some(Capability::SheetsRead),
        scopes: &["sheets:spreadsheet:readonly"],
        idempotent: true,
        open_world: true,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        if input.formulas.is_empty() || input.formulas.len() > FORMULAS {
            return Err(ToolError::invalid(
                cx.say("pass 1 to 20 formulas", "请传入 1 至 20 个公式"),
            ));
        }
        let book = book::open(cx, &input.r#ref).await?;
        let home = fetch::home(cx, &book, input.tab.as_deref())?;
        let changes = changes::read(cx, &book, home, input.set.as_deref().unwrap_or_default())?;
        let question = |formula: &String| Question {
            formula: formula.clone(),
            tab: home,
        };
        let questions: Vec<Question> = input.formulas.iter().map(question).collect();
        let supposed = !changes.is_empty();
        let plan = Plan::new(fetch::tabs(&book), &questions, changes);
        let mut plan = plan.map_err(|refusal| refused(cx, &refusal))?;
        let revision = fetch::fill(cx, &book, &mut plan).await?;
        let fetched = plan.fetched();
        let (after, before) = compute(cx, plan, supposed).await?;
        let told = report::Told {
            formulas: &input.formulas,
            after: &after,
            before: before.as_deref(),
            fetched,
            revision,
        };
        let link = book.target.page(cx);
        Ok(report::report(cx, &told)
            .with_target("sheet", &book.target.token)
            .with_link(link, &input.formulas[0]))
    }
}

type Results = (Vec<Answer>, Option<Vec<Answer>>);

/// Runs the engine where it blocks nobody. A call that takes too long is given up; its engine ends
/// on its own, and until then its place is taken.
async fn compute(cx: &ToolCx, plan: Plan, supposed: bool) -> Result<Results, ToolError> {
    let moment = Moment {
        unix_ms: cx.now.millis(),
        zone: cx.facts.time_zone.clone(),
    };
    let plan = Arc::new(plan);
    let work = async {
        let place = ENGINES.acquire().await;
        task::spawn_blocking(move || {
            let _place = place;
            let after = plan.compute(&moment)?;
            let before = supposed.then(|| plan.before(&moment)).transpose()?;
            Ok::<_, Refusal>((after, before))
        })
        .await
    };
    match time::timeout(PATIENCE, work).await {
        Ok(Ok(results)) => results.map_err(|refusal| refused(cx, &refusal)),
        Ok(Err(_stopped)) => Err(ToolError::internal(cx.locale)),
        Err(_late) => Err(ToolError::invalid(
            cx.say("the calculation takes too long", "计算耗时过长"),
        )
        .with_hint(cx.say(
            "Name smaller ranges, or ask for fewer formulas at once.",
            "请缩小范围，或减少单次公式数量。",
        ))),
    }
}

/// Why a question is not answered, in the caller's language.
fn refused(cx: &ToolCx, refusal: &Refusal) -> ToolError {
    let (zh, hint_en, hint_zh) = match refusal {
        Refusal::TooLong { most } => (
            format!("公式超过 {most} 个字符"),
            "Split the formula.",
            "请拆分公式。",
        ),
        Refusal::TooDeep { most } => (
            format!("公式嵌套超过 {most} 层"),
            "Split the formula.",
            "请拆分公式。",
        ),
        Refusal::TooManyCells { cells, most } => (
            format!("公式至少需要 {cells} 个单元格，最多读取 {most} 个"),
            "Name ranges with both ends (D2:D500) rather than whole columns; INDIRECT and OFFSET need whole tabs.",
            "请写明起止范围（如 D2:D500）而非整列；INDIRECT 与 OFFSET 需要读取整个工作表。",
        ),
        Refusal::TooLargeArray { cells, most } => (
            format!("可能产生 {cells} 个单元格的数组，最多计算 {most} 个"),
            "Name smaller ranges.",
            "请缩小范围。",
        ),
        Refusal::UnseenSize { function } => (
            format!("{function} 的大小参数须为数字"),
            "Write the size as plain numbers.",
            "请直接写数字。",
        ),
        Refusal::NotComputed { what } => (
            format!("不支持计算：{what}"),
            "Write it with plain arithmetic, such as =(A1-32)/1.8.",
            "请改用算术表达式，例如 =(A1-32)/1.8。",
        ),
        Refusal::TooLongChain { most } => (
            format!("单元格依赖链超过 {most} 层"),
            "Set a cell nearer to the result.",
            "请改为设定更靠近结果的单元格。",
        ),
        Refusal::Engine(_) => return ToolError::internal(cx.locale),
    };
    let message = match cx.locale {
        model::Locale::En => refusal.to_string(),
        model::Locale::Zh => zh,
    };
    ToolError::new(ErrorKind::Invalid, message).with_hint(cx.say(hint_en, hint_zh))
}
