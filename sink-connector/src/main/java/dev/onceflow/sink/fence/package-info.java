/** Who may write a partition's effects, and from which offset on: the fence in the database. */
package dev.onceflow.sink.fence;
