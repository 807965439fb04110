/** Real servers on this machine, each a child process that is ended by id. */
package dev.onceflow.local;
