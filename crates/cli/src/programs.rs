//! `tonus programs`: what one can train.

use std::fmt::Write as _;

use serde_json::json;
use tonus_core::text::OneLine;
use tonus_program::{Found, Listing, listings};

use crate::args::ProgramsArgs;
use crate::failure::{self, Failure, OK};

/// Width of a line for people.
const WIDTH: usize = 88;
/// Version of the layout of `--json`.
const SCHEMA_VERSION: u32 = 1;

/// Prints the list, or one programme.
pub(crate) fn run(args: &ProgramsArgs) -> Result<u8, Failure> {
    let text = match &args.name {
        None if args.json => to_json(&json!({ "schema_version": SCHEMA_VERSION, "programs": listings() }))?,
        None => list(&listings()),
        Some(name) => {
            let found = tonus_program::find(name)?;
            if let Found::Plan(plan) = &found {
                // A plan is right if every stage of it can be trained.
                plan.stages.iter().try_for_each(|stage| plan.program(stage).map(drop))?;
            }
            match &found {
                Found::Program(file) if args.toml => file.source.clone(),
                Found::Plan(plan) if args.toml => plan.source.clone(),
                _ if args.json => to_json(&found.listing())?,
                Found::Program(file) => {
                    let mut text = head(&found.listing());
                    for line in file.outline() {
                        writeln!(text, "  {}", OneLine(&line.to_string())).map_err(internal)?;
                    }
                    text
                }
                Found::Plan(plan) => {
                    let mut text = head(&found.listing());
                    for (n, stage) in plan.stages.iter().enumerate() {
                        let title = OneLine(&stage.title);
                        writeln!(text, "  {}. {title} ({})", n + 1, OneLine(&stage.program)).map_err(internal)?;
                        text += &wrapped(&stage.about, 5);
                    }
                    text
                }
            }
        }
    };
    failure::print(&text)?;
    Ok(OK)
}

fn internal(error: std::fmt::Error) -> Failure {
    Failure::Internal(error.to_string())
}

fn to_json(value: &impl serde::Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(value).map_err(|error| Failure::Internal(error.to_string()))? + "\n")
}

/// One line each: name, length, title.
fn list(all: &[Listing]) -> String {
    let widest = all.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let line = |one: &Listing| {
        let length = match (one.seconds, one.days) {
            (Some(seconds), _) => tonus_program::text::duration(seconds),
            (None, Some(days)) => tonus_program::text::days(days),
            (None, None) => String::new(),
        };
        format!("{:widest$}  {length:>10}  {}\n", one.name, one.title)
    };
    all.iter().map(line).collect()
}

/// Title and description.
fn head(one: &Listing) -> String {
    format!("{}: {}\n\n{}\n", one.name, OneLine(&one.title), wrapped(&one.about, 0))
}

/// Text in lines that a terminal shows whole.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut line = " ".repeat(indent);
    for word in text.split_whitespace() {
        if line.len() > indent && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out += line.trim_end();
            out.push('\n');
            line = " ".repeat(indent);
        }
        if line.len() > indent {
            line.push(' ');
        }
        line += word;
    }
    out + line.trim_end() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_at_words() {
        let text = wrapped(&"word ".repeat(40), 2);
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with("  word")), "{text}");
        assert_eq!(text.split_whitespace().count(), 40);
        assert_eq!(wrapped("", 0), "\n");
    }
}
