package dev.onceflow.local.up;

import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.AuditReport;
import dev.onceflow.cli.load.source.PaymentSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * One run of {@code up}: starts the pipeline, loads the input while the rest is still starting,
 * follows it until every record has gone the whole way, and audits.
 */
final class Run {
  private static final long PROGRESS_MS = 1_000;
  private static final PipelineWatch.Progress NOTHING =
      new PipelineWatch.Progress(0, 0, 0, 0, 0, 0, 0, 0, 0);

  private final PaymentsPipeline pipeline;
  private final InputOptions input;
  private final Supplier<PaymentSource> source;
  private final Path folder;
  private final ProgressLine progressLine;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final long startedNs = System.nanoTime();
  private final AtomicLong sent = new AtomicLong();

  Run(
      PaymentsPipeline pipeline,
      InputOptions input,
      Supplier<PaymentSource> source,
      Path folder,
      ProgressLine progressLine) {
    this.pipeline = pipeline;
    this.input = input;
    this.source = source;
    this.folder = folder;
    this.progressLine = progressLine;
  }

  Summary toTheEnd() throws InterruptedException {
    progressLine.say("Starting Kafka, PostgreSQL, the schema registry ...");
    pipeline.startServers();
    try (PipelineWatch watch = pipeline.flow().watch()) {
      PipelineWatch.Progress before = watch.progress();
      progressLine.say(
          "Starting Kafka Connect with the sink, and the job; loading " + input.name());
      CompletableFuture<Summary.Input> loading =
          CompletableFuture.supplyAsync(() -> input.load(pipeline, source, folder, sent::set));
      pipeline.startProcessing();
      seconds.put("start", sinceStart());
      progressLine.say("All is up. Following the records through:");
      PipelineWatch.Progress after = follow(watch, loading);
      seconds.put("to the last row", sinceStart() - seconds.get("start"));
      progressLine.say("Every record has gone the whole way. Comparing topics and tables ...");
      double auditFrom = sinceStart();
      AuditReport audit = pipeline.flow().audit().run();
      seconds.put("audit", sinceStart() - auditFrom);
      seconds.put("all", sinceStart());
      return new Summary(
          loading.join(), Summary.Verdicts.between(before, after), audit, audit.agrees(), seconds);
    }
  }

  private PipelineWatch.Progress follow(
      PipelineWatch watch, CompletableFuture<Summary.Input> loading) throws InterruptedException {
    PipelineWatch.Progress progress = NOTHING;
    while (!isLoaded(loading) || !watch.isDrained()) {
      pipeline.checkAlive();
      progress = watch.progress();
      progressLine.show(sent.get(), progress);
    }
    progress = watch.progress();
    progressLine.show(sent.get(), progress);
    return progress;
  }

  private static boolean isLoaded(CompletableFuture<Summary.Input> loading)
      throws InterruptedException {
    try {
      loading.get(PROGRESS_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillLoading) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UserException expected
          ? expected
          : new IllegalStateException("Loading failed", e.getCause());
    }
  }

  private double sinceStart() {
    return (System.nanoTime() - startedNs) / 1e9;
  }
}
