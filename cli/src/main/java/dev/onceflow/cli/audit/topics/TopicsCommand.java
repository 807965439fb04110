package dev.onceflow.cli.audit.topics;

import dev.onceflow.cli.ExitCode;
import dev.onceflow.cli.TerminalLine;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.certificate.CertificateOptions;
import dev.onceflow.cli.audit.read.AuditProgress;
import dev.onceflow.cli.connection.KafkaOptions;
import dev.onceflow.cli.connection.RegistryOptions;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onceflow audit topics}. */
@Command(
    name = "topics",
    description = {
      "Adds up what became of every input record of the payments job.",
      "",
      "  read = applied + rejected + duplicate + quarantined + dlq",
      "",
      "as the job counted it in the transactions of the effects, against what the topics",
      "hold: offset by offset where an outcome leaves a record, so that a loss and a",
      "duplicate don't cancel. Up to the input offset that the job has committed; it may",
      "go on meanwhile. Keeps one byte in memory for each input record."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  onceflow audit topics --bootstrap-servers localhost:9092 \\",
      "      --schema-registry http://localhost:8081 --application-id payments-job",
      "",
      "Exit codes: 0 agree, as far as records are in sight; 1 differ; 2 could not be",
      "checked."
    })
public final class TopicsCommand implements Callable<Integer> {
  private static final String VERDICTS = "-verdicts-changelog";

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private RegistryOptions registry;
  @Mixin private CertificateOptions delivery;

  @Option(
      names = "--application-id",
      required = true,
      paramLabel = "ID",
      description = "The job's application.id.")
  private String applicationId;

  /** For picocli. */
  public TopicsCommand() {}

  @Override
  public Integer call() {
    Optional<PrivateKey> key = delivery.key();
    TopicsFindings findings;
    try (AuditProgress progress =
        new AuditProgress(new TerminalLine(spec.commandLine().getErr()))) {
      TopicsAudit audit =
          new TopicsAudit(registry.over(kafka.required()), applicationId + VERDICTS, progress);
      findings = new TopicsFindings(applicationId, audit.run());
    } catch (KafkaException e) {
      throw new UserException("The audit could not be finished: " + e.getMessage(), e);
    }
    delivery.deliver(
        findings.certificate(Instant.now()), key, findings.text(), spec.commandLine().getOut());
    return findings.agree() ? ExitCode.OK : ExitCode.DISAGREES;
  }
}
