use super::*;

fn chart(kind: Kind, labels: &[&str], rows: &[&[f64]]) -> Chart {
    Chart {
        kind,
        title: "销售 <b>&</b>".to_owned(),
        x_title: "月份".to_owned(),
        y_title: "万元".to_owned(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        series: rows
            .iter()
            .enumerate()
            .map(|(number, row)| Series {
                name: format!("系列 {number}"),
                values: row.iter().copied().map(Some).collect(),
            })
            .collect(),
        legend: true,
        chinese: true,
    }
}

const KINDS: [Kind; 7] = [
    Kind::Bar,
    Kind::StackedBar,
    Kind::Line,
    Kind::Area,
    Kind::Pie,
    Kind::Scatter,
    Kind::Combo,
];

/// Every number in an attribute of places lies on the paper.
fn on_paper(svg: &str) {
    for points in svg.split("points=\"").skip(1) {
        let points = points.split('"').next().unwrap();
        for place in points.split(' ') {
            let (x, y) = place.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((0.0..=960.0).contains(&x), "{place}");
            assert!((0.0..=540.0).contains(&y), "{place}");
        }
    }
}

#[test]
fn every_kind_is_drawn_on_the_paper() {
    for kind in KINDS {
        let chart = chart(
            kind,
            &["1", "2", "3"],
            &[&[3.0, 8.0, 5.0], &[0.4, 0.2, 0.3]],
        );
        let svg = chart.draw().unwrap().svg();
        assert!(svg.starts_with("<svg xmlns="), "{kind:?}");
        assert!(
            svg.contains("销售 &lt;b&gt;&amp;&lt;/b&gt;"),
            "{kind:?}: words are only words"
        );
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{kind:?}");
        on_paper(&svg);
    }
}

#[test]
fn awkward_numbers_stay_on_the_paper() {
    let large: [&[f64]; 2] = [&[1e300, -1e300], &[1e-300, 0.0]];
    for kind in [
        Kind::Bar,
        Kind::StackedBar,
        Kind::Line,
        Kind::Area,
        Kind::Combo,
    ] {
        for rows in [
            &large[..],
            &[&[0.0, 0.0], &[0.0, 0.0]],
            &[&[-5.0, -3.0], &[-1.0, -2.0]],
        ] {
            let svg = chart(kind, &["a", "b"], rows).draw().unwrap().svg();
            assert!(!svg.contains("NaN"), "{kind:?} {rows:?}");
            on_paper(&svg);
        }
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    assert_eq!(chart(Kind::Bar, &[], &[]).draw(), Err(Refusal::Empty));
    let mut gaps = chart(Kind::Line, &["a"], &[&[1.0]]);
    gaps.series[0].values = vec![None];
    assert_eq!(gaps.draw(), Err(Refusal::Empty));
    let none = chart(Kind::Bar, &["a"], &[&[f64::NAN]]);
    assert_eq!(none.draw(), Err(Refusal::Empty));
    assert_eq!(
        chart(Kind::Pie, &["a", "b"], &[&[1.0, -1.0]]).draw(),
        Err(Refusal::Negative)
    );
    assert_eq!(
        chart(Kind::Pie, &["a"], &[&[0.0]]).draw(),
        Err(Refusal::Empty)
    );
    assert_eq!(
        chart(Kind::Scatter, &["east"], &[&[1.0]]).draw(),
        Err(Refusal::NoPlaces)
    );
    assert_eq!(
        chart(Kind::Combo, &["a"], &[&[1.0]]).draw(),
        Err(Refusal::OneSeries)
    );
    let rows = [&[1.0][..]; 13];
    assert!(matches!(
        chart(Kind::Bar, &["a"], &rows).draw(),
        Err(Refusal::TooManySeries { found: 13, .. })
    ));
    let labels = vec!["a"; 2_001];
    assert!(matches!(
        chart(Kind::Bar, &labels, &[&[1.0]]).draw(),
        Err(Refusal::TooManyPoints { found: 2_001, .. })
    ));
}

#[test]
fn small_parts_of_a_pie_are_put_together() {
    let labels: Vec<String> = (0..30).map(|part| format!("部门{part}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let values: Vec<f64> = (1..=30).map(f64::from).collect();
    let svg = chart(Kind::Pie, &labels, &[&values]).draw().unwrap().svg();
    assert!(svg.contains("其他"), "{svg}");
    assert!(svg.contains("部门29") && !svg.contains("部门3 "));
}

#[test]
fn a_line_of_another_size_has_an_axis_of_its_own() {
    let same = chart(Kind::Combo, &["a", "b"], &[&[3.0, 4.0], &[2.0, 5.0]]);
    let other = chart(Kind::Combo, &["a", "b"], &[&[3000.0, 4000.0], &[0.2, 0.5]]);
    let ticks = |chart: &Chart| {
        chart
            .draw()
            .unwrap()
            .svg()
            .matches("text-anchor=\"start\"")
            .count()
    };
    assert!(ticks(&other) > ticks(&same) + 3);
}

#[test]
fn the_font_is_found_by_its_name_and_its_absence_is_told() {
    let folder = std::env::temp_dir().join(format!("charts-{}", std::process::id()));
    let deep = folder.join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    assert!(Fonts::find_in(&[&folder]).is_err());
    std::fs::write(deep.join("wqy-microhei.ttc"), b"no font").unwrap();
    let fonts = Fonts::find_in(&[&folder]).unwrap();
    let picture = chart(Kind::Bar, &["a"], &[&[1.0]]).draw().unwrap();
    assert_eq!(
        picture.png(&fonts, 1.0),
        Err(Refusal::Paint),
        "a broken font is no crash"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Needs the package `fonts-noto-cjk` or another of the known fonts, which `tests/setup` installs.
#[test]
fn chinese_letters_are_painted() {
    let fonts = Fonts::find().unwrap();
    let mut with = chart(Kind::Bar, &["华东"], &[&[1.0]]);
    with.title = "销售额".to_owned();
    let mut other = with.clone();
    other.title = "利润率".to_owned();
    let png = |chart: &Chart| chart.draw().unwrap().png(&fonts, 1.0).unwrap();
    assert!(png(&with).starts_with(b"\x89PNG\r\n"));
    assert_ne!(png(&with), png(&other), "letters of their own, not boxes");
}
