package dev.onceflow.testkit.pipeline;

import dev.onceflow.local.up.PaymentsFlow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What is the same wherever the servers run, since it needs their addresses alone. */
abstract class FlowingPipeline implements PipelineUnderTest {
  private final Path folder;

  FlowingPipeline(Path folder) {
    this.folder = folder;
  }

  /** Throws if a part has ended by itself. */
  abstract void checkAlive();

  private PaymentsFlow flow() {
    return new PaymentsFlow(
        Map.of("bootstrap.servers", bootstrapServers(), "schema.registry.url", registryUrl()),
        jdbcUrl());
  }

  @Override
  public final void load(long events, long seed) {
    flow().loadSample(events, seed, folder.resolve("rejects.csv"));
  }

  @Override
  public final void awaitDrained(Duration limit) {
    try {
      flow().awaitDrained(limit, this::checkAlive);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public final boolean topicsAndTablesAgree() {
    return flow().topicsAndTablesAgree();
  }

  static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("Interrupted while waiting for the pipeline", e);
  }
}
