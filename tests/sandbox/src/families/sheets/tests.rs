//! The spreadsheet endpoints on the demo content.

use serde_json::{Value, json};

use super::super::testkit::Kit;
use crate::demo::{ADMIN, DEVELOPER, END_USER, OTHER_USER, SHEET};

fn v2(method: &str, tail: &str) -> String {
    format!("{method} /sheets/v2/spreadsheets/{SHEET}/{tail}")
}

fn v3(method: &str, tail: &str) -> String {
    format!("{method} /sheets/v3/spreadsheets/{SHEET}/sheets/{tail}")
}

fn read(kit: &mut Kit, range: &str, options: &str) -> Value {
    let line = v2("GET", &format!("values/{range}?{options}"));
    let told = kit.call(DEVELOPER, &line, &Value::Null).expect("values");
    told["valueRange"]["values"].clone()
}

fn put(kit: &mut Kit, range: &str, values: &Value) -> i64 {
    let body = json!({ "valueRange": { "range": range, "values": values } });
    kit.code(DEVELOPER, &v2("PUT", "values"), &body)
}

#[test]
fn values_are_printed_as_asked_for() {
    let mut kit = Kit::new();
    let row = |kit: &mut Kit, options: &str| read(kit, "Exp2ns!A2:H2", options)[0].clone();
    let raw = row(&mut kit, "valueRenderOption=UnformattedValue");
    assert!(
        raw[0].as_i64().is_some_and(|serial| serial > 46_000),
        "{raw}"
    );
    assert_eq!(raw[1], "EXP-0001");
    assert!(raw[7].as_f64() > raw[5].as_f64(), "{raw}");
    let shown = row(
        &mut kit,
        "valueRenderOption=FormattedValue&dateTimeRenderOption=FormattedString",
    );
    assert_eq!(shown[0], "2026/10/08");
    assert!(
        shown[5].as_str().is_some_and(|text| text.starts_with('¥')),
        "{shown}"
    );
    assert!(
        shown[6].as_str().is_some_and(|text| text.ends_with('%')),
        "{shown}"
    );
    let formulas = row(&mut kit, "valueRenderOption=Formula");
    assert_eq!(formulas[7], "=ROUND(F2*(1+G2),2)");
    let link = read(&mut kit, "Exp2ns!K2", "valueRenderOption=UnformattedValue");
    assert_eq!(link[0][0][0]["type"], "url");
    let text = read(&mut kit, "Exp2ns!K2", "valueRenderOption=ToString");
    assert!(text[0][0].is_string());
    let whole = read(&mut kit, "Sum3ry", "valueRenderOption=UnformattedValue");
    assert_eq!(whole.as_array().map(Vec::len), Some(9));
    let total = &whole[1][1];
    assert!(
        total.as_f64().is_some_and(|total| total > 1000.0),
        "{whole}"
    );
    for (range, code) in [
        ("Exp2ns!A2:Z2", 90_202),
        ("Exp2ns!B", 90_202),
        ("Nosuch!A1", 90_215),
        ("!A1", 90_202),
    ] {
        let line = v2("GET", &format!("values/{range}"));
        assert_eq!(kit.code(DEVELOPER, &line, &Value::Null), code, "{range}");
    }
    let line = v2("GET", "values/Exp2ns!A1");
    assert_eq!(kit.code(OTHER_USER, &line, &Value::Null), 90_213);
    let several = v2("GET", "values_batch_get?ranges=Q4bud1!A1:B2,Sum3ry!A1:A1");
    let told = kit.call(DEVELOPER, &several, &Value::Null).expect("ranges");
    assert_eq!(told["totalCells"], 5);
}

