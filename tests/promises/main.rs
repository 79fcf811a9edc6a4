//! What sekisho promises, a module a promise.

mod article;
mod bundled;
mod command_line;
mod corpus;
mod house;
mod mutations;
mod rego_tests;
mod run;
mod seventeenth;
mod verdicts;
