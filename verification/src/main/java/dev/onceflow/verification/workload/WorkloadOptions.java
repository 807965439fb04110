package dev.onceflow.verification.workload;

import java.time.Instant;
import java.util.List;

/**
 * What a workload is made of.
 *
 * @param start the time inside the first event ID; it must lie in the past
 * @param accounts how many customers
 * @param merchants how many merchants
 * @param lanes how many payments are under way at once
 * @param shares how many of 10,000 records are special
 * @param farPositions by how many records far duplicates follow, at least {@code lanes}
 * @param oversizeBytes how large an oversize record is
 */
public record WorkloadOptions(
    Instant start,
    int accounts,
    int merchants,
    int lanes,
    Shares shares,
    List<Integer> farPositions,
    int oversizeBytes) {
  /** Something of everything. */
  public static final WorkloadOptions DEFAULTS =
      new WorkloadOptions(
          Instant.parse("2026-01-01T00:00:00Z"),
          500,
          20,
          64,
          new Shares(300, 200, 50, 15, 60, 2, 60),
          List.of(2_000, 10_000, 40_000),
          2_500_000);

  /**
   * How many of 10,000 records are special, one number for each kind.
   *
   * @param near near duplicates
   * @param far far duplicates
   * @param altered altered copies
   * @param aborted records of aborted transactions
   * @param poison what can't be an event
   * @param oversize far too large ones
   * @param skewed ones whose times are off
   */
  public record Shares(
      int near, int far, int altered, int aborted, int poison, int oversize, int skewed) {
    /** Checks the sum: about half of all records are steps of payments. */
    public Shares {
      if (near + far + altered + aborted + poison + oversize + skewed > 4_000) {
        throw new IllegalArgumentException("More than 4,000 of 10,000 records are special");
      }
    }

    int of(Special special) {
      return switch (special) {
        case NORMAL -> 0;
        case DUPLICATE_NEAR -> near;
        case DUPLICATE_FAR -> far;
        case ALTERED -> altered;
        case ABORTED -> aborted;
        case POISON -> poison;
        case OVERSIZE -> oversize;
        case SKEWED -> skewed;
      };
    }
  }

  /** Checks the values. */
  public WorkloadOptions {
    farPositions = List.copyOf(farPositions);
    if (accounts < 1 || merchants < 1 || lanes < 1 || farPositions.isEmpty()) {
      throw new IllegalArgumentException(
          "accounts, merchants and lanes are 1 or more, and there is a far position");
    }
  }

  /**
   * Far duplicates on both sides of the horizon's edge: at a half, nine tenths, the whole, and one
   * and a half of it.
   *
   * @param horizonMs for how long the job remembers
   * @param perSecond at which rate records are sent
   */
  public WorkloadOptions aroundTheHorizon(long horizonMs, int perSecond) {
    double records = horizonMs / 1_000.0 * perSecond;
    List<Integer> far =
        List.of(
            (int) (0.5 * records),
            (int) (0.9 * records),
            (int) records,
            // A bucket is a thirty-second of the horizon.
            (int) (1.04 * records),
            (int) (1.5 * records));
    return new WorkloadOptions(start, accounts, merchants, lanes, shares, far, oversizeBytes);
  }
}
