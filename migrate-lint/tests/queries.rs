//! Alert rules and dashboards against the statements of a catalog.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

#[path = "queries/command.rs"]
mod command;
#[path = "queries/contract.rs"]
mod contract;
#[path = "queries/growth.rs"]
mod growth;
#[path = "queries/inputs.rs"]
mod inputs;
#[path = "queries/logql.rs"]
mod logql;
#[path = "queries/many.rs"]
mod many;
#[path = "queries/pages.rs"]
mod pages;
