//! Paints one chart of each kind, and awkward ones, into a folder, and prints how long each took.

#![expect(
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::assigning_clones,
    reason = "a measurement over a list of examples"
)]

use std::{error::Error, fs, path::PathBuf, time::Instant};

use charts::{Chart, Fonts, Kind, Series};

fn series(name: &str, values: &[f64]) -> Series {
    Series {
        name: name.to_owned(),
        values: values.iter().copied().map(Some).collect(),
    }
}

fn chart(kind: Kind, title: &str, labels: &[&str], rows: Vec<Series>) -> Chart {
    Chart {
        kind,
        title: title.to_owned(),
        x_title: String::new(),
        y_title: String::new(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        series: rows,
        legend: true,
        chinese: !title.is_ascii(),
    }
}

fn charts() -> Vec<(&'static str, Chart)> {
    let months = [
        "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
    ];
    let east = [
        12.0, 15.5, 18.2, 16.9, 21.0, 24.6, 26.1, 25.2, 28.4, 31.0, 35.7, 41.2,
    ];
    let north = [
        9.1, 8.4, 11.0, 12.7, 13.3, 15.0, 14.2, 16.8, 18.1, 17.6, 21.9, 23.5,
    ];
    let south = [
        5.2, 6.1, 6.6, 8.0, 7.4, 9.3, 10.2, 11.1, 10.8, 12.4, 13.0, 15.9,
    ];
    let three = || {
        vec![
            series("华东", &east),
            series("华北", &north),
            series("华南", &south),
        ]
    };
    let titled = |mut chart: Chart| {
        chart.x_title = "月份".to_owned();
        chart.y_title = "销售额（万元）".to_owned();
        chart
    };
    let many: Vec<String> = (1..=200).map(|day| format!("2026-{day:03}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let wave: Vec<f64> = (0..200)
        .map(|x| 50.0 + 30.0 * (f64::from(x) / 12.0).sin() + f64::from(x % 7))
        .collect();
    let long = [
        "华东区企业级客户成功与续约管理部",
        "Strategic accounts, northern region",
        "海外市场拓展（东南亚）",
        "研发效能平台",
        "Internal tooling & automation",
        "人力资源共享服务中心",
        "财务与法务合规支持组",
        "Customer support tier 2",
    ];
    let numbers = [
        "1.2", "2.4", "2.9", "3.7", "4.1", "5.6", "6.3", "7.7", "8.2", "9.9", "11.4", "12.0",
    ];
    vec![
        (
            "bar",
            titled(chart(Kind::Bar, "2026 年各区域销售额", &months, three())),
        ),
        (
            "bar-one",
            chart(
                Kind::Bar,
                "Quarterly revenue",
                &["Q1", "Q2", "Q3", "Q4"],
                vec![series(
                    "Revenue",
                    &[1_204_000.0, 1_388_000.0, 1_120_500.0, 1_692_000.0],
                )],
            ),
        ),
        (
            "stacked",
            titled(chart(
                Kind::StackedBar,
                "2026 年各区域销售额（堆叠）",
                &months,
                three(),
            )),
        ),
        (
            "line",
            titled(chart(
                Kind::Line,
                "2026 年各区域销售额趋势",
                &months,
                three(),
            )),
        ),
        (
            "area",
            titled(chart(
                Kind::Area,
                "2026 年各区域销售额趋势",
                &months,
                three(),
            )),
        ),
        (
            "pie",
            chart(
                Kind::Pie,
                "客户来源占比",
                &[
                    "搜索引擎",
                    "老客户推荐",
                    "线下活动",
                    "社交媒体",
                    "直接访问",
                    "合作伙伴",
                    "其他渠道",
                ],
                vec![series(
                    "客户数",
                    &[420.0, 310.0, 95.0, 220.0, 160.0, 38.0, 12.0],
                )],
            ),
        ),
        (
            "pie-many",
            chart(
                Kind::Pie,
                "Spend by team",
                &long,
                vec![series(
                    "Spend",
                    &[120.0, 90.0, 3.0, 2.0, 1.0, 1.0, 0.5, 0.4],
                )],
            ),
        ),
        (
            "pie-whole",
            chart(Kind::Pie, "只有一项", &["全部"], vec![series("数", &[5.0])]),
        ),
        ("scatter", {
            let mut chart = chart(
                Kind::Scatter,
                "广告投入与线索数",
                &numbers,
                vec![series("线索数", &east), series("成交数", &north)],
            );
            chart.x_title = "投入（万元）".to_owned();
            chart.y_title = "数量".to_owned();
            chart
        }),
        (
            "combo",
            titled(chart(
                Kind::Combo,
                "销售额与毛利率",
                &months,
                vec![
                    series("销售额", &east),
                    series("回款", &north),
                    series(
                        "毛利率",
                        &[
                            0.31, 0.33, 0.30, 0.35, 0.36, 0.34, 0.38, 0.37, 0.39, 0.41, 0.40, 0.43,
                        ],
                    ),
                ],
            )),
        ),
        (
            "negative",
            chart(
                Kind::Bar,
                "Profit and loss by month",
                &["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
                vec![series("Profit", &[12.0, -8.5, 3.0, -15.2, 7.7, 20.1])],
            ),
        ),
        (
            "negative-stacked",
            chart(
                Kind::StackedBar,
                "现金流",
                &["一季度", "二季度", "三季度", "四季度"],
                vec![
                    series("经营", &[30.0, 22.0, -5.0, 40.0]),
                    series("投资", &[-12.0, -30.0, -8.0, -10.0]),
                    series("筹资", &[5.0, 20.0, 15.0, -6.0]),
                ],
            ),
        ),
        (
            "point",
            chart(
                Kind::Line,
                "只有一个点",
                &["今天"],
                vec![series("访问量", &[128.0])],
            ),
        ),
        (
            "many",
            chart(
                Kind::Bar,
                "两百天的访问量",
                &many,
                vec![series("访问量", &wave)],
            ),
        ),
        (
            "many-line",
            chart(
                Kind::Line,
                "200 days of visits",
                &many,
                vec![series("Visits", &wave)],
            ),
        ),
        (
            "long",
            chart(
                Kind::Bar,
                "Budget by team: a title that goes on for so long that it cannot possibly fit on one line of the picture",
                &long,
                vec![series(
                    "Budget",
                    &[120.0, 90.0, 75.0, 60.0, 44.0, 38.0, 20.0, 11.0],
                )],
            ),
        ),
        (
            "gaps",
            chart(
                Kind::Line,
                "缺了几天",
                &["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
                vec![Series {
                    name: "温度".to_owned(),
                    values: vec![
                        Some(20.5),
                        Some(21.0),
                        None,
                        Some(19.0),
                        None,
                        Some(23.0),
                        Some(22.0),
                    ],
                }],
            ),
        ),
        (
            "twelve",
            chart(
                Kind::StackedBar,
                "十二个系列",
                &["上半年", "下半年"],
                (1..=12)
                    .map(|n| {
                        series(
                            &format!("第 {n} 个名字很长的产品系列"),
                            &[f64::from(n), f64::from(13 - n)],
                        )
                    })
                    .collect(),
            ),
        ),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "gallery".to_owned()),
    );
    fs::create_dir_all(&folder)?;
    let fonts = Fonts::find()?;
    for (name, chart) in charts() {
        let started = Instant::now();
        let picture = chart.draw()?;
        let svg = picture.svg();
        let drawn = started.elapsed();
        let png = picture.png(&fonts, 2.0)?;
        println!(
            "{name}: SVG {drawn:.1?} ({} bytes), PNG {:.1?} more ({} bytes)",
            svg.len(),
            started.elapsed().saturating_sub(drawn),
            png.len()
        );
        fs::write(folder.join(format!("{name}.svg")), svg)?;
        fs::write(folder.join(format!("{name}.png")), png)?;
    }
    Ok(())
}
