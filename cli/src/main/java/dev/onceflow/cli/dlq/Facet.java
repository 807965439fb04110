package dev.onceflow.cli.dlq;

import java.util.Locale;

/** What records that were set aside are counted by. */
enum Facet {
  /** The reason code. */
  CODE,
  /** What set it aside. */
  OPERATOR,
  /** The job or the connector. */
  APPLICATION,
  /** The input partition that it came from. */
  PARTITION,
  /** The table that it doesn't fit, where a sink says so. */
  TABLE,
  /** The day when it was set aside first, UTC. */
  DAY,
  /** The hour of that. */
  HOUR;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
