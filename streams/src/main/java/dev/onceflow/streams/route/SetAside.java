package dev.onceflow.streams.route;

import dev.onceflow.streams.job.JobTopic;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * How a record is set aside, in a dead letter or a quarantine topic: key, value, timestamp and
 * headers byte for byte as they came, and behind these headers the reason and the place. A record
 * that is set aside a second time carries both; the last ones count.
 *
 * <p>All that is added has a limit, {@value JobTopic#SET_ASIDE_ADDED_BYTES_MAX} bytes together. A
 * compressed batch may hold a record that is larger than what the job's producer takes ({@code
 * max.request.size}, uncompressed): it would fail the job at the same place for ever. Such a record
 * goes without its value, and if that isn't enough without its key and headers, too; {@value
 * #LEFT_OUT} says so, beside sizes and hashes. What was left out is where its coordinates say, for
 * as long as the input keeps it.
 *
 * <p>Owned by one task.
 */
public final class SetAside {
  /** Why, a short name to count by. */
  public static final String REASON = "onceflow_reason";

  /** Why, for people. */
  public static final String DETAIL = "onceflow_detail";

  /** The topic that the record was read from. */
  public static final String TOPIC = "onceflow_original_topic";

  /** The partition that the record was read from, in decimal. */
  public static final String PARTITION = "onceflow_original_partition";

  /** The record's offset there, in decimal. */
  public static final String OFFSET = "onceflow_original_offset";

  /** The {@code application.id} of the job that set it aside. */
  public static final String APPLICATION = "onceflow_application";

  /** The task that set it aside. */
  public static final String TASK = "onceflow_task";

  /** The operator that set it aside. */
  public static final String OPERATOR = "onceflow_operator";

  /** How often it was set aside, this time included, in decimal. */
  public static final String ATTEMPT = "onceflow_attempt";

  /** When it was set aside for the first time, in decimal Unix milliseconds. */
  public static final String FIRST_FAILED = "onceflow_first_failed";

  /** The class of the exception, where there was one. */
  public static final String EXCEPTION_CLASS = "onceflow_exception_class";

  /** Its message, where it has one. */
  public static final String EXCEPTION_MESSAGE = "onceflow_exception_message";

  /** The beginning of its stack trace. */
  public static final String STACK_TRACE = "onceflow_stack_trace";

  /** What of the record isn't here since it is too large: {@code value}, or {@code all}. */
  public static final String LEFT_OUT = "onceflow_left_out";

  /** How large a value is that was left out, in decimal bytes. */
  public static final String VALUE_BYTES = "onceflow_value_bytes";

  /** The SHA-256 of a value that was left out, in hexadecimal. */
  public static final String VALUE_SHA256 = "onceflow_value_sha256";

  /** How large a key is that was left out, in decimal bytes. */
  public static final String KEY_BYTES = "onceflow_key_bytes";

  /** The SHA-256 of a key that was left out, in hexadecimal. */
  public static final String KEY_SHA256 = "onceflow_key_sha256";

  // A message may quote the record; a header must not be what makes it too large to be produced.
  private static final int TEXT_CHARS_MAX = 1_000;
  private static final int TRACE_CHARS_MAX = 2_000;

  private final ProcessingContext context;
  private final String operator;
  private final long bytesMax;

  /**
   * @param context of the task
   * @param operator the operator's name, for people
   */
  public SetAside(ProcessingContext context, String operator) {
    this.context = context;
    this.operator = operator;
    this.bytesMax = RecordSize.max(context.appConfigs());
  }

  /**
   * Why a record is set aside.
   *
   * @param reason a short name to count by
   * @param detail for people, may be null
   * @param exception what was thrown, may be null
   */
  public record Because(String reason, String detail, Throwable exception) {}

  /**
   * The record to produce, as large as the producer takes.
   *
   * @param key as it came
   * @param value as it came
   * @param timestamp as it came
   * @param headers as they came; not changed
   * @param at where the record was read
   * @param because why
   */
  public Record<byte[], byte[]> record(
      byte[] key, byte[] value, long timestamp, Headers headers, Coordinates at, Because because) {
    RecordHeaders added = added(headers, at, because);
    RecordHeaders all = new RecordHeaders(headers);
    added.forEach(all::add);
    if (RecordSize.of(key, value, all) <= bytesMax) {
      return new Record<>(key, value, timestamp, all);
    }
    addLeftOut(all, "value", VALUE_BYTES, VALUE_SHA256, value);
    if (RecordSize.of(key, null, all) <= bytesMax) {
      return new Record<>(key, null, timestamp, all);
    }
    addLeftOut(added, "all", VALUE_BYTES, VALUE_SHA256, value);
    addLeftOut(added, "all", KEY_BYTES, KEY_SHA256, key);
    return new Record<>(null, null, timestamp, added);
  }

  private static void addLeftOut(
      RecordHeaders headers, String leftOut, String sizeName, String hashName, byte[] bytes) {
    headers.remove(LEFT_OUT);
    add(headers, LEFT_OUT, leftOut);
    if (bytes != null) {
      add(headers, sizeName, Integer.toString(bytes.length));
      add(headers, hashName, HexFormat.of().formatHex(sha256(bytes)));
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private RecordHeaders added(Headers headers, Coordinates at, Because because) {
    RecordHeaders all = new RecordHeaders();
    add(all, REASON, because.reason());
    add(all, DETAIL, because.detail() == null ? "" : because.detail());
    add(all, TOPIC, at.topic());
    add(all, PARTITION, Integer.toString(at.partition()));
    add(all, OFFSET, Long.toString(at.offset()));
    add(all, APPLICATION, context.applicationId());
    add(all, TASK, context.taskId().toString());
    add(all, OPERATOR, operator);
    add(all, ATTEMPT, Long.toString(1 + number(headers.lastHeader(ATTEMPT), 0)));
    add(
        all,
        FIRST_FAILED,
        Long.toString(number(headers.lastHeader(FIRST_FAILED), context.currentSystemTimeMs())));
    if (because.exception() != null) {
      add(all, EXCEPTION_CLASS, because.exception().getClass().getName());
      if (because.exception().getMessage() != null) {
        add(all, EXCEPTION_MESSAGE, because.exception().getMessage());
      }
      all.add(STACK_TRACE, utf8(shortened(trace(because.exception()), TRACE_CHARS_MAX)));
    }
    return all;
  }

  private static void add(RecordHeaders headers, String name, String text) {
    headers.add(name, utf8(shortened(text, TEXT_CHARS_MAX)));
  }

  // Anybody may have written these headers.
  private static long number(Header header, long otherwise) {
    if (header == null || header.value() == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(new String(header.value(), StandardCharsets.UTF_8).strip());
      return number >= 0 && number < Long.MAX_VALUE ? number : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static String trace(Throwable exception) {
    StringWriter text = new StringWriter();
    exception.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String shortened(String text, int charsMax) {
    return text.length() <= charsMax ? text : text.substring(0, charsMax - 1) + "…";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
