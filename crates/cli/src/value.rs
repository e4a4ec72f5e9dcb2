//! Values of options: how they are read, and the words that they take.

use std::path::Path;
use std::str::FromStr as _;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use tonus_core::config::{BodySite, Config, Kind, MainsMode};
use tonus_engine::{AnalysisError, Span, read_config};
use tonus_record::Unit;
use tonus_report::vocabulary::Language;

/// How fast a recording is replayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Speed {
    Times(f64),
    Max,
}

pub(crate) fn parse_span(text: &str) -> Result<Span, String> {
    let wrong = || "give seconds as START:END, for example 2:12".to_owned();
    let (start, end) = text.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0).ok_or_else(wrong);
    let (start_s, end_s) = (number(start)?, number(end)?);
    if end_s <= start_s {
        return Err("the end must come after the start".to_owned());
    }
    Ok(Span { start_s, end_s })
}

pub(crate) fn parse_speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let times = text.parse::<f64>().ok().filter(|x| (0.01..=1000.0).contains(x));
    times.map(Speed::Times).ok_or_else(|| "give a number from 0.01 to 1000, or max".to_owned())
}

pub(crate) fn language() -> impl TypedValueParser<Value = Language> {
    let codes = Language::ALL.map(Language::code);
    PossibleValuesParser::new(codes).try_map(|code| Language::from_code(&code).ok_or("no such language"))
}

pub(crate) fn unit() -> impl TypedValueParser<Value = Unit> {
    words(&["uV", "mV", "V", "counts", "au"], Unit::from_str)
}

pub(crate) fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(["raw", "envelope"]).try_map(|word| Kind::from_name(&word).ok_or("no such word"))
}

pub(crate) fn mains() -> impl TypedValueParser<Value = MainsMode> {
    PossibleValuesParser::new(["auto", "50", "60", "off"])
        .try_map(|word| MainsMode::from_name(&word).ok_or("no such word"))
}

pub(crate) fn profile() -> impl TypedValueParser<Value = BodySite> {
    PossibleValuesParser::new(["limb", "pelvic", "trunk"])
        .try_map(|word| BodySite::from_name(&word).ok_or("no such word"))
}

/// The settings of the pipeline that are stated: by a file, and before it by the named options.
pub(crate) fn config(
    file: Option<&Path>,
    mains: Option<MainsMode>,
    profile: Option<BodySite>,
) -> Result<Config, AnalysisError> {
    let named = Config { mains, profile, ..Config::default() };
    Ok(named.over(file.map(read_config).transpose()?.unwrap_or_default()))
}

pub(crate) fn words<T, E>(
    names: &'static [&'static str],
    parse: fn(&str) -> Result<T, E>,
) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(move |word| parse(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_speeds() {
        assert_eq!(parse_span("2:12.5"), Ok(Span { start_s: 2.0, end_s: 12.5 }));
        for wrong in ["2", "2:", "5:5", "-1:3", "nan:2", "1:inf"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
        assert_eq!((parse_speed("max"), parse_speed("2.5")), (Ok(Speed::Max), Ok(Speed::Times(2.5))));
        assert!(parse_speed("0").is_err() && parse_speed("fast").is_err());
    }
}
