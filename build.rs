//! The bundled policies are embedded from folders; a new folder must trigger a new build.

fn main() {
    println!("cargo:rerun-if-changed=rego");
    println!("cargo:rerun-if-changed=params");
}
