package dev.onceflow.verification.cluster;

import dev.onceflow.schemas.event.CloudEventHeaders;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The control with a forgotten header: what the job writes no longer says which input record it
 * came of. For the producer's callers.
 */
public final class ForgetsCoordinates implements ProducerInterceptor<byte[], byte[]> {
  /** For the producer. */
  public ForgetsCoordinates() {}

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    record.headers().remove(CloudEventHeaders.INPUT);
    return record;
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

  @Override
  public void configure(Map<String, ?> config) {}

  @Override
  public void close() {}
}
