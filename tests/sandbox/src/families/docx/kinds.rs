//! The block types: number, payload key, payload fields, who may create it, what it may hold.

use super::schema::{COUNT, Field, INT, TEXT, Ty, opt, req};

/// Whether a request may create a block of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Create {
    /// In both the children and the descendant call.
    Yes,
    /// Only as part of its container in a descendant call.
    Inside,
    /// Only with a user token.
    ByUser,
    /// Never.
    No,
}

/// One block type.
#[derive(Debug)]
pub(crate) struct Kind {
    /// `block_type`.
    pub(crate) number: u16,
    /// The payload's key.
    pub(crate) key: &'static str,
    /// The payload's fields in a creating request.
    pub(crate) fields: &'static [Field],
    /// Who may create it.
    pub(crate) create: Create,
}

const fn kind(number: u16, key: &'static str, fields: &'static [Field], create: Create) -> Kind {
    Kind {
        number,
        key,
        fields,
        create,
    }
}

pub(crate) const PAGE: u16 = 1;
pub(crate) const TEXT_BLOCK: u16 = 2;
pub(crate) const BULLET: u16 = 12;
pub(crate) const ORDERED: u16 = 13;
pub(crate) const CODE: u16 = 14;
pub(crate) const QUOTE: u16 = 15;
pub(crate) const TODO: u16 = 17;
pub(crate) const BITABLE: u16 = 18;
pub(crate) const CALLOUT: u16 = 19;
pub(crate) const DIVIDER: u16 = 22;
pub(crate) const FILE: u16 = 23;
pub(crate) const GRID: u16 = 24;
pub(crate) const GRID_COLUMN: u16 = 25;
pub(crate) const IMAGE: u16 = 27;
pub(crate) const SHEET: u16 = 30;
pub(crate) const TABLE: u16 = 31;
pub(crate) const TABLE_CELL: u16 = 32;
pub(crate) const VIEW: u16 = 33;
pub(crate) const QUOTE_CONTAINER: u16 = 34;
pub(crate) const TASK: u16 = 35;
pub(crate) const OKR: u16 = 36;
pub(crate) const BOARD: u16 = 43;
pub(crate) const SUB_PAGE_LIST: u16 = 51;
/// Heading 1; heading n is this plus n - 1.
pub(crate) const HEADING1: u16 = 3;
/// Heading 9.
pub(crate) const HEADING9: u16 = 11;

const ALIGN: Ty = Ty::Int(1, 3);
const NONE: &[Field] = &[];

const TABLE_PROPERTY: &[Field] = &[
    req("row_size", Ty::Int(1, i64::MAX)),
    req("column_size", Ty::Int(1, i64::MAX)),
    opt("column_width", Ty::List(&Ty::Int(50, i64::MAX))),
    opt("header_row", Ty::Bool),
    opt("header_column", Ty::Bool),
];

