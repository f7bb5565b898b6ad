//! `base_manage`: tables, fields, views, forms, roles and dashboards of a base.
//!
//! Endpoints: `bitable.v1.app.update`, `bitable.v1.appTable.*`, `.appTableField.*`,
//! `.appTableView.*`, `.appTableForm.patch`, `.appTableFormField.patch`, `.appRole.*`,
//! `.appRoleMember.*`, `.appDashboard.copy`. Feishu has no published calls for sorts and groups of
//! views, for new dashboards, and for lookups.

mod field;
mod role;
mod settings;
mod view;

use feishu::api::bitable::{self, AppChange, fields, roles, views};
use model::{Capability, Locale, policy::Effect};
use schemars::JsonSchema;
use serde::Deserialize;

use self::settings::{Settings, truth};
use super::{
    grid::Grid,
    near,
    place::{Place, base},
};
use crate::{
    Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec, cx::Begun, docs::write::key::Key,
    render::clean_line,
};

pub(crate) struct BaseManage;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Base,
    Table,
    Field,
    View,
    Form,
    Role,
    Dashboard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Create,
    Update,
    Copy,
    Delete,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    r#ref: String,
    part: Part,
    op: Op,
    #[serde(default)]
    table: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    settings: Option<Vec<String>>,
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

impl Input {
    fn dry(&self) -> bool {
        self.dry_run == Some(true)
    }

    /// A new type or new choices of a field can cost what is in its cells.
    fn loses(&self) -> bool {
        let names = self.settings.iter().flatten();
        let mut names = names.filter_map(|text| text.split([':', '：']).next());
        self.part == Part::Field
            && self.op == Op::Update
            && names.any(|name| matches!(name.trim().to_lowercase().as_str(), "type" | "options"))
    }
}

impl Tool for BaseManage {
    const SPEC: ToolSpec = ToolSpec {
        name: "base_manage",
        title: Text::new("Manage a base", "管理多维表格"),
        description: Text::new(
            "Creates, changes, copies or deletes parts of a Feishu base: tables, fields, views \
             (grid, kanban, gallery, gantt, form), forms, roles, dashboards. Settings are \"name: value\" \
             lines, listed in `help base`. A new base is made with `files`; records with `base_write`.",
            "新增、修改、复制、删除多维表格的组成部分：数据表、字段、视图（grid、kanban、gallery、gantt、form）、表单、角色、仪表盘。设置项写作“名称: 值”，见 `help base`。新建多维表格用 `files`，写记录用 `base_write`。",
        ),
        args: &[
            (
                "ref",
                Text::new(
                    "Link, wiki link, base:TOKEN.",
                    "链接、知识库链接或 base:TOKEN。",
                ),
            ),
            ("part", Text::new("What.", "对象。")),
            ("op", Text::new("What to do.", "操作。")),
            (
                "table",
                Text::new(
                    "Table of the field, view or form.",
                    "字段、视图或表单所在的数据表。",
                ),
            ),
            ("name", Text::new("Its name or id.", "名称或 id。")),
            (
                "settings",
                Text::new(
                    "Such as \"type: select\", \"options: A | B\", \"where: Status is A\".",
                    "如 \"type: select\"、\"options: A | B\"、\"where: 状态 is A\"。",
                ),
            ),
            ("dry_run", Text::new("Only show.", "仅预览。")),
            (
                "idempotency_key",
                Text::new("Same key, same call.", "相同键视为同一调用。"),
            ),
        ],
        effect: Effect::Destroy,
        reading_ops: &[],
        capability: Some(Capability::BasesWrite),
        scopes: &["bitable:app"],
        idempotent: false,
        open_world: true,
    };
    type Input = Input;

    fn effect(input: &Input) -> Effect {
        if input.op == Op::Delete || input.loses() {
            Effect::Destroy
        } else {
            Effect::Write
        }
    }

    fn needs_confirmation(input: &Input) -> bool {
        Self::effect(input) == Effect::Destroy && !input.dry()
    }

