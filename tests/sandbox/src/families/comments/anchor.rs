//! The place of an anchored comment: a block of a document, a cell of a sheet.

use super::super::common::fault;
use crate::State;
use crate::gateway::ApiError;

/// The kinds of files that take comments through the newer call.
pub(super) const KINDS: [&str; 5] = ["doc", "docx", "sheet", "file", "slides"];

/// Anchors a comment; gives the text that it is about.
///
/// # Errors
/// 1069302 for a place that the file does not have, and for kinds without places.
pub(super) fn put(
    state: &mut State,
    file: &str,
    place: &str,
    comment: &str,
) -> Result<String, ApiError> {
    if let Some(document) = state.docx.documents.get_mut(file) {
        let block = document
            .blocks
            .get_mut(place)
            .ok_or_else(|| fault(1_069_302))?;
        block.comment_ids.push(comment.to_owned());
        return Ok(super::super::docx::tree::plain(&block.payload));
    }
    let tabs = state.sheets.spreadsheets.get(file);
    let tabs = tabs.ok_or_else(|| fault(1_069_302))?;
    let (tab, cell) = place.split_once('!').ok_or_else(|| fault(1_069_302))?;
    let tab = tabs.iter().find(|known| known.id == tab);
    let tab = tab.ok_or_else(|| fault(1_069_302))?;
    let (column, row) = position(cell).ok_or_else(|| fault(1_069_302))?;
    if column > tab.columns || row > tab.rows {
        return Err(fault(1_069_302));
    }
    let cell = tab.cell(row - 1, column - 1);
    Ok(cell.map_or_else(String::new, |cell| {
        super::super::sheets::text_of(&cell.value)
    }))
}

/// Column and row of a cell's name, from 1.
fn position(cell: &str) -> Option<(u32, u32)> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase).count();
    let (letters, digits) = cell.split_at(letters);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters
        .bytes()
        .fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    let row = digits.parse().ok().filter(|row| *row > 0)?;
    Some((column, row))
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn cells_have_positions() {
        assert_eq!(position("A1"), Some((1, 1)));
        assert_eq!(position("AB12"), Some((28, 12)));
        for wrong in ["", "A", "1", "A0", "a1", "A1:B2", "ABCD1"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }
}
