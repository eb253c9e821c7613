//! Proofs in words, day by day.

use super::*;

/// One line a day of the proof: `date + reason | citation`, with `-` if the day is not counted.
fn explained(question: &str, expected: &str) {
    let words: Vec<&str> = question.split_whitespace().collect();
    let limit = limit(words[2]);
    let (clock, calendar) =
        told(Clock::new(day(words[0]), limit, "行政许可法 art. 42"), &words[3..]);
    let deadline = match words[1] {
        "-" => latest_before(clock.start, limit, &calendar),
        _ => clock.deadline(&calendar),
    };
    let lines = deadline.unwrap().days.into_iter().map(|day| {
        let sign = if day.counted { '+' } else { '-' };
        format!("{} {sign} {} | {}", day.date, day.reason, day.citation)
    });
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

#[test]
fn the_proof_names_each_day_its_reason_and_its_source() {
    explained(
        "2022-09-29 + 4wd stopped 2022-10-08..2022-10-10",
        "2022-09-29 - the day of the start is not counted | 民法典 art. 201
         2022-09-30 + day 1 of 4, working day: Friday | 行政许可法 art. 42
         2022-10-01 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-02 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-03 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-04 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-05 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-06 - rest day: 国庆节 调休, in lieu of a weekend worked | 国办发明电〔2021〕11号
         2022-10-07 - rest day: 国庆节 调休, in lieu of a weekend worked | 国办发明电〔2021〕11号
         2022-10-08 + day 2 of 4, working day: 国庆节 调休, a weekend day made up | 行政许可法 art. 42
         2022-10-09 - stopped: expert review (notice 3号) | 行政许可法 art. 45
         2022-10-10 - stopped: expert review (notice 3号) | 行政许可法 art. 45
         2022-10-11 + day 3 of 4, working day: Tuesday | 行政许可法 art. 42
         2022-10-12 + day 4 of 4, working day: Wednesday | 行政许可法 art. 42",
    );
}

#[test]
fn the_proof_says_how_an_end_on_a_rest_day_moves() {
    explained(
        "2022-09-29 + 2cal",
        "2022-09-29 - the day of the start is not counted | 民法典 art. 201
         2022-09-30 + day 1 of 2, all days counted | 行政许可法 art. 42
         2022-10-01 + day 2 of 2, all days counted; the limit ends on a rest day: 国庆节 holiday | 行政许可法 art. 42
         2022-10-02 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-03 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-04 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-05 - rest day: 国庆节 holiday | 国办发明电〔2021〕11号
         2022-10-06 - rest day: 国庆节 调休, in lieu of a weekend worked | 国办发明电〔2021〕11号
         2022-10-07 - rest day: 国庆节 调休, in lieu of a weekend worked | 国办发明电〔2021〕11号
         2022-10-08 - the due date moves here from the rest day on which it fell; working day: 国庆节 调休, a weekend day made up | 民法典 art. 203; 国办发明电〔2021〕11号",
    );
}

/// The last line of the proof.
fn concluded(question: &str, expected: &str) {
    let words: Vec<&str> = question.split_whitespace().collect();
    let clock = Clock::new(day(words[0]), limit(words[2]), "行政许可法 art. 42");
    let (clock, calendar) = told(clock, &words[3..]);
    let days = clock.deadline(&calendar).unwrap().days;
    let last = days.last().unwrap();
    assert_eq!(format!("{} {} | {}", last.date, last.reason, last.citation), expected);
}

#[test]
fn the_last_day_of_the_proof_tells_of_months_extensions_and_missing_notices() {
    concluded(
        "2021-11-30 + 3month",
        "2022-02-28 day 90 of 90 in 3 months, from 2021-11-30, to the last day of a month that has no day 30 | 行政许可法 art. 42; 民法典 art. 202",
    );
    concluded(
        "2021-12-29 + 1month unrolled",
        "2022-01-29 day 31 of 31 in 1 month, from 2021-12-29, to the same-numbered day | 行政许可法 art. 42; 民法典 art. 202",
    );
    concluded(
        "2021-11-30 + 3month stopped 2021-12-01..2021-12-03",
        "2022-03-02 day 90 of 90 in 3 months, from 2021-11-30, to 2022-02-28, moved on by the days of stops | 行政许可法 art. 42; 民法典 art. 202",
    );
    concluded(
        "2022-04-06 + 20wd extended 10wd 2022-05-05 2022-05-06",
        "2022-05-19 extension, day 10 of 10, working day: Thursday | 行政许可法 art. 42",
    );
    concluded(
        "2022-04-06 + 1wd extended 10wd 2022-04-08 2022-04-11",
        "2022-04-07 day 1 of 1, working day: Thursday; the extension by 10wd (行政许可法 art. 42) is void: approved on 2022-04-08, told on 2022-04-11, past this due date | 行政许可法 art. 42",
    );
    concluded(
        "2022-04-06 + 1wd unnoticed 2022-04-06..",
        "2022-04-07 day 1 of 1, working day: Thursday; expert review does not stop it: no written notice | 行政许可法 art. 42",
    );
    concluded(
        "2026-12-31 + 1wd",
        "2027-01-04 day 1 of 1, working day: Monday (an estimate: no holiday notice for 2027 is on file) | 行政许可法 art. 42",
    );
    concluded(
        "2022-04-08 + 0wd",
        "2022-04-08 the day of the start is not counted, and the limit is over with it | 民法典 art. 201",
    );
}

#[test]
fn the_proof_of_a_backward_limit_reads_from_the_latest_day_to_the_expiry() {
    explained(
        "2022-10-09 - 2wd",
        "2022-10-07 - the latest day that leaves 2wd through 2022-10-09; not counted itself | 民法典 art. 201
         2022-10-08 + day 2 of 2 backward, working day: 国庆节 调休, a weekend day made up | 国办发明电〔2021〕11号
         2022-10-09 + day 1 of 2 backward, working day: 国庆节 调休, a weekend day made up | 国办发明电〔2021〕11号",
    );
}