#[test]
fn written_cells_are_kept_with_their_kind_and_wrong_ones_are_refused() {
    let mut kit = Kit::new();
    let formula = json!({ "type": "formula", "text": "=SUM(A30:B30)" });
    assert_eq!(
        put(
            &mut kit,
            "Sum3ry!A30:D30",
            &json!([[1, 2.5, formula, "=1+1"]])
        ),
        0
    );
    let values = read(
        &mut kit,
        "Sum3ry!A30:D30",
        "valueRenderOption=UnformattedValue",
    );
    assert_eq!(values[0], json!([1, 2.5, 3.5, "=1+1"]));
    assert_eq!(put(&mut kit, "Sum3ry!A30", &json!([[""]])), 0);
    assert_eq!(read(&mut kit, "Sum3ry!A30:A30", "")[0][0], Value::Null);
    assert_eq!(
        put(&mut kit, "Sum3ry!A1:B1", &json!([["a", "b", "c"]])),
        90_202
    );
    assert_eq!(
        put(&mut kit, "Sum3ry!A1:B1", &json!([[{ "type": "nothing" }]])),
        90_204
    );
    assert_eq!(
        put(&mut kit, "Sum3ry!A1:B1", &json!([["x".repeat(50_001)]])),
        90_222
    );
    let tall: Vec<[i64; 1]> = vec![[1]; 5_001];
    assert_eq!(put(&mut kit, "Exp2ns!A:A", &json!(tall)), 90_226);
    assert_eq!(put(&mut kit, "Sum3ry!A1:B1", &json!([[]])), 90_216);
    let body = json!({ "valueRanges": [
        { "range": "Sum3ry!F1:F1", "values": [["kept?"]] },
        { "range": "Nosuch!A1:A1", "values": [["x"]] },
    ]});
    assert_eq!(
        kit.code(DEVELOPER, &v2("POST", "values_batch_update"), &body),
        90_215
    );
    assert_eq!(read(&mut kit, "Sum3ry!F1:F1", "")[0][0], Value::Null);
}

#[test]
fn rows_are_added_below_and_above() {
    let mut kit = Kit::new();
    let body = json!({ "valueRange": { "range": "Exp2ns!A1:K2000", "values": [["new", "row"]] } });
    let line = v2("POST", "values_append?insertDataOption=INSERT_ROWS");
    let told = kit.call(DEVELOPER, &line, &body).expect("appended");
    assert_eq!(told["updates"]["updatedRange"], "Exp2ns!A86:B86");
    let before = kit
        .call(DEVELOPER, &v3("GET", "Exp2ns"), &Value::Null)
        .expect("tab");
    assert_eq!(before["sheet"]["grid_properties"]["row_count"], 2_001);
    let body = json!({ "valueRange": { "range": "Exp2ns!A2:B2", "values": [["first", 1]] } });
    let told = kit
        .call(DEVELOPER, &v2("POST", "values_prepend"), &body)
        .expect("prepended");
    assert_eq!(told["updates"]["updatedRange"], "Exp2ns!A2:B2");
    assert_eq!(read(&mut kit, "Exp2ns!A87:A87", "")[0][0], "new");
}

#[test]
fn rows_and_columns_take_along_what_belongs_to_them() {
    let mut kit = Kit::new();
    let dimension = |start: u32, end: u32| {
        json!({ "dimension": { "sheetId": "Q4bud1", "majorDimension": "ROWS",
            "startIndex": start, "endIndex": end } })
    };
    let merged = |kit: &mut Kit| {
        let told = kit
            .call(DEVELOPER, &v3("GET", "Q4bud1"), &Value::Null)
            .expect("tab");
        told["sheet"]["merges"][0]["start_row_index"].clone()
    };
    let at = merged(&mut kit).as_i64().expect("a merge");
    let line = v2("POST", "insert_dimension_range");
    kit.call(DEVELOPER, &line, &dimension(1, 3))
        .expect("inserted");
    assert_eq!(merged(&mut kit), at + 2);
    assert_eq!(read(&mut kit, "Q4bud1!A2:A2", "")[0][0], Value::Null);
    let gone = kit.call(
        DEVELOPER,
        &v2("DELETE", "dimension_range"),
        &dimension(2, 3),
    );
    assert_eq!(gone.expect("deleted")["delCount"], 2);
    assert_eq!(merged(&mut kit), at);
    assert_eq!(read(&mut kit, "Q4bud1!A2:A2", "")[0][0], "研发部");
    let wrong = kit.code(
        DEVELOPER,
        &v2("DELETE", "dimension_range"),
        &dimension(0, 3),
    );
    assert_eq!(wrong, 90_212);
    let all = kit.code(
        DEVELOPER,
        &v2("DELETE", "dimension_range"),
        &dimension(1, 120),
    );
    assert_eq!(all, 90_212);
    let first = read(&mut kit, "Q4bud1!B2:B2", "")[0][0].clone();
    let body = json!({ "source": { "major_dimension": "ROWS", "start_index": 1, "end_index": 1 },
        "destination_index": 4 });
    kit.call(DEVELOPER, &v3("POST", "Q4bud1/move_dimension"), &body)
        .expect("moved");
    assert_eq!(read(&mut kit, "Q4bud1!B4:B4", "")[0][0], first);
}

