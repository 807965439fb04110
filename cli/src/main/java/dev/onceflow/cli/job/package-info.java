/** How commands are told which job they are about, and with which settings. */
package dev.onceflow.cli.job;
