//! Creating, migrating and handing out a log's schema. This is the only place that changes tables or rights.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqlSafeStr};

use super::{check_settings, connect_options};
use crate::error::OpenError;
use crate::hash::{Algorithm, genesis};
use crate::log::Options;
use crate::migration;
use crate::mirror::SCHEMA;
use crate::seeded;

/// Creates or migrates the schema as its owner, and lets `app_role` read and append, nothing else.
pub(crate) async fn migrate(
    url: &str,
    name: &str,
    app_role: Option<&str>,
    options: &Options,
) -> Result<(), OpenError> {
    let mut connection = connect_options(url, name)?.connect().await?;
    check_settings(&mut connection, options.require_checksums).await?;
    prepare(&mut connection, name, options).await?;
    if let Some(role) = app_role {
        grant(&mut connection, name, role).await?;
    }
    connection.close().await?;
    Ok(())
}

/// Brings the schema to the version this program knows, if this role may; otherwise says what it found.
pub(super) async fn prepare(
    connection: &mut PgConnection,
    name: &str,
    options: &Options,
) -> Result<(), OpenError> {
    renew(connection, name, &migrator(name)).await?;
    if has_header(connection).await? {
        return Ok(());
    }
    if !may_create(connection, name).await? {
        let known = migration::newest(&migrator(name));
        return Err(OpenError::NotMigrated { found: known, known });
    }
    create_header(connection, name, options).await
}

/// Brings the tables of mirrors to the version this program knows, if this role may; otherwise says what it
/// found.
pub(crate) async fn prepare_mirrors(connection: &mut PgConnection) -> Result<(), OpenError> {
    let steps = [step(1, "mirror", include_str!("../../migrations/mirror/0001_mirror.sql"))];
    renew(connection, SCHEMA, &in_schema(SCHEMA, steps.into())).await
}

/// Lets a role use the mirrors: they are a copy, which whoever reads it also keeps.
pub(crate) async fn grant_mirrors(
    connection: &mut PgConnection,
    role: &str,
) -> Result<(), OpenError> {
    let statements = "select format('grant usage on schema mirror to %1$I;
                        grant select on mirror.log_migration to %1$I;
                        grant select, insert, update, delete on mirror.checkpoint, mirror.event to %1$I;
                        grant usage on sequence mirror.generation to %1$I;', $1::text) as statements";
    let row = sqlx::query(statements).bind(role).fetch_one(&mut *connection).await?;
    let statements: String = row.try_get("statements")?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await?;
    Ok(())
}

async fn renew(
    connection: &mut PgConnection,
    schema: &str,
    migrator: &Migrator,
) -> Result<(), OpenError> {
    let (known, found) = (migration::newest(migrator), applied(connection, schema).await?);
    if found > known {
        return Err(OpenError::NewerSchema { found, known });
    }
    if found == known {
        return Ok(());
    }
    if !may_create(connection, schema).await? {
        return Err(OpenError::NotMigrated { found, known });
    }
    // Takes an advisory lock for as long as it runs.
    let renewed = migrator.run_direct(None, &mut *connection, false).await;
    renewed.map_err(|error| migration::failed(error, known))
}

fn step(version: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
}

fn migrator(name: &str) -> Migrator {
    let steps = [
        step(1, "log", seeded::tables(include_str!("../../migrations/postgres/0001_log.sql"))),
        step(2, "vault", include_str!("../../migrations/postgres/0002_vault.sql")),
        step(3, "fence", include_str!("../../migrations/postgres/0003_fence.sql")),
        step(4, "trace", include_str!("../../migrations/postgres/0004_trace.sql")),
    ];
    in_schema(name, steps.into())
}

fn in_schema(name: &str, steps: Vec<Migration>) -> Migrator {
    let mut migrator = migration::migrator(steps);
    // Names are checked: a lower-case letter, then letters, digits and underscores.
    migrator.create_schema(format!("\"{name}\""));
    migrator
}

/// The newest migration that was applied; 0 if the log does not exist.
async fn applied(connection: &mut PgConnection, name: &str) -> Result<i64, OpenError> {
    let exists: bool = sqlx::query(
        "select exists (select from pg_catalog.pg_tables where schemaname = $1 and tablename = $2) as found",
    )
    .bind(name)
    .bind(migration::TABLE)
    .fetch_one(&mut *connection)
    .await?
    .try_get("found")?;
    if !exists {
        return Ok(0);
    }
    let row =
        sqlx::query("select coalesce(max(version), 0) as newest from log_migration where success")
            .fetch_one(connection)
            .await?;
    Ok(row.try_get("newest")?)
}

