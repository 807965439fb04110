package dev.onceflow.sink.write;

/** Another task forgot something since a batch's room in the memory was made. */
public final class MemoryChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says of which effect. */
  public MemoryChangedException(long effectId) {
    super("the memory of effect " + effectId + " has changed", null, false, false);
  }
}
