/**
 * {@code onceflow dlq} and {@code onceflow quarantine}: what was set aside is listed, sent again or
 * closed, each record once. Knows the headers of {@code streams} and no other command.
 */
package dev.onceflow.cli.dlq;
