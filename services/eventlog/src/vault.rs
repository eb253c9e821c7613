//! Texts that must be forgettable, in a log that forgets nothing: the log holds them sealed, and their keys lie
//! beside it in the same database. Destroying a key makes everything sealed with it unreadable for ever; the
//! chain does not change, for it never held anything but the sealed bytes.
//!
//! Sealed bytes: a version (1), the key's id (16 bytes), the nonce (12), the text under AES-256-GCM with its
//! tag. The nonce follows from key and text, so that the same text under the same key is sealed to the same
//! bytes and a repeated request is seen to be the same one; nobody without the key learns more than that.

use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hmac, rand};
use sqlx::Row;
use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::command::MAX_NAME_BYTES;

const VERSION: u8 = 1;
const ID: usize = 16;
const KEY: usize = 32;
const NONCE: usize = 12;
/// Everything before the sealed text.
const HEAD: usize = 1 + ID + NONCE;
/// How long to wait for the one connection that changes keys.
const PATIENCE: Duration = Duration::from_secs(3);

/// The keys beside one log. Clones share them.
#[derive(Clone)]
pub struct Vault(Keys);

#[derive(Clone)]
enum Keys {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Why a text was not sealed, opened or made unreadable.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database is not available.
    #[error("the vault is not available")]
    Database(#[from] sqlx::Error),
    /// A subject is 1 to [`MAX_NAME_BYTES`] bytes without a zero character.
    #[error("this is no name for the subject of a key")]
    Subject,
    /// The bytes were not sealed by this vault, were changed since, or their key was lost.
    #[error("the bytes were not sealed here, were changed since, or their key was lost")]
    Unreadable,
    /// The system gave no random bytes, or the cipher refused.
    #[error("the cipher refused")]
    Cipher,
    /// The key is destroyed, but a reader kept the file busy: the old bytes stay on the disk until the next
    /// checkpoint. Destroying again tries that again.
    #[error("the key is destroyed, but the database could not overwrite it yet")]
    Lingers,
}

/// A key with its id.
struct Held {
    id: [u8; ID],
    key: [u8; KEY],
}

impl Vault {
    /// The keys in the file of a log; one connection of its own, made when it is first needed.
    pub(crate) fn sqlite(log: &SqliteConnectOptions) -> Self {
        let options = log
            .clone()
            .read_only(false)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "on");
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        Self(Keys::Sqlite(pool.connect_lazy_with(options)))
    }

    /// The keys in the schema of a log.
    pub(crate) fn postgres(pool: &PgPool) -> Self {
        Self(Keys::Postgres(pool.clone()))
    }

    pub(crate) async fn close(&self) {
        match &self.0 {
            Keys::Sqlite(pool) => pool.close().await,
            Keys::Postgres(pool) => pool.close().await,
        }
    }

