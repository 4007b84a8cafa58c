//! Operations on pools and clients are calls like those of the traits: faults, latency, quotas and
//! call log know them. Setting a fake up is no call.

use std::time::{Duration, SystemTime};

use user_directory::{ErrorKind, Operation, QuotaCategory, Quotas};
use user_directory_fake::{
    AttributeDataType, CreateUserPoolClientRequest, CreateUserPoolRequest, Fake, Fault,
    SchemaAttributeType,
};
use user_directory_pool::{
    DeleteUserPoolClientRequest, DescribeUserPoolClientRequest, DescribeUserPoolRequest,
    ListUserPoolsRequest, UpdateUserPoolClientRequest, UpdateUserPoolRequest,
};

#[tokio::test]
async fn a_fault_throttles_and_nothing_is_done() {
    let fake = Fake::new();
    fake.faults().inject(Fault::throttling(Operation::CreateUserPool).times(1));
    let create = || fake.administer(CreateUserPoolRequest::new("second"));
    let error = create().await.expect_err("the fault throttles it");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    assert_eq!(error.operation(), Some(Operation::CreateUserPool));
    assert!(error.request_id().is_some());
    let pools = fake.administer(ListUserPoolsRequest::new(60)).await.expect("a page").user_pools;
    assert_eq!(pools.len(), 1);
    create().await.expect("once is over");
}

#[tokio::test]
async fn a_lost_answer_is_carried_out() {
    let fake = Fake::new();
    let client = fake.first_client().clone();
    fake.faults().inject(Fault::answer_lost(Operation::DeleteUserPoolClient).times(1));
    let delete = DeleteUserPoolClientRequest::new(&client.pool_id, &client.client_id);
    let error = fake.administer(delete).await.expect_err("the answer is lost");
    assert_eq!(error.kind(), ErrorKind::NoAnswer);
    let describe = DescribeUserPoolClientRequest::new(&client.pool_id, &client.client_id);
    let error = fake.administer(describe).await.expect_err("it is gone");
    assert_eq!(error.code(), Some("ResourceNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn latency_is_waited_for() {
    let fake = Fake::new();
    let minute = Duration::from_secs(60);
    fake.faults().inject(Fault::latency(Operation::UpdateUserPool, minute));
    let started = tokio::time::Instant::now();
    let update = UpdateUserPoolRequest::new(&fake.first_client().pool_id);
    fake.administer(update).await.expect("late and good");
    assert!(started.elapsed() >= minute);
}

#[tokio::test]
async fn quotas_are_those_of_pools_and_clients() {
    let fake = Fake::builder().frozen_at(SystemTime::UNIX_EPOCH).build().expect("good");
    let once = Quotas::new().with(QuotaCategory::UserPoolRead, 1);
    fake.quotas().enforce(once.with(QuotaCategory::UserPoolClientUpdate, 2));
    let pool = &fake.first_client().pool_id;
    let describe = || fake.administer(DescribeUserPoolRequest::new(pool));
    describe().await.expect("the first of the second");
    let error = describe().await.expect_err("the second of the second");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    let create = || fake.administer(CreateUserPoolClientRequest::new(pool, "client"));
    create().await.expect("another quota");
    create().await.expect("another quota");
    assert_eq!(create().await.unwrap_err().kind(), ErrorKind::TooManyRequests);
    fake.clock().advance(Duration::from_secs(1));
    describe().await.expect("another second");
}

#[tokio::test]
async fn the_call_log_has_them_and_no_set_up() {
    let fake = Fake::new();
    let pool = fake.create_user_pool(CreateUserPoolRequest::new("set up")).expect("good");
    assert!(fake.calls().all().is_empty());
    fake.administer(DescribeUserPoolRequest::new(pool)).await.expect("it exists");
    let mut page = ListUserPoolsRequest::new(2);
    page.next_token = Some("nonsense".to_owned());
    fake.administer(page).await.expect_err("no token of ours");
    let calls = fake.calls().all();
    let [described, listed] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(described.operation, Operation::DescribeUserPool);
    assert_eq!(described.parameters, ["UserPoolId"]);
    assert_eq!(described.outcome, Ok(()));
    assert_eq!(listed.operation, Operation::ListUserPools);
    assert_eq!(listed.parameters, ["NextToken", "MaxResults"]);
    assert_eq!(listed.outcome, Err(ErrorKind::InvalidParameter));
}

#[test]
fn a_pool_and_a_client_are_set_up_changed_and_deleted() {
    let fake = Fake::new();
    // What is set up has no fault and no place in the log.
    fake.faults().inject(Fault::throttling(Operation::UpdateUserPool));
    let pool = fake.create_user_pool(CreateUserPoolRequest::new("second")).expect("good");
    let mut update = UpdateUserPoolRequest::new(&pool);
    update.allow_admin_create_user_only = true;
    fake.update_user_pool(update).expect("good");
    let tier = SchemaAttributeType::new("tier", AttributeDataType::string(None, Some(8)));
    fake.add_custom_attributes(&pool, vec![tier]).expect("good");
    let described = fake.describe_user_pool(&pool).expect("it exists");
    assert!(described.allow_admin_create_user_only);
    assert!(described.schema_attributes.iter().any(|attribute| attribute.name == "custom:tier"));

    let request = CreateUserPoolClientRequest::new("", "client");
    let client = fake.create_user_pool_client(&pool, request).expect("good");
    let mut update = UpdateUserPoolClientRequest::new(&pool, &client.client_id);
    update.client_name = Some("renamed".to_owned());
    let updated = fake.update_user_pool_client(update).expect("good");
    assert_eq!(updated.client_name, "renamed");
    assert_eq!(fake.describe_user_pool_client(&client).expect("it exists"), updated);
    fake.delete_user_pool_client(&client).expect("it exists");
    let gone = fake.describe_user_pool_client(&client).expect_err("it is gone");
    assert_eq!(gone.kind(), ErrorKind::ResourceNotFound);
    fake.delete_user_pool(&pool).expect("it exists");
    let gone = fake.describe_user_pool(&pool).expect_err("it is gone");
    assert_eq!(gone.kind(), ErrorKind::ResourceNotFound);
    assert!(fake.calls().all().is_empty());
}
