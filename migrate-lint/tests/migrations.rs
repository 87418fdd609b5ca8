//! How often the fix agrees with people who migrated the same calls by hand.
//!
//! `KLOG_MIGRATIONS` names files as `--example migrations` writes them, with `:` between; without it there is nothing to
//! compare. `-- --nocapture` prints the tables.

mod score;

use score::{Migration, table};

#[test]
fn the_fix_says_what_people_say() {
    let Ok(files) = std::env::var("KLOG_MIGRATIONS") else { return };
    for file in files.split(':') {
        let text = std::fs::read_to_string(file).expect("a file of migrated calls");
        let migrations: Vec<Migration> = text.lines().map(Migration::read).collect();
        let (text, all) = table(&migrations);
        println!("{file}\n{text}");
        for migration in migrations.iter().filter(|one| one.distance(one.rewritten().as_ref()) > 1)
        {
            println!("{} {}", migration.id, migration.call);
        }
        // People differ in taste, and a tool agrees with all of them only where they agree with each other.
        for (share, at_least) in all.shares().into_iter().zip([82.0, 88.0, 64.0]) {
            assert!(share >= at_least, "{file}: {share:.1} %, at least {at_least} %\n{text}");
        }
    }
}
