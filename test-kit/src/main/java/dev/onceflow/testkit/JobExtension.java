package dev.onceflow.testkit;

import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.testkit.broker.BrokerJob;
import dev.onceflow.testkit.driver.DriverJob;
import dev.onceflow.testkit.job.JobUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test its job, running, as a parameter of type {@link JobUnderTest}: in Kafka's test
 * driver, or on a real broker where {@link RealBroker} says so. Each test has a job of its own,
 * which ends with it. When a test fails, the folder with the logs is kept and named.
 *
 * <pre>{@code
 * abstract class OrderTotalsSuite {
 *   @RegisterExtension final JobExtension jobs = JobExtension.of(new OrderTotals());
 *
 *   @Test
 *   void copiesCountOnce(JobUnderTest job) { ... }
 * }
 *
 * class OrderTotalsTest extends OrderTotalsSuite {}
 *
 * @RealBroker
 * class OrderTotalsIT extends OrderTotalsSuite {}
 * }</pre>
 */
public final class JobExtension implements ParameterResolver {
  private final TopologyFactory factory;
  private final Map<String, String> settings;

  private JobExtension(TopologyFactory factory, Map<String, String> settings) {
    this.factory = factory;
    this.settings = Map.copyOf(settings);
  }

  /** Runs this job with its defaults. */
  public static JobExtension of(TopologyFactory factory) {
    return new JobExtension(factory, Map.of());
  }

  /** The same with another setting, of the job's own or of Kafka Streams. */
  public JobExtension with(String key, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(key, value);
    return new JobExtension(factory, more);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == JobUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getStore(ExtensionContext.Namespace.create(JobExtension.class, factory.name()))
        .computeIfAbsent(Running.class, key -> start(test), Running.class)
        .job();
  }

  private Running start(ExtensionContext test) {
    Path folder;
    try {
      folder = Files.createTempDirectory("onceflow-" + factory.name() + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("The job gets no folder", e);
    }
    JobUnderTest job =
        realBroker(test)
            .<JobUnderTest>map(
                broker -> BrokerJob.start(factory, settings, broker.partitions(), folder))
            .orElseGet(() -> DriverJob.start(factory, settings, folder));
    return new Running(job, folder, test);
  }

  private static Optional<RealBroker> realBroker(ExtensionContext test) {
    RealBroker onMethod =
        test.getTestMethod().map(method -> method.getAnnotation(RealBroker.class)).orElse(null);
    if (onMethod != null) {
      return Optional.of(onMethod);
    }
    for (Class<?> type = test.getRequiredTestClass();
        type != null;
        type = type.getEnclosingClass()) {
      if (type.isAnnotationPresent(RealBroker.class)) {
        return Optional.of(type.getAnnotation(RealBroker.class));
      }
    }
    return Optional.empty();
  }

  /** Closed by JUnit when its test ends. */
  private record Running(JobUnderTest job, Path folder, ExtensionContext test)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      job.close();
      if (test.getExecutionException().isPresent()) {
        test.publishReportEntry("onceflow.folder", folder.toString());
        return;
      }
      List<Path> deepestFirst;
      try (Stream<Path> files = Files.walk(folder)) {
        deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
