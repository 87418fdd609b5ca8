//! `--vmodule` (stand-in).
#[derive(Clone, Debug, Default)]
pub struct Vmodule;
impl Vmodule {
    pub fn is_empty(&self) -> bool { true }
    pub fn verbosity_for(&self, _file: &str) -> i32 { 0 }
}
impl std::str::FromStr for Vmodule { type Err = String; fn from_str(_: &str) -> Result<Self, String> { Ok(Vmodule) } }
