package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import dev.onceflow.streams.job.JobTopic;
import dev.onceflow.streams.job.TopologyFactory;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Whether every record that the job has to write is small enough to be taken. */
final class SizeRules {
  private static final int ADDED_BYTES_MAX =
      JobTopic.SET_ASIDE_ADDED_BYTES_MAX + JobTopic.CODEC_BYTES_MAX;

  private static final Finding.Rule OUTPUT_SIZE =
      new Finding.Rule(
          "output.size",
          """
          output.bytes.max or more as max.request.size, and as max.message.bytes of the topics that \
          the job writes, its changelogs too""",
          "a record that is refused fails the job, again and again, at the same place");

  private static final Finding.Rule SET_ASIDE =
      new Finding.Rule(
          "set.aside.size",
          """
          quarantine and DLQ whose max.message.bytes is what the producer takes, uncompressed (the \
          lower of max.request.size and buffer.memory), and that %d bytes more than the inputs' \
          max.message.bytes"""
              .formatted(ADDED_BYTES_MAX),
          """
          a record that the broker refuses blocks its partition for good; one that is too large \
          for the producer is set aside without its value""");

  private static final String BYTES_KEY = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

  private final JobConfig config;
  private final TopologyFactory factory;
  private final TopicsSeen topics;
  private final InternalTopics internal;
  private final Brokers brokers;

  SizeRules(
      JobConfig config,
      TopologyFactory factory,
      TopicsSeen topics,
      InternalTopics internal,
      Brokers brokers) {
    this.config = config;
    this.factory = factory;
    this.topics = topics;
    this.internal = internal;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(outputSize(), setAside());
  }

  private Finding outputSize() {
    long bytesMax = config.outputBytesMax();
    long taken = JobConfig.recordBytesMax(config.effective());
    if (taken < bytesMax) {
      return OUTPUT_SIZE.violated(
          "the producer takes %d bytes, output.bytes.max = %d".formatted(taken, bytesMax),
          "Lower output.bytes.max, or raise max.request.size, and buffer.memory if it is lower.");
    }
    for (String topic : names(JobTopic.Role.OUTPUT)) {
      if (topics.bytesMax(topic).filter(bytes -> bytes < bytesMax).isPresent()) {
        return takesLess(topic, topics.bytesMax(topic).get());
      }
    }
    for (String topic : internal.seen().there().keySet()) {
      if (internal.seen().bytesMax(topic).filter(bytes -> bytes < bytesMax).isPresent()) {
        return takesLess(topic, internal.seen().bytesMax(topic).get());
      }
    }
    return internal.toCome(List.of(BYTES_KEY)).judge(OUTPUT_SIZE, this::outputSize);
  }

  private Finding takesLess(String topic, long bytes) {
    return OUTPUT_SIZE.violated(
        "%s takes %d bytes, output.bytes.max = %d".formatted(topic, bytes, config.outputBytesMax()),
        "Lower output.bytes.max, or "
            + brokers.alterTopic(topic, BYTES_KEY + "=" + config.outputBytesMax())
            + ".");
  }

  private Finding outputSize(Config toCome) {
    ConfigEntry bytes = toCome.get(BYTES_KEY);
    if (bytes != null
        && bytes.value() != null
        && Long.parseLong(bytes.value()) < config.outputBytesMax()) {
      return OUTPUT_SIZE.violated(
          "internal topics to come would take %s bytes, output.bytes.max = %d"
              .formatted(bytes.value(), config.outputBytesMax()),
          "Lower output.bytes.max, or set %s=%d."
              .formatted(StreamsConfig.topicPrefix(BYTES_KEY), config.outputBytesMax()));
    }
    return topics
        .unseen(names(JobTopic.Role.OUTPUT))
        .or(() -> internal.seen().unseen())
        .map(OUTPUT_SIZE::notVisible)
        .orElseGet(() -> OUTPUT_SIZE.held("output.bytes.max = " + config.outputBytesMax()));
  }

  private Finding setAside() {
    List<String> setAside = names(JobTopic.Role.SET_ASIDE);
    if (setAside.isEmpty()) {
      return SET_ASIDE.held("no record is set aside");
    }
    long sent = JobConfig.recordBytesMax(config.effective());
    for (String topic : setAside) {
      Optional<Long> bytesMax = topics.bytesMax(topic);
      if (bytesMax.isPresent() && bytesMax.get() < sent) {
        return SET_ASIDE.violated(
            "%s takes %d bytes, the producer %d".formatted(topic, bytesMax.get(), sent),
            "%s, or lower max.request.size to %d."
                .formatted(brokers.alterTopic(topic, BYTES_KEY + "=" + sent), bytesMax.get()));
      }
    }
    long largest =
        names(JobTopic.Role.INPUT).stream()
            .mapToLong(input -> topics.bytesMax(input).orElse(0L))
            .max()
            .orElse(0);
    long needed = largest + ADDED_BYTES_MAX;
    if (sent < needed) {
      return SET_ASIDE.violated(
          "the producer takes %d bytes, the inputs %d".formatted(sent, largest),
          "Raise max.request.size, and buffer.memory if it is lower, to %d or more."
              .formatted(needed));
    }
    if (topics.noneMayBe(names(JobTopic.Role.INPUT))) {
      return SET_ASIDE.notVisible("no input is there");
    }
    return topics
        .unseen(names(JobTopic.Role.INPUT))
        .or(() -> topics.unseen(setAside))
        .map(SET_ASIDE::notVisible)
        .orElseGet(
            () ->
                SET_ASIDE.held(
                    """
                    the inputs take %d bytes, compressed; set aside is a record of up to %d bytes, \
                    uncompressed, and what is larger without its value"""
                        .formatted(largest, sent)));
  }

  private List<String> names(JobTopic.Role role) {
    return factory.topics().stream()
        .filter(topic -> topic.role() == role)
        .map(JobTopic::name)
        .toList();
  }
}
