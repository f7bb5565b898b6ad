//! One page of the list, found within bounds.
//!
//! The newest entries of a common filter are found at once. A filter that few entries fit would
//! have its page wait for the whole ledger: so a page looks through a bounded number of entries,
//! along the index that leads furthest back, and says how far it came. The next page goes on from
//! there.

#[cfg(test)]
mod plans;

use sea_orm::{
    ConnectionTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Func, Query, SelectStatement},
};

use super::{
    LedgerView, StoredEntry, count,
    filter::{EntryFilter, Place, Way},
    stored,
};
use crate::{
    Page, Paged, StoreError,
    entity::{
        ledger_entry::{Column, Entity},
        within,
    },
};

/// Part of the reach within which a common filter has filled its page.
const QUICK: u64 = 40;
/// Part of the reach on a way that skips entries.
const NARROW: u64 = 4;

/// What a filter asks about, and so what is read of each entry on the way.
const ASKED: [Column; 14] = [
    Column::Seq,
    Column::At,
    Column::Id,
    Column::Kind,
    Column::MemberId,
    Column::AccountId,
    Column::ClientId,
    Column::ClientName,
    Column::Channel,
    Column::Action,
    Column::Effect,
    Column::Target,
    Column::Outcome,
    Column::Fault,
];

/// A question of a page.
#[derive(Debug, Clone, Copy)]
struct Look<'f> {
    filter: &'f EntryFilter,
    from: Option<Place>,
    newer: bool,
}

/// How much of a way is within its reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All of it.
    Whole,
    /// The entries up to this one.
    Until(Place),
    /// Too much of it to be sorted.
    TooMuch,
}

impl Look<'_> {
    /// The entries on a way, in its order and not beyond its reach.
    fn along(&self, own: Select<Entity>, way: &Way) -> Select<Entity> {
        let order = if self.newer { Order::Asc } else { Order::Desc };
        let on = own.filter(self.filter.time()).filter(way.only.clone());
        let on = match self.from {
            Some(place) => on.filter(place.beyond(self.newer)),
            None => on,
        };
        if way.ordered {
            return on
                .order_by(Column::At, order.clone())
                .order_by(Column::Seq, order);
        }
        // Not the columns themselves: SQLite would rather walk the whole ledger in their order
        // than sort what the filter's own index gives.
        on.order_by(Expr::cust("at + 0"), order.clone())
            .order_by(Expr::cust("seq + 0"), order)
    }

    /// The places of the entries that fit, within the reach. The bound inside keeps the database
    /// from choosing another way for the conditions outside.
    fn fitting(&self, own: Select<Entity>, way: &Way, reach: u64, want: u64) -> SelectStatement {
        let inner = self
            .along(own, way)
            .select_only()
            .columns(ASKED)
            .limit(reach)
            .into_query();
        Query::select()
            .column(Column::Seq)
            .from_subquery(inner, Entity)
            .cond_where(self.filter.condition())
            .limit(want)
            .to_owned()
    }

    /// The last entry within the reach of an ordered way, when there is one.
    fn end(&self, own: Select<Entity>, way: &Way, reach: u64) -> SelectStatement {
        self.along(own, way)
            .select_only()
            .columns([Column::At, Column::Seq])
            .limit(1)
            .offset(reach.saturating_sub(1))
            .into_query()
    }

    /// How many entries are on a way, counted up to `most`.
    fn size(&self, own: Select<Entity>, way: &Way, most: u64) -> SelectStatement {
        let inner = self
            .along(own, way)
            .select_only()
            .column(Column::Seq)
            .limit(most)
            .into_query()
            .clear_order_by()
            .to_owned();
        Query::select()
            .expr(Func::count(Expr::col(Column::Seq)))
            .from_subquery(inner, Entity)
            .to_owned()
    }

    /// Whether a place is further on the way than another.
    fn further(&self, one: Place, other: Place) -> bool {
        if self.newer { one > other } else { one < other }
    }
}

