//! Reading blocks and runs without an intermediate tree: documents are the largest answers.

use std::{fmt, sync::OnceLock};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use super::{
    super::loose,
    block::Block,
    text::{Text, TextElement, TextStyle},
};

/// The fields of a block that are not the same for all kinds, as they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Payload {
    fields: Vec<(String, Box<RawValue>)>,
    body: OnceLock<Option<Map<String, Value>>>,
    text: OnceLock<Option<Text>>,
}

impl Payload {
    /// The object under `key`.
    pub(super) fn body(&self, key: &str) -> Option<&Map<String, Value>> {
        self.body.get_or_init(|| self.read(key)).as_ref()
    }

    /// The text under `key`; `None` when it has no elements, or others than known.
    pub(super) fn text(&self, key: &str) -> Option<&Text> {
        let read = || {
            let sketch: Sketch = self.read(key)?;
            Some(Text {
                style: sketch.style,
                elements: sketch.elements?,
            })
        };
        self.text.get_or_init(read).as_ref()
    }

    fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let (_, raw) = self.fields.iter().find(|(name, _)| name == key)?;
        serde_json::from_str(raw.get()).ok()
    }
}

#[derive(Deserialize)]
struct Sketch {
    #[serde(default)]
    style: Option<TextStyle>,
    #[serde(default, deserialize_with = "present")]
    elements: Option<Vec<TextElement>>,
}

/// `null` counts as there, and empty.
fn present<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Vec<TextElement>>, D::Error> {
    loose::nullable(input).map(Some)
}

/// A number that may come as a text.
struct Int(i64);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        loose::int(input).map(Self)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(BlockVisitor)
    }
}

struct BlockVisitor;

impl<'de> Visitor<'de> for BlockVisitor {
    type Value = Block;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a block")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Block, A::Error> {
        let mut block = Block::default();
        let mut fields = Vec::with_capacity(1);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "block_id" => block.block_id = map.next_value()?,
                "parent_id" => block.parent_id = or_default(map.next_value()?),
                "children" => block.children = or_default(map.next_value()?),
                "block_type" => block.block_type = map.next_value::<Int>()?.0,
                "comment_ids" => block.comment_ids = or_default(map.next_value()?),
                _ => fields.push((name, map.next_value()?)),
            }
        }
        block.payload.fields = fields;
        Ok(block)
    }
}

fn or_default<T: Default>(value: Option<T>) -> T {
    value.unwrap_or_default()
}

impl<'de> Deserialize<'de> for TextElement {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(ElementVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = TextElement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element of a text")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextElement, A::Error> {
        let mut element = TextElement::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "text_run" => element.text_run = map.next_value()?,
                "mention_user" => element.mention_user = map.next_value()?,
                "mention_doc" => element.mention_doc = map.next_value()?,
                "reminder" => element.reminder = map.next_value()?,
                "equation" => element.equation = map.next_value()?,
                _ => {
                    element.other.insert(name, map.next_value()?);
                }
            }
        }
        Ok(element)
    }
}
