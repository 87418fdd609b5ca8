//! Flags and configuration files: what is accepted, refused and said, against what component-base does.

use clap::{CommandFactory, Parser};
use klog::{Config, GoDuration, Quantity, Vmodule};

#[derive(Parser)]
#[command(name = "demo")]
struct Args {
    #[command(flatten)]
    logging: klog::Flags,
}

/// Every line of `tests/data/flags.txt`: arguments, and the outcome under them.
#[test]
fn arguments_are_read_as_recorded() {
    let cases = include_str!("data/flags.txt");
    let mut lines = cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut n_cases = 0;
    while let (Some(arguments), Some(expected)) = (lines.next(), lines.next()) {
        let arguments = arguments.split("   # ").next().unwrap();
        let list = arguments.replace("\" \"", "\", \"");
        let list: Vec<String> =
            serde_json::from_str(&list).unwrap_or_else(|error| panic!("{list}: {error}"));
        assert_eq!(outcome(&list), expected.trim(), "{arguments}");
        n_cases += 1;
    }
    assert!(n_cases > 50, "{n_cases} cases");
}

fn outcome(arguments: &[String]) -> String {
    let args = match Args::try_parse_from([&["demo".to_owned()], arguments].concat()) {
        Ok(args) => args,
        Err(error) if error.kind() == clap::error::ErrorKind::UnknownArgument => {
            return "parse error: unexpected argument".into();
        }
        Err(error) => {
            let text = error.to_string();
            return format!(
                "parse error: {}",
                text.trim_start_matches("error: ").lines().next().expect("an error has text")
            );
        }
    };
    let config = args.logging.config();
    if let Err(errors) = config.validate() {
        return format!("invalid: {errors}");
    }
    let vmodule: Vec<_> = config
        .vmodule
        .iter()
        .map(|item| format!("{}={}", item.file_pattern, item.verbosity))
        .collect();
    let options = |options: &klog::OutputOptions| {
        format!("{{{} {}}}", options.split_stream, options.info_buffer_size)
    };
    format!(
        "ok: format={} flush={} v={} vmodule={:?} text={} json={}",
        config.format,
        config.flush_frequency,
        config.verbosity,
        vmodule.join(","),
        options(&config.options.text),
        options(&config.options.json),
    )
}

#[test]
fn verbosity_is_put_as_recorded() {
    #[track_caller]
    fn check(body: &str, expected: Result<&str, &str>) {
        let got = klog::put_verbosity(body);
        assert_eq!(got.as_deref().map_err(String::as_str), expected);
    }
    for body in ["1", "5", "0", "200"] {
        check(body, Ok(&format!("successfully set klog.logging.verbosity to {body}")));
    }
    check("2147483647", Ok("successfully set klog.logging.verbosity to 2147483647"));
    let failed = "failed set klog.logging.verbosity 2147483648: strconv.ParseInt: parsing \"2147483648\": value out of range";
    check("2147483648", Err(failed));
    check("4294967296", Err("strconv.ParseUint: parsing \"4294967296\": value out of range"));
    for body in [" 3", "3\n", "-1", "abc", "", "0x5"] {
        check(body, Err(&format!("strconv.ParseUint: parsing {body:?}: invalid syntax")));
    }
}

#[test]
fn help_lists_flags_and_formats() {
    let mut command = Args::command().term_width(100);
    insta::assert_snapshot!(command.render_long_help());
}

