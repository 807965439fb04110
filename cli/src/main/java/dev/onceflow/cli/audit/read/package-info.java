/** How an audit reads Kafka and reaches its servers: committed records only, up to a cut. */
package dev.onceflow.cli.audit.read;
