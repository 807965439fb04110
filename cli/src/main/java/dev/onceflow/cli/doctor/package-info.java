/** {@code onceflow doctor}: what a job's guarantee rests on, and whether it is there. */
package dev.onceflow.cli.doctor;