#[test]
fn flags_change_only_what_was_given() {
    let mut config: Config = serde_json::from_str(r#"{"verbosity": 3, "format": "json"}"#).unwrap();
    Args::parse_from(["demo", "-v=5"]).logging.apply_to(&mut config);
    assert_eq!((config.verbosity, &*config.format), (5, "json"));
}

#[test]
fn files_are_read_as_kubernetes_writes_them() {
    #[track_caller]
    fn check(file: &str, expected: Result<&str, &str>) {
        let got = serde_json::from_str::<Config>(file).map(|config| match config.validate() {
            Ok(()) => serde_json::to_string(&config).unwrap(),
            Err(errors) => format!("invalid: {errors}"),
        });
        match (got, expected) {
            (Ok(got), Ok(expected)) => assert_eq!(got, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (got, _) => panic!("{got:?}"),
        }
    }
    let all = r#"{"format":"json","flushFrequency":"10s","verbosity":2,"vmodule":[{"filePattern":"a*","verbosity":5}],"options":{"text":{"splitStream":false,"infoBufferSize":"0"},"json":{"splitStream":true,"infoBufferSize":"65536"}}}"#;
    check(all, Ok(all));
    check(
        r#"{"flushFrequency": 100000000, "options": {"json": {"infoBufferSize": 1024}}}"#,
        Ok(
            r#"{"format":"text","flushFrequency":"100ms","verbosity":0,"vmodule":[],"options":{"text":{"splitStream":false,"infoBufferSize":"0"},"json":{"splitStream":false,"infoBufferSize":"1024"}}}"#,
        ),
    );
    check(
        r#"{"verbosity": 2147483648}"#,
        Ok("invalid: verbosity: Invalid value: 2147483648: Must be <= 2147483647"),
    );
    check(
        r#"{"vmodule": [{"filePattern": "", "verbosity": 1}, {"filePattern": "a,b", "verbosity": 1}, {"filePattern": "a=b", "verbosity": 2147483648}]}"#,
        Ok(
            r#"invalid: [vmodule[0]: Required value: File pattern must not be empty, vmodule[1]: Invalid value: "a,b": File pattern must not contain equal sign or comma, vmodule[2]: Invalid value: "a=b": File pattern must not contain equal sign or comma, vmodule[2]: Invalid value: 2147483648: Must be <= 2147483647]"#,
        ),
    );
    // What kubeadm writes, and what is left of a YAML key with nothing behind it.
    let defaults = serde_json::to_string(&Config::default()).unwrap();
    for unset in [
        "{}",
        r#"{"flushFrequency": 0, "options": {"json": {"infoBufferSize": "0"}, "text": {"infoBufferSize": "0"}}, "verbosity": 0}"#,
        r#"{"format": "", "flushFrequency": "0s"}"#,
        r#"{"format": null, "flushFrequency": null, "verbosity": null, "vmodule": null, "options": null}"#,
        r#"{"options": {"text": null, "json": {"splitStream": null, "infoBufferSize": null}}}"#,
    ] {
        check(unset, Ok(&defaults));
    }
    check(
        r#"{"vmodule": [{"verbosity": 1}]}"#,
        Ok("invalid: vmodule[0]: Required value: File pattern must not be empty"),
    );
    check(
        r#"{"flushFrequency": -1}"#,
        Ok(r#"invalid: flushFrequency: Invalid value: "-1ns": Must be greater than zero"#),
    );
    check(r#"{"verbosity": -1}"#, Err("invalid value: integer `-1`"));
    check(
        r#"{"options": {"json": {"infoBufferSize": "1K"}}}"#,
        Err("unable to parse quantity's suffix"),
    );
    check(r#"{"flushfrequency": "5s"}"#, Err("unknown field `flushfrequency`"));
    check(r#"{"flushFrequency": "5"}"#, Err(r#"time: missing unit in duration "5""#));
}

#[test]
fn durations_are_read_as_go_does() {
    #[track_caller]
    fn check(text: &str, expected: Result<i64, &str>) {
        let got = text.parse::<GoDuration>().map(GoDuration::nanoseconds);
        assert_eq!(got.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }
    let (second, minute) = (1_000_000_000, 60_000_000_000);
    check("+5s", Ok(5 * second));
    check("-.5s", Ok(-second / 2));
    check("1h2m3.5s", Ok(62 * minute + 3_500_000_000));
    check("1µs1μs1us", Ok(3_000));
    check("0.3333333333333333333h", Ok(20 * minute));
    check("0.100000000000000000000h", Ok(6 * minute));
    check("0.830103483285477580700h", Ok(2_988_372_539_827));
    check("9223372036854775807ns", Ok(i64::MAX));
    check("-9223372036854775808ns", Ok(i64::MIN));
    check("9223372036854775808ns", Err(r#"time: invalid duration "9223372036854775808ns""#));
    check("3000000h", Err(r#"time: invalid duration "3000000h""#));
    for invalid in ["", "-", ".", ".s", "s", "1s."] {
        check(invalid, Err(&format!("time: invalid duration {invalid:?}")));
    }
    check("3", Err(r#"time: missing unit in duration "3""#));
    check("1d", Err(r#"time: unknown unit "d" in duration "1d""#));
    check("1µ\"\n", Err(r#"time: unknown unit "\xc2\xb5\"\x0a" in duration "1\xc2\xb5\"\x0a""#));
}

#[test]
fn sizes_are_exact_and_rounded_up() {
    #[track_caller]
    fn check(text: &str, expected: i64) {
        assert_eq!(text.parse(), Ok(Quantity::from_bytes(expected)), "{text}");
    }
    check("+1.E", 1_000_000_000_000_000_000);
    check("00.5Ki", 512);
    check("1e-1", 1);
    check("1.2E1", 12);
    check("1n", 1);
    check("0n", 0);
    check("-1.5", -2);
    check("0.0000000000000000000000000000000000000000000001Ki", 1);
    check("1.50000000000000000000000000000Ei", 3 << 59);
    check("0.500000000000000000000000000000Ti", 1 << 39);
    check("1.00000000000000000000000000000000000000000000000000001Ei", (1 << 60) + 1);
    check("100000000000000000000000000000000000000000000e-44", 1);
    check("1e2147483647", i64::MAX);
    check("1e-2147483648", 1);
    check("0e2147483647", 0);
    check("8Ei", i64::MAX);
    check("-9Ei", -i64::MAX);
    check("9223372036854775807", i64::MAX);
}

#[test]
fn vmodule_matches_as_klog_does() {
    #[track_caller]
    fn check(vmodule: &str, file: &str, expected: u32) {
        assert_eq!(
            vmodule.parse::<Vmodule>().unwrap().verbosity_for(file),
            expected,
            "{vmodule} {file}"
        );
    }
    check("main=4", "src/main.rs", 4);
    check("main.rs=4", "src/main.rs", 4);
    check("main=4", "/go/src/main.go", 4);
    check("src=4", "src/main.rs", 0);
    check("src/main=4", "src/main.rs", 0);
    check("Main=4", "main.rs", 0);
    check("m*=4,main=5", "main.rs", 4);
    check("main=0,m*=5", "main.rs", 5);
    check("m?in=4", "main.rs", 4);
    check("m[a-c]in=4", "main.rs", 4);
    check("m[^a]in=4", "main.rs", 0);
    check("m[!a]in=4", "main.rs", 4);
    check("m\\ain=4", "main.rs", 4);
    check("*a*i*=4", "main.rs", 4);
    check("*x*=4", "main.rs", 0);
    check("[=4", "[", 0);
    check("m[=4", "main.rs", 0);
    check("m[]a]in=4", "main.rs", 0);
    check("a\\=4", "a", 0);
}

proptest::proptest! {
    #[test]
    fn durations_read_back(nanoseconds: i64) {
        let duration = GoDuration::from_nanoseconds(nanoseconds);
        proptest::prop_assert_eq!(duration.to_string().parse(), Ok(duration));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = text.parse::<GoDuration>();
        let _ = text.parse::<Quantity>();
        if let Ok(vmodule) = text.parse::<Vmodule>() {
            vmodule.verbosity_for(&text);
        }
    }

    #[test]
    fn plain_patterns_are_compared(pattern in "[a-z.]{1,8}", name in "[a-z.]{1,8}") {
        let vmodule: Vmodule = format!("{pattern}=3").parse().unwrap();
        let equal = pattern == name || name.strip_suffix(".rs") == Some(&*pattern) || name.strip_suffix(".go") == Some(&*pattern);
        proptest::prop_assert_eq!(vmodule.verbosity_for(&name), if equal { 3 } else { 0 });
    }

    #[test]
    fn sizes_are_numbers_with_suffixes(number in 0_i64..1 << 40, suffix in 0..4_usize) {
        let (suffix, scale) = [("", 1), ("k", 1000), ("Ki", 1024), ("m", -1000)][suffix];
        let expected = if scale > 0 { number.saturating_mul(scale) } else { (number + 999) / 1000 };
        proptest::prop_assert_eq!(format!("{number}{suffix}").parse::<Quantity>().unwrap().bytes(), expected);
    }
}
