//! Against the real files of this machine: the running python3 says where its extension modules are, and `node` on PATH is
//! the host.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Binding, Policy};

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect(program);
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

fn node() -> Policy {
    Policy::new(Path::new(&output("node", &["-p", "process.execPath"])))
}

/// The file of an extension module of python3; None if it is built into libpython.
fn module(name: &str) -> Option<PathBuf> {
    let code =
        "import importlib.util, sys; print(getattr(importlib.util.find_spec(sys.argv[1]), 'origin', ''))";
    let origin = PathBuf::from(output("python3", &["-c", code, name]));
    origin.is_absolute().then_some(origin)
}

/// The libraries that the policy binds deeply, in its order.
fn deep(policy: &mut Policy, library: &Path) -> Vec<PathBuf> {
    let steps = policy.steps(library).into_iter();
    steps.filter(|step| step.binding == Binding::Deep).map(|step| step.path).collect()
}

#[test]
fn ssl_is_kept_from_node_after_its_libraries() {
    let module = module("_ssl").expect("_ssl is an extension module");
    let order = deep(&mut node(), &module);
    let position = |prefix: &str| {
        let starts =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
        order.iter().position(starts)
    };
    assert!(position("libcrypto").is_some(), "{order:?}");
    assert!(position("libcrypto") < position("libssl"), "{order:?}");
    assert_eq!(order.last(), module.canonicalize().ok().as_ref());
}

#[test]
fn modules_without_such_libraries_are_left_alone() {
    for name in ["_struct", "math", "array", "_json"] {
        let Some(module) = module(name) else { continue };
        assert_eq!(node().steps(&module), [], "{name}");
    }
}

#[test]
fn the_cpp_library_is_left_alone() {
    let library = output("cc", &["-print-file-name=libstdc++.so.6"]);
    assert_eq!(node().steps(Path::new(&library)), []);
}

#[test]
fn a_host_that_exports_nothing_hides_nothing() {
    let module = module("_ssl").expect("_ssl is an extension module");
    assert_eq!(Policy::new(Path::new("/bin/sh")).steps(&module), []);
}

#[test]
fn what_is_no_library_is_ignored() {
    let mut policy = node();
    for path in ["/nonexistent.so", "/etc/passwd", "/tmp", "", "relative.so"] {
        assert_eq!(policy.steps(Path::new(path)), [], "{path}");
    }
    assert_eq!(Policy::new(Path::new("/nonexistent")).steps(Path::new("/bin/sh")), []);
}

/// Small libraries, compiled for the test, in a folder of its own that goes with it.
struct Libraries(PathBuf);

impl Libraries {
    fn new(name: &str) -> Libraries {
        let folder = std::env::temp_dir().join(format!("python-ts-isolation-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Libraries(folder.canonicalize().expect("a folder"))
    }

    fn compile(&self, compiler: &str, name: &str, code: &str, options: &[&str]) -> PathBuf {
        let source = self.0.join("source.c");
        let library = self.0.join(name);
        std::fs::write(&source, code).expect("a file");
        let mut arguments = vec!["-fPIC", "-Wl,--no-as-needed", source.to_str().expect("UTF-8"), "-o"];
        arguments.extend([library.to_str().expect("UTF-8"), "-L", self.0.to_str().expect("UTF-8")]);
        arguments.extend(options);
        output(compiler, &arguments);
        library
    }
}

impl Drop for Libraries {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the folder");
    }
}

const TAKEN: &str = "int taken(void) {return 2;}";
const USER: &str = "int taken(void); int use(void) {return taken();}";
const ORIGIN: &str = "-Wl,-rpath,$ORIGIN";

/// A folder of libraries and a policy against a program that exports `taken`.
fn host(name: &str) -> (Libraries, Policy) {
    let libraries = Libraries::new(name);
    let code = "int taken(void) {return 1;} int main(void) {return 0;}";
    let policy = Policy::new(&libraries.compile("cc", "host", code, &["-rdynamic"]));
    (libraries, policy)
}

#[test]
fn who_defines_and_who_uses() {
    let (libraries, mut policy) = host("roles");
    let mut check = |name, code, options: &[&str], expected: &[&str]| {
        let library = libraries.compile("cc", name, code, &[&["-shared", ORIGIN], options].concat());
        let expected: Vec<_> = expected.iter().map(|name| libraries.0.join(name)).collect();
        assert_eq!(deep(&mut policy, &library), expected, "{name}");
    };
    check("libplain.so", "int unrelated(void) {return 1;}", &[], &[]);
    check("libcopy.so", TAKEN, &[], &["libcopy.so"]);
    check("libweak.so", "__attribute__((weak)) int taken(void) {return 2;}", &[], &[]);
    check("libhidden.so", "__attribute__((visibility(\"hidden\"))) int taken(void) {return 2;}", &[], &[]);
    check("libuser.so", USER, &["-lcopy"], &["libcopy.so", "libuser.so"]);
    check("libidle.so", "", &["-lcopy"], &["libcopy.so"]);
    check("libabove.so", USER, &["-lidle"], &["libcopy.so", "libabove.so"]);
    check("libhosts.so", USER, &[], &[]);
    check("libcpp.so", USER, &["-lcopy", "-lstdc++"], &["libcopy.so"]);
}

#[test]
fn what_lies_below_a_deep_library_is_opened_first() {
    let (libraries, mut policy) = host("order");
    let compile = |name, code, options: &[&str]| libraries.compile("cc", name, code, options);
    compile("libcopy.so", TAKEN, &["-shared"]);
    compile("libshared.so", "", &["-shared"]);
    let user = compile("libuser.so", USER, &["-shared", "-lshared", "-lcopy", ORIGIN]);
    let steps = policy.steps(&user);
    let binding = |name: &str| steps.iter().find(|step| step.path.ends_with(name)).map(|step| step.binding);
    assert_eq!(binding("libshared.so"), Some(Binding::Shared));
    assert_eq!(binding("libcopy.so"), Some(Binding::Deep));
    assert_eq!(steps.last().map(|step| &step.path), Some(&user));
}

#[test]
fn search_paths() {
    let (libraries, mut policy) = host("paths");
    let compile = |name, code, options: &[&str]| libraries.compile("cc", name, code, options);
    let copy = compile("libcopy.so", TAKEN, &["-shared"]);
    let middle = compile("libmiddle.so", USER, &["-shared", "-lcopy"]);
    let old = compile("libold.so", "", &["-shared", "-lmiddle", ORIGIN, "-Wl,--disable-new-dtags"]);
    let new = compile("libnew.so", "", &["-shared", "-lmiddle", ORIGIN, "-Wl,--enable-new-dtags"]);
    let expected = [copy, middle.clone()];
    assert_eq!(deep(&mut policy, &middle), [] as [PathBuf; 0], "a dependency that is not found");
    assert_eq!(deep(&mut policy, &old), expected, "DT_RPATH holds for what is below");
    assert_eq!(deep(&mut policy, &new), [] as [PathBuf; 0], "DT_RUNPATH does not");
}

#[test]
fn a_cycle_ends() {
    let (libraries, mut policy) = host("cycle");
    let compile = |name, code, options: &[&str]| libraries.compile("cc", name, code, options);
    compile("libcopy.so", TAKEN, &["-shared"]);
    let cycle = compile("libcycle.so", USER, &["-shared", "-lcopy", ORIGIN]);
    let copy = compile("libcopy.so", TAKEN, &["-shared", "-lcycle", ORIGIN]);
    assert_eq!(deep(&mut policy, &cycle), [copy.clone(), cycle.clone()]);
    assert_eq!(deep(&mut policy, &copy), [cycle, copy]);
}
