package dev.onceflow.streams.runtime;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.MissingTopics;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.streams.observe.CountingClients;
import dev.onceflow.streams.observe.Health;
import dev.onceflow.streams.observe.JobMetrics;
import dev.onceflow.streams.observe.JobServer;
import dev.onceflow.streams.observe.RestoreProgress;
import dev.onceflow.streams.observe.StateReader;
import dev.onceflow.streams.preflight.Finding;
import dev.onceflow.streams.preflight.KeptShape;
import dev.onceflow.streams.preflight.Preflight;
import dev.onceflow.streams.preflight.Report;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of an exactly-once job: checked before it starts, started over within a budget when
 * a thread fails, ended in order within a deadline.
 *
 * <p>A thread that fails aborts its Kafka transaction, leaves the group, and is replaced after a
 * pause. By default the pauses add up to more than five minutes: so long an outage of a broker or a
 * registry is waited out, and a bug ends the job once the budget is spent. A crash at any point
 * leaves what the last committed Kafka transaction left. After an orderly end local state is kept
 * and used by the next start; after a crash Streams builds it again from the changelogs.
 *
 * <p>Life: {@code start}, then {@code await}, and from any thread {@code close}. Threads may call
 * any method.
 */
public final class StreamsJob implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsJob.class);

  /** How a job ended. */
  public enum Ending {
    /** It was closed. */
    CLOSED,
    /** It failed and its restarts are spent. */
    FAILED
  }

  private final TopologyFactory factory;
  private final JobConfig config;
  private final Clock clock;
  private final RestartBudget budget;
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ScheduledExecutorService replacer =
      Executors.newSingleThreadScheduledExecutor(
          run -> {
            Thread thread = new Thread(run, "onceflow-replacer");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Ending ending = Ending.CLOSED;
  private volatile KafkaStreams streams;
  private volatile JobServer server;
  private volatile JobMetrics metrics;

  /**
   * @param factory builds the topology
   * @param config the job's settings
   */
  public StreamsJob(TopologyFactory factory, JobConfig config) {
    this(factory, config, Clock.systemUTC());
  }

  StreamsJob(TopologyFactory factory, JobConfig config, Clock clock) {
    this.factory = factory;
    this.config = config;
    this.clock = clock;
    this.budget = new RestartBudget(config.restartsMax(), config.restartsWindow());
  }

  /**
   * Checks what the guarantee rests on, then starts. A job that was closed before, or is closed
   * meanwhile, does not start.
   *
   * @throws JobException if a check is violated or the brokers don't answer
   * @throws org.apache.kafka.common.config.ConfigException if a setting is missing or wrong
   */
  public void start() {
    Topology topology = factory.build(config.effective());
    Preflight preflight = new Preflight(config, factory, topology, clock);
    refuse(preflight.refusedHere());
    Report report = check(preflight);
    admit(report);
    begin(topology, preflight.keptShape(), report);
  }

  // One after the other with close(): it finds what began here, or nothing begins.
  private synchronized void begin(Topology topology, KeptShape shape, Report report) {
    if (closing.getCount() == 0) {
      return;
    }
    server =
        config.httpPort().isPresent()
            ? new JobServer(config.httpHost(), config.httpPort().getAsInt())
            : null;
    StreamsConfig streamsConfig = streamsConfig();
    CountingClients clients = new CountingClients(shape::note, shape::keep);
    RestoreProgress restore = new RestoreProgress(clock);
    KafkaStreams started = new KafkaStreams(topology, streamsConfig, clients);
    started.setStateListener((now, before) -> onChange(now));
    started.setUncaughtExceptionHandler(this::onFailure);
    started.setGlobalStateRestoreListener(restore);
    streams = started;
    started.start();
    if (server != null) {
      Health health = new Health(started, restore, report, config.readyStalled(), clock);
      metrics = new JobMetrics(config.applicationId(), started, clients, restore, health, report);
      HostInfo self =
          HostInfo.buildFromEndpoint(
              streamsConfig.getString(StreamsConfig.APPLICATION_SERVER_CONFIG));
      StateReader state = new StateReader(started, self, clients.admin());
      server.serve(state, health, metrics, factory.queries());
    }
  }

  private Report check(Preflight preflight) {
    Admin admin =
        Admin.create(config.streams().getAdminConfigs(config.applicationId() + "-preflight"));
    try {
      if (config.topicsCreate()) {
        createMissingTopics(admin);
      }
      return preflight.check(admin);
    } finally {
      // Brokers that didn't answer would be waited for once more.
      admin.close(Duration.ZERO);
    }
  }

  private StreamsConfig streamsConfig() {
    return server == null
        ? config.streams()
        : config.withApplicationServer(reachable() + ":" + server.port()).streams();
  }

  // A wildcard address tells other instances nothing.
  private String reachable() {
    try {
      return InetAddress.getByName(config.httpHost()).isAnyLocalAddress()
          ? InetAddress.getLocalHost().getHostAddress()
          : config.httpHost();
    } catch (UnknownHostException e) {
      throw new JobException(
          "This machine's address is not known: %s. Set application.server to where other instances reach this one."
              .formatted(e.getMessage()),
          e);
    }
  }

  /** The port of health, metrics and queries; empty where nothing is served. */
  public OptionalInt httpPort() {
    JobServer bound = server;
    return bound == null ? OptionalInt.empty() : OptionalInt.of(bound.port());
  }

  private void createMissingTopics(Admin admin) {
    List<String> created = MissingTopics.create(config, factory, admin);
    if (!created.isEmpty()) {
      LOG.info("Created topics {}", String.join(", ", created));
    }
  }

  /**
   * Waits until all tasks process records.
   *
   * @return false if that has not come by then
   */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until the job has ended. */
  public Ending await() throws InterruptedException {
    ended.await();
    return ending;
  }

  /** How the job ended; empty while it hasn't. */
  public Optional<Ending> ending() {
    return ended.getCount() > 0 ? Optional.empty() : Optional.of(ending);
  }

  /** The last failure of a thread; the log has the earlier ones. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /**
   * Ends in order: commits what is processed, keeps local state for the next start, and leaves the
   * group, so that another instance takes over at once. An instance with a {@code
   * group.instance.id} keeps its place instead, for as long as its session lasts.
   *
   * @return false if it was not done by the deadline; what is not committed is aborted by the
   *     brokers and read again
   */
  public boolean close(Duration deadline) {
    closing.countDown();
    replacer.shutdownNow();
    KafkaStreams current = begun();
    boolean inTime = current == null || current.close(closeOptions().withTimeout(deadline));
    closeServed();
    ended.countDown();
    return inTime;
  }

  private synchronized KafkaStreams begun() {
    return streams;
  }

  // After the job: while it ends, a probe should still be told so.
  private synchronized void closeServed() {
    if (server != null) {
      server.close();
    }
    if (metrics != null) {
      metrics.close();
    }
  }

  // Streams' default is to stay: then the partitions of an instance that has ended are nobody's
  // until its session is over, even while a standby holds their state.
  private CloseOptions closeOptions() {
    // As it is, or with Streams' prefixes for its consumers.
    boolean hasPlaceOfItsOwn =
        config.effective().keySet().stream()
            .anyMatch(key -> key.endsWith(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
    return CloseOptions.groupMembershipOperation(
        hasPlaceOfItsOwn
            ? CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP
            : CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
  }

  /** Ends in order within {@value JobConfig#CLOSE_TIMEOUT_MS}. */
  @Override
  public void close() {
    close(config.closeTimeout());
  }

  private void onChange(KafkaStreams.State now) {
    switch (now) {
      case RUNNING -> {
        if (running.getCount() > 0) {
          LOG.atInfo()
              .addKeyValue("job", factory.name())
              .addKeyValue("application", config.applicationId())
              .log("Job {} runs as {}", factory.name(), config.applicationId());
          running.countDown();
        }
      }
      case ERROR -> {
        // A thread that fails while the job is being closed changes nothing: it was to end anyway.
        if (closing.getCount() > 0) {
          ending = Ending.FAILED;
        }
        ended.countDown();
      }
      case NOT_RUNNING -> ended.countDown();
      default -> {}
    }
  }

  // Runs in the thread that failed, which aborts its Kafka transaction and leaves the group after
  // this. To wait here would make all readers of its outputs wait; and Streams' own replacement
  // leaves the dead thread's partitions to nobody for a session. So it dies, and is replaced later.
  private StreamThreadExceptionResponse onFailure(Throwable thrown) {
    if (!replaceLater(thrown)) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    throw thrown instanceof RuntimeException known ? known : new JobException("failed", thrown);
  }

  private boolean replaceLater(Throwable thrown) {
    failure.set(thrown);
    OptionalLong pauseMs = budget.pauseMs(clock.millis());
    if (pauseMs.isEmpty()) {
      LOG.atError()
          .addKeyValue("job", factory.name())
          .setCause(thrown)
          .log("Job {} failed and its restarts are spent; it ends", factory.name());
      return false;
    }
    try {
      ScheduledFuture<?> unused =
          replacer.schedule(this::replace, pauseMs.getAsLong(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      return false;
    }
    LOG.atWarn()
        .addKeyValue("job", factory.name())
        .setCause(thrown)
        .log(
            "A thread of job {} failed; it is replaced in {} ms",
            factory.name(),
            pauseMs.getAsLong());
    return true;
  }

  private void replace() {
    try {
      // Does nothing once the job is ending.
      streams.addStreamThread();
    } catch (RuntimeException e) {
      // Its clients can't be made, for instance while no broker's name is resolved.
      if (closing.getCount() > 0 && !replaceLater(e)) {
        fail();
      }
    }
  }

  // No thread is left to tell Streams so.
  private void fail() {
    if (closing.getCount() > 0) {
      ending = Ending.FAILED;
      streams.close(CloseOptions.timeout(Duration.ZERO));
    }
    ended.countDown();
  }

  private static void admit(Report report) {
    for (Finding finding : report.notVisible()) {
      LOG.atWarn()
          .addKeyValue("rule", finding.rule())
          .log("Preflight can't see {}", finding.sentence());
    }
    for (Finding finding : report.acceptedViolations()) {
      LOG.atWarn()
          .addKeyValue("rule", finding.rule())
          .log("Accepted by preflight.accept: {}", finding.sentence());
    }
    refuse(report.refused());
  }

  private static void refuse(List<Finding> violations) {
    if (!violations.isEmpty()) {
      throw new JobException(
          "The job would not be exactly-once:\n  "
              + String.join("\n  ", violations.stream().map(Finding::sentence).toList()));
    }
  }
}
