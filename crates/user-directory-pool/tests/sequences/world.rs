//! A pool with its model beside it, and what holds for every call.

use std::collections::BTreeMap;

use user_directory_pool::{
    AddUserPoolClientSecretRequest, Answer, Attribute, AttributeDataType, AuthenticationResult,
    CreateUserPoolClientRequest, CreateUserPoolRequest, Entropy, ErrorCode, ExplicitAuthFlow,
    ListUsersRequest, OUTSIDE_THE_MODEL, Pool, PoolRequest, PreventUserExistenceErrors,
    RecoveryMechanism, RecoveryOption, RefreshTokenRotation, Replica, SchemaAttributeType, Secret,
    ServiceError, SmsConfiguration, TimeUnit, Timestamp, TokenValidity, UserStatus, UserType,
    check, model::modelled_errors,
};

use crate::{
    attributes::Faults,
    calls::{
        Case, Client, Contacts, EMAIL_NAMES, NAMES, Name, Naming, PASSWORDS, PHONE_NAMES,
        PLAIN_NAMES, Password, PoolId, Profile, Recovery,
    },
    model::{
        AccessModel, ClientModel, Model, RefreshModel, Refusal, SignInModel, Strikes, UserModel,
    },
    table::Table,
};

/// What a check says: nothing, or what is wrong.
pub(crate) type Checked<T = ()> = Result<T, String>;

macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!($($text)+));
        }
    };
}
pub(crate) use ensure;

pub(crate) const POOL_ID: &str = "local-fake-1_Sequence";

/// SplitMix64: the same bytes in every run.
#[derive(Clone, Debug)]
pub(crate) struct SplitMix(u64);

impl Entropy for SplitMix {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// What the model expects of a call.
#[derive(Debug)]
pub(crate) enum Expected {
    Success,
    Refused(&'static str),
    /// Refused with one of these errors.
    Faults(Faults),
}

impl From<Refusal> for Expected {
    fn from(refusal: Refusal) -> Self {
        refusal.map_or(Self::Success, Self::Refused)
    }
}

impl From<Faults> for Expected {
    fn from(faults: Faults) -> Self {
        if faults.is_empty() { Self::Success } else { Self::Faults(faults) }
    }
}

/// What a replica answers as the pool does.
const ALIKE_IN_A_REPLICA: [&str; 9] = [
    "AdminGetUser",
    "AdminListGroupsForUser",
    "AdminUserGlobalSignOut",
    "GetGroup",
    "GetTokensFromRefreshToken",
    "ListGroups",
    "ListUsers",
    "ListUsersInGroup",
    "RevokeToken",
];

/// What it answers for itself: it counts wrong passwords apart, and takes its own access tokens alone.
const BY_A_REPLICA: [&str; 4] = ["AdminInitiateAuth", "GetUser", "GlobalSignOut", "InitiateAuth"];

pub(crate) struct World<'a> {
    pub(crate) pool: Pool,
    pub(crate) model: Model,
    pub(crate) now: Timestamp,
    pub(crate) entropy: SplitMix,
    /// Of the step that is running.
    pub(crate) pool_id: PoolId,
    /// What the newest call was refused with.
    pub(crate) refusal: Option<ErrorCode>,
    table: &'a mut Table,
}

impl<'a> World<'a> {
    pub(crate) fn new(case: &Case, table: &'a mut Table) -> Checked<Self> {
        let now = Timestamp::from_millis(1_571_809_201_580);
        let mut entropy = SplitMix(case.entropy);
        let pool = Pool::create(POOL_ID, pool_request(case.profile), now, &mut entropy)
            .map_err(|error| format!("no pool: {error:?}"))?;
        let model = Model::new(case.profile, Vec::new());
        let mut world =
            Self { pool, model, now, entropy, pool_id: PoolId::Ours, refusal: None, table };
        world.create_clients(case.profile)?;
        Ok(world)
    }

