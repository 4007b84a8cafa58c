//! The operations that make or end pools and clients, or look at all pools.

use std::sync::Arc;

use user_directory_pool::{
    Checked, CreateUserPoolClientRequest, CreateUserPoolRequest, DeleteUserPoolClientRequest,
    DeleteUserPoolRequest, Entropy as _, ListUserPoolsRequest, Pool, Request, ServiceError,
    UserPoolType,
};

use crate::account::{Account, Performed, PoolCell, Registry};

/// A request that the account answers, and no pool alone.
pub(crate) trait OwnerRequest: Request {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError>;
}

impl OwnerRequest for CreateUserPoolRequest {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError> {
        let (cell, response) = account.create_user_pool(None, checked)?;
        Ok(Performed { cell: Some(cell), response, messages: Vec::new() })
    }
}

impl OwnerRequest for CreateUserPoolClientRequest {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError> {
        let client_id = checked.request().client_id.clone();
        let mut registry = account.registry_mut();
        let cell = registry.pool(&checked.request().user_pool_id)?;
        // A pool knows its own clients only.
        if let Some(id) = client_id.filter(|id| registry.clients.contains_key(id)) {
            return Err(ServiceError::ClientIdTaken { id });
        }
        let performed = cell.clone().perform(account.clock.timestamp(), checked)?;
        registry.clients.insert(performed.response.client_id.clone(), cell);
        Ok(performed)
    }
}

impl OwnerRequest for DeleteUserPoolRequest {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError> {
        let mut registry = account.registry_mut();
        let cell = registry.pool(&checked.request().user_pool_id)?;
        let performed = cell.clone().perform(account.clock.timestamp(), checked)?;
        cell.note_deleted();
        registry.pools.remove(cell.id());
        registry.clients.retain(|_, owner| !Arc::ptr_eq(owner, &cell));
        Ok(performed)
    }
}

impl OwnerRequest for DeleteUserPoolClientRequest {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError> {
        let client_id = checked.request().client_id.clone();
        let mut registry = account.registry_mut();
        let cell = registry.pool(&checked.request().user_pool_id)?;
        let performed = cell.perform(account.clock.timestamp(), checked)?;
        registry.clients.remove(&client_id);
        Ok(performed)
    }
}

impl OwnerRequest for ListUserPoolsRequest {
    fn answer(
        account: &Account,
        checked: Checked<Self>,
    ) -> Result<Performed<Self::Response>, ServiceError> {
        let cells: Vec<_> = account.registry().pools.values().cloned().collect();
        let pools = cells.iter().map(|cell| cell.read(Pool::description));
        let mut key = [0; 16];
        account.seed.of("ListUserPools").stream(0).fill(&mut key);
        let response = checked.answer(pools, &key, account.clock.timestamp())?;
        Ok(Performed { cell: None, response, messages: Vec::new() })
    }
}

impl Account {
    /// Creates a pool under an id, which only the first pool can be given, or under the next one of
    /// the fake's own.
    pub(crate) fn create_user_pool(
        &self,
        id: Option<String>,
        checked: Checked<CreateUserPoolRequest>,
    ) -> Result<(Arc<PoolCell>, UserPoolType), ServiceError> {
        let mut registry = self.registry_mut();
        let numbered = |number| format!("{}_Fake{number:05}", self.region);
        let mut number = registry.last_number + 1;
        // A pool may have been given one of these ids, the first one also if it is gone.
        let is_given =
            |id: String| id == self.first_client.pool_id || registry.pools.contains_key(&id);
        while is_given(numbered(number)) {
            number += 1;
        }
        let id = id.unwrap_or_else(|| numbered(number));
        let seed = self.seed.of(&id);
        let (now, mut entropy) = (self.clock.timestamp(), seed.stream(0));
        let mut pool = Pool::create_checked(&id, checked, now, &mut entropy)?;
        if let Some(base) = &registry.issuer_base {
            pool.issue_from(base);
        }
        let answer = pool.describe();
        let cell = Arc::new(PoolCell::new(pool, 1, seed));
        registry.pools.insert(id, cell.clone());
        registry.last_number = number;
        Ok((cell, answer))
    }
}

