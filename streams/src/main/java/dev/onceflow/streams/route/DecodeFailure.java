package dev.onceflow.streams.route;

import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;

/** What a decoder's exception means, by its type and the types of its causes. */
enum DecodeFailure {
  /** Something that the decoder needs was away: it says nothing about the record. */
  RETRY,
  /** The record's own fault. */
  ISOLATE,
  /** A bug or a wrong setting: going on would set good records aside. */
  FATAL;

  private static final int CAUSES_MAX = 16;

  static DecodeFailure of(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (isInfrastructure(cause)) {
        return RETRY;
      }
      cause = cause.getCause();
    }
    return failure instanceof SerializationException ? ISOLATE : FATAL;
  }

  // Our own deserializer throws a RetriableException when the registry is away. Others, Confluent's
  // among them, wrap the network's exception in a SerializationException, which alone would look
  // like the record's fault. IOException itself says nothing: Avro throws it for bad bytes.
  private static boolean isInfrastructure(Throwable cause) {
    return cause instanceof RetriableException
        || cause instanceof SocketException
        || cause instanceof java.net.SocketTimeoutException
        || cause instanceof UnknownHostException
        || cause instanceof UnresolvedAddressException
        || cause instanceof HttpTimeoutException
        || cause instanceof SSLException
        || cause instanceof InterruptedException;
  }
}
