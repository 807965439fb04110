/**
 * The first step of a record's way: raw bytes become an event, or go aside whole with the reason in
 * headers. Knows outcomes, not how events are decided.
 */
package dev.onceflow.streams.route;
