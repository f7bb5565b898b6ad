//! Columns of a grid block.

use serde_json::{Map, Value};

use super::super::common::fault;
use super::assemble::{GRID_COLUMNS_MAX, empty_slot};
use super::build::position;
use super::kinds;
use super::tree::Document;
use crate::gateway::ApiError;
use crate::ids::IdSource;

impl Document {
    /// Inserts an empty grid column before `index`; -1 appends. All columns become equally wide.
    pub(crate) fn insert_grid_column(
        &mut self,
        id: &str,
        index: i64,
        mint: &mut IdSource,
    ) -> Result<(), ApiError> {
        let len = self.of_kind(id, kinds::GRID)?.children.len();
        if len >= GRID_COLUMNS_MAX {
            return Err(fault(1_770_012));
        }
        let at = position(index, len).map_err(|_| fault(1_770_027))?;
        let mut blocks = Vec::new();
        let column = empty_slot(kinds::GRID_COLUMN, Map::new(), id, mint, &mut blocks);
        self.graft(id, at, vec![column], blocks);
        self.even_columns(id)
    }

    /// Deletes a grid column; -1 is the last one. A grid keeps at least two.
    pub(crate) fn delete_grid_column(&mut self, id: &str, index: i64) -> Result<(), ApiError> {
        let len = self.of_kind(id, kinds::GRID)?.children.len();
        if len <= 2 {
            return Err(fault(1_770_024));
        }
        let at = if index == -1 {
            Some(len - 1)
        } else {
            usize::try_from(index).ok()
        };
        let at = at.filter(|at| *at < len).ok_or_else(|| fault(1_770_027))?;
        let gone = self.block_mut(id)?.children.remove(at);
        self.forget(&gone);
        self.even_columns(id)
    }

    /// Sets the width of every grid column; the shares make 100 together.
    pub(crate) fn set_grid_ratios(&mut self, id: &str, ratios: &[i64]) -> Result<(), ApiError> {
        let columns = self.of_kind(id, kinds::GRID)?.children.clone();
        if ratios.len() != columns.len()
            || ratios.iter().sum::<i64>() != 100
            || ratios.iter().any(|ratio| !(1..=99).contains(ratio))
        {
            return Err(fault(1_770_001));
        }
        for (column, ratio) in columns.iter().zip(ratios) {
            self.block_mut(column)?
                .payload
                .insert("width_ratio".to_owned(), Value::from(*ratio));
        }
        Ok(())
    }

    fn even_columns(&mut self, id: &str) -> Result<(), ApiError> {
        let columns = self.block(id)?.children.clone();
        for column in &columns {
            let share = Value::from(100 / columns.len());
            self.block_mut(column)?
                .payload
                .insert("width_ratio".to_owned(), share);
        }
        self.block_mut(id)?
            .payload
            .insert("column_size".to_owned(), Value::from(columns.len()));
        Ok(())
    }
}
