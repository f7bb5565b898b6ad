//! A small schema language for the JSON payloads of blocks and operations.
//!
//! The gateway checks the outline of a request against the endpoint facts;
//! this checks what is inside a block, field by field, and names the field.

use serde_json::{Map, Value};

use super::super::common::invalid;
use crate::gateway::ApiError;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ty {
    /// Any string.
    Text,
    /// An integer in a closed range.
    Int(i64, i64),
    /// Any JSON number.
    Number,
    /// True or false.
    Bool,
    /// Milliseconds, printed as a string or as an integer (both occur in Feishu's own pages).
    Time,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An object with exactly these members.
    Object(&'static [Field]),
    /// A list of values of one type.
    List(&'static Ty),
}

/// One member of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// The JSON key.
    pub(crate) name: &'static str,
    /// What its value has to be.
    pub(crate) ty: Ty,
    /// Whether it may be left out.
    pub(crate) required: bool,
}

/// An optional member.
pub(crate) const fn opt(name: &'static str, ty: Ty) -> Field {
    Field {
        name,
        ty,
        required: false,
    }
}

/// A member that must be there.
pub(crate) const fn req(name: &'static str, ty: Ty) -> Field {
    Field {
        name,
        ty,
        required: true,
    }
}

/// Any integer.
pub(crate) const INT: Ty = Ty::Int(i64::MIN, i64::MAX);
/// An integer that is not negative.
pub(crate) const COUNT: Ty = Ty::Int(0, i64::MAX);

const TEXT_COLORS: Ty = Ty::Int(1, 7);
const BACKGROUNDS: Ty = Ty::Int(1, 15);

/// `link` of a text element; the URL is percent-encoded both ways.
const LINK: &[Field] = &[req("url", Ty::Text)];

/// `TextElementStyle`.
pub(crate) const ELEMENT_STYLE: &[Field] = &[
    opt("bold", Ty::Bool),
    opt("italic", Ty::Bool),
    opt("strikethrough", Ty::Bool),
    opt("underline", Ty::Bool),
    opt("inline_code", Ty::Bool),
    opt("text_color", TEXT_COLORS),
    opt("background_color", BACKGROUNDS),
    opt("link", Ty::Object(LINK)),
    opt("comment_ids", Ty::List(&Ty::Text)),
];

const STYLED: Field = opt("text_element_style", Ty::Object(ELEMENT_STYLE));

/// The kinds of text element that a request may carry.
pub(crate) const ELEMENT: &[Field] = &[
    opt("text_run", Ty::Object(&[req("content", Ty::Text), STYLED])),
    opt(
        "mention_user",
        Ty::Object(&[req("user_id", Ty::Text), STYLED]),
    ),
    opt(
        "mention_doc",
        Ty::Object(&[
            req("token", Ty::Text),
            req("obj_type", INT),
            opt("url", Ty::Text),
            opt("title", Ty::Text),
            opt(
                "fallback_type",
                Ty::OneOf(&["FallbackToLink", "FallbackToText"]),
            ),
            STYLED,
        ]),
    ),
    opt(
        "reminder",
        Ty::Object(&[
            req("create_user_id", Ty::Text),
            opt("is_notify", Ty::Bool),
            opt("is_whole_day", Ty::Bool),
            req("expire_time", Ty::Time),
            req("notify_time", Ty::Time),
            STYLED,
        ]),
    ),
    opt("equation", Ty::Object(&[req("content", Ty::Text), STYLED])),
    opt(
        "file",
        Ty::Object(&[
            opt("file_token", Ty::Text),
            opt("source_block_id", Ty::Text),
            STYLED,
        ]),
    ),
    opt(
        "inline_block",
        Ty::Object(&[req("block_id", Ty::Text), STYLED]),
    ),
    opt(
        "link_preview",
        Ty::Object(&[
            opt("title", Ty::Text),
            req("url", Ty::Text),
            req("url_type", Ty::OneOf(&["Project", "Undefined"])),
            STYLED,
        ]),
    ),
];

/// Block background names.
const BLOCK_BACKGROUNDS: &[&str] = &[
    "LightGrayBackground",
    "LightRedBackground",
    "LightOrangeBackground",
    "LightYellowBackground",
    "LightGreenBackground",
    "LightBlueBackground",
    "LightPurpleBackground",
    "PaleGrayBackground",
    "DarkGrayBackground",
    "DarkRedBackground",
    "DarkOrangeBackground",
    "DarkYellowBackground",
    "DarkGreenBackground",
    "DarkBlueBackground",
    "DarkPurpleBackground",
];

/// `TextStyle`. `sequence` is on the read side, but converted blocks carry it back, so it is accepted.
pub(crate) const TEXT_STYLE: &[Field] = &[
    opt("align", Ty::Int(1, 3)),
    opt("done", Ty::Bool),
    opt("folded", Ty::Bool),
    opt("language", Ty::Int(1, 75)),
    opt("wrap", Ty::Bool),
    opt("background_color", Ty::OneOf(BLOCK_BACKGROUNDS)),
    opt(
        "indentation_level",
        Ty::OneOf(&["NoIndent", "OneLevelIndent"]),
    ),
    opt("sequence", Ty::Text),
];

/// A list of text elements.
pub(crate) const ELEMENTS: Ty = Ty::List(&Ty::Object(ELEMENT));

/// `Text`: what paragraphs, headings, list items, code and the page carry.
pub(crate) const TEXT: &[Field] = &[
    opt("style", Ty::Object(TEXT_STYLE)),
    req("elements", ELEMENTS),
];

/// Checks `value` against `ty`; `at` is the path printed in the error.
///
/// # Errors
/// 99992402 naming the first field that does not fit.
pub(crate) fn check(ty: &Ty, value: &Value, at: &str) -> Result<(), ApiError> {
    match ty {
        Ty::Text => want(value.is_string(), at, "string"),
        Ty::Bool => want(value.is_boolean(), at, "boolean"),
        Ty::Number => want(value.is_number(), at, "number"),
        Ty::Time => want(
            value.is_i64()
                || value.as_str().is_some_and(|text| {
                    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
                }),
            at,
            "time in milliseconds",
        ),
        Ty::Int(low, high) => match value.as_i64() {
            None => Err(invalid(at, "must be an integer")),
            Some(number) if number < *low => Err(invalid(at, &format!("the min value is {low}"))),
            Some(number) if number > *high => Err(invalid(at, &format!("the max value is {high}"))),
            Some(_) => Ok(()),
        },
        Ty::OneOf(options) => match value.as_str() {
            Some(text) if options.contains(&text) => Ok(()),
            _ => Err(invalid(
                at,
                &format!("must be one of [{}]", options.join(", ")),
            )),
        },
        Ty::Object(fields) => match value.as_object() {
            Some(object) => check_object(fields, object, at),
            None => Err(invalid(at, "must be an object")),
        },
        Ty::List(item) => match value.as_array() {
            Some(list) => list
                .iter()
                .enumerate()
                .try_for_each(|(index, entry)| check(item, entry, &format!("{at}[{index}]"))),
            None => Err(invalid(at, "must be an array")),
        },
    }
}

/// Checks the members of an object: none unknown, none required missing, each of its type.
pub(crate) fn check_object(
    fields: &[Field],
    object: &Map<String, Value>,
    at: &str,
) -> Result<(), ApiError> {
    for (key, value) in object {
        let Some(field) = fields.iter().find(|field| field.name == key) else {
            return Err(invalid(&format!("{at}.{key}"), "unknown field"));
        };
        check(&field.ty, value, &format!("{at}.{key}"))?;
    }
    match fields
        .iter()
        .find(|field| field.required && !object.contains_key(field.name))
    {
        Some(missing) => Err(invalid(&format!("{at}.{}", missing.name), "is required")),
        None => Ok(()),
    }
}

fn want(fits: bool, at: &str, kind: &str) -> Result<(), ApiError> {
    if fits {
        Ok(())
    } else {
        Err(invalid(at, &format!("must be a {kind}")))
    }
}
