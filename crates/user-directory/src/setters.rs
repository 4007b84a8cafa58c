//! Setters that are alike in many requests.

/// Writes the setter for client metadata, of the requests that AWS lets a caller decorate with it.
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

/// Writes the setters of a request for a page.
macro_rules! with_page {
    () => {
        /// Sets the length of a page.
        #[must_use]
        pub fn with_limit(mut self, limit: u32) -> Self {
            self.limit = Some(limit);
            self
        }

        /// Goes on where another page ended.
        #[must_use]
        pub fn with_next_token(mut self, token: impl Into<String>) -> Self {
            self.next_token = Some(token.into());
            self
        }
    };
}
