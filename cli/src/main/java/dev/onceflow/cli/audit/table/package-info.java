/**
 * Audits what a sink's insert effect has made: reads the connector's configuration, the topic and
 * the table by code of its own, and compares them at the cut that the table's fence names.
 */
package dev.onceflow.cli.audit.table;
