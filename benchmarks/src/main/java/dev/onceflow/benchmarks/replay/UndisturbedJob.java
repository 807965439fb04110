package dev.onceflow.benchmarks.replay;

import dev.onceflow.cli.audit.read.CommittedTopic;
import dev.onceflow.local.up.PaymentsPipeline;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.OutputTopics;
import dev.onceflow.streams.runtime.StreamsJob;
import dev.onceflow.topology.PaymentsTopology;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;

/** The live job's whole input through the same job once more, with nobody disturbing it. */
final class UndisturbedJob {
  private static final String SUFFIX = ".undisturbed";
  private static final String APPLICATION = PaymentsPipeline.APPLICATION_ID + SUFFIX;

  /** Nearer to its end only reading can tell whether anything is left. */
  private static final long NEARLY_DONE = 100;

  private final Stage stage;
  private final Map<String, Object> clients;

  UndisturbedJob(Stage stage) {
    this.stage = stage;
    this.clients = stage.pipeline().clientConfig();
  }

  /** What a topic is called that it writes. */
  static String output(Topic live) {
    return live.name() + SUFFIX;
  }

  /** Runs it to the end of the input, into which nothing may come any more. */
  void run() throws Exception {
    makeTopics();
    PaymentsTopology payments = new PaymentsTopology();
    try (StreamsJob job = new StreamsJob(payments, JobConfig.of(settings(), payments));
        JobWatch watch = new JobWatch(stage)) {
      job.start();
      Waiting.until(
          "an undisturbed run of the job has come to the end of the input",
          Stage.LIMIT,
          () -> {
            if (job.ending().isPresent()) {
              throw new IllegalStateException("the undisturbed run has failed: " + job.failure());
            }
            // A transaction's offsets may be seen a moment before its records are: look twice.
            boolean wasDone = isDone(watch);
            return wasDone && isDone(watch);
          });
    }
  }

  private void makeTopics() {
    List<Topic> outputs =
        Topics.ALL.stream()
            .filter(topic -> !topic.equals(Topics.PAYMENTS))
            .map(topic -> new Topic(output(topic), topic.keyedBy(), topic.settings()))
            .toList();
    int partitions = new CommittedTopic(Topics.PAYMENTS.name(), clients).end().size();
    stage.pipeline().kafka().createTopics(outputs, partitions);
  }

  /** The live one's, but for its names. */
  private Map<String, Object> settings() throws IOException {
    Properties live = new Properties();
    try (Reader reader = Files.newBufferedReader(stage.jobConfig())) {
      live.load(reader);
    }
    Map<String, Object> settings = new HashMap<>();
    live.stringPropertyNames().forEach(key -> settings.put(key, live.getProperty(key)));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, stage.folder().resolve("undisturbed-state").toString());
    settings.put(OutputTopics.SUFFIX, SUFFIX);
    return settings;
  }

  private boolean isDone(JobWatch watch) throws InterruptedException {
    CommittedTopic input = new CommittedTopic(Topics.PAYMENTS.name(), clients);
    long end = input.end().values().stream().mapToLong(Long::longValue).sum();
    if (watch.read(APPLICATION) < end - NEARLY_DONE) {
      return false;
    }
    // In the order of a record's path: what is drained first can't fill what is looked at then.
    return isReadUpTo(input, watch)
        && isReadUpTo(new CommittedTopic(output(Topics.LEDGER_ENTRIES), clients), watch);
  }

  private static boolean isReadUpTo(CommittedTopic topic, JobWatch watch)
      throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each :
        watch.committed(APPLICATION).entrySet()) {
      if (each.getKey().topic().equals(topic.name()) && each.getValue() != null) {
        offsets.put(each.getKey(), each.getValue().offset());
      }
    }
    return topic.isReadUpTo(offsets);
  }
}
