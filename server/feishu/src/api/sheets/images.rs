//! Pictures over the cells.

use serde::{Deserialize, Serialize};

use super::super::loose;
use crate::{FeishuError, Request, Session};

/// A picture over the cells.
#[expect(clippy::struct_field_names, reason = "the names of the API")]
#[derive(Debug, Clone, Default, Deserialize)]
pub struct FloatImage {
    /// Identity, ten characters.
    #[serde(default)]
    pub float_image_id: String,
    /// The media.
    #[serde(default)]
    pub float_image_token: String,
    /// The cell that its upper left corner is in.
    #[serde(default)]
    pub range: String,
    /// Pixels.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub width: f64,
    /// Pixels.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub height: f64,
}

/// Where a picture goes; what is `None` stays, or is Feishu's choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Spot {
    /// A media that was uploaded with the parent type `sheet_image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float_image_token: Option<String>,
    /// One cell, `SHEET!A1:A1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// At least 20 pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// At least 20 pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Pixels within the cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_x: Option<f64>,
    /// Pixels within the cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_y: Option<f64>,
}

#[derive(Deserialize)]
struct Told {
    float_image: FloatImage,
}

/// `sheets.v3.spreadsheetSheetFloatImage.query`.
pub async fn images(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
) -> Result<Vec<FloatImage>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<FloatImage>,
    }
    let request = Request::get(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/float_images/query",
    )
    .path("token", spreadsheet)?
    .path("sheet_id", sheet)?;
    Ok(session.fetch::<Reply>(request).await?.items)
}

/// `sheets.v3.spreadsheetSheetFloatImage.create`.
pub async fn create_image(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    spot: &Spot,
) -> Result<FloatImage, FeishuError> {
    let request =
        Request::post("/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/float_images")
            .path("token", spreadsheet)?
            .path("sheet_id", sheet)?
            .json(spot);
    Ok(session.fetch::<Told>(request).await?.float_image)
}

/// `sheets.v3.spreadsheetSheetFloatImage.patch`.
pub async fn update_image(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    image: &str,
    spot: &Spot,
) -> Result<(), FeishuError> {
    let request = Request::patch(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/float_images/{image}",
    )
    .path("token", spreadsheet)?
    .path("sheet_id", sheet)?
    .path("image", image)?
    .json(spot)
    .idempotent(true);
    session.call(request).await.map(drop)
}

/// `sheets.v3.spreadsheetSheetFloatImage.delete`.
pub async fn delete_image(
    session: &Session,
    (spreadsheet, sheet): (&str, &str),
    image: &str,
) -> Result<(), FeishuError> {
    let request = Request::delete(
        "/open-apis/sheets/v3/spreadsheets/{token}/sheets/{sheet_id}/float_images/{image}",
    )
    .path("token", spreadsheet)?
    .path("sheet_id", sheet)?
    .path("image", image)?;
    session.call(request).await.map(drop)
}
