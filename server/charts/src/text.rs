//! How wide words are, before there is a font.

/// How wide a text of this size is, about. Chinese characters are as wide as they are high.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.28,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.87,
        'A'..='Z' => 0.66,
        c if c.is_ascii() => 0.56,
        c if u32::from(c) < 0x1100 => 0.6,
        _ => 1.0,
    }
}

/// The text, or as much of it as fits and `…`.
pub(crate) fn fit(text: &str, size: f64, most: f64) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if width(&text, size) <= most {
        return text;
    }
    let mut kept = String::new();
    let mut used = size;
    for c in text.chars() {
        used += em(c) * size;
        if used > most {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(fit("销售额", 12.0, 40.0), "销售额");
        assert_eq!(fit("华东地区的销售额", 12.0, 60.0), "华东地区…");
        assert!(width(&fit(&"long label ".repeat(30), 12.0, 100.0), 12.0) <= 101.0);
        assert_eq!(fit("two\n lines", 12.0, 100.0), "two lines");
    }
}
