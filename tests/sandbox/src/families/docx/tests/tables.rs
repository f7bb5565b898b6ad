//! Tables and grids.

use super::*;

#[test]
fn a_table_comes_with_cells_that_hold_an_empty_paragraph() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let table =
        json!({ "block_type": 31, "table": { "property": { "row_size": 2, "column_size": 3 } } });
    let made = kit
        .call(ADMIN, &line, &json!({ "children": [table] }))
        .expect("made");
    let table = &made["children"][0];
    assert_eq!(table["table"]["cells"], table["children"]);
    assert_eq!(table["children"].as_array().map(Vec::len), Some(6));
    let all = blocks(&mut kit, &doc);
    assert_preorder(&all);
    assert_eq!(
        all.iter().filter(|block| block["block_type"] == 32).count(),
        6
    );
    assert_eq!(
        all.iter().filter(|block| block["block_type"] == 2).count(),
        6
    );
    let big =
        json!({ "block_type": 31, "table": { "property": { "row_size": 10, "column_size": 3 } } });
    assert_eq!(
        kit.code(ADMIN, &line, &json!({ "children": [big] })),
        1_770_001
    );
}

/// A document with one table; gives document and table.
fn with_table(kit: &mut Kit, rows: usize, columns: usize) -> (String, String) {
    let doc = fresh(kit);
    let table = json!({ "block_type": 31, "table": { "property": { "row_size": rows, "column_size": columns } } });
    let line = format!("POST {DOCS}/{doc}/blocks/{doc}/children");
    let made = kit
        .call(ADMIN, &line, &json!({ "children": [table] }))
        .expect("made");
    (doc, id(&made["children"][0]).to_owned())
}

#[test]
fn tables_grow_shrink_and_keep_their_merges_in_place() {
    let mut kit = Kit::new();
    let (doc, table) = with_table(&mut kit, 3, 3);
    let line = format!("PATCH {DOCS}/{doc}/blocks/{table}");
    let mut patch = |body: Value| kit.call(ADMIN, &line, &body);
    let merge = json!({ "merge_table_cells": { "row_start_index": 1, "row_end_index": 3, "column_start_index": 1, "column_end_index": 3 } });
    let after = patch(merge).expect("merged");
    assert_eq!(
        after["block"]["table"]["property"]["merge_info"][4],
        json!({ "row_span": 2, "col_span": 2 })
    );
    let after = patch(json!({ "insert_table_row": { "row_index": 0 } })).expect("inserted");
    let property = &after["block"]["table"]["property"];
    assert_eq!(
        (
            &property["row_size"],
            &property["merge_info"][7]["row_span"]
        ),
        (&json!(4), &json!(2))
    );
    let after = patch(json!({ "insert_table_row": { "row_index": 3 } }))
        .expect("inserted inside the merge");
    assert_eq!(
        after["block"]["table"]["property"]["merge_info"][7]["row_span"],
        3
    );
    let after = patch(json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 3 } }))
        .expect("deleted");
    let property = &after["block"]["table"]["property"];
    assert_eq!(property["row_size"], 2);
    assert_eq!(
        property["merge_info"][1],
        json!({ "row_span": 2, "col_span": 2 })
    );
    assert_eq!(after["block"]["children"].as_array().map(Vec::len), Some(6));
    let after = patch(json!({ "insert_table_column": { "column_index": -1 } })).expect("inserted");
    assert_eq!(
        after["block"]["table"]["property"]["column_width"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    let after = patch(json!({ "unmerge_table_cells": { "row_index": 1, "column_index": 2 } }))
        .expect("split");
    assert!(
        after["block"]["table"]["property"]["merge_info"]
            .as_array()
            .expect("infos")
            .iter()
            .all(|i| i["row_span"] == 1)
    );
    let code = |result: Result<Value, crate::gateway::ApiError>| result.expect_err("refused").code;
    assert_eq!(
        code(patch(
            json!({ "unmerge_table_cells": { "row_index": 0, "column_index": 0 } })
        )),
        1_770_024
    );
    assert_eq!(
        code(patch(
            json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 2 } })
        )),
        1_770_024
    );
    assert_eq!(
        code(patch(
            json!({ "delete_table_rows": { "row_start_index": 0, "row_end_index": 9 } })
        )),
        1_770_026
    );
    assert_eq!(
        code(patch(
            json!({ "insert_table_column": { "column_index": 9 } })
        )),
        1_770_027
    );
    assert_eq!(
        code(patch(
            json!({ "update_table_property": { "column_width": 90 } })
        )),
        1_770_001
    );
    assert_eq!(
        code(patch(
            json!({ "insert_table_row": { "row_index": 0 }, "insert_table_column": { "column_index": 0 } })
        )),
        1_770_001
    );
    assert_eq!(
        code(patch(json!({ "update_text_elements": { "elements": [] } }))),
        1_770_025
    );
    let after = patch(json!({ "update_table_property": { "column_width": 90, "column_index": 1, "header_row": true } })).expect("set");
    assert_eq!(after["block"]["table"]["property"]["column_width"][1], 90);
    assert_preorder(&blocks(&mut kit, &doc));
}

#[test]
fn grids_keep_between_two_and_five_columns() {
    let mut kit = Kit::new();
    let doc = fresh(&mut kit);
    let grid = json!({ "children": [{ "block_type": 24, "grid": { "column_size": 2 } }] });
    let made = kit
        .call(
            ADMIN,
            &format!("POST {DOCS}/{doc}/blocks/{doc}/children"),
            &grid,
        )
        .expect("made");
    let line = format!("PATCH {DOCS}/{doc}/blocks/{}", id(&made["children"][0]));
    let mut patch = |body: Value| {
        kit.call(ADMIN, &line, &body)
            .map_or_else(|error| error.code, |_| 0)
    };
    assert_eq!(
        patch(json!({ "delete_grid_column": { "column_index": 0 } })),
        1_770_024
    );
    for _ in 0..3 {
        assert_eq!(
            patch(json!({ "insert_grid_column": { "column_index": -1 } })),
            0
        );
    }
    assert_eq!(
        patch(json!({ "insert_grid_column": { "column_index": -1 } })),
        1_770_012
    );
    assert_eq!(
        patch(
            json!({ "update_grid_column_width_ratio": { "width_ratios": [20, 20, 20, 20, 21] } })
        ),
        1_770_001
    );
    assert_eq!(
        patch(
            json!({ "update_grid_column_width_ratio": { "width_ratios": [10, 30, 20, 20, 20] } })
        ),
        0
    );
    assert_eq!(
        patch(json!({ "delete_grid_column": { "column_index": -1 } })),
        0
    );
}