    fn create_clients(&mut self, profile: Profile) -> Checked {
        use ExplicitAuthFlow as Flow;
        let both = [Flow::AllowAdminUserPasswordAuth, Flow::AllowUserPasswordAuth];
        let hour = std::time::Duration::from_secs(60 * 60);
        let request = |name: &str, flows: &[Flow]| {
            let mut request = CreateUserPoolClientRequest::new(POOL_ID, name);
            request.explicit_auth_flows = flows.to_vec();
            request
        };

        let mut plain =
            request("plain", &[Flow::AllowRefreshTokenAuth, both[0], both[1], Flow::AllowUserAuth]);
        plain.generate_secret = true;
        self.create_client(plain)?;

        let mut hiding = request(
            "hiding",
            &[Flow::AllowRefreshTokenAuth, both[0], both[1], Flow::AllowUserSrpAuth],
        );
        hiding.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Enabled);
        hiding.generate_secret = profile.two_secrets;
        hiding.refresh_token_validity = hour.into();
        hiding.access_token_validity = (hour / 12).into();
        hiding.id_token_validity = (hour / 12).into();
        self.create_client(hiding)?;
        if profile.two_secrets {
            let id = self.model.clients[1].id.clone();
            let request = AddUserPoolClientSecretRequest::new(POOL_ID, id);
            let added = self.prepare(request)?;
            let value = added.client_secret_value.ok_or("no value of a made-up secret")?;
            self.model.clients[1].secrets.push((added.client_secret_id, value));
        }

        let mut rotating = request("rotating", &[both[1], Flow::AllowCustomAuth]);
        rotating.refresh_token_rotation = Some(RefreshTokenRotation::new(profile.grace_seconds));
        rotating.refresh_token_validity = hour.into();
        rotating.read_attributes = texts(&["email", "email_verified", "given_name"]);
        rotating.write_attributes = texts(&["email", "phone_number", "birthdate"]);
        self.create_client(rotating)?;

        let mut unrevocable = request("unrevocable", &[Flow::AdminNoSrpAuth]);
        unrevocable.enable_token_revocation = false;
        unrevocable.write_attributes = texts(&["email", "given_name"]);
        self.create_client(unrevocable)
    }

    fn create_client(&mut self, request: CreateUserPoolClientRequest) -> Checked {
        use ExplicitAuthFlow as Flow;
        let flows = request.explicit_auth_flows.clone();
        let allows = |flow: Flow| flows.contains(&flow);
        let mut client = ClientModel {
            id: String::new(),
            secrets: Vec::new(),
            deleted: Vec::new(),
            admin_password: allows(Flow::AllowAdminUserPasswordAuth)
                || allows(Flow::AdminNoSrpAuth),
            public_password: allows(Flow::AllowUserPasswordAuth),
            srp: allows(Flow::AllowUserSrpAuth) || allows(Flow::AdminNoSrpAuth),
            refresh: allows(Flow::AllowRefreshTokenAuth) || allows(Flow::AdminNoSrpAuth),
            revocation: request.enable_token_revocation,
            hides_existence: request.prevent_user_existence_errors
                == Some(PreventUserExistenceErrors::Enabled),
            readable: request.read_attributes.clone(),
            writable: request.write_attributes.clone(),
            grace_millis: request
                .refresh_token_rotation
                .map(|rotation| u64::from(rotation.retry_grace_period_seconds) * 1000),
            access_seconds: seconds(request.access_token_validity).unwrap_or(60 * 60),
            refresh_millis: seconds(request.refresh_token_validity).unwrap_or(30 * 24 * 60 * 60)
                * 1000,
            session_millis: request.auth_session_validity.as_secs() * 1000,
        };
        let answer = self.prepare(request)?;
        client.id = answer.client_id;
        if let Some(secret) = answer.client_secret {
            client.secrets.push((format!("{}--{}", client.id, self.now.seconds()), secret));
        }
        self.model.clients.push(client);
        Ok(())
    }

    /// A call that is no part of the sequence, and does not count.
    pub(crate) fn prepare<R: PoolRequest>(&mut self, request: R) -> Checked<R::Response> {
        let (_, checked) = check(request);
        let answer =
            checked.and_then(|checked| self.pool.handle(self.now, &mut self.entropy, checked));
        Ok(answer.map_err(|error| format!("{} was refused: {error:?}", R::OPERATION))?.response)
    }

