/** {@code onceflow run}: runs a job's topology in this process until it is told to stop. */
package dev.onceflow.cli.run;
