//! `chart_create`: draws a chart of a sheet's cells or of values in the call, and shows it or puts
//! it into a document or over a sheet.
//!
//! Endpoints: `sheets.v2.spreadsheets.values_batch_get.get` for the cells; as `media_put` for a
//! document; `drive.v1.media.upload*` and `sheets.v3.spreadsheetSheetFloatImage.create` for a sheet.

mod data;
mod options;
mod put;

use bytes::Bytes;
use charts::{Chart, Fonts, Kind, NoFont, Picture, Refusal};
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::task;

use self::options::Options;
use crate::{
    ErrorKind, Image, Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec,
    sheets::{
        book,
        grid::{self, View},
        plain::words,
    },
};

/// Cells of a chart.
const CELLS: u64 = 30_000;
/// Dots for each unit of a picture that is shown to a model, and of one that people look at.
const SHOWN: f32 = 1.0;
const PLACED: f32 = 2.0;

pub(crate) struct ChartCreate;

/// The kinds of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Drawn {
    Bar,
    StackedBar,
    Line,
    Area,
    Pie,
    Scatter,
    Combo,
}

impl Drawn {
    const fn kind(self) -> Kind {
        match self {
            Self::Bar => Kind::Bar,
            Self::StackedBar => Kind::StackedBar,
            Self::Line => Kind::Line,
            Self::Area => Kind::Area,
            Self::Pie => Kind::Pie,
            Self::Scatter => Kind::Scatter,
            Self::Combo => Kind::Combo,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    kind: Drawn,
    #[serde(default)]
    r#ref: Option<String>,
    #[serde(default)]
    range: Option<String>,
    #[serde(default)]
    data: Option<String>,
    #[serde(default)]
    options: Option<Vec<String>>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Tool for ChartCreate {
    const SPEC: ToolSpec = ToolSpec {
        name: "chart_create",
        title: Text::new("Draw a chart", "生成图表"),
        description: Text::new(
            "Draws a chart of a spreadsheet range or of tab-separated data: first column labels, \
             further columns series, first row names. Without `to` the picture is shown to you and \
             nothing is written; with it, it is put into a document or over a sheet. help topic: charts.",
            "将电子表格范围或制表符分隔的数据绘制成图表：首列为标签，其余列为系列，首行为名称。不传 `to` 只展示图片、不写入；传入后放入文档或浮动于表格上。详见 help 的 charts 主题。",
        ),
        args: &[
            ("kind", Text::new("Kind of chart.", "图表类型。")),
            (
                "ref",
                Text::new("Spreadsheet with the values.", "数据所在电子表格。"),
            ),
            (
                "range",
                Text::new(
                    "Tab!A1:C13; default the first tab.",
                    "工作表!A1:C13；默认第一个工作表。",
                ),
            ),
            (
                "data",
                Text::new(
                    "Tab-separated lines, instead of ref.",
                    "制表符分隔的数据，代替 ref。",
                ),
            ),
            (
                "options",
                Text::new(
                    "title=…, x=…, y=… (titles of axes), legend=off, series=rows, as=svg.",
                    "title=…、x=…、y=…（坐标轴标题）、legend=off、series=rows、as=svg。",
                ),
            ),
            (
                "to",
                Text::new(
                    "Document or spreadsheet to put it in.",
                    "要放入的文档或电子表格。",
                ),
            ),
            (
                "at",
                Text::new(
                    "In a document a block id (after it; default end), in a sheet a cell: Tab!H2.",
                    "文档：块 id（插入其后，默认文末）；表格：单元格，如 工作表!H2。",
                ),
            ),
            (
                "idempotency_key",
                Text::new(
                    "The same key makes no second block.",
                    "相同 key 不会重复插入。",
                ),
            ),
        ],
        effect: Effect::Write,
        reading_ops: &[],
        capability: Some(Capability::SheetsRead),
        scopes: &[],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        if put::given(input.to.as_deref()).is_some() {
            Effect::Write
        } else {
            Effect::Read
        }
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let options = Options::read(cx, input.options.as_deref().unwrap_or_default())?;
        let to = put::given(input.to.as_deref());
        if options.svg && to.is_some() {
            return Err(ToolError::invalid(cx.say(
                "Feishu shows no SVG; leave `as` out when `to` is given",
                "飞书不支持显示 SVG；传 `to` 时请勿指定 as",
            )));
        }
        // The place is looked at first, so that nothing is drawn for a place that takes nothing.
        let place = match to {
            Some(to) => Some(put::Place::find(cx, to, input.at.as_deref()).await?),
            None => None,
        };
        let table = table(cx, &input).await?;
        let chart = data::chart(cx, input.kind.kind(), &table, &options)?;
        let picture = chart.draw().map_err(|refusal| refused(cx, refusal))?;
        let about = about(cx, &chart);
        if options.svg {
            return Ok(ToolOutput::text(picture.svg()));
        }
        let Some(place) = place else {
            let bytes = paint(cx, picture, SHOWN).await?;
            return Ok(ToolOutput::text(about).with_image(Image {
                mime_type: "image/png",
                bytes,
            }));
        };
        let bytes = paint(cx, picture, PLACED).await?;
        let name = options.title.as_deref().unwrap_or("chart");
        let key = input.idempotency_key.as_deref();
        put::put(cx, place, bytes, name, key, &about).await
    }
}

/// The cells, as lines of words.
async fn table(cx: &ToolCx, input: &Input) -> Result<Vec<Vec<String>>, ToolError> {
    match (
        put::given(input.r#ref.as_deref()),
        put::given(input.data.as_deref()),
    ) {
        (None, Some(data)) => Ok(data
            .lines()
            .map(|line| {
                line.split('\t')
                    .map(|cell| cell.trim().to_owned())
                    .collect()
            })
            .collect()),
        (Some(reference), None) => {
            let book = book::open(cx, reference).await?;
            let place = book.place(cx, input.range.as_deref())?;
            let area = place.area(cx)?;
            if area.cells() > CELLS {
                return Err(ToolError::invalid(cx.say(
                    "the range has more than 30,000 cells",
                    "范围超过 30,000 个单元格",
                ))
                .with_hint(cx.say(
                    "Name the columns and rows that the chart shows: Tab!A1:C13.",
                    "请指定图表所需的行列：工作表!A1:C13。",
                )));
            }
            let token = &book.target.token;
            let grid = grid::fetch(cx, token, &place.tab.id, area, View::Values).await?;
            let zone = &cx.facts.time_zone;
            let rows = grid.rows.iter();
            Ok(rows
                .map(|row| row.iter().map(|value| words(value, zone)).collect())
                .collect())
        }
        _ => Err(ToolError::invalid(cx.say(
            "pass `ref` or `data`, one of them",
            "`ref` 与 `data` 须传且只能传一个",
        ))),
    }
}

/// Paints where it blocks nobody.
async fn paint(cx: &ToolCx, picture: Picture, scale: f32) -> Result<Bytes, ToolError> {
    cx.check()?;
    let painted = task::spawn_blocking(move || {
        let fonts = Fonts::find()?;
        Ok::<_, NoFont>(picture.png(&fonts, scale))
    });
    match painted.await {
        Ok(Ok(Ok(png))) => Ok(png.into()),
        Ok(Err(NoFont)) => Err(ToolError::new(
            ErrorKind::Internal,
            cx.say(
                "this server has no font with Chinese letters, so no picture can be painted",
                "服务器未安装中文字体，无法生成图片",
            ),
        )
        .with_hint(cx.say(
            "Ask its operator to install the Debian package fonts-noto-cjk or fonts-wqy-microhei; as=svg works without.",
            "请让运维人员安装 Debian 软件包 fonts-noto-cjk 或 fonts-wqy-microhei；as=svg 不受影响。",
        ))),
        Ok(Ok(Err(_))) | Err(_) => Err(ToolError::internal(cx.locale)),
    }
}

/// What is on the picture, for who does not see it.
fn about(cx: &ToolCx, chart: &Chart) -> String {
    let names: Vec<&str> = chart
        .series
        .iter()
        .map(|series| series.name.as_str())
        .collect();
    let (labels, names) = (chart.labels.len(), names.join(", "));
    match cx.locale {
        Locale::En => format!("chart of {labels} labels; series: {names}"),
        Locale::Zh => format!("图表：{labels} 个标签；系列：{names}"),
    }
}

fn refused(cx: &ToolCx, refusal: Refusal) -> ToolError {
    let (zh, en_hint, zh_hint) = match refusal {
        Refusal::Empty => (
            "没有可绘制的数值".to_owned(),
            "The first row is names and the first column labels; numbers stand in the others.",
            "首行应为名称、首列为标签，其余为数值。",
        ),
        Refusal::TooManySeries { found, most } => (
            format!("图表最多 {most} 个系列，当前 {found} 个"),
            "Name fewer columns, or swap with series=rows.",
            "请减少列数，或用 series=rows 转置。",
        ),
        Refusal::TooManyPoints { found, most } => (
            format!("每个系列最多 {most} 个点，当前 {found} 个"),
            "Name fewer rows, or add them up first.",
            "请减少行数，或先汇总。",
        ),
        Refusal::Negative => ("饼图不能含负数".to_owned(), "Use kind bar.", "请改用 bar。"),
        Refusal::NoPlaces => (
            "散点图的首列须为数字".to_owned(),
            "Put the numbers of the x axis into the first column.",
            "请将 x 轴数值放在首列。",
        ),
        Refusal::OneSeries => (
            "组合图至少需要两个系列".to_owned(),
            "The last series becomes the line.",
            "最后一个系列为折线。",
        ),
        Refusal::Paint => return ToolError::internal(cx.locale),
    };
    let message = match cx.locale {
        Locale::En => refusal.to_string(),
        Locale::Zh => zh,
    };
    ToolError::invalid(message).with_hint(cx.say(en_hint, zh_hint))
}
