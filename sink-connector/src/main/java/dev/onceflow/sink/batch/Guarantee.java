package dev.onceflow.sink.batch;

import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.write.Effects;

/**
 * What makes effects happen once: the fence and the dedupe of effects. There is one, {@link
 * ExactlyOnce}; nothing that is configured reaches this seam. It exists so that a test can put a
 * weakened one in and see that the checks of exactly-once can fail.
 */
public interface Guarantee {
  /** The fence of one task of a run. */
  Fence fence(String sink, String run, String owner);

  /** The effects of one sink, in a run. */
  Effects effects(String sink, String run, MemoryLimits limits);
}
