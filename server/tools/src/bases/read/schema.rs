//! What a base is made of.

use feishu::api::bitable::{
    self,
    fields::{self, Field},
    views::{self, View},
};

use crate::{
    ToolCx, ToolError,
    bases::{cell::is_computed, place::Place},
    render::clean_line,
};

/// Most choices that are named of one field.
const MAX_CHOICES: usize = 40;

/// The name of a type, as `base_manage` takes it.
pub(crate) fn type_name(field: &Field) -> String {
    let known = match (field.kind, field.ui_type.as_str()) {
        (1, "Barcode") => "barcode",
        (1, "Email") => "email",
        (1, _) => "text",
        (2, "Progress") => "progress",
        (2, "Currency") => "currency",
        (2, "Rating") => "rating",
        (2, _) => "number",
        (3, _) => "select",
        (4, _) => "multi_select",
        (5, _) => "date",
        (7, _) => "checkbox",
        (11, _) => "people",
        (13, _) => "phone",
        (15, _) => "url",
        (17, _) => "attachment",
        (18, _) => "link",
        (19, _) => "lookup",
        (20, _) => "formula",
        (21, _) => "two_way_link",
        (22, _) => "location",
        (23, _) => "group",
        (24, _) => "stage",
        (1001, _) => "created_time",
        (1002, _) => "modified_time",
        (1003, _) => "created_by",
        (1004, _) => "modified_by",
        (1005, _) => "auto_number",
        (3001, _) => "button",
        (_, other) => return clean_line(other, 30),
    };
    known.to_owned()
}

/// One line about a field: name, type, choices and other settings.
pub(crate) fn field_line(cx: &ToolCx, field: &Field, tables: &[bitable::Table]) -> String {
    let mut line = format!(
        "- {} · {}",
        clean_line(&field.field_name, 80),
        type_name(field)
    );
    if field.is_primary {
        line.push_str(cx.say(" · primary", " · 主字段"));
    }
    let choices = field.choices();
    if !choices.is_empty() {
        let names = choices.iter().take(MAX_CHOICES);
        let names: Vec<String> = names.map(|choice| clean_line(&choice.name, 40)).collect();
        line.push_str(&format!(" · {}", names.join(" | ")));
        if choices.len() > MAX_CHOICES {
            line.push_str(&format!(" … +{}", choices.len() - MAX_CHOICES));
        }
    }
    let target = field.setting("table_id");
    if let Some(table) = tables.iter().find(|table| table.table_id == target) {
        line.push_str(&format!(" → {}", clean_line(&table.name, 60)));
    }
    let formula = field.setting("formula_expression");
    if !formula.is_empty() {
        line.push_str(&format!(" = {}", clean_line(formula, 120)));
    }
    let currency = field.setting("currency_code");
    if !currency.is_empty() {
        line.push_str(&format!(" · {}", clean_line(currency, 8)));
    }
    if is_computed(field.kind) {
        line.push_str(cx.say(" · read-only", " · 只读"));
    }
    let note = field.note();
    if !note.is_empty() {
        line.push_str(&format!(" · {}", clean_line(note, 120)));
    }
    line
}

fn view_line(view: &View) -> String {
    format!(
        "{} ({}, {})",
        clean_line(&view.view_name, 60),
        clean_line(&view.view_type, 20),
        view.view_id
    )
}

/// Lines about one table.
async fn table(
    cx: &ToolCx,
    place: &Place,
    table: &bitable::Table,
    tables: &[bitable::Table],
) -> Result<Vec<String>, ToolError> {
    let (fields, views) = futures::join!(
        fields::list(&cx.feishu, place.app(), &table.table_id),
        views::list(&cx.feishu, place.app(), &table.table_id)
    );
    let fields = fields.map_err(|fault| cx.fault(fault))?;
    let mut lines = vec![format!(
        "\n## {} ({})",
        clean_line(&table.name, 80),
        table.table_id
    )];
    lines.extend(fields.iter().map(|field| field_line(cx, field, tables)));
    if let Ok(views) = views {
        let views: Vec<String> = views.iter().map(view_line).collect();
        lines.push(format!("{}: {}", cx.say("views", "视图"), views.join(", ")));
    }
    Ok(lines)
}

/// Dashboards and roles; what cannot be read is left out.
async fn around(cx: &ToolCx, place: &Place, advanced: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut tell = |title: &str, names: Vec<String>| {
        if !names.is_empty() {
            lines.push(format!("{title}: {}", names.join(", ")));
        }
    };
    if let Ok(boards) = bitable::dashboards(&cx.feishu, place.app()).await {
        let named = boards.iter();
        let named = named.map(|one| format!("{} ({})", clean_line(&one.name, 60), one.block_id));
        tell(cx.say("dashboards", "仪表盘"), named.collect());
    }
    if advanced && let Ok(roles) = bitable::roles::list(&cx.feishu, place.app()).await {
        let named = roles.iter().map(|role| {
            let rules = role.table_roles.iter().map(|rule| {
                let level = match rule.table_perm {
                    0 => "none",
                    1 => "read",
                    2 => "edit",
                    _ => "manage",
                };
                format!("{} {level}", clean_line(&rule.table_name, 40))
            });
            let rules: Vec<String> = rules.collect();
            format!("{} ({})", clean_line(&role.role_name, 60), rules.join("; "))
        });
        tell(cx.say("roles", "角色"), named.collect());
    }
    lines
}

/// The whole base, or one table of it.
pub(crate) async fn show(
    cx: &ToolCx,
    place: &Place,
    only: Option<&bitable::Table>,
) -> Result<Vec<String>, ToolError> {
    let (app, page) = futures::join!(
        bitable::app(&cx.feishu, place.app()),
        bitable::tables(&cx.feishu, place.app())
    );
    let (app, page) = (
        app.map_err(|fault| cx.fault(fault))?,
        page.map_err(|fault| cx.fault(fault))?,
    );
    let mut lines = vec![format!(
        "{} · {} · {} {} · {}: {} · {} {}",
        clean_line(&app.name, 120),
        place.target.reference(),
        cx.say("revision", "版本"),
        app.revision,
        cx.say("tables", "数据表"),
        page.items.len(),
        cx.say("dates in", "时区"),
        clean_line(&app.time_zone, 60),
    )];
    if app.is_advanced {
        lines.push(
            cx.say(
                "(advanced permissions: some rows or fields may be hidden)",
                "（已开启高级权限：部分内容可能不可见）",
            )
            .to_owned(),
        );
    }
    if only.is_none() {
        lines.extend(around(cx, place, app.is_advanced).await);
    }
    for one in &page.items {
        if only.is_none_or(|only| only.table_id == one.table_id) {
            cx.check()?;
            lines.extend(table(cx, place, one, &page.items).await?);
        }
    }
    Ok(lines)
}
