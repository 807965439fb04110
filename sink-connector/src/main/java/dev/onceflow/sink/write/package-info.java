/** Effects: from rows in a staging table to what they change in the target table. */
package dev.onceflow.sink.write;
