package dev.onceflow.local.up;

import java.nio.file.Path;

/** How to look around in a pipeline that is up. */
final class Connections {
  private Connections() {}

  static String of(PaymentsPipeline pipeline, Path folder) {
    return """

        Up until Ctrl-C. Look around:
          psql %s
            SELECT * FROM merchant_daily_totals ORDER BY day LIMIT 10;
            SELECT * FROM onceflow.fence;
          Kafka            bootstrap.servers=%s  (read with isolation.level=read_committed)
          Schema registry  %s
          Kafka Connect    %s/connectors/%s/status
          Data and logs    %s
        Send more with:
          onceflow load --bootstrap-servers %s --schema-registry %s --events 1000 --seed 2
        """
        .formatted(
            pipeline.postgres().uri(),
            pipeline.kafka().bootstrapServers(),
            pipeline.registry().url(),
            pipeline.worker().url(),
            PaymentsPipeline.SINK,
            folder,
            pipeline.kafka().bootstrapServers(),
            pipeline.registry().url());
  }
}
