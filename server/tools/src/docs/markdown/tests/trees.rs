//! Any tree is printed as a text that is parsed as the same tree.

use feishu::api::docx::{BlockKind, ElementStyle, LinkUrl, MentionDoc, Reminder};
use proptest::{prelude::*, test_runner::RngSeed};

use super::without_ids;
use crate::docs::markdown::{
    parse::parse,
    render::{Names, Style, join, print},
    tree::{
        BlockStyle, Callout, Diagram, File, Image, Inline, Kind, Merge, Node, Opaque, Rich, Source,
        Syntax, Table, clean, normal,
    },
};

/// What could be taken for something else, with ordinary words between.
#[rustfmt::skip]
const BITS: &[&str] = &[
    "a", "word", "1.", "2) ", "# ", "- ", "+", "* ", "**", "***", "_", "__", "~", "~~", "`",
    "``", "```", "[", "]", "](", "[x]", "![", "<", ">", "</td>", "<br>", "<u>", "<!--", "&",
    "&amp;", "&#32;", "|", "||", "\\", "\\\\", "\\|", "$", "$$", "{", "}", "{#", "{wrap}",
    "{align=center}", ":", "@", "@[", "https://x.test/a_b", "http://", "://", "中文", "，", "。",
    "：", "“", "”", "（", "注意：", "\u{3000}", " ", "  ", "\t", "\n", "\n\n", "😀", "👩‍👩‍👧", "é",
    "e\u{301}", "שלום", "مرحبا", "[[sheet]]", "[[file file_token=x]]", "=", "==", "---",
    "####### ", "%", "!", "\"", "'", "(", ")", "/", "^", ";", ",", ".", "?",
];

fn words() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(BITS.to_vec());
    prop_oneof![
        3 => prop::collection::vec(bits, 1..8).prop_map(|bits| bits.concat()),
        1 => "[ -~]{1,20}",
        1 => any::<String>(),
    ]
    .prop_map(|text| clean(&text))
}

fn line() -> impl Strategy<Value = String> {
    words().prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn url() -> impl Strategy<Value = String> {
    "(https|http)://[a-z]{1,8}\\.test/[a-zA-Z0-9_/.?=&~()+-]{0,20}"
}

fn style() -> impl Strategy<Value = ElementStyle> {
    let flags = prop::array::uniform5(prop::bool::weighted(0.25));
    let colour = |most: u8| prop::option::weighted(0.2, 1..=most);
    (
        flags,
        colour(7),
        colour(15),
        prop::option::weighted(0.2, url()),
    )
        .prop_map(
            |([bold, italic, strikethrough, underline, inline_code], text, behind, link)| {
                ElementStyle {
                    bold,
                    italic,
                    strikethrough,
                    underline,
                    inline_code,
                    text_color: text,
                    background_color: behind,
                    link: link.map(|url| LinkUrl { url }),
                    comment_ids: Vec::new(),
                }
            },
        )
}

fn bare(style: ElementStyle) -> ElementStyle {
    ElementStyle {
        inline_code: false,
        link: None,
        ..style
    }
}

fn shown(style: ElementStyle) -> Option<ElementStyle> {
    Some(bare(style)).filter(|style| *style != ElementStyle::default())
}

fn run() -> impl Strategy<Value = Inline> {
    let doc = (line(), style(), 0..3_usize).prop_map(|(title, style, form)| {
        let token = "AbCdEfGhIjKlMnOpQrStUvWxYz1".to_owned();
        let url = [
            "",
            "https://acme.feishu.cn/wiki/AbCdEfGhIjKlMnOpQrStUvWxYz1?a=b_c",
            "",
        ][form];
        Inline::Doc(MentionDoc {
            obj_type: if form == 1 { 16 } else { 22 },
            url: url.to_owned(),
            title: Some(if title.is_empty() {
                token.clone()
            } else {
                title
            }),
            token,
            text_element_style: shown(style),
        })
    });
    prop_oneof![
        8 => (words(), style()).prop_map(|(content, style)| Inline::Text { content, style }),
        4 => words().prop_map(Inline::plain),
        1 => style().prop_map(|style| Inline::Mention {
            open_id: "ou_ann12345".to_owned(),
            style: bare(style),
        }),
        1 => doc,
        1 => (style(), any::<bool>(), 0..4_000_000_000_000_i64).prop_map(|(style, day, at)| {
            Inline::Reminder(Reminder {
                create_user_id: "ou_ann12345".to_owned(),
                is_notify: None,
                is_whole_day: day.then_some(true),
                expire_time: at,
                notify_time: at - 60_000,
                text_element_style: shown(style),
            })
        }),
        1 => (words(), style()).prop_map(|(content, style)| Inline::Equation {
            content,
            style: bare(style),
        }),
        1 => line().prop_map(|title| Inline::Opaque(
            Opaque::new("file").with("file_token", "tok").with("title", title))),
    ]
}

fn rich() -> impl Strategy<Value = Rich> {
    prop::collection::vec(run(), 0..5).prop_map(merged)
}

fn merged(rich: Rich) -> Rich {
    normal(rich)
}

fn block_style() -> impl Strategy<Value = BlockStyle> {
    let align = prop::option::weighted(0.2, 2..=3_u8);
    let background = prop::option::weighted(
        0.2,
        prop::sample::select(vec![
            "LightRedBackground",
            "PaleGrayBackground",
            "DarkBlueBackground",
        ]),
    );
    let flag = || prop::bool::weighted(0.1);
    (align, background, flag(), flag()).prop_map(|(align, background, indented, folded)| {
        BlockStyle {
            align,
            background: background.map(str::to_owned),
            indented,
            folded,
            ..BlockStyle::default()
        }
    })
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        "[a-zA-Z0-9_]{0,27}".prop_map(Source::Media),
        url().prop_map(Source::Url),
        "[a-z0-9._]{1,12}".prop_map(Source::Upload),
        "[a-zA-Z0-9+/]{4,12}"
            .prop_map(|data| Source::Data(format!("data:image/png;base64,{data}"))),
    ]
}

