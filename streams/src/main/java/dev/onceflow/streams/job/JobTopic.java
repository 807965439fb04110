package dev.onceflow.streams.job;

import java.util.Map;

/**
 * A topic that a job reads or writes and that is not one of its internal ones.
 *
 * @param name the topic's name
 * @param role what it is to the job
 * @param settings topic settings that the job's guarantee rests on, as Kafka names them; others may
 *     be anything
 */
public record JobTopic(String name, Role role, Map<String, String> settings) {
  /** What setting a record aside adds to it at most, bytes. */
  public static final int SET_ASIDE_ADDED_BYTES_MAX = 16_384;

  /** What a repartition by event ID adds to a record at most, bytes. */
  public static final int REPARTITION_ADDED_BYTES_MAX = 512;

  /** What a codec adds at most to what it can't compress: some bytes for each block of 64 KiB. */
  public static final int CODEC_BYTES_MAX = 16_384;

  /** What a topic is to a job. */
  public enum Role {
    /** The job reads it, others write it. */
    INPUT,
    /** The job writes it; it may read it again. */
    OUTPUT,
    /** The job writes records there whole, as they came, with a reason. */
    SET_ASIDE
  }

  /** Checks and copies. */
  public JobTopic {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a topic needs a name");
    }
    settings = Map.copyOf(settings);
  }
}
