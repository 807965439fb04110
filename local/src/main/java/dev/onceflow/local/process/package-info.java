/**
 * Child processes that can be killed, paused and started again, and that never outlive the process
 * that started them. Knows no server.
 */
package dev.onceflow.local.process;
