//! Links the addon so that it is never unloaded: Node closes an addon when the last thread that loaded it
//! ends, and with it would go the knowledge of which libpython this process opened.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
