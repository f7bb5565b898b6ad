//! Text of a block: runs with their styles.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::super::loose;

/// The payload of all blocks with text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// Style of the whole block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<TextStyle>,
    /// The text in runs.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub elements: Vec<TextElement>,
}

/// Style of a block of text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TextStyle {
    /// Ticked, of a to-do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
    /// Number of a code language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<u16>,
    /// Lines of code wrap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap: Option<bool>,
    /// Number of an ordered item, or `auto` (only when reading).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// 1 left, 2 centre, 3 right.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "loose::small"
    )]
    pub align: Option<u8>,
    /// What stands below is folded away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folded: Option<bool>,
    /// A name such as `LightRedBackground`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// `NoIndent` or `OneLevelIndent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indentation_level: Option<String>,
}

/// One run of text; exactly one field is set. Kinds that are not listed stay in `other`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TextElement {
    /// Plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_run: Option<TextRun>,
    /// An @mention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mention_user: Option<MentionUser>,
    /// A link to another document, with its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mention_doc: Option<MentionDoc>,
    /// A reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Reminder>,
    /// A formula in KaTeX.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equation: Option<TextRun>,
    /// A kind that is not known here.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Text with a style.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRun {
    /// The text.
    #[serde(default)]
    pub content: String,
    /// Its style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_element_style: Option<ElementStyle>,
}

/// A mention of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionUser {
    /// The open id.
    #[serde(default)]
    pub user_id: String,
    /// Its style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_element_style: Option<ElementStyle>,
}

/// A mention of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionDoc {
    /// Its token.
    #[serde(default)]
    pub token: String,
    /// Its type: 1 doc, 3 sheet, 8 base, 11 mindnote, 12 file, 15 slides, 16 wiki, 22 docx.
    #[serde(default, deserialize_with = "loose::int")]
    pub obj_type: i64,
    /// Its address, percent-encoded.
    #[serde(default)]
    pub url: String,
    /// Its title (only when reading).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_element_style: Option<ElementStyle>,
}

/// A reminder in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Open id of who made it.
    #[serde(default)]
    pub create_user_id: String,
    /// Whether it notifies (only when reading).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_notify: Option<bool>,
    /// Whether it is about a day without an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_whole_day: Option<bool>,
    /// When it is due, in milliseconds since the epoch.
    #[serde(default, deserialize_with = "loose::int", serialize_with = "as_text")]
    pub expire_time: i64,
    /// When it reminds, in milliseconds since the epoch.
    #[serde(default, deserialize_with = "loose::int", serialize_with = "as_text")]
    pub notify_time: i64,
    /// Its style.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_element_style: Option<ElementStyle>,
}

/// Times are sent as text.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn as_text<S: Serializer>(time: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Style of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementStyle {
    /// Bold.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "loose::nullable"
    )]
    pub bold: bool,
    /// Italic.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "loose::nullable"
    )]
    pub italic: bool,
    /// Struck through.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "loose::nullable"
    )]
    pub strikethrough: bool,
    /// Underlined.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "loose::nullable"
    )]
    pub underline: bool,
    /// Code.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "loose::nullable"
    )]
    pub inline_code: bool,
    /// Colour of the letters: 1 red, 2 orange, 3 yellow, 4 green, 5 blue, 6 purple, 7 grey.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "loose::small"
    )]
    pub text_color: Option<u8>,
    /// Colour behind the letters, 1 to 15.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "loose::small"
    )]
    pub background_color: Option<u8>,
    /// A link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkUrl>,
    /// Comments anchored to the run. They may be kept or moved, not invented.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "loose::nullable"
    )]
    pub comment_ids: Vec<String>,
}

/// The target of a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUrl {
    /// The address, percent-encoded in both directions.
    #[serde(default)]
    pub url: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}
