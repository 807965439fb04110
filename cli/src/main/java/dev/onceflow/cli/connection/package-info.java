/**
 * How every command reaches Kafka, the target database, the registry and the job: from flags, else
 * from the environment, else from a profile. Knows no command.
 */
package dev.onceflow.cli.connection;
