//! A platform to be ill-treated: calls by name with JSON bodies, and what is looked at after each.

use crate::{
    binary::binary,
    up::{Folder, Up},
};
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use proto::Raw;
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};
use tonic::{
    Code, Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel,
};
use tonic_types::StatusExt;

pub const ENTERPRISE: &str = "enterprise:lindthal/filing";
pub const TODAY: &str = "2022-03-01";

/// What no answer may show: our inside.
const INSIDE: &[&str] = &[
    "panicked",
    ".rs:",
    "sqlite",
    "SQLite",
    "sqlx",
    "SELECT ",
    "INSERT ",
    "/tmp/",
    env!("CARGO_MANIFEST_DIR"),
    "/root/",
    "unwrap",
    "backtrace",
];

/// A platform of its own, with a project on file and a matter under examination.
pub struct World {
    folder: Folder,
    up: Up,
    pool: DescriptorPool,
    channel: Channel,
}

/// A request id that nobody used before.
pub fn key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("bad-input-request-{:06}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A copy of a body with one place changed; `null` takes the place away.
pub fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, last) = pointer.rsplit_once('/').expect("a JSON pointer");
    match body.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
        Value::Object(fields) if value.is_null() => drop(fields.remove(last)),
        Value::Object(fields) => drop(fields.insert(last.to_owned(), value)),
        Value::Array(entries) => entries[last.parse::<usize>().expect("an index")] = value,
        other => panic!("{other} has no {last}"),
    }
    body
}

/// A registration with nothing wrong.
pub fn registration(name: &str) -> Value {
    json!({
        "request_id": key(),
        "project_id": name,
        "facts": {
            "name": { "zh": format!("林德塔尔{name}"), "en": format!("Lindthal {name}") },
            "enterprise": format!("林德塔尔{name}有限公司"),
            "uscc": "",
            "investors": [{ "name": "Lindthal Pumpenbau GmbH", "country": "DE", "share_percent": "100" }],
            "site": { "district": "210213", "zone": "DLZ-FTZ", "parcel": format!("BS-{name}"), "inside_ftz": true },
            "activity": "unlisted",
            "industry": "3441",
            "total_investment": { "currency_code": "USD", "amount": "42000000.00" },
            "scope": "耐腐蚀工业泵第二条生产线",
        },
    })
}

impl World {
    /// A platform on 2022-03-01 with nothing on file.
    pub async fn empty() -> Self {
        let folder = Folder::new("bad-input");
        let data = folder.path().join("data");
        let mut command = Up::command(&data, TODAY);
        let errors = File::create(folder.path().join("stderr")).expect("a file");
        command.stderr(Stdio::from(errors));
        let up = Up::run(command);
        let channel = up.channel().await;
        let pool = DescriptorPool::decode(proto::DESCRIPTORS).expect("descriptors");
        Self { folder, up, pool, channel }
    }

    /// A platform with the project `base`, of which S2-06 and S2-11 are filed, not yet accepted.
    pub async fn with_a_project() -> Self {
        let world = Self::empty().await;
        world.base().await;
        world
    }

    async fn base(&self) {
        let p = "projects/base";
        let m = |id: &str| format!("{p}/matters/{id}");
        self.good(ENTERPRISE, "RegisterProject", registration("base")).await;
        self.good("agency:DRC/list", "ScreenProject", json!({ "name": p })).await;
        let secretary = json!({ "name": p, "secretary": "ECC/ss-05" });
        self.good("agency:COM/key", "DecideKeyProject", secretary).await;
        self.good("agency:DRC/codes", "AssignProjectCode", json!({ "name": p })).await;
        let filing = [
            "enterprise_data",
            "project_data",
            "total_investment",
            "industrial_policy_declaration",
        ];
        self.good(ENTERPRISE, "FileMatters", form("S1-08", &filing)).await;
        let filing = m("S1-08-1");
        self.good("agency:DRC/filing", "AcceptMatter", json!({ "name": filing })).await;
        let granted = json!({ "name": filing, "outcome": "OUTCOME_GRANTED", "certificate": { "number": "备〔2022〕1号" } });
        self.good("agency:DRC/filing", "DecideMatter", granted).await;
        let delivered = json!({ "name": filing, "method": "电子证照" });
        self.good("agency:DRC/filing", "DeliverDecision", delivered).await;
        self.good(ENTERPRISE, "StateFacts", json!({ "name": p, "facts": facts() })).await;
        self.good(ENTERPRISE, "FileMatters", form("S2-06", &["form_p2", "design_scheme"])).await;
        self.good(ENTERPRISE, "FileMatters", form("S2-11", &["eia_registration_form"])).await;
    }

    /// A call that has to succeed; a request id is given where the body has none.
    pub async fn good(&self, by: &str, rpc: &str, body: Value) -> Value {
        self.call(by, rpc, body).await.unwrap_or_else(|status| panic!("{rpc}: {status:?}"))
    }

    /// The call of this name; no two have the same.
    pub fn method(&self, rpc: &str) -> MethodDescriptor {
        let services = self.pool.services();
        let mut methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
        methods.find(|method| method.name() == rpc).unwrap_or_else(|| panic!("no call {rpc}"))
    }

    /// The bytes of a request, a request id in it.
    pub fn bytes(&self, rpc: &str, mut body: Value) -> Vec<u8> {
        let input = self.method(rpc).input();
        if input.get_field_by_name("request_id").is_some() {
            let fields = body.as_object_mut().expect("a body");
            fields.entry("request_id").or_insert_with(|| key().into());
        }
        DynamicMessage::deserialize(input, body).expect("a body of the API").encode_to_vec()
    }

