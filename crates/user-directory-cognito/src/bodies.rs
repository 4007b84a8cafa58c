use aws_sdk_cognitoidentityprovider::{
    config::{Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut},
    error::BoxError,
};
use aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint;
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};

/// Hides the bodies of requests from the SDK's own log, which prints them at the level TRACE, with
/// passwords, tokens and secret hashes. What is sent stays the same.
#[derive(Debug)]
pub(crate) struct HideBodies;

#[dyn_dispatch_hint]
impl Intercept for HideBodies {
    fn name(&self) -> &'static str {
        "hide bodies"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request_mut().body_mut();
        let plain = std::mem::replace(body, SdkBody::taken());
        *body = plain.map_preserve_contents(SdkBody::from_body_1_x);
        Ok(())
    }
}
