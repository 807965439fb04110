/**
 * The record of a chaos run, and how it is shown: JSON, text while it runs and at its end, and one
 * page of HTML. Knows nothing of what it reports on: everything in a report is figures and words
 * that others put there.
 */
package dev.onceflow.verification.report;
