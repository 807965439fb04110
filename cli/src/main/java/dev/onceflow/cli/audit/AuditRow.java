package dev.onceflow.cli.audit;

/**
 * One row as both sides must have it.
 *
 * @param id what identifies it: an event ID, or a key
 * @param content every other column in a form that both sides write alike, readable for people
 */
record AuditRow(String id, String content) {}
