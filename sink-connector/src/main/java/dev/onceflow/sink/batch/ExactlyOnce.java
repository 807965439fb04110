package dev.onceflow.sink.batch;

import dev.onceflow.sink.dedupe.MemoryLimits;
import dev.onceflow.sink.dedupe.ProcessedEvents;
import dev.onceflow.sink.fence.Fence;
import dev.onceflow.sink.fence.PostgresFence;
import dev.onceflow.sink.write.Effects;
import dev.onceflow.sink.write.GuardedEffects;

/** The guarantee: a fence in the effects' own transaction, and effects that an event has once. */
public final class ExactlyOnce implements Guarantee {
  @Override
  public Fence fence(String sink, String run, String owner) {
    return new PostgresFence(sink, run, owner);
  }

  @Override
  public Effects effects(String sink, String run, MemoryLimits limits) {
    return new GuardedEffects(
        sink, run, new ProcessedEvents(sink, run, limits.horizon(), limits.skewMaxMs()));
  }
}
