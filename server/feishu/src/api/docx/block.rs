//! Blocks of a document. Known payloads are typed where they are used; unknown types pass through.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use super::{read::Payload, text::Text};

/// A block as Feishu returns it. Lists are in pre-order.
///
/// Its payload is read when it is asked for, and once: most readers want the text of every block
/// and the other fields of few.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Block {
    /// Identity in the document.
    pub block_id: String,
    /// The block above.
    pub parent_id: String,
    /// The blocks below, in order.
    pub children: Vec<String>,
    /// Number of the type; see [`BlockKind`].
    pub block_type: i64,
    /// Comments anchored here.
    pub comment_ids: Vec<String>,
    pub(super) payload: Payload,
}

impl Block {
    /// The kind, if the number is known.
    pub fn kind(&self) -> Option<BlockKind> {
        BlockKind::from_number(self.block_type)
    }

    /// The payload under the key of the kind.
    pub fn body(&self) -> Option<&Map<String, Value>> {
        self.payload.body(self.kind()?.key())
    }

    /// The text of a block that has elements.
    pub fn text(&self) -> Option<&Text> {
        self.payload.text(self.kind()?.key())
    }

    /// A field of the payload as text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.body()?.get(name)?.as_str()
    }

    /// A field of the payload as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.body()?.get(name)?.as_i64()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $key:literal;)*) => {
        /// The block types of the documentation and the SDKs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum BlockKind {$(
            #[doc = concat!("Type ", stringify!($number), ", payload key `", $key, "`.")]
            $name,
        )*}

        impl BlockKind {
            /// All kinds, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The number in `block_type`.
            pub const fn number(self) -> i64 {
                match self { $(Self::$name => $number),* }
            }

            /// The key of the payload.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The kind of a number.
            pub const fn from_number(number: i64) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    Page = 1, "page";
    Text = 2, "text";
    Heading1 = 3, "heading1";
    Heading2 = 4, "heading2";
    Heading3 = 5, "heading3";
    Heading4 = 6, "heading4";
    Heading5 = 7, "heading5";
    Heading6 = 8, "heading6";
    Heading7 = 9, "heading7";
    Heading8 = 10, "heading8";
    Heading9 = 11, "heading9";
    Bullet = 12, "bullet";
    Ordered = 13, "ordered";
    Code = 14, "code";
    Quote = 15, "quote";
    Equation = 16, "equation";
    Todo = 17, "todo";
    Bitable = 18, "bitable";
    Callout = 19, "callout";
    ChatCard = 20, "chat_card";
    Diagram = 21, "diagram";
    Divider = 22, "divider";
    File = 23, "file";
    Grid = 24, "grid";
    GridColumn = 25, "grid_column";
    Iframe = 26, "iframe";
    Image = 27, "image";
    Isv = 28, "isv";
    Mindnote = 29, "mindnote";
    Sheet = 30, "sheet";
    Table = 31, "table";
    TableCell = 32, "table_cell";
    View = 33, "view";
    QuoteContainer = 34, "quote_container";
    Task = 35, "task";
    Okr = 36, "okr";
    OkrObjective = 37, "okr_objective";
    OkrKeyResult = 38, "okr_key_result";
    OkrProgress = 39, "okr_progress";
    AddOns = 40, "add_ons";
    JiraIssue = 41, "jira_issue";
    WikiCatalog = 42, "wiki_catalog";
    Board = 43, "board";
    Agenda = 44, "agenda";
    AgendaItem = 45, "agenda_item";
    AgendaItemTitle = 46, "agenda_item_title";
    AgendaItemContent = 47, "agenda_item_content";
    LinkPreview = 48, "link_preview";
    SourceSynced = 49, "source_synced";
    ReferenceSynced = 50, "reference_synced";
    SubPageList = 51, "sub_page_list";
    AiTemplate = 52, "ai_template";
    Undefined = 999, "undefined";
}

impl BlockKind {
    /// The level of a heading, 1 to 9.
    pub const fn heading_level(self) -> Option<u8> {
        match self {
            Self::Heading1 => Some(1),
            Self::Heading2 => Some(2),
            Self::Heading3 => Some(3),
            Self::Heading4 => Some(4),
            Self::Heading5 => Some(5),
            Self::Heading6 => Some(6),
            Self::Heading7 => Some(7),
            Self::Heading8 => Some(8),
            Self::Heading9 => Some(9),
            _ => None,
        }
    }

    /// The heading of a level; deeper ones become the deepest.
    pub const fn heading(level: u8) -> Self {
        match level {
            0 | 1 => Self::Heading1,
            2 => Self::Heading2,
            3 => Self::Heading3,
            4 => Self::Heading4,
            5 => Self::Heading5,
            6 => Self::Heading6,
            7 => Self::Heading7,
            8 => Self::Heading8,
            _ => Self::Heading9,
        }
    }
}

/// A block to be created, under a temporary id of the caller's choice.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBlock {
    /// Temporary id, unique in the request.
    pub block_id: String,
    /// The kind.
    pub kind: BlockKind,
    /// The payload.
    pub payload: Value,
    /// Temporary ids of the blocks below.
    pub children: Vec<String>,
}

impl Serialize for NewBlock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("block_id", &self.block_id)?;
        map.serialize_entry("block_type", &self.kind.number())?;
        map.serialize_entry(self.kind.key(), &self.payload)?;
        map.serialize_entry("children", &self.children)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_agree() {
        for kind in BlockKind::ALL {
            assert_eq!(BlockKind::from_number(kind.number()), Some(*kind));
        }
        assert_eq!(BlockKind::from_number(777), None);
        assert_eq!(BlockKind::heading(3).heading_level(), Some(3));
    }

    #[test]
    fn a_block_of_an_unknown_type_and_element_is_still_read() {
        let block: Block = serde_json::from_str(
            r#"{"block_id":"b","block_type":777,"novelty":{"x":1},"children":null}"#,
        )
        .unwrap();
        assert_eq!((block.kind(), block.children.len()), (None, 0));
        let block: Block = serde_json::from_str(
            r#"{"block_id":"b","block_type":2,"text":{"elements":[{"sparkle":{"a":1}}]}}"#,
        )
        .unwrap();
        assert!(
            block.text().unwrap().elements[0]
                .other
                .contains_key("sparkle")
        );
    }

    #[test]
    fn a_payload_is_read_whole_whatever_stands_before_its_type() {
        let block: Block = serde_json::from_str(
            r#"{"text":{"elements":null,"style":{"done":true},"n":3},"comment_ids":["c"],
                "block_type":"2","block_id":"b","parent_id":null}"#,
        )
        .unwrap();
        let text = block.text().unwrap();
        assert!(text.elements.is_empty() && text.style.as_ref().unwrap().done == Some(true));
        assert_eq!((block.number("n"), block.comment_ids.len()), (Some(3), 1));
        let block: Block =
            serde_json::from_str(r#"{"block_type":27,"image":{"token":"t"}}"#).unwrap();
        assert_eq!((block.text(), block.field("token")), (None, Some("t")));
        let block: Block =
            serde_json::from_str(r#"{"block_type":2,"text":{"elements":[{"text_run":7}]}}"#)
                .unwrap();
        assert!(block.text().is_none() && block.body().is_some());
    }
}
