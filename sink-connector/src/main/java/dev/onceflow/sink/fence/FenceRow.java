package dev.onceflow.sink.fence;

/** What the database says of one partition. */
public record FenceRow(long nextOffset, long epoch, String owner) {}
