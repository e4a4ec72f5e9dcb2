//! Several files at once, and files that are far too long.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::common::{Bench, code, recording, stderr, stdout, tonus};

/// Every file below `folder`, with its content.
fn contents(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(contents(&entry.path()).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            found.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn a_bad_file_is_reported_and_the_rest_done_the_same_for_any_number_of_jobs() {
    let bench = Bench::new();
    let files = [
        bench.file("a.csv", recording(2, 12, true)),
        bench.file("bad.csv", "emg_uv\n1\n2\n5\n"),
        bench.file("c.csv", recording(1, 10, true)),
        bench.file("d.csv", recording(1, 12, false)),
        bench.path("none.csv").display().to_string(),
    ];
    let run = |jobs: &str| {
        let out = bench.path(&format!("out{jobs}"));
        let mut args = vec!["analyze", "--jobs", jobs, "--out", out.to_str().unwrap()];
        args.extend(files.iter().map(String::as_str));
        (tonus(&args), contents(&out))
    };
    let (one, written) = run("1");
    assert_eq!(code(&one), 3, "the worst of them");
    let errors = stderr(&one);
    assert!(errors.contains("bad.csv: ") && errors.contains("--rate") && errors.contains("none.csv"), "{errors}");
    assert!(!errors.contains('\r') && !errors.contains('\u{1b}'), "no bar off a terminal: {errors:?}");
    let out = stdout(&one);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (line, file) in lines.iter().zip([&files[0], &files[2], &files[3]]) {
        assert!(line.starts_with(&format!("{file}: ")) && line.contains("contractions"), "{line}");
    }
    let names: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        names.contains(&"summary.csv") && names.contains(&"a/report.html") && names.contains(&"d/states.csv"),
        "{names:?}"
    );
    assert!(!names.iter().any(|name| name.starts_with("bad")), "{names:?}");
    for jobs in ["2", "7"] {
        let (output, same) = run(jobs);
        assert_eq!((code(&output), stdout(&output), stderr(&output)), (3, out.clone(), errors.clone()));
        assert!(same == written, "--jobs {jobs}");
    }
}

#[test]
fn the_table_of_all_has_a_row_per_file_and_channel() {
    let bench = Bench::new();
    let files = [bench.file("a, b.csv", recording(2, 26, true)), bench.file("bad.csv", "emg_uv\n1\n2\n")];
    let out = bench.path("out");
    let output = tonus(["analyze", &files[0], &files[1], "--quiet", "--out", out.to_str().unwrap()]);
    assert_eq!((code(&output), stdout(&output)), (3, String::new()));
    let table = std::fs::read_to_string(out.join("summary.csv")).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    let names = "file,channel,digest,rest_s,controlled_s,overactive_s,invalid_s,contractions,overactivity,rest_mean_uv,\
                 rest_median_uv,baseline_uv,reference_uv,mdf_hz,valid_share,error";
    assert_eq!((rows[0], rows.len()), (names, 4));
    let summary = crate::common::json(&std::fs::read_to_string(out.join("a, b/summary.json")).unwrap());
    for (n, row) in rows[1..3].iter().enumerate() {
        let rest = row.strip_prefix(&format!("\"{}\",", files[0])).unwrap();
        let cells: Vec<&str> = rest.split(',').collect();
        let channel = &summary["channels"][n];
        assert_eq!((cells[0], cells[1]), (channel["name"].as_str().unwrap(), summary["digest"].as_str().unwrap()));
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        let near = |at: usize, value: &serde_json::Value| {
            let value = value.as_f64().unwrap();
            assert!((number(at) - value).abs() <= 1e-6 * value.abs(), "{at}: {row}");
        };
        let seconds = &channel["seconds"];
        for (at, state) in [(2, "rest"), (3, "controlled"), (4, "overactive"), (5, "invalid")] {
            near(at, &seconds[state]);
        }
        near(6, &channel["contractions_total"]);
        near(7, &channel["overactivity_total"]);
        near(8, &channel["rest"]["mean_uv"]);
        near(9, &channel["rest"]["median_uv"]);
        near(10, &channel["calibration"]["baseline_uv"]);
        near(11, &channel["calibration"]["reference_uv"]);
        near(12, &channel["spectrum"]["mdf_hz"]);
        assert!((number(13) - (26.0 - seconds["invalid"].as_f64().unwrap()) / 26.0).abs() < 1e-9);
        assert_eq!((cells[14], cells.len()), ("", 15));
    }
    assert!(rows[3].starts_with(&format!("{},,,", files[1])) && rows[3].ends_with("give --rate"), "{}", rows[3]);
    let one = bench.path("one");
    assert_eq!(code(&tonus(["analyze", &files[0], "--quiet", "--out", one.to_str().unwrap()])), 0);
    assert!(!one.join("summary.csv").exists(), "one file needs no table");
}

#[test]
fn the_table_never_takes_the_place_of_an_input() {
    let bench = Bench::new();
    let files =
        [bench.file("summary.csv", recording(1, 2, true)), bench.file("summary.csv.csv", recording(1, 2, true))];
    let folder = bench.path("").display().to_string();
    let output = tonus(["analyze", &files[0], &files[1], "--out", &folder]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("would be written over"), "{}", stderr(&output));
}

/// Most memory of a run that reads what `write` writes, in MiB; its exit code and standard error.
#[cfg(target_os = "linux")]
fn peak_mib(args: &[&str], write: impl FnOnce(&mut dyn Write) + Send) -> (u64, i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tonus"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let stdin = child.stdin.take().unwrap();
    let mark = || -> Option<u64> {
        let text = std::fs::read_to_string(&status).ok()?;
        text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
    };
    // Seen once while it waits for its first byte: what refuses at once may be gone before anybody looks again.
    let mut peak = 0;
    while peak < 1024 {
        peak = mark().expect("the program waits for its input");
    }
    std::thread::scope(|scope| {
        scope.spawn(move || write(&mut std::io::BufWriter::with_capacity(1 << 16, stdin)));
        // The kernel keeps the highest mark; it is read until the process is gone.
        loop {
            peak = peak.max(mark().unwrap_or(0));
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    });
    let output = child.wait_with_output().unwrap();
    (peak / 1024, output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_200_mb_is_refused_in_32_mib() {
    let digits = vec![b'7'; 1 << 20];
    for head in ["", "time_s,emg_uv\n0.000,1\n0.001,2\n0.002,3\n"] {
        let (peak, code, errors) = peak_mib(&["analyze", "-"], |out| {
            // The reader may go away as soon as it knows enough.
            let _ = out.write_all(head.as_bytes());
            for _ in 0..200 {
                if out.write_all(&digits).is_err() {
                    break;
                }
            }
        });
        assert_eq!(code, 3, "{errors}");
        assert!(errors.contains("a line of more than 1 MiB"), "{errors}");
        assert!((1..=32).contains(&peak), "{peak} MiB");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_200_mb_is_analyzed_in_32_mib() {
    // An hour of the same second, over and over; TONUS_LONG_MB asks for another size.
    let size = std::env::var("TONUS_LONG_MB").ok().and_then(|mb| mb.parse::<usize>().ok()).unwrap_or(200) << 20;
    let rows = recording(4, 1, false);
    let second: Vec<&str> = rows.lines().skip(1).map(|row| row.split_once(',').unwrap().1).collect();
    let second = second.join("\n") + "\n";
    let (peak, code, errors) = peak_mib(&["analyze", "-", "--rate", "1000", "--baseline", "0.5:5", "--quiet"], |out| {
        out.write_all(b"a_uv,b_uv,c_uv,d_uv\n").unwrap();
        (0..=size / second.len()).for_each(|_| out.write_all(second.as_bytes()).unwrap());
        out.flush().unwrap();
    });
    assert_eq!(code, 0, "{errors}");
    assert!((1..=32).contains(&peak), "{peak} MiB");
}

#[test]
fn what_changes_a_number_is_said_on_standard_error_and_in_the_table() {
    let bench = Bench::new();
    let whole = recording(1, 12, true);
    let damaged: String = whole
        .lines()
        .enumerate()
        .map(|(n, line)| if n > 2 && n % 10 == 0 { "x,y\n".into() } else { format!("{line}\n") })
        .collect();
    let edf = bench.path("whole.edf").display().to_string();
    let plain = bench.file("whole.csv", &whole);
    assert_eq!(code(&tonus(["convert", plain.as_str(), edf.as_str()])), 0);
    let bytes = std::fs::read(&edf).unwrap();
    let number =
        |range: std::ops::Range<usize>| String::from_utf8_lossy(&bytes[range]).trim().parse::<usize>().unwrap();
    let (head, records) = (number(184..192), number(236..244));
    assert!(records > 3, "{records}");
    let cut = bench.file("cut.edf", &bytes[..head + (bytes.len() - head) / records]);
    let other = format!("{whole}\nForces\nFrame,Force (N)\n1,2\n2,3\n");
    let files = [plain, bench.file("damaged.csv", damaged), cut, bench.file("other.csv", other)];
    let out = bench.path("out").display().to_string();
    let mut args = vec!["analyze", "--out", out.as_str()];
    args.extend(files.iter().map(String::as_str));
    let output = tonus(&args);
    let (errors, table) = (stderr(&output), std::fs::read_to_string(bench.path("out").join("summary.csv")).unwrap());
    assert_eq!(code(&output), 0, "{errors}");
    for (file, said) in [
        ("damaged.csv", "rows were rejected; the first is line"),
        ("cut.edf", "records; the file holds 1 whole ones"),
        ("other.csv", "not read: another table begins in line"),
    ] {
        let lines: Vec<&str> = errors.lines().filter(|line| line.contains(file)).collect();
        assert!(lines.len() == 1 && lines[0].starts_with("warning: ") && lines[0].contains(said), "{errors}");
        let row = table.lines().find(|row| row.contains(file)).unwrap();
        assert!(row.contains(said), "{row}");
    }
    assert!(!errors.contains("whole.csv") && table.lines().nth(1).unwrap().ends_with(','), "{errors}\n{table}");
    let output = tonus(["analyze", "--quiet", files[0].as_str(), "--rate", "500", "--unit", "mV"]);
    let errors = stderr(&output);
    assert!(
        errors.contains("--rate 500 Hz is used although") && errors.contains("--unit mV is used although"),
        "{errors}"
    );
    // A replay says it too.
    let output = tonus(["replay", "--quiet", "--speed", "max", files[0].as_str(), "--rate", "500", "--unit", "mV"]);
    let errors = stderr(&output);
    assert!(errors.contains("--rate 500 Hz is used") && errors.contains("--unit mV is used"), "{errors}");
    let output = tonus(["replay", "--quiet", "--speed", "max", files[1].as_str()]);
    assert!(stderr(&output).contains("rows were rejected; the first is line"), "{}", stderr(&output));
    // A header and a time column that differ a little.
    let row = |n: u32| format!("{:.6},{}\n", f64::from(n) / 1004.0, n * 7919 % 13);
    let rows: Vec<String> = (0..6000).map(row).collect();
    let file = bench.file("header.csv", format!("# Sample Rate = 1000 Hz\ntime_s,emg_uv\n{}", rows.concat()));
    let output = tonus(["analyze", "--json", file.as_str()]);
    let said = "the header's 1000 Hz are used although the time column steps at 1004";
    assert!(stderr(&output).contains(said) && stdout(&output).contains(said), "{}", stderr(&output));
}