fn opaque() -> impl Strategy<Value = Node> {
    let kinds: Vec<&str> = BlockKind::ALL
        .iter()
        .map(|kind| kind.key())
        .chain(["unknown"])
        .collect();
    let fields = prop::collection::vec(
        (
            prop::sample::select(vec!["token", "type", "url", "record", "name"]),
            words(),
        ),
        0..4,
    );
    (prop::sample::select(kinds), fields).prop_map(|(kind, fields)| {
        let mut opaque = Opaque::new(kind);
        for (name, value) in fields {
            if opaque.get(name).is_none() {
                opaque = opaque.with(name, value);
            }
        }
        let portable = opaque.is_portable();
        let mut node = Node::leaf(Kind::Opaque(opaque));
        node.id = (!portable).then(|| "doxcnABCDEFGHIJKLMNOPQRSTUV".to_owned());
        node
    })
}

fn leaf() -> impl Strategy<Value = Node> {
    let styled = |kind: BoxedStrategy<Kind>| {
        (kind, block_style()).prop_map(|(kind, style)| Node {
            style,
            ..Node::leaf(kind)
        })
    };
    let code = (1..=75_u16, words(), any::<bool>(), block_style()).prop_map(
        |(language, text, wrap, style)| Node {
            style: BlockStyle { wrap, ..style },
            ..Node::leaf(Kind::Code { language, text })
        },
    );
    let image = (
        source(),
        line(),
        prop::option::of((0..5000_u32, 0..5000_u32)),
        prop::option::of(prop::sample::select(vec![1_u8, 3])),
        prop::option::weighted(0.2, 1..99_u32),
    )
        .prop_map(|(source, caption, size, align, scale)| {
            Node::leaf(Kind::Image(Image {
                source,
                caption,
                size,
                align,
                scale,
            }))
        });
    let file = (source(), line(), any::<bool>()).prop_map(|(source, name, preview)| {
        Node::leaf(Kind::File(File {
            source,
            name,
            preview,
        }))
    });
    prop_oneof![
        4 => styled(rich().prop_map(Kind::Text).boxed()),
        2 => styled((1..=9_u8, rich()).prop_map(|(level, rich)| Kind::Heading(level, rich)).boxed()),
        1 => styled(rich().prop_map(Kind::QuoteText).boxed()),
        1 => code,
        1 => Just(Node::leaf(Kind::Divider)),
        1 => image,
        1 => file,
        1 => (any::<bool>(), words()).prop_map(|(plant, code)| Node::leaf(Kind::Diagram(Diagram {
            syntax: if plant { Syntax::PlantUml } else { Syntax::Mermaid },
            code,
        }))),
        1 => words().prop_map(|code| Node::leaf(Kind::Opaque(Opaque::drawn(code.trim_end())))),
        1 => opaque(),
    ]
}