    pub fn request(by: &str, message: Vec<u8>) -> Request<Vec<u8>> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("tongban-principal", by.parse().expect("metadata"));
        request
    }

    pub async fn call(&self, by: &str, rpc: &str, body: Value) -> Result<Value, Status> {
        self.send(rpc, Self::request(by, self.bytes(rpc, body))).await
    }

    /// Bytes that are sent as they are.
    pub async fn send(&self, rpc: &str, request: Request<Vec<u8>>) -> Result<Value, Status> {
        let method = self.method(rpc);
        let path = format!("/{}/{rpc}", method.parent_service().full_name());
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.expect("the platform is there");
        let path = PathAndQuery::try_from(path).expect("a path");
        let answer = client.unary(request, path, Raw).await?.into_inner();
        let message =
            DynamicMessage::decode(method.output(), answer.as_slice()).expect("an answer");
        let options = prost_reflect::SerializeOptions::new().use_proto_field_name(true);
        Ok(message.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON"))
    }

    /// Where its logs are.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub fn address(&self) -> &str {
        &self.up.address
    }

    /// The heads of both logs, and a proof that the platform answers.
    pub async fn heads(&self) -> Value {
        self.good(ENTERPRISE, "ListProjectStatuses", json!({ "page_size": 1 })).await["as_of"]
            .clone()
    }

    /// How many events the logs hold, as an operator sees it.
    pub async fn events(&self) -> usize {
        // Planning hears of intake, and the dossier of both, a moment later; these wait for them.
        let nowhere = json!({ "name": "projects/nowhere" });
        drop(self.call("agency:NR/1", "GetRoadmap", nowhere.clone()).await);
        drop(self.call("agency:NR/1", "GetAcceptance", nowhere).await);
        drop(self.call("agency:NR/1", "ListStale", json!({ "parent": "projects/-" })).await);
        drop(self.call("agency:COM/1", "ListPromises", json!({ "name": "projects/base" })).await);
        self.stored().lines().count()
    }

    /// Everything in the logs, as an operator sees it.
    pub fn stored(&self) -> String {
        let data = self.folder.path().join("data");
        let mut command = Command::new(binary());
        let output = command.arg("log").arg("--data").arg(data).output().expect("it prints");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Tries every row; what is wrong is told of all of them together.
    pub async fn refuses(&self, rows: Vec<Row>) {
        let (events, mut wrong) = (self.events().await, Vec::new());
        for row in rows {
            let before = self.heads().await;
            let said = self.call(&row.by, row.rpc, row.body).await;
            let said = judge(said, row.code, &row.names);
            wrong.extend(said.err().map(|why| format!("{}: {why}", row.what)));
            if self.heads().await != before {
                wrong.push(format!("{}: something was written", row.what));
            }
        }
        assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(self.events().await, events, "something was written");
        self.unharmed();
    }

    /// The platform said nothing of a panic.
    pub fn unharmed(&self) {
        let said = fs::read_to_string(self.folder.path().join("stderr")).expect("its errors");
        assert!(!said.contains("panick"), "{said}");
    }
}

/// One call that has to be refused.
pub struct Row {
    what: String,
    by: String,
    rpc: &'static str,
    body: Value,
    code: Code,
    names: String,
}

/// Refused with this code; `names` is a field's path, or the reason of the refusal.
pub fn row(
    what: impl Into<String>,
    by: &str,
    rpc: &'static str,
    body: Value,
    code: Code,
    names: &str,
) -> Row {
    Row { what: what.into(), by: by.to_owned(), rpc, body, code, names: names.to_owned() }
}

/// Whether a refusal is the one that it should be, and shows nothing of the inside.
pub fn judge(said: Result<Value, Status>, code: Code, names: &str) -> Result<(), String> {
    let status = match said {
        Ok(answer) => return Err(format!("it was not refused: {answer}")),
        Err(status) => status,
    };
    let told = format!("{:?} {:?}", status.message(), status.get_error_details());
    if let Some(inside) = INSIDE.iter().find(|inside| told.contains(*inside)) {
        return Err(format!("it shows {inside:?}: {told}"));
    }
    if status.code() != code {
        return Err(format!("{code:?} was to come: {:?} {told}", status.code()));
    }
    let details = status.get_error_details();
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let reason = details.error_info();
    let named = fields
        .iter()
        .any(|violation| violation.field == names && !violation.description.is_empty())
        || reason.is_some_and(|info| info.reason == names && info.domain == "tongban");
    if !named {
        return Err(format!("{names} is not named: {told}"));
    }
    let article = reason.and_then(|info| info.metadata.get("article"));
    if code == Code::FailedPrecondition
        && names != "OTHER_EPOCH"
        && article.is_none_or(String::is_empty)
    {
        return Err(format!("no article: {told}"));
    }
    Ok(())
}

/// One application with these materials.
pub fn form(item: &str, materials: &[&str]) -> Value {
    let materials: Vec<_> = materials.iter().map(|key| json!({ "key": key })).collect();
    json!({
        "parent": "projects/base",
        "applications": [{ "item": item, "track": "TRACK_ORDINARY", "materials": materials }],
    })
}

fn facts() -> Value {
    json!({
        "land_supply": "existing", "plan_attached": "false", "new_construction_land": "false",
        "ecological_red_line": "false", "area_assessment": "false", "eia_class": "registration",
        "eia_re_review": "false", "soil_water_plan": "none", "relics_area": "false",
        "hazardous_chemicals": "false", "special_fire_works": "false", "civil_building": "false",
        "basement_off_site": "false", "lightning_special_site": "false", "works_scale": "medium",
        "construction_waste": "false", "road_works": "false", "annual_energy_tce": "620",
        "annual_electricity_gwh": "3.1",
    })
}
