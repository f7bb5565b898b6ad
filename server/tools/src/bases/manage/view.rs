//! Views and forms.

use feishu::api::bitable::{
    forms::{self, FormChange, QuestionChange},
    views::{self, View, ViewChange},
};
use serde_json::{Map, Value, json};

use super::settings::{Settings, parts};
use crate::{
    ErrorKind, ToolCx, ToolError,
    bases::{cell::kind, grid::Grid, near, read::condition::Test},
    render::clean_line,
};

const KINDS: [&str; 5] = ["grid", "kanban", "gallery", "gantt", "form"];

/// The view of this name.
pub(super) async fn find(cx: &ToolCx, grid: &Grid, name: &str) -> Result<View, ToolError> {
    let (app, table) = grid.at();
    let views = views::list(&cx.feishu, app, table).await;
    let views = views.map_err(|fault| cx.fault(fault))?;
    let found = near::pick(&views, name, |one| &one.view_id, |one| &one.view_name);
    let names = views.iter().map(|view| view.view_name.as_str());
    let missing = || near::unknown(cx, cx.say("view", "视图"), name, names);
    found.cloned().ok_or_else(missing)
}

/// Filter and hidden fields of the settings, in Feishu's form.
async fn property(
    cx: &ToolCx,
    grid: &Grid,
    settings: &Settings,
) -> Result<Map<String, Value>, ToolError> {
    settings.only(cx, &["name", "type", "where", "hide", "hierarchy"])?;
    let mut property = Map::new();
    let mut any = false;
    let mut conditions = Vec::new();
    for text in settings.all("where") {
        match text {
            "any" => any = true,
            "" | "none" => {
                property.insert("filter_info".to_owned(), Value::Null);
            }
            text => conditions.push(condition(cx, grid, text).await?),
        }
    }
    if !conditions.is_empty() {
        let conjunction = if any { "or" } else { "and" };
        let info = json!({ "conjunction": conjunction, "conditions": conditions });
        property.insert("filter_info".to_owned(), info);
    }
    if let Some(names) = settings.get("hide") {
        let mut ids = Vec::new();
        for name in parts(names) {
            if name != "none" {
                ids.push(Value::from(grid.field(cx, &name)?.field_id.as_str()));
            }
        }
        property.insert("hidden_fields".to_owned(), ids.into());
    }
    if let Some(name) = settings.get("hierarchy") {
        let id = grid.field(cx, name)?.field_id.clone();
        property.insert("hierarchy_config".to_owned(), json!({ "field_id": id }));
    }
    Ok(property)
}

/// A condition by ids, its values as a list in a text.
async fn condition(cx: &ToolCx, grid: &Grid, text: &str) -> Result<Value, ToolError> {
    let test = Test::read(cx, grid, text).await?;
    let asked = test.upstream(grid);
    let (Some(field), Some(asked)) = (&test.field, asked) else {
        return Err(ToolError::invalid(format!(
            "{}: {}",
            cx.say("Feishu cannot keep this condition in a view", "飞书视图不支持该条件"),
            clean_line(text, 80)
        ))
        .with_hint(cx.say(
            "Views compare plain fields with whole values; formulas, lookups and times of day only work in `base_read`.",
            "视图仅支持普通字段与完整值；公式、查找引用与具体时刻仅可用于 `base_read`。",
        )));
    };
    let values: Vec<String> = match field.kind {
        kind::SELECT | kind::MULTI => {
            let choices = field.choices();
            let ids = asked.value.iter().filter_map(|name| {
                let choice = choices.iter().find(|choice| choice.name == *name)?;
                Some(choice.id.clone())
            });
            ids.collect()
        }
        _ => asked.value,
    };
    let mut condition = json!({ "field_id": field.field_id, "operator": asked.operator });
    if !values.is_empty() {
        condition["value"] = json!(values).to_string().into();
    }
    Ok(condition)
}

pub(super) async fn create(
    cx: &ToolCx,
    grid: &Grid,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    let word = settings.get("type").unwrap_or("grid");
    if !KINDS.contains(&word) {
        return Err(near::unknown(
            cx,
            cx.say("kind of view", "视图类型"),
            word,
            KINDS,
        ));
    }
    let property = property(cx, grid, settings).await?;
    if dry {
        return Ok(format!(
            "{} ({word}) {}",
            clean_line(name, 80),
            Value::Object(property)
        ));
    }
    let made = views::create(&cx.feishu, grid.at(), name, word).await;
    let made = made.map_err(|fault| cx.fault(fault))?;
    if !property.is_empty() {
        let change = ViewChange {
            view_name: None,
            property,
        };
        let changed = views::change(&cx.feishu, grid.at(), &made.view_id, &change).await;
        changed.map_err(|fault| {
            let cause = cx.fault(fault);
            let message = format!(
                "{} {} · {}",
                cx.say(
                    "the view was made, but without its settings:",
                    "视图已创建，但设置未生效："
                ),
                made.view_id,
                cause.message
            );
            ToolError::new(ErrorKind::Partial, message).with_hint(cx.say(
                "Set them with op=update; do not create it again.",
                "请用 op=update 重新设置，不要再次创建。",
            ))
        })?;
    }
    Ok(format!(
        "{} ({word}, {})",
        clean_line(&made.view_name, 80),
        made.view_id
    ))
}

