package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The requests of one connection that wait for their answers, the oldest first. A broker answers in
 * this order and a client insists on it, so an answer of the proxy's own waits until it is the
 * oldest one's turn.
 *
 * <p>Shared by the connection's two threads. While the broker's answer is written to the client its
 * request stays the oldest, so that no answer of our own gets in between.
 */
final class AwaitedAnswers {
  /**
   * One request.
   *
   * @param refusal the proxy's own answer, where the broker never got the request
   * @param repeated the fault that had it sent once more, where this is the second answer, which
   *     the client must not hear
   */
  record Awaited(
      KafkaRequest request, Optional<ByteBuffer> refusal, Optional<RequestFault> repeated) {}

  private final OutputStream toClient;
  private final Deque<Awaited> awaited = new ArrayDeque<>();

  AwaitedAnswers(OutputStream toClient) {
    this.toClient = toClient;
  }

  /** Has to be called before the request is sent to the broker. */
  synchronized void expect(KafkaRequest request) {
    awaited.add(new Awaited(request, Optional.empty(), Optional.empty()));
  }

  /** Expects a second answer that the client must not hear. */
  synchronized void expectAgain(KafkaRequest request, RequestFault fault) {
    awaited.add(new Awaited(request, Optional.empty(), Optional.of(fault)));
  }

  /** Answers in the broker's place, when it is the request's turn. */
  synchronized void refuse(KafkaRequest request, ByteBuffer refusal) throws IOException {
    awaited.add(new Awaited(request, Optional.of(refusal), Optional.empty()));
    writeRefusals();
  }

  /**
   * The request that the broker answers now. Older ones were of those that expect no answer.
   *
   * @throws IOException if there is none
   */
  synchronized Awaited answered(int correlationId) throws IOException {
    while (!awaited.isEmpty()) {
      Awaited oldest = awaited.peek();
      if (oldest.request().correlationId() == correlationId) {
        return oldest;
      }
      awaited.remove();
      writeRefusals();
    }
    throw new IOException("an answer to request %d, which nobody sent".formatted(correlationId));
  }

  /** The client has the oldest one's answer. */
  synchronized void done() throws IOException {
    awaited.remove();
    writeRefusals();
  }

  private void writeRefusals() throws IOException {
    while (!awaited.isEmpty() && awaited.peek().refusal().isPresent()) {
      ByteBuffer refusal = awaited.remove().refusal().orElseThrow();
      ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + refusal.remaining());
      toClient.write(message.putInt(refusal.remaining()).put(refusal).array());
    }
  }
}