    async fn question(cx: &ToolCx, input: &Input) -> Result<String, ToolError> {
        let place = base(cx, &input.r#ref).await?;
        let app = bitable::app(&cx.feishu, place.app()).await;
        let title = clean_line(&app.map_err(|fault| cx.fault(fault))?.name, 80);
        let name = clean_line(input.name.as_deref().unwrap_or_default(), 80);
        let part = word(cx, input.part);
        Ok(match (input.op, cx.locale) {
            (Op::Delete, Locale::En) => format!(
                "Delete the {part} \"{name}\" of the base \"{title}\" with all that is in it?"
            ),
            (Op::Delete, Locale::Zh) => {
                format!("是否删除多维表格《{title}》的{part}“{name}”及其全部内容？")
            }
            (_, Locale::En) => format!(
                "Change type or options of the field \"{name}\" in the base \"{title}\"? Values that do not fit are lost."
            ),
            (_, Locale::Zh) => {
                format!("是否更改多维表格《{title}》中字段“{name}”的类型或选项？不匹配的值将丢失。")
            }
        })
    }

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let place = base(cx, &input.r#ref).await?;
        let settings = Settings::read(cx, input.settings.as_deref().unwrap_or_default())?;
        let told = change(cx, &place, &input, &settings).await?;
        let mut text = match (input.dry(), input.op) {
            (true, _) => cx.say("Preview, nothing is changed", "预览，未更改"),
            (_, Op::Create) => cx.say("Created", "已创建"),
            (_, Op::Update) => cx.say("Changed", "已更改"),
            (_, Op::Copy) => cx.say("Copied", "已复制"),
            (_, Op::Delete) => cx.say("Deleted", "已删除"),
        }
        .to_owned();
        text.push_str(&format!(" · {} · {told}", word(cx, input.part)));
        if !input.dry()
            && let Ok(app) = bitable::app(&cx.feishu, place.app()).await
        {
            text.push_str(&format!(
                "\n{} {}",
                cx.say("revision", "版本"),
                app.revision
            ));
        }
        let link = place.target.page(cx);
        text.push('\n');
        text.push_str(&link);
        Ok(ToolOutput::text(text)
            .with_target("base", place.app())
            .with_link(link, word(cx, input.part)))
    }
}

const fn word(cx: &ToolCx, part: Part) -> &'static str {
    match part {
        Part::Base => cx.say("base", "多维表格"),
        Part::Table => cx.say("table", "数据表"),
        Part::Field => cx.say("field", "字段"),
        Part::View => cx.say("view", "视图"),
        Part::Form => cx.say("form", "表单"),
        Part::Role => cx.say("role", "角色"),
        Part::Dashboard => cx.say("dashboard", "仪表盘"),
    }
}

/// Does it; gives a line about what is there now.
async fn change(
    cx: &ToolCx,
    place: &Place,
    input: &Input,
    settings: &Settings,
) -> Result<String, ToolError> {
    let app = place.app();
    let dry = input.dry();
    let name = input.name.as_deref().map(str::trim).unwrap_or_default();
    if name.is_empty() && input.part != Part::Base {
        return Err(
            ToolError::invalid(cx.say("`name` is missing", "缺少 `name`")).with_hint(cx.say(
                "Name the new or the existing part in `name`.",
                "请用 `name` 指明新建或已有对象的名称。",
            )),
        );
    }
    let given = Key::given(input.idempotency_key.as_deref());
    let key = given.unwrap_or_else(|| Key::mint(cx, "part")).text;
    let about = (name, settings);
    // Feishu wants one change at a time.
    let _turn = cx.pace.queue(cx, app).await?;
    match (input.part, input.op) {
        (Part::Base, Op::Update) => own(cx, app, settings, dry).await,
        (Part::Table, Op::Create) => table(cx, app, about, (&key, dry)).await,
        (Part::Table, Op::Update | Op::Delete) => {
            let found = place.table(cx, Some(name)).await?;
            let id = found.table_id.as_str();
            settings.only(cx, &["name"])?;
            let new = settings.get("name").unwrap_or(&found.name);
            let shown = clean_line(&found.name, 80);
            if input.op == Op::Update {
                if !dry {
                    let done = bitable::rename_table(&cx.feishu, app, id, new).await;
                    done.map_err(|fault| cx.fault(fault))?;
                }
                return Ok(format!("{shown} → {} ({id})", clean_line(new, 80)));
            }
            if !dry {
                let done = bitable::delete_table(&cx.feishu, app, id).await;
                done.map_err(|fault| cx.fault(fault))?;
            }
            Ok(format!("{shown} ({id})"))
        }
        (Part::Role, Op::Create) => role::create(cx, app, about, dry).await,
        (Part::Role, Op::Update) => role::update(cx, app, about, dry).await,
        (Part::Role, Op::Delete) => {
            let found = role::find(cx, app, name).await?;
            if !dry {
                let done = roles::delete(&cx.feishu, app, &found.role_id).await;
                done.map_err(|fault| role::explain(cx, fault))?;
            }
            Ok(format!(
                "{} ({})",
                clean_line(&found.role_name, 80),
                found.role_id
            ))
        }
        (Part::Dashboard, Op::Copy) => dashboard(cx, app, about, dry).await,
        (Part::Field | Part::View | Part::Form, op) => {
            let grid = Grid::open(cx, place, input.table.as_deref()).await?;
            within(cx, &grid, (input.part, op), about, (&key, dry)).await
        }
        (part, _) => Err(impossible(cx, part)),
    }
}

