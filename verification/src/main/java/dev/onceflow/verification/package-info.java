/** End-to-end tests under faults, and the checker that judges them. */
package dev.onceflow.verification;
