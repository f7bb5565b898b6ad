//! Finding people, departments and groups by a part of their name, or by their id.

use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, Func, LikeExpr},
};

use super::{
    Enterprise, FeishuDepartment, FeishuGroup, KnownPerson, department, group, read_person,
};
use crate::{
    StoreError,
    entity::{directory_department, directory_group, directory_person, within},
};

impl Enterprise<'_> {
    /// People whose name has `text` in it, or whose id it is.
    pub async fn find_people(&self, text: &str, most: u64) -> Result<Vec<KnownPerson>, StoreError> {
        use directory_person::{Column, Entity};
        let rows = within::<Entity>(self.0)
            .filter(named(Column::Name, Column::OpenId, text).add(Column::UnionId.eq(text.trim())))
            .order_by_asc(Column::Name)
            .order_by_asc(Column::OpenId)
            .limit(most)
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read_person).collect()
    }

    /// Departments, in the same way.
    pub async fn find_departments(
        &self,
        text: &str,
        most: u64,
    ) -> Result<Vec<FeishuDepartment>, StoreError> {
        use directory_department::{Column, Entity};
        let rows = within::<Entity>(self.0)
            .filter(named(Column::Name, Column::Id, text))
            .order_by_asc(Column::Name)
            .limit(most)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(department).collect())
    }

    /// User groups, in the same way.
    pub async fn find_groups(&self, text: &str, most: u64) -> Result<Vec<FeishuGroup>, StoreError> {
        use directory_group::{Column, Entity};
        let rows = within::<Entity>(self.0)
            .filter(named(Column::Name, Column::Id, text))
            .order_by_asc(Column::Name)
            .limit(most)
            .all(self.0.db())
            .await?;
        Ok(rows.into_iter().map(group).collect())
    }
}

/// The name has the text in it, whatever its case, or the id is the text. Everything for an empty
/// text.
fn named<C: ColumnTrait>(name: C, id: C, text: &str) -> Condition {
    let text = text.trim();
    let pattern: String = text
        .to_lowercase()
        .chars()
        .flat_map(|c| match c {
            '%' | '_' | '\\' => vec!['\\', c],
            other => vec![other],
        })
        .collect();
    let like = LikeExpr::new(format!("%{pattern}%")).escape('\\');
    Condition::any()
        .add(Expr::expr(Func::lower(Expr::col(name))).like(like))
        .add(id.eq(text))
}
