//! How the parts of a fact are stored, and how a fact is declared once for the model and the wire.

use desk::fields::Fields;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A part of a fact that stands in one field of its message.
pub(super) trait Part: Sized {
    /// The field's type in the generated message.
    type Wire;
    /// Writing cannot fail.
    fn to_wire(&self) -> Self::Wire;
    /// Reading can; the error says what the field must be.
    fn from_wire(wire: Self::Wire) -> Result<Self, &'static str>;
    /// Whether somebody may state this.
    fn check(&self, _field: &str, _fields: &mut Fields) {}
}

macro_rules! as_it_is {
    ($($kind:ty),*) => { $(
        impl Part for $kind {
            type Wire = $kind;
            fn to_wire(&self) -> $kind {
                self.clone()
            }
            fn from_wire(wire: $kind) -> Result<Self, &'static str> {
                Ok(wire)
            }
        }
    )* };
}
as_it_is!(bool, u32, u64);

impl Part for String {
    type Wire = String;
    fn to_wire(&self) -> String {
        self.clone()
    }
    fn from_wire(wire: String) -> Result<Self, &'static str> {
        Ok(wire)
    }
    fn check(&self, field: &str, fields: &mut Fields) {
        fields.long(field, self);
    }
}

impl Part for Vec<String> {
    type Wire = Vec<String>;
    fn to_wire(&self) -> Self {
        self.clone()
    }
    fn from_wire(wire: Self) -> Result<Self, &'static str> {
        Ok(wire)
    }
    fn check(&self, field: &str, fields: &mut Fields) {
        fields.texts(field, self);
    }
}

/// Bytes that only the platform makes; nobody states them.
impl Part for Vec<u8> {
    type Wire = Vec<u8>;
    fn to_wire(&self) -> Self {
        self.clone()
    }
    fn from_wire(wire: Self) -> Result<Self, &'static str> {
        Ok(wire)
    }
}

impl Part for BTreeMap<String, String> {
    type Wire = Self;
    fn to_wire(&self) -> Self {
        self.clone()
    }
    fn from_wire(wire: Self) -> Result<Self, &'static str> {
        Ok(wire)
    }
    fn check(&self, field: &str, fields: &mut Fields) {
        fields.few(field, self.len());
        for (key, value) in self.iter().take(desk::fields::MAX_ENTRIES) {
            fields.short(field, key);
            fields.long(format!("{field}[{key}]"), value);
        }
    }
}

impl Part for Date {
    type Wire = String;
    fn to_wire(&self) -> String {
        self.to_string()
    }
    fn from_wire(wire: String) -> Result<Self, &'static str> {
        wire.parse().map_err(|_| "is a date YYYY-MM-DD that exists")
    }
}

/// Empty where there is none.
impl Part for Option<Date> {
    type Wire = String;
    fn to_wire(&self) -> String {
        self.as_ref().map(Date::to_string).unwrap_or_default()
    }
    fn from_wire(wire: String) -> Result<Self, &'static str> {
        if wire.is_empty() { Ok(None) } else { Part::from_wire(wire).map(Some) }
    }
}

/// Declares facts with their parts: for each a struct, and its message of the same name and fields.
macro_rules! parts {
    ($( $(#[$doc:meta])* $name:ident {
        $( $(#[$part_doc:meta])* $part:ident: $type:ty, )*
    } )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub struct $name {
                $( $(#[$part_doc])* pub $part: $type, )*
            }

            impl From<&$name> for pb::$name {
                fn from(fact: &$name) -> Self {
                    Self { $( $part: Part::to_wire(&fact.$part), )* }
                }
            }

            impl TryFrom<pb::$name> for $name {
                type Error = (String, &'static str);
                fn try_from(stored: pb::$name) -> Result<Self, Self::Error> {
                    $( let $part = <$type as Part>::from_wire(stored.$part)
                        .map_err(|must| (stringify!($part).to_owned(), must))?; )*
                    Ok(Self { $( $part, )* })
                }
            }

            impl $name {
                /// Notes what of the texts nobody may state, each field below a path such as `draw.`.
                pub(crate) fn check(&self, path: &str, fields: &mut Fields) {
                    $( Part::check(&self.$part, &format!("{path}{}", stringify!($part)), fields); )*
                }
            }
        )*
    };
}
pub(super) use parts;

/// Declares all facts as one enum: those of other files by name and kind, `[file: Name "kind", …]`, the
/// others with their parts.
macro_rules! facts {
    ($( [$theme:ident: $( $there:ident $there_kind:literal, )*] )*
     $( $(#[$doc:meta])* $name:ident $kind:literal { $($parts:tt)* } )*) => {
        $( pub use $theme::{ $( $there, )* }; )*
        parts! { $( $(#[$doc])* $name { $($parts)* } )* }
        facts! { all $( $( $there $there_kind )* )* $( $name $kind )* }
    };
    (all $( $name:ident $kind:literal )*) => {
        $(
            impl From<$name> for Fact {
                fn from(fact: $name) -> Self {
                    Fact::$name(fact)
                }
            }
        )*

        /// What happened.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Fact {
            /// A step in the life of one of this stage's matters.
            Matter(MatterId, matter::Event),
            $(
                #[doc = concat!("`", $kind, "`")]
                $name($name),
            )*
        }

        impl Fact {
            /// Stable name, as the log shows it.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    Self::Matter(_, step) => step.kind(),
                    $( Self::$name(_) => $kind, )*
                }
            }

            /// The step of a matter that this is, if it is one.
            #[must_use]
            pub fn step(&self) -> Option<(&MatterId, &matter::Event)> {
                match self {
                    Self::Matter(id, step) => Some((id, step)),
                    $( Self::$name(_) => None, )*
                }
            }

            /// Reads a fact of a stored event or of a request.
            ///
            /// # Errors
            /// The field, and what it must be.
            pub(crate) fn of(kind: Kind) -> Result<Self, (String, String)> {
                match kind {
                    Kind::Matter(stored) => {
                        let read = desk::wire::read(&stored);
                        let (id, step) =
                            read.map_err(|bad| ("matter".to_owned(), bad.to_string()))?;
                        Ok(Self::Matter(id, step))
                    }
                    $( Kind::$name(stored) => $name::try_from(stored)
                        .map(Self::$name)
                        .map_err(|(field, must)| (format!("{}.{field}", $kind), must.to_owned())), )*
                }
            }

            /// Notes what of its texts nobody may state.
            pub(crate) fn check(&self, fields: &mut Fields) {
                match self {
                    Self::Matter(..) => {}
                    $( Self::$name(fact) => fact.check("", fields), )*
                }
            }

            fn to_wire(&self) -> Kind {
                match self {
                    Self::Matter(id, step) => Kind::Matter(desk::wire::write(id, step)),
                    $( Self::$name(fact) => Kind::$name(fact.into()), )*
                }
            }
        }
    };
}
pub(super) use facts;