#[test]
fn sheets_are_made_changed_and_deleted_together_or_not_at_all() {
    let mut kit = Kit::new();
    let line = v2("POST", "sheets_batch_update");
    let made = kit
        .call(DEVELOPER, &line, &json!({ "requests": [
            { "addSheet": { "properties": { "title": "New", "index": 1 } } },
            { "copySheet": { "source": { "sheetId": "Sum3ry" }, "destination": { "title": "Copy" } } },
        ]}))
        .expect("made");
    let id = made["replies"][0]["addSheet"]["properties"]["sheetId"].clone();
    let change = json!({ "requests": [{ "updateSheet": { "properties": {
        "sheetId": id, "title": "Newer", "frozenRowCount": 2, "frozenColCount": 1, "hidden": true,
    } } }] });
    let told = kit.call(DEVELOPER, &line, &change).expect("changed");
    assert_eq!(
        told["replies"][0]["updateSheet"]["properties"]["frozen ColCount"],
        1
    );
    let failing = json!({ "requests": [
        { "deleteSheet": { "sheetId": id } },
        { "addSheet": { "properties": { "title": "Copy" } } },
    ]});
    assert_eq!(kit.code(DEVELOPER, &line, &failing), 90_208);
    let tabs = kit
        .call(DEVELOPER, &v3("GET", "query"), &Value::Null)
        .expect("tabs");
    assert_eq!(tabs["sheets"].as_array().map(Vec::len), Some(5));
    assert_eq!(tabs["sheets"][1]["title"], "Newer");
    assert_eq!(
        kit.code(
            DEVELOPER,
            &line,
            &json!({ "requests": [{ "addSheet": { "properties": { "title": "a/b" } } }] })
        ),
        90_203
    );
}

#[test]
fn locked_cells_are_kept_from_others() {
    let mut kit = Kit::new();
    let body = json!({ "addProtectedDimension": [{
        "dimension": { "sheetId": "Q4bud1", "majorDimension": "ROWS", "startIndex": 1, "endIndex": 1 },
        "users": [Kit::open_id(ADMIN)], "lockInfo": "header",
    }]});
    let made = kit
        .call(DEVELOPER, &v2("POST", "protected_dimension"), &body)
        .expect("made");
    let id = made["addProtectedDimension"][0]["protectId"].clone();
    assert_eq!(put(&mut kit, "Q4bud1!A1:A1", &json!([["mine"]])), 0);
    let body = json!({ "valueRange": { "range": "Q4bud1!A1:A1", "values": [["theirs"]] } });
    assert_eq!(kit.code(ADMIN, &v2("PUT", "values"), &body), 0);
    // The owner of the spreadsheet stands above it, somebody else does not.
    assert_eq!(kit.code(END_USER, &v2("PUT", "values"), &body), 0);
    let meta = v2("GET", "metainfo?extFields=protectedRange");
    let told = kit.call(END_USER, &meta, &Value::Null).expect("meta");
    assert_eq!(told["sheets"][0]["protectedRange"][0]["protectId"], id);
    let lock = json!({ "requests": [{ "updateSheet": { "properties": {
        "sheetId": "Sum3ry", "protect": { "lock": "LOCK" } } } }] });
    kit.call(END_USER, &v2("POST", "sheets_batch_update"), &lock)
        .expect("locked");
    assert_eq!(put(&mut kit, "Sum3ry!A1:A1", &json!([["x"]])), 90_218);
    let find = json!({ "find_condition": { "range": "Sum3ry!A1:A9" }, "find": "预算", "replacement": "x" });
    assert_eq!(
        kit.code(DEVELOPER, &v3("POST", "Sum3ry/replace"), &find),
        1_310_218
    );
}

#[test]
fn text_is_found_and_replaced() {
    let mut kit = Kit::new();
    let find = |text: &str, any_case: bool, formulas: bool| {
        json!({ "find_condition": { "range": "Sum3ry!A1:E20", "match_case": any_case,
            "include_formulas": formulas }, "find": text })
    };
    let line = v3("POST", "Sum3ry/find");
    let told = kit
        .call(DEVELOPER, &line, &find("cny", true, false))
        .expect("found");
    assert_eq!(
        told["find_result"]["matched_cells"]
            .as_array()
            .map(Vec::len),
        Some(5)
    );
    let told = kit
        .call(DEVELOPER, &line, &find("cny", false, false))
        .expect("found");
    assert_eq!(told["find_result"]["rows_count"], 0);
    let told = kit
        .call(DEVELOPER, &line, &find("SUMIF", false, true))
        .expect("found");
    assert_eq!(told["find_result"]["matched_formula_cells"], json!(["B8"]));
    let mut body = find("CNY", false, false);
    body["replacement"] = json!("RMB");
    let told = kit
        .call(DEVELOPER, &v3("POST", "Sum3ry/replace"), &body)
        .expect("replaced");
    assert_eq!(told["replace_result"]["rows_count"], 5);
    assert_eq!(read(&mut kit, "Sum3ry!C2:C2", "")[0][0], "RMB");
}

