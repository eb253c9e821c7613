#!/bin/sh
# Runs once, when the server's data is made: one database for each service, with a role that owns its tables and
# a role that the service uses. Nobody else may connect to it.
set -eu
for service in intake planning acceptance aftercare dossier status; do
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\set owner_password \`cat /run/secrets/${service}_owner\`
\set app_password \`cat /run/secrets/${service}_app\`
create role ${service}_owner login password :'owner_password';
create role ${service}_app login password :'app_password';
create database ${service} owner ${service}_owner;
revoke all on database ${service} from public;
grant connect on database ${service} to ${service}_app;
\connect ${service}
revoke all on schema public from public;
SQL
done
