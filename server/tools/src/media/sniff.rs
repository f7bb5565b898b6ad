//! What bytes are, by their first bytes: names and content types are told by strangers.

/// Kinds of pictures that Feishu shows in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
    Bmp,
    Tiff,
    Heic,
}

impl Format {
    pub(super) const fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
            Self::Heic => "image/heic",
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Heic => "heic",
        }
    }
}

/// A picture, with its size in pixels where the first bytes tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) format: Format,
    pub(super) pixels: Option<(u32, u32)>,
}

/// The picture that begins with these bytes.
pub(super) fn picture(bytes: &[u8]) -> Option<Picture> {
    let (format, pixels) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        (Format::Png, png(bytes))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        (Format::Jpeg, jpeg(bytes))
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        (Format::Gif, little16(bytes, 6).zip(little16(bytes, 8)))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        (Format::Webp, webp(bytes))
    } else if bytes.starts_with(b"BM") && bytes.len() > 26 && bytes.get(6..10) == Some(&[0; 4]) {
        (Format::Bmp, little32(bytes, 18).zip(little32(bytes, 22)))
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        (Format::Tiff, None)
    } else if matches!(
        bytes.get(4..12),
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftyphevc")
    ) {
        (Format::Heic, None)
    } else {
        return None;
    };
    let pixels = pixels.filter(|(width, height)| *width > 0 && *height > 0);
    Some(Picture { format, pixels })
}

/// Whether it is a page of the web: a sign-in or an error page where a file was expected.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let text = String::from_utf8_lossy(start).trim_start().to_lowercase();
    text.starts_with("<!doctype html") || text.starts_with("<html")
}

/// Text that a model can read, if it is text.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\x0c');
    (!text.contains(odd)).then(|| text.trim_start_matches('\u{feff}'))
}

fn big16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(pair[0]) << 8 | u32::from(pair[1]))
}

fn big32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn little16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(pair[1]) << 8 | u32::from(pair[0]))
}

fn little24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at + 3)?;
    Some(u32::from_le_bytes([three[0], three[1], three[2], 0]))
}

/// A signed number whose sign only says which row comes first.
fn little32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(i32::from_le_bytes(four.try_into().ok()?).unsigned_abs())
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    big32(bytes, 16).zip(big32(bytes, 20))
}

/// Walks the segments to the frame header (ITU T.81, annex B).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return big16(bytes, at + 7).zip(big16(bytes, at + 5));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(big16(bytes, at + 2)?).ok()?,
        }
    }
}

/// The three kinds of chunks (RFC 9649, section 2).
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let (width, height) = little24(bytes, 24).zip(little24(bytes, 27))?;
            Some((width + 1, height + 1))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(bytes.get(21..25)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            let (width, height) = little16(bytes, 26).zip(little16(bytes, 28))?;
            Some((width & 0x3fff, height & 0x3fff))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn size(bytes: &[u8]) -> Option<(Format, Option<(u32, u32)>)> {
        picture(bytes).map(|picture| (picture.format, picture.pixels))
    }

    #[test]
    fn pictures_are_known_by_their_bytes_and_tell_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06";
        assert_eq!(size(png), Some((Format::Png, Some((640, 480)))));
        let gif = b"GIF89a\x40\x01\xf0\x00\0";
        assert_eq!(size(gif), Some((Format::Gif, Some((320, 240)))));
        let jpeg = b"\xff\xd8\xff\xe0\0\x06JFIF\xff\xc0\0\x11\x08\0\x10\0\x20\x03";
        assert_eq!(size(jpeg), Some((Format::Jpeg, Some((32, 16)))));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\0\0\x0f\0\0";
        assert_eq!(size(webp), Some((Format::Webp, Some((32, 16)))));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x1f\xc0\x03\0\0";
        assert_eq!(size(lossless), Some((Format::Webp, Some((32, 16)))));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x20\0\x10\0";
        assert_eq!(size(lossy), Some((Format::Webp, Some((32, 16)))));
        let mut bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        bmp.extend([32, 0, 0, 0]);
        bmp.extend((-16_i32).to_le_bytes());
        bmp.extend([1, 0, 24, 0]);
        assert_eq!(size(&bmp), Some((Format::Bmp, Some((32, 16)))));
        for other in [&b"<svg xmlns"[..], b"%PDF-1.7", b"", b"BM", b"<html>"] {
            assert_eq!(size(other), None);
        }
    }

    #[test]
    fn a_page_is_no_file_and_control_bytes_are_no_text() {
        assert!(is_html(b" \n<!DOCTYPE html><title>Sign in") && !is_html(b"<svg>"));
        assert_eq!(text("\u{feff}a\tb\n中".as_bytes()), Some("a\tb\n中"));
        assert_eq!(text(b"a\0b"), None);
        assert_eq!(text(b"\xff\xfe"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fall_over(
            start in 0_usize..6,
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let starts: [&[u8]; 6] = [
                b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"BM",
            ];
            let all = [starts[start], &bytes].concat();
            let _seen = (picture(&all), is_html(&all), text(&all).map(str::len));
        }
    }
}
