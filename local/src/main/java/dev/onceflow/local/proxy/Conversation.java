package dev.onceflow.local.proxy;

import java.io.IOException;

/**
 * What passes between the two ends of one connection, understood as far as a proxy's faults need
 * it. Each way has a thread of its own; when one returns or throws, the connection is closed.
 */
interface Conversation {
  /** Passes on what the client sends, until its end. */
  void toServer() throws IOException;

  /** Passes on what the server sends, until its end. */
  void toClient() throws IOException;
}
