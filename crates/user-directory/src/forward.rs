//! Wrappers in a few lines: a directory that does some methods itself and forwards all others.
//!
//! Each of the traits has a namesake here, whose methods all forward to
//! [`inner`](Authentication::inner). Whoever implements the namesake *is* a directory, and writes
//! only the methods that it changes. A method that a later version adds is forwarded as well.
//!
//! ```
//! use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
//! use user_directory::{
//!     AuthOutcome, Authentication, OwnFactors, Result, SelfService, SignIn, UserDirectory, forward,
//! };
//!
//! /// Counts sign-ins.
//! #[derive(Debug)]
//! struct Counting<D> {
//!     inner: D,
//!     sign_ins: AtomicU64,
//! }
//!
//! #[async_trait::async_trait]
//! impl<D: Authentication> forward::Authentication for Counting<D> {
//!     type Inner = D;
//!     fn inner(&self) -> &D {
//!         &self.inner
//!     }
//!     async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
//!         self.sign_ins.fetch_add(1, Ordering::Relaxed);
//!         self.inner.sign_in(request).await
//!     }
//! }
//! impl<D: UserDirectory> forward::UserDirectory for Counting<D> {}
//! impl<D: SelfService> forward::SelfService for Counting<D> {}
//! impl<D: OwnFactors> forward::OwnFactors for Counting<D> {}
//!
//! fn counted(directory: Arc<dyn UserDirectory>) -> Arc<dyn UserDirectory> {
//!     Arc::new(Counting { inner: directory, sign_ins: AtomicU64::new(0) })
//! }
//! ```
//!
//! Name them by their path, as here: with a namesake imported next to its trait, a call of a method
//! could mean either.

use std::{fmt::Debug, future::Future, pin::Pin, sync::Arc};

use crate::methods::each_method;

/// What `#[async_trait]` makes of the answer of a method.
type Answer<'a, T> = Pin<Box<dyn Future<Output = crate::Result<T>> + Send + 'a>>;

/// The methods of one trait: `forwarded` to what is wrapped, for the traits of this module, or
/// `through` those, for what wraps. They have the signatures that `#[async_trait]` makes, so that one
/// method can be another's future and is not put into a box of its own.
macro_rules! methods {
    (
        $how:ident Authentication;
        Authentication { $($row:tt)* } UserDirectory { $($_u:tt)* }
        SelfService { $($_s:tt)* } OwnFactors { $($_o:tt)* }
    ) => {
        methods!(@ $how Authentication; $($row)*);
    };
    (
        $how:ident UserDirectory;
        Authentication { $($_a:tt)* } UserDirectory { $($row:tt)* }
        SelfService { $($_s:tt)* } OwnFactors { $($_o:tt)* }
    ) => {
        methods!(@ $how UserDirectory; $($row)*);
    };
    (
        $how:ident SelfService;
        Authentication { $($_a:tt)* } UserDirectory { $($_u:tt)* }
        SelfService { $($row:tt)* } OwnFactors { $($_o:tt)* }
    ) => {
        methods!(@ $how SelfService; $($row)*);
    };
    (
        $how:ident OwnFactors;
        Authentication { $($_a:tt)* } UserDirectory { $($_u:tt)* }
        SelfService { $($_s:tt)* } OwnFactors { $($row:tt)* }
    ) => {
        methods!(@ $how OwnFactors; $($row)*);
    };
    (@ $how:ident $of:ident; $($name:ident($($args:tt)*) -> $answer:ty;)*) => {
        $(methods!(@@ $how $of $name($($args)*) -> $answer);)*
    };
    (@@ $how:ident $of:ident $name:ident($one:ident: &$a:ty, $two:ident: &$b:ty) -> $answer:ty) => {
        #[doc = concat!("Forwards to [`", stringify!($name), "`](crate::", stringify!($of), "::", stringify!($name), ").")]
        fn $name<'life0, 'life1, 'life2, 'async_trait>(
            &'life0 self,
            $one: &'life1 $a,
            $two: &'life2 $b,
        ) -> Answer<'async_trait, $answer>
        where
            'life0: 'async_trait,
            'life1: 'async_trait,
            'life2: 'async_trait,
            Self: 'async_trait,
        {
            methods!(@@@ $how self $of $name $one $two)
        }
    };
    (@@ $how:ident $of:ident $name:ident($one:ident: &$a:ty) -> $answer:ty) => {
        #[doc = concat!("Forwards to [`", stringify!($name), "`](crate::", stringify!($of), "::", stringify!($name), ").")]
        fn $name<'life0, 'life1, 'async_trait>(
            &'life0 self,
            $one: &'life1 $a,
        ) -> Answer<'async_trait, $answer>
        where
            'life0: 'async_trait,
            'life1: 'async_trait,
            Self: 'async_trait,
        {
            methods!(@@@ $how self $of $name $one)
        }
    };
    (@@ $how:ident $of:ident $name:ident($one:ident: $a:ty) -> $answer:ty) => {
        #[doc = concat!("Forwards to [`", stringify!($name), "`](crate::", stringify!($of), "::", stringify!($name), ").")]
        fn $name<'life0, 'async_trait>(&'life0 self, $one: $a) -> Answer<'async_trait, $answer>
        where
            'life0: 'async_trait,
            Self: 'async_trait,
        {
            methods!(@@@ $how self $of $name $one)
        }
    };
    (@@@ forwarded $self:ident $of:ident $name:ident $($argument:ident)*) => {
        crate::$of::$name($self.inner(), $($argument),*)
    };
    (@@@ through $self:ident $of:ident $name:ident $($argument:ident)*) => {
        $of::$name($self, $($argument),*)
    };
}

