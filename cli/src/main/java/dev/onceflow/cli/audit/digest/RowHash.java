package dev.onceflow.cli.audit.digest;

/** A row's keyed hash of 128 bits. */
public record RowHash(long high, long low) {}
