//! The calls on the secrets of clients.

use user_directory_pool::{AddUserPoolClientSecretRequest, DeleteUserPoolClientSecretRequest};

use crate::{
    calls::{Client, NewSecret},
    world::{Checked, World, ensure},
};

impl World<'_> {
    pub(crate) fn add_secret(&mut self, client: Client, value: NewSecret) -> Checked {
        let (pool, refusal) = self.pool_id();
        let (client_id, client) = self.client(client, None);
        let refusal = refusal.or(match client {
            None => Some("the client does not exist"),
            Some(_) if value == NewSecret::Short => Some("the secret is too short"),
            Some(client) => {
                let full = self.model.clients[client].secrets.len() >= 2;
                full.then_some("the client has two secrets")
            }
        });
        let mut request = AddUserPoolClientSecretRequest::new(pool, client_id);
        request.client_secret = match value {
            NewSecret::Random => None,
            NewSecret::Given => Some("given0given0given0given0given0".into()),
            NewSecret::Short => Some("short".into()),
        };
        let given = request.client_secret.clone();
        let answer = self.expect(refusal.into(), request)?;
        let (Some(answer), Some(client)) = (answer, client) else { return Ok(()) };
        let added = answer.response;
        ensure!(given.is_none() || added.client_secret_value.is_none(), "a given secret came back");
        let secret = given.or(added.client_secret_value).ok_or("a made-up secret is missing")?;
        let secrets = &mut self.model.clients[client].secrets;
        let id = added.client_secret_id;
        ensure!(secrets.iter().all(|(other, _)| *other != id), "two secrets have one id");
        secrets.push((id, secret));
        self.sync()
    }

    pub(crate) fn delete_secret(&mut self, client: Client, which: usize) -> Checked {
        let (pool, refusal) = self.pool_id();
        let (client_id, client) = self.client(client, None);
        let known = client.and_then(|client| self.model.clients[client].secrets.get(which));
        let id = known.map_or_else(|| "unknown".to_owned(), |(id, _)| id.clone());
        let refusal = refusal.or(match (client, known) {
            (None, _) => Some("the client does not exist"),
            (_, None) => Some("the secret does not exist"),
            (Some(client), Some(_)) => {
                let last = self.model.clients[client].secrets.len() == 1;
                last.then_some("the secret is the last")
            }
        });
        let request = DeleteUserPoolClientSecretRequest::new(pool, client_id, id);
        let answer = self.expect(refusal.into(), request)?;
        let (Some(_), Some(client)) = (answer, client) else { return Ok(()) };
        let client = &mut self.model.clients[client];
        let (_, secret) = client.secrets.remove(which);
        // The same value may have been given twice.
        if client.secrets.iter().all(|(_, other)| *other != secret) {
            client.deleted.push(secret);
        }
        self.sync()
    }
}
