//! What the command makes of its own description: schemas, completions, man pages, the site of the rules.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::path::Path;

use migrate_lint::internal::config::Config;
use migrate_lint::internal::schema::Of;
use serde_json::Value;

/// `KLOG_UPDATE=1` writes the files.
#[test]
fn files_are_what_the_command_prints() {
    for of in Of::ALL {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(of.file_name());
        let schema = serde_json::to_string_pretty(&of.schema()).unwrap() + "\n";
        if std::env::var_os("KLOG_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &schema).unwrap();
        }
        let file = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(file == schema, "{} is old: run with KLOG_UPDATE=1", path.display());
    }
}

#[test]
fn the_schema_of_the_configuration_takes_what_its_reader_takes() {
    let schema = Of::Config.schema();
    for (text, is_good) in [
        (include_str!("../src/init/klog.toml"), true),
        (include_str!("../../klog.toml"), true),
        ("", true),
        ("dialect = \"own\"\nexclude = \"a\"\nbaseline = \"b\"\nhistory = \"h\"", true),
        ("dialect = \"zap\"", false),
        ("dialect = 3", false),
        ("exclude = [\"a\", \"b/**\"]", true),
        ("exclude = [1]", false),
        ("exclude = \"!a\"", false),
        ("unknown = 1", false),
        ("levels = { all = \"deny\", structured = \"warn\", duplicate-key = \"allow\" }", true),
        ("levels = { all = \"error\" }", false),
        ("levels = { nothing = \"deny\" }", false),
        ("levels = 3", false),
        ("[[path]]\npath = \"a\"\nlevels = {}\nreason = \"r\"", true),
        ("[[path]]\npath = [\"a\", \"b\"]\nlevels = { key = \"deny\" }", true),
        ("[[path]]\npath = \"a\"", false),
        ("[[path]]\nlevels = {}", false),
        ("[[path]]\npath = \"a\"\nlevels = {}\nreasons = \"r\"", false),
        ("[path]\npath = \"a\"\nlevels = {}", false),
        ("path = []", false),
        ("[[wrapper]]\nname = \"a\"\nlike = \"log::info\"\nskip = 2\nwithout-logger = true", true),
        ("[[wrapper]]\nname = \"a\"\nlike = \"info\"", false),
        ("[[wrapper]]\nname = \"a\"", false),
        ("[[wrapper]]\nname = \"a\"\nlike = \"log::info\"\nskip = -1", false),
        ("[[wrapper]]\nname = \"a\"\nlike = \"log::info\"\nskip = \"1\"", false),
        ("[[wrapper]]\nname = \"a\"\nlike = \"log::info\"\nwithout-logger = 1", false),
        (
            "[keys]\ncase = \"snake_case\"\nallow = []\nforbid = \"a\"\nreplace = { a = \"b\" }",
            true,
        ),
        ("[keys]\nreserved = [\"a\"]\nsecret = \"pin\"", true),
        ("[keys]\ncase = \"camel\"", false),
        ("[keys]\nreplace = [\"a\"]", false),
        ("[keys]\nreplace = { a = 1 }", false),
        ("[keys]\nallowed = []", false),
        ("keys = 1", false),
        ("[keys]\nerror = \"error\"\n[messages]\ncase = \"small\"", true),
        ("[keys]\nerror = \"cause\"", false),
        ("[messages]\ncase = \"lower\"", false),
        ("[messages]\ncases = \"any\"", false),
        ("messages = \"any\"", false),
        ("[queries]\nfiles = \"alerts/**\"\nkeys = [\"node\"]", true),
        ("[queries]\nfiles = [1]", false),
        ("[queries]\nother = 1", false),
    ] {
        let read = Config::parse(text, Path::new("klog.toml"));
        assert_eq!(read.is_ok(), is_good, "the reader and {text:?}: {read:?}");
        let value: Value = toml::from_str(text).unwrap();
        assert_eq!(accepts(&schema, &value), is_good, "the schema and {text:?}");
    }
}

