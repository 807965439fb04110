package dev.onceflow.testkit;

import dev.onceflow.streams.graph.EventGraph;

/** The same for an input whose keys say nothing about event IDs. */
public final class RepartitionedEffectsJob extends EffectsJob {
  @Override
  public String name() {
    return "repartitioned-effects";
  }

  @Override
  protected EventGraph<String> graph() {
    return super.graph().repartitionedByEventId();
  }
}
