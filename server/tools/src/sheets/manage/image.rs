//! Pictures over the cells.

use feishu::api::sheets::{self as api, Spot};
use model::Locale;

use super::{
    super::{
        a1::Area,
        refusal::{explain, is_unclear},
        send::send,
    },
    Job,
};
use crate::{
    ErrorKind, ToolCx, ToolError,
    media::{Source, upload_for_sheet},
};

/// Pixels of a side.
const SIDE: (u32, u32) = (20, 4_000);
/// Pixels of the longer side where the picture itself is larger.
const SHOWN: u32 = 600;

/// What the caller asked for.
struct Asked {
    id: Option<String>,
    off: bool,
    url: Option<String>,
    base64: Option<String>,
    size: (Option<u32>, Option<u32>),
    offset: (Option<u32>, Option<u32>),
}

impl Asked {
    fn read(job: &Job<'_>) -> Result<Self, ToolError> {
        let (cx, options) = (job.cx, &job.options);
        let text = |key| options.get(key).map(str::to_owned);
        let pair = |one, other, bounds| {
            let one = options.number(cx, one, bounds)?;
            Ok::<_, ToolError>((one, options.number(cx, other, bounds)?))
        };
        let asked = Self {
            id: text("id"),
            off: options.flag(cx, "off")?.unwrap_or(false),
            url: text("url"),
            base64: text("base64"),
            size: pair("width", "height", SIDE)?,
            offset: pair("x", "y", (0, 2_000))?,
        };
        options.all_used(cx)?;
        Ok(asked)
    }

    fn spot(&self, range: Option<String>) -> Spot {
        let pixels = |side: Option<u32>| side.map(f64::from);
        Spot {
            float_image_token: None,
            range,
            width: pixels(self.size.0),
            height: pixels(self.size.1),
            offset_x: pixels(self.offset.0),
            offset_y: pixels(self.offset.1),
        }
    }
}

pub(super) async fn image(job: &Job<'_>) -> Result<String, ToolError> {
    let (cx, place) = (job.cx, job.place()?);
    let asked = Asked::read(job)?;
    let at = (job.token(), place.tab.id.as_str());
    if asked.off {
        return remove(job, at, asked.id).await;
    }
    let area = place.area(cx)?;
    let cell = Area {
        bottom: area.top + 1,
        right: area.left + 1,
        ..area
    };
    let range = cell.range(&place.tab.id);
    if let Some(id) = &asked.id {
        known(job, at, id).await?;
        let spot = asked.spot((!place.span.is_all()).then_some(range));
        if !job.dry {
            let sent = send(cx, || api::update_image(&cx.feishu, at, id, &spot)).await?;
            sent.map_err(|fault| explain(cx, fault))?;
        }
        let changed = cx.say("picture changed:", "已调整图片：");
        return Ok(format!("{changed} {id}"));
    }
    let source = source(cx, asked.url.clone(), asked.base64.clone())?;
    let name = place.tab.name(&cell);
    if job.dry {
        let would = cx.say("a picture would be put over", "将放置图片于");
        return Ok(format!("{would} {name}"));
    }
    let name_of_file = job.input.name.as_deref();
    let (token, pixels) = upload_for_sheet(cx, job.token(), &source, name_of_file).await?;
    let shown = Asked {
        size: fitted(pixels, asked.size),
        ..asked
    };
    let spot = Spot {
        float_image_token: Some(token),
        ..shown.spot(Some(range))
    };
    let id = put(cx, at, &spot).await?;
    Ok(match cx.locale {
        Locale::En => format!("picture {id} put over {name}"),
        Locale::Zh => format!("已在 {name} 放置图片 {id}"),
    })
}

