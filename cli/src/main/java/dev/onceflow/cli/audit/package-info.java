/**
 * Says whether topics and tables agree, by event ID and content, at one consistent cut: what the
 * tables' fence says has been applied. It decodes with a reader of its own, not the sink's, and
 * names what differs.
 */
package dev.onceflow.cli.audit;
