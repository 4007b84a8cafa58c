use async_trait::async_trait;
use user_directory::{
    ConfirmSignUp, CreateGroup, CreateUser, DeleteUserAttributes, Group, GroupPage, ListGroups,
    ListGroupsForUser, ListUsers, ListUsersInGroup, Operation, ResetUserPassword, Result,
    SetUserPassword, UpdateGroup, UpdateUserAttributes, User, UserDirectory, UserPage,
};

use super::{Guarded, resolve};
use crate::Ended;

#[async_trait]
impl<D: UserDirectory> UserDirectory for Guarded<D> {
    async fn create_user(&self, request: CreateUser) -> Result<User> {
        self.inner.create_user(request).await
    }

    async fn user(&self, username: &str) -> Result<User> {
        self.inner.user(username).await
    }

    async fn update_user_attributes(&self, request: UpdateUserAttributes) -> Result<()> {
        self.inner.update_user_attributes(request).await
    }

    async fn delete_user_attributes(&self, request: DeleteUserAttributes) -> Result<()> {
        self.inner.delete_user_attributes(request).await
    }

    async fn set_user_password(&self, mut request: SetUserPassword) -> Result<()> {
        let Some(life) = self.on_password_change else {
            return self.inner.set_user_password(request).await;
        };
        let (username, sub) = resolve(&self.inner, &request.username).await?;
        request.username = username;
        let call = self.inner.set_user_password(request);
        self.ending(Operation::AdminSetUserPassword, Ended::User(sub), life, call).await
    }

    async fn reset_user_password(&self, mut request: ResetUserPassword) -> Result<()> {
        let Some(life) = self.on_password_change else {
            return self.inner.reset_user_password(request).await;
        };
        let (username, sub) = resolve(&self.inner, &request.username).await?;
        request.username = username;
        let call = self.inner.reset_user_password(request);
        self.ending(Operation::AdminResetUserPassword, Ended::User(sub), life, call).await
    }

    async fn confirm_sign_up(&self, request: ConfirmSignUp) -> Result<()> {
        self.inner.confirm_sign_up(request).await
    }

    async fn enable_user(&self, username: &str) -> Result<()> {
        self.inner.enable_user(username).await
    }

    async fn disable_user(&self, username: &str) -> Result<()> {
        let (username, sub) = resolve(&self.inner, username).await?;
        let call = self.inner.disable_user(&username);
        let ended = Ended::User(sub);
        self.ending(Operation::AdminDisableUser, ended, self.longest_token_life, call).await
    }

    async fn delete_user(&self, username: &str) -> Result<()> {
        let (username, sub) = resolve(&self.inner, username).await?;
        let call = self.inner.delete_user(&username);
        let ended = Ended::User(sub);
        self.ending(Operation::AdminDeleteUser, ended, self.longest_token_life, call).await
    }

    async fn global_sign_out(&self, username: &str) -> Result<()> {
        let (username, sub) = resolve(&self.inner, username).await?;
        let call = self.inner.global_sign_out(&username);
        let ended = Ended::User(sub);
        self.ending(Operation::AdminUserGlobalSignOut, ended, self.longest_token_life, call).await
    }

    async fn list_users(&self, request: ListUsers) -> Result<UserPage> {
        self.inner.list_users(request).await
    }

    async fn create_group(&self, request: CreateGroup) -> Result<Group> {
        self.inner.create_group(request).await
    }

    async fn group(&self, name: &str) -> Result<Group> {
        self.inner.group(name).await
    }

    async fn update_group(&self, request: UpdateGroup) -> Result<Group> {
        self.inner.update_group(request).await
    }

    async fn delete_group(&self, name: &str) -> Result<()> {
        self.inner.delete_group(name).await
    }

    async fn list_groups(&self, request: ListGroups) -> Result<GroupPage> {
        self.inner.list_groups(request).await
    }

    async fn add_user_to_group(&self, username: &str, group_name: &str) -> Result<()> {
        self.inner.add_user_to_group(username, group_name).await
    }

    async fn remove_user_from_group(&self, username: &str, group_name: &str) -> Result<()> {
        self.inner.remove_user_from_group(username, group_name).await
    }

    async fn list_groups_for_user(&self, request: ListGroupsForUser) -> Result<GroupPage> {
        self.inner.list_groups_for_user(request).await
    }

    async fn list_users_in_group(&self, request: ListUsersInGroup) -> Result<UserPage> {
        self.inner.list_users_in_group(request).await
    }
}
