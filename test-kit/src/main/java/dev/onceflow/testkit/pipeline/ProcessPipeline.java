package dev.onceflow.testkit.pipeline;

import dev.onceflow.local.process.LocalServer;
import dev.onceflow.local.up.PaymentsPipeline;
import java.nio.file.Path;

/** Every server a child process of this JVM. */
final class ProcessPipeline extends FlowingPipeline {
  private final PaymentsPipeline pipeline;

  private ProcessPipeline(PaymentsPipeline pipeline, Path folder) {
    super(folder);
    this.pipeline = pipeline;
  }

  /** Starts everything; returns when the job and the sink work. */
  static ProcessPipeline start(Path folder) {
    PaymentsPipeline pipeline = new PaymentsPipeline(folder, PaymentsPipeline.Ports.ANY);
    try {
      pipeline.startServers();
      pipeline.startProcessing();
      return new ProcessPipeline(pipeline, folder);
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  @Override
  public String place() {
    return "processes on this machine";
  }

  @Override
  public String bootstrapServers() {
    return pipeline.kafka().bootstrapServers();
  }

  @Override
  public String registryUrl() {
    return pipeline.registry().url();
  }

  @Override
  public String jdbcUrl() {
    return pipeline.postgres().jdbcUrl();
  }

  private LocalServer server(Part part) {
    return switch (part) {
      case JOB -> pipeline.job();
      case WORKER -> pipeline.worker();
    };
  }

  @Override
  public void kill(Part part) {
    if (!server(part).process().alive()) {
      throw new IllegalStateException(part + " is down");
    }
    server(part).process().kill();
  }

  @Override
  public void start(Part part) {
    server(part).restart();
  }

  @Override
  void checkAlive() {
    pipeline.checkAlive();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
