//! Changes to the attributes of a user who exists, by an administrator or by the user.

use crate::{
    CodeDeliveryDetailsType, DeliveryMedium, Pool, ServiceError, Timestamp,
    codes::Purpose,
    request::Call,
    schema::{Change, VERIFIED, Write},
    settings::AliasAttribute,
    user::{Attributes, User, UserId},
    users::alias_exists,
};

/// What a code can be sent to, in the order of the answers (assumed).
const CONTACTS: [(DeliveryMedium, AliasAttribute); 2] = [
    (DeliveryMedium::Email, AliasAttribute::Email),
    (DeliveryMedium::Sms, AliasAttribute::PhoneNumber),
];

/// Changes a user's attributes, unless another user has one of the aliases that come of it, and
/// sends codes for addresses and numbers that the pool verifies.
///
/// Where the pool verifies before it updates, the old value stays until VerifyUserAttribute; a
/// change that says that the new one is verified does not wait. Source:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html>
pub(crate) fn change_attributes(
    pool: &mut Pool,
    call: &mut Call<'_>,
    id: UserId,
    change: &Change,
) -> Result<Vec<CodeDeliveryDetailsType>, ServiceError> {
    let user = pool.users.get(id).ok_or(ServiceError::UserNotFound)?;
    let mut at_once = change.clone();
    let mut to_verify = Vec::new();
    for ((medium, alias), (contact, verified)) in CONTACTS.into_iter().zip(VERIFIED) {
        let Some(Some(value)) = change.value(contact) else { continue };
        let is_new = user.attributes.get(contact) != Some(value);
        if !is_new || change.value(verified) == Some(Some("true")) {
            continue;
        }
        refuse_taken(pool, id, alias, value)?;
        let waits = pool.settings.verified_before_update.contains(&alias);
        if waits {
            at_once = at_once.without(contact);
        }
        if waits || pool.settings.auto_verified_attributes.contains(&alias) {
            to_verify.push((medium, value));
        }
    }
    let mut changed = user.clone();
    changed.attributes = at_once.apply(&user.attributes, Write::Update)?;
    changed.modified = call.now;
    if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &changed) {
        return Err(alias_exists(alias));
    }
    let sent = to_verify
        .into_iter()
        .map(|(medium, value)| {
            pool.codes.send(call, &changed, Purpose::verifying(medium), medium, value)
        })
        .collect();
    pool.users.update(&pool.settings, id, |user| *user = changed);
    Ok(sent)
}

/// Refuses an address or number that is another user's alias, although it is not one of this user's
/// before it is verified. Reported for UpdateUserAttributes.
fn refuse_taken(
    pool: &Pool,
    id: UserId,
    alias: AliasAttribute,
    value: &str,
) -> Result<(), ServiceError> {
    match pool.users.alias(&pool.settings, alias, value) {
        Some(owner) if owner != id => Err(alias_exists(alias)),
        _ => Ok(()),
    }
}

/// Takes aliases of a user away from those who have them: what made them aliases is no longer true
/// of their owners. That this goes for preferred user names too is assumed.
pub(crate) fn take_aliases(pool: &mut Pool, call: &Call<'_>, user: &User) {
    while let Some((alias, owner)) = pool.users.alias_owner(&pool.settings, user) {
        pool.users.update(&pool.settings, owner, |owner| {
            give_up(alias, &mut owner.attributes);
            owner.modified = call.now;
        });
    }
}

fn give_up(alias: AliasAttribute, attributes: &mut Attributes) {
    match alias {
        AliasAttribute::Email => attributes.set("email_verified".into(), "false"),
        AliasAttribute::PhoneNumber => attributes.set("phone_number_verified".into(), "false"),
        AliasAttribute::PreferredUsername => attributes.remove(alias.name()),
    }
}

impl Pool {
    /// The address or number that waits for its verification before it takes the place of the old
    /// one.
    pub(crate) fn waiting_contact(
        &self,
        user: &User,
        medium: DeliveryMedium,
        now: Timestamp,
    ) -> Option<&str> {
        let (_, alias) = CONTACTS.into_iter().find(|(other, _)| *other == medium)?;
        if !self.settings.verified_before_update.contains(&alias) {
            return None;
        }
        let sent = self.codes.destination(user.id, Purpose::verifying(medium), now)?;
        (user.attributes.get(medium.attribute()) != Some(sent)).then_some(sent)
    }
}

/// The way to an address or number, by the name of its attribute.
pub(crate) fn medium_of(attribute: &str) -> Option<DeliveryMedium> {
    let contact = CONTACTS.into_iter().find(|(medium, _)| medium.attribute() == attribute);
    contact.map(|(medium, _)| medium)
}

/// The attribute that says that what this way leads to is verified.
pub(crate) fn verified_attribute(medium: DeliveryMedium) -> &'static str {
    match medium {
        DeliveryMedium::Email => "email_verified",
        DeliveryMedium::Sms => "phone_number_verified",
    }
}
