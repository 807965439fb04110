/**
 * {@code onceflow dlq} and {@code onceflow quarantine}: what was set aside is listed, sent again or
 * closed, each record once, whether it lies in a topic or in a sink's table. Knows the headers of
 * {@code streams}, the sink's table {@code onceflow.dlq}, and no other command.
 */
package dev.onceflow.cli.dlq;
