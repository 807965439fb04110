package dev.onceflow.verification.cluster;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.TopologyFactory;
import dev.onceflow.topology.PaymentsTopology;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The control: the payments topology as most Streams jobs run, without Kafka transactions. What
 * ships can't be told to do so, hence a main class of its own.
 */
public final class AtLeastOnceJob {
  private AtLeastOnceJob() {}

  /**
   * Runs until SIGTERM.
   *
   * @param args as {@code onceflow run} takes them: {@code run --job payments --config FILE}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    TopologyFactory factory = new PaymentsTopology();
    Map<String, Object> settings =
        new HashMap<>(JobConfig.of(settings(Path.of(args[args.length - 1])), factory).effective());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    Properties properties = new Properties();
    properties.putAll(settings);
    KafkaStreams streams = new KafkaStreams(factory.build(settings), new StreamsConfig(properties));
    streams.setUncaughtExceptionHandler(any -> StreamThreadExceptionResponse.REPLACE_THREAD);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  streams.close();
                  ended.countDown();
                }));
    streams.start();
    ended.await();
  }

  private static Map<String, String> settings(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> settings = new HashMap<>();
    properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
    return settings;
  }
}