fn callout() -> impl Strategy<Value = Callout> {
    prop_oneof![
        prop::sample::select(vec!["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"])
            .prop_map(|word| Callout::of_word(word).unwrap()),
        (
            "[a-z_]{0,10}",
            prop::option::of(1..=15_u8),
            prop::option::of(1..=7_u8),
            prop::option::of(1..=7_u8)
        )
            .prop_map(|(emoji, background, border, text)| Callout {
                emoji,
                background,
                border,
                text
            }),
    ]
}

fn table(inner: impl Strategy<Value = Node> + Clone + 'static) -> impl Strategy<Value = Node> {
    let simple = rich().prop_map(|rich| vec![Node::leaf(Kind::Text(rich))]);
    let cell = prop_oneof![3 => simple, 1 => prop::collection::vec(inner, 0..3)];
    (1..4_usize, 1..4_usize, prop::bool::weighted(0.4))
        .prop_flat_map(move |(rows, columns, merged)| {
            let cells = prop::collection::vec(cell.clone(), rows * columns);
            let widths = prop_oneof![
                Just(Vec::new()),
                prop::collection::vec(50..400_u32, columns)
            ];
            let merge = (0..rows, 0..columns, 1..=rows, 1..=columns);
            (
                Just((rows, columns, merged)),
                cells,
                widths,
                any::<(bool, bool)>(),
                prop::collection::vec(merge, 0..3),
            )
        })
        .prop_map(|((rows, columns, merged), cells, widths, header, spans)| {
            let mut merges: Vec<Merge> = Vec::new();
            for (row, column, tall, wide) in spans.into_iter().filter(|_| merged) {
                let merge = Merge {
                    row,
                    column,
                    rows: tall.min(rows - row),
                    columns: wide.min(columns - column),
                };
                if merge.rows * merge.columns > 1 && !merges.iter().any(|m| m.overlaps(&merge)) {
                    merges.push(merge);
                }
            }
            merges.sort_by_key(|merge| (merge.row, merge.column));
            let covered = |at: usize| {
                let one = Merge {
                    row: at / columns,
                    column: at % columns,
                    rows: 1,
                    columns: 1,
                };
                merges
                    .iter()
                    .any(|m| m.overlaps(&one) && (m.row, m.column) != (one.row, one.column))
            };
            let cells = cells
                .into_iter()
                .enumerate()
                .map(|(at, inside)| {
                    Node::new(
                        Kind::Cell,
                        filled(if covered(at) { Vec::new() } else { inside }),
                    )
                })
                .collect();
            Node::new(
                Kind::Table(Table {
                    rows,
                    columns,
                    widths,
                    header_row: header.0,
                    header_column: header.1,
                    merges,
                }),
                cells,
            )
        })
}

/// What a reader would not see is not there, and numbers that follow are not told.
fn tidy(nodes: Vec<Node>) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::new();
    let mut last = None;
    for mut node in nodes {
        if matches!(&node.kind, Kind::Text(rich) if rich.is_empty()) && node.children.is_empty() {
            continue;
        }
        if matches!(&node.kind, Kind::Text(rich) if rich.is_empty()) {
            node.style = BlockStyle::default();
        }
        if matches!(node.kind, Kind::Ordered(_)) {
            let next: u64 = last.map_or(1, |last: u64| last + 1);
            node.style.number = node.style.number.filter(|number| *number != next);
            last = Some(node.style.number.unwrap_or(next));
        } else {
            last = None;
        }
        out.push(node);
    }
    out
}

