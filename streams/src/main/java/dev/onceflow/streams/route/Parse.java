package dev.onceflow.streams.route;

import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.verdict.Outcome;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * The first step of a record's way, without state: bytes in, an {@link Event} out, or the record
 * whole to the dead letter topic with its outcome to the counts. So nothing behind it meets bytes
 * that can't be read, and no exception handler of Streams has to decide about a record.
 *
 * <p>A decoder that fails because something it needs is away (a {@link
 * org.apache.kafka.common.errors.RetriableException}, a network failure) fails the task instead:
 * the Kafka transaction is aborted, and the record is read again. Such a failure never sends a
 * record to the dead letter topic.
 *
 * @param <V> what events say
 */
public final class Parse<V> implements ProcessorSupplier<byte[], byte[], Object, Object> {
  /** The reason of records whose bytes the decoder can't read. */
  public static final String UNREADABLE = "unreadable";

  /** The reason of events that are too large to be sent through a repartition topic. */
  public static final String TOO_LARGE = "too-large-to-repartition";

  private static final String OPERATOR = "parse";

  private final Supplier<EventDecoder<V>> decoders;
  private final Routes routes;
  private final Origin origin;
  private final Onward onward;

  /** How large the records of events may be. */
  private enum Onward {
    /** As large as they come: they stay in this task. */
    HERE,
    /** As large as the producer takes: they are sent on, whole. */
    SENT
  }

  /** Where a record that the node gets comes from. */
  private interface Origin {
    Carried of(Record<byte[], byte[]> record, ProcessorContext<?, ?> context);
  }

  /**
   * The nodes that follow.
   *
   * @param events where events go
   * @param deadLetters the sink of the dead letter topic
   * @param verdicts the {@link dev.onceflow.streams.verdict.CountVerdicts} node
   */
  public record Routes(String events, String deadLetters, String verdicts) {}

  /**
   * @param decoders makes one decoder per task
   * @param routes the nodes that follow
   */
  public Parse(Supplier<EventDecoder<V>> decoders, Routes routes) {
    this(decoders, routes, Parse::asRead, Onward.HERE);
  }

  private Parse(Supplier<EventDecoder<V>> decoders, Routes routes, Origin origin, Onward onward) {
    this.decoders = decoders;
    this.routes = routes;
    this.origin = origin;
    this.onward = onward;
  }

  /**
   * The same before a repartition: an event that is too large to be sent there goes to the dead
   * letters. It would fail the job, again and again, at the same place.
   *
   * @param decoders makes one decoder per task
   * @param routes the nodes that follow
   * @param <V> what events say
   */
  public static <V> Parse<V> repartitioned(Supplier<EventDecoder<V>> decoders, Routes routes) {
    return new Parse<>(decoders, routes, Parse::asRead, Onward.SENT);
  }

  /**
   * The same behind a repartition: its events, and the records that it sets aside, have the key,
   * the headers and the coordinates that they had before.
   *
   * @param decoders makes one decoder per task
   * @param routes the nodes that follow
   * @param <V> what events say
   */
  public static <V> Parse<V> carried(Supplier<EventDecoder<V>> decoders, Routes routes) {
    return new Parse<>(decoders, routes, (record, context) -> Carried.of(record), Onward.HERE);
  }

  private static Carried asRead(Record<byte[], byte[]> record, ProcessorContext<?, ?> context) {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("Parse must follow a source"));
    return new Carried(
        record, new Coordinates(metadata.topic(), metadata.partition(), metadata.offset()));
  }

  @Override
  public Processor<byte[], byte[], Object, Object> get() {
    return new Parser<>(decoders.get(), this);
  }

  private static final class Parser<V> implements Processor<byte[], byte[], Object, Object> {
    private final EventDecoder<V> decoder;
    private final Routes routes;
    private final Origin origin;
    private final Onward onward;
    private ProcessorContext<Object, Object> context;
    private long bytesMax;
    private SetAside setAside;

    Parser(EventDecoder<V> decoder, Parse<V> node) {
      this.decoder = decoder;
      this.routes = node.routes;
      this.origin = node.origin;
      this.onward = node.onward;
    }

    @Override
    public void init(ProcessorContext<Object, Object> context) {
      this.context = context;
      bytesMax = RecordSize.max(context.appConfigs()) - JobTopic.REPARTITION_ADDED_BYTES_MAX;
      setAside = new SetAside(context, OPERATOR);
    }

    @Override
    public void process(Record<byte[], byte[]> read) {
      Carried carried = origin.of(read, context);
      Record<byte[], byte[]> record = carried.original();
      Coordinates at = carried.at();
      Parsed<V> parsed = decode(at.topic(), record);
      if (parsed instanceof Parsed.Ok<V> ok) {
        Event<V> event =
            new Event<>(
                ok.eventId(),
                ok.value(),
                ok.timeMs(),
                record.key(),
                record.value(),
                record.headers(),
                record.timestamp(),
                at);
        context.forward(new Record<>(null, event, record.timestamp()), routes.events());
      } else if (parsed instanceof Parsed.Bad<V> bad) {
        context.forward(
            setAside.record(
                record.key(),
                record.value(),
                record.timestamp(),
                record.headers(),
                at,
                new SetAside.Because(bad.reason(), bad.detail(), bad.exception())),
            routes.deadLetters());
        context.forward(new Record<>(null, Outcome.DLQ, record.timestamp()), routes.verdicts());
      }
    }

    private Parsed<V> decode(String topic, Record<byte[], byte[]> record) {
      if (onward == Onward.SENT) {
        long bytes = RecordSize.of(record.key(), record.value(), record.headers());
        if (bytes > bytesMax) {
          return new Parsed.Bad<>(
              TOO_LARGE,
              "the record has %d bytes, max.request.size and buffer.memory allow %d here"
                  .formatted(bytes, bytesMax),
              null);
        }
      }
      try {
        return decoder.decode(topic, record);
      } catch (RuntimeException e) {
        if (DecodeFailure.of(e) == DecodeFailure.ISOLATE) {
          return new Parsed.Bad<>(UNREADABLE, e.getMessage(), e);
        }
        throw e;
      }
    }
  }
}