/// Every block type of the documented table.
pub(crate) static KINDS: &[Kind] = &[
    kind(1, "page", TEXT, Create::No),
    kind(2, "text", TEXT, Create::Yes),
    kind(3, "heading1", TEXT, Create::Yes),
    kind(4, "heading2", TEXT, Create::Yes),
    kind(5, "heading3", TEXT, Create::Yes),
    kind(6, "heading4", TEXT, Create::Yes),
    kind(7, "heading5", TEXT, Create::Yes),
    kind(8, "heading6", TEXT, Create::Yes),
    kind(9, "heading7", TEXT, Create::Yes),
    kind(10, "heading8", TEXT, Create::Yes),
    kind(11, "heading9", TEXT, Create::Yes),
    kind(12, "bullet", TEXT, Create::Yes),
    kind(13, "ordered", TEXT, Create::Yes),
    kind(14, "code", TEXT, Create::Yes),
    kind(15, "quote", TEXT, Create::Yes),
    kind(16, "equation", TEXT, Create::No),
    kind(17, "todo", TEXT, Create::Yes),
    kind(
        18,
        "bitable",
        &[opt("token", Ty::Text), opt("view_type", Ty::Int(1, 2))],
        Create::Yes,
    ),
    kind(
        19,
        "callout",
        &[
            opt("background_color", Ty::Int(1, 15)),
            opt("border_color", Ty::Int(1, 7)),
            opt("text_color", Ty::Int(1, 7)),
            opt("emoji_id", Ty::Text),
        ],
        Create::Yes,
    ),
    kind(
        20,
        "chat_card",
        &[req("chat_id", Ty::Text), opt("align", ALIGN)],
        Create::Yes,
    ),
    kind(
        21,
        "diagram",
        &[opt("diagram_type", Ty::Int(1, 2))],
        Create::No,
    ),
    kind(22, "divider", NONE, Create::Yes),
    kind(
        23,
        "file",
        &[
            opt("token", Ty::Text),
            opt("name", Ty::Text),
            opt("view_type", Ty::Int(1, 2)),
        ],
        Create::Yes,
    ),
    kind(24, "grid", &[req("column_size", INT)], Create::Yes),
    kind(
        25,
        "grid_column",
        &[opt("width_ratio", Ty::Int(1, 99))],
        Create::Inside,
    ),
    kind(
        26,
        "iframe",
        &[req(
            "component",
            Ty::Object(&[opt("iframe_type", Ty::Int(1, 15)), req("url", Ty::Text)]),
        )],
        Create::Yes,
    ),
    kind(
        27,
        "image",
        &[
            opt("width", COUNT),
            opt("height", COUNT),
            opt("token", Ty::Text),
            opt("align", ALIGN),
            opt("caption", Ty::Object(&[opt("content", Ty::Text)])),
            opt("scale", Ty::Number),
        ],
        Create::Yes,
    ),
    kind(
        28,
        "isv",
        &[
            opt("component_id", Ty::Text),
            opt("component_type_id", Ty::Text),
        ],
        Create::Yes,
    ),
    kind(29, "mindnote", &[opt("token", Ty::Text)], Create::No),
    kind(
        30,
        "sheet",
        &[
            opt("token", Ty::Text),
            opt("row_size", Ty::Int(1, 9)),
            opt("column_size", Ty::Int(1, 9)),
        ],
        Create::Yes,
    ),
    kind(
        31,
        "table",
        &[
            opt("cells", Ty::List(&Ty::Text)),
            req("property", Ty::Object(TABLE_PROPERTY)),
        ],
        Create::Yes,
    ),
    kind(32, "table_cell", NONE, Create::Inside),
    kind(33, "view", &[opt("view_type", Ty::Int(1, 2))], Create::No),
    kind(34, "quote_container", NONE, Create::Yes),
    kind(
        35,
        "task",
        &[opt("task_id", Ty::Text), opt("folded", Ty::Bool)],
        Create::No,
    ),
    kind(
        36,
        "okr",
        &[
            req("okr_id", Ty::Text),
            opt(
                "objectives",
                Ty::List(&Ty::Object(&[
                    req("objective_id", Ty::Text),
                    opt("kr_ids", Ty::List(&Ty::Text)),
                ])),
            ),
        ],
        Create::ByUser,
    ),
    kind(37, "okr_objective", NONE, Create::No),
    kind(38, "okr_key_result", NONE, Create::No),
    kind(39, "okr_progress", NONE, Create::No),
    kind(
        40,
        "add_ons",
        &[
            opt("component_id", Ty::Text),
            req("component_type_id", Ty::Text),
            opt("record", Ty::Text),
        ],
        Create::Yes,
    ),
    kind(
        41,
        "jira_issue",
        &[opt("id", Ty::Text), opt("key", Ty::Text)],
        Create::No,
    ),
    kind(
        42,
        "wiki_catalog",
        &[opt("wiki_token", Ty::Text)],
        Create::Yes,
    ),
    kind(
        43,
        "board",
        &[
            opt("token", Ty::Text),
            opt("align", ALIGN),
            opt("width", COUNT),
            opt("height", COUNT),
        ],
        Create::Yes,
    ),
    kind(44, "agenda", NONE, Create::No),
    kind(45, "agenda_item", NONE, Create::No),
    kind(46, "agenda_item_title", NONE, Create::No),
    kind(47, "agenda_item_content", NONE, Create::No),
    kind(
        48,
        "link_preview",
        &[
            opt("url", Ty::Text),
            req("url_type", Ty::OneOf(&["MessageLink", "Undefined"])),
        ],
        Create::Yes,
    ),
    kind(49, "source_synced", NONE, Create::No),
    kind(50, "reference_synced", NONE, Create::No),
    kind(
        51,
        "sub_page_list",
        &[opt("wiki_token", Ty::Text)],
        Create::Yes,
    ),
    kind(52, "ai_template", NONE, Create::No),
    kind(999, "undefined", NONE, Create::No),
];

/// The kind with this `block_type`.
pub(crate) fn by_number(number: u16) -> Option<&'static Kind> {
    // The table is dense up to 52, so the index is nearly always right.
    KINDS
        .get(usize::from(number).wrapping_sub(1))
        .filter(|kind| kind.number == number)
        .or_else(|| KINDS.iter().find(|kind| kind.number == number))
}

/// The kind whose payload has this key.
pub(crate) fn by_key(key: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.key == key)
}

/// Whether the payload is a `Text`.
pub(crate) fn is_text(number: u16) -> bool {
    matches!(number, PAGE..=QUOTE | TODO)
}

/// Whether it is a heading of any level.
pub(crate) fn is_heading(number: u16) -> bool {
    (HEADING1..=HEADING9).contains(&number)
}

/// Whether blocks of this kind may get children from a caller.
pub(crate) fn holds_children(number: u16) -> bool {
    is_heading(number)
        || matches!(
            number,
            PAGE | TEXT_BLOCK
                | BULLET
                | ORDERED
                | TASK
                | TODO
                | TABLE_CELL
                | GRID_COLUMN
                | CALLOUT
                | QUOTE_CONTAINER
        )
}

/// Whether `child` may stand directly under `parent`, both being allowed on their own.
pub(crate) fn may_hold(parent: u16, child: u16) -> bool {
    match parent {
        TABLE => child == TABLE_CELL,
        GRID => child == GRID_COLUMN,
        TABLE_CELL => !matches!(child, TABLE | SHEET | BITABLE | OKR),
        GRID_COLUMN => !matches!(child, GRID | BITABLE | OKR),
        CALLOUT => {
            is_heading(child)
                || matches!(
                    child,
                    TEXT_BLOCK | ORDERED | BULLET | TASK | TODO | QUOTE | QUOTE_CONTAINER
                )
        }
        _ => !matches!(child, TABLE_CELL | GRID_COLUMN),
    }
}

/// Whether the container is meaningless without a child, so that it can be neither made nor left empty.
pub(crate) fn needs_child(number: u16) -> bool {
    matches!(number, TABLE_CELL | GRID_COLUMN | CALLOUT)
}