fn filled(nodes: Vec<Node>) -> Vec<Node> {
    let nodes = tidy(nodes);
    if nodes.is_empty() {
        vec![Node::leaf(Kind::Text(Vec::new()))]
    } else {
        nodes
    }
}

fn tree() -> impl Strategy<Value = Vec<Node>> {
    let node = leaf().prop_recursive(4, 40, 5, |inner| {
        let inside = || prop::collection::vec(inner.clone(), 0..4);
        let number = prop::option::weighted(0.2, 0..2000_u64);
        let item = (0..4_u8, rich(), block_style(), number, inside()).prop_map(
            |(kind, rich, style, number, children)| {
                let kind = match kind {
                    0 => Kind::Bullet(rich),
                    1 => Kind::Ordered(rich),
                    other => Kind::Todo(other == 2, rich),
                };
                let number = number.filter(|_| matches!(kind, Kind::Ordered(_)));
                let mut node = Node::new(kind, tidy(children));
                node.style = BlockStyle { number, ..style };
                node
            },
        );
        let below = (prop::option::of(1..=9_u8), rich(), inside()).prop_map(|(level, rich, below)| {
            let kind = level.map_or(Kind::Text(rich.clone()), |level| Kind::Heading(level, rich));
            Node::new(kind, tidy(below))
        });
        let ratio = prop::option::of(1..=99_u8);
        let column = (ratio, inside())
            .prop_map(|(ratio, inside)| Node::new(Kind::Column(ratio), filled(inside)));
        prop_oneof![
            4 => item,
            1 => below,
            1 => inside().prop_map(|inside| Node::new(Kind::Quote, filled(inside))),
            2 => (callout(), inside())
                .prop_map(|(callout, inside)| Node::new(Kind::Callout(callout), filled(inside))),
            1 => prop::collection::vec(column, 1..4).prop_map(|columns| Node::new(Kind::Grid, columns)),
            2 => table(inner.clone()),
            1 => (opaque(), inside()).prop_map(|(node, inside)| Node {
                children: tidy(inside),
                ..node
            }),
        ]
    });
    prop::collection::vec(node, 0..6).prop_map(tidy)
}

fn names() -> Names {
    Names::from([("ou_ann12345".to_owned(), "Ann *Lee* [x]".to_owned())])
}

/// Gives every block an id, as reading does.
fn named(nodes: &mut [Node], next: &mut usize) {
    for node in nodes {
        *next += 1;
        node.id = Some(format!("doxcnABCDEFGHIJKLMNO{next:07}"));
        named(&mut node.children, next);
    }
}

proptest! {
    // The same trees each time: what makes this fail is a change, not luck.
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(8788),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_read_as_it_was_written(rich in rich()) {
        prop_assume!(!rich.is_empty());
        let tree = vec![Node::leaf(Kind::Text(rich))];
        let printed = join(&print(&tree, &names(), Style::default()));
        prop_assert_eq!(&parse(&printed).nodes, &tree, "printed\n{}", printed);
    }

    #[test]
    fn any_tree_is_read_as_it_was_written(tree in tree()) {
        let printed = join(&print(&tree, &names(), Style::default()));
        let parsed = parse(&printed);
        prop_assert_eq!(&parsed.nodes, &tree, "printed\n{}", printed);
    }

    #[test]
    fn ids_change_nothing_but_themselves(tree in tree()) {
        let mut tree = tree;
        named(&mut tree, &mut 0);
        let printed = join(&print(&tree, &names(), Style { ids: true }));
        let parsed = parse(&printed).nodes;
        let ids = |nodes: &[Node]| nodes.iter().map(|node| node.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&parsed), ids(&tree), "printed\n{}", &printed);
        prop_assert_eq!(without_ids(parsed), without_ids(tree), "printed\n{}", printed);
    }
}
