//! Small but real files: PDF, and the ZIP packages of text and table documents.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "small files, made rarely"
)]

/// CRC-32 as ZIP wants it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// A ZIP archive without compression.
fn zip(parts: &[(&str, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in parts {
        let bytes = content.as_bytes();
        let at = length(&out);
        let mut facts = Vec::new();
        facts.extend(20_u16.to_le_bytes());
        // Names are UTF-8; stored; no time.
        facts.extend(0x0800_u16.to_le_bytes());
        facts.extend([0; 6]);
        facts.extend(crc32(bytes).to_le_bytes());
        facts.extend(length(bytes).to_le_bytes());
        facts.extend(length(bytes).to_le_bytes());
        facts.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        facts.extend([0; 2]);
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&facts);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let at = length(&out);
    let count = u16::try_from(parts.len()).unwrap_or(0);
    let size = length(&directory);
    out.extend(directory);
    out.extend(b"PK\x05\x06");
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn types(part: &str, kind: &str, more: &str) -> String {
    let of = "application/vnd.openxmlformats-officedocument";
    format!(
        "{HEAD}<Types xmlns=\"{TYPES}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"{part}\" ContentType=\"{of}.{kind}+xml\"/>{more}</Types>"
    )
}

fn links(kind: &str, target: &str) -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{LINKS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
    )
}

/// A text document: one paragraph per line.
pub(super) fn docx(text: &str) -> Vec<u8> {
    let paragraphs: Vec<String> = text
        .lines()
        .map(|line| {
            format!(
                "<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
                escape(line)
            )
        })
        .collect();
    let body = format!(
        "{HEAD}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}</w:body></w:document>",
        paragraphs.join("")
    );
    zip(&[
        (
            "[Content_Types].xml",
            types("/word/document.xml", "wordprocessingml.document.main", ""),
        ),
        ("_rels/.rels", links("officeDocument", "word/document.xml")),
        ("word/document.xml", body),
    ])
}

/// A workbook with one sheet: rows of texts.
pub(super) fn xlsx(title: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rows: String = rows
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .map(|cell| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escape(cell)))
                .collect::<String>();
            format!("<row>{cells}</row>")
        })
        .collect::<String>();
    let sheet =
        format!("{HEAD}<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let title: String = title
        .chars()
        .filter(|c| !"[]:*?/\\\"".contains(*c))
        .take(31)
        .collect();
    let book = format!(
        "{HEAD}<workbook xmlns=\"{main}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        escape(&title)
    );
    let sheet_type = "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>";
    zip(&[
        (
            "[Content_Types].xml",
            types("/xl/workbook.xml", "spreadsheetml.sheet.main", sheet_type),
        ),
        ("_rels/.rels", links("officeDocument", "xl/workbook.xml")),
        (
            "xl/_rels/workbook.xml.rels",
            links("worksheet", "worksheets/sheet1.xml"),
        ),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// Rows of texts, as Feishu writes them: with a byte order mark.
pub(super) fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let lines: Vec<String> = rows
        .iter()
        .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(","))
        .collect();
    format!("\u{feff}{}\n", lines.join("\n")).into_bytes()
}

/// One page with the lines that a built-in font can show.
pub(super) fn pdf(text: &str) -> Vec<u8> {
    let lines: String = text
        .lines()
        .take(50)
        .map(|line| {
            let shown: String = line
                .chars()
                .map(|c| {
                    if c.is_ascii() && !"()\\".contains(c) {
                        c
                    } else {
                        '?'
                    }
                })
                .take(100)
                .collect();
            format!("({shown}) Tj T*\n")
        })
        .collect::<String>();
    let content = format!("BT /F1 11 Tf 14 TL 56 780 Td\n{lines}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = "%PDF-1.4\n".to_owned();
    let mut table = String::new();
    for (number, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let at = out.len();
    let size = objects.len() + 1;
    out += &format!(
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"
    );
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_archives_are_crc_32() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn files_begin_and_end_as_their_formats_do() {
        let text = docx("one & two\nthree");
        assert!(text.starts_with(b"PK\x03\x04"));
        assert!(String::from_utf8_lossy(&text).contains("one &amp; two"));
        let book = xlsx("a/b", &[vec!["x".to_owned()]]);
        assert!(String::from_utf8_lossy(&book).contains("name=\"ab\""));
        let page = pdf("hello (world)");
        assert!(page.starts_with(b"%PDF-1.4") && page.ends_with(b"%%EOF\n"));
        let rows = csv(&[vec!["a,b".to_owned(), "c".to_owned()]]);
        assert_eq!(rows, "\u{feff}\"a,b\",c\n".as_bytes());
    }
}
