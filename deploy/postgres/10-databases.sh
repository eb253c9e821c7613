#!/bin/sh
# One database for each service, with a role that owns its tables and a role that the service uses. Nobody else may
# connect to it. It runs when the server's data is made, and again when deploy/up finds the set running: what is there
# stays, a service that is new gets its database, a secret that is new becomes the password.
set -eu
for SERVICE in intake planning acceptance aftercare dossier status; do
  export SERVICE
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set service="$SERVICE" --set owner="${SERVICE}_owner" \
    --set app="${SERVICE}_app" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\set owner_password `cat "/run/secrets/${SERVICE}_owner"`
\set app_password `cat "/run/secrets/${SERVICE}_app"`
select format('create role %I login', role) from unnest(array[:'owner', :'app']) role
 where not exists (select from pg_roles where rolname = role) \gexec
alter role :"owner" password :'owner_password';
alter role :"app" password :'app_password';
select format('create database %I owner %I', :'service', :'owner')
 where not exists (select from pg_database where datname = :'service') \gexec
revoke all on database :"service" from public;
grant connect on database :"service" to :"app";
\connect :"service"
revoke all on schema public from public;
SQL
done
