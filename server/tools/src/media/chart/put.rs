//! Puts a painted chart into a document or over the cells of a spreadsheet.

use bytes::Bytes;
use feishu::api::{
    docx::BlockKind,
    media::Parent,
    sheets::{self as sheets_api, Spot},
};
use model::{Capability, policy::Reason};
use serde_json::json;

use crate::{
    ToolCx, ToolError, ToolOutput,
    args::{
        kind::Kind,
        resolve::{Target, resolve},
    },
    media::{
        UploadKind,
        place::{file_name, fill, keyed},
        put::words::{blocked, delivered},
        sniff,
        source::Found,
        spot::{self, Gap},
        upload::{self, Body},
    },
    sheets::{a1::Area, book, refusal::explain, send::send},
};

/// Pixels of a chart over cells.
const SIZE: (f64, f64) = (640.0, 360.0);

/// Where the chart goes.
pub(super) enum Place {
    Document(Target, Gap),
    /// The spreadsheet, the id of the tab, the cell, and its name for people.
    Sheet(Target, String, Area, String),
}

/// A text that says something.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl Place {
    /// Finds it; the caller's rules admit it or not.
    pub(super) async fn find(cx: &ToolCx, to: &str, at: Option<&str>) -> Result<Self, ToolError> {
        let target = resolve(cx, to).await?;
        match target.kind {
            Kind::Docx => {
                spot::may_write(cx)?;
                let at = given(at.or(target.anchor.as_deref()));
                let gap = match at {
                    None => spot::end(&target.token),
                    Some(at) => {
                        let block = spot::block(cx, &target.token, at).await?;
                        spot::behind(cx, &target.token, &block).await?
                    }
                };
                Ok(Self::Document(target, gap))
            }
            Kind::Sheet => {
                if !cx.facts.capabilities.contains(&Capability::SheetsWrite) {
                    return Err(ToolError::refused(Reason::CapabilityOff, cx.locale));
                }
                let book = book::open(cx, to).await?;
                let place = book.place(cx, at)?;
                let area = place.area(cx)?;
                let cell = Area {
                    bottom: area.top + 1,
                    right: area.left + 1,
                    ..area
                };
                let name = place.tab.name(&cell);
                Ok(Self::Sheet(target, place.tab.id.clone(), cell, name))
            }
            kind => Err(ToolError::invalid(format!(
                "{}: {}",
                cx.say("a chart cannot be put into this", "无法将图表放入"),
                kind.title(cx.locale)
            ))
            .with_hint(cx.say(
                "Pass a document or a spreadsheet.",
                "请传入文档或电子表格。",
            ))),
        }
    }
}

/// Puts it there.
pub(super) async fn put(
    cx: &ToolCx,
    place: Place,
    bytes: Bytes,
    name: &str,
    key: Option<&str>,
    about: &str,
) -> Result<ToolOutput, ToolError> {
    let name = file_name(Some(&format!("{name}.png")), sniff::picture(&bytes));
    match place {
        Place::Document(target, gap) => {
            let new = json!({ "block_type": BlockKind::Image.number(), "image": {} });
            let purpose = format!("chart_create {} {} {}", target.token, gap.parent, gap.index);
            let key = keyed(cx, key, &purpose);
            let block = spot::create(cx, &target, &gap, new, &key).await?.block_id;
            let found = Found {
                body: Body::Whole(bytes),
                name: None,
            };
            let kind = UploadKind::Image;
            match fill(cx, &target.token, &block, kind, found, Some(&name)).await {
                Ok(placed) => {
                    let mut output = delivered(cx, &target, &block, kind, &placed);
                    output.text = format!("{about}\n{}", output.text);
                    Ok(output)
                }
                Err(error) => Ok(blocked(cx, &target, &block, &error)),
            }
        }
        Place::Sheet(target, sheet, cell, place) => {
            let parent = Parent::SheetImage {
                spreadsheet: &target.token,
            };
            let token = upload::send(cx, parent, &name, Body::Whole(bytes)).await?;
            let spot = Spot {
                float_image_token: Some(token),
                range: Some(cell.range(&sheet)),
                width: Some(SIZE.0),
                height: Some(SIZE.1),
                ..Spot::default()
            };
            let at = (target.token.as_str(), sheet.as_str());
            let made = send(cx, || sheets_api::create_image(&cx.feishu, at, &spot)).await?;
            let made = made.map_err(|fault| explain(cx, fault))?;
            let link = format!("{}?sheet={sheet}", target.page(cx));
            let text = [
                about.to_owned(),
                format!("{}: {place}", cx.say("the chart is over", "图表已放置于")),
                format!("{}: {}", cx.say("picture", "图片"), made.float_image_id),
                format!("{}: {link}", cx.say("link", "链接")),
            ];
            Ok(ToolOutput::text(text.join("\n"))
                .with_structured(json!({
                    "float_image_id": made.float_image_id,
                    "at": place,
                    "link": link,
                }))
                .with_target("sheet", &target.token)
                .with_link(link, name))
        }
    }
}
