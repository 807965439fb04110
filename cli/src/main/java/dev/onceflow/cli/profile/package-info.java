/** {@code onceflow profile}: what commands know of the servers, and from where. */
package dev.onceflow.cli.profile;
