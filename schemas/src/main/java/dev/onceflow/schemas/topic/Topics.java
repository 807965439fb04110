package dev.onceflow.schemas.topic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** The topics of the payments job. */
public final class Topics {
  private static final String KEEP = "-1";
  private static final String AS_IT_CAME = "as it came";

  /** What happened. The broker's clock stamps arrivals. */
  public static final Topic PAYMENTS =
      new Topic(
          "payments",
          "payment_id",
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG,
              TopicConfig.CLEANUP_POLICY_DELETE,
              TopicConfig.RETENTION_MS_CONFIG,
              KEEP,
              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
              "LogAppendTime"));

  /** Two entries a posting. */
  public static final Topic LEDGER_ENTRIES = kept("ledger-entries", "account");

  /** The latest balance of each account. */
  public static final Topic ACCOUNT_BALANCES = latest("account-balances", "account");

  /** What each merchant took and gave back on each day, so far. */
  public static final Topic MERCHANT_DAILY_TOTALS =
      latest("merchant-daily-totals", "merchant_id|day|currency");

  /** A business rule said no. */
  public static final Topic PAYMENTS_REJECTED = kept("payments-rejected", "payment_id");

  /** ALTERED and UNPROVABLE events, whole. */
  public static final Topic PAYMENTS_QUARANTINE = setAside("payments-quarantine");

  /** What can't be read or processed, whole. */
  public static final Topic PAYMENTS_DLQ = setAside("payments-dlq");

  /** All of them, in the order of a record's path. */
  public static final List<Topic> ALL =
      List.of(
          PAYMENTS,
          LEDGER_ENTRIES,
          ACCOUNT_BALANCES,
          MERCHANT_DAILY_TOTALS,
          PAYMENTS_REJECTED,
          PAYMENTS_QUARANTINE,
          PAYMENTS_DLQ);

  private Topics() {}

  private static Topic setAside(String name) {
    Map<String, String> settings = new HashMap<>(kept(name, AS_IT_CAME).settings());
    // Whatever the job's producer takes (max.request.size), if nothing of it can be compressed.
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "33554432");
    return new Topic(name, AS_IT_CAME, settings);
  }

  private static Topic latest(String name, String keyedBy) {
    return new Topic(
        name,
        keyedBy,
        Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
  }

  private static Topic kept(String name, String keyedBy) {
    return new Topic(
        name,
        keyedBy,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            KEEP));
  }
}
