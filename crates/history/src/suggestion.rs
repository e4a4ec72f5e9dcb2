//! When talking with a clinician is suggested.

use tonus_report::median;
use tonus_report::vocabulary::Language;

use crate::diary::Diary;
use crate::words;

/// Entries on either side of the comparison.
const SIDE: usize = 5;
/// Points of 0 to 10 that make a rise.
const RISE: f64 = 2.0;
/// Pain that is high.
const HIGH: f64 = 7.0;
/// Entries in a row with high pain.
const IN_A_ROW: usize = 3;

/// A sentence that suggests to talk with a clinician; none where the diary gives no reason.
///
/// It is given if the median pain of the latest 5 entries with pain is higher by 2 or more than that of the 5 before
/// them, or if pain was 7 or more in each of the latest 3.
pub fn suggestion(diary: &Diary, lang: Language) -> Option<&'static str> {
    let pain: Vec<f64> = diary.pain().map(|(_, pain)| pain).collect();
    let n = pain.len();
    let rose = n >= 2 * SIDE && {
        let (before, latest) = pain[n - 2 * SIDE..].split_at(SIDE);
        median(before.iter().copied())
            .zip(median(latest.iter().copied()))
            .is_some_and(|(before, latest)| latest - before >= RISE)
    };
    let is_high = n >= IN_A_ROW && pain[n - IN_A_ROW..].iter().all(|pain| *pain >= HIGH);
    let text =
        if rose { Some(words::suggestion::PAIN_ROSE) } else { is_high.then_some(words::suggestion::PAIN_IS_HIGH) };
    text.map(|text| lang.pick(text))
}
