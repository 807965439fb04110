package dev.onceflow.verification.nemesis;

/**
 * What a fault was observed to do: an effect, not only that it was sent.
 *
 * @param bitten whether it did anything to work in progress; to cut an idle connection doesn't
 *     count
 * @param words the effect with its figures, or what is missing yet
 */
public record Bite(boolean bitten, String words) {
  /** An effect was observed. */
  public static Bite seen(String words) {
    return new Bite(true, words);
  }

  /** None was observed so far. */
  public static Bite none(String why) {
    return new Bite(false, why);
  }
}
