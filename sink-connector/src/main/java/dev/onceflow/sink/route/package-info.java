/** Which records a table takes, and which table in the database they are for. Knows no effects. */
package dev.onceflow.sink.route;