#[test]
fn filters_views_dropdowns_and_pictures_are_kept() {
    let mut kit = Kit::new();
    let rule = json!({ "filter_type": "number", "compare_type": "greater", "expected": ["50000"] });
    let body = json!({ "range": "Exp2ns!A1:K85", "col": "F", "condition": rule });
    let filter = v3("POST", "Exp2ns/filter");
    kit.call(DEVELOPER, &filter, &body).expect("filter");
    assert_eq!(kit.code(DEVELOPER, &filter, &body), 1_310_203);
    let told = kit
        .call(DEVELOPER, &v3("GET", "Exp2ns/filter"), &Value::Null)
        .expect("filter");
    let hidden = told["sheet_filter_info"]["filtered_out_rows"]
        .as_array()
        .map(Vec::len);
    assert!(
        hidden.is_some_and(|count| count > 10 && count < 84),
        "{told}"
    );
    let bad = json!({ "col": "F", "condition": { "filter_type": "number", "expected": ["1"] } });
    assert_eq!(
        kit.code(DEVELOPER, &v3("PUT", "Exp2ns/filter"), &bad),
        1_310_236
    );
    let view = json!({ "filter_view_name": "Mine", "range": "Exp2ns!A1:K85" });
    let made = kit
        .call(DEVELOPER, &v3("POST", "Exp2ns/filter_views"), &view)
        .expect("view");
    assert_eq!(
        kit.code(DEVELOPER, &v3("POST", "Exp2ns/filter_views"), &view),
        1_310_240
    );
    let id = made["filter_view"]["filter_view_id"]
        .as_str()
        .expect("id")
        .to_owned();
    let line = v3("POST", &format!("Exp2ns/filter_views/{id}/conditions"));
    let rule = json!({ "condition_id": "C", "filter_type": "multiValue", "expected": ["研发部"] });
    kit.call(DEVELOPER, &line, &rule).expect("rule");
    let list = v3("GET", &format!("Exp2ns/filter_views/{id}/conditions/query"));
    let told = kit.call(DEVELOPER, &list, &Value::Null).expect("rules");
    assert_eq!(told["items"][0]["condition_id"], "C");
    let lists = v2("GET", "dataValidation?range=Exp2ns!J2:J10");
    let told = kit
        .call(DEVELOPER, &lists, &Value::Null)
        .expect("dropdowns");
    assert_eq!(told["dataValidations"][0]["conditionValues"][0], "已支付");
    let off = json!({ "dataValidationRanges": [{ "range": "Exp2ns!J2:J10" }] });
    kit.call(DEVELOPER, &v2("DELETE", "dataValidation"), &off)
        .expect("cleared");
    let told = kit
        .call(DEVELOPER, &lists, &Value::Null)
        .expect("dropdowns");
    assert_eq!(told["dataValidations"], json!([]));
    let fields = [
        ("file_name", "a.png"),
        ("parent_type", "sheet_image"),
        ("parent_node", SHEET),
        ("size", "4"),
    ];
    let media = kit.upload(
        DEVELOPER,
        "POST /drive/v1/medias/upload_all",
        &fields,
        b"\x89PNG",
    );
    let media = media.expect("media")["file_token"].clone();
    let body = json!({ "float_image_token": media, "range": "Exp2ns!B2:B2", "width": 10 });
    let images = v3("POST", "Exp2ns/float_images");
    assert_eq!(kit.code(DEVELOPER, &images, &body), 1_310_246);
    let body = json!({ "float_image_token": media, "range": "Exp2ns!B2:B2", "width": 120 });
    let made = kit.call(DEVELOPER, &images, &body).expect("image");
    assert_eq!(made["float_image"]["width"], 120.0);
    let body = json!({ "float_image_token": "x", "range": "Exp2ns!B2:B2" });
    assert_eq!(kit.code(DEVELOPER, &images, &body), 1_310_245);
}