#[test]
fn reports_and_catalogs_are_what_their_schemas_say() {
    let project = tempfile::tempdir().unwrap();
    let source = "fn f(n: u8) { log::info!(\"has {n}\"); log::info!(n = n; \"Counted\"); }\n";
    std::fs::write(project.path().join("lib.rs"), source).unwrap();
    let klog = |arguments: &[&str]| {
        let output = klog(arguments).current_dir(project.path()).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let report = klog(&["lint", "--format", "json", "lib.rs"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
    assert!(accepts(&Of::Report.schema(), &report), "{report}");
    let catalog = klog(&["catalog", "lib.rs"]);
    assert_eq!(catalog["statements"].as_array().unwrap().len(), 2, "{catalog}");
    assert!(accepts(&Of::Catalog.schema(), &catalog), "{catalog}");
    assert!(!accepts(&Of::Catalog.schema(), &report) && !accepts(&Of::Report.schema(), &catalog));
    klog_ok(&["lint", "--write-baseline", "lib.rs"], project.path());
    let baseline = std::fs::read(project.path().join("klog-baseline.json")).unwrap();
    let baseline: Value = serde_json::from_slice(&baseline).unwrap();
    assert!(accepts(&Of::Baseline.schema(), &baseline), "{baseline}");
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = klog_ok(&["completions", shell], Path::new("."));
        for word in ["check-log", "explain", "unsafe-fixes"] {
            assert!(script.contains(word), "{shell} has no {word}");
        }
    }
    let directory = tempfile::tempdir().unwrap();
    klog_ok(&["man", "--output", directory.path().to_str().unwrap()], Path::new("."));
    let page = std::fs::read_to_string(directory.path().join("cargo-klog-lint.1")).unwrap();
    assert!(page.contains("unsafe\\-fixes"), "{page}");
    assert!(directory.path().join("cargo-klog.1").exists());
}

/// The site has a page for each rule, its links lead somewhere, and reports link to these pages.
#[test]
fn the_site_has_a_page_for_each_rule() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    klog_ok(&["explain", "--format", "html", "--output", path], Path::new("."));
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let index = read("index.html");
    let lines = migrate_lint::check_log::rules().map(|rule| rule.name);
    let queries = migrate_lint::internal::queries::rules().map(|rule| rule.name);
    for name in
        migrate_lint::internal::rules::all().map(|rule| rule.name).chain(lines).chain(queries)
    {
        assert!(index.contains(&format!("<a href=\"{name}.html\">{name}</a>")), "{name}");
        let url = migrate_lint::internal::links::rule(name);
        assert!(
            read(url.strip_prefix(migrate_lint::internal::links::SITE).unwrap()).contains("<h1>")
        );
    }
    let mut n_links = 0;
    for page in std::fs::read_dir(directory.path()).unwrap() {
        let text = std::fs::read_to_string(page.unwrap().path()).unwrap();
        for link in text.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let is_here = !link.contains("://") && directory.path().join(link).exists();
            assert!(is_here || link.starts_with("https://"), "{link}");
            n_links += 1;
        }
    }
    assert!(n_links > 100, "{n_links}");
}

/// Colours as cargo has them, unless the command line says otherwise.
#[test]
fn cargos_setting_of_colours_counts() {
    let explain = |setting: &str, arguments: &[&str]| {
        let mut command = klog(arguments);
        let output = command.env("CARGO_TERM_COLOR", setting).output().unwrap();
        String::from_utf8(output.stderr).unwrap().contains("\u{1b}[")
    };
    let unknown = ["explain", "no-such-rule"];
    assert!(explain("always", &unknown) && !explain("never", &unknown));
    assert!(!explain("auto", &unknown) && !explain("nonsense", &unknown));
    assert!(!explain("always", &[&["--color", "never"], &unknown[..]].concat()));
    assert!(explain("never", &[&["--color", "always"], &unknown[..]].concat()));
}

fn klog(arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-klog"));
    command.arg("klog").args(arguments);
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CARGO_TERM_COLOR", "CI"] {
        command.env_remove(name);
    }
    command
}

fn klog_ok(arguments: &[&str], directory: &Path) -> String {
    let output = klog(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The words of JSON Schema that are used here; another one fails the test.
fn accepts(schema: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().all(|(word, wanted)| match word.as_str() {
        "$schema" | "title" | "description" => true,
        "type" => match wanted {
            Value::Array(types) => types.iter().any(|wanted| is_of(value, wanted)),
            wanted => is_of(value, wanted),
        },
        "const" => wanted == value,
        "enum" => wanted.as_array().unwrap().contains(value),
        "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
        "minItems" => {
            value.as_array().is_none_or(|list| list.len() as u64 >= wanted.as_u64().unwrap())
        }
        "pattern" => value.as_str().is_none_or(|text| match wanted.as_str().unwrap() {
            "::" => text.contains("::"),
            "^!" => text.starts_with('!'),
            other => panic!("unknown pattern {other}"),
        }),
        "not" => !accepts(wanted, value),
        "anyOf" => wanted.as_array().unwrap().iter().any(|schema| accepts(schema, value)),
        "items" => value.as_array().is_none_or(|all| all.iter().all(|one| accepts(wanted, one))),
        "required" => value.as_object().is_none_or(|object| {
            wanted
                .as_array()
                .unwrap()
                .iter()
                .all(|name| object.contains_key(name.as_str().unwrap()))
        }),
        "propertyNames" => value
            .as_object()
            .is_none_or(|object| object.keys().all(|key| accepts(wanted, &key.as_str().into()))),
        "properties" => value.as_object().is_none_or(|object| {
            object.iter().all(|(key, value)| wanted.get(key).is_none_or(|of| accepts(of, value)))
        }),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            let known =
                |key: &str| schema.get("properties").is_some_and(|all| all.get(key).is_some());
            object.iter().filter(|(key, _)| !known(key)).all(|(_, value)| match wanted {
                Value::Bool(is_open) => *is_open,
                schema => accepts(schema, value),
            })
        }),
        other => panic!("unknown word {other}"),
    })
}

fn is_of(value: &Value, wanted: &Value) -> bool {
    match wanted.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    }
}