pub(super) async fn update(
    cx: &ToolCx,
    grid: &Grid,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    let view = find(cx, grid, name).await?;
    let change = ViewChange {
        view_name: settings.get("name").map(str::to_owned),
        property: property(cx, grid, settings).await?,
    };
    if dry {
        let new = serde_json::to_string(&change).unwrap_or_default();
        return Ok(format!("{} → {new}", clean_line(&view.view_name, 80)));
    }
    let changed = views::change(&cx.feishu, grid.at(), &view.view_id, &change).await;
    let changed = changed.map_err(|fault| cx.fault(fault))?;
    Ok(format!(
        "{} ({}, {})",
        clean_line(&changed.view_name, 80),
        changed.view_type,
        changed.view_id
    ))
}

/// The form of a form view: its texts, who may fill it in, and its questions.
#[expect(clippy::too_many_lines, reason = "one step after the other")]
pub(super) async fn form(
    cx: &ToolCx,
    grid: &Grid,
    (name, settings): (&str, &Settings),
    dry: bool,
) -> Result<String, ToolError> {
    settings.only(
        cx,
        &[
            "name",
            "description",
            "share",
            "required",
            "optional",
            "hide",
            "show",
        ],
    )?;
    let view = find(cx, grid, name).await?;
    let id = view.view_id.as_str();
    let share = match settings.get("share") {
        None => None,
        Some("off") => Some((false, "off")),
        Some("tenant") => Some((true, "tenant_editable")),
        Some(_) => {
            return Err(ToolError::invalid(cx.say(
                "a form is shared with `tenant` or `off`",
                "表单分享范围为 `tenant` 或 `off`",
            ))
            .with_hint(cx.say(
                "Only a person can open a form to everybody, in Feishu.",
                "向所有人开放表单须由用户在飞书中操作。",
            )));
        }
    };
    let mut questions = Vec::new();
    for (word, required, visible) in [
        ("required", Some(true), None),
        ("optional", Some(false), None),
        ("hide", None, Some(false)),
        ("show", None, Some(true)),
    ] {
        for name in settings.all(word).flat_map(parts) {
            let field = grid.field(cx, &name)?.field_id.clone();
            let change = QuestionChange {
                title: None,
                required,
                visible,
            };
            questions.push((field, change));
        }
    }
    let change = FormChange {
        name: settings.get("name"),
        description: settings.get("description"),
        shared: share.map(|(on, _)| on),
        shared_limit: share.map(|(_, limit)| limit),
    };
    if dry {
        let new = serde_json::to_string(&change).unwrap_or_default();
        return Ok(format!(
            "{} → {new} · {}",
            clean_line(&view.view_name, 80),
            questions.len()
        ));
    }
    let texts = change.name.is_some() || change.description.is_some() || share.is_some();
    if texts {
        let changed = forms::change(&cx.feishu, grid.at(), id, &change).await;
        changed.map_err(|fault| cx.fault(fault))?;
    }
    for (field, change) in &questions {
        let changed = forms::change_question(&cx.feishu, grid.at(), (id, field), change).await;
        changed.map_err(|fault| cx.fault(fault))?;
    }
    let (form, asked) = futures::join!(
        forms::get(&cx.feishu, grid.at(), id),
        forms::questions(&cx.feishu, grid.at(), id)
    );
    let form = form.map_err(|fault| cx.fault(fault))?;
    let asked = asked.map_err(|fault| cx.fault(fault))?;
    let mut text = format!("{} ({id})", clean_line(&form.name, 80));
    if form.shared {
        text.push_str(&format!(
            " · {} {}",
            form.shared_limit,
            clean_line(&form.shared_url, 300)
        ));
    }
    for question in asked.iter().filter(|question| question.visible) {
        let mark = if question.required { " *" } else { "" };
        text.push_str(&format!("\n- {}{mark}", clean_line(&question.title, 80)));
    }
    Ok(text)
}
