//! The page as a document: well-formed, self-contained, safe, and usable without eyes.

use crate::common::page::{Part, VOID, attribute, elements, parts, visible};
use tonus_report::Summary;
use tonus_report::html::render;
use tonus_report::trace::Trace;
use tonus_report::vocabulary::Language;

fn pages() -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    let mut add =
        |name, (summary, trace): (Summary, Trace)| pages.push((name, render(&summary, &trace, Language::English)));
    add("contract-relax", crate::common::trained("contract-relax", &["pelvic floor", "abdomen"], 600));
    add("down-training", crate::common::trained("down-training", &["pelvic floor"], 600));
    add("breathing", crate::common::trained("breathing", &["pelvic floor"], 200));
    add("untrained", crate::common::untrained());
    add("hostile", crate::common::hostile());
    add("bare", (crate::common::bare(), Trace::default()));
    let (summary, _) = crate::common::trained("glazer", &["pelvic floor"], 400);
    add("no trace", (summary, Trace::default()));
    let (mut summary, trace) = crate::common::trained("awareness", &["emg"], 20);
    summary.channels[0].calibration = tonus_report::CalibrationReport::default();
    summary.training = None;
    add("no calibration", (summary, trace));
    pages
}

#[test]
fn tags_are_balanced_and_ids_are_unique() {
    for (name, page) in pages() {
        let (mut open, mut ids) = (Vec::new(), Vec::new());
        for part in parts(&page) {
            match part {
                Part::Open(tag, attributes) => {
                    ids.extend(attribute(&attributes, "id").map(str::to_owned));
                    if !VOID.contains(&tag.as_str()) {
                        open.push(tag);
                    }
                }
                Part::Close(tag) => assert_eq!(open.pop().as_ref(), Some(&tag), "{name}"),
                Part::Text(_) => {}
            }
        }
        assert!(open.is_empty(), "{name}: {open:?}");
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}

#[test]
fn only_known_elements_and_attributes_stand_in_it() {
    const ELEMENTS: &[&str] = &[
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "section",
        "div",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "br",
        "span",
        "bdi",
        "data",
        "figure",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "svg",
        "desc",
        "defs",
        "clipPath",
        "pattern",
        "g",
        "path",
        "rect",
        "text",
    ];
    for (name, page) in pages() {
        for part in parts(&page) {
            let Part::Open(tag, attributes) = part else { continue };
            assert!(ELEMENTS.contains(&tag.as_str()), "{name}: <{tag}>");
            for (attribute, value) in attributes {
                assert!(
                    !attribute.starts_with("on") && attribute != "src" && attribute != "href",
                    "{name}: {attribute}"
                );
                let loads = value.contains("url(") && !value.starts_with("url(#");
                assert!(!loads && !value.contains("javascript:"), "{name}: {attribute}={value}");
            }
        }
        for steering in ['\u{202E}', '\u{2066}', '\0', '\u{1B}'] {
            assert!(!page.contains(steering), "{name}");
        }
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    }
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    let (_, page) = pages().into_iter().find(|(name, _)| *name == "hostile").unwrap();
    assert!(!page.contains("<script") && !page.contains("]]>") && !page.contains("onload=\"x"));
    let parts = parts(&page);
    let names = elements(&parts, "h2");
    assert!(names.iter().any(|(_, text)| text.starts_with("<script>alert('1')</script> \"")), "{names:?}");
    // Names of 30,000 characters are cut wherever they stand.
    assert!(names.iter().all(|(_, text)| text.chars().count() <= 81));
    assert!(page.len() < 400_000, "{}", page.len());
}

#[test]
fn headings_are_in_order_and_everything_has_a_name() {
    for (name, page) in pages() {
        let parts = parts(&page);
        let mut level = 0;
        let mut titles = 0;
        for part in &parts {
            let Part::Open(tag, attributes) = part else { continue };
            match tag.as_str() {
                "h1" | "h2" | "h3" => {
                    let next = tag[1..].parse::<u32>().unwrap();
                    assert!(next <= level + 1, "{name}: {tag} after h{level}");
                    titles += u32::from(next == 1);
                    level = next;
                }
                "html" => assert_eq!(attribute(attributes, "lang"), Some("en")),
                "th" => assert!(matches!(attribute(attributes, "scope"), Some("row" | "col")), "{name}"),
                "svg" if attribute(attributes, "aria-hidden").is_none() => {
                    assert_eq!(attribute(attributes, "role"), Some("img"), "{name}");
                    for id in attribute(attributes, "aria-labelledby").unwrap().split(' ') {
                        assert!(page.contains(&format!(" id=\"{id}\">")), "{name}: {id}");
                    }
                }
                _ => {}
            }
        }
        assert_eq!(titles, 1, "{name}");
        assert_eq!(elements(&parts, "caption").len(), elements(&parts, "table").len(), "{name}");
        for (_, row) in elements(&parts, "caption") {
            assert!(!row.is_empty());
        }
    }
}

#[test]
fn every_row_has_as_many_cells_as_its_table_has_columns() {
    for (name, page) in pages() {
        let (mut columns, mut cells, mut is_head) = (0, 0, false);
        for part in parts(&page) {
            match part {
                Part::Open(tag, _) if tag == "thead" => (columns, is_head) = (0, true),
                Part::Open(tag, _) if tag == "tbody" => is_head = false,
                Part::Open(tag, _) if tag == "tr" => cells = 0,
                Part::Open(tag, _) if tag == "th" && is_head => columns += 1,
                Part::Open(tag, _) if tag == "th" || tag == "td" => cells += 1,
                Part::Close(tag) if tag == "tr" && !is_head => assert_eq!(cells, columns, "{name}"),
                _ => {}
            }
        }
    }
}

#[test]
fn the_story_has_three_to_six_sentences_and_the_notice_is_on_every_page() {
    for (name, page) in pages() {
        let story = page.split("class=\"story\"").nth(1).unwrap().split("</section>").next().unwrap();
        let paragraphs = story.matches("<p>").count();
        assert!((2..=6).contains(&paragraphs), "{name}: {story}");
        let text = visible(&parts(&page), &["style"]);
        for part in ["not a medical device", "makes no diagnosis", "When it hurts, stop"] {
            assert!(text.contains(part), "{name}: {part}");
        }
    }
}

#[test]
fn a_programme_draws_its_targets() {
    for (name, page) in pages() {
        let (ceiling, band) = (page.contains("class=\"ceilfill\" d=\"M"), page.contains("class=\"bandfill\" d=\"M"));
        match name {
            "contract-relax" => assert!(ceiling && band, "{name}"),
            "untrained" | "bare" => assert!(!ceiling && !band, "{name}"),
            _ => {}
        }
        if name == "down-training" {
            assert!(ceiling && page.contains("How the target moved"), "{name}");
        }
    }
}

#[test]
fn what_could_not_be_determined_says_why() {
    let (summary, trace) = crate::common::trained("contract-relax", &["emg"], 130);
    let page = render(&summary, &trace, Language::English);
    assert!(summary.training.as_ref().unwrap().channels[0].scores.release_s.is_none());
    assert!(page.contains("could not be determined: fewer than five could be measured"));
}

#[test]
fn the_same_session_gives_the_same_page() {
    let page = || {
        let (summary, trace) = crate::common::trained("quick-flicks", &["a", "b"], 300);
        render(&summary, &trace, Language::English)
    };
    assert!(page() == page());
}
