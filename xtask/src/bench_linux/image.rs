//! The image: what it is built from, whether it is up to date, and its base.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    base,
    container::{LABEL, NETWORKED, Output},
    engine::Engine,
    options::{Base, Options},
    places::Places,
    plan::{Step, always, only},
};
use crate::failure::Failure;

/// What the image is built on unless the user names another.
const UBUNTU: &str = "ubuntu:22.04";

/// The label with what the image was built from.
const INPUTS: &str = "raptors.inputs";

/// The label with the base that it was built on.
const BASE: &str = "raptors.base";

/// Where systems keep certificates that their owner has added.
const CERTIFICATES: &str = "/usr/local/share/ca-certificates";

/// The toolchain for rustup where the host's cannot be mounted.
const TOOLCHAIN: &str = "stable";

/// What the image is to be built from.
pub(super) struct Image<'a> {
    pub(super) engine: &'a Engine,
    pub(super) places: &'a Places,
    pub(super) options: &'a Options,
    pub(super) output: Output,
}

/// What a built image is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Built {
    pub(super) id: String,
    pub(super) base: String,
}

impl Image<'_> {
    /// The image's name: each checkout has its own.
    pub(super) fn tag(&self) -> String {
        format!("raptors-bench:{}", self.places.identity())
    }

    /// The base that the user asks for.
    fn wanted(&self) -> &str {
        self.options.base_image.as_deref().unwrap_or(UBUNTU)
    }

    /// The folder that the image is built from.
    fn context(&self) -> PathBuf {
        self.places.own.join("context")
    }

    /// The arguments of the engine's client that build it on `base`.
    pub(super) fn build_arguments(&self, base: &str, inputs: &str) -> Vec<String> {
        let rust = if self.places.sysroot.is_some() {
            ""
        } else {
            TOOLCHAIN
        };
        let context = self.context();
        let file = context.join("docker/Dockerfile.bench");
        let mut args = ["build", "--force-rm"].map(str::to_owned).to_vec();
        args.push(format!("--network={}", self.engine.network()));
        args.push(format!("--tag={}", self.tag()));
        args.push(format!("--label={LABEL}={}", self.places.identity()));
        args.push(format!("--label={INPUTS}={inputs}"));
        args.push(format!("--label={BASE}={base}"));
        args.push(format!("--build-arg=BASE={base}"));
        args.push(format!("--build-arg=RUST={rust}"));
        let set = NETWORKED.iter().filter(|name| env::var_os(name).is_some());
        args.extend(set.map(|name| format!("--build-arg={name}")));
        args.push(format!("--file={}", file.display()));
        args.push(context.display().to_string());
        args
    }

    /// The command lines that would build it, where it is not up to date.
    pub(super) fn steps(&self) -> Vec<Step> {
        let (identity, wanted) = (self.places.identity(), self.wanted());
        let local = base::tag(&identity);
        let build = |base: &str| self.engine.line(self.build_arguments(base, "HASH"));
        let made = |when: &str| {
            let lines = base::lines(self.engine, &self.places.own, &identity).into_iter();
            let mut steps: Vec<_> = lines.map(|line| only(when, line)).collect();
            steps.push(only(when, build(&local)));
            steps
        };
        let mut steps = vec![];
        if self.options.base != Base::Local {
            let pull = self.engine.line(["pull", "--quiet", wanted]);
            steps.push(only(format!("where {wanted} is not here"), pull));
            let when = if self.falls_back() {
                format!("where {wanted} is here, or was pulled")
            } else {
                String::new()
            };
            steps.push(only(when, build(wanted)));
        }
        if self.options.base == Base::Local {
            steps.extend(made(""));
        } else if self.falls_back() {
            steps.extend(made(&format!("where {wanted} cannot be pulled")));
        }
        steps.push(always(self.engine.line(self.prune())));
        steps
    }

    /// Whether a base is made where none is to be pulled.
    fn falls_back(&self) -> bool {
        self.options.base == Base::Auto && self.options.base_image.is_none()
    }

    /// What it will be, as far as that is known before.
    pub(super) fn planned(&self) -> Built {
        let base = match self.options.base {
            Base::Local => base::tag(&self.places.identity()),
            _ if self.falls_back() => "FOUND_BASE".to_owned(),
            _ => self.wanted().to_owned(),
        };
        let id = "IMAGE_ID".to_owned();
        Built { id, base }
    }

    fn prune(&self) -> [String; 4] {
        let filter = format!("--filter=label={LABEL}={}", self.places.identity());
        ["image", "prune", "--force", &filter].map(str::to_owned)
    }

    /// What it is, where it is there.
    pub(super) fn built(&self) -> Option<Built> {
        let id = self.inspect("{{.Id}}")?;
        let base = self.inspect(&label(BASE)).unwrap_or_default();
        Some(Built { id, base })
    }

    /// Builds it, unless it is there and was built from the same, or `always`.
    pub(super) fn ready(&self, always: bool) -> Result<Built, Failure> {
        let inputs = self.stage()?;
        let current = self.inspect(&label(INPUTS)).as_deref() == Some(&inputs);
        if let Some(built) = self.built().filter(|_| current && !always) {
            return Ok(built);
        }
        let base = self.base()?;
        eprintln!("xtask: building the image {} on {base}", self.tag());
        let args = self.build_arguments(&base, &inputs);
        let line = self.engine.line(&args);
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).stdin(Stdio::null());
        self.output.set(&mut command);
        if !command.status().is_ok_and(|status| status.success()) {
            let what = "the image could not be built (its last step says why)";
            let mend = "mend that and run the command again, or use --engine native";
            return Err(Failure::missing(what, mend));
        }
        // What had the name before has none now, and is in nobody's way.
        let _ = self.engine.program(self.prune()).output();
        self.built()
            .ok_or_else(|| Failure::Check(format!("{} was built and is not there", self.tag())))
    }

    fn inspect(&self, format: &str) -> Option<String> {
        let tag = self.tag();
        let args = ["image", "inspect", "--format", format, &tag];
        self.engine.tells(&args).ok()
    }

    /// The base, pulled or made where it is not there yet.
    fn base(&self) -> Result<String, Failure> {
        let identity = self.places.identity();
        if self.options.base == Base::Local {
            return base::made(self.engine, &self.places.own, &identity);
        }
        let wanted = self.wanted();
        if self
            .engine
            .tells(&["image", "inspect", "--format", "{{.Id}}", wanted])
            .is_ok()
        {
            return Ok(wanted.to_owned());
        }
        eprintln!("xtask: pulling {wanted}");
        let pulled = self.engine.program(["pull", "--quiet", wanted]).output();
        let why = match pulled {
            Ok(_) => return Ok(wanted.to_owned()),
            Err(failure) => failure.message().unwrap_or_default(),
        };
        let why = why.lines().last().unwrap_or_default().to_owned();
        if !self.falls_back() {
            let what = format!("{wanted} is not here and cannot be pulled ({why})");
            return Err(Failure::missing(
                what,
                "cargo xtask bench-linux build --base local",
            ));
        }
        eprintln!("xtask: {wanted} cannot be pulled, so the base is made from packages ({why})");
        base::made(self.engine, &self.places.own, &identity)
    }

    /// Puts together what the image is built from and gives a word that changes with it.
    fn stage(&self) -> Result<String, Failure> {
        let context = self.context();
        let failed = |error: io::Error| {
            Failure::Check(format!("cannot write {}: {error}", context.display()))
        };
        let _ = fs::remove_dir_all(&context);
        fs::create_dir_all(context.join("docker/certificates")).map_err(failed)?;
        let xtask = self.places.root.join("xtask");
        let mut files = vec![PathBuf::from("docker/Dockerfile.bench")];
        files.extend(
            named(&xtask, "requirements", "txt")
                .into_iter()
                .map(PathBuf::from),
        );
        let mut copies: Vec<_> = files
            .iter()
            .map(|file| (xtask.join(file), context.join(file)))
            .collect();
        let certificates = Path::new(CERTIFICATES);
        for name in named(certificates, "", "crt") {
            let copy = context.join("docker/certificates").join(&name);
            copies.push((certificates.join(name), copy));
        }
        let mut hasher = DefaultHasher::new();
        (self.wanted(), self.options.base as u8).hash(&mut hasher);
        self.places.sysroot.is_some().hash(&mut hasher);
        for (from, to) in &copies {
            let bytes = fs::read(from).map_err(|error| {
                Failure::Check(format!("cannot read {}: {error}", from.display()))
            })?;
            bytes.hash(&mut hasher);
            fs::write(to, bytes).map_err(failed)?;
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

fn label(name: &str) -> String {
    format!("{{{{index .Config.Labels \"{name}\"}}}}")
}

/// The names in a folder that begin and end so, in order.
fn named(folder: &Path, begin: &str, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names
        .filter(|name| {
            let path = Path::new(name);
            name.starts_with(begin) && path.extension().is_some_and(|found| found == extension)
        })
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            options,
            places::{INSIDE, PROFILES, RESULTS, TARGET, tests::host},
        },
        *,
    };
    use crate::workspace;

    fn lines(args: &[&str], places: &Places) -> Vec<String> {
        let args: Vec<_> = args.iter().map(Into::into).collect();
        let options = options::parse(&args).unwrap();
        let engine = Engine::assumed();
        let image = Image {
            engine: &engine,
            places,
            options: &options,
            output: Output::Shown,
        };
        image
            .steps()
            .iter()
            .map(|step| step.line.join(" "))
            .collect()
    }

    #[test]
    fn a_public_base_is_pulled_and_built_on() {
        let found = lines(&["build"], &host());
        let tag = host().identity();
        assert_eq!(found[0], "docker pull --quiet ubuntu:22.04");
        let context = "/home/ada/raptors/target/bench-linux/context";
        let expected = format!(
            "docker build --force-rm --network=bridge --tag=raptors-bench:{tag} \
             --label=raptors.bench={tag} --label=raptors.inputs=HASH \
             --label=raptors.base=ubuntu:22.04 --build-arg=BASE=ubuntu:22.04 --build-arg=RUST="
        );
        assert!(found[1].starts_with(&expected), "{}", found[1]);
        let file = format!("--file={context}/docker/Dockerfile.bench {context}");
        assert!(found[1].ends_with(&file), "{}", found[1]);
    }

    #[test]
    fn where_the_toolchain_cannot_be_mounted_the_image_brings_one() {
        let mut places = host();
        places.sysroot = None;
        assert!(lines(&["build"], &places)[1].contains("--build-arg=RUST=stable"));
    }

    #[test]
    fn a_named_base_is_used() {
        let found = lines(&["build", "--base-image", "debian:12"], &host());
        assert_eq!(found[0], "docker pull --quiet debian:12");
        assert!(found[1].contains("--build-arg=BASE=debian:12"));
    }

    #[test]
    fn the_dockerfile_keeps_to_what_every_builder_knows() {
        let path = workspace::root().join("xtask/docker/Dockerfile.bench");
        let text = fs::read_to_string(path).unwrap();
        for word in ["# syntax", "--mount", "<<", "--platform", "sudo "] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(text.contains("ARG BASE=ubuntu:22.04\nFROM ${BASE}"));
        // A builder keeps an argument that is not declared from what it runs.
        for name in NETWORKED.iter().filter(|name| name.starts_with("PIP_")) {
            assert!(text.contains(&format!("\nARG {name}\n")), "{name}");
        }
    }

    #[test]
    fn compose_mounts_what_bench_linux_does_and_asks_for_no_rights() {
        let path = workspace::root().join("xtask/docker/compose.yaml");
        let text = fs::read_to_string(path).unwrap();
        for word in ["privileged", "cap_add", "security_opt", "cpus:"] {
            assert!(!text.contains(word), "{word}");
        }
        assert!(text.contains("network_mode: none"));
        for inside in [INSIDE, RESULTS, TARGET, PROFILES, "/opt/cargo/registry"] {
            let ending = if inside == INSIDE { ":ro" } else { "" };
            let mount = format!(":{inside}{ending}\n");
            assert_eq!(text.matches(&mount).count(), 1, "{mount}");
        }
    }
}