    /// Seals a text with the key of a subject. The key is durable before this returns, so that no event can
    /// be older than the key it needs.
    ///
    /// # Errors
    /// [`VaultError`]; nothing was sealed.
    pub async fn seal(&self, subject: &str, text: &[u8]) -> Result<Vec<u8>, VaultError> {
        check(subject)?;
        let held = self.keep(subject).await?;
        let nonce = held.nonce(text);
        let mut sealed = [&[VERSION], &held.id[..], &nonce[..]].concat();
        let mut body = text.to_vec();
        let bound = Aad::from(sealed.clone());
        held.cipher()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut body)
            .map_err(|_unspecified| VaultError::Cipher)?;
        sealed.extend(body);
        Ok(sealed)
    }

    /// Opens what was sealed; `None` when its key was destroyed.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] for other bytes.
    pub async fn open(&self, sealed: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        let (head, body) = sealed.split_at_checked(HEAD).ok_or(VaultError::Unreadable)?;
        let unreadable = |_| VaultError::Unreadable;
        if head[0] != VERSION {
            return Err(VaultError::Unreadable);
        }
        let id: [u8; ID] = head[1..=ID].try_into().map_err(unreadable)?;
        let nonce: [u8; NONCE] = head[1 + ID..].try_into().map_err(unreadable)?;
        let Some(key) = self.key(&id).await? else { return Ok(None) };
        let mut body = body.to_vec();
        let text = Held { id, key }
            .cipher()?
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(head), &mut body)
            .map_err(|_unspecified| VaultError::Unreadable)?;
        Ok(Some(text.to_vec()))
    }

    /// Destroys the key of a subject: nobody opens again what was sealed with it. False where there was none.
    /// On PostgreSQL the key's old row goes with the next vacuum, which the tables' owner starts at once.
    /// Backups hold it for as long as they are kept.
    ///
    /// # Errors
    /// [`VaultError::Lingers`] when the key is destroyed and its bytes are not overwritten yet.
    pub async fn destroy(&self, subject: &str) -> Result<bool, VaultError> {
        check(subject)?;
        match &self.0 {
            Keys::Sqlite(pool) => {
                let sql = "update vault set key = null where subject = $1 and key is not null";
                let destroyed = sqlx::query(sql).bind(subject).execute(pool).await?;
                // The journal still holds the page as it was.
                let journal =
                    sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(pool).await?;
                match journal.try_get::<i64, _>(0)? {
                    0 => Ok(destroyed.rows_affected() > 0),
                    _ => Err(VaultError::Lingers),
                }
            }
            Keys::Postgres(pool) => {
                let sql = "select destroy_key($1) as destroyed";
                let row = sqlx::query(sql).bind(subject).fetch_one(pool).await?;
                sqlx::query("vacuum vault").execute(pool).await?;
                Ok(row.try_get("destroyed")?)
            }
        }
    }

    /// The key of a subject, made now if it has none.
    async fn keep(&self, subject: &str) -> Result<Held, VaultError> {
        let (mut id, mut key) = ([0; ID], [0; KEY]);
        rand::fill(&mut id).map_err(|_unspecified| VaultError::Cipher)?;
        rand::fill(&mut key).map_err(|_unspecified| VaultError::Cipher)?;
        let (found_id, found): (Vec<u8>, Vec<u8>) = match &self.0 {
            Keys::Sqlite(pool) => {
                let fresh = "insert into vault (id, subject, key) values ($1, $2, $3) on conflict do nothing";
                let fresh = sqlx::query(fresh).bind(&id[..]).bind(subject).bind(&key[..]);
                fresh.execute(pool).await?;
                let sql = "select id, key from vault where subject = $1 and key is not null";
                let row = sqlx::query(sql).bind(subject).fetch_one(pool).await?;
                (row.try_get("id")?, row.try_get("key")?)
            }
            Keys::Postgres(pool) => {
                let kept = sqlx::query("select id, key from keep_key($1, $2, $3)");
                let kept = kept.bind(&id[..]).bind(subject).bind(&key[..]);
                let row = kept.fetch_one(pool).await?;
                (row.try_get("id")?, row.try_get("key")?)
            }
        };
        let unreadable = |_| VaultError::Unreadable;
        Ok(Held {
            id: found_id.try_into().map_err(unreadable)?,
            key: found.try_into().map_err(unreadable)?,
        })
    }

    /// The key of an id; `None` when it was destroyed.
    async fn key(&self, id: &[u8; ID]) -> Result<Option<[u8; KEY]>, VaultError> {
        let sql = "select key from vault where id = $1";
        let found: Option<Option<Vec<u8>>> = match &self.0 {
            Keys::Sqlite(pool) => {
                let row = sqlx::query(sql).bind(&id[..]).fetch_optional(pool).await?;
                row.map(|row| row.try_get("key")).transpose()?
            }
            Keys::Postgres(pool) => {
                let row = sqlx::query(sql).bind(&id[..]).fetch_optional(pool).await?;
                row.map(|row| row.try_get("key")).transpose()?
            }
        };
        let key = found.ok_or(VaultError::Unreadable)?;
        key.map(|key| key.try_into().map_err(|_length| VaultError::Unreadable)).transpose()
    }
}

impl Held {
    fn cipher(&self) -> Result<LessSafeKey, VaultError> {
        let key = UnboundKey::new(&AES_256_GCM, &self.key);
        key.map(LessSafeKey::new).map_err(|_unspecified| VaultError::Cipher)
    }

    /// From key and text, under a key of its own: two texts under one key have two nonces.
    fn nonce(&self, text: &[u8]) -> [u8; NONCE] {
        let of =
            |key: &[u8], bytes: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes);
        let own = of(&self.key, b"tongban vault nonce");
        let tag = of(own.as_ref(), text);
        std::array::from_fn(|at| tag.as_ref()[at])
    }
}

fn check(subject: &str) -> Result<(), VaultError> {
    let fits = (1..=MAX_NAME_BYTES).contains(&subject.len()) && !subject.contains('\0');
    if fits { Ok(()) } else { Err(VaultError::Subject) }
}
