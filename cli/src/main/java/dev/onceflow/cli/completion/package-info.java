/** {@code onceflow completion}: lets a shell complete commands and options. */
package dev.onceflow.cli.completion;
