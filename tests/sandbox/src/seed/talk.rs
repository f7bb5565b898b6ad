//! Comments on the demo documents.

use serde_json::{Value, json};

use super::tokens as t;
use super::{DAY, Seeder};
use crate::demo;
use crate::families::comments::{Comment, ReplyText};
use crate::families::docx::tree::plain;

fn says(text: &str) -> Value {
    json!({ "type": "text_run", "text_run": { "text": text } })
}

fn at(person: &str) -> Value {
    json!({ "type": "person", "person": { "user_id": person } })
}

impl Seeder<'_> {
    /// Adds a comment on the first block whose text contains `anchor`, or on the whole document.
    fn thread(
        &mut self,
        doc: &str,
        anchor: Option<&str>,
        days: i64,
        solved_by: Option<&str>,
        said: Vec<(&str, Vec<Value>)>,
    ) {
        let start = (self.now_ms - days * DAY) / 1_000;
        let id = self.ids.number19();
        let replies: Vec<ReplyText> = said
            .into_iter()
            .zip(0_i64..)
            .map(|((author, elements), number)| ReplyText {
                id: self.ids.number19(),
                author: author.to_owned(),
                created: start + number * 1_800,
                updated: start + number * 1_800,
                elements,
                reactions: Vec::new(),
            })
            .collect();
        let (Some(first), Some(last)) = (replies.first(), replies.last()) else {
            return;
        };
        let (author, updated) = (first.author.clone(), last.updated);
        let mut comment = Comment {
            id: id.clone(),
            author,
            created: start,
            updated,
            solved: solved_by.map(|who| (who.to_owned(), updated + 3_600)),
            block: None,
            quote: String::new(),
            replies,
        };
        if let (Some(anchor), Some(document)) = (anchor, self.state.docx.documents.get_mut(doc)) {
            let found = document.preorder(&document.id).into_iter().skip(1);
            let found = found.map(|block| (block.id.clone(), plain(&block.payload)));
            let found = { found }.find(|(_, text)| text.contains(anchor));
            if let Some((block, quote)) = found {
                if let Some(block) = document.blocks.get_mut(&block) {
                    block.comment_ids.push(id);
                }
                comment.block = Some(block);
                comment.quote = quote;
            }
        }
        self.state
            .comments
            .by_file
            .entry(doc.to_owned())
            .or_default()
            .push(comment);
    }
}

/// Adds all of them.
#[expect(clippy::too_many_lines, reason = "a table of demo content")]
pub(crate) fn comment(seeder: &mut Seeder<'_>) {
    seeder.thread(
        t::RELEASE_DOC,
        Some("Freeze"),
        4,
        None,
        vec![
            (
                demo::ADMIN,
                vec![
                    at(demo::DEVELOPER),
                    says(" can we move the freeze one day later? The audit ends that evening."),
                ],
            ),
            (
                demo::DEVELOPER,
                vec![says("Possible, if the translations are in by Monday.")],
            ),
            (
                demo::END_USER,
                vec![at(demo::ADMIN), says(" 翻译周一中午前可以交付。")],
            ),
        ],
    );
    seeder.thread(
        t::RELEASE_DOC,
        Some("Roll-back"),
        3,
        Some(demo::DEVELOPER),
        vec![
            (
                demo::END_USER,
                vec![says("Who decides about a roll-back at night?")],
            ),
            (
                demo::DEVELOPER,
                vec![says("The person on call. I added it to the table.")],
            ),
        ],
    );
    seeder.thread(
        t::RELEASE_DOC,
        None,
        2,
        None,
        vec![(demo::ADMIN, vec![says("整体计划清楚,周四评审会上过一遍。")])],
    );
    seeder.thread(
        t::INCIDENT_DOC,
        Some("根因"),
        9,
        Some(demo::ADMIN),
        vec![
            (
                demo::ADMIN,
                vec![says("连接池的上限是谁改的?"), at(demo::DEVELOPER)],
            ),
            (
                demo::DEVELOPER,
                vec![says("压测后忘了改回来,已补上配置检查。")],
            ),
        ],
    );
    seeder.thread(
        t::OKR_DOC,
        Some("KR2"),
        7,
        None,
        vec![(
            demo::END_USER,
            vec![
                at(demo::ADMIN),
                says(" 这个指标的口径是按自然月还是按发布?"),
            ],
        )],
    );
    seeder.thread(
        t::WIKI_DB_DOC,
        Some("命名"),
        20,
        None,
        vec![(demo::DEVELOPER, vec![says("建议补充分区表的命名示例。")])],
    );
}

/// The threads of the long, everyday document.
pub(crate) fn comment_on_strategy(seeder: &mut Seeder<'_>) {
    seeder.thread(
        t::STRATEGY_DOC,
        Some("retention of teams"),
        5,
        None,
        vec![
            (
                demo::END_USER,
                vec![
                    at(demo::DEVELOPER),
                    says(" is this measured per team or per seat?"),
                ],
            ),
            (demo::DEVELOPER, vec![says("Per team, after 90 days.")]),
        ],
    );
    seeder.thread(
        t::STRATEGY_DOC,
        Some("数据驻留"),
        4,
        Some(demo::ADMIN),
        vec![(demo::DEVELOPER, vec![says("法务已确认,可以写入合同。")])],
    );
    seeder.thread(
        t::STRATEGY_DOC,
        None,
        3,
        None,
        vec![(demo::END_USER, vec![says("周五前请各组补充风险。")])],
    );
}
