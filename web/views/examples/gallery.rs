//! Serves every page with example values, to look at them: `cargo run -p views --example gallery
//! -- 8790`, then open http://127.0.0.1:8790/. The policy is the one of production, so a page that
//! needs an inline script or a foreign font looks broken here too.

use std::{
    error::Error,
    fmt::Write as _,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
};

use views::{
    Lang, assets,
    samples::{Names, all},
};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";

fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8790".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    for stream in listener.incoming() {
        let _ = answer(stream?);
    }
    Ok(())
}

fn answer(mut stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
    let (content_type, body) = page(&path)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nContent-Security-Policy: {POLICY}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    Ok(())
}

fn page(path: &str) -> Result<(&'static str, Vec<u8>), Box<dyn Error>> {
    const HTML: &str = "text/html; charset=utf-8";
    if let Some(asset) = assets().iter().find(|asset| asset.path == path) {
        return Ok((asset.content_type, asset.bytes.to_vec()));
    }
    let mut index = String::from("<!doctype html><title>gallery</title><ul>");
    for lang in Lang::ALL {
        for sample in all(lang, &Names::usual(lang)) {
            let address = format!("/{}/{}", lang.code(), sample.name);
            if address == path {
                return Ok((HTML, sample.html?.into_bytes()));
            }
            write!(index, "<li><a href=\"{address}\">{address}</a>")?;
        }
    }
    Ok((HTML, index.into_bytes()))
}
