package dev.onceflow.local.up;

import dev.onceflow.local.process.FreePort;
import picocli.CommandLine.Option;

/** Where to listen. */
final class PortOptions {
  @Option(names = "--kafka-port", paramLabel = "PORT", description = "Kafka's.")
  private int kafka = FreePort.ANY;

  @Option(names = "--postgres-port", paramLabel = "PORT", description = "PostgreSQL's.")
  private int postgres = FreePort.ANY;

  @Option(names = "--registry-port", paramLabel = "PORT", description = "The schema registry's.")
  private int registry = FreePort.ANY;

  @Option(names = "--connect-port", paramLabel = "PORT", description = "Kafka Connect's REST.")
  private int connect = FreePort.ANY;

  PaymentsPipeline.Ports ports() {
    return new PaymentsPipeline.Ports(kafka, postgres, registry, connect);
  }
}