    /// Makes a call. Whatever it is: a refusal leaves the pool as it was, with an error that the
    /// operation has.
    pub(crate) fn call<R: PoolRequest + Clone>(
        &mut self,
        request: R,
    ) -> Checked<Result<Answer<R::Response>, ServiceError>> {
        let mut before = self.pool.clone();
        self.try_in_a_replica(request.clone())?;
        let (_, checked) = check(request);
        let answer =
            checked.and_then(|checked| self.pool.handle(self.now, &mut self.entropy, checked));
        self.table.count(R::OPERATION, answer.as_ref().err());
        self.refusal = answer.as_ref().err().map(ServiceError::code);
        if let Err(error) = &answer {
            let mut after = self.pool.clone();
            after.forget_spent();
            before.forget_spent();
            ensure!(after == before, "{} was refused, but changed the pool", R::OPERATION);
            let code = error.code();
            let modelled = modelled_errors(R::OPERATION).ok_or("not an operation")?;
            let outside = OUTSIDE_THE_MODEL.iter();
            ensure!(
                code == ErrorCode::NotImplemented
                    || modelled.contains(&code.name())
                    || outside.clone().any(|(operation, other, _)| {
                        *operation == R::OPERATION && *other == code
                    }),
                "{} does not model {}",
                R::OPERATION,
                code.name()
            );
        }
        Ok(answer)
    }

    /// Makes a call in a replica, of a copy.
    fn try_in_a_replica<R: PoolRequest + Clone>(&mut self, request: R) -> Checked {
        let (Ok(here), Ok(there)) = (check(request.clone()).1, check(request).1) else {
            return Ok(());
        };
        let (mut pool, mut copy) = (self.pool.clone(), self.pool.clone());
        let mut replica = Replica::new("local-fake-2");
        let here = pool.handle(self.now, &mut self.entropy.clone(), here);
        let there = copy.handle_in(&mut replica, self.now, &mut self.entropy.clone(), there);
        ensure!(replica.region() == "local-fake-2", "a replica has lost its Region");
        ensure!(copy.issuer() == self.pool.issuer(), "a pool has taken a replica's Region");
        let is_enabled = there.as_ref().err() != Some(&ServiceError::OperationNotEnabled);
        if let Err(error @ ServiceError::OperationNotEnabled) = &there {
            self.table.count(R::OPERATION, Some(error));
            ensure!(copy == self.pool, "{} changed a pool", R::OPERATION);
        }
        let is_alike = ALIKE_IN_A_REPLICA.contains(&R::OPERATION);
        let is_answered = is_alike || BY_A_REPLICA.contains(&R::OPERATION);
        // It goes by the challenge: only a sign-in is answered.
        let is_by_challenge = R::OPERATION.ends_with("RespondToAuthChallenge");
        ensure!(is_enabled == is_answered || is_by_challenge, "{} in a replica", R::OPERATION);
        ensure!(!is_alike || here.is_ok() == there.is_ok(), "{} in a replica", R::OPERATION);
        Ok(())
    }

    /// Makes a call and compares its outcome with what the model expects.
    pub(crate) fn expect<R: PoolRequest + Clone>(
        &mut self,
        expected: Expected,
        request: R,
    ) -> Checked<Option<Answer<R::Response>>> {
        match (self.call(request)?, expected) {
            (Ok(_), Expected::Refused(why)) => {
                Err(format!("{} was accepted, although {why}", R::OPERATION))
            }
            (Ok(_), Expected::Faults(faults)) => {
                Err(format!("{} was accepted, although {faults:?}", R::OPERATION))
            }
            (Err(error), Expected::Faults(faults)) if !faults.contains(&error.name()) => {
                Err(format!("{} was refused for {error:?} instead of {faults:?}", R::OPERATION))
            }
            (Err(error), Expected::Success) => {
                Err(format!("{} was refused without a reason: {error:?}", R::OPERATION))
            }
            (answer, _) => Ok(answer.ok()),
        }
    }

