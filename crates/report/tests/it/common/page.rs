//! Reads a page as a browser would, as far as the tests need it.

use std::fmt::Write as _;

/// A tag, or the text between two tags.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Name and attributes.
    Open(String, Vec<(String, String)>),
    /// Name.
    Close(String),
    /// Text, entities decoded.
    Text(String),
}

/// Elements without content.
pub const VOID: [&str; 2] = ["meta", "br"];

/// The parts of a page.
pub fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        if start > 0 {
            parts.push(Part::Text(decode(&rest[..start])));
        }
        let mut quoted = false;
        let end = rest[start..]
            .find(|c| {
                quoted ^= c == '"';
                c == '>' && !quoted
            })
            .expect("every tag ends");
        let tag = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            parts.push(Part::Close(name.to_owned()));
        } else if !tag.starts_with('!') {
            let open = open(tag);
            if let Part::Open(name, _) = &open
                && tag.ends_with('/')
            {
                parts.push(open.clone());
                parts.push(Part::Close(name.clone()));
            } else {
                parts.push(open);
            }
        }
    }
    assert!(!rest.contains('<'));
    parts
}

fn open(tag: &str) -> Part {
    let tag = tag.trim_end_matches('/');
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((attribute, after)) = rest.trim_start().split_once("=\"") {
        let (value, after) = after.split_once('"').expect("every attribute ends");
        attributes.push((attribute.to_owned(), decode(value)));
        rest = after;
    }
    assert!(rest.trim().is_empty(), "an attribute without quotes: {tag}");
    Part::Open(name.to_owned(), attributes)
}

fn decode(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

/// The value of an attribute.
pub fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|one| one.0 == name).map(|one| one.1.as_str())
}

/// Every element of a kind, with its text.
pub fn elements(parts: &[Part], kind: &str) -> Vec<(Vec<(String, String)>, String)> {
    let mut found = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        if let Part::Open(name, attributes) = part
            && name == kind
        {
            let mut text = String::new();
            for inner in &parts[n + 1..] {
                match inner {
                    Part::Text(more) => text.push_str(more),
                    Part::Close(name) if name == kind => break,
                    _ => {}
                }
            }
            found.push((attributes.clone(), text));
        }
    }
    found
}

/// What is left to read without these elements; every element is a space.
pub fn visible(parts: &[Part], without: &[&str]) -> String {
    let (mut text, mut depth) = (String::new(), 0);
    for part in parts {
        match part {
            Part::Open(name, _) if without.contains(&name.as_str()) => depth += 1,
            Part::Close(name) if without.contains(&name.as_str()) => depth -= 1,
            Part::Text(more) if depth == 0 => {
                let _ = write!(text, " {}", more.trim());
            }
            _ => {}
        }
    }
    text
}
