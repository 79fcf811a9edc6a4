//! The lines that tests reach, for other programs: LCOV, Cobertura, and a page to look at.

mod cobertura;
mod html;
mod lcov;

pub use cobertura::cobertura;
pub use html::html;
pub use lcov::lcov;
