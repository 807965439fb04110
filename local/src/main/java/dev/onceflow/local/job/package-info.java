/** A Streams job of this project as a child process. */
package dev.onceflow.local.job;
