package dev.onceflow.streams.preflight;

import dev.onceflow.streams.job.JobConfig;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.streams.StreamsConfig;

/** Whether the job can join its group as it is configured. */
final class GroupRules {
  private static final Finding.Rule SESSION_TIMEOUT =
      new Finding.Rule(
          "session.timeout",
          "within what the brokers allow for this group.protocol",
          """
          outside of it the job can't join its group, or a killed instance is missed later than \
          its configuration says""");

  private static final Finding.Rule PROTOCOL =
      new Finding.Rule(
          "group.protocol",
          "settings and a topology that the group takes",
          """
          with group.protocol=streams the brokers refuse another topology than the group has, and \
          settings that belong to the group are not looked at""");

  private final JobConfig config;
  private final TopologyShape shape;
  private final Brokers brokers;

  GroupRules(JobConfig config, TopologyShape shape, Brokers brokers) {
    this.config = config;
    this.shape = shape;
    this.brokers = brokers;
  }

  List<Finding> check() {
    return List.of(sessionTimeout(), protocol());
  }

  private Finding sessionTimeout() {
    return brokers
        .brokerConfig()
        .judge(
            SESSION_TIMEOUT,
            broker -> config.isStreamsProtocol() ? streamsProtocol(broker) : classic(broker));
  }

  private Finding classic(Config broker) {
    long timeoutMs =
        SettingRules.number(
            config
                .streams()
                .getMainConsumerConfigs("group", "client", 0)
                .getOrDefault("session.timeout.ms", 45_000));
    long minMs = BrokerRules.number(broker, "group.min.session.timeout.ms");
    long maxMs = BrokerRules.number(broker, "group.max.session.timeout.ms");
    String set =
        "session.timeout.ms = %d, the brokers allow %d to %d".formatted(timeoutMs, minMs, maxMs);
    return timeoutMs >= minMs && timeoutMs <= maxMs
        ? SESSION_TIMEOUT.held(set)
        : SESSION_TIMEOUT.violated(set, "Set session.timeout.ms within these.");
  }

  private Finding streamsProtocol(Config broker) {
    String set =
        "group.protocol = streams: the brokers' group.streams.session.timeout.ms = %d, at least %d"
            .formatted(
                BrokerRules.number(broker, "group.streams.session.timeout.ms"),
                BrokerRules.number(broker, "group.streams.min.session.timeout.ms"));
    for (String key : List.of("session.timeout.ms", "consumer.session.timeout.ms")) {
      if (config.given().containsKey(key)) {
        return SESSION_TIMEOUT.violated(
            set + "; " + key + " = " + config.given().get(key) + " is not looked at",
            """
            Remove it. To miss a killed instance sooner, lower the brokers' \
            group.streams.min.session.timeout.ms and set it on the group with %s; or use \
            group.protocol=classic."""
                .formatted(
                    brokers.alterGroup(
                        config.applicationId(),
                        "streams.session.timeout.ms=" + config.given().get(key))));
      }
    }
    return SESSION_TIMEOUT.held(set);
  }

  private Finding protocol() {
    if (!config.isStreamsProtocol()) {
      return PROTOCOL.held("group.protocol = classic");
    }
    Object standbys = config.given().get(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG);
    if (standbys != null) {
      return PROTOCOL.violated(
          "num.standby.replicas = " + standbys + " is not looked at",
          """
          Remove it, and set it on the group with %s; or use group.protocol=classic."""
              .formatted(
                  brokers.alterGroup(
                      config.applicationId(), "streams.num.standby.replicas=" + standbys)));
    }
    return brokers
        .streamsGroup(config.applicationId())
        .judge(PROTOCOL, group -> group.map(this::topology).orElseGet(GroupRules::noGroup));
  }

  private static Finding noGroup() {
    return PROTOCOL.held("group.protocol = streams, and no such group is there yet");
  }

  private Finding topology(StreamsGroupDescription group) {
    List<String> changes = shape.changesSince(group.subtopologies(), config.applicationId());
    return changes.isEmpty()
        ? PROTOCOL.held("group.protocol = streams, and the group has this topology")
        : PROTOCOL.violated(
            "group %s has another topology: %s"
                .formatted(config.applicationId(), String.join("; ", changes)),
            """
            Stop all instances, start the job with group.protocol=classic until it runs, stop it, \
            and start it with group.protocol=streams again: that keeps its offsets and its state. \
            If all that is named are stores without a changelog, accept it.""");
  }
}
