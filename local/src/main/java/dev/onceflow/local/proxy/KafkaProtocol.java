package dev.onceflow.local.proxy;

import dev.onceflow.local.proxy.RequestOrders.Answer;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Kafka's messages, read and written by the classes that Kafka's own clients and brokers do it
 * with. They are no public API; nobody else here knows them. Messages come without their length.
 */
final class KafkaProtocol {
  private KafkaProtocol() {}

  /**
   * Reads the head of a request.
   *
   * @throws org.apache.kafka.common.errors.ApiException if this version of Kafka doesn't know it
   */
  static KafkaRequest request(ByteBuffer message) {
    RequestHeader header = RequestHeader.parse(message);
    return new KafkaRequest(
        header.apiKey(), header.apiVersion(), header.correlationId(), header.clientId());
  }

  /** The answer that a request failed; none where it expects no answer. */
  static Optional<ByteBuffer> refusal(ByteBuffer message, Errors error) {
    RequestHeader header = RequestHeader.parse(message);
    AbstractRequest request =
        AbstractRequest.parseRequest(
                header.apiKey(), header.apiVersion(), new ByteBufferAccessor(message))
            .request;
    return Optional.ofNullable(request.getErrorResponse(error.exception()))
        .map(response -> serialized(header.toResponseHeader(), response, header.apiVersion()));
  }

  private static ByteBuffer serialized(
      ResponseHeader header, AbstractResponse response, short version) {
    return RequestUtils.serialize(header.data(), header.headerVersion(), response.data(), version);
  }

  /** What the broker says to a request: whether it did all that was asked of it. */
  static Answer answer(KafkaRequest request, ByteBuffer message) {
    RequestHeader header =
        new RequestHeader(
            request.api(), request.version(), request.clientId(), request.correlationId());
    Set<Errors> errors = AbstractResponse.parseResponse(message, header).errorCounts().keySet();
    return Set.of(Errors.NONE).containsAll(errors) ? Answer.DONE : Answer.REFUSED;
  }
}