async fn has_header(connection: &mut PgConnection) -> Result<bool, OpenError> {
    Ok(sqlx::query("select one from head").fetch_optional(connection).await?.is_some())
}

async fn may_create(connection: &mut PgConnection, name: &str) -> Result<bool, OpenError> {
    let row = sqlx::query(
        "select coalesce(
             (select pg_catalog.pg_has_role(current_user, nspowner, 'usage')
                from pg_catalog.pg_namespace where nspname = $1),
             pg_catalog.has_database_privilege(current_database(), 'create')) as may",
    )
    .bind(name)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("may")?)
}

/// Writes the header and fixes the hash, once; of two processes that try, one finds it done.
async fn create_header(
    connection: &mut PgConnection,
    name: &str,
    options: &Options,
) -> Result<(), OpenError> {
    let mut transaction = connection.begin().await?;
    sqlx::query("lock table head in exclusive mode").execute(&mut *transaction).await?;
    if has_header(&mut transaction).await? {
        return Ok(transaction.rollback().await?);
    }
    if options.algorithm == Algorithm::Sm3 {
        use_sm3(&mut transaction).await?;
    }
    let log_id = match options.log_id {
        Some(log_id) => log_id,
        None => {
            let row = sqlx::query("select uuid_send(gen_random_uuid()) as id")
                .fetch_one(&mut *transaction)
                .await?;
            let id: Vec<u8> = row.try_get("id")?;
            id.try_into().map_err(|_length| OpenError::Header("no random log id".to_owned()))?
        }
    };
    sqlx::query(
        "insert into head (one, name, log_id, algorithm, epoch, position, hash, recorded_at)
         values (1, $1, $2, $3, 1, 0, $4, 0)",
    )
    .bind(name)
    .bind(log_id.as_slice())
    .bind(options.algorithm.name())
    .bind(genesis(options.algorithm, &log_id, name).as_slice())
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// SM3 is not built in: it needs the extension pgcrypto, and an OpenSSL that has it.
async fn use_sm3(connection: &mut PgConnection) -> Result<(), OpenError> {
    let refused =
        |_error| OpenError::Algorithm("sm3", "pgcrypto cannot be installed or has no sm3");
    sqlx::query("create extension if not exists pgcrypto")
        .execute(&mut *connection)
        .await
        .map_err(refused)?;
    let row = sqlx::query(
        "select format('create or replace function hash_of(bytes bytea) returns bytea
                        language sql immutable parallel safe
                        as $body$ select %I.digest(bytes, ''sm3'') $body$', n.nspname) as statement
           from pg_catalog.pg_extension e
           join pg_catalog.pg_namespace n on n.oid = e.extnamespace
          where e.extname = 'pgcrypto'",
    )
    .fetch_one(&mut *connection)
    .await?;
    let statement: String = row.try_get("statement")?;
    sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await.map_err(refused)?;
    sqlx::query("select hash_of('abc')").execute(connection).await.map_err(refused)?;
    Ok(())
}

/// The application reads tables and calls the append; it can neither insert nor change anything
/// but keys of its vault.
async fn grant(connection: &mut PgConnection, name: &str, role: &str) -> Result<(), OpenError> {
    let row = sqlx::query(
        "select format('grant usage on schema %1$I to %2$I;
                        grant select on all tables in schema %1$I to %2$I;
                        grant execute on function %1$I.append_batch to %2$I;
                        grant execute on procedure %1$I.append to %2$I;
                        grant execute on function %1$I.note_traces to %2$I;
                        grant execute on procedure %1$I.append_traced to %2$I;
                        grant execute on function %1$I.fence_key to %2$I;
                        grant execute on procedure %1$I.fence to %2$I;
                        grant execute on function %1$I.keep_key, %1$I.destroy_key to %2$I;', $1::text, $2::text) as statements",
    )
    .bind(name)
    .bind(role)
    .fetch_one(&mut *connection)
    .await?;
    let statements: String = row.try_get("statements")?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection).await?;
    Ok(())
}
