package dev.onceflow.local.proxy;

/**
 * A fault that strikes one COMMIT, the next one of a transaction that has written, and then no
 * more. Transactions that only read are let pass: losing theirs would change nothing.
 */
public enum Fault {
  /** The server never gets the COMMIT, and the line is cut: the transaction rolls back. */
  COMMIT_REQUEST_LOST,
  /** The server commits and says so, but the line is cut before the client hears it. */
  COMMIT_ANSWER_LOST,
  /**
   * The server never gets the COMMIT, and nothing is cut: the client waits, the server waits, and
   * all locks are held. As if the client's machine had stopped there.
   */
  COMMIT_REQUEST_STUCK
}