/// An [`Authentication`](crate::Authentication) that forwards what it does not do itself.
pub trait Authentication: Debug + Send + Sync + 'static {
    /// What it wraps.
    type Inner: crate::Authentication + ?Sized;

    /// What it forwards to.
    fn inner(&self) -> &Self::Inner;

    /// Forwards to [`Authentication::pool_id`](crate::Authentication::pool_id).
    fn pool_id(&self) -> Option<&str> {
        crate::Authentication::pool_id(self.inner())
    }

    each_method!(methods! forwarded Authentication;);
}

/// A [`UserDirectory`](crate::UserDirectory) that forwards what it does not do itself.
pub trait UserDirectory: Authentication<Inner: crate::UserDirectory> {
    each_method!(methods! forwarded UserDirectory;);
}

/// A [`SelfService`](crate::SelfService) that forwards what it does not do itself.
pub trait SelfService: Authentication<Inner: crate::SelfService> {
    each_method!(methods! forwarded SelfService;);
}

/// An [`OwnFactors`](crate::OwnFactors) that forwards what it does not do itself.
pub trait OwnFactors: Authentication<Inner: crate::OwnFactors> {
    each_method!(methods! forwarded OwnFactors;);
}

impl<W: Authentication> crate::Authentication for W {
    fn pool_id(&self) -> Option<&str> {
        Authentication::pool_id(self)
    }

    each_method!(methods! through Authentication;);
}

impl<W: UserDirectory> crate::UserDirectory for W {
    each_method!(methods! through UserDirectory;);
}

impl<W: SelfService> crate::SelfService for W {
    each_method!(methods! through SelfService;);
}

impl<W: OwnFactors> crate::OwnFactors for W {
    each_method!(methods! through OwnFactors;);
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: crate::Authentication + ?Sized> Authentication for $pointer<T> {
            type Inner = T;

            fn inner(&self) -> &T {
                self
            }
        }

        impl<T: crate::UserDirectory + ?Sized> UserDirectory for $pointer<T> {}

        impl<T: crate::SelfService + ?Sized> SelfService for $pointer<T> {}

        impl<T: crate::OwnFactors + ?Sized> OwnFactors for $pointer<T> {}
    )*};
}

pointers!(Arc Box);