    /// The id of the pool in an administrator's call, and what speaks against it.
    pub(crate) fn pool_id(&self) -> (&'static str, Refusal) {
        match self.pool_id {
            PoolId::Ours => (POOL_ID, None),
            PoolId::Other => ("local-fake-1_Other", Some("the pool is another")),
            PoolId::Malformed => ("no pool id", Some("the pool id is malformed")),
        }
    }

    pub(crate) fn client(&self, client: Client, own: Option<usize>) -> (String, Option<usize>) {
        let number = match client {
            Client::Own => own.unwrap_or(0),
            Client::Number(number) => number,
            Client::Unknown => return ("unknownclient".to_owned(), None),
            Client::Malformed => return ("not a client".to_owned(), None),
        };
        (self.model.clients[number].id.clone(), Some(number))
    }

    pub(crate) fn name(&self, name: Name) -> String {
        let seen = |exists: bool, ago: usize| {
            let users = self.model.users.iter().filter(|user| user.exists == exists);
            let users: Vec<_> = users.collect();
            nth_last(&users, ago).map(|(_, user)| user.handle.clone())
        };
        match name {
            Name::Fixed(index) => Some(NAMES[index].to_owned()),
            Name::Fitting(index) => {
                let names = match self.model.profile.naming {
                    Naming::Plain | Naming::EmailAlias | Naming::AllAliases => PLAIN_NAMES,
                    Naming::EmailIsTheName | Naming::EitherIsTheName => EMAIL_NAMES,
                    Naming::PhoneIsTheName => PHONE_NAMES,
                };
                Some(names[index].to_owned())
            }
            Name::Seen(ago) => seen(true, ago),
            Name::Gone(ago) => seen(false, ago),
            Name::Sub(ago) => nth_last(&self.model.users, ago).map(|(_, user)| user.sub.clone()),
        }
        .unwrap_or_else(|| NAMES[0].to_owned())
    }

