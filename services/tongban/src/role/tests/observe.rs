//! Dashboards and alerts ask for metrics that there are.

use host::telemetry::METRICS;
use std::{collections::BTreeSet, path::Path};

/// Words of the metrics' namespace in a text.
fn asked(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("tongban_") {
        let word = text[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        found.extend(word.map(str::to_owned));
    }
    found
}

#[test]
fn dashboards_and_alerts_name_only_metrics_that_exist_and_every_metric_is_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/observe");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&read("dashboard.json")).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() > 5);
    let base = |word: &str| {
        let parts = ["_bucket", "_sum", "_count"];
        parts.iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word).to_owned()
    };
    let named: BTreeSet<_> = ["dashboard.json", "alerts.yaml"]
        .into_iter()
        .flat_map(|file| asked(&read(file)))
        .map(|word| base(&word))
        .collect();
    let known: BTreeSet<_> = METRICS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, known);
}
