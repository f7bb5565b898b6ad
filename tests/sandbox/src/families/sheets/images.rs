//! Pictures over the cells.

use serde_json::{Value, json};

use super::{WRONG_RANGE, changed, fault, open, range, tab, tab_mut, text, token};
use crate::State;
use crate::families::Route;
use crate::families::access::Level;
use crate::families::common::path;
use crate::gateway::{ApiError, Call, Reply};

const NO_IMAGE: i64 = 243;
const SAME_ID: i64 = 244;
const WRONG_TOKEN: i64 = 245;
const WRONG_VALUE: i64 = 246;
/// Least side, in pixels.
const SIDE_MIN: f64 = 20.0;

fn id(image: &Value) -> &str {
    text(image, "float_image_id")
}

/// Checks range, token and sizes of a body, and writes them over what is known.
fn merged(state: &State, call: &Call<'_>, mut image: Value) -> Result<Value, ApiError> {
    if let Some(wanted) = call.text("range") {
        let (tab, area) = range(state, call, wanted)?;
        if tab.id != path(call, "sheet_id") || area.cells() != 1 {
            return Err(fault(call, WRONG_RANGE));
        }
        image["range"] = Value::from(area.print(&tab.id));
    }
    if let Some(wanted) = call.text("float_image_token") {
        let media = state.media.files.get(wanted);
        let fits = media.is_some_and(|media| {
            media.parent_type == "sheet_image" && media.parent_node == token(call)
        });
        if !fits {
            return Err(fault(call, WRONG_TOKEN));
        }
        image["float_image_token"] = Value::from(wanted);
    }
    for (name, least) in [
        ("width", SIDE_MIN),
        ("height", SIDE_MIN),
        ("offset_x", 0.0),
        ("offset_y", 0.0),
    ] {
        if let Some(number) = call.body.get(name).and_then(Value::as_f64) {
            if number < least {
                return Err(fault(call, WRONG_VALUE));
            }
            image[name] = Value::from(number);
        }
    }
    Ok(image)
}

/// `POST …/float_images`.
fn create(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let found = tab(state, call, path(call, "sheet_id"))?;
    let wanted = text(call.body, "float_image_id");
    let plain = wanted.len() == 10 && wanted.bytes().all(|b| b.is_ascii_alphanumeric());
    if !wanted.is_empty() && !plain {
        return Err(fault(call, NO_IMAGE));
    }
    if found.images.iter().any(|image| id(image) == wanted) {
        return Err(fault(call, SAME_ID));
    }
    if call.text("range").is_none() || call.text("float_image_token").is_none() {
        return Err(fault(call, WRONG_VALUE));
    }
    let blank = json!({ "width": 300.0, "height": 200.0, "offset_x": 0.0, "offset_y": 0.0 });
    let mut image = merged(state, call, blank)?;
    image["float_image_id"] = match wanted {
        "" => Value::from(call.ids.hex(10)),
        wanted => Value::from(wanted),
    };
    let sheet = path(call, "sheet_id").to_owned();
    tab_mut(state, call, &sheet)?.images.push(image.clone());
    changed(state, call);
    Ok(Reply::Data(json!({ "float_image": image })))
}

/// `GET …/float_images/query`.
fn query(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let tab = tab(state, call, path(call, "sheet_id"))?;
    Ok(Reply::Data(json!({ "items": tab.images })))
}

/// `GET …/float_images/:float_image_id`.
fn get(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::View)?;
    let tab = tab(state, call, path(call, "sheet_id"))?;
    let found = tab
        .images
        .iter()
        .find(|image| id(image) == path(call, "float_image_id"));
    let found = found.ok_or_else(|| fault(call, NO_IMAGE))?;
    Ok(Reply::Data(json!({ "float_image": found })))
}

/// `PATCH …/float_images/:float_image_id`.
fn patch(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let (sheet, wanted) = (
        path(call, "sheet_id").to_owned(),
        path(call, "float_image_id").to_owned(),
    );
    let found = tab(state, call, &sheet)?
        .images
        .iter()
        .find(|image| id(image) == wanted);
    let image = merged(
        state,
        call,
        found.ok_or_else(|| fault(call, NO_IMAGE))?.clone(),
    )?;
    let images = &mut tab_mut(state, call, &sheet)?.images;
    if let Some(known) = images.iter_mut().find(|image| id(image) == wanted) {
        *known = image.clone();
    }
    changed(state, call);
    Ok(Reply::Data(json!({ "float_image": image })))
}

/// `DELETE …/float_images/:float_image_id`.
fn delete(state: &mut State, call: &mut Call<'_>) -> Result<Reply, ApiError> {
    open(state, call, Level::Edit)?;
    let (sheet, wanted) = (
        path(call, "sheet_id").to_owned(),
        path(call, "float_image_id").to_owned(),
    );
    let images = &mut tab_mut(state, call, &sheet)?.images;
    let before = images.len();
    images.retain(|image| id(image) != wanted);
    if images.len() == before {
        return Err(fault(call, NO_IMAGE));
    }
    changed(state, call);
    Ok(Reply::Data(json!({})))
}

macro_rules! under {
    ($tail:literal) => {
        concat!(
            "/open-apis/sheets/v3/spreadsheets/:spreadsheet_token/sheets/:sheet_id/float_images",
            $tail
        )
    };
}

/// Method, path and handler of each endpoint.
pub(super) const ROUTES: &[Route] = &[
    ("POST", under!(""), create),
    ("GET", under!("/query"), query),
    ("GET", under!("/:float_image_id"), get),
    ("PATCH", under!("/:float_image_id"), patch),
    ("DELETE", under!("/:float_image_id"), delete),
];
