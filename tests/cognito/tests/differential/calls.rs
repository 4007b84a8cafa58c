//! The calls on groups, of those who are not signed in, and of a user with an access token.

use user_directory::{
    Attributes, ChangePassword, Code, ConfirmForgotPassword, ConfirmOwnSignUp, CreateGroup,
    DeleteOwnAttributes, ForgotPassword, ListGroups, ListGroupsForUser, ListUserAuthEvents,
    ListUsersInGroup, ResendConfirmationCode, SelfService as _, SignUp, UpdateGroup,
    UpdateOwnAttributes, UserAttributeVerificationCode, UserDirectory as _, VerifyUserAttribute,
};

use crate::{
    answers::{self, Answer, Outcome},
    kept::{Kept, newest},
    route::Route,
    steps::{App, Earlier, GroupCall, OwnCall, PublicCall},
};

impl Route {
    pub(crate) async fn groups(&self, app: App, call: &GroupCall, kept: &Kept) -> Outcome {
        let directory = &self.handles(app).directory;
        match call {
            GroupCall::Create { group, settings } => {
                let mut request = CreateGroup::new(*group);
                request.description = settings.description.map(str::to_owned);
                request.role_arn = settings.role_arn.map(str::to_owned);
                request.precedence = settings.precedence;
                answers::of(directory.create_group(request).await, Answer::Group)
            }
            GroupCall::Group { group } => answers::of(directory.group(group).await, Answer::Group),
            GroupCall::Update { group, settings } => {
                let mut request = UpdateGroup::new(*group);
                request.description = settings.description.map(str::to_owned);
                request.role_arn = settings.role_arn.map(str::to_owned);
                request.precedence = settings.precedence;
                answers::of(directory.update_group(request).await, Answer::Group)
            }
            GroupCall::Delete { group } => answers::done(directory.delete_group(group).await),
            GroupCall::List { limit, page } => {
                let mut request = ListGroups::new();
                request.limit = *limit;
                request.next_token = kept.page(*page);
                answers::of(directory.list_groups(request).await, Answer::Groups)
            }
            GroupCall::Add { name, group } => {
                answers::done(directory.add_user_to_group(name, group).await)
            }
            GroupCall::Remove { name, group } => {
                answers::done(directory.remove_user_from_group(name, group).await)
            }
            GroupCall::OfUser { name, limit, page } => {
                let mut request = ListGroupsForUser::new(*name);
                request.limit = *limit;
                request.next_token = kept.page(*page);
                answers::of(directory.list_groups_for_user(request).await, Answer::Groups)
            }
            GroupCall::Events { name, limit, page } => {
                let mut request = ListUserAuthEvents::new(*name);
                request.limit = *limit;
                request.next_token = kept.page(*page);
                answers::done(directory.list_user_auth_events(request).await.map(drop))
            }
            GroupCall::Members { group, limit, page } => {
                let mut request = ListUsersInGroup::new(*group);
                request.limit = *limit;
                request.next_token = kept.page(*page);
                answers::of(directory.list_users_in_group(request).await, Answer::Page)
            }
        }
    }

    pub(crate) async fn public(&self, app: App, call: &PublicCall) -> Outcome {
        let own = &self.handles(app).own;
        match call {
            PublicCall::SignUp { name, password, attributes, metadata } => {
                let mut request = SignUp::new(*name, *password).with_attributes(pairs(attributes));
                if *metadata {
                    request = request
                        .with_validation_data([("key", "välue")])
                        .with_client_metadata([("key", "välue")]);
                }
                answers::of(own.sign_up(request).await, Answer::SignedUp)
            }
            PublicCall::Confirm { name, code, force_alias } => {
                let request = ConfirmOwnSignUp::new(*name, self.code(*code))
                    .with_force_alias_creation(*force_alias);
                answers::done(own.confirm_sign_up(request).await)
            }
            PublicCall::Resend { name } => {
                let request = ResendConfirmationCode::new(*name);
                answers::of(own.resend_confirmation_code(request).await, Answer::Sent)
            }
            PublicCall::Forgot { name } => {
                let request = ForgotPassword::new(*name);
                answers::of(own.forgot_password(request).await, Answer::Sent)
            }
            PublicCall::ConfirmForgot { name, code, password } => {
                let request = ConfirmForgotPassword::new(*name, self.code(*code), *password);
                answers::done(own.confirm_forgot_password(request).await)
            }
        }
    }

    pub(crate) async fn own(
        &self,
        app: App,
        token: Earlier,
        call: &OwnCall,
        kept: &Kept,
    ) -> Outcome {
        let own = &self.handles(app).own;
        let token = kept.access_token(token);
        match call {
            OwnCall::User => answers::of(own.user(&token).await, Answer::OwnUser),
            OwnCall::SignOut => answers::done(own.global_sign_out(&token).await),
            OwnCall::ChangePassword { previous, proposed } => {
                let request = ChangePassword::new(token, *previous, *proposed);
                answers::done(own.change_password(request).await)
            }
            OwnCall::Update { attributes } => {
                let request = UpdateOwnAttributes::new(token, pairs(attributes));
                answers::of(own.update_user_attributes(request).await, Answer::AllSent)
            }
            OwnCall::DeleteAttributes { names } => {
                let request = DeleteOwnAttributes::new(token, names.iter().copied());
                answers::done(own.delete_user_attributes(request).await)
            }
            OwnCall::SendCode { attribute } => {
                let request = UserAttributeVerificationCode::new(token, *attribute);
                answers::of(own.user_attribute_verification_code(request).await, Answer::Sent)
            }
            OwnCall::Verify { attribute, code } => {
                let request = VerifyUserAttribute::new(token, *attribute, self.code(*code));
                answers::done(own.verify_user_attribute(request).await)
            }
            OwnCall::Delete => answers::done(own.delete_user(&token).await),
        }
    }

    /// A code of the inbox, for whomever and whatever it is.
    pub(crate) fn code(&self, earlier: Earlier) -> Code {
        let messages = self.fake.inbox().messages();
        let codes: Vec<_> = messages.into_iter().filter_map(|message| message.code).collect();
        match (earlier, newest(&codes, earlier)) {
            (_, Some(code)) => code.clone(),
            (Earlier::Garbage(text), _) => Code::new(text),
            _ => Code::new("000000"),
        }
    }
}

fn pairs(attributes: &[(&'static str, &'static str)]) -> Attributes {
    attributes.iter().copied().collect()
}