impl LedgerView<'_> {
    /// Entries, newest first. A page may hold fewer than its limit, or none, and have a next one:
    /// then what lies beyond the place that `next` names has not been looked at.
    pub async fn list(
        &self,
        filter: &EntryFilter,
        page: &Page,
    ) -> Result<Paged<StoredEntry>, StoreError> {
        self.page(filter, page, false).await
    }

    /// The entries that follow in time after the page's cursor, newest first as in
    /// [`LedgerView::list`]; `next` leads to still newer ones.
    pub async fn list_newer(
        &self,
        filter: &EntryFilter,
        page: &Page,
    ) -> Result<Paged<StoredEntry>, StoreError> {
        let mut page = self.page(filter, page, true).await?;
        page.items.reverse();
        Ok(page)
    }

    async fn page(
        &self,
        filter: &EntryFilter,
        page: &Page,
        newer: bool,
    ) -> Result<Paged<StoredEntry>, StoreError> {
        let look = Look {
            filter,
            from: page.start::<Place>()?,
            newer,
        };
        let (reach, want) = (self.0.search_reach(), page.ask());
        let all = Way::time();
        let mut found = self.walk(look, &all, (reach / QUICK).max(1), want).await?;
        let mut end = Extent::Whole;
        if (found.len() as u64) < want {
            let (way, reach, extent) = self.choose(look, reach).await?;
            found = self.walk(look, &way, reach, want).await?;
            end = extent;
        }
        let rows = within::<Entity>(self.0)
            .filter(sea_orm::ColumnTrait::is_in(&Column::Seq, found))
            .all(self.0.db())
            .await?;
        let mut rows = rows
            .into_iter()
            .map(stored)
            .collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(StoredEntry::place);
        if !newer {
            rows.reverse();
        }
        let mut cut = page.cut(rows, StoredEntry::place);
        if let (None, Extent::Until(place)) = (&cut.next, end) {
            cut.next = Some(place.to_string());
        }
        Ok(cut)
    }

    /// The way that ends within its reach, or else the one that leads furthest.
    async fn choose(&self, look: Look<'_>, reach: u64) -> Result<(Way, u64, Extent), StoreError> {
        let narrow = (reach / NARROW).max(1);
        let ways = look.filter.ways().into_iter().map(|way| (way, narrow));
        let mut best: Option<(Way, u64, Place)> = None;
        for (way, reach) in ways.chain([(Way::time(), reach)]) {
            match self.extent(look, &way, reach).await? {
                Extent::Whole => return Ok((way, reach, Extent::Whole)),
                Extent::Until(place) => {
                    let known = best.as_ref().map(|(_, _, known)| *known);
                    if known.is_none_or(|known| look.further(place, known)) {
                        best = Some((way, reach, place));
                    }
                }
                Extent::TooMuch => {}
            }
        }
        Ok(best.map_or_else(
            || (Way::time(), reach, Extent::Whole),
            |(way, reach, place)| (way, reach, Extent::Until(place)),
        ))
    }

    async fn extent(&self, look: Look<'_>, way: &Way, reach: u64) -> Result<Extent, StoreError> {
        let own = within::<Entity>(self.0);
        if !way.ordered {
            let size = self.0.db().query_one(&look.size(own, way, reach)).await?;
            let size: i64 = size.map_or(Ok(0), |row| row.try_get_by_index(0))?;
            let within = count(size, "ledger count")? < reach;
            return Ok(if within {
                Extent::Whole
            } else {
                Extent::TooMuch
            });
        }
        let last = self.0.db().query_one(&look.end(own, way, reach)).await?;
        let Some(row) = last else {
            return Ok(Extent::Whole);
        };
        Ok(Extent::Until(Place {
            at: row.try_get_by_index(0)?,
            seq: count(row.try_get_by_index(1)?, "ledger place")?,
        }))
    }

    async fn walk(
        &self,
        look: Look<'_>,
        way: &Way,
        reach: u64,
        want: u64,
    ) -> Result<Vec<i64>, StoreError> {
        let query = look.fitting(within::<Entity>(self.0), way, reach, want);
        let rows = self.0.db().query_all(&query).await?;
        rows.iter()
            .map(|row| Ok(row.try_get_by_index(0)?))
            .collect()
    }
}
