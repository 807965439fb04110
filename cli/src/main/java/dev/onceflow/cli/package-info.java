/** The onceflow command: the launcher; each subcommand has a package of its own. */
package dev.onceflow.cli;