/// Parts of one table.
async fn within(
    cx: &ToolCx,
    grid: &Grid,
    (part, op): (Part, Op),
    about: (&str, &Settings),
    (key, dry): (&str, bool),
) -> Result<String, ToolError> {
    let (app, table) = grid.at();
    match (part, op) {
        (Part::Field, Op::Create) => field::create(cx, grid, about, (key, dry)).await,
        (Part::Field, Op::Update) => field::update(cx, grid, about, dry).await,
        (Part::Field, Op::Delete) => {
            let found = grid.field(cx, about.0)?;
            if !dry {
                let done = fields::delete(&cx.feishu, app, table, &found.field_id).await;
                done.map_err(|fault| cx.fault(fault))?;
            }
            Ok(format!(
                "{} ({})",
                clean_line(&found.field_name, 80),
                found.field_id
            ))
        }
        (Part::View, Op::Create) => view::create(cx, grid, about, dry).await,
        (Part::View, Op::Update) => view::update(cx, grid, about, dry).await,
        (Part::View, Op::Delete) => {
            let found = view::find(cx, grid, about.0).await?;
            if !dry {
                let done = views::delete(&cx.feishu, grid.at(), &found.view_id).await;
                done.map_err(|fault| cx.fault(fault))?;
            }
            Ok(format!(
                "{} ({})",
                clean_line(&found.view_name, 80),
                found.view_id
            ))
        }
        (Part::Form, Op::Update) => view::form(cx, grid, about, dry).await,
        (part, _) => Err(impossible(cx, part)),
    }
}

fn impossible(cx: &ToolCx, part: Part) -> ToolError {
    let part = word(cx, part);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("this cannot be done with a {part}"),
        Locale::Zh => format!("{part}不支持该操作"),
    })
    .with_hint(cx.say(
        "A form is made as a view of type form; dashboards can be copied; a whole base is made, copied and deleted with `files`.",
        "表单以 form 类型的视图创建；仪表盘仅可复制；整个多维表格请用 `files` 新建、复制、删除。",
    ))
}

async fn own(cx: &ToolCx, app: &str, settings: &Settings, dry: bool) -> Result<String, ToolError> {
    settings.only(cx, &["name", "advanced"])?;
    let advanced = settings
        .get("advanced")
        .map(|text| truth(cx, text))
        .transpose()?;
    let change = AppChange {
        name: settings.get("name"),
        is_advanced: advanced,
    };
    if !dry {
        let done = bitable::change(&cx.feishu, app, &change).await;
        done.map_err(|fault| cx.fault(fault))?;
    }
    Ok(serde_json::to_string(&change).unwrap_or_default())
}

async fn table(
    cx: &ToolCx,
    app: &str,
    (name, settings): (&str, &Settings),
    (key, dry): (&str, bool),
) -> Result<String, ToolError> {
    settings.only(cx, &["field …"])?;
    let tables = field::tables(cx, app).await?;
    let fields = field::first(cx, settings, &tables)?;
    if dry {
        return Ok(format!("{} · {}", clean_line(name, 80), fields.len()));
    }
    let begun = format!("table {key} {app} {name}");
    if let Some(made) = cx.refs.begun(&begun) {
        return Ok(format!("{} ({})", clean_line(name, 80), made.document));
    }
    let id = bitable::create_table(&cx.feishu, app, name, &fields).await;
    let id = id.map_err(|fault| cx.fault(fault))?;
    let made = Begun {
        document: id.clone(),
        node: None,
        revision: 0,
    };
    cx.refs.put_begun(&begun, made);
    Ok(format!("{} ({id})", clean_line(name, 80)))
}

async fn dashboard(
    cx: &ToolCx,
    app: &str,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    settings.only(cx, &["name"])?;
    let all = bitable::dashboards(&cx.feishu, app).await;
    let all = all.map_err(|fault| cx.fault(fault))?;
    let found = near::pick(&all, name, |one| &one.block_id, |one| &one.name);
    let names = all.iter().map(|one| one.name.as_str());
    let missing = || near::unknown(cx, cx.say("dashboard", "仪表盘"), name, names);
    let found = found.ok_or_else(missing)?;
    let twin = format!("{} - copy", found.name);
    let new = settings.get("name").unwrap_or(&twin);
    if dry {
        return Ok(clean_line(new, 80));
    }
    let id = bitable::copy_dashboard(&cx.feishu, app, &found.block_id, new).await;
    let id = id.map_err(|fault| cx.fault(fault))?;
    Ok(format!("{} ({id})", clean_line(new, 80)))
}
