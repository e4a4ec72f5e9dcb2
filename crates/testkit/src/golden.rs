//! Golden tables: numeric CSV with one header line, made by `fixtures/generate.py`.

use std::path::{Path, PathBuf};

/// A golden table, by columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

/// The folder of golden files.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

impl Table {
    /// Reads `fixtures/<name>`, such as `filter/chain_1000.csv`. The standard parser reads 17 digits back exactly.
    ///
    /// # Panics
    /// If the file cannot be read or holds anything but a header and rows of numbers as long as it.
    pub fn load(name: &str) -> Self {
        let path = fixtures().join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut lines = text.lines();
        let names: Vec<String> = lines.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        let mut columns = vec![Vec::new(); names.len()];
        for (i, line) in lines.enumerate() {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), names.len(), "{} line {}", path.display(), i + 2);
            for (column, field) in columns.iter_mut().zip(fields) {
                column
                    .push(field.parse().unwrap_or_else(|e| panic!("{} line {}: {e}: {field}", path.display(), i + 2)));
            }
        }
        Self { path, names, columns }
    }

    /// One column.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn column(&self, name: &str) -> &[f64] {
        let place = self.names.iter().position(|n| n == name);
        &self.columns[place.unwrap_or_else(|| panic!("{}: no column {name} in {:?}", self.path.display(), self.names))]
    }

    /// One column, narrowed to `f32`.
    ///
    /// # Panics
    /// As [`Table::column`].
    pub fn column_f32(&self, name: &str) -> Vec<f32> {
        self.column(name).iter().map(|v| *v as f32).collect()
    }

    /// One number.
    ///
    /// # Panics
    /// If there is no such column or row.
    pub fn value(&self, name: &str, row: usize) -> f64 {
        self.column(name)[row]
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns[0].len()
    }
}