impl Registry {
    fn pool(&self, id: &str) -> Result<Arc<PoolCell>, ServiceError> {
        let pool = self.pools.get(id).cloned();
        pool.ok_or_else(|| ServiceError::UserPoolNotFound { id: id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use user_directory_pool::{
        AddUserPoolClientSecretRequest, DeleteUserPoolClientSecretRequest,
        DescribeUserPoolClientRequest, DescribeUserPoolRequest, InitiateAuthRequest,
        ListUserPoolClientSecretsRequest, ListUserPoolClientsRequest, RevokeTokenRequest,
        UpdateUserPoolClientRequest, UpdateUserPoolRequest, check, check_with, model::Outliers,
    };

    use super::*;
    use crate::{Administer, Fake, FakeRequest};

    fn administer<R: Administer>(fake: &Fake, request: R) -> Result<R::Response, ServiceError> {
        administer_with(fake, request, Outliers::default())
    }

    fn administer_with<R: Administer>(
        fake: &Fake,
        request: R,
        outliers: Outliers,
    ) -> Result<R::Response, ServiceError> {
        let checked = check_with(request, outliers).1?;
        FakeRequest::perform(checked, fake).map(|performed| performed.response)
    }

    fn no_pool<T>(id: &str) -> Result<T, ServiceError> {
        Err(ServiceError::UserPoolNotFound { id: id.to_owned() })
    }

    fn no_client<T>(id: &str) -> Result<T, ServiceError> {
        Err(ServiceError::ClientNotFound { id: id.to_owned() })
    }

    /// How a sign-in with a client is refused: it names no user.
    fn sign_in(fake: &Fake, client_id: &str) -> ServiceError {
        let request = InitiateAuthRequest::new(client_id, "USER_PASSWORD_AUTH");
        let checked = check(request).1.expect("the members are good");
        fake.0.perform(checked).expect_err("there is no user name")
    }

    #[test]
    fn a_pool_from_its_creation_to_its_end() {
        let fake = Fake::new();
        let mut request = CreateUserPoolRequest::new("second");
        request.allow_admin_create_user_only = true;
        let created = administer(&fake, request).expect("good settings");
        assert_eq!(created.id, "local-fake-1_Fake00002");
        assert!(created.creation_date <= fake.clock().timestamp());
        let id = created.id.clone();
        let describe = || administer(&fake, DescribeUserPoolRequest::new(&id));
        assert_eq!(describe().expect("it exists").user_pool, created);

        administer(&fake, UpdateUserPoolRequest::new(&id)).expect("it exists");
        assert!(!describe().expect("it exists").user_pool.allow_admin_create_user_only);

        let client = administer(&fake, CreateUserPoolClientRequest::new(&id, "client"));
        let client_id = client.expect("good settings").client_id;
        assert!(matches!(sign_in(&fake, &client_id), ServiceError::UserPasswordAuthNotEnabled));
        assert!(fake.jwks(&id).is_some());

        administer(&fake, DeleteUserPoolRequest::new(&id)).expect("it exists");
        assert_eq!(describe(), no_pool(&id));
        assert_eq!(administer(&fake, DeleteUserPoolRequest::new(&id)), no_pool(&id));
        assert_eq!(Err::<(), _>(sign_in(&fake, &client_id)), no_client(&client_id));
        assert_eq!((fake.jwks(&id), fake.issuer(&id)), (None, None));
        // The other pool and its client are still there.
        let first = &fake.first_client().client_id;
        assert!(!matches!(sign_in(&fake, first), ServiceError::ClientNotFound { .. }));
    }

    #[test]
    fn ids_of_pools_are_never_given_again() {
        let fake = Fake::new();
        let create = || administer(&fake, CreateUserPoolRequest::new("pool")).expect("good").id;
        assert_eq!(fake.first_client().pool_id, "local-fake-1_Fake00001");
        for number in 2..5 {
            let id = create();
            assert_eq!(id, format!("local-fake-1_Fake{number:05}"));
            administer(&fake, DeleteUserPoolRequest::new(id)).expect("it exists");
        }
        // A refused creation takes no number.
        assert!(administer(&fake, CreateUserPoolRequest::new("")).is_err());
        assert_eq!(create(), "local-fake-1_Fake00005");

        let named = r#"{ "pool": { "id": "local-fake-1_Fake00002" } }"#;
        let fake = Fake::builder().fixture_json(named).expect("good").build().expect("good");
        let first = fake.first_client().pool_id.clone();
        administer(&fake, DeleteUserPoolRequest::new(&first)).expect("it exists");
        for number in [3, 4] {
            let id = administer(&fake, CreateUserPoolRequest::new("pool")).expect("good").id;
            assert_eq!(id, format!("local-fake-1_Fake{number:05}"));
        }
    }

    #[test]
    fn a_client_from_its_creation_to_its_end() {
        let fake = Fake::new();
        let pool_id = fake.first_client().pool_id.clone();
        let mut request = CreateUserPoolClientRequest::new(&pool_id, "client");
        request.client_id = Some("theclient".to_owned());
        request.generate_secret = true;
        let created = administer(&fake, request.clone()).expect("good settings");
        let describe =
            || administer(&fake, DescribeUserPoolClientRequest::new(&pool_id, "theclient"));
        assert_eq!(describe().expect("it exists").user_pool_client, created);

        let mut update = UpdateUserPoolClientRequest::new(&pool_id, "theclient");
        update.client_name = Some("renamed".to_owned());
        let updated = administer(&fake, update).expect("good settings").user_pool_client;
        assert_eq!(updated.client_name, "renamed");
        assert_eq!(describe().expect("it exists").user_pool_client, updated);

        let add = AddUserPoolClientSecretRequest::new(&pool_id, "theclient");
        let added = administer(&fake, add).expect("the second");
        let list = || {
            let request = ListUserPoolClientSecretsRequest::new(&pool_id, "theclient");
            administer(&fake, request).expect("it exists").client_secrets
        };
        assert_eq!(list().len(), 2);
        assert_eq!(list()[1].client_secret_id, added.client_secret_id);
        let id = added.client_secret_id;
        let delete = DeleteUserPoolClientSecretRequest::new(&pool_id, "theclient", id);
        administer(&fake, delete).expect("one of two");
        assert_eq!(list().len(), 1);

        let request_page = ListUserPoolClientsRequest::new(&pool_id);
        let page = administer(&fake, request_page).expect("it exists");
        assert_eq!(page.user_pool_clients.len(), 2);

        // A client is deleted in its own pool only, and a refusal leaves it where it is.
        let other = fake.create_user_pool(CreateUserPoolRequest::new("other")).expect("good");
        let delete =
            |pool: &str| administer(&fake, DeleteUserPoolClientRequest::new(pool, "theclient"));
        assert_eq!(delete(&other), no_client("theclient"));
        assert!(matches!(sign_in(&fake, "theclient"), ServiceError::UserPasswordAuthNotEnabled));
        assert_eq!(delete(&pool_id), Ok(()));
        assert_eq!(delete(&pool_id), no_client("theclient"));
        assert_eq!(describe(), no_client("theclient"));
        assert_eq!(Err::<(), _>(sign_in(&fake, "theclient")), no_client("theclient"));
        let revoke = check(RevokeTokenRequest::new("theclient", "a.b.c.d.e")).1.expect("good");
        let refused = fake.0.perform(revoke).expect_err("there is no client");
        assert_eq!(refused, ServiceError::ClientUnauthorized);
        // The id is free again.
        assert!(administer(&fake, request).is_ok());
    }

    #[test]
    fn outliers_are_refused_by_every_kind_of_operation() {
        let fake = Fake::new();
        let null = |member: &str| {
            let text = format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy \
                 constraint: Member must not be null"
            );
            ServiceError::Validation { message: text }
        };
        let missing = |member: &str| {
            let mut outliers = Outliers::default();
            outliers.missing(member);
            outliers
        };
        let refused = administer_with(&fake, CreateUserPoolRequest::new(""), missing("PoolName"));
        assert_eq!(refused, Err(null("poolName")));
        let refused = administer_with(&fake, ListUserPoolsRequest::new(1), missing("MaxResults"));
        assert_eq!(refused, Err(null("maxResults")));
        let refused = administer_with(&fake, DeleteUserPoolRequest::new(""), missing("UserPoolId"));
        assert_eq!(refused, Err(null("userPoolId")));
        let request = DeleteUserPoolClientRequest::new("", "client");
        assert_eq!(administer_with(&fake, request, missing("UserPoolId")), Err(null("userPoolId")));
        let request = CreateUserPoolClientRequest::new("", "client");
        assert_eq!(administer_with(&fake, request, missing("UserPoolId")), Err(null("userPoolId")));
        let refused =
            administer_with(&fake, DescribeUserPoolRequest::new(""), missing("UserPoolId"));
        assert_eq!(refused, Err(null("userPoolId")));
    }

    #[test]
    fn pools_are_listed_in_pages_in_the_same_order() {
        let fake = Fake::builder().rng_seed(1).build().expect("good");
        for _ in 0..4 {
            fake.create_user_pool(CreateUserPoolRequest::new("more")).expect("good");
        }
        let mut request = ListUserPoolsRequest::new(60);
        let all = administer(&fake, request.clone()).expect("a page");
        assert_eq!((all.user_pools.len(), all.next_token), (5, None));
        request.max_results = 2;
        let mut seen = Vec::new();
        loop {
            let page = administer(&fake, request.clone()).expect("a page");
            seen.extend(page.user_pools);
            request.next_token = page.next_token;
            if request.next_token.is_none() {
                break;
            }
        }
        assert_eq!(seen, all.user_pools);
    }

    /// Whoever comes second is refused, in whichever pool.
    #[test]
    fn an_id_of_a_client_is_given_once_however_many_ask() {
        let fake = Fake::new();
        let other = fake.create_user_pool(CreateUserPoolRequest::new("other")).expect("good");
        let pools = [fake.first_client().pool_id.clone(), other];
        for round in 0..50 {
            let create = |pool: &str| {
                let mut request = CreateUserPoolClientRequest::new(pool, "client");
                request.client_id = Some(format!("client{round}"));
                administer(&fake, request)
            };
            let answers: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> =
                    pools.iter().map(|pool| scope.spawn(|| create(pool))).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            let taken = ServiceError::ClientIdTaken { id: format!("client{round}") };
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
            assert!(answers.contains(&Err(taken)));
        }
    }

    /// A client of a pool that is deleted meanwhile is either refused or deleted with it.
    #[test]
    fn no_client_outlives_its_pool() {
        let fake = Fake::new();
        for _ in 0..50 {
            let pool = fake.create_user_pool(CreateUserPoolRequest::new("pool")).expect("good");
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let _ = administer(&fake, CreateUserPoolClientRequest::new(&pool, "client"));
                });
                scope.spawn(|| administer(&fake, DeleteUserPoolRequest::new(&pool)));
            });
            let registry = fake.0.registry();
            assert_eq!((registry.pools.len(), registry.clients.len()), (1, 1));
        }
    }
}
