package dev.onceflow.cli.dlq;

import dev.onceflow.streams.route.SetAside;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Which headers of a record that was set aside are its own, and go along when it is sent again.
 *
 * @param allowed names, or the beginnings of names with a {@code *} behind; those of CloudEvents,
 *     which have the event ID, go along in any case
 */
record OwnHeaders(List<String> allowed) {
  private static final String CLOUD_EVENTS = "ce_";

  private static final Set<String> ADDED =
      Set.of(
          SetAside.REASON,
          SetAside.DETAIL,
          SetAside.TOPIC,
          SetAside.PARTITION,
          SetAside.OFFSET,
          SetAside.APPLICATION,
          SetAside.TASK,
          SetAside.OPERATOR,
          SetAside.ATTEMPT,
          SetAside.FIRST_FAILED,
          SetAside.EXCEPTION_CLASS,
          SetAside.EXCEPTION_MESSAGE,
          SetAside.STACK_TRACE,
          SetAside.LEFT_OUT,
          SetAside.VALUE_BYTES,
          SetAside.VALUE_SHA256,
          SetAside.KEY_BYTES,
          SetAside.KEY_SHA256,
          SetAsideRecord.REDRIVES,
          Resend.FROM,
          Resend.RELEASED_BY,
          Resend.RELEASE_REASON);

  private static final Set<String> OF_A_REDRIVE =
      Set.of(SetAsideRecord.REDRIVES, Resend.FROM, Resend.RELEASED_BY, Resend.RELEASE_REASON);

  static final OwnHeaders ALL = new OwnHeaders(List.of("*"));

  /** Copies. */
  OwnHeaders {
    allowed = List.copyOf(allowed);
  }

  /** All that the record came with, in its order, without what was added since. */
  static Headers of(Headers headers) {
    return ALL.from(headers);
  }

  /** Those that are allowed, in their order. */
  Headers from(Headers headers) {
    RecordHeaders own = new RecordHeaders();
    for (Header header : headers) {
      String name = header.key();
      if (!ADDED.contains(name) && !name.startsWith(ConnectErrors.PREFIX) && isAllowed(name)) {
        own.add(header);
      }
    }
    return own;
  }

  /**
   * Those of a record as its input has it, in their order. There the reasons of a dead letter are
   * its own: a sink may read a topic of dead letters.
   */
  Headers fromInput(Headers headers) {
    RecordHeaders own = new RecordHeaders();
    for (Header header : headers) {
      String name = header.key();
      if (name.equals(SetAsideRecord.REDRIVES)
          || (!OF_A_REDRIVE.contains(name) && isAllowed(name))) {
        own.add(header);
      }
    }
    return own;
  }

  private boolean isAllowed(String name) {
    return name.startsWith(CLOUD_EVENTS)
        || allowed.stream()
            .anyMatch(
                each ->
                    each.endsWith("*")
                        ? name.startsWith(each.substring(0, each.length() - 1))
                        : name.equals(each));
  }
}
