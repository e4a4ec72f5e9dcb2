//! A small sample of each format, made by code.

use tonus_record::{OpenOptions, Unit};

/// A row per value, made by `row`.
pub fn rows(values: &[f64], row: impl Fn(usize, f64) -> String) -> String {
    values.iter().enumerate().map(|(n, value)| row(n, *value)).collect()
}

/// Values with no pattern of their own.
pub const EMG: [f64; 12] = [5.5, 7.25, -3.0, 12.5, 0.25, -8.75, 4.0, 6.5, -1.25, 2.75, 9.0, -4.5];

/// One format as it should be written: what it needs to be told, and what comes out.
pub struct Format {
    pub name: &'static str,
    pub text: String,
    pub options: OpenOptions,
    pub rate: f64,
    pub channels: &'static [(&'static str, &'static str)],
    /// Microvolts (or counts) per number of [`EMG`].
    pub scale: f64,
}

#[allow(clippy::too_many_lines, reason = "one entry per format")]
pub fn formats() -> Vec<Format> {
    let plain = OpenOptions::default();
    let openbci = "%OpenBCI Raw EXG Data\r\n%Number of channels = 2\r\n%Sample Rate = 250 Hz\r\n%Board = Somebody\r\n";
    vec![
        Format {
            name: "openbci-gui",
            text: openbci.to_owned()
                + "Sample Index, EXG Channel 0, EXG Channel 1, Accel Channel 0, Other, Other, Timestamp, Timestamp (Formatted)\r\n"
                + &rows(&EMG, |n, v| {
                    format!("{}, {v}, {}, 0.2,0,0, {}, 12:00:53.{:03}\r\n", n % 256, -v, 1_557_936_053_329_u64 + 4 * n as u64, 329 + 4 * n)
                }),
            options: plain.clone(),
            rate: 250.0,
            channels: &[("EXG Channel 0", "uV"), ("EXG Channel 1", "uV")],
            scale: 1.0,
        },
        Format {
            name: "openbci-gui",
            text: openbci.replace("250 Hz", "250.0 Hz").replace("EXG", "EEG")
                + "%\r\n%\r\n"
                + &rows(&EMG, |n, v| {
                    format!("{n}, {v}, {}, 0.1, 0.2, 0.3, 12:00:53.{:03}, {}\r\n", -v, 329 + 4 * n, 1_557_936_053_329_u64 + 4 * n as u64)
                }),
            options: plain.clone(),
            rate: 250.0,
            channels: &[("EXG Channel 0", "uV"), ("EXG Channel 1", "uV")],
            scale: 1.0,
        },
        Format {
            name: "brainflow",
            text: rows(&EMG, |n, v| {
                format!("{:.6}\t{v:.6}\t{:.6}\t0.000000\t{:.6}\n", (101 + n / 2) as f64, v * v, 1_704_473_840.699_122 + (n / 4) as f64 * 0.02)
            }),
            options: told(Some(200.0), Some(Unit::MicroVolt)),
            rate: 200.0,
            channels: &[("column 2", "uV"), ("column 3", "uV")],
            scale: 1.0,
        },
        Format {
            name: "emotiv",
            text: "title:a, recorded:21.05.14 15:42:38, sampling:256, subject:Somebody, labels:COUNTER INTERPOLATED AF3 F7 RAW_CQ GYROX, chan:6, units:emotiv\r\n"
                .to_owned()
                + &rows(&EMG, |n, v| format!("{}, 0, {v}, {}, 512, 1694\r\n", n % 129, -v)),
            options: told(None, Some(Unit::Counts)),
            rate: 256.0,
            channels: &[("AF3", "counts"), ("F7", "counts")],
            scale: 1.0,
        },
        Format {
            name: "opensignals",
            text: "# OpenSignals Text File Format\n# {\"00:07:80\": {\"sensor\": [\"EMG\", \"XYZ\"], \"column\": [\"nSeq\", \"DI\", \"CH1\", \"CH3\"], \"sampling rate\": 1000, \"resolution\": [16, 16], \"comments\": \"Jane Doe\"}}\n# EndOfHeader\n"
                .to_owned()
                + &rows(&EMG, |n, v| format!("{n}\t0\t{}\t{}\t\n", 32768.0 + 4.0 * v, 35000 + n % 3)),
            options: told(None, Some(Unit::Counts)),
            rate: 1000.0,
            channels: &[("CH1", "counts")],
            scale: 4.0,
        },
        Format {
            name: "opensignals",
            text: "# OpenSignals Text File Format. Version 1\n# {\"98:D3\": {\"sensor\": [\"RAW\", \"ACC\"], \"column\": [\"nSeq\", \"I1\", \"I2\", \"O1\", \"O2\", \"A1\", \"A6\"], \"sampling rate\": 100, \"resolution\": [4, 1, 1, 1, 1, 10, 6]}}\n# EndOfHeader\n"
                .to_owned()
                + &rows(&EMG, |n, v| format!("{}\t0\t0\t0\t0\t{}\t{}\t\n", n % 16, 512.0 + 4.0 * v, 30 + n % 3)),
            options: told(None, Some(Unit::Counts)),
            rate: 100.0,
            channels: &[("A1", "counts")],
            scale: 4.0,
        },
        Format {
            name: "biosppy",
            text: "# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Resolution:= 12\n# Labels:= EMG\n".to_owned()
                + &rows(&EMG, |_, v| format!("{:.1}\n", 2048.0 + 4.0 * v)),
            options: told(None, Some(Unit::Counts)),
            rate: 1000.0,
            channels: &[("EMG", "counts")],
            scale: 4.0,
        },
        Format {
            name: "labchart",
            text: labchart("0.5 ms", "mV") + &rows(&EMG, |n, v| format!("{}\t{v}\t3.5{}\r\n", 0.0005 * n as f64, if n % 5 == 2 { "\t#* Jane Doe, moved" } else { "" })),
            options: plain.clone(),
            rate: 2000.0,
            channels: &[("EMG", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "labchart",
            text: "Interval=\t0.001 s\r\nExcelDateTime=\t4.5e4\t07/17/25 15:34:45\r\nTimeFormat=\tStartOfBlock\r\nDateFormat=\t\r\nChannelTitle=\tEMG\tFlow\r\nRange=\t100.00 mV\t10 V\r\n"
                .to_owned()
                + &rows(&EMG, |n, v| format!("{}\t{v}\t3.5\r\n", 0.5 + 0.001 * n as f64)),
            options: plain.clone(),
            rate: 1000.0,
            channels: &[("EMG", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "delsys-emgworks",
            text: emgworks() + &rows(&EMG, |n, v| emgworks_row(n, v, 5)),
            options: plain.clone(),
            rate: 1259.259,
            channels: &[("Mini sensor 10: EMG 10", "V")],
            scale: 1e6,
        },
        Format {
            name: "delsys-emgworks",
            text: (emgworks() + &rows(&EMG, |n, v| emgworks_row(n, v, 5))).replace("X[s],", "X[s];").replace(",X[s]", ";X[s]").replace("10\",X", "10\";X")
                .lines()
                .map(|line| if line.starts_with(|c: char| c.is_ascii_digit()) { line.replace(',', ";").replace('.', ",") } else { line.to_owned() } + "\n")
                .collect(),
            options: plain.clone(),
            rate: 1259.259,
            channels: &[("Mini sensor 10: EMG 10", "V")],
            scale: 1e6,
        },
        Format {
            name: "delsys-discover",
            text: "Application:, Trigno Discover (2.1.0.7)\nDate/Time:, 1/2/2024\nCollection Length (seconds):, 5\nAvanti Sensor 0 (89542), , , \nsensor mode: 40\nEMG 1 Time Series (s), EMG 1 (mV), ACC X 1 Time Series (s), ACC X 1 (G)\n, 2148.1 Hz, , 74.1 Hz\n, 0.00047 s, , 0.0135 s\n"
                .to_owned()
                + &rows(&EMG, |n, v| {
                    let acc = if n < 3 { format!("{},0.{n}", 0.0135 * n as f64) } else { ",".to_owned() };
                    format!("{:.7},{v},{acc}\n", n as f64 / 2148.1)
                }),
            options: plain.clone(),
            rate: 2148.1,
            channels: &[("EMG 1 (mV)", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "noraxon-mr3",
            text: "\u{feff}\"type\",\"begin_time\",\"frequency\",\"count\",\"last_name\",\"born\"\r\n\"record\",\"10:00\",\"1500\",\"12\",\"Doe\",\"1970-01-01\"\r\n\r\n\"time\",\"Activity\",\"Marker\",\"RT VMO (uV)\",\"VMO LT, uV\",\"Ultium EMG.Sync, On\"\r\n"
                .to_owned()
                + &rows(&EMG, |n, v| format!("{:.7},\"Activity\",,{v},{},0\r\n", n as f64 / 1500.0, -v)),
            options: plain.clone(),
            rate: 1500.0,
            channels: &[("RT VMO (uV)", "uV"), ("VMO LT, uV", "uV")],
            scale: 1.0,
        },
        Format {
            name: "acqknowledge",
            text: "Paw_EMG.gtl\n0.5 msec/sample\n2 channels\nEMGdi - EMG100C\nmV\nPaw\ncmH2O\nmin\tCH1\tCH2\n\t3571881\t3571887\n".to_owned()
                + &rows(&EMG, |n, v| format!("{}\t{v}\t7\n", n as f64 * 0.0005 / 60.0)),
            options: plain.clone(),
            rate: 2000.0,
            channels: &[("EMGdi - EMG100C", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "acqknowledge",
            text: "Recording on: 2025-02-21 11:05:38.634\nx.acq\n1 msec/sample\tSample rate =\t1000Hz\n1 channels\nEMG\nmV\nsec,CH1,\n,12,\n".to_owned()
                + &rows(&EMG, |n, v| format!("{:.3},{v},\n", n as f64 * 0.001)),
            options: plain.clone(),
            rate: 1000.0,
            channels: &[("EMG", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "acqknowledge",
            text: "x.acq\n1 msec/sample\n1 channels\nEMG\nmV\nCH1\n12\n".to_owned() + &rows(&EMG, |_, v| format!("{v}\n")),
            options: plain.clone(),
            rate: 1000.0,
            channels: &[("EMG", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "chords",
            text: "Counter,Channel1,Channel2\n".to_owned() + &rows(&EMG, |n, v| format!("{},{},{}\n", (250 + n) % 256, 100.0 + 4.0 * v, 7.5 * v)),
            options: told(Some(500.0), Some(Unit::Counts)),
            rate: 500.0,
            channels: &[("Channel1", "counts"), ("Channel2", "counts")],
            scale: 4.0,
        },
        Format {
            name: "chords",
            text: "Arduino Board: UNO-R4\nSampling Rate (samples per second): 250\n\nCounter,Channel1\n".to_owned()
                + &rows(&EMG, |n, v| format!("{n},{}\n", 100.0 + 4.0 * v)),
            options: told(None, Some(Unit::Counts)),
            rate: 250.0,
            channels: &[("Channel1", "counts")],
            scale: 4.0,
        },
        Format {
            name: "arduino-plotter",
            text: rows(&EMG, |n, v| format!("emg:{v},level:{n}\n")),
            options: told(Some(100.0), Some(Unit::Counts)),
            rate: 100.0,
            channels: &[("emg", "counts")],
            scale: 1.0,
        },
        Format {
            name: "csv",
            text: rows(&EMG, |n, v| format!("{n}, {v:.9}\n")),
            options: OpenOptions { channels: vec!["2".parse().unwrap()], ..told(Some(50.0), Some(Unit::Arbitrary)) },
            rate: 50.0,
            channels: &[("column 2", "au")],
            scale: 1.0,
        },
        Format {
            name: "csv",
            text: "Waktu (HH:MM:SS.ms),Nilai ADC\n".to_owned() + &rows(&EMG, |n, v| format!("23:59:{:06.3},{}\n", 59.8 + 0.02 * n as f64, 512.0 + 4.0 * v)).replace("23:59:60.0", "00:00:00.0"),
            options: told(None, Some(Unit::Counts)),
            rate: 50.0,
            channels: &[("Nilai ADC", "counts")],
            scale: 4.0,
        },
        Format {
            name: "csv",
            text: rows(&EMG, |n, v| format!("{}:{}:3\n", 1_557_936_053_329_u64 + 20 * n as u64, 512.0 + 4.0 * v)),
            options: told(None, Some(Unit::Counts)),
            rate: 50.0,
            channels: &[("column 2", "counts")],
            scale: 4.0,
        },
        Format {
            name: "csv",
            text: "_4\n".to_owned() + &rows(&EMG, |_, v| format!("{}\n", 512.0 + 4.0 * v)),
            options: told(Some(1000.0), Some(Unit::Counts)),
            rate: 1000.0,
            channels: &[("_4", "counts")],
            scale: 4.0,
        },
        Format {
            name: "datalink",
            text: "File Name: jane.log\nChannel 4: 'Recto Femoral', 12 values, engineering units: mV, no filters.\nChannel 8: 'Flexo-Extension', 12 values, engineering units: deg, no filters.\n\n".to_owned()
                + &rows(&EMG, |_, v| format!("{v}\t87.1\n")),
            options: told(Some(1000.0), None),
            rate: 1000.0,
            channels: &[("Recto Femoral", "mV")],
            scale: 1000.0,
        },
        Format {
            name: "csv",
            text: rows(&EMG, |n, v| format!("{},{},0\n", 4.0 * v, (n * 37) % 101)),
            options: OpenOptions { channels: vec!["1".parse().unwrap()], ..told(Some(200.0), Some(Unit::Counts)) },
            rate: 200.0,
            channels: &[("column 1", "counts")],
            scale: 4.0,
        },
        Format {
            name: "emteq",
            text: "#Format/Version,CSV1.0.0\n#Person,Jane Doe\nFrame#,Time,Emg/Raw[Left]\n".to_owned()
                + &rows(&EMG, |n, v| format!("{}{n},{:.3},{v}\n", if n == 6 { "#Event,started\n" } else { "" }, 0.001 * n as f64)),
            options: told(None, Some(Unit::MicroVolt)),
            rate: 1000.0,
            channels: &[("Emg/Raw[Left]", "uV")],
            scale: 1.0,
        },
        Format {
            name: "mindware",
            text: "Sample Rate:\t500.0\nSubject:\tJane Doe\n\nEMG (mV)\tResp\n".to_owned() + &rows(&EMG, |n, v| format!("{v}\t{n}.5\n")),
            options: plain,
            rate: 500.0,
            channels: &[("EMG (mV)", "mV")],
            scale: 1000.0,
        },
    ]
}

pub fn labchart(interval: &str, unit: &str) -> String {
    format!(
        "Interval=\t{interval}\r\nExcelDateTime=\t4.5e4\t07/17/25 15:34:45\r\nTimeFormat=\tStartOfBlock\r\nDateFormat=\t\r\nChannelTitle=\tEMG\tFlow\r\nRange=\t10.000 V\t500.0 mV\r\nUnitName=\t{unit}\t*\r\nTopValue=\t*\t*\r\nBottomValue=\t*\t*\r\n"
    )
}

pub fn emgworks() -> String {
    "Label: Mini sensor 10: EMG 10 Sampling frequency: 1.259259e+003 Number of points: 12 start: 0.000000e+000 Unit: V Domain Unit: s\n\
     Label: Mini sensor 10: ACC.X 10 Sampling frequency: 1.481481e+002 Number of points: 5 start: 0.000000e+000 Unit: g Domain Unit: s\n\
     Start Trigger Method: None\n\nX[s],\"Mini sensor 10: EMG 10\",X[s],\"Mini sensor 10: ACC.X 10\"\n"
        .to_owned()
}

/// A row of both signals, the second of `short` rows only.
pub fn emgworks_row(n: usize, value: f64, short: usize) -> String {
    let (t, acc) = if n < short { (n as f64 / 148.1481, 0.5) } else { (0.0, 0.0) };
    format!("{:.9},{value:.4},{t:.9},{acc:.4}\n", n as f64 / 1259.259)
}

pub fn told(rate_hz: Option<f64>, unit: Option<Unit>) -> OpenOptions {
    OpenOptions { rate_hz, unit, ..OpenOptions::default() }
}
