package dev.onceflow.verification.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;

/**
 * One fault: when it was there, what it did, when everything was whole again.
 *
 * @param leg the leg's number
 * @param kind the name of its kind, such as {@code end-txn-answer-lost}
 * @param number of the kind, in the list of kinds
 * @param group of the kind: a letter of that list, or a word
 * @param struckAt when it was ordered
 * @param bittenAt when its effect was first seen; null if none was
 * @param endedAt when it was lifted; null if it never was
 * @param recoveredAt when what it hit worked again; null if that wasn't seen
 * @param bite what was seen of its effect, in words and figures; of one that didn't bite, what was
 *     looked for
 */
public record Fault(
    int leg,
    String kind,
    int number,
    String group,
    Instant struckAt,
    Instant bittenAt,
    Instant endedAt,
    Instant recoveredAt,
    String bite) {
  /**
   * Checks that there is something to show.
   *
   * @throws IllegalArgumentException without a kind, a group or the time of the strike
   */
  public Fault {
    if (kind == null || group == null || struckAt == null) {
      throw new IllegalArgumentException(
          "Fault has kind %s, group %s and struck at %s: expected all three."
              .formatted(kind, group, struckAt));
    }
  }

  /** Whether its effect was seen: one that hit an idle connection only, say, proves nothing. */
  @JsonProperty
  public boolean bitten() {
    return bittenAt != null;
  }

  /** Whether what it hit worked again. */
  @JsonProperty
  public boolean recovered() {
    return recoveredAt != null;
  }

  /**
   * From the fault's end to recovery; zero where everything was whole before it was lifted (others
   * took over from a process that stood still). Null if it didn't recover, or didn't bite: then
   * there was nothing to recover from.
   */
  @JsonProperty
  public Long recoveryMs() {
    if (!bitten() || !recovered()) {
      return null;
    }
    Instant from = endedAt == null ? struckAt : endedAt;
    return Math.max(0, Duration.between(from, recoveredAt).toMillis());
  }

  /** From strike to recovery: the time that a user may have noticed. Null as recovery is. */
  @JsonProperty
  public Long disturbanceMs() {
    return !bitten() || !recovered()
        ? null
        : Math.max(0, Duration.between(struckAt, recoveredAt).toMillis());
  }

  Fault inLeg(int other) {
    return new Fault(other, kind, number, group, struckAt, bittenAt, endedAt, recoveredAt, bite);
  }
}
