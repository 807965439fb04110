package dev.onceflow.verification.report;

/** What the timeline shows of the samples, from top to bottom. */
enum Reading {
  INPUT("Input", "records written", "records/s", true),
  JOB("Job", "ledger entries committed", "entries/s", true),
  SINK("Sink", "rows in the database", "rows/s", true),
  JOB_LAG("Job lag", "input not committed", "records", false),
  SINK_LAG("Sink lag", "entries not applied", "records", false);

  private final String title;
  private final String what;
  private final String unit;
  private final boolean isRate;

  Reading(String title, String what, String unit, boolean isRate) {
    this.title = title;
    this.what = what;
    this.unit = unit;
    this.isRate = isRate;
  }

  String title() {
    return title;
  }

  String what() {
    return what;
  }

  String unit() {
    return unit;
  }

  /** Whether a total is read, and its growth in a second shown. */
  boolean isRate() {
    return isRate;
  }

  /** What was read, or null. */
  Long of(Sample sample) {
    return switch (this) {
      case INPUT -> sample.inputWritten();
      case JOB -> sample.entriesCommitted();
      case SINK -> sample.rowsInDatabase();
      case JOB_LAG -> sample.jobLag();
      case SINK_LAG -> sample.sinkLag();
    };
  }
}
