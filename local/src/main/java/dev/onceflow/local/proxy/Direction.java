package dev.onceflow.local.proxy;

/** Which way bytes go on a line. */
public enum Direction {
  /** What the client sends. */
  TO_SERVER,
  /** What the server sends. */
  TO_CLIENT
}
