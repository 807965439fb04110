/** The payments job as one topology. */
package dev.onceflow.topology;
