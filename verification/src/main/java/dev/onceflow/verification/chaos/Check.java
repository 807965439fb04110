package dev.onceflow.verification.chaos;

/**
 * One thing that was judged.
 *
 * @param name what
 * @param held whether it is as it must be
 * @param words what was found
 * @param lost facts that should stand and don't
 * @param surplus facts that stand and should not, or too often
 */
record Check(String name, boolean held, String words, int lost, int surplus) {
  @Override
  public String toString() {
    return "%-18s %-6s %s".formatted(name, held ? "holds" : "BROKEN", words);
  }
}
