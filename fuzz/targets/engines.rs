#![no_main]

#[path = "../checks.rs"]
mod checks;
mod rego;

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    rego::mutate(data, size, max_size, seed)
});
libfuzzer_sys::fuzz_target!(|text: &str| checks::engines(text));
