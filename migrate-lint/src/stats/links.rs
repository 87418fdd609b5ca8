//! Where a line of a file can be read: on the host of the repository.

/// Makes the address of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// With `{path}` and `{line}`.
    pattern: String,
}

impl Links {
    /// From an address that a user gives: with `{path}` and `{line}` in it, or what precedes the path.
    pub fn given(base: &str) -> Option<Self> {
        let is_web = base.starts_with("https://") || base.starts_with("http://");
        let pattern = match base.contains("{path}") {
            true => base.to_owned(),
            false => format!("{}/{{path}}#L{{line}}", base.trim_end_matches('/')),
        };
        is_web.then_some(Self { pattern })
    }

    /// From git's remote, a commit, and the way from the repository to the workspace; nothing for a host that is not known.
    pub fn of_remote(remote: &str, commit: &str, prefix: &str) -> Option<Self> {
        let (host, path) = place(remote.trim())?;
        let path = path.trim_matches('/').trim_end_matches(".git");
        let is_plain = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        if !is_plain(host, ".-:") || !is_plain(path, "._-/~") || !is_plain(commit, "") {
            return None;
        }
        let azure = path.replacen("/_git/", "/", 1);
        let azure: Vec<&str> = azure.trim_start_matches("v3/").split('/').collect();
        if let ("dev.azure.com" | "ssh.dev.azure.com", [owner, project, name]) = (host, &azure[..])
        {
            let pattern = format!(
                "https://dev.azure.com/{owner}/{project}/_git/{name}?path=/{prefix}{{path}}&version=GC{commit}\
                 &line={{line}}&lineEnd={{line}}&lineStartColumn=1&lineEndColumn=999"
            );
            return Some(Self { pattern });
        }
        let middle = match host {
            "git.sr.ht" => format!("tree/{commit}/item/{prefix}{{path}}#L{{line}}"),
            "bitbucket.org" => format!("src/{commit}/{prefix}{{path}}#lines-{{line}}"),
            "codeberg.org" | "gitea.com" => {
                format!("src/commit/{commit}/{prefix}{{path}}#L{{line}}")
            }
            host if host.contains("gitlab") => {
                format!("-/blob/{commit}/{prefix}{{path}}#L{{line}}")
            }
            _ => format!("blob/{commit}/{prefix}{{path}}#L{{line}}"),
        };
        Some(Self { pattern: format!("https://{host}/{path}/{middle}") })
    }

    /// The address of a line.
    pub fn line(&self, path: &str, line: usize) -> String {
        let mut encoded = String::new();
        for byte in path.bytes() {
            match byte {
                b'/' | b'.' | b'_' | b'-' | b'~' => encoded.push(char::from(byte)),
                byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
                byte => encoded += &format!("%{byte:02X}"),
            }
        }
        self.pattern.replace("{line}", &line.to_string()).replace("{path}", &encoded)
    }
}

/// The host of a remote, without its port.
pub(crate) fn host(remote: &str) -> Option<&str> {
    let (host, _) = place(remote)?;
    host.split(':').next()
}

/// Host and path of a remote, without what would let somebody in: `git@host:path`, `ssh://`, `https://`.
fn place(remote: &str) -> Option<(&str, &str)> {
    if let Some((scheme, rest)) = remote.split_once("://") {
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next()?;
        // The port of ssh is not the web's.
        let host = match scheme {
            "https" | "http" => host,
            "ssh" | "git" | "git+ssh" => host.split(':').next()?,
            _ => return None,
        };
        return Some((host, path));
    }
    let (host, path) = remote.split_once(':')?;
    let host = host.rsplit('@').next()?;
    (!host.contains('/') && host.len() > 1).then_some((host, path))
}
