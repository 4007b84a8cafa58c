//! Client metadata: alike in every request that AWS lets a caller decorate with it.

/// Writes the setter for client metadata, which is alike in every request that has it.
macro_rules! with_client_metadata {
    () => {
        /// Adds data for the pool's triggers. Cognito neither stores nor validates it.
        #[must_use]
        pub fn with_client_metadata<N: Into<String>, V: Into<String>>(
            mut self,
            metadata: impl IntoIterator<Item = (N, V)>,
        ) -> Self {
            self.client_metadata =
                metadata.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
            self
        }
    };
}