    /// The user of a name in an administrator's call, or what speaks against it.
    pub(crate) fn existing(&self, name: &str) -> Result<usize, &'static str> {
        self.model.resolve(name).ok_or("the user does not exist")
    }

    /// Compares the pool's users with the model's.
    pub(crate) fn sync(&mut self) -> Checked {
        let mut listed: BTreeMap<String, UserType> = self
            .prepare(ListUsersRequest::new(POOL_ID))?
            .users
            .into_iter()
            .map(|user| (sub(&user.attributes).to_owned(), user))
            .collect();
        for index in 0..self.model.users.len() {
            let user = &self.model.users[index];
            let Some(found) = listed.remove(&user.sub) else {
                ensure!(!user.exists, "{} is gone", user.handle);
                continue;
            };
            let name = &user.handle;
            ensure!(user.exists, "{name} is back");
            ensure!(found.username == user.real_name, "{name} has another name");
            ensure!(found.enabled == user.enabled, "{name}: enabled is {}", found.enabled);
            ensure!(found.user_status == user.status, "{name} is {}", found.user_status);
            ensure!(
                found.user_create_date <= found.user_last_modified_date
                    && found.user_last_modified_date <= self.now,
                "{name} has strange dates"
            );
            let attributes = attributes(&found.attributes);
            ensure!(
                attributes == user.attributes,
                "{name} has {attributes:?} instead of {:?}",
                user.attributes
            );
        }
        ensure!(listed.is_empty(), "users came from nowhere");
        self.check_aliases()
    }

    fn check_aliases(&self) -> Checked {
        for alias in ["email", "phone_number", "preferred_username"] {
            let existing = self.model.users.iter().filter(|user| user.exists);
            let mut values: Vec<_> =
                existing.filter_map(|user| self.model.alias(user, alias)).collect();
            let all = values.len();
            values.sort();
            values.dedup();
            ensure!(values.len() == all, "two users have one {alias}");
        }
        Ok(())
    }

    /// Takes note of a user that is new in the pool.
    pub(crate) fn add_user(&mut self, sub: String, handle: String) -> Checked<usize> {
        ensure!(self.model.users.iter().all(|known| known.sub != sub), "a sub came back");
        let is_sub = self.model.names_are_contacts();
        let real_name = if is_sub { sub.clone() } else { self.model.fold(&handle) };
        self.model.users.push(UserModel {
            sub,
            real_name,
            handle,
            exists: true,
            enabled: true,
            status: UserStatus::Unconfirmed,
            password: None,
            temporary_until: 0,
            chosen: Vec::new(),
            strikes: Strikes::default(),
            signed_out_second: None,
            attributes: BTreeMap::new(),
        });
        Ok(self.model.users.len() - 1)
    }

    /// Takes note of the tokens of a fresh sign-in, or of a refresh.
    pub(crate) fn add_tokens(
        &mut self,
        result: AuthenticationResult,
        user: usize,
        client: usize,
        refreshed: Option<usize>,
    ) -> Checked {
        if let Some(why) = self.model.user_refusal(user) {
            return Err(format!("tokens were issued, although {why}"));
        }
        let (access, id) = (&result.access_token, &result.id_token);
        let (person, model) = (&self.model.users[user], &self.model.clients[client]);
        let sign_in = match refreshed {
            Some(sign_in) => sign_in,
            None => {
                self.model.sign_ins.push(SignInModel {
                    user,
                    client,
                    auth_second: self.now.seconds(),
                    expires: self.now.millis() + model.refresh_millis,
                    origin: access.origin_jti.clone(),
                    dead: None,
                });
                if let Some(origin) = &access.origin_jti {
                    ensure!(self.model.ids.insert(origin.clone()), "an origin_jti came back");
                }
                self.model.sign_ins.len() - 1
            }
        };
        let known = &self.model.sign_ins[sign_in];
        ensure!(access.sub == person.sub && id.sub == person.sub, "a sub of somebody else");
        ensure!(access.username == person.real_name, "a name of somebody else");
        ensure!(id.username == person.real_name, "a name of somebody else");
        ensure!(access.client_id == model.id && id.aud == model.id, "another client's tokens");
        ensure!(access.iss == self.pool.issuer() && id.iss == access.iss, "another issuer");
        ensure!(access.token_use == "access", "no access token");
        ensure!(access.iat == self.now.seconds() && id.iat == access.iat, "iat is not now");
        ensure!(access.exp > access.iat && id.exp > id.iat, "exp is not later than iat");
        ensure!(access.exp == access.iat + model.access_seconds, "exp is not the client's");
        ensure!(result.expires_in == model.access_seconds, "expires_in is not the client's");
        ensure!(access.auth_time == known.auth_second, "auth_time is not the sign-in's");
        ensure!(id.auth_time == access.auth_time, "the two auth_times differ");
        ensure!(access.origin_jti == known.origin, "origin_jti is not the sign-in's");
        ensure!(id.origin_jti == access.origin_jti, "the two origin_jtis differ");
        ensure!(access.origin_jti.is_some() == model.revocation, "origin_jti without revocation");
        ensure!(access.jti.is_some() == model.revocation, "jti without revocation");
        ensure!(id.event_id == access.event_id, "two events of one issue");
        for new in [Some(&access.event_id), access.jti.as_ref(), id.jti.as_ref()] {
            ensure!(new.is_none_or(|new| self.model.ids.insert(new.clone())), "an id came back");
        }
        let carried: BTreeMap<_, _> = id.attributes.iter().cloned().collect();
        ensure!(carried == model.visible(person), "the ID token has other attributes");
        self.check_group_claims(&result, user)?;

        if let Some(token) = result.refresh_token {
            let is_new = self.model.refresh_tokens.iter().all(|known| known.token != token);
            ensure!(is_new, "a refresh token came back");
            self.model.refresh_tokens.push(RefreshModel { token, sign_in, replaced: None });
        }
        self.model.access_tokens.push(AccessModel { claims: result.access_token, sign_in });
        Ok(())
    }

    /// A password of a call; "right" is what the named user has.
    pub(crate) fn password(&self, password: Password, name: &str) -> Option<Secret> {
        match password {
            Password::Right => {
                let user = self.model.resolve(name).map(|user| &self.model.users[user]);
                let known = user.and_then(|user| user.password.clone());
                Some(known.unwrap_or_else(|| PASSWORDS[0].into()))
            }
            Password::Good(index) => Some(PASSWORDS[index].into()),
            Password::Weak(index) => Some(crate::calls::WEAK_PASSWORDS[index].into()),
            Password::Long => Some("Aa1!".repeat(65).into()),
            Password::Absent => None,
            Password::Wrong => Some("Wrong-password-0".into()),
        }
    }
}

