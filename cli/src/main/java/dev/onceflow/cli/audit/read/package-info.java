/** How an audit reads Kafka: committed records only, up to a cut. */
package dev.onceflow.cli.audit.read;
