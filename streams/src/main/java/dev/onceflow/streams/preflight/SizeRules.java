package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Whether every record that the job has to write is small enough to be taken. */
final class SizeRules {
  private static final int REQUEST_BYTES_DEFAULT = 1_048_576;

  private static final Finding.Rule OUTPUT_SIZE =
      new Finding.Rule(
          "output.size",
          "max.message.bytes of the topics that the job writes of at least output.bytes.max",
          "a record that the broker refuses fails the job, again and again, at the same place");

  private static final Finding.Rule SET_ASIDE =
      new Finding.Rule(
          "set.aside.size",
          """
          quarantine and DLQ that take a record %d bytes larger than the inputs' largest, and a \
          producer that sends it"""
              .formatted(JobTopic.SET_ASIDE_ADDED_BYTES_MAX),
          "a large record that can't be set aside blocks its partition for good");

  private final JobConfig config;
  private final TopologyFactory factory;
  private final TopicsSeen topics;
  private final Brokers brokers;

  SizeRules(JobConfig config, TopologyFactory factory, TopicsSeen topics, Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.topics = topics;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(outputSize(), setAside());
  }

  private Finding outputSize() {
    for (String topic : names(JobTopic.Role.OUTPUT)) {
      Optional<Long> bytesMax = topics.bytesMax(topic);
      if (bytesMax.isPresent() && bytesMax.get() < config.outputBytesMax()) {
        return OUTPUT_SIZE.violated(
            "%s takes %d bytes, output.bytes.max = %d"
                .formatted(topic, bytesMax.get(), config.outputBytesMax()),
            "Lower output.bytes.max, or "
                + brokers.alterTopic(topic, "max.message.bytes=" + config.outputBytesMax())
                + ".");
      }
    }
    return topics
        .unseen(names(JobTopic.Role.OUTPUT))
        .map(OUTPUT_SIZE::notVisible)
        .orElseGet(() -> OUTPUT_SIZE.held("output.bytes.max = " + config.outputBytesMax()));
  }

  private Finding setAside() {
    List<String> setAside = names(JobTopic.Role.SET_ASIDE);
    long largest =
        names(JobTopic.Role.INPUT).stream()
            .mapToLong(input -> topics.bytesMax(input).orElse(0L))
            .max()
            .orElse(0);
    long needed = largest + JobTopic.SET_ASIDE_ADDED_BYTES_MAX;
    for (String topic : setAside) {
      Optional<Long> bytesMax = topics.bytesMax(topic);
      if (bytesMax.isPresent() && bytesMax.get() < needed) {
        return SET_ASIDE.violated(
            "%s takes %d bytes, the inputs %d".formatted(topic, bytesMax.get(), largest),
            brokers.alterTopic(topic, "max.message.bytes=" + needed) + ".");
      }
    }
    long request =
        SettingRules.number(
            config
                .streams()
                .getProducerConfigs("client")
                .getOrDefault(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_DEFAULT));
    if (!setAside.isEmpty() && request < needed) {
      return SET_ASIDE.violated(
          "max.request.size = %d, the inputs take %d bytes".formatted(request, largest),
          "Set max.request.size to " + needed + " or more.");
    }
    if (setAside.isEmpty()) {
      return SET_ASIDE.held("no record is set aside");
    }
    return topics
        .unseen(names(JobTopic.Role.INPUT))
        .or(() -> topics.unseen(setAside))
        .map(SET_ASIDE::notVisible)
        .orElseGet(() -> SET_ASIDE.held("inputs take %d bytes".formatted(largest)));
  }

  private List<String> names(JobTopic.Role role) {
    return factory.topics().stream()
        .filter(topic -> topic.role() == role)
        .map(JobTopic::name)
        .toList();
  }
}