fn pool_request(profile: Profile) -> CreateUserPoolRequest {
    use user_directory_pool::AliasAttribute::{self, Email, PhoneNumber};
    let mut request = CreateUserPoolRequest::new("sequences");
    request.case_sensitive = profile.case_sensitive;
    request.whole_second_sign_out = profile.whole_second_sign_out;
    match profile.naming {
        Naming::Plain => {}
        Naming::EmailIsTheName => request.username_attributes = vec![Email],
        Naming::PhoneIsTheName => request.username_attributes = vec![PhoneNumber],
        Naming::EitherIsTheName => request.username_attributes = vec![Email, PhoneNumber],
        Naming::EmailAlias => request.alias_attributes = vec![Email],
        Naming::AllAliases => request.alias_attributes = AliasAttribute::ALL.to_vec(),
    }
    let text = AttributeDataType::string(None, None);
    let mut fixed = SchemaAttributeType::new("fixed", text);
    fixed.mutable = false;
    request.schema = vec![fixed];
    if profile.required {
        request.schema.extend(
            ["email", "given_name"].map(|name| {
                SchemaAttributeType::standard(name).expect("a standard one").required()
            }),
        );
    }
    let contacts = |contacts: Contacts| {
        let all = [Email, PhoneNumber].into_iter();
        all.filter(|contact| contacts.has(contact.name())).collect()
    };
    request.auto_verified_attributes = contacts(profile.auto_verified);
    if request.auto_verified_attributes.contains(&PhoneNumber) {
        request.sms_configuration = Some(SmsConfiguration::new("arn:aws:iam::1:role/sends"));
    }
    request.attributes_require_verification_before_update =
        contacts(profile.verified_before_update);
    request.allow_admin_create_user_only = profile.no_sign_up;
    request.password_policy.password_history_size = profile.history;
    request.lockout = profile.lockout;
    request.account_recovery_setting = match profile.recovery {
        Recovery::Default => vec![],
        Recovery::AdminOnly => vec![RecoveryMechanism::new(1, RecoveryOption::AdminOnly)],
        Recovery::VerifiedEmail => vec![RecoveryMechanism::new(1, RecoveryOption::VerifiedEmail)],
    };
    request
}

/// The time that a number and a unit stand for.
fn seconds(validity: TokenValidity) -> Option<u64> {
    let unit = match validity.unit? {
        TimeUnit::Minutes => 60,
        TimeUnit::Hours => 60 * 60,
        TimeUnit::Days => 24 * 60 * 60,
        _ => 1,
    };
    Some(u64::from(validity.number?) * unit)
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The value seen so many values ago, with its place; wraps around.
pub(crate) fn nth_last<T>(seen: &[T], ago: usize) -> Option<(usize, &T)> {
    let place = seen.len().checked_sub(1)? - ago % seen.len();
    Some((place, &seen[place]))
}

pub(crate) fn sub(attributes: &[Attribute]) -> &str {
    let first = attributes.first().filter(|attribute| attribute.name == "sub");
    first.and_then(|attribute| attribute.value.as_deref()).expect("sub comes first")
}

/// Without `sub`.
pub(crate) fn attributes(list: &[Attribute]) -> BTreeMap<String, String> {
    let pairs = list.iter().filter(|attribute| attribute.name != "sub");
    pairs.map(|a| (a.name.clone(), a.value.clone().unwrap_or_default())).collect()
}