/// Puts it over the cells. An upload is used once, so a lost answer is looked for by it.
async fn put(cx: &ToolCx, at: (&str, &str), spot: &Spot) -> Result<String, ToolError> {
    let sent = send(cx, || api::create_image(&cx.feishu, at, spot)).await?;
    let fault = match sent {
        Ok(made) => return Ok(made.float_image_id),
        Err(fault) => fault,
    };
    if is_unclear(&fault) {
        let there = api::images(&cx.feishu, at).await.unwrap_or_default();
        let token = spot.float_image_token.as_deref();
        let mine = there
            .into_iter()
            .find(|image| Some(image.float_image_token.as_str()) == token);
        if let Some(mine) = mine {
            return Ok(mine.float_image_id);
        }
    }
    Err(explain(cx, fault))
}

fn source(cx: &ToolCx, url: Option<String>, base64: Option<String>) -> Result<Source, ToolError> {
    match (url, base64) {
        (Some(url), None) => Ok(Source::Url(url)),
        (None, Some(text)) => Ok(Source::Base64(text)),
        _ => Err(ToolError::invalid(cx.say(
            "give the picture as url=… or base64=…, or one that is there as id=…",
            "请用 url=… 或 base64=… 给出图片，或用 id=… 指定已有图片",
        ))),
    }
}

/// The size that it is shown in: as asked, with the proportions of the picture.
fn fitted(
    size: Option<(u32, u32)>,
    asked: (Option<u32>, Option<u32>),
) -> (Option<u32>, Option<u32>) {
    let Some((width, height)) = size.filter(|(width, height)| *width > 0 && *height > 0) else {
        return asked;
    };
    let scaled = |side: u32, by: u32, of: u32| {
        let side = u64::from(side) * u64::from(by) / u64::from(of);
        u32::try_from(side).unwrap_or(SIDE.1).clamp(SIDE.0, SIDE.1)
    };
    match asked {
        (Some(_), Some(_)) => asked,
        (Some(wide), None) => (Some(wide), Some(scaled(height, wide, width))),
        (None, Some(high)) => (Some(scaled(width, high, height)), Some(high)),
        (None, None) => {
            let longer = width.max(height);
            let by = longer.min(SHOWN);
            (
                Some(scaled(width, by, longer)),
                Some(scaled(height, by, longer)),
            )
        }
    }
}

async fn known(job: &Job<'_>, at: (&str, &str), id: &str) -> Result<(), ToolError> {
    let cx = job.cx;
    let there = api::images(&cx.feishu, at)
        .await
        .map_err(|fault| explain(cx, fault))?;
    if there.iter().any(|image| image.float_image_id == id) {
        return Ok(());
    }
    Err(ToolError::new(
        ErrorKind::NotFound,
        cx.say(
            "no picture over the cells of this tab has this id",
            "该工作表没有此 id 的浮动图片",
        ),
    )
    .with_detail(
        "candidates",
        there
            .into_iter()
            .map(|image| image.float_image_id)
            .collect::<Vec<_>>(),
    ))
}

async fn remove(job: &Job<'_>, at: (&str, &str), id: Option<String>) -> Result<String, ToolError> {
    let cx = job.cx;
    let id = id.ok_or_else(|| {
        ToolError::invalid(cx.say("off needs the id of the picture", "off 需要图片 id")).with_hint(
            cx.say(
                "sheet_read as=layout lists them.",
                "可用 sheet_read as=layout 查看。",
            ),
        )
    })?;
    known(job, at, &id).await?;
    if !job.dry {
        let sent = send(cx, || api::delete_image(&cx.feishu, at, &id)).await?;
        sent.map_err(|fault| explain(cx, fault))?;
    }
    Ok(format!(
        "{} {id}",
        cx.say("picture taken off:", "已移除图片：")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_keep_their_proportions() {
        assert_eq!(
            fitted(Some((1200, 600)), (None, None)),
            (Some(600), Some(300))
        );
        assert_eq!(
            fitted(Some((100, 50)), (Some(400), None)),
            (Some(400), Some(200))
        );
        assert_eq!(fitted(Some((100, 50)), (None, None)), (Some(100), Some(50)));
        assert_eq!(fitted(None, (Some(30), None)), (Some(30), None));
        assert_eq!(
            fitted(Some((4000, 10)), (None, None)),
            (Some(600), Some(20))
        );
    }
}
